"""The consumer loop: every event handled once, in order, and none lost.

| what goes wrong | what happens |
|---|---|
| a type that nobody here handles | skipped and counted |
| not a CloudEvent, or its data do not fit | a dead letter at once |
| sealed for a person whose key was destroyed | skipped and counted |
| sealed for a person whose key has not come yet | that partition waits, the others go on; a dead letter in the end |
| the handler has to hear of something else first | that partition waits, the others go on; a dead letter in the end |
| the database or the broker is down | wait and try again, as long as it takes; never a dead letter |
| the handler fails | five tries, then a dead letter, and on with the next |
| the dead letter cannot be sent | nothing is committed |

Offsets are committed after handling, several times a second, so a crash in between hands the same events over again.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

import structlog

from shared import kafka, metrics, mongo
from shared.contracts.base import DomainEvent, topic_of
from shared.deadletters import DeadLetterNotSent, DeadLetters
from shared.errors import Unavailable
from shared.handlers import Handlers, NotYet, Reaction, Received
from shared.holds import Holds
from shared.inbox import Inbox, SeenMeanwhile
from shared.keyring import Keyring, Keys
from shared.records import Item, KeyNotHere, Malformed, Reader, of_keys
from shared.tracing import Trace, continue_trace, current_trace

log = structlog.get_logger()

W = TypeVar("W")

TRIES = 5
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 10.0
_LAG_EVERY_SECONDS = 2.0
_COMMIT_EVERY_SECONDS = 0.2
_OUTAGE = (*mongo.UNREACHABLE, Unavailable, DeadLetterNotSent)


class Stuck(Exception):
    """No progress for too long while events wait. The process ends, so that a fresh one takes over."""


class _Stopped(BaseException):
    """Told to stop while waiting for an outage to end. Not an error that a handler could cause or catch."""


class _Held(Exception):
    """The handler of `args[0]`, a record, has to hear of something else first."""


def topics_of(handlers: Iterable[type[DomainEvent]], prefix: str) -> list[str]:
    return sorted({topic_of(event, prefix) for event in handlers})


class Consumer(Generic[W]):
    def __init__(
        self,
        source: Any,
        handlers: Handlers[W],
        stores: W,
        *,
        service: str,
        client: mongo.Client,
        inbox: Inbox,
        keyring: Keyring,
        dead_letters: DeadLetters,
        batch: int,
        stuck_seconds: float,
        command_timeout_seconds: float,
    ) -> None:
        self._source = source
        self._stores = stores
        self._service = service
        self._client = client
        self._inbox = inbox
        self._keyring = keyring
        self._dead_letters = dead_letters
        self._batch = batch
        self._stuck_seconds = stuck_seconds
        self._timeout_seconds = command_timeout_seconds
        self._reader = Reader(service, handlers)
        self._progress_at = time.monotonic()
        self._positions: dict[kafka.Partition, int] = {}
        self._uncommitted: dict[kafka.Partition, int] = {}
        self._commit_due_at = 0.0
        self._holds = Holds()
        self._lag_due_at = 0.0
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Finish what is in flight, commit it, return from `run`."""
        self._stopping.set()

    async def run(self, *, until_caught_up: bool = False) -> int:
        """Handle until stopped, or until the ends seen at the start are reached. Returns how many were handled.

        Raises Stuck.
        """
        ends = await self._ends() if until_caught_up else None
        handled = 0
        try:
            while not self._stopping.is_set() and (ends is None or not self._reached(ends)):
                handled += await self._poll()
                await self._watch_lag()
        except _Stopped:
            log.info("consumer.stopped-while-waiting")
        await self._commit()
        return handled

    async def _poll(self) -> int:
        self._holds.release_due(self._source)
        try:
            fetched = await self._source.getmany(timeout_ms=200, max_records=self._batch)
        except kafka.UNREACHABLE as error:
            log.warning("consumer.paused", error=type(error).__qualname__)
            await self._pause(1)
            return 0
        handled = 0
        # Keys first: the events that are sealed with them may be in the same batch.
        for partition, records in sorted(fetched.items(), key=lambda item: not of_keys(item[0].topic)):
            try:
                await self._handle_in_order(records)
                reached = records[-1].offset + 1
                self._holds.forget(partition)
            except _Held as held:
                reached = held.args[0].offset
                self._holds.hold(self._source, partition, reached)
                metrics.RETRIED.labels(self._service, "not-yet").inc()
                log.info("partition.held", topic=partition.topic, partition=partition.partition, offset=reached)
            self._positions[partition] = self._uncommitted[partition] = reached
            handled += reached - records[0].offset
            self._progress_at = time.monotonic()
            if self._stopping.is_set():
                break
        if not handled or self._stopping.is_set() or time.monotonic() > self._commit_due_at:
            await self._commit()
        return handled

    async def _handle_in_order(self, records: Sequence[kafka.Record]) -> None:
        run: list[Item] = []
        keys = await self._keys_for(records)
        for record in records:
            try:
                item = self._reader.read(record, keys)
            except Malformed as error:
                await self._handle_run(run)
                run = []
                await self._put_aside(record, "malformed", str(error))
                continue
            except KeyNotHere:
                await self._handle_run(run)
                run = []
                if not self._holds.too_long(record):
                    raise _Held(record) from None
                await self._put_aside(record, "key-missing", "the key of the person has not come")
                continue
            if item is None:
                continue
            if run and run[-1][1] is not item[1]:
                await self._handle_run(run)
                run = []
            run.append(item)
        await self._handle_run(run)

    async def _keys_for(self, records: Sequence[kafka.Record]) -> Keys:
        persons = self._reader.persons(records)
        found = Keys({})

        async def find() -> None:
            nonlocal found
            found = await self._keyring.find(persons)

        if persons:
            await self._outlast_outages(find)
        return found

    async def _handle_run(self, run: Sequence[Item]) -> None:
        """One handler, consecutive events: together, and where that fails, one by one to find the one at fault."""
        if not run:
            return
        try:
            await self._outlast_outages(lambda: self._handle(run))
        except Stuck:
            raise
        except Exception as error:  # noqa: BLE001  whatever a handler raises is classified here
            if not isinstance(error, NotYet):
                self._retried(run[0][2], error)
            for item in run:
                await self._handle_alone(item)
        else:
            self._count(run)

    async def _handle_alone(self, item: Item) -> None:
        pause = _FIRST_PAUSE
        for tried in range(1, TRIES + 1):
            try:
                await self._outlast_outages(lambda: self._handle([item]))
            except Stuck:
                raise
            except Exception as error:
                if isinstance(error, NotYet) and not self._holds.too_long(item[0]):
                    raise _Held(item[0]) from error
                self._retried(item[2], error)
                if tried == TRIES:
                    await self._put_aside(item[0], "handler-failed", type(error).__qualname__)
                    return
                await self._pause(pause)
                pause *= 2
            else:
                self._count([item])
                return

    def _count(self, run: Sequence[Item]) -> None:
        counted: Counter[type[DomainEvent]] = Counter(map(type, (received.event for _, _, received in run)))
        for event_class, number in counted.items():
            metrics.HANDLED.labels(self._service, event_class.type).inc(number)

    async def _handle(self, run: Sequence[Item]) -> None:
        reaction = run[0][1]
        batch = [received for _, _, received in run]
        first = dict(batch[0].headers)
        trace = Trace(
            first.get("ce_correlationid", b"").decode("utf-8", "replace"),
            continue_trace(first.get("ce_traceparent", b"").decode("latin-1")),
        )
        token = current_trace.set(trace)
        try:
            if reaction.in_transaction:
                await self._handle_once(reaction, batch)
            else:
                await reaction.handle(self._stores, batch)
        finally:
            current_trace.reset(token)

    async def _handle_once(self, reaction: Reaction[W], batch: Sequence[Received[DomainEvent]]) -> None:
        by_name = {(received.source, received.id): received for received in batch}

        async def work(session: mongo.Session) -> None:
            unseen = await self._inbox.unseen(reaction.name, list(by_name), session)
            if not unseen:
                return
            new = {name: received for name, received in by_name.items() if name in unseen}
            await self._inbox.mark(reaction.name, list(new), session)
            await reaction.handle(self._stores, list(new.values()), session)

        while True:
            try:
                await mongo.transaction(self._client, work, timeout_seconds=self._timeout_seconds)
            except SeenMeanwhile:
                continue
            return

    async def _outlast_outages(self, attempt: Callable[[], Awaitable[None]]) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                await attempt()
            except NotYet:
                # Also where it is Unavailable to others: what it waits for comes by this very loop.
                raise
            except _OUTAGE as error:
                self._give_up_when_stuck()
                metrics.RETRIED.labels(self._service, "outage").inc()
                log.warning("consumer.waiting", error=type(error).__qualname__, seconds=pause)
                await self._pause(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                return

    async def _put_aside(self, record: kafka.Record, reason: str, detail: str) -> None:
        await self._outlast_outages(lambda: self._dead_letters.put(record, reason=reason, detail=detail))
        log.error(
            "event.dead-lettered",
            reason=reason,
            detail=detail,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
        )

    def _retried(self, received: Received[DomainEvent], error: Exception) -> None:
        metrics.RETRIED.labels(self._service, "handler").inc()
        log.warning("handler.failed", event_id=received.id, type=received.event.type, exc_info=error)

    async def _commit(self) -> None:
        self._commit_due_at = time.monotonic() + _COMMIT_EVERY_SECONDS
        assigned = self._source.assignment()
        offsets = {partition: offset for partition, offset in self._uncommitted.items() if partition in assigned}
        self._uncommitted = {}
        if not offsets:
            return
        try:
            await self._source.commit(offsets)
        except kafka.UNREACHABLE as error:
            # A lost commit only means that the same events come again.
            log.warning("consumer.commit-failed", error=type(error).__qualname__)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
            raise _Stopped

    async def _watch_lag(self) -> None:
        now = time.monotonic()
        if now < self._lag_due_at:
            return
        self._lag_due_at = now + _LAG_EVERY_SECONDS
        waiting = 0
        assigned = self._source.assignment()
        self._positions = {partition: at for partition, at in self._positions.items() if partition in assigned}
        for partition in assigned:
            end = self._source.highwater(partition)
            if end is None:
                continue
            behind = max(0, end - await self._position(partition))
            waiting += behind
            metrics.LAG.labels(self._service, partition.topic, partition.partition).set(behind)
        if not waiting:
            self._progress_at = now
        self._give_up_when_stuck()

    def _give_up_when_stuck(self) -> None:
        if time.monotonic() - self._progress_at > self._stuck_seconds:
            raise Stuck

    async def _position(self, partition: kafka.Partition) -> int:
        if partition not in self._positions:
            self._positions[partition] = await self._source.position(partition)
        return self._positions[partition]

    async def _ends(self) -> dict[kafka.Partition, int]:
        while not self._source.assignment():
            await self._pause(0.05)
        ends: dict[kafka.Partition, int] = await self._source.end_offsets(self._source.assignment())
        for partition in ends:
            await self._position(partition)
        return ends

    def _reached(self, ends: dict[kafka.Partition, int]) -> bool:
        return all(self._positions.get(partition, 0) >= end for partition, end in ends.items())
