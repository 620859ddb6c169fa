"""What an operator of this service runs from time to time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import structlog

from services.members.store import MembersStores
from services.members.store.members import MemberStore
from services.members.store.rosters import RosterImportStore
from shared import clock
from shared.aggregate import Decision
from shared.command import NOBODY, Answer, Command
from shared.person import apply_retention
from shared.store import Versioned
from shared.tracing import continue_trace

log = structlog.get_logger()

_AT_ONCE = 100


async def rewrap_keys(stores: MembersStores) -> dict[str, Any]:
    """Wrap every key under the current master key, of persons and of roster sheets, and tell the other services.

    One that fails keeps no other one back, and is counted. May be repeated, also after it was cut off. `count-keys` of
    each service says when an old master key has none left.
    """
    masters = stores.keyring.masters
    counts: Counter[str] = Counter(rewrapped=0, unreadable=0, failed=0)
    waiting: list[tuple[UUID, Awaitable[Answer]]] = []
    async for store, owner, wrapped in _keys(stores):
        if masters.is_current(wrapped):
            continue
        key = stores.keyring.opened(owner, wrapped)
        if key is None:
            counts["unreadable"] += 1
            continue
        waiting.append((owner, _rewrap(store, owner, masters.wrap(key.secret))))
        if len(waiting) == _AT_ONCE:
            counts += await _settled(waiting)
            waiting = []
    counts += await _settled(waiting)
    return {name: counts[name] for name in ("rewrapped", "unreadable", "failed")}


Wrapped = MemberStore | RosterImportStore


async def _keys(stores: MembersStores) -> AsyncIterator[tuple[Wrapped, UUID, str]]:
    """Every key with whose it is, and where that is kept."""
    async for row in stores.keyring.rows.find({"wrapped": {"$ne": None}}):
        yield stores.members, row["_id"], row["wrapped"]
    async for import_id, wrapped in stores.imports.wrapped():
        yield stores.imports, import_id, wrapped


async def _settled(waiting: Sequence[tuple[UUID, Awaitable[Answer]]]) -> Counter[str]:
    outcomes = await asyncio.gather(*(each for _, each in waiting), return_exceptions=True)
    counts: Counter[str] = Counter()
    for (owner, _), outcome in zip(waiting, outcomes, strict=True):
        counts["failed" if isinstance(outcome, BaseException) else "rewrapped"] += 1
        if isinstance(outcome, BaseException):
            log.error("key.not-rewrapped", owner=str(owner), error=type(outcome).__qualname__)
    return counts


async def _rewrap(store: Wrapped, owner: UUID, wrapped: str) -> Answer:
    command = Command(NOBODY, clock.now(), "rewrap-keys", continue_trace(""))

    def decide(state: Any) -> Decision[Any]:
        return cast("Decision[Any]", state.wrap_key(wrapped))

    return await store.change(owner, decide, command, _nobody_asks)


def _nobody_asks(_: Versioned[Any]) -> Answer:
    return Answer(204, b"")


async def count_keys(stores: MembersStores) -> dict[str, Any]:
    """How many keys, of persons and of roster sheets, are under which master key."""
    under: Counter[str] = Counter()
    async for _, _, wrapped in _keys(stores):
        under[wrapped.partition(":")[0]] += 1
    return {"current": stores.keyring.masters.current, "keys": dict(under)}


JOBS: Mapping[str, Callable[[Any], Awaitable[Any]]] = {
    "rewrap-keys": rewrap_keys,
    "count-keys": count_keys,
    "retention": apply_retention,
}
