"""What the events service publishes: activities, contests and recognition."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, UnitId

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
