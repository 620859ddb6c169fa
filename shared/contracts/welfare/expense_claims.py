"""What the welfare service publishes about expense claims (报销)."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, UnitId
from shared.contracts.welfare.funds import AnyCategory, Fen

ClaimId = Annotated[UUID, Field(description="Expense claim.", examples=["01930000-0000-7000-8000-000000000221"])]
Claimant = Annotated[UUID, Field(description="Who claims it.", examples=["01930000-0000-7000-8000-0000000000b1"])]


class ExpenseClaimSubmitted(DomainEvent, type="union.welfare.expense-claim-submitted.v1"):
    """Sent when a claim is submitted, and again when it was changed and submitted anew."""

    claim_id: ClaimId
    claimant_id: Claimant
    unit_id: UnitId


class ExpenseClaimSubmittedRestricted(DomainEvent, type="union.welfare.expense-claim-submitted.restricted.v1"):
    """Sent when a claim is submitted, with what for and how much."""

    claim_id: ClaimId
    claimant_id: Claimant
    unit_id: UnitId
    title: Annotated[str, Field(description="What the money was spent for.", examples=["春季登山活动物资"])]
    category: AnyCategory
    total_fen: Fen


class ExpenseClaimEndorsed(DomainEvent, type="union.welfare.expense-claim-endorsed.v1"):
    """Sent when a claim is signed by one, and another's signature is still to come."""

    claim_id: ClaimId
    claimant_id: Claimant
    unit_id: UnitId


class ExpenseClaimApproved(DomainEvent, type="union.welfare.expense-claim-approved.v1"):
    """Sent when a claim has all its signatures, and its money is reserved."""

    claim_id: ClaimId
    claimant_id: Claimant
    unit_id: UnitId


class ExpenseClaimReturned(DomainEvent, type="union.welfare.expense-claim-returned.v1"):
    """Sent when a claim is sent back to be changed."""

    claim_id: ClaimId
    claimant_id: Claimant
    unit_id: UnitId


class ExpenseClaimRejected(DomainEvent, type="union.welfare.expense-claim-rejected.v1"):
    """Sent when a claim is refused for good."""

    claim_id: ClaimId
    claimant_id: Claimant
    unit_id: UnitId


class ExpenseClaimWithdrawn(DomainEvent, type="union.welfare.expense-claim-withdrawn.v1"):
    """Sent when the claimant takes a claim back before it is paid."""

    claim_id: ClaimId
    claimant_id: Claimant
    unit_id: UnitId


class ExpenseClaimPaid(DomainEvent, type="union.welfare.expense-claim-paid.v1"):
    """Sent when a claim is paid."""

    claim_id: ClaimId
    claimant_id: Claimant
    unit_id: UnitId


class ExpenseClaimRefunded(DomainEvent, type="union.welfare.expense-claim-refunded.v1"):
    """Sent when some or all of what was paid for a claim comes back."""

    claim_id: ClaimId
    claimant_id: Claimant
    unit_id: UnitId
