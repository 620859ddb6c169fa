"""From a proposal to the payment, and back: what single visits and batch visits have in common.

Whose signatures an amount takes, and in which order, the policy says. Where it names nobody, one signature of the
branch chair or of a union officer approves: whatever the amount, somebody other than the proposer has looked at it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from services.welfare.errors.funds import ApproverPays
from services.welfare.errors.visits import NotTheNextSigner, ProposedByYourself, SignedAlready
from shared.aggregate import Aggregate, transition
from shared.roles import Role


class VisitState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    PAID = "paid"
    RECEIPTED = "receipted"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class VisitAction(StrEnum):
    SIGN = "sign"
    """One of several signatures, and not the last."""
    APPROVE = "approve"
    REFUSE = "refuse"
    PAY = "pay"
    TAKE_RECEIPT = "take_receipt"
    CANCEL = "cancel"
    REFUND_A_PART = "refund_a_part"
    REFUND = "refund"


TRANSITIONS: Mapping[tuple[VisitState, VisitAction], VisitState] = {
    (VisitState.PROPOSED, VisitAction.SIGN): VisitState.PROPOSED,
    (VisitState.PROPOSED, VisitAction.APPROVE): VisitState.APPROVED,
    (VisitState.PROPOSED, VisitAction.REFUSE): VisitState.REFUSED,
    (VisitState.PROPOSED, VisitAction.CANCEL): VisitState.CANCELLED,
    (VisitState.APPROVED, VisitAction.CANCEL): VisitState.CANCELLED,
    (VisitState.APPROVED, VisitAction.PAY): VisitState.PAID,
    (VisitState.PAID, VisitAction.TAKE_RECEIPT): VisitState.RECEIPTED,
    (VisitState.PAID, VisitAction.REFUND_A_PART): VisitState.PAID,
    (VisitState.PAID, VisitAction.REFUND): VisitState.REFUNDED,
    (VisitState.RECEIPTED, VisitAction.REFUND_A_PART): VisitState.RECEIPTED,
    (VisitState.RECEIPTED, VisitAction.REFUND): VisitState.REFUNDED,
}
"""Of single visits. Those of a batch have no receipt of their own: `batch_visits.TRANSITIONS`."""

SIGNERS = (Role.BRANCH_CHAIR, Role.UNION_OFFICER, Role.FINANCE_OFFICER, Role.SCHOOL_LEADER)
"""Whom a policy may name."""
WHERE_NOBODY_IS_NAMED = (Role.BRANCH_CHAIR, Role.UNION_OFFICER)


def next_signers(chain: Sequence[Role], given: int) -> tuple[Role, ...]:
    """As what the next signature is given, after so many; one of them is enough."""
    return tuple(chain[given : given + 1]) if chain else WHERE_NOBODY_IS_NAMED


class Payable(Aggregate):
    """`signed_by` have signed as `signed_as`, in this order. `spending_id` is the money, from the approval on."""

    logged_by: UUID
    logged_at: datetime
    state: VisitState = VisitState.PROPOSED
    signed_by: tuple[UUID, ...] = ()
    signed_as: tuple[Role, ...] = ()
    approved_at: datetime | None = None
    spending_id: UUID | None = None
    paid_by: UUID | None = None
    paid_at: datetime | None = None

    def transitions(self) -> Mapping[tuple[VisitState, VisitAction], VisitState]:
        return TRANSITIONS

    def after(self, action: VisitAction, **update: Any) -> Self:
        """Raises WrongState."""
        return self.model_copy(update={**update, "state": transition(self.transitions(), self.state, action)})

    def after_signature(
        self, chain: Sequence[Role], *, roles: Collection[Role], by: UUID, at: datetime, spending_id: UUID | None
    ) -> Self:
        """`roles` are those that the signer holds for the unit. The last signature approves.

        Raises WrongState, ProposedByYourself, SignedAlready, NotTheNextSigner.
        """
        last = len(self.signed_by) + 1 >= len(chain)
        action = VisitAction.APPROVE if last else VisitAction.SIGN
        role = self._may_sign(chain, action, roles, by)
        update: dict[str, Any] = {"signed_by": (*self.signed_by, by), "signed_as": (*self.signed_as, role)}
        if last:
            update |= {"approved_at": at, "spending_id": spending_id}
        return self.after(action, **update)

    def after_refusal(self, chain: Sequence[Role], *, roles: Collection[Role], by: UUID, **update: Any) -> Self:
        """Whoever might sign now may refuse. Raises as `after_signature` does."""
        self._may_sign(chain, VisitAction.REFUSE, roles, by)
        return self.after(VisitAction.REFUSE, **update)

    def after_payment(self, *, by: UUID, at: datetime) -> Self:
        """Raises WrongState, ProposedByYourself, ApproverPays."""
        paid = self.after(VisitAction.PAY, paid_by=by, paid_at=at)
        if by == self.logged_by:
            raise ProposedByYourself
        if by in self.signed_by:
            raise ApproverPays
        return paid

    def _may_sign(self, chain: Sequence[Role], action: VisitAction, roles: Collection[Role], by: UUID) -> Role:
        self.after(action)
        if by == self.logged_by:
            raise ProposedByYourself
        if by in self.signed_by:
            raise SignedAlready
        needed = next_signers(chain, len(self.signed_by))
        for role in needed:
            if role in roles:
                return role
        raise NotTheNextSigner(needed=tuple(role.value for role in needed))
