"""What the events service publishes: activities, contests and recognition."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, UnitId
from shared.contracts.welfare.funds import AnyCategory

AwardId = Annotated[UUID, Field(description="Award (荣誉).", examples=["01930000-0000-7000-8000-0000000000f1"])]
Recipient = Annotated[UUID, Field(description="Who receives it.", examples=["01930000-0000-7000-8000-0000000000b1"])]


class Level(StrEnum):
    COLLEGE = "college"
    CITY = "city"
    PROVINCE = "province"
    NATION = "nation"


class AwardGranted(DomainEvent, type="union.events.award-granted.v1"):
    """Sent when a title or prize is granted to a member."""

    award_id: AwardId
    member_id: Recipient
    unit_id: UnitId
    level: Annotated[Level, Field(description="Who recognises it.", examples=["college"])]


class AwardGrantedRestricted(DomainEvent, type="union.events.award-granted.restricted.v1"):
    """Sent when a title or prize is granted to a member, with its name."""

    award_id: AwardId
    member_id: Recipient
    unit_id: UnitId
    level: Annotated[Level, Field(description="Who recognises it.", examples=["college"])]
    title: Annotated[str, Field(description="Title (称号) or prize.", examples=["学习达人"])]
    granted_on: Annotated[date, Field(description="Day of the award, Asia/Shanghai.", examples=["2022-12-01"])]


FundingRequestId = Annotated[
    UUID,
    Field(description="Request for an activity's money.", examples=["01930000-0000-7000-8000-0000000000f5"]),
]
ActivityId = Annotated[UUID, Field(description="Activity (活动).", examples=["01930000-0000-7000-8000-0000000000f6"])]


class ActivityFundsRequestedRestricted(DomainEvent, type="union.events.activity-funds-requested.restricted.v1"):
    """Sent when an activity needs money: the welfare service reserves it, or says that it cannot."""

    request_id: FundingRequestId
    activity_id: ActivityId
    unit_id: Annotated[
        UUID | None,
        Field(
            description="The unit that spends it; null for the school.",
            examples=["01930000-0000-7000-8000-0000000000a1"],
        ),
    ]
    category: AnyCategory
    amount_fen: Annotated[int, Field(description="At the most, in fen.", ge=1, examples=[500000])]
    decision_id: Annotated[
        UUID | None,
        Field(
            description="Decision of the union committee, where it takes one.",
            examples=["01930000-0000-7000-8000-000000000213"],
        ),
    ]


class ActivityFundsSettledRestricted(DomainEvent, type="union.events.activity-funds-settled.restricted.v1"):
    """Sent when an activity is over and was paid for: what it did not take is given back."""

    request_id: FundingRequestId
    spent_fen: Annotated[
        int, Field(description="What it took, in fen: no more than was asked for.", ge=0, examples=[480000])
    ]


class ActivityFundsReturnedRestricted(DomainEvent, type="union.events.activity-funds-returned.restricted.v1"):
    """Sent when an activity is cancelled: what was reserved for it is given back."""

    request_id: FundingRequestId
