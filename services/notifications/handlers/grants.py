"""Who is told of hardship grants. What it is about, and how much, is said nowhere but where one signs in."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from services.notifications.domain import Topic
from services.notifications.handlers.notices import Telling, Tells, day_of
from services.notifications.handlers.welfare import OFFICERS
from services.notifications.store import NotificationsStores
from shared.contracts.welfare.grants import (
    BranchVerdict,
    HardshipApplicationDrafted,
    HardshipApplicationReviewed,
    HardshipApplicationSubmitted,
    HardshipGrantApproved,
    HardshipObjectionFiled,
    HardshipRoundOpened,
)
from shared.handlers import Received
from shared.roles import Role

Stores = NotificationsStores


def to(topic: Topic, audience: Callable[[Any], Iterable[UUID]]) -> Tells:
    """Of those whom the event names."""

    async def tells(stores: Stores, heard: Received[Any]) -> Sequence[Telling]:
        return [Telling(topic, audience(heard.event))]

    return tells


def applicant(event: Any) -> set[UUID]:
    return {event.member_id}


def objector(event: Any) -> set[UUID]:
    return {event.objector_id}


async def round_opened(stores: Stores, heard: Received[HardshipRoundOpened]) -> Sequence[Telling]:
    """Every member of the union."""
    facts = {"opens_on": heard.event.opens_on.isoformat()}
    return [Telling(Topic.HARDSHIP_ROUND_OPENED, await stores.directory.everybody(), facts)]


async def drafted(stores: Stores, heard: Received[HardshipApplicationDrafted]) -> Sequence[Telling]:
    event = heard.event
    return [Telling(Topic.HARDSHIP_FILED_FOR_YOU, {event.member_id} - {event.filed_by})]


async def submitted(stores: Stores, heard: Received[HardshipApplicationSubmitted]) -> Sequence[Telling]:
    """The chair and the officers of the branch, without who asks and who has filed it. Raises UnitNotKnownYet."""
    event = heard.event
    branch = await stores.directory.branch_of(event.unit_id)
    holders = await stores.directory.holders([branch], OFFICERS, on=day_of(heard)) if branch else {}
    return [Telling(Topic.HARDSHIP_TO_REVIEW, holders.get(branch, set()) - {event.member_id, event.filed_by})]


async def reviewed(stores: Stores, heard: Received[HardshipApplicationReviewed]) -> Sequence[Telling]:
    event = heard.event
    theirs = {event.member_id, event.filed_by}
    if event.verdict is BranchVerdict.RETURNED:
        return [Telling(Topic.HARDSHIP_RETURNED, theirs)]
    told = [Telling(Topic.HARDSHIP_PROGRESS, theirs)]
    if event.verdict is BranchVerdict.SUPPORTED:
        office = await _of_the_school(stores, heard, Role.UNION_OFFICER)
        told.append(Telling(Topic.HARDSHIP_TO_GRADE, office - {event.member_id}))
    return told


async def graded(stores: Stores, heard: Received[Any]) -> Sequence[Telling]:
    office = await _of_the_school(stores, heard, Role.UNION_OFFICER)
    return [Telling(Topic.HARDSHIP_TO_DECIDE, office - applicant(heard.event))]


async def approved(stores: Stores, heard: Received[HardshipGrantApproved]) -> Sequence[Telling]:
    payers = await _of_the_school(stores, heard, Role.FINANCE_OFFICER)
    return [
        Telling(Topic.HARDSHIP_PROGRESS, applicant(heard.event)),
        Telling(Topic.HARDSHIP_TO_PAY, payers - applicant(heard.event)),
    ]


async def objected(stores: Stores, heard: Received[HardshipObjectionFiled]) -> Sequence[Telling]:
    """The union office, without who objects; the applicant is not to learn of it."""
    office = await _of_the_school(stores, heard, Role.UNION_OFFICER)
    return [Telling(Topic.HARDSHIP_TO_RULE_ON, office - {heard.event.objector_id, heard.event.member_id})]


async def _of_the_school(stores: Stores, heard: Received[Any], role: Role) -> set[UUID]:
    holders = await stores.directory.holders([None], [role], on=day_of(heard))
    return holders.get(None, set())
