"""Movements (资金变动): what changes at once when money moves: the spending, its envelope, the ledger, and its limits.

Each returns its decisions in the order of the states that it was given, with the entry of the ledger behind the
envelopes.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.welfare.domain import envelopes, spendings
from services.welfare.domain.envelopes import Envelope
from services.welfare.domain.ledger import Account, JournalEntry, Line, Movement, post, transfer_within
from services.welfare.domain.spendings import Allowance, Approved, FundDecision, Spending
from shared.aggregate import Decision


class Posting(NamedTuple):
    """Who moves it, when, and as which entry of the ledger; by which document where the budget itself changes."""

    entry_id: UUID
    by: UUID
    at: datetime
    on: date
    document: str | None = None


class Limits(NamedTuple):
    """What a spending is counted against beside its envelope."""

    decision: FundDecision | None = None
    allowance: Allowance | None = None

    def use(self, amount_fen: int) -> list[Decision[Any]]:
        """Less, where the amount is negative. Raises FundDecisionExceeded."""
        used = [each.use(amount_fen) for each in self if each]
        return [Decision(each, ()) for each in used]


Moved = Sequence[Decision[Any]]


def grant(opened: Decision[Envelope], posting: Posting) -> Moved:
    """What an envelope begins with."""
    envelope = opened.state
    return [opened, _granted(envelope, envelope.granted_fen, posting)]


def raise_grant(envelope: Envelope, amount_fen: int, posting: Posting) -> Moved:
    """Raises EnvelopeIsClosed."""
    return [envelopes.raise_grant(envelope, amount_fen), _granted(envelope, amount_fen, posting)]


def move(source: Envelope, target: Envelope, amount_fen: int, posting: Posting) -> Moved:
    """Raises EnvelopesUnlike, EnvelopeIsClosed, BudgetExceeded."""
    lines = (
        *transfer_within(source, Account.APPROPRIATION, Account.AVAILABLE, amount_fen),
        *transfer_within(target, Account.AVAILABLE, Account.APPROPRIATION, amount_fen),
    )
    return [*envelopes.move(source, target, amount_fen), _entry(source, Movement.MOVED, lines, posting)]


def reserve(
    spending_id: UUID,
    approved: Approved,
    envelope: Envelope,
    limits: Limits,
    posting: Posting,
    *,
    decision_above_fen: int,
) -> Moved:
    """Raises FundDecisionMissing, EnvelopeIsClosed, BudgetExceeded, FundDecisionExceeded."""
    spending = spendings.reserve(
        spending_id,
        approved,
        envelope,
        decision_above_fen=decision_above_fen,
        by=posting.by,
        at=posting.at,
        on=posting.on,
    )
    lines = transfer_within(envelope, Account.RESERVED, Account.AVAILABLE, approved.amount_fen)
    return [
        spending,
        Decision(envelope.reserve(approved.amount_fen), ()),
        _entry(envelope, Movement.RESERVED, lines, posting, spending_id),
        *limits.use(approved.amount_fen),
    ]


def pay(
    spending: Spending, envelope: Envelope, limits: Limits, posting: Posting, *, amount_fen: int | None = None
) -> Moved:
    """What was reserved, or less: the rest is given back. Raises WrongState, MoreThanReserved, EnvelopeIsClosed."""
    reserved = spending.reserved_fen
    paid = reserved if amount_fen is None else amount_fen
    lines = (
        *transfer_within(envelope, Account.SPENT, Account.RESERVED, paid),
        *transfer_within(envelope, Account.AVAILABLE, Account.RESERVED, max(reserved - paid, 0)),
    )
    return [
        spendings.pay(spending, envelope, paid, by=posting.by, at=posting.at, on=posting.on),
        Decision(envelope.commit(reserved, paid), ()),
        _entry(envelope, Movement.PAID, lines, posting, spending.id),
        *limits.use(paid - reserved),
    ]


def release(spending: Spending, envelope: Envelope, limits: Limits, posting: Posting) -> Moved:
    """Raises WrongState, EnvelopeIsClosed."""
    reserved = spending.reserved_fen
    return [
        spendings.release(spending, envelope, on=posting.on),
        Decision(envelope.release(reserved), ()),
        _entry(
            envelope,
            Movement.RELEASED,
            transfer_within(envelope, Account.AVAILABLE, Account.RESERVED, reserved),
            posting,
            spending.id,
        ),
        *limits.use(-reserved),
    ]


def refund(spending: Spending, envelope: Envelope, limits: Limits, posting: Posting, *, amount_fen: int) -> Moved:
    """Some or all of what was paid comes back. Raises WrongState, MoreThanPaid, EnvelopeIsClosed."""
    return [
        spendings.refund(spending, envelope, amount_fen, on=posting.on),
        Decision(envelope.refund(amount_fen), ()),
        _entry(
            envelope,
            Movement.REFUNDED,
            transfer_within(envelope, Account.AVAILABLE, Account.SPENT, amount_fen),
            posting,
            spending.id,
        ),
        *limits.use(-amount_fen),
    ]


def _granted(envelope: Envelope, amount_fen: int, posting: Posting) -> Decision[JournalEntry]:
    lines = transfer_within(envelope, Account.AVAILABLE, Account.APPROPRIATION, amount_fen)
    return _entry(envelope, Movement.GRANTED, lines, posting)


def _entry(
    envelope: Envelope, movement: Movement, lines: tuple[Line, ...], posting: Posting, spending_id: UUID | None = None
) -> Decision[JournalEntry]:
    return post(
        posting.entry_id,
        envelope,
        movement,
        lines,
        by=posting.by,
        at=posting.at,
        spending_id=spending_id,
        document=posting.document,
    )
