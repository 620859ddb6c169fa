"""Spendings (支出): money for what was approved, from the reservation to the payment, and back."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.welfare.domain.envelopes import Envelope
from services.welfare.errors.funds import (
    FundDecisionExceeded,
    FundDecisionInTheFuture,
    FundDecisionMissing,
    MoreThanPaid,
    MoreThanReserved,
)
from shared.aggregate import Aggregate, Decision, transition
from shared.contracts.base import DomainEvent
from shared.contracts.welfare.funds import (
    FundDecisionRecorded,
    FundsPaid,
    FundsRefunded,
    FundsReleased,
    FundsReserved,
    SpendingMovedRestricted,
    SpendingState,
)
from shared.contracts.welfare.policies import SpendingKind


class SpendingAction(StrEnum):
    PAY = "pay"
    RELEASE = "give_back"
    REFUND_A_PART = "refund_a_part"
    REFUND = "refund"


TRANSITIONS: Mapping[tuple[SpendingState, SpendingAction], SpendingState] = {
    (SpendingState.RESERVED, SpendingAction.PAY): SpendingState.PAID,
    (SpendingState.RESERVED, SpendingAction.RELEASE): SpendingState.RELEASED,
    (SpendingState.PAID, SpendingAction.REFUND_A_PART): SpendingState.PAID,
    (SpendingState.PAID, SpendingAction.REFUND): SpendingState.REFUNDED,
}


class FundDecision(Aggregate):
    """A decision of the union committee (集体研究决定) on what may be spent in all. `document` is its minutes."""

    decided_on: date
    subject: str
    document: str
    granted_fen: int
    used_fen: int = 0

    def use(self, amount_fen: int) -> "FundDecision":
        """Less, where the amount is negative. Raises FundDecisionExceeded."""
        left = self.granted_fen - self.used_fen
        if amount_fen > left:
            raise FundDecisionExceeded(asked_fen=amount_fen, available_fen=left)
        return self.model_copy(update={"used_fen": self.used_fen + amount_fen})


class Allowance(Aggregate):
    """What one member has had in a year under a policy that caps it. Its id is a mark that tells of nobody."""

    used_fen: int = 0

    def use(self, amount_fen: int) -> "Allowance":
        return self.model_copy(update={"used_fen": self.used_fen + amount_fen})


class Spending(Aggregate):
    """Amounts in fen. `policy_id` is what it was judged by, `headroom_fen` what the policy left; None without one."""

    kind: SpendingKind
    subject_id: UUID
    envelope_id: UUID
    unit_id: UUID | None
    amount_fen: int
    policy_id: UUID | None
    headroom_fen: int | None
    decision_id: UUID | None
    allowance_id: UUID | None
    large: bool
    reserved_fen: int
    spent_fen: int = 0
    state: SpendingState = SpendingState.RESERVED
    approved_by: UUID
    approved_at: datetime
    paid_by: UUID | None = None
    paid_at: datetime | None = None


class Approved(NamedTuple):
    """What is approved: what for, how much, and by which policy."""

    kind: SpendingKind
    subject_id: UUID
    unit_id: UUID | None
    amount_fen: int
    policy_id: UUID | None
    headroom_fen: int | None
    decision_id: UUID | None
    allowance_id: UUID | None


def record_decision(decision: FundDecision, *, today: date) -> "Decision[FundDecision]":
    """Raises FundDecisionInTheFuture."""
    if decision.decided_on > today:
        raise FundDecisionInTheFuture(today=today.isoformat())
    return Decision(decision, (FundDecisionRecorded(decision_id=decision.id, decided_on=decision.decided_on),))


def reserve(
    spending_id: UUID,
    approved: Approved,
    envelope: Envelope,
    *,
    decision_above_fen: int,
    by: UUID,
    at: datetime,
    on: date,
) -> "Decision[Spending]":
    """Raises FundDecisionMissing. The envelope and the decision are asked beside it."""
    large = approved.amount_fen > decision_above_fen
    if large and approved.decision_id is None:
        raise FundDecisionMissing(limit_fen=decision_above_fen)
    spending = Spending(
        id=spending_id,
        envelope_id=envelope.id,
        large=large,
        reserved_fen=approved.amount_fen,
        approved_by=by,
        approved_at=at,
        **approved._asdict(),
    )
    return _moved(spending, envelope, on, FundsReserved(spending_id=spending_id, unit_id=spending.unit_id))


def pay(
    spending: Spending, envelope: Envelope, amount_fen: int, *, by: UUID, at: datetime, on: date
) -> "Decision[Spending]":
    """The amount may be less than what was reserved: the rest is given back. Raises WrongState, MoreThanReserved."""
    state = transition(TRANSITIONS, spending.state, SpendingAction.PAY)
    if amount_fen > spending.reserved_fen:
        raise MoreThanReserved(asked_fen=amount_fen, reserved_fen=spending.reserved_fen)
    paid = spending.model_copy(
        update={
            "state": state,
            "reserved_fen": 0,
            "spent_fen": amount_fen,
            "paid_by": by,
            "paid_at": at,
        }
    )
    return _moved(paid, envelope, on, FundsPaid(spending_id=spending.id, unit_id=spending.unit_id))


def release(spending: Spending, envelope: Envelope, *, on: date) -> "Decision[Spending]":
    """Raises WrongState."""
    state = transition(TRANSITIONS, spending.state, SpendingAction.RELEASE)
    released = spending.model_copy(update={"state": state, "reserved_fen": 0})
    return _moved(released, envelope, on, FundsReleased(spending_id=spending.id, unit_id=spending.unit_id))


def refund(spending: Spending, envelope: Envelope, amount_fen: int, *, on: date) -> "Decision[Spending]":
    """Raises WrongState, MoreThanPaid."""
    whole = amount_fen >= spending.spent_fen
    action = SpendingAction.REFUND if whole else SpendingAction.REFUND_A_PART
    state = transition(TRANSITIONS, spending.state, action)
    if amount_fen > spending.spent_fen:
        raise MoreThanPaid(asked_fen=amount_fen, spent_fen=spending.spent_fen)
    refunded = spending.model_copy(update={"state": state, "spent_fen": spending.spent_fen - amount_fen})
    return _moved(refunded, envelope, on, FundsRefunded(spending_id=spending.id, unit_id=spending.unit_id))


def _moved(spending: Spending, envelope: Envelope, on: date, public: DomainEvent) -> "Decision[Spending]":
    restricted = SpendingMovedRestricted(
        spending_id=spending.id,
        kind=spending.kind,
        subject_id=spending.subject_id,
        envelope_id=envelope.id,
        year=envelope.year,
        category=envelope.category,
        unit_id=spending.unit_id,
        state=spending.state,
        reserved_fen=spending.reserved_fen,
        spent_fen=spending.spent_fen,
        decided=spending.decision_id is not None,
        large=spending.large,
        on=on,
    )
    return Decision(spending, (public, restricted))
