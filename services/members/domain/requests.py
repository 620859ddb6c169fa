"""What a person asks for by right: everything that is held about them, or its erasure (个人信息保护法, 45 and 47)."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.members.errors import AnswersOutdated, ErasureHeld
from shared.aggregate import Aggregate, Decision, transition
from shared.contracts.persons import HOLDERS, PersonDataRequested, PersonErasureRequested
from shared.errors import OwnCase

ANSWERS_HOLD = timedelta(days=1)
"""What a service has to keep may be another thing the day after."""


class Right(StrEnum):
    EXPORT = "export"
    ERASURE = "erasure"


class State(StrEnum):
    WAITING = "waiting"
    """Not every service has answered."""
    READY = "ready"
    """The archive can be fetched; the erasure can be confirmed."""
    HELD = "held"
    """The law makes a service keep something until a day."""
    DONE = "done"


class Action(StrEnum):
    COMPLETE = "complete"
    HOLD = "hold"
    CONFIRM = "confirm"


TRANSITIONS = {
    (State.WAITING, Action.COMPLETE): State.READY,
    (State.WAITING, Action.HOLD): State.HELD,
    (State.READY, Action.CONFIRM): State.DONE,
}


class PersonRequest(Aggregate):
    """`waiting_for` are the services that have not answered. `held_until` and `source` are of the longest hold."""

    member_id: UUID
    unit_id: UUID
    right: Right
    state: State
    waiting_for: tuple[str, ...]
    held_until: date | None = None
    source: str | None = None
    requested_by: UUID
    requested_at: datetime
    answered_at: datetime | None = None
    confirmed_by: UUID | None = None

    @classmethod
    def ask(
        cls, request_id: UUID, *, right: Right, member_id: UUID, unit_id: UUID, by: UUID, at: datetime
    ) -> "Decision[PersonRequest]":
        request = cls(
            id=request_id,
            member_id=member_id,
            unit_id=unit_id,
            right=right,
            state=State.WAITING,
            waiting_for=HOLDERS,
            requested_by=by,
            requested_at=at,
        )
        asked = PersonDataRequested if right is Right.EXPORT else PersonErasureRequested
        return Decision(request, (asked(request_id=request_id, member_id=member_id),))

    def hear(
        self, service: str, *, at: datetime, held_until: date | None = None, source: str | None = None
    ) -> "Decision[PersonRequest]":
        """A service has answered. Once more is as once."""
        if service not in self.waiting_for:
            return Decision(self, ())
        rest = tuple(other for other in self.waiting_for if other != service)
        longest = self
        if held_until is not None and (self.held_until is None or held_until > self.held_until):
            longest = self.model_copy(update={"held_until": held_until, "source": source})
        state, answered = self.state, None
        if not rest:
            answered = at
            state = transition(TRANSITIONS, state, Action.HOLD if longest.held_until else Action.COMPLETE)
        return Decision(longest.model_copy(update={"waiting_for": rest, "state": state, "answered_at": answered}), ())

    def confirm(self, *, by: UUID, at: datetime) -> "Decision[PersonRequest]":
        """Raises ErasureHeld, OwnCase, WrongState, AnswersOutdated."""
        if self.state is State.HELD and self.held_until is not None:
            raise ErasureHeld(until=self.held_until.isoformat(), source=self.source or "")
        if by == self.member_id:
            raise OwnCase(field="member_id")
        state = transition(TRANSITIONS, self.state, Action.CONFIRM)
        if self.answered_at is None or at - self.answered_at > ANSWERS_HOLD:
            raise AnswersOutdated(hours=int(ANSWERS_HOLD.total_seconds() // 3600))
        return Decision(self.model_copy(update={"state": state, "confirmed_by": by}), ())
