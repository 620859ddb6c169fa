"""Expense claims (报销): who has spent for the union gets it back, by receipts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.welfare.domain.policies import SpendingPolicy
from services.welfare.errors.expense_claims import (
    AnotherSigns,
    ExpenseInTheFuture,
    ReceiptListedTwice,
)
from services.welfare.errors.funds import ApproverPays
from services.welfare.errors.visits import SignedAlready
from shared.aggregate import Aggregate, Decision, transition
from shared.contracts.welfare.expense_claims import (
    ExpenseClaimApproved,
    ExpenseClaimEndorsed,
    ExpenseClaimPaid,
    ExpenseClaimRefunded,
    ExpenseClaimRejected,
    ExpenseClaimReturned,
    ExpenseClaimSubmitted,
    ExpenseClaimSubmittedRestricted,
    ExpenseClaimWithdrawn,
)
from shared.contracts.welfare.funds import Category
from shared.errors import OwnCase
from shared.roles import Role


class ClaimState(StrEnum):
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PAID = "paid"
    REFUNDED = "refunded"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ClaimAction(StrEnum):
    ENDORSE = "endorse"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    REVISE = "revise"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    PAY = "pay"
    REFUND_A_PART = "refund_a_part"
    REFUND = "refund"


_S, _A = ClaimState, ClaimAction
TRANSITIONS: Mapping[tuple[ClaimState, ClaimAction], ClaimState] = {
    (_S.SUBMITTED, _A.ENDORSE): _S.SUBMITTED,
    (_S.SUBMITTED, _A.APPROVE): _S.APPROVED,
    (_S.SUBMITTED, _A.SEND_BACK): _S.RETURNED,
    (_S.SUBMITTED, _A.REJECT): _S.REJECTED,
    (_S.SUBMITTED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.RETURNED, _A.REVISE): _S.SUBMITTED,
    (_S.RETURNED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.APPROVED, _A.REJECT): _S.REJECTED,
    (_S.APPROVED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.APPROVED, _A.PAY): _S.PAID,
    (_S.PAID, _A.REFUND_A_PART): _S.PAID,
    (_S.PAID, _A.REFUND): _S.REFUNDED,
}
GIVEN_UP = frozenset({ClaimState.REJECTED, ClaimState.WITHDRAWN})
"""Their receipts may be claimed anew."""


class ClaimItem(BaseModel):
    """`issuer` and `receipt_number` name a receipt (票据)."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)

    what: str
    amount_fen: int
    spent_on: date
    issuer: str
    receipt_number: str

    @property
    def receipt(self) -> str:
        """The same however it was typed."""
        return "/".join("".join(part.split()).upper() for part in (self.issuer, self.receipt_number))


class Signature(BaseModel):
    """`role` is None where the policy asks for nobody in particular."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)

    by: UUID
    role: Role | None
    at: datetime


class ExpenseClaim(Aggregate):
    """`unit_id` is the claimant's unit at the time. `note` is why it was sent back or refused."""

    claimant_id: UUID
    unit_id: UUID
    title: str
    category: Category
    items: tuple[ClaimItem, ...]
    submitted_at: datetime
    state: ClaimState = ClaimState.SUBMITTED
    signatures: tuple[Signature, ...] = ()
    policy_id: UUID | None = None
    spending_id: UUID | None = None
    note: str | None = None
    paid_by: UUID | None = None
    paid_at: datetime | None = None

    @property
    def total_fen(self) -> int:
        return sum(item.amount_fen for item in self.items)

    @property
    def receipts(self) -> list[str]:
        return [] if self.state in GIVEN_UP else [item.receipt for item in self.items]

    def missing(self, policy: SpendingPolicy) -> tuple[Role, ...]:
        """Whose signatures are still to come, in order."""
        signed = {signature.role for signature in self.signatures}
        return tuple(role for role in policy.signers_of(self.total_fen) if role not in signed)


def submit(claim: ExpenseClaim, *, today: date) -> "Decision[ExpenseClaim]":
    """Raises ExpenseInTheFuture, ReceiptListedTwice."""
    if any(item.spent_on > today for item in claim.items):
        raise ExpenseInTheFuture(today=today.isoformat())
    if len(set(claim.receipts)) != len(claim.items):
        raise ReceiptListedTwice
    restricted = ExpenseClaimSubmittedRestricted(
        **_thin(claim), title=claim.title, category=claim.category, total_fen=claim.total_fen
    )
    return Decision(claim, (ExpenseClaimSubmitted(**_thin(claim)), restricted))


def revise(
    claim: ExpenseClaim, *, title: str, category: Category, items: Sequence[ClaimItem], at: datetime, today: date
) -> "Decision[ExpenseClaim]":
    """Whoever signed before signs again. Raises WrongState, ExpenseInTheFuture, ReceiptListedTwice."""
    revised = _in(
        claim,
        ClaimAction.REVISE,
        title=title,
        category=category,
        items=tuple(items),
        signatures=(),
        note=None,
        submitted_at=at,
    )
    return submit(revised, today=today)


def endorse(
    claim: ExpenseClaim,
    policy: SpendingPolicy,
    *,
    by: UUID,
    roles: Collection[Role],
    at: datetime,
    spending_id: UUID | None,
) -> "Decision[ExpenseClaim]":
    """One signature. With the last one the claim is approved: `spending_id` is what was reserved for it.

    Raises WrongState, OwnCase, SignedAlready, AnotherSigns.
    """
    missing = claim.missing(policy)
    action = ClaimAction.ENDORSE if len(missing) > 1 else ClaimAction.APPROVE
    state = transition(TRANSITIONS, claim.state, action)
    _not_the_claimant(claim, by)
    if by in {signature.by for signature in claim.signatures}:
        raise SignedAlready
    if missing and missing[0] not in roles:
        raise AnotherSigns(role=missing[0].value)
    signature = Signature(by=by, role=missing[0] if missing else None, at=at)
    update = {"state": state, "signatures": (*claim.signatures, signature)}
    if action is ClaimAction.ENDORSE:
        return Decision(claim.model_copy(update=update), (ExpenseClaimEndorsed(**_thin(claim)),))
    approved = claim.model_copy(update={**update, "policy_id": policy.id, "spending_id": spending_id})
    return Decision(approved, (ExpenseClaimApproved(**_thin(claim)),))


def send_back(claim: ExpenseClaim, *, by: UUID, note: str) -> "Decision[ExpenseClaim]":
    """Raises WrongState, OwnCase."""
    returned = _in(claim, ClaimAction.SEND_BACK, note=note)
    _not_the_claimant(claim, by)
    return Decision(returned, (ExpenseClaimReturned(**_thin(claim)),))


def reject(claim: ExpenseClaim, *, by: UUID, note: str) -> "Decision[ExpenseClaim]":
    """What was reserved for it is given back beside it. Raises WrongState, OwnCase."""
    rejected = _in(claim, ClaimAction.REJECT, note=note)
    _not_the_claimant(claim, by)
    return Decision(rejected, (ExpenseClaimRejected(**_thin(claim)),))


def withdraw(claim: ExpenseClaim) -> "Decision[ExpenseClaim]":
    """By the claimant, until it is paid; what was reserved is given back beside it. Raises WrongState."""
    return Decision(_in(claim, ClaimAction.WITHDRAW), (ExpenseClaimWithdrawn(**_thin(claim)),))


def pay(claim: ExpenseClaim, *, by: UUID, at: datetime) -> "Decision[ExpenseClaim]":
    """Raises WrongState, OwnCase, ApproverPays."""
    paid = _in(claim, ClaimAction.PAY, paid_by=by, paid_at=at)
    _not_the_claimant(claim, by)
    if by in {signature.by for signature in claim.signatures}:
        raise ApproverPays
    return Decision(paid, (ExpenseClaimPaid(**_thin(claim)),))


def refund(claim: ExpenseClaim, *, by: UUID, whole: bool) -> "Decision[ExpenseClaim]":
    """Raises WrongState, OwnCase."""
    refunded = _in(claim, ClaimAction.REFUND if whole else ClaimAction.REFUND_A_PART)
    _not_the_claimant(claim, by)
    return Decision(refunded, (ExpenseClaimRefunded(**_thin(claim)),))


def _in(claim: ExpenseClaim, action: ClaimAction, **change: object) -> ExpenseClaim:
    state = transition(TRANSITIONS, claim.state, action)
    return claim.model_copy(update={"state": state, **change})


def _not_the_claimant(claim: ExpenseClaim, by: UUID) -> None:
    if by == claim.claimant_id:
        raise OwnCase(field="claimant_id")


def _thin(claim: ExpenseClaim) -> dict[str, UUID]:
    return {"claim_id": claim.id, "claimant_id": claim.claimant_id, "unit_id": claim.unit_id}
