"""Envelopes (预算): what a category of a year's budget has for the school's own use, or for a unit's."""

from enum import StrEnum
from uuid import UUID

from services.welfare.errors.funds import (
    BudgetExceeded,
    EnvelopeIsClosed,
    EnvelopesUnlike,
    MoreThanPaid,
    MoreThanReserved,
    ReservationsOpen,
)
from shared.aggregate import Aggregate, Decision
from shared.contracts.base import DomainEvent
from shared.contracts.welfare.funds import (
    Category,
    EnvelopeChanged,
    EnvelopeClosed,
    EnvelopeGrantedRestricted,
    EnvelopeOpened,
    Fen,
)


class EnvelopeState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Envelope(Aggregate):
    """Amounts in fen. What is granted is reserved, spent, or available; none of the three is ever below zero."""

    year: int
    category: Category
    unit_id: UUID | None
    granted_fen: Fen
    document: str
    reserved_fen: Fen = 0
    spent_fen: Fen = 0
    state: EnvelopeState = EnvelopeState.OPEN

    @property
    def available_fen(self) -> int:
        return self.granted_fen - self.reserved_fen - self.spent_fen

    def reserve(self, amount_fen: int) -> "Envelope":
        """Raises EnvelopeIsClosed, BudgetExceeded."""
        self._require_open()
        if amount_fen > self.available_fen:
            raise BudgetExceeded(asked_fen=amount_fen, available_fen=self.available_fen)
        return self.model_copy(update={"reserved_fen": self.reserved_fen + amount_fen})

    def commit(self, reserved_fen: int, paid_fen: int) -> "Envelope":
        """What was reserved is paid, all or a part; the rest is available again.

        Raises EnvelopeIsClosed, MoreThanReserved.
        """
        self._require_open()
        if paid_fen > reserved_fen or reserved_fen > self.reserved_fen:
            raise MoreThanReserved(asked_fen=paid_fen, reserved_fen=reserved_fen)
        return self.model_copy(
            update={"reserved_fen": self.reserved_fen - reserved_fen, "spent_fen": self.spent_fen + paid_fen}
        )

    def release(self, amount_fen: int) -> "Envelope":
        """Raises EnvelopeIsClosed, MoreThanReserved."""
        return self.commit(amount_fen, 0)

    def refund(self, amount_fen: int) -> "Envelope":
        """Raises EnvelopeIsClosed, MoreThanPaid."""
        self._require_open()
        if amount_fen > self.spent_fen:
            raise MoreThanPaid(asked_fen=amount_fen, spent_fen=self.spent_fen)
        return self.model_copy(update={"spent_fen": self.spent_fen - amount_fen})

    def _require_open(self) -> None:
        if self.state is not EnvelopeState.OPEN:
            raise EnvelopeIsClosed(year=self.year)


def open_envelope(
    envelope_id: UUID, *, year: int, category: Category, unit_id: UUID | None, granted_fen: int, document: str
) -> "Decision[Envelope]":
    """`document` is the budget that it rests on."""
    envelope = Envelope(
        id=envelope_id, year=year, category=category, unit_id=unit_id, granted_fen=granted_fen, document=document
    )
    opened = EnvelopeOpened(envelope_id=envelope_id, year=year, category=category, unit_id=unit_id)
    return Decision(envelope, (opened, _granted(envelope)))


def raise_grant(envelope: Envelope, amount_fen: int) -> "Decision[Envelope]":
    """Raises EnvelopeIsClosed."""
    envelope._require_open()
    return _changed(envelope.model_copy(update={"granted_fen": envelope.granted_fen + amount_fen}))


def move(source: Envelope, target: Envelope, amount_fen: int) -> "tuple[Decision[Envelope], Decision[Envelope]]":
    """Raises EnvelopesUnlike, EnvelopeIsClosed, BudgetExceeded."""
    if source.year != target.year or source.id == target.id:
        raise EnvelopesUnlike
    target._require_open()
    source.reserve(amount_fen)
    return (
        _changed(source.model_copy(update={"granted_fen": source.granted_fen - amount_fen})),
        _changed(target.model_copy(update={"granted_fen": target.granted_fen + amount_fen})),
    )


def close(envelope: Envelope) -> "Decision[Envelope]":
    """Raises EnvelopeIsClosed, ReservationsOpen."""
    envelope._require_open()
    if envelope.reserved_fen:
        raise ReservationsOpen(reserved_fen=envelope.reserved_fen)
    closed = envelope.model_copy(update={"state": EnvelopeState.CLOSED})
    return Decision(closed, (EnvelopeClosed(envelope_id=envelope.id, year=envelope.year, unit_id=envelope.unit_id),))


def _changed(envelope: Envelope) -> "Decision[Envelope]":
    changed: tuple[DomainEvent, ...] = (
        EnvelopeChanged(envelope_id=envelope.id, unit_id=envelope.unit_id),
        _granted(envelope),
    )
    return Decision(envelope, changed)


def _granted(envelope: Envelope) -> EnvelopeGrantedRestricted:
    return EnvelopeGrantedRestricted(
        envelope_id=envelope.id,
        year=envelope.year,
        category=envelope.category,
        unit_id=envelope.unit_id,
        granted_fen=envelope.granted_fen,
    )
