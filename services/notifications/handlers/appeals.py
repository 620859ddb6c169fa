"""Who is told of appeals: that there is something new, and nothing of what. No facts, no names."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol
from uuid import UUID

from services.notifications.domain import Topic
from services.notifications.handlers.notices import Telling, Tells, day_of, tell
from services.notifications.store import NotificationsStores
from shared.contracts.proposals.appeals import (
    AppealChallenged,
    AppealMemberLeft,
    AppealMemberRecused,
    AppealStandInsNamed,
    AppealSubmitted,
)
from shared.handlers import Reaction, Received
from shared.roles import Role

Stores = NotificationsStores


class Short(Protocol):
    """What an event says of an appeal that may be short of members."""

    @property
    def stand_ins_needed(self) -> int: ...


def parties(event: Any) -> set[UUID]:
    """The appellant, and who answers if somebody does yet."""
    return {event.appellant_id, getattr(event, "respondent_id", None)} - {None}


def committee(event: Any) -> set[UUID]:
    return set(event.committee_ids)


def of_an_appeal(topic: Topic, audience: Callable[[Any], Iterable[UUID]]) -> Reaction[NotificationsStores]:
    async def tells(stores: NotificationsStores, heard: Received[Any]) -> Sequence[Telling]:
        return [Telling(topic, audience(heard.event))]

    return tell("appeal_id", tells)


def to_the_committee(topic: Topic) -> Tells:
    """Of the standing committee itself."""

    async def tells(stores: Stores, heard: Received[Any]) -> Sequence[Telling]:
        return [Telling(topic, heard.event.member_ids)]

    return tells


async def submitted(stores: Stores, heard: Received[AppealSubmitted]) -> Sequence[Telling]:
    return [Telling(Topic.APPEAL_SUBMITTED, committee(heard.event)), *await _short(stores, heard)]


async def recused(stores: Stores, heard: Received[AppealMemberRecused]) -> Sequence[Telling]:
    event = heard.event
    return [
        Telling(Topic.APPEAL_RECUSED, [event.recused_id]),
        Telling(Topic.APPEAL_TO_CHAIR, [event.new_chair_id]),
        *await _short(stores, heard, event.recused_id),
    ]


async def member_left(stores: Stores, heard: Received[AppealMemberLeft]) -> Sequence[Telling]:
    """Not who has left."""
    event = heard.event
    return [
        Telling(Topic.APPEAL_TO_CHAIR, [event.new_chair_id]),
        *await _short(stores, heard, event.departed_id),
    ]


async def stand_ins_named(stores: Stores, heard: Received[AppealStandInsNamed]) -> Sequence[Telling]:
    event = heard.event
    return [
        Telling(Topic.APPEAL_TO_CHAIR, [event.new_chair_id]),
        Telling(Topic.APPEAL_SUBMITTED, event.stand_in_ids),
        Telling(Topic.APPEAL_COMMITTEE_CHANGED, parties(event) | committee(event)),
    ]


async def challenged(stores: Stores, heard: Received[AppealChallenged]) -> Sequence[Telling]:
    """The school where nobody else is left to rule on it."""
    event = heard.event
    if event.ruler_id is None:
        return [await _school(stores, heard)]
    return [Telling(Topic.APPEAL_CHALLENGE_TO_RULE_ON, [event.ruler_id])]


async def _short(stores: Stores, heard: Received[Any], *but: UUID) -> list[Telling]:
    short: Short = heard.event
    return [await _school(stores, heard, *but)] if short.stand_ins_needed else []


async def _school(stores: Stores, heard: Received[Any], *but: UUID) -> Telling:
    """Those of the school who name stand-ins, without whom it concerns: nobody does in a case of their own."""
    officers = await stores.directory.holders([None], [Role.UNION_OFFICER], day_of(heard))
    aside = parties(heard.event) | committee(heard.event) | set(but)
    return Telling(Topic.APPEAL_SHORT_OF_MEMBERS, officers.get(None, set()) - aside)
