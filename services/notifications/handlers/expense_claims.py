"""Who is told of expense claims: whoever is to sign, whoever is to pay, and the claimant. Not what it is about."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from services.notifications.domain import Topic
from services.notifications.handlers.notices import Telling, Tells, day_of
from services.notifications.store import NotificationsStores
from shared.contracts.base import DomainEvent
from shared.contracts.welfare.expense_claims import (
    ExpenseClaimApproved,
    ExpenseClaimEndorsed,
    ExpenseClaimSubmitted,
)
from shared.handlers import Received
from shared.roles import Role


class OfAClaim(Protocol):
    @property
    def claimant_id(self) -> UUID: ...


def to_claimant(topic: Topic) -> Tells:
    async def tells(_: NotificationsStores, heard: Received[OfAClaim]) -> Sequence[Telling]:  # type: ignore[type-var]
        return [Telling(topic, [heard.event.claimant_id])]

    return tells


async def submitted(stores: NotificationsStores, heard: Received[ExpenseClaimSubmitted]) -> Sequence[Telling]:
    """The chair of the claimant's branch; where that is the claimant, or there is none, the union's officers.

    Raises UnitNotKnownYet.
    """
    event = heard.event
    branch = await stores.directory.branch_of(event.unit_id)
    chairs: set[UUID] = set()
    if branch is not None:
        chairs = await _holders(stores, heard, branch, Role.BRANCH_CHAIR)
    chairs -= {event.claimant_id}
    members = chairs or await _holders(stores, heard, None, Role.UNION_OFFICER)
    return [Telling(Topic.EXPENSE_TO_APPROVE, members - {event.claimant_id}, people={"member": event.claimant_id})]


async def endorsed(stores: NotificationsStores, heard: Received[ExpenseClaimEndorsed]) -> Sequence[Telling]:
    """The union's officers: whose turn it is, the policy says, and they know it."""
    claimant = heard.event.claimant_id
    members = await _holders(stores, heard, None, Role.UNION_OFFICER)
    return [Telling(Topic.EXPENSE_TO_APPROVE, members - {claimant}, people={"member": claimant})]


async def approved(stores: NotificationsStores, heard: Received[ExpenseClaimApproved]) -> Sequence[Telling]:
    claimant = heard.event.claimant_id
    payers = await _holders(stores, heard, None, Role.FINANCE_OFFICER)
    return [
        Telling(Topic.EXPENSE_APPROVED, [claimant]),
        Telling(Topic.EXPENSE_TO_PAY, payers, people={"member": claimant}),
    ]


async def _holders(
    stores: NotificationsStores, heard: Received[DomainEvent], unit_id: UUID | None, role: Role
) -> set[UUID]:
    found = await stores.directory.holders([unit_id], [role], on=day_of(heard))
    return found.get(unit_id, set())
