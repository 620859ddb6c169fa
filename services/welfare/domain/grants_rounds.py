"""Rounds of hardship grants (申报批次): between two days, or open all year."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.welfare.errors.grants import KindNotTaken, RoundDatesInvalid, RoundNotOpen
from shared.aggregate import Aggregate, Decision, transition
from shared.clock import begin_of, campus_day
from shared.contracts.welfare.grants import HardshipKind, HardshipRoundClosed, HardshipRoundOpened
from shared.errors import NothingDue


class RoundState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class RoundAction(StrEnum):
    CLOSE = "close"


ROUND_TRANSITIONS: Mapping[tuple[RoundState, RoundAction], RoundState] = {
    (RoundState.OPEN, RoundAction.CLOSE): RoundState.CLOSED,
}


class GrantRound(Aggregate):
    """`closes_on` is its last day, None where it is open all year. What was handed in by then goes on."""

    unit_id: UUID
    title: str
    kinds: tuple[HardshipKind, ...]
    opens_on: date
    closes_on: date | None
    state: RoundState
    opened_by: UUID
    closed_at: datetime | None = None

    @classmethod
    def open(
        cls,
        round_id: UUID,
        *,
        unit_id: UUID,
        title: str,
        kinds: Collection[HardshipKind],
        opens_on: date,
        closes_on: date | None,
        by: UUID,
        today: date,
    ) -> "Decision[GrantRound]":
        """`unit_id` is the school. Raises RoundDatesInvalid."""
        if closes_on is not None and closes_on < max(opens_on, today):
            raise RoundDatesInvalid(today=today.isoformat())
        made = cls(
            id=round_id,
            unit_id=unit_id,
            title=title,
            kinds=tuple(dict.fromkeys(kinds)),
            opens_on=opens_on,
            closes_on=closes_on,
            state=RoundState.OPEN,
            opened_by=by,
        )
        event = HardshipRoundOpened(round_id=round_id, unit_id=unit_id, opens_on=opens_on, closes_on=closes_on)
        return Decision(made, (event,))

    def close(self, *, at: datetime) -> "Decision[GrantRound]":
        """Raises WrongState."""
        state = transition(ROUND_TRANSITIONS, self.state, RoundAction.CLOSE)
        closed = self.model_copy(update={"state": state, "closed_at": at})
        return Decision(closed, (HardshipRoundClosed(round_id=self.id, unit_id=self.unit_id),))

    @property
    def due_at(self) -> datetime | None:
        """When it closes by itself."""
        if self.state is RoundState.CLOSED or self.closes_on is None:
            return None
        return begin_of(self.closes_on + timedelta(days=1))

    def fall_due(self, at: datetime) -> "Decision[GrantRound]":
        """Raises NothingDue."""
        if self.due_at is None or at < self.due_at:
            raise NothingDue
        return self.close(at=at)

    def require(self, kind: HardshipKind, on: date) -> None:
        """Raises RoundNotOpen, KindNotTaken."""
        over = self.closes_on is not None and on > self.closes_on
        if self.state is RoundState.CLOSED or on < self.opens_on or over:
            last = self.closes_on or (campus_day(self.closed_at) if self.closed_at else None)
            raise RoundNotOpen(opens_on=self.opens_on.isoformat(), closes_on=last.isoformat() if last else "—")
        if kind not in self.kinds:
            raise KindNotTaken(kinds=[each.value for each in self.kinds])
