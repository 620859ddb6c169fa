"""Requests of other services for money: reserved or refused when they come, then settled or returned."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from shared.aggregate import Aggregate, Decision, transition
from shared.contracts.welfare.funding import (
    ActivityFundsRefused,
    ActivityFundsRefusedRestricted,
    ActivityFundsReserved,
    FundingRefusal,
)


class FundingState(StrEnum):
    RESERVED = "reserved"
    REFUSED = "refused"
    SETTLED = "settled"
    GIVEN_BACK = "given_back"


class FundingAction(StrEnum):
    SETTLE = "settle"
    GIVE_BACK = "give_back"


TRANSITIONS: Mapping[tuple[FundingState, FundingAction], FundingState] = {
    (FundingState.RESERVED, FundingAction.SETTLE): FundingState.SETTLED,
    (FundingState.RESERVED, FundingAction.GIVE_BACK): FundingState.GIVEN_BACK,
}


class FundingRequest(Aggregate):
    """Its id is the one that it was asked with, so that what is heard twice is handled once."""

    activity_id: UUID
    unit_id: UUID | None
    amount_fen: int
    state: FundingState
    spending_id: UUID | None = None
    reason: FundingRefusal | None = None


def reserved(
    request_id: UUID, *, activity_id: UUID, unit_id: UUID | None, amount_fen: int, spending_id: UUID
) -> "Decision[FundingRequest]":
    request = FundingRequest(
        id=request_id,
        activity_id=activity_id,
        unit_id=unit_id,
        amount_fen=amount_fen,
        state=FundingState.RESERVED,
        spending_id=spending_id,
    )
    answer = ActivityFundsReserved(request_id=request_id, activity_id=activity_id, spending_id=spending_id)
    return Decision(request, (answer,))


def refused(
    request_id: UUID, *, activity_id: UUID, unit_id: UUID | None, amount_fen: int, reason: FundingRefusal
) -> "Decision[FundingRequest]":
    request = FundingRequest(
        id=request_id,
        activity_id=activity_id,
        unit_id=unit_id,
        amount_fen=amount_fen,
        state=FundingState.REFUSED,
        reason=reason,
    )
    public = ActivityFundsRefused(request_id=request_id, activity_id=activity_id)
    return Decision(request, (public, ActivityFundsRefusedRestricted(**public.model_dump(), reason=reason)))


def end(request: FundingRequest, action: FundingAction) -> "Decision[FundingRequest]":
    """What became of the money is told by the spending. Raises WrongState."""
    return Decision(request.model_copy(update={"state": transition(TRANSITIONS, request.state, action)}), ())
