"""What an operator of this service runs from time to time."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from services.members.domain.members import Member
from services.members.store import MembersStores
from shared import clock
from shared.aggregate import Decision
from shared.command import NOBODY, Answer, Command
from shared.person import count_keys
from shared.store import Versioned
from shared.tracing import continue_trace

_AT_ONCE = 100


async def rewrap_keys(stores: MembersStores) -> dict[str, Any]:
    """Wrap every key of a person under the current master key, and tell the other services.

    May be repeated, also after it was cut off. `count-keys` of each service says when an old master key has none left.
    """
    masters = stores.keyring.masters
    rewrapped = unreadable = 0
    waiting: list[Awaitable[Answer]] = []
    async for row in stores.keyring.rows.find({"wrapped": {"$ne": None}}):
        if masters.is_current(row["wrapped"]):
            continue
        key = stores.keyring.opened(row["_id"], row["wrapped"])
        if key is None:
            unreadable += 1
            continue
        waiting.append(_rewrap(stores, row["_id"], masters.wrap(key.secret)))
        rewrapped += 1
        if len(waiting) == _AT_ONCE:
            await asyncio.gather(*waiting)
            waiting = []
    await asyncio.gather(*waiting)
    return {"rewrapped": rewrapped, "unreadable": unreadable}


async def _rewrap(stores: MembersStores, member_id: UUID, wrapped: str) -> Answer:
    command = Command(NOBODY, clock.now(), "rewrap-keys", continue_trace(""))

    def decide(member: Member) -> Decision[Member]:
        return member.wrap_key(wrapped)

    return await stores.members.change(member_id, decide, command, _nobody_asks)


def _nobody_asks(_: Versioned[Member]) -> Answer:
    return Answer(204, b"")


JOBS: Mapping[str, Callable[[Any], Awaitable[Any]]] = {"rewrap-keys": rewrap_keys, "count-keys": count_keys}
