"""How a case is handled: returned, extended, co-departments heard, answered, signed."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.proposals.domain import duties
from services.proposals.domain.case_history import Extension, HandOver, Return
from services.proposals.domain.cases import Action, Answer, Case, CoDepartment, State, co_until
from services.proposals.domain.duties import DutyKind
from services.proposals.domain.rules import HandlingRule
from services.proposals.errors.cases import (
    DueDateNotLater,
    ExtensionTooLong,
    LeadIsCoDepartment,
    NoMoreExtensions,
    NotACoDepartment,
    NothingHandedOver,
    NotTheLeaderInCharge,
    OpinionGiven,
    OpinionsMissing,
    PlanMissing,
    ReturnedAlready,
    SameCoDepartments,
    WroteTheAnswer,
)
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.contracts.base import DomainEvent
from shared.contracts.proposals import cases as events
from shared.contracts.proposals.cases import AnswerType, CaseKind
from shared.working_days import days_after


def hand_over(
    case: Case, *, leader_id: UUID | None, watcher_id: UUID | None, reason: str, by: UUID, at: datetime
) -> Decision[Case]:
    """To another leader in charge, another member of the committee who watches over it, or both: None stays as it is.

    Whoever was named cannot always see it through: they leave the college or their office, or had no business with it.
    Raises NothingHandedOver, OwnCase, WrongState.
    """
    leader, watcher = leader_id or case.leader_id, watcher_id or case.watcher_id
    before = HandOver(leader_id=case.leader_id, watcher_id=case.watcher_id, reason=reason, at=at)
    handed = case.after(Action.HAND_OVER, leader_id=leader, watcher_id=watcher, hand_overs=(*case.hand_overs, before))
    case.require_no_author(by, leader_id, watcher_id)
    if (leader, watcher) == (case.leader_id, case.watcher_id):
        raise NothingHandedOver
    event = events.CaseHandedOver(
        **case.ids(),
        lead_unit_id=case.lead_unit_id,
        leader_id=leader,
        watcher_id=watcher,
        former_leader_id=case.leader_id,
        former_watcher_id=case.watcher_id,
    )
    return Decision(handed, (event,))


def return_for_assignment(case: Case, *, reason: str, at: datetime) -> Decision[Case]:
    """By the lead department, each once. Raises ReturnedAlready, WrongState."""
    returned = _unassigned(case, Action.RETURN)
    lead = _lead(case)
    if any(each.unit_id == lead for each in case.returns):
        raise ReturnedAlready
    returns = (*case.returns, Return(unit_id=lead, reason=reason, at=at))
    event = events.CaseReturned(**case.ids(), lead_unit_id=lead, watcher_id=case.watcher_id)
    return Decision(returned.model_copy(update={"returns": returns}), (event,))


def recall(case: Case, *, reason: str, by: UUID, at: datetime) -> Decision[Case]:
    """By the committee, which has assigned it to the wrong department. Raises OwnCase, WrongState."""
    recalled = _unassigned(case, Action.RECALL)
    case.require_no_author(by)
    recalls = (*case.recalls, Return(unit_id=_lead(case), reason=reason, at=at))
    event = events.CaseRecalled(**case.handlers(), leader_id=case.leader_id, watcher_id=case.watcher_id)
    return Decision(recalled.model_copy(update={"recalls": recalls}), (event,))


def _unassigned(case: Case, action: Action) -> Case:
    return case.with_opinions_kept().after(
        action,
        lead_unit_id=None,
        co_departments=(),
        co_unit_ids=(),
        co_until=None,
        leader_id=None,
        assigned_on=None,
        due_on=None,
        duties=(),
        round=case.round - 1,
    )


def extend(case: Case, *, due_on: date, reason: str, at: datetime, today: date) -> Decision[Case]:
    """As often and as far as the rule lets it in a round: the lead department extends its own time.

    Raises NoMoreExtensions, DueDateNotLater, ExtensionTooLong, WrongState.
    """
    extension = Extension(due_on=due_on, reason=reason, round=case.round, at=at)
    extended = case.after(Action.EXTEND, due_on=due_on, extensions=(*case.extensions, extension))
    earliest = max(today, _due(case))
    if case.rule is not None:
        if sum(each.round == case.round for each in case.extensions) >= case.rule.extensions:
            raise NoMoreExtensions(most=case.rule.extensions)
        latest = days_after(earliest, case.rule.extend_by_at_most, case.rule.days)
        if due_on > latest:
            raise ExtensionTooLong(latest=latest.isoformat())
    if due_on <= earliest:
        raise DueDateNotLater(after=earliest.isoformat())
    event = events.CaseExtended(
        **case.handlers(),
        leader_id=case.leader_id,
        watcher_id=case.watcher_id,
        due_on=due_on,
        author_ids=case.author_ids,
    )
    return Decision(extended.scheduled(today), (event,))


def involve(case: Case, co_unit_ids: Sequence[UUID], *, by: UUID, today: date) -> Decision[Case]:
    """These are the co-departments from now on. What one that leaves has said stays, and one that comes has its time
    from today.

    Raises OwnCase, LeadIsCoDepartment, SameCoDepartments, WrongState.
    """
    involved = case.after(Action.INVOLVE)
    case.require_no_author(by)
    if case.lead_unit_id in co_unit_ids:
        raise LeadIsCoDepartment
    if set(co_unit_ids) == set(case.co_unit_ids):
        raise SameCoDepartments
    assert case.rule is not None  # noqa: S101  what is assigned was assigned by a rule
    known = {each.unit_id: each for each in case.co_departments}
    added = tuple(unit for unit in co_unit_ids if unit not in known)
    removed = tuple(unit for unit in case.co_unit_ids if unit not in co_unit_ids)
    said = tuple(each for each in case.opinions[len(case.heard) :] if each.unit_id in removed)
    involved = involved.model_copy(
        update={
            "co_departments": tuple(known.get(unit) or CoDepartment(unit_id=unit) for unit in co_unit_ids),
            "co_unit_ids": tuple(co_unit_ids),
            "co_until": co_until(case.rule, today=today, due_on=_due(case)) if added else case.co_until,
            "heard": (*case.heard, *said),
        }
    )
    event = events.CaseCoDepartmentsChanged(
        **involved.handlers(), added_unit_ids=added, removed_unit_ids=removed, due_on=_due(case)
    )
    return Decision(involved.scheduled(today), (event,))


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


def escalate(case: Case, *, today: date) -> Decision[Case]:
    """The answer is long overdue, or was written and nobody signs it. Raises WrongState."""
    escalated = case.after(Action.ESCALATE)
    if case.state is State.ANSWERED and case.rule is not None:
        # Nothing else falls due while it waits for its signature: whoever leaves it unsigned hears of it again.
        again = duties.of_signature(case.rule, due_on=_due(case), today=today)
        escalated = escalated.model_copy(update={"duties": again})
    event = events.CaseEscalated(
        **case.ids(),
        lead_unit_id=_lead(case),
        leader_id=case.leader_id,
        watcher_id=case.watcher_id,
        due_on=_due(case),
        days_overdue=(today - _due(case)).days,
        awaits_signature=case.state is State.ANSWERED,
    )
    return Decision(escalated, (event,))


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
        assert case.rule is not None  # noqa: S101  what is answered was assigned, by a rule
        answered = answered.model_copy(
            update={"duties": duties.of_signature(case.rule, due_on=_due(case), today=today)}
        )
        event = events.CaseAnswered(
            **case.ids(), lead_unit_id=_lead(case), leader_id=case.leader_id, answer=kind, round=case.round
        )
        return Decision(answered, (event,))
    sent, told = send(answered, signed_by=None, at=at, today=today)
    closed = sent.model_copy(update={"closed_at": at, "duties": duties.of_plan(plan_on) if plan_on else ()})
    return Decision(closed, (told, _closed(case, committed_on=plan_on)))


def sign(case: Case, *, by: UUID, at: datetime, today: date) -> Decision[Case]:
    """Of the leader in charge; then it is sent, and may be rated.

    Raises NotTheLeaderInCharge, OwnCase, WroteTheAnswer, WrongState.
    """
    signed = case.after(Action.SIGN)
    _require_leader(case, by)
    if case.answers[-1].written_by == by:
        raise WroteTheAnswer
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
    """The school's answer to what a unit had forwarded; `rule` is the one that it was handled by. As at the unit
    itself, a case may be rated then, and an opinion is closed. Raises WrongState.
    """
    round_, opinion = case.round + 1, case.kind is CaseKind.OPINION
    answers = (*case.answers, sent.model_copy(update={"round": round_}))
    action = Action.RECEIVE_REPLY if opinion else Action.RECEIVE
    received = case.after(action, answers=answers, round=round_, rule=rule)
    told, event = send(received, signed_by=sent.signed_by, at=at, today=today)
    if opinion:
        return Decision(told.model_copy(update={"closed_at": at}), (event, _closed(case, committed_on=None)))
    return Decision(told.model_copy(update={"duties": duties.of_rating(rule, today)}), (event,))


def send(case: Case, *, signed_by: UUID | None, at: datetime, today: date) -> tuple[Case, events.CaseAnswerSent]:
    """The last answer goes to the authors. Whether it is late is a matter of the day on which it was written: what the
    department wrote in time may have waited for its signature.
    """
    last = case.answers[-1].model_copy(update={"signed_by": signed_by, "sent_at": at})
    late = case.due_on is not None and campus_day(last.written_at) > case.due_on
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
        days=(today - _begun_on(case)).days,
        overdue=late,
        author_ids=case.author_ids,
    )
    return sent, event


def _begun_on(case: Case) -> date:
    """From when the days of its answer are counted: of what the school has answered, from the opening."""
    first = case.first_assigned_on if case.forwarded_as is None else None
    return first or case.opened_on


def _closed(case: Case, *, committed_on: date | None) -> DomainEvent:
    """An opinion, which nobody rates."""
    return events.CaseClosed(
        **case.ids(),
        author_ids=case.author_ids,
        dissatisfied=False,
        leader_id=case.leader_id,
        watcher_id=case.watcher_id,
        committed_on=committed_on,
    )


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
