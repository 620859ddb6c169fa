"""What falls due by itself: reminders, deadlines, offers that lapse. Kept in MongoDB, so that it survives restarts.

A store says when an aggregate wants to be looked at next (`due_at`) and keeps that beside it, and whichever
process holds the lease does what is due as an ordinary change. That is the claim: a change is written only where the
version is still the one that was read, so however many processes try, it happens once.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import structlog
from pymongo.errors import PyMongoError

from shared import clock, metrics
from shared.aggregate import Aggregate, Decision
from shared.command import NOBODY, Answer, Command
from shared.errors import NothingDue, NothingHere, RuleBroken, Unavailable
from shared.ids import new_id
from shared.lease import Lease
from shared.mongo import Document
from shared.store import Store, Versioned
from shared.tracing import continue_trace

log = structlog.get_logger()

_AT_ONCE = 100


D = TypeVar("D", bound=Aggregate)


class DueStore(Store[D]):
    """The store of an aggregate in whose life something falls due."""

    def due_at(self, state: D) -> datetime | None:
        """When something falls due next; None for nothing."""
        raise NotImplementedError

    def fall_due(self, state: D, at: datetime) -> Decision[D]:
        """All that is due at the moment. Raises NothingDue."""
        raise NotImplementedError

    async def prepare(self) -> None:
        await self.documents.create_index("derived.due_at", sparse=True)

    def derived(self, state: D) -> Document:
        due_at = self.due_at(state)
        return {"due_at": due_at} if due_at else {}

    async def due(self, at: datetime, limit: int = _AT_ONCE) -> list[UUID]:
        """What is due at the moment, the longest due first."""
        rows = self.documents.find({"derived.due_at": {"$lte": at}}, {"_id": 1}).sort("derived.due_at", 1)
        return [row["_id"] for row in await rows.limit(limit).to_list(limit)]

    async def do(self, aggregate_id: UUID, at: datetime) -> None:
        """Raises NothingDue, Unavailable."""
        correlation = str(new_id())
        command = Command(NOBODY, at, correlation, continue_trace(""))
        await self.change(aggregate_id, await self.deciding(at), command, _unheard)

    async def deciding(self, at: datetime) -> Callable[[D], Decision[D]]:
        """What decides on all that is due at the moment; a rule of that day, where it takes one, is read here."""
        return lambda state: self.fall_due(state, at)


def _unheard(_: Versioned[Any]) -> Answer:
    return Answer(204, b"")


class DueWork:
    def __init__(self, stores: Sequence[DueStore[Any]], lease: Lease, *, service: str, poll_seconds: float) -> None:
        self._stores = stores
        self._lease = lease
        self._service = service
        self._poll_seconds = poll_seconds

    async def run(self) -> None:
        """Until cancelled. Raises whatever is not the database's failure."""
        while True:
            try:
                if await self._lease.acquire():
                    await self.sweep()
            except (PyMongoError, Unavailable) as error:
                log.warning("due-work.paused", error=type(error).__qualname__)
            await asyncio.sleep(self._poll_seconds)

    async def sweep(self) -> int:
        """Do what is due now; how many things were done here. One that fails does not stop the others, and what another
        process has done is left to the next sweep. Raises Unavailable.
        """
        done = 0
        for store in self._stores:
            left: set[UUID] = set()
            while due := [each for each in await store.due(clock.now(), _AT_ONCE + len(left)) if each not in left]:
                for aggregate_id in due:
                    if await self._do(store, aggregate_id):
                        done += 1
                    else:
                        left.add(aggregate_id)
                await self._lease.acquire()
        return done

    async def _do(self, store: DueStore[Any], aggregate_id: UUID) -> bool:
        try:
            await store.do(aggregate_id, clock.now())
        except (NothingDue, NothingHere):
            return False
        except Unavailable:
            raise
        except RuleBroken as error:
            metrics.DUE_FAILED.labels(self._service).inc()
            log.error("due-work.refused", what=store.what, id=str(aggregate_id), rule=error.slug())
            return False
        except Exception as error:
            # A bug in the duties of one thing is not to stop those of the others.
            metrics.DUE_FAILED.labels(self._service).inc()
            log.error("due-work.failed", what=store.what, id=str(aggregate_id), exc_info=error)
            return False
        metrics.DUE_DONE.labels(self._service).inc()
        return True
