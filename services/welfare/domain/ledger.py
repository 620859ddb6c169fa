"""The ledger (账簿): every movement of money is an entry whose debits equal its credits. Entries are never changed."""

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, model_validator

from services.welfare.domain.envelopes import Envelope
from shared.aggregate import Aggregate, Decision
from shared.contracts.welfare.funds import Fen


class Account(StrEnum):
    """Of an envelope. What was granted stands in `appropriation`, and against it what became of it."""

    APPROPRIATION = "appropriation"
    AVAILABLE = "available"
    RESERVED = "reserved"
    SPENT = "spent"


class Movement(StrEnum):
    GRANTED = "granted"
    MOVED = "moved"
    RESERVED = "reserved"
    PAID = "paid"
    RELEASED = "released"
    REFUNDED = "refunded"


class Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    envelope_id: UUID
    account: Account
    debit_fen: Fen = 0
    credit_fen: Fen = 0


class JournalEntry(Aggregate):
    """`spending_id` is None where the budget itself is changed, by the document."""

    year: int
    unit_id: UUID | None
    movement: Movement
    spending_id: UUID | None
    document: str | None
    lines: tuple[Line, ...]
    posted_by: UUID
    posted_at: datetime

    @model_validator(mode="after")
    def _balances(self) -> Self:
        if not self.lines:
            raise ValueError("an entry moves something")
        if sum(line.debit_fen for line in self.lines) != sum(line.credit_fen for line in self.lines):
            raise ValueError("debits equal credits")
        return self


def transfer_within(envelope: Envelope, debited: Account, credited: Account, amount_fen: int) -> tuple[Line, ...]:
    """Nothing for an amount of nothing."""
    if not amount_fen:
        return ()
    return (
        Line(envelope_id=envelope.id, account=debited, debit_fen=amount_fen),
        Line(envelope_id=envelope.id, account=credited, credit_fen=amount_fen),
    )


def post(
    entry_id: UUID,
    envelope: Envelope,
    movement: Movement,
    lines: tuple[Line, ...],
    *,
    by: UUID,
    at: datetime,
    spending_id: UUID | None = None,
    document: str | None = None,
) -> "Decision[JournalEntry]":
    entry = JournalEntry(
        id=entry_id,
        year=envelope.year,
        unit_id=envelope.unit_id,
        movement=movement,
        spending_id=spending_id,
        document=document,
        lines=lines,
        posted_by=by,
        posted_at=at,
    )
    return Decision(entry, ())
