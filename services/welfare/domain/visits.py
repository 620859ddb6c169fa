"""Visits (慰问) to members: a branch proposes, the policy says who signs, finance pays."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from services.welfare.domain.policies import SpendingPolicy
from services.welfare.domain.signing import Payable, VisitAction, VisitState, next_signers
from services.welfare.errors.visits import ReceiptDayWrong, SignedForByThePayer, VisitErased, VisitInTheFuture
from shared.aggregate import Decision
from shared.contracts.base import DomainEvent
from shared.contracts.welfare.visits import (
    Form,
    Occasion,
    VisitApproved,
    VisitAwaitsSignatureRestricted,
    VisitCancelled,
    VisitLogged,
    VisitLoggedRestricted,
    VisitPaid,
    VisitPaidRestricted,
    VisitReceipted,
    VisitRefunded,
    VisitRefundedRestricted,
    VisitRefused,
    VisitSigned,
)
from shared.errors import OwnCase
from shared.roles import Role
from shared.sealing import Sensitive


class Visit(Payable):
    """`amount_fen` is the value of the money or goods, in fen. It tells what the visit was about, as caps differ; so
    does `policy_id`, the policy that it was judged by. `reasons` say why it was refused or cancelled, or paid back.
    """

    member_id: UUID
    unit_id: UUID
    visited_on: date
    visitor_ids: tuple[UUID, ...]
    form: Form
    receipt_number: str | None = None
    receipted_on: date | None = None
    receipt_signed_by: UUID | None = None
    occasion: Annotated[Occasion | None, Sensitive(blind=True)] = None
    amount_fen: Annotated[int | None, Sensitive()] = None
    policy_id: Annotated[UUID | None, Sensitive()] = None
    reasons: Annotated[tuple[str, ...] | None, Sensitive()] = None

    @classmethod
    def log(
        cls,
        visit_id: UUID,
        *,
        member_id: UUID,
        unit_id: UUID,
        occasion: Occasion,
        visited_on: date,
        visitor_ids: list[UUID],
        form: Form,
        amount_fen: int,
        policy: SpendingPolicy,
        logged_by: UUID,
        at: datetime,
        today: date,
    ) -> "Decision[Visit]":
        """`unit_id` is the member's unit at the time, `policy` the one in force there on the day of the visit.

        Raises VisitInTheFuture, FormNotAllowed, CapExceeded, OwnCase.
        """
        if visited_on > today:
            raise VisitInTheFuture(today=today.isoformat())
        if logged_by == member_id:
            raise OwnCase(field="member_id")
        policy.allow(form)
        policy.headroom(amount_fen)
        visit = cls(
            id=visit_id,
            member_id=member_id,
            unit_id=unit_id,
            occasion=occasion,
            visited_on=visited_on,
            visitor_ids=tuple(visitor_ids),
            form=form,
            amount_fen=amount_fen,
            policy_id=policy.id,
            logged_by=logged_by,
            logged_at=at,
        )
        public = VisitLogged(visit_id=visit_id, member_id=member_id, unit_id=unit_id)
        restricted = VisitLoggedRestricted(
            **public.model_dump(), visited_on=visited_on, occasion=occasion, form=form, amount_fen=amount_fen
        )
        return Decision(visit, (public, restricted, visit._awaits(policy.signers_of(amount_fen))))

    def sign(
        self, policy: SpendingPolicy, *, roles: Collection[Role], by: UUID, at: datetime, spending_id: UUID | None
    ) -> "Decision[Visit]":
        """Raises VisitErased, OwnCase and as `after_signature` does."""
        chain = self._chain(policy, by)
        visit = self.after_signature(chain, roles=roles, by=by, at=at, spending_id=spending_id)
        if visit.state is VisitState.APPROVED:
            return Decision(visit, (VisitApproved(**visit._named()),))
        return Decision(visit, (VisitSigned(**visit._named()), visit._awaits(chain)))

    def refuse(self, policy: SpendingPolicy, *, reason: str, roles: Collection[Role], by: UUID) -> "Decision[Visit]":
        """Raises VisitErased, OwnCase and as `after_signature` does."""
        chain = self._chain(policy, by)
        visit = self.after_refusal(chain, roles=roles, by=by, reasons=self._told(reason))
        return Decision(visit, (VisitRefused(**visit._named()),))

    def pay(self, *, by: UUID, at: datetime, on: date) -> "Decision[Visit]":
        """Raises WrongState, ProposedByYourself, OwnCase."""
        visit = self.after_payment(by=by, at=at)
        self._require_not_own(by)
        events: list[DomainEvent] = [VisitPaid(**visit._named())]
        if self.occasion is not None and self.amount_fen is not None:
            events.append(
                VisitPaidRestricted(
                    **visit._named(), occasion=self.occasion, form=self.form, amount_fen=self.amount_fen, paid_on=on
                )
            )
        return Decision(visit, tuple(events))

    def take_receipt(self, *, number: str, on: date, signed_by: UUID, today: date) -> "Decision[Visit]":
        """Signed for by the member or by a colleague. Raises WrongState, ReceiptDayWrong, SignedForByThePayer."""
        visit = self.after(
            VisitAction.TAKE_RECEIPT, receipt_number=number, receipted_on=on, receipt_signed_by=signed_by
        )
        if not self.visited_on <= on <= today:
            raise ReceiptDayWrong(visited_on=self.visited_on.isoformat(), today=today.isoformat())
        if signed_by == self.paid_by:
            raise SignedForByThePayer
        return Decision(visit, (VisitReceipted(**visit._named()),))

    def cancel(self, *, reason: str, by: UUID) -> "Decision[Visit]":
        """Raises WrongState, OwnCase."""
        visit = self.after(VisitAction.CANCEL, reasons=self._told(reason))
        self._require_not_own(by)
        return Decision(visit, (VisitCancelled(**visit._named()),))

    def refund(self, amount_fen: int, *, whole: bool, reason: str, by: UUID) -> "Decision[Visit]":
        """`whole` where nothing of what was paid is left after it. Raises WrongState, OwnCase."""
        action = VisitAction.REFUND if whole else VisitAction.REFUND_A_PART
        visit = self.after(action, reasons=self._told(reason))
        self._require_not_own(by)
        restricted = VisitRefundedRestricted(**visit._named(), amount_fen=amount_fen, whole=whole)
        return Decision(visit, (VisitRefunded(**visit._named()), restricted))

    def _chain(self, policy: SpendingPolicy, by: UUID) -> tuple[Role, ...]:
        if self.amount_fen is None:
            raise VisitErased
        self._require_not_own(by)
        return policy.signers_of(self.amount_fen)

    def _require_not_own(self, by: UUID) -> None:
        if by == self.member_id:
            raise OwnCase(field="member_id")

    def _told(self, reason: str) -> tuple[str, ...]:
        return (*(self.reasons or ()), reason)

    def _awaits(self, chain: tuple[Role, ...]) -> VisitAwaitsSignatureRestricted:
        return VisitAwaitsSignatureRestricted(**self._named(), roles=next_signers(chain, len(self.signed_by)))

    def _named(self) -> dict[str, Any]:
        return {
            "visit_id": self.id,
            "member_id": self.member_id,
            "unit_id": self.unit_id,
            "proposer_id": self.logged_by,
        }
