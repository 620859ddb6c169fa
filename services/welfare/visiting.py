"""Steps of visits and of batch visits that move money: what is proposed and its money change together.

`step` is what happens to the thing itself. It is asked of what was read first, so that a broken rule of the thing is
told before one of the money.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from services.welfare.domain.signing import SIGNERS, Payable, VisitState
from services.welfare.errors.visits import SignedMeanwhile
from services.welfare.paying import Moves, Wanted, commit, refund, release, reserve
from services.welfare.store import WelfareStores
from shared.access import Caller
from shared.aggregate import Decision
from shared.command import Answer, Command
from shared.roles import Role
from shared.store import Piece, Respond, change_together

P = TypeVar("P", bound=Payable)


def roles_for(caller: Caller, unit_id: UUID | None) -> frozenset[Role]:
    """As what the caller may sign for the unit."""
    return frozenset(role for role in SIGNERS if role in caller.roles and caller.acting_as(role).covers(unit_id))


async def sign(
    stores: WelfareStores,
    thing: Piece[P],
    seen: P,
    step: Callable[[P, UUID | None], Decision[P]],
    wanted: Callable[[], Wanted],
    order: Command,
    respond: Respond[P],
) -> Answer:
    """The last signature reserves the money; one before it moves none. Raises SignedMeanwhile."""
    last = step(seen, None).state.state is VisitState.APPROVED
    money = await reserve(stores, wanted(), order) if last else None

    def moved(now: P) -> Decision[P]:
        signed = step(now, money.spending_id if money else None)
        if (signed.state.state is VisitState.APPROVED) != last:
            raise SignedMeanwhile
        return signed

    return await _together(thing, moved, money, order, respond)


async def pay(
    stores: WelfareStores,
    thing: Piece[P],
    seen: P,
    step: Callable[[P], Decision[P]],
    order: Command,
    respond: Respond[P],
) -> Answer:
    step(seen)
    return await _together(thing, step, await commit(stores, _spending_of(seen), order), order, respond)


async def cancel(
    stores: WelfareStores,
    thing: Piece[P],
    seen: P,
    step: Callable[[P], Decision[P]],
    order: Command,
    respond: Respond[P],
) -> Answer:
    """What was reserved is given back. Raises SignedMeanwhile."""
    step(seen)
    money = await release(stores, seen.spending_id, order) if seen.spending_id else None

    def moved(now: P) -> Decision[P]:
        if now.spending_id != seen.spending_id:
            raise SignedMeanwhile
        return step(now)

    return await _together(thing, moved, money, order, respond)


async def give_back(
    stores: WelfareStores,
    thing: Piece[P],
    seen: P,
    amount_fen: int,
    step: Callable[[P, bool], Decision[P]],
    order: Command,
    respond: Respond[P],
) -> Answer:
    """`step` is told whether nothing of what was paid is left after it. Raises MoreThanPaid."""
    step(seen, False)
    money = await refund(stores, _spending_of(seen), amount_fen, order)

    def decide(now: P, *states: Any) -> Sequence[Decision[Any] | None]:
        spending = states[0]
        return [step(now, amount_fen >= spending.spent_fen), *money.decide(*states)]

    return await change_together([thing, *money.pieces], decide, order, respond)


async def _together(
    thing: Piece[P], step: Callable[[P], Decision[P]], money: Moves | None, order: Command, respond: Respond[P]
) -> Answer:
    def decide(now: P, *states: Any) -> Sequence[Decision[Any] | None]:
        return [step(now), *(money.decide(*states) if money else ())]

    return await change_together([thing, *(money.pieces if money else ())], decide, order, respond)


def _spending_of(seen: Payable) -> UUID:
    if seen.spending_id is None:
        raise TypeError("what is to be paid was approved")
    return seen.spending_id
