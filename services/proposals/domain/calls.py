"""The call for proposals (征集) before a session: in its window forms are filed and seconded."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.proposals.errors.calls import CallNotOpen, CallWindowInvalid, ExtensionNotLater, SessionOfCallCancelled
from shared.aggregate import Aggregate, Decision
from shared.clock import begin_of, campus_day
from shared.contracts.proposals.calls import CallAnnounced, CallCancelled, CallExtended, FormsAwaitReview
from shared.errors import NothingDue

_OFFICE_OPENS = timedelta(hours=8)


class Window(StrEnum):
    """Where a moment lies. Late, a form may become an opinion only."""

    BEFORE = "before"
    OPEN = "open"
    LATE = "late"
    OVER = "over"


class Call(Aggregate):
    """Forms are filed from `opens_at` until before `closes_at`, as opinions only until before `late_until`.

    `review_at` is when the committee is reminded of what still waits for a disposition: so many days after the last
    form could come, and as often again as forms wait. None when nothing waits any more.
    """

    session_id: UUID
    term_id: UUID
    body_id: UUID
    unit_id: UUID
    opens_at: datetime
    closes_at: datetime
    late_until: datetime
    extension_reason: str | None = None
    cancelled: bool = False
    review_within: int
    review_at: datetime | None = None

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
        review_within: int,
    ) -> "Decision[Call]":
        """`review_within` is in how many days the rule wants its forms reviewed. Raises CallWindowInvalid."""
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
            review_within=review_within,
            review_at=_morning_after(late_until, review_within),
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
        change = {
            "closes_at": closes_at,
            "late_until": late_until,
            "extension_reason": reason,
            "review_at": _morning_after(late_until, self.review_within),
        }
        call = self.model_copy(update=change)
        event = CallExtended(call_id=self.id, unit_id=self.unit_id, closes_at=closes_at, late_until=late_until)
        return Decision(call, (event,))

    def cancel(self) -> "Decision[Call]":
        """Its session is cancelled: it takes no more forms. Those that it took are to be reviewed all the same."""
        return Decision(
            self.model_copy(update={"cancelled": True}), (CallCancelled(call_id=self.id, unit_id=self.unit_id),)
        )

    def await_review(self, pending: int, *, at: datetime) -> "Decision[Call]":
        """`pending` is how many of its forms wait for a disposition. Raises NothingDue."""
        if self.review_at is None or at < self.review_at:
            raise NothingDue
        if not pending:
            return Decision(self.model_copy(update={"review_at": None}), ())
        later = self.model_copy(update={"review_at": _morning_after(at, self.review_within)})
        return Decision(later, (FormsAwaitReview(call_id=self.id, unit_id=self.unit_id, forms=pending),))

    def window(self, at: datetime) -> Window:
        if at < self.opens_at:
            return Window.BEFORE
        if at < self.closes_at:
            return Window.OPEN
        return Window.LATE if at < self.late_until else Window.OVER

    def require(self, at: datetime, *, late_too: bool = False) -> Window:
        """Raises SessionOfCallCancelled, CallNotOpen."""
        if self.cancelled:
            raise SessionOfCallCancelled
        window = self.window(at)
        if window is not Window.OPEN and not (late_too and window is Window.LATE):
            raise CallNotOpen(opens_at=self.opens_at.isoformat(), closes_at=self.closes_at.isoformat())
        return window


def _morning_after(moment: datetime, days: int) -> datetime:
    return begin_of(campus_day(moment) + timedelta(days=days)) + _OFFICE_OPENS
