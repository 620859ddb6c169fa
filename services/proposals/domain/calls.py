"""The call for proposals (征集) before a session: in its window forms are filed and seconded."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.proposals.errors.calls import CallNotOpen, CallWindowInvalid, ExtensionNotLater
from shared.aggregate import Aggregate, Decision
from shared.contracts.proposals.calls import CallAnnounced, CallExtended


class Window(StrEnum):
    """Where a moment lies. Late, a form may become an opinion only."""

    BEFORE = "before"
    OPEN = "open"
    LATE = "late"
    OVER = "over"


class Call(Aggregate):
    """Forms are filed from `opens_at` until before `closes_at`, as opinions only until before `late_until`."""

    session_id: UUID
    term_id: UUID
    body_id: UUID
    unit_id: UUID
    opens_at: datetime
    closes_at: datetime
    late_until: datetime
    extension_reason: str | None = None

    @classmethod
    def announce(
        cls,
        call_id: UUID,
        *,
        session_id: UUID,
        term_id: UUID,
        body_id: UUID,
        unit_id: UUID,
        opens_at: datetime,
        closes_at: datetime,
        late_until: datetime,
    ) -> "Decision[Call]":
        """Raises CallWindowInvalid."""
        if not opens_at < closes_at <= late_until:
            raise CallWindowInvalid
        call = cls(
            id=call_id,
            session_id=session_id,
            term_id=term_id,
            body_id=body_id,
            unit_id=unit_id,
            opens_at=opens_at,
            closes_at=closes_at,
            late_until=late_until,
        )
        event = CallAnnounced(
            call_id=call_id,
            session_id=session_id,
            term_id=term_id,
            unit_id=unit_id,
            opens_at=opens_at,
            closes_at=closes_at,
            late_until=late_until,
        )
        return Decision(call, (event,))

    def extend(self, *, closes_at: datetime, late_until: datetime, reason: str, at: datetime) -> "Decision[Call]":
        """Raises ExtensionNotLater, CallWindowInvalid."""
        if closes_at <= self.closes_at or closes_at <= at:
            raise ExtensionNotLater(closes_at=self.closes_at.isoformat())
        if late_until < closes_at:
            raise CallWindowInvalid
        call = self.model_copy(update={"closes_at": closes_at, "late_until": late_until, "extension_reason": reason})
        event = CallExtended(call_id=self.id, unit_id=self.unit_id, closes_at=closes_at, late_until=late_until)
        return Decision(call, (event,))

    def window(self, at: datetime) -> Window:
        if at < self.opens_at:
            return Window.BEFORE
        if at < self.closes_at:
            return Window.OPEN
        return Window.LATE if at < self.late_until else Window.OVER

    def require(self, at: datetime, *, late_too: bool = False) -> Window:
        """Raises CallNotOpen."""
        window = self.window(at)
        if window is not Window.OPEN and not (late_too and window is Window.LATE):
            raise CallNotOpen(opens_at=self.opens_at.isoformat(), closes_at=self.closes_at.isoformat())
        return window
