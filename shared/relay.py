"""The relay carries events from the outbox to Kafka, in order for each aggregate, at least once.

The partial index over pending rows is the truth of what is to send. A change stream only rings the bell; when it
is not there, a poll finds the rows a little later.
"""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from uuid import UUID

import structlog
from pymongo.errors import PyMongoError

from shared import metrics
from shared.kafka import Publisher
from shared.lease import Lease
from shared.outbox import Outbox, Row

log = structlog.get_logger()

_LONGEST_PAUSE = 30.0
_BREATH = 0.01


class Relay:
    def __init__(
        self,
        outbox: Outbox,
        publisher: Publisher,
        lease: Lease,
        *,
        service: str,
        batch: int,
        poll_seconds: float,
    ) -> None:
        self._outbox = outbox
        self._publisher = publisher
        self._lease = lease
        self._service = service
        self._batch = batch
        self._poll_seconds = poll_seconds
        self._leading = False
        self._failures: dict[UUID, int] = {}
        self._blocked: dict[UUID, float] = {}

    async def run(self) -> None:
        """Until cancelled. Raises whatever is neither the database's nor the broker's failure."""
        doorbell = asyncio.create_task(self._ring(), name="relay-doorbell")
        leadership = asyncio.create_task(self._lead(), name="relay-lease")
        try:
            await self._carry()
        finally:
            for task in (doorbell, leadership):
                task.cancel()
            await asyncio.gather(doorbell, leadership, return_exceptions=True)
            with contextlib.suppress(PyMongoError):
                await self._lease.release()
            await self._publisher.discard()

    async def _carry(self) -> None:
        pause = 0.1
        while True:
            with contextlib.suppress(TimeoutError):
                # Not `wait_for`: it swallows a cancellation that comes together with the bell.
                async with asyncio.timeout(self._poll_seconds):
                    await self._outbox.bell.wait()
            self._outbox.bell.clear()
            if not self._leading:
                continue
            try:
                confirmed = await self.sweep()
            except PyMongoError as error:
                log.warning("relay.paused", error=type(error).__qualname__, seconds=pause)
                confirmed = False
            if confirmed:
                pause = 0.1
                # What comes meanwhile goes together: under load each sweep is for many, and alone nobody waits.
                await asyncio.sleep(_BREATH)
            else:
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5)

    async def sweep(self) -> bool:
        """Publish what is pending. False when the broker takes nothing.

        An aggregate that is left out or fails stays out until the next sweep, whatever the time is by then: its later
        events must not go before it.
        """
        now = time.monotonic()
        held = {aggregate for aggregate, until in self._blocked.items() if until > now}
        async for rows in self._outbox.pending(self._batch):
            if not self._leading:
                return True
            due = [row for row in rows if row.aggregate not in held]
            if not due:
                continue
            sent, failed = await self._publish(due)
            if sent:
                await self.mark(sent)
            if not sent and not self._publisher.reachable:
                return False
            held |= failed
            for aggregate in failed:
                self._block(aggregate)
            metrics.OUTBOX_BLOCKED.labels(self._service).set(len(self._blocked))
        return True

    async def mark(self, ids: Sequence[UUID]) -> None:
        await self._outbox.mark_sent(ids)
        metrics.PUBLISHED.labels(self._service).inc(len(ids))

    async def _publish(self, rows: Sequence[Row]) -> tuple[list[UUID], set[UUID]]:
        """The rows that were confirmed, and the aggregates of those that were not."""
        results = await self._publisher.publish([row.message for row in rows])
        sent = []
        failed: set[UUID] = set()
        for row, error in zip(rows, results, strict=True):
            if row.aggregate in failed:
                continue
            if error is None:
                sent.append(row.id)
                self._failures.pop(row.aggregate, None)
                self._blocked.pop(row.aggregate, None)
            else:
                failed.add(row.aggregate)
        return sent, failed

    def _block(self, aggregate: UUID) -> None:
        failures = self._failures[aggregate] = self._failures.get(aggregate, 0) + 1
        seconds = min(0.1 * 2 ** min(failures, 16), _LONGEST_PAUSE)
        self._blocked[aggregate] = time.monotonic() + seconds
        log.warning("relay.aggregate-blocked", aggregate=str(aggregate), failures=failures, seconds=seconds)

    async def _lead(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._lease.seconds / 2):
                    leading = await self._lease.acquire()
            except (PyMongoError, TimeoutError) as error:
                log.warning("lease.unreachable", error=type(error).__qualname__)
                leading = False
            if leading and not self._leading:
                self._outbox.bell.set()
            if leading != self._leading:
                log.info("relay.leading" if leading else "relay.following")
            self._leading = leading
            metrics.RELAY_LEADER.labels(self._service).set(leading)
            await asyncio.sleep(self._lease.seconds / 3)

    async def _ring(self) -> None:
        while True:
            try:
                await self._outbox.listen()
            except PyMongoError as error:
                log.warning("doorbell.lost", error=type(error).__qualname__)
                await asyncio.sleep(1)
