"""Terms (届) of a body."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.proposals.errors.congresses import (
    DayNotReached,
    DaysReversed,
    TermHasOpenSessions,
    TermHasPendingForms,
    TermNotRunning,
)
from shared.aggregate import Aggregate, Decision, transition
from shared.contracts.proposals.congresses import TermBegun, TermEnded


class TermState(StrEnum):
    OPEN = "open"
    ENDED = "ended"


class TermAction(StrEnum):
    END = "end"


TRANSITIONS: Mapping[tuple[TermState, TermAction], TermState] = {
    (TermState.OPEN, TermAction.END): TermState.ENDED,
}


class Term(Aggregate):
    """A body has one open term at the most. `ends_on` is the first day without it.

    `sessions` is how many were ever convened in it: that it has not moved says that none was since they were counted.
    """

    body_id: UUID
    unit_id: UUID
    number: int
    begins_on: date
    ends_on: date | None = None
    state: TermState = TermState.OPEN
    sessions: int = 0

    @classmethod
    def begin(cls, term_id: UUID, *, body_id: UUID, unit_id: UUID, number: int, begins_on: date) -> "Decision[Term]":
        term = cls(id=term_id, body_id=body_id, unit_id=unit_id, number=number, begins_on=begins_on)
        event = TermBegun(term_id=term_id, body_id=body_id, unit_id=unit_id, number=number, begins_on=begins_on)
        return Decision(term, (event,))

    def convene(self) -> "Decision[Term]":
        """A session of it is convened."""
        return Decision(self.model_copy(update={"sessions": self.sessions + 1}), ())

    def end(self, *, on: date, today: date, sessions_not_over: int, forms_pending: int) -> "Decision[Term]":
        """Raises WrongState, DaysReversed, DayNotReached, TermHasOpenSessions, TermHasPendingForms."""
        state = transition(TRANSITIONS, self.state, TermAction.END)
        if on < self.begins_on:
            raise DaysReversed(first=self.begins_on.isoformat())
        if on > today:
            raise DayNotReached(day=on.isoformat(), today=today.isoformat())
        if sessions_not_over:
            raise TermHasOpenSessions(sessions=sessions_not_over)
        if forms_pending:
            raise TermHasPendingForms(forms=forms_pending)
        event = TermEnded(term_id=self.id, body_id=self.body_id, unit_id=self.unit_id, ends_on=on)
        return Decision(self.model_copy(update={"state": state, "ends_on": on}), (event,))

    def runs_on(self, day: date) -> bool:
        return self.begins_on <= day and (self.ends_on is None or day < self.ends_on)

    def require_running(self, day: date) -> None:
        """Raises TermNotRunning."""
        if not self.runs_on(day):
            raise TermNotRunning(day=day.isoformat())
