"""Who is told of awards."""

from collections.abc import Sequence

from services.notifications.domain import Topic
from services.notifications.handlers.notices import Telling
from services.notifications.store import NotificationsStores
from shared.contracts.events import AwardGrantedRestricted
from shared.handlers import Received


async def award_granted(stores: NotificationsStores, heard: Received[AwardGrantedRestricted]) -> Sequence[Telling]:
    event = heard.event
    facts = {"title": event.title, "level": event.level.value, "granted_on": event.granted_on.isoformat()}
    return [Telling(Topic.AWARD_GRANTED, [event.member_id], facts)]
