"""How to address members."""

from services.notifications.store import NotificationsStores, Person
from shared.contracts.members import MemberAddressChanged, MemberJoinedRestricted
from shared.handlers import Batch


async def keep_people(stores: NotificationsStores, batch: Batch[MemberJoinedRestricted | MemberAddressChanged]) -> None:
    await stores.people.keep(
        (heard.event.member_id, heard.envelope.sequence, Person(heard.event.name, heard.event.language))
        for heard in batch
    )
