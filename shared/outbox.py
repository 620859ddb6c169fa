"""Events on their way out: written in the command's transaction, published by the relay, kept as the history.

A row is the event as published, with the aggregate, its version and the event's position in the command. Data that
are sealed for a person are sealed here too; a row that carries a key keeps it until it is sent, and no longer.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from shared.cloudevents import Envelope, content_type, data_of, sequence, timestamp
from shared.command import Command
from shared.contracts.base import Channel, DomainEvent, topic_of
from shared.contracts.topics import KEY_PUBLISHER
from shared.ids import new_id
from shared.mongo import Client, Collection, Database, Document, Session

COLLECTION = "outbox"
PENDING = "pending"
SENT = "sent"


class Message(NamedTuple):
    """What goes to Kafka."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class Row(NamedTuple):
    id: UUID
    aggregate: UUID
    message: Message


class Backlog(NamedTuple):
    depth: int
    oldest: datetime | None


class Outbox:
    def __init__(self, client: Client, database: Database, *, service: str, prefix: str) -> None:
        self._client = client
        self.rows: Collection = database[COLLECTION]
        self._prefix = prefix
        self._source = f"/{prefix}/{service}"
        self._publishes_keys = service == KEY_PUBLISHER
        self._process = uuid4().hex
        self.bell = asyncio.Event()
        """Rung when rows were committed: by this process, or by another one as the change stream tells."""

    async def prepare(self) -> None:
        order = [("aggregate", 1), ("version", 1), ("position", 1)]
        pending = {"state": PENDING}
        await self.rows.create_index(order, name="pending_in_order", partialFilterExpression=pending)
        await self.rows.create_index("recorded_at", name="pending_by_age", partialFilterExpression=pending)
        await self.rows.create_index(order, name="history", unique=True)

    def rows_for(
        self, events: Sequence[DomainEvent], aggregate: UUID, version: int, command: Command
    ) -> list[Document]:
        """Rows of the events of one command, with ids of their own. The writer seals those that have a `person`."""
        key = str(aggregate)
        rows = []
        for position, event in enumerate(events):
            event_id = new_id()
            envelope = Envelope(
                id=str(event_id),
                source=self._source,
                type=event.type,
                subject=key,
                time=timestamp(command.at),
                sequence=sequence(version),
                partitionkey=key,
                traceparent=command.traceparent,
                correlationid=command.correlation_id,
                content_type=content_type(event),
            )
            rows.append(
                {
                    "_id": event_id,
                    "aggregate": aggregate,
                    "version": version,
                    "position": position,
                    "state": PENDING,
                    "topic": topic_of(event, self._prefix),
                    "key": key.encode(),
                    "value": data_of(event),
                    "headers": [[name, value] for name, value in envelope.headers()],
                    "actor": command.actor,
                    "recorded_at": command.at,
                    "process": self._process,
                    "person": event.person,
                    "holds_key": event.channel is Channel.KEYS,
                }
            )
        return rows

    async def add(self, rows: Sequence[Document], session: Session) -> None:
        if rows:
            await self.rows.insert_many(list(rows), session=session)

    async def listen(self) -> None:
        """Ring the bell for the rows of other processes, which know nothing of it. Raises PyMongoError."""
        others = {"operationType": "insert", "fullDocument.process": {"$ne": self._process}}
        async with self.rows.watch([{"$match": others}, {"$project": {"_id": 1}}], max_await_time_ms=1000) as stream:
            # Whatever came before the stream was open.
            self.bell.set()
            async for _ in stream:
                self.bell.set()

    async def pending(self, batch: int) -> AsyncIterator[list[Row]]:
        """All pending rows, in batches, in order within each aggregate.

        One snapshot: a scan without it may pass the place of version 1 before it is there and still meet version 2.
        """
        async with await self._client.start_session(snapshot=True) as session:
            cursor = self.rows.find(
                {"state": PENDING},
                {"aggregate": 1, "topic": 1, "key": 1, "value": 1, "headers": 1},
                session=session,
                batch_size=batch,
                hint="pending_in_order",
            )
            try:
                while found := await cursor.to_list(batch):
                    yield [_row(document) for document in found]
            finally:
                await cursor.close()

    async def mark_sent(self, ids: Sequence[UUID]) -> None:
        sent = {"$set": {"state": SENT}, "$currentDate": {"sent_at": True}}
        if self._publishes_keys:
            await self.rows.update_many(
                {"_id": {"$in": list(ids)}, "holds_key": True}, {**sent, "$unset": {"value": 1}}
            )
        await self.rows.update_many({"_id": {"$in": list(ids)}, "state": PENDING}, sent)

    async def forget(self, aggregates: Sequence[UUID]) -> int:
        """What the events of these things said that is sealed for a person, of those that were sent; how many."""
        for_a_person = {"state": SENT, "person": {"$ne": None}, "value": {"$exists": True}}
        found = await self.rows.update_many(
            {"aggregate": {"$in": list(aggregates)}, **for_a_person}, {"$unset": {"value": 1}}
        )
        return found.modified_count

    async def backlog(self) -> Backlog:
        depth = await self.rows.count_documents({"state": PENDING}, hint="pending_by_age")
        oldest = await self.rows.find_one({"state": PENDING}, {"recorded_at": 1}, sort=[("recorded_at", 1)])
        return Backlog(depth, oldest["recorded_at"] if oldest else None)


def _row(document: Document) -> Row:
    headers = [(name, value) for name, value in document["headers"]]
    return Row(
        document["_id"],
        document["aggregate"],
        Message(document["topic"], document["key"], document["value"], headers),
    )
