"""Who is told of benefits: those who are entitled, the officers who run a drive, the branches that hand it out."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from services.notifications.domain import Topic
from services.notifications.handlers.notices import Telling, day_of
from services.notifications.store import NotificationsStores
from shared.contracts.base import DomainEvent
from shared.contracts.welfare.benefits import (
    BenefitChoosingClosed,
    BenefitDriveReconciled,
    BenefitHandingOutBegun,
    BenefitMembersAddressedRestricted,
    BenefitNotice,
    BenefitPickedUpRestricted,
    BenefitPickUpExtended,
    BenefitReturned,
    BenefitRosterFrozen,
)
from shared.contracts.welfare.vouchers import VoucherIssuedRestricted
from shared.directory import Directory
from shared.handlers import Received
from shared.roles import Role

Stores = NotificationsStores
_OFFICERS = (Role.UNION_OFFICER,)
_BRANCH = (Role.BRANCH_CHAIR, Role.BRANCH_OFFICER)

_TOLD: Mapping[BenefitNotice, Topic] = {
    BenefitNotice.OPENED: Topic.BENEFIT_OPENED,
    BenefitNotice.CHOOSE_SOON: Topic.BENEFIT_CHOOSE_SOON,
    BenefitNotice.COLLECT: Topic.BENEFIT_TO_COLLECT,
    BenefitNotice.CANCELLED: Topic.BENEFIT_CANCELLED,
}


async def addressed(stores: Stores, heard: Received[BenefitMembersAddressedRestricted]) -> Sequence[Telling]:
    event = heard.event
    facts = {
        "choose_by": event.choose_by.isoformat(),
        "pick_up_from": event.pick_up_from.isoformat(),
        "pick_up_until": event.pick_up_until.isoformat(),
    }
    return [Telling(_TOLD[event.about], event.member_ids, facts)]


async def roster_frozen(stores: Stores, heard: Received[BenefitRosterFrozen]) -> Sequence[Telling]:
    """Raises UnitNotKnownYet."""
    facts = {"entitled": str(heard.event.members)}
    return [Telling(Topic.BENEFIT_TO_ANNOUNCE, await _above(stores, heard, heard.event.unit_id), facts)]


async def choosing_closed(stores: Stores, heard: Received[BenefitChoosingClosed]) -> Sequence[Telling]:
    """Raises UnitNotKnownYet."""
    return [Telling(Topic.BENEFIT_CHOOSING_CLOSED, await _above(stores, heard, heard.event.unit_id))]


async def handing_out_begun(stores: Stores, heard: Received[BenefitHandingOutBegun]) -> Sequence[Telling]:
    event = heard.event
    facts = {"pick_up_from": event.pick_up_from.isoformat(), "pick_up_until": event.pick_up_until.isoformat()}
    return [Telling(Topic.BENEFIT_TO_HAND_OUT, await _branches(stores, heard, event.unit_id), facts)]


async def pick_up_extended(stores: Stores, heard: Received[BenefitPickUpExtended]) -> Sequence[Telling]:
    event = heard.event
    facts = {"pick_up_until": event.pick_up_until.isoformat()}
    return [Telling(Topic.BENEFIT_PICK_UP_EXTENDED, await _branches(stores, heard, event.unit_id), facts)]


async def picked_up(stores: Stores, heard: Received[BenefitPickedUpRestricted]) -> Sequence[Telling]:
    event = heard.event
    return [Telling(Topic.BENEFIT_PICKED_UP, [event.member_id], people={"member": event.picked_up_by})]


async def returned(stores: Stores, heard: Received[BenefitReturned]) -> Sequence[Telling]:
    return [Telling(Topic.BENEFIT_RETURNED, [heard.event.member_id])]


async def reconciled(stores: Stores, heard: Received[BenefitDriveReconciled]) -> Sequence[Telling]:
    """The branches that handed it out."""
    event = heard.event
    facts = {
        "entitled": str(event.members),
        "picked_up": str(event.picked_up),
        "returned": str(event.returned),
    }
    return [Telling(Topic.BENEFIT_RECONCILED, await _branches(stores, heard, event.unit_id), facts)]


async def voucher_issued(stores: Stores, heard: Received[VoucherIssuedRestricted]) -> Sequence[Telling]:
    event = heard.event
    return [Telling(Topic.VOUCHER_ISSUED, [event.member_id], {"expires_on": event.expires_on.isoformat()})]


async def _above(stores: Stores, heard: Received[DomainEvent], unit_id: UUID | None) -> set[UUID]:
    """The officers of the unit, of those above it and of the school. Raises UnitNotKnownYet."""
    line = await stores.directory.line_of(unit_id) if unit_id else []
    return _members((await stores.directory.holders([*line, None], _OFFICERS, day_of(heard))).values())


async def _branches(stores: Stores, heard: Received[DomainEvent], unit_id: UUID | None) -> set[UUID]:
    """The chairs and officers of the branches in the unit and below it."""
    units = await stores.directory.units_below([unit_id] if unit_id else await _roots(stores.directory))
    return _members((await stores.directory.holders(units, _BRANCH, day_of(heard))).values())


async def _roots(directory: Directory) -> list[UUID]:
    return [row["_id"] async for row in directory.units.find({"parent_id": None}, {"_id": 1})]


def _members(holders: Iterable[set[UUID]]) -> set[UUID]:
    return {member for members in holders for member in members}
