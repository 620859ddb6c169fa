"""The one way of money: what is approved reserves, a payment commits, a refusal or a refund gives back.

Each movement changes the spending, its envelope and the ledger in the same transaction as what it is for:

    money = await reserve(stores, Wanted(...), order)

    def decide(visit: Visit, *moved: Any) -> Sequence[Decision[Any] | None]:
        return [visit.approve(spending_id=money.spending_id), *money.decide(*moved)]

    await change_together([Piece(stores.visits, visit_id, where), *money.pieces], decide, order, respond)
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from services.welfare.domain import spendings
from services.welfare.domain.envelopes import Envelope
from services.welfare.domain.ledger import Account, JournalEntry, Line, Movement, post, transfer_within
from services.welfare.domain.policies import SpendingPolicy
from services.welfare.domain.spendings import Allowance, Approved, FundDecision, Spending
from services.welfare.store import WelfareStores
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.command import Command
from shared.contracts.welfare.funds import Category
from shared.contracts.welfare.policies import SpendingKind
from shared.ids import new_id
from shared.store import Piece


class Wanted(NamedTuple):
    """What is to be paid for. Without a policy the category is named.

    `member_id` is given where the policy caps what one member has in a year. `people` are those who have an equal part
    of it: what a policy caps is of one of them.
    """

    kind: SpendingKind
    subject_id: UUID
    unit_id: UUID | None
    amount_fen: int
    policy: SpendingPolicy | None = None
    category: Category | None = None
    member_id: UUID | None = None
    decision_id: UUID | None = None
    people: int = 1


class Moves(NamedTuple):
    """What changes together with what the money is for: `decide` has the states of the pieces, in order."""

    spending_id: UUID
    pieces: Sequence[Piece[Any]]
    decide: Callable[..., Sequence[Decision[Any] | None]]


async def reserve(stores: WelfareStores, wanted: Wanted, order: Command) -> Moves:
    """Raises EnvelopeMissing; `decide` raises BudgetExceeded, EnvelopeIsClosed, CapExceeded, FundDecisionMissing and
    FundDecisionExceeded.
    """
    today, policy = campus_day(order.at), wanted.policy
    category = policy.category if policy else wanted.category
    if category is None:
        raise TypeError("the category is named, or the policy names it")
    envelope_id = await stores.envelopes.paying(today.year, category, wanted.unit_id)
    rule = await stores.fund_rules.on(today)
    spending_id, entry_id = new_id(), new_id()
    allowance_id = None
    if policy and policy.cap_per_year_fen is not None and wanted.member_id:
        about = f"{policy.kind}/{policy.occasion}"
        allowance_id = await stores.allowances.of(wanted.member_id, about, today.year)

    def decide(_: None, envelope: Envelope, __: None, *beside: Any) -> Sequence[Decision[Any] | None]:
        decision, allowance = _beside(wanted.decision_id, allowance_id, beside)
        used = allowance.used_fen if allowance else 0
        approved = Approved(
            kind=wanted.kind,
            subject_id=wanted.subject_id,
            unit_id=wanted.unit_id,
            amount_fen=wanted.amount_fen,
            policy_id=policy.id if policy else None,
            headroom_fen=policy.headroom(wanted.amount_fen // wanted.people, used) if policy else None,
            decision_id=wanted.decision_id,
            allowance_id=allowance_id,
        )
        spending = spendings.reserve(
            spending_id,
            approved,
            envelope,
            decision_above_fen=rule.decision_above_fen,
            by=order.actor,
            at=order.at,
            on=today,
        )
        lines = transfer_within(envelope, Account.RESERVED, Account.AVAILABLE, wanted.amount_fen)
        return [
            spending,
            Decision(envelope.reserve(wanted.amount_fen), ()),
            _entry(entry_id, envelope, Movement.RESERVED, lines, spending_id, order),
            *([Decision(decision.use(wanted.amount_fen), ())] if decision else []),
            *([Decision(allowance.use(wanted.amount_fen), ())] if allowance else []),
        ]

    pieces: list[Piece[Any]] = [Piece(stores.spendings), Piece(stores.envelopes, envelope_id), Piece(stores.journal)]
    return Moves(spending_id, [*pieces, *_pieces_beside(stores, wanted.decision_id, allowance_id)], decide)


async def commit(stores: WelfareStores, spending_id: UUID, order: Command, amount_fen: int | None = None) -> Moves:
    """Pay what was reserved, or less: the rest is given back. `decide` raises WrongState, MoreThanReserved,
    EnvelopeIsClosed.
    """

    def move(spending: Spending, envelope: Envelope) -> _Moved:
        paid = spending.reserved_fen if amount_fen is None else amount_fen
        state = spendings.pay(spending, envelope, paid, by=order.actor, at=order.at, on=campus_day(order.at))
        rest = spending.reserved_fen - paid
        committed = envelope.commit(spending.reserved_fen, paid)
        lines = (
            *transfer_within(envelope, Account.SPENT, Account.RESERVED, paid),
            *transfer_within(envelope, Account.AVAILABLE, Account.RESERVED, rest),
        )
        return _Moved(state, committed, Movement.PAID, lines, rest)

    return await _of_a_spending(stores, spending_id, order, move)


async def release(stores: WelfareStores, spending_id: UUID, order: Command) -> Moves:
    """Give back what was reserved and not paid. `decide` raises WrongState, EnvelopeIsClosed."""

    def move(spending: Spending, envelope: Envelope) -> _Moved:
        state = spendings.release(spending, envelope, on=campus_day(order.at))
        released = envelope.release(spending.reserved_fen)
        lines = transfer_within(envelope, Account.AVAILABLE, Account.RESERVED, spending.reserved_fen)
        return _Moved(state, released, Movement.RELEASED, lines, spending.reserved_fen)

    return await _of_a_spending(stores, spending_id, order, move)


async def refund(stores: WelfareStores, spending_id: UUID, amount_fen: int, order: Command) -> Moves:
    """Some or all of what was paid comes back. `decide` raises WrongState, MoreThanPaid, EnvelopeIsClosed."""

    def move(spending: Spending, envelope: Envelope) -> _Moved:
        state = spendings.refund(spending, envelope, amount_fen, on=campus_day(order.at))
        lines = transfer_within(envelope, Account.AVAILABLE, Account.SPENT, amount_fen)
        return _Moved(state, envelope.refund(amount_fen), Movement.REFUNDED, lines, amount_fen)

    return await _of_a_spending(stores, spending_id, order, move)


class _Moved(NamedTuple):
    spending: Decision[Spending]
    envelope: Envelope
    movement: Movement
    lines: tuple[Line, ...]
    given_back_fen: int


async def _of_a_spending(
    stores: WelfareStores, spending_id: UUID, order: Command, move: Callable[[Spending, Envelope], _Moved]
) -> Moves:
    # Which envelope, decision and allowance it is of never changes.
    seen = (await stores.spendings.get(spending_id)).state
    entry_id = new_id()

    def decide(spending: Spending, envelope: Envelope, _: None, *beside: Any) -> Sequence[Decision[Any] | None]:
        decision, allowance = _beside(seen.decision_id, seen.allowance_id, beside)
        moved = move(spending, envelope)
        return [
            moved.spending,
            Decision(moved.envelope, ()),
            _entry(entry_id, envelope, moved.movement, moved.lines, spending_id, order),
            *([Decision(decision.give_back(moved.given_back_fen), ())] if decision else []),
            *([Decision(allowance.use(-moved.given_back_fen), ())] if allowance else []),
        ]

    pieces: list[Piece[Any]] = [
        Piece(stores.spendings, spending_id),
        Piece(stores.envelopes, seen.envelope_id),
        Piece(stores.journal),
        *_pieces_beside(stores, seen.decision_id, seen.allowance_id),
    ]
    return Moves(spending_id, pieces, decide)


def _pieces_beside(stores: WelfareStores, decision_id: UUID | None, allowance_id: UUID | None) -> list[Piece[Any]]:
    decision: list[Piece[Any]] = [Piece(stores.fund_decisions, decision_id)] if decision_id else []
    allowance: list[Piece[Any]] = [Piece(stores.allowances, allowance_id)] if allowance_id else []
    return [*decision, *allowance]


def _beside(
    decision_id: UUID | None, allowance_id: UUID | None, states: Sequence[Any]
) -> tuple[FundDecision | None, Allowance | None]:
    return states[0] if decision_id else None, states[-1] if allowance_id else None


def _entry(
    entry_id: UUID,
    envelope: Envelope,
    movement: Movement,
    lines: tuple[Line, ...],
    spending_id: UUID,
    order: Command,
) -> Decision[JournalEntry]:
    return post(entry_id, envelope, movement, lines, by=order.actor, at=order.at, spending_id=spending_id)
