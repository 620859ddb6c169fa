"""What other services ask money for: an activity's is reserved, and paid or given back when the activity is over.

Each is handled once, however often it is heard of: the request is kept under its own id, in the transaction of its
money.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from services.welfare import paying
from services.welfare.domain import funding
from services.welfare.domain.funding import FundingAction, FundingRequest, FundingState
from services.welfare.errors.funds import (
    BudgetExceeded,
    EnvelopeIsClosed,
    EnvelopeMissing,
    FundDecisionExceeded,
    FundDecisionMissing,
)
from services.welfare.errors.policies import CapExceeded
from services.welfare.store import WelfareStores
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.command import NOBODY, Answer, Command
from shared.contracts.events import (
    ActivityFundsRequestedRestricted,
    ActivityFundsReturnedRestricted,
    ActivityFundsSettledRestricted,
)
from shared.contracts.welfare.funding import FundingRefusal
from shared.contracts.welfare.policies import SpendingKind
from shared.errors import AlreadyExists, NothingHere, RuleBroken, WrongState
from shared.handlers import NotYet, Received
from shared.store import Piece, Versioned, change_together

_REASONS: Mapping[type[RuleBroken], FundingRefusal] = {
    EnvelopeMissing: FundingRefusal.NO_ENVELOPE,
    BudgetExceeded: FundingRefusal.BUDGET_EXCEEDED,
    FundDecisionMissing: FundingRefusal.DECISION_MISSING,
    # Of what is loaded only the decision was named by whoever asks.
    NothingHere: FundingRefusal.DECISION_MISSING,
    FundDecisionExceeded: FundingRefusal.DECISION_EXCEEDED,
    EnvelopeIsClosed: FundingRefusal.YEAR_CLOSED,
    CapExceeded: FundingRefusal.CAP_EXCEEDED,
}


class NotRequestedYet(NotYet):
    """The request may come by another partition."""


async def request(stores: WelfareStores, heard: Received[ActivityFundsRequestedRestricted]) -> None:
    event, order = heard.event, _command(heard)
    if await stores.funding_requests.heard(event.request_id):
        return
    # Heard by another process at the same moment, it is there by now.
    with suppress(AlreadyExists):
        try:
            await _reserve(stores, event, order)
        except tuple(_REASONS) as error:
            await _refuse(stores, event, _REASONS[type(error)], order)


async def _reserve(stores: WelfareStores, event: ActivityFundsRequestedRestricted, order: Command) -> None:
    policy = await stores.policies.judging(SpendingKind.ACTIVITY, "", event.unit_id, campus_day(order.at))
    wanted = paying.Wanted(
        kind=SpendingKind.ACTIVITY,
        subject_id=event.activity_id,
        unit_id=event.unit_id,
        amount_fen=event.amount_fen,
        policy=policy,
        category=event.category,
        decision_id=event.decision_id,
    )
    money = await paying.reserve(stores, wanted, order)

    def decide(_: None, *moved: Any) -> Sequence[Decision[Any] | None]:
        reserved = funding.reserved(
            event.request_id,
            activity_id=event.activity_id,
            unit_id=event.unit_id,
            amount_fen=event.amount_fen,
            spending_id=money.spending_id,
        )
        return [reserved, *money.decide(*moved)]

    await change_together([Piece(stores.funding_requests), *money.pieces], decide, order, _nobody_asks)


async def _refuse(
    stores: WelfareStores, event: ActivityFundsRequestedRestricted, reason: FundingRefusal, order: Command
) -> None:
    def decide() -> Decision[FundingRequest]:
        return funding.refused(
            event.request_id,
            activity_id=event.activity_id,
            unit_id=event.unit_id,
            amount_fen=event.amount_fen,
            reason=reason,
        )

    await stores.funding_requests.create(decide, order, _nobody_asks)


async def settle(stores: WelfareStores, heard: Received[ActivityFundsSettledRestricted]) -> None:
    """Raises NotRequestedYet, MoreThanReserved."""
    event, order = heard.event, _command(heard)
    if spending_id := await _reserved_for(stores, event.request_id):
        money = await paying.commit(stores, spending_id, order, event.spent_fen)
        await _end(stores, event.request_id, FundingAction.SETTLE, money, order)


async def give_back(stores: WelfareStores, heard: Received[ActivityFundsReturnedRestricted]) -> None:
    """Raises NotRequestedYet."""
    event, order = heard.event, _command(heard)
    if spending_id := await _reserved_for(stores, event.request_id):
        money = await paying.release(stores, spending_id, order)
        await _end(stores, event.request_id, FundingAction.GIVE_BACK, money, order)


async def _reserved_for(stores: WelfareStores, request_id: UUID) -> UUID | None:
    """None where it was refused, or has ended by now."""
    found = await stores.funding_requests.heard(request_id)
    if found is None:
        raise NotRequestedYet
    return found.spending_id if found.state is FundingState.RESERVED else None


async def _end(
    stores: WelfareStores, request_id: UUID, action: FundingAction, money: paying.Moves, order: Command
) -> None:
    def decide(request: FundingRequest, *moved: Any) -> Sequence[Decision[Any] | None]:
        return [funding.end(request, action), *money.decide(*moved)]

    # Heard by another process at the same moment, it has ended by now.
    with suppress(WrongState):
        await change_together([Piece(stores.funding_requests, request_id), *money.pieces], decide, order, _nobody_asks)


def _command(heard: Received[Any]) -> Command:
    envelope = heard.envelope
    return Command(NOBODY, datetime.fromisoformat(envelope.time), envelope.correlationid, envelope.traceparent)


def _nobody_asks(_: Versioned[Any]) -> Answer:
    return Answer(204, b"")
