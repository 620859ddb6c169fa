"""A consumer loop over topics in memory: what it asks of Kafka, where its dead letters go, two handlers."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from shared.cloudevents import SEALED_CONTENT_TYPE, Envelope, data_of, sequence
from shared.consumer import Consumer
from shared.contracts.base import DomainEvent
from shared.contracts.members import UnitRenamed
from shared.contracts.proposals.forms import ProposalWithdrawn
from shared.contracts.welfare.visits import VisitLoggedRestricted
from shared.deadletters import DeadLetterNotSent
from shared.handlers import Batch, Handlers, repeatable
from shared.ids import new_id
from shared.kafka import Partition
from shared.keyring import Keys
from shared.sealing import PersonKey

_UNUSED: Any = None
"""No handler here runs in a transaction."""
ONE, OTHER = Partition("units", 0), Partition("proposals", 0)


@dataclass
class Record:
    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class Topics:
    """What the loop asks of a Kafka consumer."""

    def __init__(self) -> None:
        self.records: dict[Partition, list[Record]] = {ONE: [], OTHER: []}
        self.at: dict[Partition, int] = {ONE: 0, OTHER: 0}
        self.paused: set[Partition] = set()
        self.committed: dict[Partition, int] = {}

    def add(self, event: DomainEvent, partition: Partition = ONE, **change: Any) -> Record:
        """`change` replaces a header (`ce_id=None` takes it out) or the `value`."""
        envelope = Envelope(
            str(new_id()), "/union/x", event.type, "s", "2022-06-01T00:00:00Z", sequence(1), "s", "", ""
        )
        headers: dict[str, bytes] = dict(envelope.headers())
        if event.sealed_for:
            headers["content-type"] = SEALED_CONTENT_TYPE.encode()
        value = change.pop("value", data_of(event))
        for name, given in change.items():
            if given is None:
                headers.pop(name)
            else:
                headers[name] = given
        lane = self.records[partition]
        record = Record(partition.topic, partition.partition, len(lane), b"k", value, list(headers.items()))
        lane.append(record)
        return record

    def assignment(self) -> set[Partition]:
        return set(self.records)

    def highwater(self, partition: Partition) -> int:
        return len(self.records[partition])

    async def position(self, partition: Partition) -> int:
        return self.at[partition]

    async def end_offsets(self, partitions: set[Partition]) -> dict[Partition, int]:
        return {partition: len(self.records[partition]) for partition in partitions}

    def seek(self, partition: Partition, offset: int) -> None:
        self.at[partition] = offset

    def pause(self, partition: Partition) -> None:
        self.paused.add(partition)

    def resume(self, partition: Partition) -> None:
        self.paused.discard(partition)

    async def commit(self, offsets: dict[Partition, int]) -> None:
        self.committed |= offsets

    async def getmany(self, *, timeout_ms: int, max_records: int) -> dict[Partition, list[Record]]:
        found = {}
        for partition, lane in self.records.items():
            if partition not in self.paused and (waiting := lane[self.at[partition] :][:max_records]):
                self.at[partition] += len(waiting)
                found[partition] = waiting
        await asyncio.sleep(0)
        return found


@dataclass
class Letters:
    """Where dead letters go. `failing` times it does not take one."""

    failing: int = 0
    put_aside: list[tuple[Record, str, str]] = field(default_factory=list)

    async def put(self, record: Record, *, reason: str, detail: str) -> None:
        if self.failing:
            self.failing -= 1
            raise DeadLetterNotSent
        self.put_aside.append((record, reason, detail))


@dataclass
class Keyring:
    """The keys that have come, and of whom they were destroyed."""

    keys: dict[UUID, PersonKey] = field(default_factory=dict)
    erased: set[UUID] = field(default_factory=set)

    async def find(self, persons: set[UUID]) -> Keys:
        found = {person: key for person, key in self.keys.items() if person in persons}
        return Keys(found, self.erased & persons)


class Bench:
    """A loop with two handlers; `behave` decides how each event goes."""

    def __init__(
        self, behave: Callable[[DomainEvent], None] = lambda event: None, *, stuck_seconds: float = 60
    ) -> None:
        self.topics, self.letters, self.keyring = Topics(), Letters(), Keyring()
        self.behave = behave
        self.handled: list[DomainEvent] = []
        self.calls: list[list[DomainEvent]] = []

        async def take(stores: None, batch: Batch[DomainEvent]) -> None:
            self.calls.append([received.event for received in batch])
            for received in batch:
                self.behave(received.event)
            self.handled += [received.event for received in batch]

        async def take_other(stores: None, batch: Batch[DomainEvent]) -> None:
            await take(stores, batch)

        handlers: Handlers[None] = {
            UnitRenamed: repeatable(take),
            ProposalWithdrawn: repeatable(take_other),
            VisitLoggedRestricted: repeatable(take),
        }
        self.loop: Consumer[None] = Consumer(
            self.topics,
            handlers,
            None,
            service="test",
            client=_UNUSED,
            inbox=_UNUSED,
            keyring=cast(Any, self.keyring),
            dead_letters=cast(Any, self.letters),
            batch=100,
            stuck_seconds=stuck_seconds,
            command_timeout_seconds=1,
        )

    async def run(self) -> int:
        async with asyncio.timeout(10):
            return await self.loop.run(until_caught_up=True)


def renamed(name: str = "甲") -> UnitRenamed:
    return UnitRenamed(unit_id=new_id(), name=name, name_en="x")


def withdrawn() -> ProposalWithdrawn:
    return ProposalWithdrawn(proposal_id=new_id(), unit_id=new_id(), proposer_id=new_id(), seconder_ids=())
