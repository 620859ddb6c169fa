"""How a case is handled: returned, extended, co-departments heard, answered, signed."""

from datetime import date, datetime
from uuid import UUID

from services.proposals.domain import duties
from services.proposals.domain.cases import Action, Answer, Case, Extension, Return
from services.proposals.domain.duties import DutyKind
from services.proposals.domain.rules import HandlingRule
from services.proposals.errors.cases import (
    DueDateNotLater,
    NoMoreExtensions,
    NotACoDepartment,
    NotTheLeaderInCharge,
    OpinionGiven,
    OpinionsMissing,
    PlanMissing,
    ReturnedAlready,
)
from shared.aggregate import Decision
from shared.contracts.proposals import cases as events
from shared.contracts.proposals.cases import AnswerType, CaseKind


def return_for_assignment(case: Case, *, reason: str, at: datetime) -> Decision[Case]:
    """Each department once. Raises ReturnedAlready, WrongState."""
    lead = case.lead_unit_id
    returned = case.after(
        Action.RETURN,
        lead_unit_id=None,
        co_departments=(),
        co_unit_ids=(),
        co_until=None,
        leader_id=None,
        assigned_on=None,
        due_on=None,
        duties=(),
        round=case.round - 1,
        returns=(*case.returns, Return(unit_id=lead, reason=reason, at=at)) if lead else case.returns,
    )
    if any(each.unit_id == lead for each in case.returns):
        raise ReturnedAlready
    event = events.CaseReturned(**case.ids(), lead_unit_id=_lead(case), watcher_id=case.watcher_id)
    return Decision(returned, (event,))


def extend(case: Case, *, due_on: date, reason: str, at: datetime, today: date) -> Decision[Case]:
    """Raises NoMoreExtensions, DueDateNotLater, WrongState."""
    extended = case.after(
        Action.EXTEND, due_on=due_on, extensions=(*case.extensions, Extension(due_on=due_on, reason=reason, at=at))
    )
    if case.rule is not None and len(case.extensions) >= case.rule.extensions:
        raise NoMoreExtensions(most=case.rule.extensions)
    earliest = max(today, case.due_on or today)
    if due_on <= earliest:
        raise DueDateNotLater(after=earliest.isoformat())
    event = events.CaseExtended(**case.handlers(), due_on=due_on, author_ids=case.author_ids)
    return Decision(extended.scheduled(today), (event,))


def give_opinion(case: Case, unit_id: UUID, *, text: str, by: UUID, at: datetime) -> Decision[Case]:
    """Of a co-department; also after its time ran out, as long as there is no answer.

    Raises NotACoDepartment, OpinionGiven, WrongState.
    """
    given = case.after(
        Action.OPINE,
        co_departments=tuple(
            each.model_copy(update={"opinion": text, "given_by": by, "given_at": at})
            if each.unit_id == unit_id
            else each
            for each in case.co_departments
        ),
    )
    current = next((each for each in case.co_departments if each.unit_id == unit_id), None)
    if current is None:
        raise NotACoDepartment
    if current.opinion is not None:
        raise OpinionGiven
    if not any(each.awaited for each in given.co_departments):
        left = tuple(duty for duty in case.duties if duty.kind is not DutyKind.END_CO_DEPARTMENTS)
        given = given.model_copy(update={"duties": left})
    event = events.CaseOpinionGiven(
        **case.ids(), lead_unit_id=_lead(case), co_unit_id=unit_id, given=True, in_time=not current.timed_out
    )
    return Decision(given, (event,))


def remind(case: Case, *, today: date) -> Decision[Case]:
    """By a member of the committee, whenever they see fit. Raises WrongState."""
    reminded = case.after(Action.REMIND)
    overdue = (today - _due(case)).days
    return Decision(reminded, (events.CaseReminded(**case.handlers(), due_on=_due(case), days_overdue=overdue),))


def answer(
    case: Case, kind: AnswerType, *, text: str, plan_on: date | None, by: UUID, at: datetime, today: date
) -> Decision[Case]:
    """Of the lead department, when the co-departments have been heard. That of an opinion goes out at once; that of a
    case is to be signed. It is taken after the due date too, and then counts as late.

    Raises OwnCase, OpinionsMissing, PlanMissing, WrongState.
    """
    written = Answer(type=kind, text=text, plan_on=plan_on, round=case.round, written_by=by, written_at=at)
    opinion = case.kind is CaseKind.OPINION
    planned = Action.REPLY_WITH_PLAN if kind is AnswerType.PLANNED else Action.REPLY
    answered = case.after(planned if opinion else Action.ANSWER, answers=(*case.answers, written), duties=())
    case.require_no_author(by)
    if awaited := [each.unit_id for each in case.co_departments if each.awaited]:
        raise OpinionsMissing(unit_ids=awaited, until=str(case.co_until))
    if (plan_on is not None) != (kind is AnswerType.PLANNED) or (plan_on is not None and plan_on <= today):
        raise PlanMissing
    if not opinion:
        event = events.CaseAnswered(
            **case.ids(), lead_unit_id=_lead(case), leader_id=case.leader_id, answer=kind, round=case.round
        )
        return Decision(answered, (event,))
    sent, told = send(answered, signed_by=None, at=at, today=today)
    closed = sent.model_copy(update={"closed_at": at, "duties": duties.of_plan(plan_on) if plan_on else ()})
    end = events.CaseClosed(
        **case.ids(), author_ids=case.author_ids, dissatisfied=False, leader_id=case.leader_id, committed_on=plan_on
    )
    return Decision(closed, (told, end))


def sign(case: Case, *, by: UUID, at: datetime, today: date) -> Decision[Case]:
    """Of the leader in charge; then it is sent, and may be rated. Raises NotTheLeaderInCharge, OwnCase, WrongState."""
    signed = case.after(Action.SIGN)
    _require_leader(case, by)
    sent, event = send(signed, signed_by=by, at=at, today=today)
    assert case.rule is not None  # noqa: S101  an answered case was assigned, by a rule
    return Decision(sent.model_copy(update={"duties": duties.of_rating(case.rule, today)}), (event,))


def send_back(case: Case, *, by: UUID, reason: str, today: date) -> Decision[Case]:
    """The leader does not sign. Raises NotTheLeaderInCharge, OwnCase, WrongState."""
    declined = case.answers[-1].model_copy(update={"declined_because": reason}) if case.answers else None
    back = case.after(Action.SEND_BACK, answers=(*case.answers[:-1], declined))
    _require_leader(case, by)
    event = events.CaseAnswerDeclined(**case.ids(), lead_unit_id=_lead(case), leader_id=case.leader_id)
    return Decision(back.scheduled(today), (event,))


def receive(case: Case, sent: Answer, *, rule: HandlingRule, at: datetime, today: date) -> Decision[Case]:
    """The school's answer to what a unit had forwarded; `rule` is the one that it was handled by. Raises WrongState."""
    round_ = case.round + 1
    answers = (*case.answers, sent.model_copy(update={"round": round_}))
    received = case.after(Action.RECEIVE, answers=answers, round=round_, rule=rule)
    told, event = send(received, signed_by=sent.signed_by, at=at, today=today)
    return Decision(told.model_copy(update={"duties": duties.of_rating(rule, today)}), (event,))


def send(case: Case, *, signed_by: UUID | None, at: datetime, today: date) -> tuple[Case, events.CaseAnswerSent]:
    """The last answer goes to the authors."""
    last = case.answers[-1].model_copy(update={"signed_by": signed_by, "sent_at": at})
    late = case.due_on is not None and today > case.due_on
    first = case.answered_at is None
    sent = case.model_copy(
        update={
            "answers": (*case.answers[:-1], last),
            "answered_at": at if first else case.answered_at,
            "answered_on": today if first else case.answered_on,
            "answered_late": late if first else case.answered_late,
        }
    )
    event = events.CaseAnswerSent(
        **case.ids(),
        kind=case.kind,
        lead_unit_id=case.lead_unit_id,
        answer=last.type,
        round=case.round,
        days=(today - (case.assigned_on or case.opened_on)).days,
        overdue=late,
        author_ids=case.author_ids,
    )
    return sent, event


def _require_leader(case: Case, by: UUID) -> None:
    case.require_no_author(by)
    if by != case.leader_id:
        raise NotTheLeaderInCharge


def _lead(case: Case) -> UUID:
    assert case.lead_unit_id is not None  # noqa: S101  the table lets nothing here that is not assigned
    return case.lead_unit_id


def _due(case: Case) -> date:
    assert case.due_on is not None  # noqa: S101  as above
    return case.due_on
