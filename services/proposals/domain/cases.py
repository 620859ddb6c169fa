"""A case (立案) or an opinion (意见建议): what a form becomes when somebody has to answer it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.proposals.domain import duties
from services.proposals.domain.case_history import Extension, HandOver, Return
from services.proposals.domain.duties import Duty
from services.proposals.domain.proposals import Category, Proposal
from services.proposals.domain.rules import HandlingRule
from services.proposals.errors.cases import DueDateNotLater, LeaderMissing, LeadIsCoDepartment, NotOfAUnit
from shared.aggregate import Aggregate, Decision, transition
from shared.contracts.proposals import cases as events
from shared.contracts.proposals.cases import AnswerType, CaseKind, RatingValue
from shared.errors import OwnCase, WrongState
from shared.working_days import days_after


class State(StrEnum):
    OPEN = "open"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    SENT = "sent"
    COMMITTED = "committed"
    CLOSED = "closed"
    FORWARDED = "forwarded"
    CANCELLED = "cancelled"


class Action(StrEnum):
    JOIN = "join"
    AWAIT = "await"
    ASSIGN = "assign"
    HAND_OVER = "hand_over"
    RETURN = "return"
    RECALL = "recall"
    EXTEND = "extend"
    INVOLVE = "involve"
    OPINE = "opine"
    REMIND = "remind"
    ESCALATE = "escalate"
    ANSWER = "answer"
    REPLY = "reply"
    REPLY_WITH_PLAN = "reply_with_plan"
    SIGN = "sign"
    SEND_BACK = "send_back"
    RATE = "rate"
    CLOSE = "close"
    COMMIT = "commit"
    HANDLE_AGAIN = "handle_again"
    FULFIL = "fulfil"
    LAPSE = "lapse"
    FORWARD = "forward"
    RECEIVE = "receive"
    RECEIVE_REPLY = "receive_reply"
    COME_BACK = "come_back"
    CANCEL = "cancel"


TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.OPEN, Action.JOIN): State.OPEN,
    (State.OPEN, Action.AWAIT): State.OPEN,
    (State.OPEN, Action.ASSIGN): State.ASSIGNED,
    (State.OPEN, Action.FORWARD): State.FORWARDED,
    (State.OPEN, Action.CANCEL): State.CANCELLED,
    (State.ASSIGNED, Action.JOIN): State.ASSIGNED,
    (State.ASSIGNED, Action.HAND_OVER): State.ASSIGNED,
    (State.ASSIGNED, Action.RETURN): State.OPEN,
    (State.ASSIGNED, Action.RECALL): State.OPEN,
    (State.ASSIGNED, Action.EXTEND): State.ASSIGNED,
    (State.ASSIGNED, Action.INVOLVE): State.ASSIGNED,
    (State.ASSIGNED, Action.OPINE): State.ASSIGNED,
    (State.ASSIGNED, Action.REMIND): State.ASSIGNED,
    (State.ASSIGNED, Action.ESCALATE): State.ASSIGNED,
    (State.ASSIGNED, Action.ANSWER): State.ANSWERED,
    (State.ASSIGNED, Action.REPLY): State.CLOSED,
    (State.ASSIGNED, Action.REPLY_WITH_PLAN): State.COMMITTED,
    (State.ANSWERED, Action.HAND_OVER): State.ANSWERED,
    (State.ANSWERED, Action.ESCALATE): State.ANSWERED,
    (State.ANSWERED, Action.SIGN): State.SENT,
    (State.ANSWERED, Action.SEND_BACK): State.ASSIGNED,
    (State.SENT, Action.HAND_OVER): State.SENT,
    (State.SENT, Action.RATE): State.SENT,
    (State.SENT, Action.CLOSE): State.CLOSED,
    (State.SENT, Action.COMMIT): State.COMMITTED,
    (State.SENT, Action.HANDLE_AGAIN): State.ASSIGNED,
    (State.COMMITTED, Action.HAND_OVER): State.COMMITTED,
    (State.COMMITTED, Action.FULFIL): State.CLOSED,
    (State.COMMITTED, Action.LAPSE): State.ASSIGNED,
    (State.FORWARDED, Action.RECEIVE): State.SENT,
    (State.FORWARDED, Action.RECEIVE_REPLY): State.CLOSED,
    (State.FORWARDED, Action.COME_BACK): State.OPEN,
}


OWED = (State.ASSIGNED, State.ANSWERED)
"""The authors wait for an answer: for the department's, or for its signature."""


class CoDepartment(BaseModel):
    """`opinion` is None until it is given; `timed_out` where it was not given in time."""

    model_config = ConfigDict(frozen=True)

    unit_id: UUID
    opinion: str | None = None
    given_by: UUID | None = None
    given_at: datetime | None = None
    timed_out: bool = False

    @property
    def awaited(self) -> bool:
        return self.opinion is None and not self.timed_out


class Heard(CoDepartment):
    """A co-department of an earlier round, or of an assignment that is over."""

    round: int


class Answer(BaseModel):
    """Of one round. `sent_at` is set when it went to the authors."""

    model_config = ConfigDict(frozen=True)

    type: AnswerType
    text: str
    plan_on: date | None
    round: int
    written_by: UUID
    written_at: datetime
    signed_by: UUID | None = None
    sent_at: datetime | None = None
    declined_because: str | None = None


class Rating(BaseModel):
    model_config = ConfigDict(frozen=True)

    member_id: UUID
    value: RatingValue
    comment: str | None
    round: int


class Authors(BaseModel):
    """Of one form: whoever filed and seconded it."""

    model_config = ConfigDict(frozen=True)

    proposal_id: UUID
    person_ids: tuple[UUID, ...]


class Case(Aggregate):
    """`unit_id` is the unit of the body. `answered_at` is when the first answer was sent, `first_assigned_on` from when
    its days are counted, whoever it was assigned to since. `handled_again` is how often ratings have opened a round;
    `round` counts those after a plan that was not kept too.
    """

    kind: CaseKind
    unit_id: UUID
    body_id: UUID
    term_id: UUID
    session_id: UUID
    call_id: UUID
    title: str
    category: Category
    forms: tuple[Authors, ...]
    author_ids: tuple[UUID, ...]
    state: State
    opened_at: datetime
    opened_on: date
    lead_unit_id: UUID | None = None
    co_departments: tuple[CoDepartment, ...] = ()
    co_unit_ids: tuple[UUID, ...] = ()
    co_until: date | None = None
    heard: tuple[Heard, ...] = ()
    leader_id: UUID | None = None
    watcher_id: UUID | None = None
    hand_overs: tuple[HandOver, ...] = ()
    first_assigned_on: date | None = None
    assigned_on: date | None = None
    due_on: date | None = None
    rule: HandlingRule | None = None
    round: int = 0
    handled_again: int = 0
    returns: tuple[Return, ...] = ()
    recalls: tuple[Return, ...] = ()
    extensions: tuple[Extension, ...] = ()
    answers: tuple[Answer, ...] = ()
    ratings: tuple[Rating, ...] = ()
    answered_at: datetime | None = None
    answered_on: date | None = None
    answered_late: bool = False
    closed_at: datetime | None = None
    fulfilment: str | None = None
    forwarded_as: UUID | None = None
    forwarded_from: UUID | None = None
    duties: tuple[Duty, ...] = ()

    @property
    def due_at(self) -> datetime | None:
        """When something falls due next. An open case is looked at at once, to set a day by which it is assigned."""
        if self.duties:
            return self.duties[0].at
        return self.opened_at if self.state is State.OPEN else None

    @property
    def last_answer(self) -> Answer | None:
        return self.answers[-1] if self.answers else None

    @property
    def last_sent(self) -> Answer | None:
        """The last answer that went to the authors."""
        return next((answer for answer in reversed(self.answers) if answer.sent_at is not None), None)

    @property
    def last_ratings(self) -> tuple[Rating, ...]:
        """Of the last round in which somebody rated it."""
        last = max((rating.round for rating in self.ratings), default=None)
        return tuple(rating for rating in self.ratings if rating.round == last)

    @classmethod
    def open(
        cls, case_id: UUID, proposal: Proposal, *, kind: CaseKind, absorbed: Sequence[Authors], at: datetime, on: date
    ) -> "Decision[Case]":
        """`absorbed` are the forms that were merged into the proposal."""
        case = cls(
            id=case_id,
            kind=kind,
            unit_id=proposal.unit_id,
            body_id=proposal.body_id,
            term_id=proposal.term_id,
            session_id=proposal.session_id,
            call_id=proposal.call_id,
            title=proposal.title,
            category=proposal.category,
            forms=(),
            author_ids=(),
            state=State.OPEN,
            opened_at=at,
            opened_on=on,
            forwarded_from=proposal.forwarded_from,
        ).of((Authors(proposal_id=proposal.id, person_ids=proposal.people), *absorbed))
        public = events.CaseOpened(**case.ids(), kind=kind, proposal_ids=case.proposal_ids, author_ids=case.author_ids)
        restricted = events.CaseOpenedRestricted(
            case_id=case_id, title=proposal.title, category=proposal.category.value
        )
        return Decision(case, (public, restricted))

    @property
    def proposal_ids(self) -> tuple[UUID, ...]:
        return tuple(form.proposal_id for form in self.forms)

    def of(self, forms: tuple[Authors, ...]) -> "Case":
        people = dict.fromkeys(person for form in forms for person in form.person_ids)
        return self.model_copy(update={"forms": forms, "author_ids": tuple(people)})

    def join(self, other: Authors) -> "Decision[Case]":
        """Another form was merged into that of this case. Raises WrongState; OwnCase where it is its leader's."""
        decision = self._with_forms((*self.forms, other))
        if self.state is State.ASSIGNED:
            # Nobody could sign the answer, or see to it, until it is handed over.
            decision.state.require_no_author(self.leader_id, self.watcher_id)
        return decision

    def part(self, proposal_id: UUID) -> "Decision[Case]":
        """A merged form leaves. Raises WrongState."""
        return self._with_forms(tuple(form for form in self.forms if form.proposal_id != proposal_id))

    def _with_forms(self, forms: tuple[Authors, ...]) -> "Decision[Case]":
        case = self.after(Action.JOIN).of(forms)
        event = events.CaseAuthorsChanged(**self.ids(), proposal_ids=case.proposal_ids, author_ids=case.author_ids)
        return Decision(case, (event,))

    def cancel(self) -> "Decision[Case]":
        """Its disposition was revoked. Raises WrongState where somebody handles it already, or has answered it."""
        cancelled = self.after(Action.CANCEL, duties=())
        if self.answered_at is not None:
            raise WrongState(state=self.state.value, action=Action.CANCEL.value)
        return Decision(cancelled, (events.CaseCancelled(**self.ids(), author_ids=self.author_ids),))

    def assign(
        self,
        *,
        lead_unit_id: UUID,
        co_unit_ids: Sequence[UUID],
        leader_id: UUID | None,
        watcher_id: UUID | None,
        due_on: date | None,
        rule: HandlingRule,
        today: date,
        by: UUID,
    ) -> "Decision[Case]":
        """`due_on` None is the rule's. The rule of the day stays with the case.

        Raises OwnCase, LeaderMissing, LeadIsCoDepartment, DueDateNotLater, WrongState.
        """
        self.require_no_author(by, leader_id, watcher_id)
        if leader_id is None and self.kind is CaseKind.FILED:
            raise LeaderMissing
        if lead_unit_id in co_unit_ids:
            raise LeadIsCoDepartment
        due = due_on or days_after(today, rule.answer_within, rule.days)
        if due <= today:
            raise DueDateNotLater(after=today.isoformat())
        case = self.after(
            Action.ASSIGN,
            lead_unit_id=lead_unit_id,
            co_departments=tuple(CoDepartment(unit_id=unit) for unit in co_unit_ids),
            co_unit_ids=tuple(co_unit_ids),
            co_until=co_until(rule, today=today, due_on=due) if co_unit_ids else None,
            leader_id=leader_id,
            watcher_id=watcher_id,
            first_assigned_on=self.first_assigned_on or today,
            assigned_on=today,
            due_on=due,
            rule=rule,
            round=self.round + 1,
        )
        case = case.scheduled(today)
        event = events.CaseAssigned(
            **self.ids(),
            lead_unit_id=lead_unit_id,
            co_unit_ids=case.co_unit_ids,
            leader_id=leader_id,
            watcher_id=watcher_id,
            due_on=due,
            author_ids=self.author_ids,
        )
        return Decision(case, (event,))

    def forward(self, as_proposal: UUID, *, school: bool, by: UUID) -> "Decision[Case]":
        """To the school, as a form in its call. Raises OwnCase, NotOfAUnit, WrongState."""
        self.require_no_author(by)
        if school:
            raise NotOfAUnit
        case = self.after(Action.FORWARD, forwarded_as=as_proposal, duties=())
        event = events.CaseForwarded(**self.ids(), author_ids=self.author_ids, forwarded_as=as_proposal)
        return Decision(case, (event,))

    def come_back(self) -> "Decision[Case]":
        """The school has not taken it up. Raises WrongState."""
        case = self.after(Action.COME_BACK, forwarded_as=None)
        return Decision(case, (events.CaseCameBack(**self.ids(), author_ids=self.author_ids),))

    @property
    def opinions(self) -> tuple[Heard, ...]:
        """Of every co-department that was heard or whose time ran out, in all rounds and assignments."""
        now = (Heard(**each.model_dump(), round=self.round) for each in self.co_departments if not each.awaited)
        return (*self.heard, *now)

    def with_opinions_kept(self) -> "Case":
        """What the co-departments have said stays when another round or another assignment begins."""
        return self.model_copy(update={"heard": self.opinions})

    def scheduled(self, today: date) -> "Case":
        """With what falls due while it is being handled."""
        if self.due_on is None or self.rule is None:
            return self.model_copy(update={"duties": ()})
        awaited = self.co_until if any(each.awaited for each in self.co_departments) else None
        return self.model_copy(
            update={"duties": duties.of_handling(self.rule, due_on=self.due_on, co_until=awaited, today=today)}
        )

    def after(self, action: Action, **changes: Any) -> "Case":
        """The one gate of its states. Raises WrongState."""
        return self.model_copy(update={**changes, "state": transition(TRANSITIONS, self.state, action)})

    def require_no_author(self, *members: UUID | None) -> None:
        """Raises OwnCase."""
        if any(member in self.author_ids for member in members if member is not None):
            raise OwnCase(field="case_id")

    def ids(self) -> dict[str, Any]:
        return {"case_id": self.id, "unit_id": self.unit_id}

    def handlers(self) -> dict[str, Any]:
        """The departments, for an event of a case that is assigned."""
        return {**self.ids(), "lead_unit_id": self.lead_unit_id, "co_unit_ids": self.co_unit_ids}


def co_until(rule: HandlingRule, *, today: date, due_on: date) -> date:
    """The last day of the co-departments: the lead department has the day of the answer for itself."""
    last = min(days_after(today, rule.co_departments_within, rule.days), due_on - timedelta(days=1))
    return max(last, today)
