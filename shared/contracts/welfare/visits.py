"""What the welfare service publishes about visits."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, MemberId, UnitId

VisitId = Annotated[UUID, Field(description="Visit (慰问).", examples=["01930000-0000-7000-8000-0000000000e1"])]


class Occasion(StrEnum):
    MARRIAGE = "marriage"
    BIRTH = "birth"
    HOSPITALISED = "hospitalised"
    RETIREMENT = "retirement"
    BEREAVEMENT = "bereavement"
    DEATH = "death"
    BIRTHDAY = "birthday"
    SUMMER_HEAT = "summer_heat"
    ON_DUTY = "on_duty"


class Form(StrEnum):
    MONEY = "money"
    GOODS = "goods"


class VisitLogged(DomainEvent, type="union.welfare.visit-logged.v1"):
    """Sent when a visit to a member is logged. What it was about is not said here."""

    visit_id: VisitId
    member_id: MemberId
    unit_id: UnitId


class VisitLoggedRestricted(DomainEvent, type="union.welfare.visit-logged.restricted.v1", sealed_for="member_id"):
    """Sent when a visit to a member is logged, for those who handle the case and for the accounts."""

    visit_id: VisitId
    member_id: MemberId
    unit_id: UnitId
    visited_on: Annotated[date, Field(description="Day of the visit, Asia/Shanghai.", examples=["2022-06-01"])]
    occasion: Annotated[Occasion, Field(description="What it was about.", examples=["birth"])]
    form: Annotated[Form, Field(description="Money or goods.", examples=["money"])]
    amount_fen: Annotated[int, Field(description="Amount in fen.", ge=0, examples=[60000])]
