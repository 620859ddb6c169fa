"""What the welfare service publishes about batch visits: many members, one kind of goods."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent
from shared.contracts.welfare.visits import ProposerId, SignerRoles

BatchId = Annotated[
    UUID, Field(description="Batch visit (集体慰问).", examples=["01930000-0000-7000-8000-0000000000e2"])
]
OfUnit = Annotated[
    UUID | None,
    Field(
        description="The unit whose members are on the list; null for the whole school.",
        examples=["01930000-0000-7000-8000-0000000000a1"],
    ),
]
VisitedOn = Annotated[date, Field(description="Day of the visit, Asia/Shanghai.", examples=["2022-07-15"])]
Members = Annotated[int, Field(description="How many are on the list.", ge=1, examples=[812])]


class BatchOccasion(StrEnum):
    SUMMER_HEAT = "summer_heat"
    ON_DUTY = "on_duty"
    EPIDEMIC_DUTY = "epidemic_duty"


class BatchVisitProposed(DomainEvent, type="union.welfare.batch-visit-proposed.v1"):
    """Sent when a batch visit is proposed. What it is about is not said here."""

    batch_id: BatchId
    unit_id: OfUnit
    proposer_id: ProposerId
    members: Members


class BatchVisitProposedRestricted(DomainEvent, type="union.welfare.batch-visit-proposed.restricted.v1"):
    """Sent when a batch visit is proposed, for the accounts."""

    batch_id: BatchId
    unit_id: OfUnit
    proposer_id: ProposerId
    members: Members
    title: Annotated[str, Field(description="What it is called.", examples=["高温慰问"])]
    occasion: Annotated[BatchOccasion, Field(description="What it is about.", examples=["summer_heat"])]
    goods: Annotated[str, Field(description="What each member is given.", examples=["清凉饮品一箱"])]
    unit_price_fen: Annotated[int, Field(description="The price of one, in fen.", ge=0, examples=[8000])]
    visited_on: VisitedOn


class BatchVisitMembersRestricted(DomainEvent, type="union.welfare.batch-visit-members.restricted.v1"):
    """Sent when members are on the list of a batch visit, some hundreds at a time."""

    batch_id: BatchId
    unit_id: OfUnit
    visited_on: VisitedOn
    member_ids: Annotated[
        tuple[UUID, ...], Field(description="Members.", examples=[["01930000-0000-7000-8000-0000000000b1"]])
    ]


class BatchVisitAwaitsSignatureRestricted(DomainEvent, type="union.welfare.batch-visit-awaits-signature.restricted.v1"):
    """Sent when a batch visit waits for a signature, for those who may give it."""

    batch_id: BatchId
    unit_id: OfUnit
    proposer_id: ProposerId
    roles: SignerRoles


class BatchVisitSigned(DomainEvent, type="union.welfare.batch-visit-signed.v1"):
    """Sent when one of several signatures for a batch visit is given, and others are still to come."""

    batch_id: BatchId
    unit_id: OfUnit
    proposer_id: ProposerId
    members: Members


class BatchVisitApproved(DomainEvent, type="union.welfare.batch-visit-approved.v1"):
    """Sent when the last signature for a batch visit is given, and it is to be paid."""

    batch_id: BatchId
    unit_id: OfUnit
    proposer_id: ProposerId
    members: Members


class BatchVisitRefused(DomainEvent, type="union.welfare.batch-visit-refused.v1"):
    """Sent when a batch visit is not approved."""

    batch_id: BatchId
    unit_id: OfUnit
    proposer_id: ProposerId
    members: Members


class BatchVisitPaid(DomainEvent, type="union.welfare.batch-visit-paid.v1"):
    """Sent when a batch visit is paid."""

    batch_id: BatchId
    unit_id: OfUnit
    proposer_id: ProposerId
    members: Members


class BatchVisitCancelled(DomainEvent, type="union.welfare.batch-visit-cancelled.v1"):
    """Sent when a batch visit is cancelled before it is paid."""

    batch_id: BatchId
    unit_id: OfUnit
    proposer_id: ProposerId
    members: Members


class BatchVisitRefunded(DomainEvent, type="union.welfare.batch-visit-refunded.v1"):
    """Sent when some or all of what was paid for a batch visit comes back."""

    batch_id: BatchId
    unit_id: OfUnit
    proposer_id: ProposerId
    members: Members
