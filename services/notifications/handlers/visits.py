"""Who is told of what becomes of visits and of batch visits. What they are about stays out of the notices."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.notifications.domain import Topic
from services.notifications.handlers.audiences import in_charge
from services.notifications.handlers.notices import Telling, day_of
from services.notifications.store import NotificationsStores
from shared.contracts.welfare.batch_visits import (
    BatchVisitApproved,
    BatchVisitAwaitsSignatureRestricted,
    BatchVisitMembersRestricted,
    BatchVisitRefused,
)
from shared.contracts.welfare.visits import VisitApproved, VisitAwaitsSignatureRestricted, VisitPaid, VisitRefused
from shared.handlers import Received
from shared.roles import Role

Stores = NotificationsStores


async def awaits_signature(stores: Stores, heard: Received[VisitAwaitsSignatureRestricted]) -> Sequence[Telling]:
    """Neither the proposer, who may not sign, nor the member. Raises UnitNotKnownYet."""
    event = heard.event
    signers = await in_charge(stores.directory, event.unit_id, event.roles, day_of(heard))
    return [Telling(Topic.VISIT_TO_SIGN, signers - {event.proposer_id, event.member_id}, people=_member(event))]


async def approved(stores: Stores, heard: Received[VisitApproved]) -> Sequence[Telling]:
    """The finance officers, but for whoever may not pay it, and the proposer. Raises UnitNotKnownYet."""
    event = heard.event
    payers = await _payers(stores, heard) - {event.proposer_id, event.member_id}
    return [
        Telling(Topic.VISIT_TO_PAY, payers, people=_member(event)),
        Telling(Topic.VISIT_APPROVED, [event.proposer_id], people=_member(event)),
    ]


async def refused(stores: Stores, heard: Received[VisitRefused]) -> Sequence[Telling]:
    return [Telling(Topic.VISIT_REFUSED, [heard.event.proposer_id], people=_member(heard.event))]


async def paid(stores: Stores, heard: Received[VisitPaid]) -> Sequence[Telling]:
    return [Telling(Topic.VISIT_PAID, [heard.event.member_id])]


async def listed(stores: Stores, heard: Received[BatchVisitMembersRestricted]) -> Sequence[Telling]:
    """Some hundreds at a time, in one write."""
    facts = {"visited_on": heard.event.visited_on.isoformat()}
    return [Telling(Topic.BATCH_VISIT_LISTED, heard.event.member_ids, facts)]


async def batch_awaits_signature(
    stores: Stores, heard: Received[BatchVisitAwaitsSignatureRestricted]
) -> Sequence[Telling]:
    """Raises UnitNotKnownYet."""
    event = heard.event
    signers = await in_charge(stores.directory, event.unit_id, event.roles, day_of(heard))
    return [Telling(Topic.BATCH_VISIT_TO_SIGN, signers - {event.proposer_id})]


async def batch_approved(stores: Stores, heard: Received[BatchVisitApproved]) -> Sequence[Telling]:
    """Raises UnitNotKnownYet."""
    event, facts = heard.event, {"count": str(heard.event.members)}
    return [
        Telling(Topic.BATCH_VISIT_TO_PAY, await _payers(stores, heard) - {event.proposer_id}, facts),
        Telling(Topic.BATCH_VISIT_APPROVED, [event.proposer_id], facts),
    ]


async def batch_refused(stores: Stores, heard: Received[BatchVisitRefused]) -> Sequence[Telling]:
    facts = {"count": str(heard.event.members)}
    return [Telling(Topic.BATCH_VISIT_REFUSED, [heard.event.proposer_id], facts)]


async def _payers(stores: Stores, heard: Received[Any]) -> set[UUID]:
    return await in_charge(stores.directory, heard.event.unit_id, [Role.FINANCE_OFFICER], day_of(heard))


def _member(event: Any) -> dict[str, UUID]:
    return {"member": event.member_id}
