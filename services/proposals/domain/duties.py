"""What falls due in the life of a case: when, and what it is."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from services.proposals.domain.rules import HandlingRule
from shared.clock import begin_of
from shared.working_days import days_after

_OFFICE_OPENS = timedelta(hours=8)


class DutyKind(StrEnum):
    AWAIT_ASSIGNMENT = "await_assignment"
    REMIND = "remind"
    ESCALATE = "escalate"
    END_CO_DEPARTMENTS = "end_co_departments"
    END_RATING = "end_rating"
    LAPSE = "lapse"


class Duty(BaseModel):
    model_config = ConfigDict(frozen=True)

    kind: DutyKind
    at: datetime


def of_opening(rule: HandlingRule, today: date) -> tuple[Duty, ...]:
    """If it is not assigned by then, the committee is told."""
    return (Duty(kind=DutyKind.AWAIT_ASSIGNMENT, at=_morning(days_after(today, rule.assign_within, rule.days))),)


def of_handling(rule: HandlingRule, *, due_on: date, co_until: date | None, today: date) -> tuple[Duty, ...]:
    """Reminders before and after the due date, the escalation, the end of the co-departments' time.

    Where the day of the escalation is past (an answer was sent back), there is another one in as many days from today.
    """
    reminders = [
        *(days_after(due_on, -number, rule.days) for number in rule.remind_before),
        *(days_after(due_on, number, rule.days) for number in rule.remind_after),
    ]
    found = [Duty(kind=DutyKind.REMIND, at=_morning(day)) for day in sorted(set(reminders)) if day > today]
    found.append(_escalation(rule, due_on, today))
    if co_until is not None:
        found.append(Duty(kind=DutyKind.END_CO_DEPARTMENTS, at=_day_after(co_until)))
    return in_order(found)


def of_signature(rule: HandlingRule, *, due_on: date, today: date) -> tuple[Duty, ...]:
    """The department has done its part: nobody is reminded, but an answer that nobody signs is escalated."""
    return (_escalation(rule, due_on, today),)


def of_rating(rule: HandlingRule, sent_on: date) -> tuple[Duty, ...]:
    last = days_after(sent_on, rule.rate_within, rule.days)
    return (Duty(kind=DutyKind.END_RATING, at=_day_after(last)),)


def of_plan(plan_on: date) -> tuple[Duty, ...]:
    return (Duty(kind=DutyKind.LAPSE, at=_day_after(plan_on)),)


def in_order(found: Iterable[Duty]) -> tuple[Duty, ...]:
    return tuple(sorted(found, key=lambda duty: (duty.at, duty.kind)))


def _escalation(rule: HandlingRule, due_on: date, today: date) -> Duty:
    day = days_after(due_on, rule.escalate_after, rule.days)
    if day <= today:
        day = days_after(today, max(rule.escalate_after, 1), rule.days)
    return Duty(kind=DutyKind.ESCALATE, at=_morning(day))


def _morning(day: date) -> datetime:
    return begin_of(day) + _OFFICE_OPENS


def _day_after(day: date) -> datetime:
    return begin_of(day + timedelta(days=1))
