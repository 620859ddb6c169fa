"""Forms and cases, each brought into its state by what really happens to them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.proposals.domain import cases, dispositions, proposals
from services.proposals.domain.cases import Authors, Case
from services.proposals.domain.handling import answer, give_opinion, sign
from services.proposals.domain.proposals import Category, Proposal
from services.proposals.domain.ratings import rate
from services.proposals.domain.rules import HandlingRule, ProposalRule
from shared.aggregate import Decision
from shared.contracts.proposals.cases import AnswerType, CaseKind, RatingValue
from shared.contracts.proposals.forms import Disposition, NotFiledReason, SecondAnswer
from shared.ids import new_id
from shared.working_days import Days

AT = datetime(2022, 3, 1, 2, tzinfo=UTC)
TODAY = date(2022, 3, 1)
DUE = date(2022, 4, 30)

BODY, UNIT, TERM, SESSION, CALL = new_id(), new_id(), new_id(), new_id(), new_id()
PROPOSER, FIRST, SECOND, PENDING = new_id(), new_id(), new_id(), new_id()
"""The proposer, two seconders who have accepted, and one who has not answered."""
COMMITTEE, PRESIDIUM, LEADER, WATCHER, WRITER = new_id(), new_id(), new_id(), new_id(), new_id()
LEAD, CO, OTHER_CO = new_id(), new_id(), new_id()

RULE = ProposalRule(
    id=new_id(),
    effective_from=date(2000, 1, 1),
    source="测试",
    minimum_seconders=2,
    forms_per_delegate=10,
    delegations_need_seconders=False,
    review_within=15,
)
HANDLING = HandlingRule(
    id=new_id(),
    effective_from=date(2000, 1, 1),
    source="测试",
    days=Days.NATURAL,
    assign_within=15,
    answer_within=60,
    co_departments_within=30,
    remind_before=(15, 7, 1),
    remind_after=(1, 7, 14),
    escalate_after=15,
    extensions=1,
    extend_by_at_most=60,
    rate_within=15,
    rounds=2,
)


def morning(day: date) -> datetime:
    """Eight o'clock on the campus."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def midnight(day: date) -> datetime:
    """When the day begins on the campus."""
    return morning(day) - timedelta(hours=8)


def file(seconders: Sequence[UUID] = (FIRST, SECOND, PENDING), **given: Any) -> Decision[Proposal]:
    delegates = given.pop("delegates", seconders)
    fields: dict[str, Any] = {
        "call_id": CALL,
        "session_id": SESSION,
        "term_id": TERM,
        "body_id": BODY,
        "unit_id": UNIT,
        "title": "关于改善午休条件的提案",
        "grounds": "教师午间没有休息的地方",
        "suggestion": "开放一间休息室",
        "category": Category.WELFARE,
        "proposer_id": PROPOSER,
        "proposer_unit_id": UNIT,
        "delegation_id": None,
        "ordinal": 1,
        "late": False,
        "at": AT,
    }
    return Proposal.file(new_id(), seconder_ids=seconders, delegates=frozenset(delegates), **{**fields, **given})


def seconded(form: Proposal, *members: UUID) -> Proposal:
    for member in members:
        form = form.second(by=member, answer=SecondAnswer.ACCEPTED, revision=form.revision).state
    return form


def collected(**given: Any) -> Proposal:
    """Seconded by two; a third is asked."""
    return seconded(file(**given).state, FIRST, SECOND)


def other(*seconders: UUID, **given: Any) -> Proposal:
    """A form of somebody else, seconded by those named."""
    return seconded(file(seconders, **{"proposer_id": new_id(), **given}).state, *seconders)


def dispose(form: Proposal, disposition: Disposition, **given: Any) -> Decision[Proposal]:
    turned_down = disposition is Disposition.NOT_FILED
    fields: dict[str, Any] = {
        "by": COMMITTEE,
        "rule": RULE,
        "note": "说明",
        "reason": NotFiledReason.ALREADY_SOLVED if turned_down else None,
        "case_id": None if turned_down else new_id(),
        "at": AT,
    }
    return dispositions.dispose(form, disposition, **{**fields, **given})


def merged(form: Proposal, into: Proposal) -> tuple[Proposal, Proposal]:
    """Both, after the merger."""
    gone = dispositions.merge(form, into, by=COMMITTEE, note=None, at=AT).state
    return gone, dispositions.absorb(into, form).state


def form_in(state: proposals.State, form: Proposal | None = None) -> Proposal:
    form = form or collected()
    match state:
        case proposals.State.COLLECTED:
            return form
        case proposals.State.REFERRED:
            return dispositions.refer(form, by=COMMITTEE, presidium_ids=[PRESIDIUM], note="意见不一").state
        case proposals.State.WITHDRAWN:
            return form.withdraw(by=PROPOSER).state
        case proposals.State.MERGED:
            return merged(form, other())[0]
    return dispose(form, Disposition(state.value)).state


def open_case(form: Proposal | None = None, kind: CaseKind = CaseKind.FILED) -> Decision[Case]:
    form = form or collected()
    absorbed = [Authors(proposal_id=each.proposal_id, person_ids=each.person_ids) for each in form.absorbed]
    return Case.open(new_id(), form, kind=kind, absorbed=absorbed, at=AT, on=TODAY)


def assign(case: Case, **given: Any) -> Decision[Case]:
    """With two co-departments, by the rule's date."""
    fields: dict[str, Any] = {
        "lead_unit_id": LEAD,
        "co_unit_ids": [CO, OTHER_CO],
        "leader_id": LEADER,
        "watcher_id": WATCHER,
        "due_on": None,
        "rule": HANDLING,
        "today": TODAY,
        "by": COMMITTEE,
    }
    return case.assign(**{**fields, **given})


def assigned(kind: CaseKind = CaseKind.FILED, **given: Any) -> Case:
    return assign(open_case(kind=kind).state, **given).state


def heard(case: Case, at: datetime = AT) -> Case:
    """Its co-departments have given their opinions."""
    for each in case.co_departments:
        case = give_opinion(case, each.unit_id, text="同意", by=new_id(), at=at).state
    return case


def answered(case: Case, kind: AnswerType = AnswerType.DONE, *, on: date = TODAY, **given: Any) -> Decision[Case]:
    planned = on + timedelta(days=90) if kind is AnswerType.PLANNED else None
    fields: dict[str, Any] = {"text": "已办理", "plan_on": planned, "by": WRITER, "at": morning(on), "today": on}
    return answer(case, kind, **{**fields, **given})


def signed(case: Case, *, on: date = TODAY) -> Case:
    return sign(case, by=LEADER, at=morning(on), today=on).state


def sent(kind: AnswerType = AnswerType.DONE, *, on: date = TODAY, **given: Any) -> Case:
    return signed(answered(heard(assigned(**given)), kind, on=on).state, on=on)


def rated(case: Case, by: UUID, value: RatingValue = RatingValue.SATISFIED, *, on: date = TODAY) -> Decision[Case]:
    return rate(case, value, by=by, comment=None, at=morning(on), today=on)


def rated_by_all(case: Case, *values: RatingValue, on: date = TODAY) -> Decision[Case]:
    """By its authors in order; who has no value left is satisfied. The decision is the last one's."""
    found = [*values, *[RatingValue.SATISFIED] * (len(case.author_ids) - len(values))]
    decision = Decision(case, ())
    for author, value in zip(case.author_ids, found, strict=True):
        decision = rated(decision.state, author, value, on=on)
    return decision


def case_in(state: cases.State) -> Case:
    match state:
        case cases.State.OPEN:
            return open_case().state
        case cases.State.ASSIGNED:
            return assigned()
        case cases.State.ANSWERED:
            return answered(heard(assigned())).state
        case cases.State.SENT:
            return sent()
        case cases.State.COMMITTED:
            return rated_by_all(sent(AnswerType.PLANNED)).state
        case cases.State.CLOSED:
            return rated_by_all(sent()).state
        case cases.State.FORWARDED:
            return open_case().state.forward(new_id(), school=False, by=COMMITTEE).state
    return open_case().state.cancel().state
