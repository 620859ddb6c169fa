"""Who is told of appeals: that there is something new, and nothing of what. No facts, no names."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from services.notifications.domain import Topic
from services.notifications.handlers.notices import Telling, tell
from services.notifications.store import NotificationsStores
from shared.handlers import Reaction, Received


def parties(event: Any) -> set[UUID]:
    """The appellant, and who answers if somebody does yet."""
    return {event.appellant_id, event.respondent_id} - {None}


def committee(event: Any) -> set[UUID]:
    return set(event.committee_ids)


def of_an_appeal(topic: Topic, audience: Callable[[Any], Iterable[UUID]]) -> Reaction[NotificationsStores]:
    async def tells(stores: NotificationsStores, heard: Received[Any]) -> Sequence[Telling]:
        return [Telling(topic, audience(heard.event))]

    return tell("appeal_id", tells)
