"""Batch visits (集体慰问): summer heat, duty over a festival, an epidemic: a list of members and one kind of goods."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.welfare.domain.policies import SpendingPolicy
from services.welfare.domain.signing import TRANSITIONS as OF_A_VISIT
from services.welfare.domain.signing import Payable, VisitAction, VisitState, next_signers
from services.welfare.errors.visits import NobodyOnTheList
from shared.aggregate import Aggregate, Decision
from shared.contracts.base import DomainEvent
from shared.contracts.welfare.batch_visits import (
    BatchOccasion,
    BatchVisitApproved,
    BatchVisitAwaitsSignatureRestricted,
    BatchVisitCancelled,
    BatchVisitMembersRestricted,
    BatchVisitPaid,
    BatchVisitProposed,
    BatchVisitProposedRestricted,
    BatchVisitRefunded,
    BatchVisitRefused,
    BatchVisitSigned,
)
from shared.contracts.welfare.visits import Form
from shared.errors import OwnCase
from shared.roles import Role

MEMBERS_AT_ONCE = 500
"""So many are kept, and told of, in one piece."""

TRANSITIONS: Mapping[tuple[VisitState, VisitAction], VisitState] = {
    (state, action): after
    for (state, action), after in OF_A_VISIT.items()
    if VisitState.RECEIPTED not in (state, after)
}
"""Who has been given the goods is signed for on the list on paper."""


class BatchVisit(Payable):
    """Of the whole school where `unit_id` is None. `unit_price_fen` is what one member's goods cost."""

    title: str
    occasion: BatchOccasion
    goods: str
    unit_price_fen: int
    visited_on: date
    unit_id: UUID | None
    members: int
    policy_id: UUID
    reasons: tuple[str, ...] = ()

    @property
    def amount_fen(self) -> int:
        return self.unit_price_fen * self.members

    def transitions(self) -> Mapping[tuple[VisitState, VisitAction], VisitState]:
        return TRANSITIONS

    def sign(
        self,
        policy: SpendingPolicy,
        *,
        listed: bool,
        roles: Collection[Role],
        by: UUID,
        at: datetime,
        spending_id: UUID | None,
    ) -> "Decision[BatchVisit]":
        """`listed` where the signer is on the list. Raises OwnCase and as `after_signature` does."""
        chain = policy.signers_of(self.amount_fen)
        batch = self.after_signature(chain, roles=roles, by=by, at=at, spending_id=spending_id)
        _require_not_listed(listed)
        if batch.state is VisitState.APPROVED:
            return batch._with(BatchVisitApproved)
        return Decision(batch, (BatchVisitSigned(**batch._named()), batch._awaits(chain)))

    def refuse(
        self, policy: SpendingPolicy, *, listed: bool, reason: str, roles: Collection[Role], by: UUID
    ) -> "Decision[BatchVisit]":
        """Raises OwnCase and as `after_signature` does."""
        chain = policy.signers_of(self.amount_fen)
        batch = self.after_refusal(chain, roles=roles, by=by, reasons=(*self.reasons, reason))
        _require_not_listed(listed)
        return batch._with(BatchVisitRefused)

    def pay(self, *, listed: bool, by: UUID, at: datetime) -> "Decision[BatchVisit]":
        """Raises WrongState, ProposedByYourself, OwnCase."""
        batch = self.after_payment(by=by, at=at)
        _require_not_listed(listed)
        return batch._with(BatchVisitPaid)

    def cancel(self, *, reason: str) -> "Decision[BatchVisit]":
        """Raises WrongState."""
        return self.after(VisitAction.CANCEL, reasons=(*self.reasons, reason))._with(BatchVisitCancelled)

    def refund(self, *, whole: bool, listed: bool, reason: str) -> "Decision[BatchVisit]":
        """`whole` where nothing of what was paid is left after it. Raises WrongState, OwnCase."""
        action = VisitAction.REFUND if whole else VisitAction.REFUND_A_PART
        batch = self.after(action, reasons=(*self.reasons, reason))
        _require_not_listed(listed)
        return batch._with(BatchVisitRefunded)

    def _with(self, event: type[DomainEvent]) -> "Decision[BatchVisit]":
        return Decision(self, (event(**self._named()),))

    def _awaits(self, chain: Sequence[Role]) -> BatchVisitAwaitsSignatureRestricted:
        return BatchVisitAwaitsSignatureRestricted(
            batch_id=self.id,
            unit_id=self.unit_id,
            proposer_id=self.logged_by,
            roles=next_signers(chain, len(self.signed_by)),
        )

    def _named(self) -> dict[str, Any]:
        return {
            "batch_id": self.id,
            "unit_id": self.unit_id,
            "proposer_id": self.logged_by,
            "members": self.members,
        }


class BatchVisitList(Aggregate):
    """A piece of the list of a batch, never changed. `unit_id` is the batch's."""

    batch_id: UUID
    unit_id: UUID | None
    number: int
    member_ids: tuple[UUID, ...]


def propose(
    batch_id: UUID,
    *,
    list_ids: Sequence[UUID],
    member_ids: Sequence[UUID],
    title: str,
    occasion: BatchOccasion,
    goods: str,
    unit_price_fen: int,
    visited_on: date,
    unit_id: UUID | None,
    policy: SpendingPolicy,
    by: UUID,
    at: datetime,
) -> "tuple[Decision[BatchVisit], list[Decision[BatchVisitList]]]":
    """The batch and its list, for which there is an id for each piece (`pieces_of`). The cap is of one member.

    Raises NobodyOnTheList, FormNotAllowed, CapExceeded, OwnCase.
    """
    if not member_ids:
        raise NobodyOnTheList
    if by in member_ids:
        raise OwnCase(field="member_ids")
    policy.allow(Form.GOODS)
    policy.headroom(unit_price_fen)
    batch = BatchVisit(
        id=batch_id,
        logged_by=by,
        logged_at=at,
        title=title,
        occasion=occasion,
        goods=goods,
        unit_price_fen=unit_price_fen,
        visited_on=visited_on,
        unit_id=unit_id,
        members=len(member_ids),
        policy_id=policy.id,
    )
    restricted = BatchVisitProposedRestricted(
        **batch._named(),
        title=title,
        occasion=occasion,
        goods=goods,
        unit_price_fen=unit_price_fen,
        visited_on=visited_on,
    )
    events = (
        BatchVisitProposed(**batch._named()),
        restricted,
        batch._awaits(policy.signers_of(batch.amount_fen)),
    )
    lists = [
        _piece(batch, list_id, number, member_ids[number * MEMBERS_AT_ONCE : (number + 1) * MEMBERS_AT_ONCE])
        for number, list_id in enumerate(list_ids)
    ]
    return Decision(batch, events), lists


def pieces_of(members: int) -> int:
    """In how many pieces so many members are kept."""
    return -(-members // MEMBERS_AT_ONCE)


def _piece(batch: BatchVisit, list_id: UUID, number: int, members: Sequence[UUID]) -> "Decision[BatchVisitList]":
    piece = BatchVisitList(
        id=list_id, batch_id=batch.id, unit_id=batch.unit_id, number=number, member_ids=tuple(members)
    )
    told = BatchVisitMembersRestricted(
        batch_id=batch.id, unit_id=batch.unit_id, visited_on=batch.visited_on, member_ids=piece.member_ids
    )
    return Decision(piece, (told,))


def _require_not_listed(listed: bool) -> None:
    if listed:
        raise OwnCase(field="member_ids")
