"""What happens to a case by the clock alone."""

from datetime import datetime

from services.proposals.domain.cases import Action, Case
from services.proposals.domain.duties import DutyKind, of_opening
from services.proposals.domain.handling import escalate
from services.proposals.domain.ratings import lapse, settle
from services.proposals.domain.rules import HandlingRule
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.contracts.base import DomainEvent
from shared.contracts.proposals import cases as events
from shared.errors import NothingDue


def await_assignment(case: Case, at: datetime, rule: HandlingRule) -> Decision[Case]:
    """What is open is assigned within the days of the rule, or the committee is told; again and again.

    A case that has just been opened, returned or come back has no day for that yet, and is given one.
    Raises NothingDue, WrongState.
    """
    waiting = case.after(Action.AWAIT, duties=of_opening(rule, campus_day(at)))
    if not case.duties:
        return Decision(waiting, ())
    if case.duties[0].at > at:
        raise NothingDue
    return Decision(waiting, (events.CaseAwaitsAssignment(**case.ids(), kind=case.kind, opened_on=case.opened_on),))


def fall_due(case: Case, at: datetime) -> Decision[Case]:
    """All that is due at the moment; of several missed reminders one. Raises NothingDue."""
    due = [duty for duty in case.duties if duty.at <= at]
    if not due:
        raise NothingDue
    left = tuple(duty for duty in case.duties if duty.at > at)
    case, today = case.model_copy(update={"duties": left}), campus_day(at)
    kinds = {duty.kind for duty in due}
    found: list[DomainEvent] = []
    if DutyKind.END_CO_DEPARTMENTS in kinds:
        case, ended = _end_co_departments(case)
        found.extend(ended)
    if case.due_on is not None and case.lead_unit_id is not None:
        overdue = (today - case.due_on).days
        if DutyKind.REMIND in kinds:
            case = case.after(Action.REMIND)
            found.append(events.CaseReminded(**case.handlers(), due_on=case.due_on, days_overdue=overdue))
        if DutyKind.ESCALATE in kinds:
            case, told = escalate(case, today=today)
            found.extend(told)
    if DutyKind.END_RATING in kinds:
        case, outcome = settle(case, at=at, today=today)
        found.extend(outcome)
    if DutyKind.LAPSE in kinds:
        case, outcome = lapse(case, today=today)
        found.extend(outcome)
    return Decision(case, tuple(found))


def _end_co_departments(case: Case) -> tuple[Case, list[DomainEvent]]:
    assert case.lead_unit_id is not None  # noqa: S101  only what is assigned awaits opinions
    told: list[DomainEvent] = [
        events.CaseOpinionGiven(
            **case.ids(), lead_unit_id=case.lead_unit_id, co_unit_id=each.unit_id, given=False, in_time=False
        )
        for each in case.co_departments
        if each.awaited
    ]
    ended = tuple(each.model_copy(update={"timed_out": True}) if each.awaited else each for each in case.co_departments)
    return case.after(Action.OPINE, co_departments=ended), told
