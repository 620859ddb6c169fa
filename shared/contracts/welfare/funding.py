"""What the welfare service answers to the requests of other services for money."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent
from shared.contracts.welfare.funds import SpendingId

FundingRequestId = Annotated[
    UUID, Field(description="The request, as whoever asks named it.", examples=["01930000-0000-7000-8000-0000000000f5"])
]
ActivityId = Annotated[UUID, Field(description="Activity (活动).", examples=["01930000-0000-7000-8000-0000000000f6"])]


class FundingRefusal(StrEnum):
    NO_ENVELOPE = "no_envelope"
    BUDGET_EXCEEDED = "budget_exceeded"
    DECISION_MISSING = "decision_missing"
    DECISION_EXCEEDED = "decision_exceeded"
    YEAR_CLOSED = "year_closed"
    CAP_EXCEEDED = "cap_exceeded"


class ActivityFundsReserved(DomainEvent, type="union.welfare.activity-funds-reserved.v1"):
    """Sent when the money that an activity asked for is reserved."""

    request_id: FundingRequestId
    activity_id: ActivityId
    spending_id: SpendingId


class ActivityFundsRefused(DomainEvent, type="union.welfare.activity-funds-refused.v1"):
    """Sent when the money that an activity asked for cannot be reserved."""

    request_id: FundingRequestId
    activity_id: ActivityId


class ActivityFundsRefusedRestricted(DomainEvent, type="union.welfare.activity-funds-refused.restricted.v1"):
    """Sent when the money that an activity asked for cannot be reserved, with why."""

    request_id: FundingRequestId
    activity_id: ActivityId
    reason: Annotated[FundingRefusal, Field(description="Why not.", examples=["budget_exceeded"])]
