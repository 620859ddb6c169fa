"""Who is told of mutual aid, service cards and pairings. What a claim is about, and whose it is, is in no notice."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from services.notifications.domain import Topic
from services.notifications.handlers.audiences import in_charge
from services.notifications.handlers.notices import Telling, Tells, day_of
from services.notifications.store import NotificationsStores
from shared.contracts.welfare.aid import AidClaimRecorded, AidClaimWithdrawn
from shared.contracts.welfare.cards import CardBatchSubmitted, ServiceCardLost
from shared.handlers import Received
from shared.roles import Role

Stores = NotificationsStores
OFFICERS = (Role.UNION_OFFICER,)


def to_member(topic: Topic) -> Tells:
    return _to(topic, lambda event: event.member_id)


def to_mentor(topic: Topic) -> Tells:
    return _to(topic, lambda event: event.mentor_id)


def _to(topic: Topic, whom: Callable[[Any], UUID]) -> Tells:
    async def tells(stores: Stores, heard: Received[Any]) -> Sequence[Telling]:
        return [Telling(topic, [whom(heard.event)])]

    return tells


async def claim_recorded(stores: Stores, heard: Received[AidClaimRecorded]) -> Sequence[Telling]:
    """Raises UnitNotKnownYet."""
    event = heard.event
    officers = await in_charge(stores.directory, event.unit_id, OFFICERS, day_of(heard))
    return [
        Telling(Topic.AID_CLAIM_RECORDED, [event.member_id]),
        Telling(Topic.AID_CLAIM_TO_SUBMIT, officers),
    ]


async def claim_withdrawn(stores: Stores, heard: Received[AidClaimWithdrawn]) -> Sequence[Telling]:
    """Raises UnitNotKnownYet."""
    event = heard.event
    officers = await in_charge(stores.directory, event.unit_id, OFFICERS, day_of(heard))
    return [Telling(Topic.AID_CLAIM_WITHDRAWN, {*officers, event.member_id})]


async def batch_submitted(stores: Stores, heard: Received[CardBatchSubmitted]) -> Sequence[Telling]:
    """Raises UnitNotKnownYet."""
    event = heard.event
    officers = await in_charge(stores.directory, event.unit_id, OFFICERS, day_of(heard))
    return [Telling(Topic.CARD_BATCH_SUBMITTED, officers, {"cards": str(event.cards)})]


async def card_lost(stores: Stores, heard: Received[ServiceCardLost]) -> Sequence[Telling]:
    """Whose it is, as another one has to be asked for. Raises UnitNotKnownYet."""
    event = heard.event
    officers = await in_charge(stores.directory, event.unit_id, OFFICERS, day_of(heard))
    return [
        Telling(Topic.CARD_LOST, [event.member_id]),
        Telling(Topic.CARD_TO_REPLACE, officers, people={"member": event.member_id}),
    ]
