"""What the welfare service publishes about visits."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, MemberId, UnitId
from shared.roles import Role

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


ProposerId = Annotated[
    UUID, Field(description="The officer who proposed it.", examples=["01930000-0000-7000-8000-0000000000b2"])
]
SignerRoles = Annotated[
    tuple[Role, ...],
    Field(description="As what it is to be signed next; one of them is enough.", examples=[["union_officer"]]),
]


class VisitAwaitsSignatureRestricted(
    DomainEvent, type="union.welfare.visit-awaits-signature.restricted.v1", sealed_for="member_id"
):
    """Sent when a visit waits for a signature, for those who may give it. Whose it takes tells the amount."""

    visit_id: VisitId
    member_id: MemberId
    unit_id: UnitId
    proposer_id: ProposerId
    roles: SignerRoles


class VisitSigned(DomainEvent, type="union.welfare.visit-signed.v1"):
    """Sent when one of several signatures for a visit is given, and others are still to come."""

    visit_id: VisitId
    member_id: MemberId
    unit_id: UnitId
    proposer_id: ProposerId


class VisitApproved(DomainEvent, type="union.welfare.visit-approved.v1"):
    """Sent when the last signature for a visit is given, and it is to be paid."""

    visit_id: VisitId
    member_id: MemberId
    unit_id: UnitId
    proposer_id: ProposerId


class VisitRefused(DomainEvent, type="union.welfare.visit-refused.v1"):
    """Sent when a visit is not approved. Why is not said here."""

    visit_id: VisitId
    member_id: MemberId
    unit_id: UnitId
    proposer_id: ProposerId


class VisitPaid(DomainEvent, type="union.welfare.visit-paid.v1"):
    """Sent when a visit is paid."""

    visit_id: VisitId
    member_id: MemberId
    unit_id: UnitId
    proposer_id: ProposerId


class VisitPaidRestricted(DomainEvent, type="union.welfare.visit-paid.restricted.v1", sealed_for="member_id"):
    """Sent when a visit is paid, for those who handle the case and for the accounts."""

    visit_id: VisitId
    member_id: MemberId
    unit_id: UnitId
    proposer_id: ProposerId
    occasion: Annotated[Occasion, Field(description="What it was about.", examples=["birth"])]
    form: Annotated[Form, Field(description="Money or goods.", examples=["money"])]
    amount_fen: Annotated[int, Field(description="Amount in fen.", ge=0, examples=[60000])]
    paid_on: Annotated[date, Field(description="Day of the payment, Asia/Shanghai.", examples=["2022-06-08"])]


class VisitReceipted(DomainEvent, type="union.welfare.visit-receipted.v1"):
    """Sent when the receipt for a visit is recorded."""

    visit_id: VisitId
    member_id: MemberId
    unit_id: UnitId
    proposer_id: ProposerId


class VisitCancelled(DomainEvent, type="union.welfare.visit-cancelled.v1"):
    """Sent when a visit is cancelled before it is paid."""

    visit_id: VisitId
    member_id: MemberId
    unit_id: UnitId
    proposer_id: ProposerId


class VisitRefunded(DomainEvent, type="union.welfare.visit-refunded.v1"):
    """Sent when some or all of what was paid for a visit comes back."""

    visit_id: VisitId
    member_id: MemberId
    unit_id: UnitId
    proposer_id: ProposerId


class VisitRefundedRestricted(DomainEvent, type="union.welfare.visit-refunded.restricted.v1", sealed_for="member_id"):
    """Sent when some or all of what was paid for a visit comes back, for the accounts."""

    visit_id: VisitId
    member_id: MemberId
    unit_id: UnitId
    proposer_id: ProposerId
    amount_fen: Annotated[int, Field(description="What comes back, in fen.", ge=0, examples=[60000])]
    whole: Annotated[bool, Field(description="Whether nothing is left of what was paid.", examples=[True])]
