"""How an event becomes notices: what the handlers of every kind share."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.notifications.domain import Notice, Topic, notice_id
from services.notifications.store import NotificationsStores
from shared.clock import campus_day
from shared.contracts.base import DomainEvent
from shared.handlers import Batch, Reaction, Received, repeatable


class Telling(NamedTuple):
    """What a group of members is told of an event. None among the members is nobody."""

    topic: Topic
    members: Iterable[UUID | None]
    facts: Mapping[str, str] = {}
    people: Mapping[str, UUID] = {}
    subjects: Mapping[str, UUID] = {}


Tells = Callable[[NotificationsStores, Received[Any]], Awaitable[Sequence[Telling]]]


def tell(subject: str, tells: Tells) -> Reaction[NotificationsStores]:
    """Of an event about what its field `subject` names. A member of several groups is told what the first is told."""

    async def handle(stores: NotificationsStores, batch: Batch[DomainEvent]) -> None:
        await add(stores, subject, batch, tells)

    return repeatable(handle)


async def add(stores: NotificationsStores, subject: str, batch: Batch[DomainEvent], tells: Tells) -> None:
    found: list[Notice] = []
    for heard in batch:
        told: set[UUID] = set()
        for telling in await tells(stores, heard):
            members = {member for member in telling.members if member is not None} - told
            told |= members
            found.extend(
                _notices(
                    heard,
                    telling.topic,
                    getattr(heard.event, subject),
                    sorted(members),
                    facts=telling.facts,
                    people=telling.people,
                    subjects=telling.subjects,
                )
            )
    await stores.notices.add(found)


def _time(heard: Received[DomainEvent]) -> datetime:
    return datetime.fromisoformat(heard.envelope.time)


def day_of(heard: Received[DomainEvent]) -> date:
    return campus_day(_time(heard))


def _notices(
    heard: Received[DomainEvent],
    topic: Topic,
    subject_id: UUID,
    audience: Iterable[UUID],
    *,
    facts: Mapping[str, str] | None = None,
    people: Mapping[str, UUID] | None = None,
    subjects: Mapping[str, UUID] | None = None,
) -> list[Notice]:
    return [
        Notice(
            id=notice_id(heard.id, member),
            member_id=member,
            topic=topic,
            subject_id=subject_id,
            facts=facts or {},
            people=people or {},
            subjects=subjects or {},
            event_id=heard.id,
            correlation_id=heard.envelope.correlationid,
            at=_time(heard),
        )
        for member in audience
    ]
