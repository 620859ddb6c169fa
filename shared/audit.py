"""The audit log of a service: append-only, each entry chained by hash to the one before.

An entry holds a commitment to its details, not the details, so that the chain stays valid when these are erased. An
erasure is an entry too, and says whose details went: details that are gone without one were taken away.

What it promises: whoever alters, removes, swaps or inserts entries breaks the chain, and `verify` names the first one
that is broken. What it does not: who can write the whole database can make the whole chain anew. `verify` therefore
says the head; kept elsewhere and given again as `expected`, it shows that what was there then is there still.

    python -m shared.audit services.welfare.app [--expect 42:9f86d0...]
"""

import argparse
import asyncio
import contextvars
import importlib
import json
import os
import sys
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from pymongo import ReturnDocument

from shared import clock
from shared.chain import BEGIN, ERASED, Broken, Fault, Head, Verified, commitment, entry_hash, verify_chain
from shared.errors import Unavailable
from shared.ids import new_id
from shared.mongo import UNREACHABLE, Client, Collection, Database, Document, Session, connect, database, transaction
from shared.settings import Settings

_MOST_AT_ONCE = 100
_SALT_BYTES = 32
_HEAD = "head"
ENTRIES_DATABASE = "_audit"
"""The end of the name of the database in which the entries are: a service may add to it, and change nothing."""
PERSONS_OF_AN_ENTRY = 50
"""The most whom an entry about many concerns: with one of them who is erased, its details go for all."""
_ERASED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody did: `action` is dotted (`visits.opened`), `persons` are those whom it concerns.

    `erased` are the details that went with it.
    """

    action: str
    actor: UUID | None
    persons: tuple[UUID, ...]
    subject_kind: str
    subject_id: UUID
    fields: tuple[str, ...] = ()
    purpose: str | None = None
    correlation_id: str = ""
    erased: tuple[UUID, ...] = ()

    def details(self) -> Document:
        return {
            "actor": self.actor,
            "persons": list(self.persons),
            "subject": {"kind": self.subject_kind, "id": self.subject_id},
            "fields": list(self.fields),
            "purpose": str(self.purpose) if self.purpose else None,
            "correlation_id": self.correlation_id,
            **({"erased": list(self.erased)} if self.erased else {}),
        }


@dataclass(eq=False, slots=True)
class _Waiting:
    entry: Entry
    number: "asyncio.Future[int]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class AuditLog:
    def __init__(self, client: Client, database: Database, *, timeout_seconds: float) -> None:
        self._client = client
        apart = client.get_database(
            f"{database.name}{ENTRIES_DATABASE}",
            codec_options=database.codec_options,
            read_concern=database.read_concern,
            write_concern=database.write_concern,
        )
        self._entries: Collection = apart["audit_entries"]
        self._details: Collection = database["audit_details"]
        self._heads: Collection = database["audit_head"]
        self._timeout_seconds = timeout_seconds
        self._waiting: deque[_Waiting] = deque()
        self._working: asyncio.Task[None] | None = None

    async def prepare(self) -> None:
        for name in ("persons", "actor", "subject.id"):
            await self._details.create_index([(name, 1), ("_id", -1)])
        await self._entries.create_index("details_id", unique=True)
        await self._heads.update_one({"_id": _HEAD}, {"$setOnInsert": {"sequence": 0, "hash": BEGIN}}, upsert=True)

    async def append(self, entry: Entry) -> int:
        """The number of the entry, after the commit. What comes while others are written shares the next transaction.

        Raises Unavailable; whether it was written is then unknown.
        """
        waiting = _Waiting(entry)
        self._waiting.append(waiting)
        if self._working is None:
            self._working = asyncio.create_task(self._work(), name="audit-log", context=contextvars.Context())
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await waiting.number
        except TimeoutError as error:
            raise Unavailable from error

    async def append_all(self, entries: Iterable[Entry]) -> None:
        """Returns after all are committed; where it raises Unavailable, some may be."""
        outcomes = await asyncio.gather(*(self.append(entry) for entry in entries), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(_MOST_AT_ONCE, len(self._waiting)))]
                await self._write([waiting for waiting in batch if not waiting.number.done()])
        finally:
            self._working = None

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        first = 0

        async def work(session: Session) -> None:
            nonlocal first
            first = await self.append_in([waiting.entry for waiting in batch], session)

        try:
            async with asyncio.timeout(self._timeout_seconds):
                await transaction(self._client, work, timeout_seconds=self._timeout_seconds)
        except Exception as error:  # noqa: BLE001  it is the callers' to hear of
            told = Unavailable() if isinstance(error, (*UNREACHABLE, TimeoutError)) else error
            for waiting in batch:
                if not waiting.number.done():
                    waiting.number.set_exception(told)
            return
        for offset, waiting in enumerate(batch):
            if not waiting.number.done():
                waiting.number.set_result(first + offset)

    async def append_in(self, entries: Sequence[Entry], session: Session) -> int:
        """Within somebody else's transaction; the number of the first.

        Two that append at the same moment conflict over the head: the driver's error asks for the transaction to be
        run again, as `shared.mongo.transaction` does.
        """
        head = await self._heads.find_one_and_update(
            {"_id": _HEAD},
            {"$inc": {"sequence": len(entries)}},
            session=session,
            return_document=ReturnDocument.BEFORE,
        )
        if head is None:
            raise RuntimeError("the audit log has no head: it was not prepared")
        number, previous = head["sequence"], head["hash"]
        rows, kept = [], []
        for entry in entries:
            number += 1
            details, salt, details_id = entry.details(), os.urandom(_SALT_BYTES), new_id()
            row: Document = {
                "_id": number,
                "at": clock.now(),
                "action": entry.action,
                "details_id": details_id,
                "commitment": commitment(salt, details),
                "previous": previous,
            }
            previous = row["hash"] = entry_hash(row)
            rows.append(row)
            kept.append({"_id": details_id, "salt": salt, **details})
        if rows:
            await self._entries.insert_many(rows, session=session)
            await self._details.insert_many(kept, session=session)
            await self._heads.update_one({"_id": _HEAD}, {"$set": {"hash": previous}}, session=session)
        return int(head["sequence"]) + 1

    async def concerning(self, person: UUID, *, limit: int, before: UUID | None) -> tuple[list[Document], UUID | None]:
        """What was done about the person, newest first, and where the next page begins."""
        where: Document = {"persons": person}
        if before is not None:
            where["_id"] = {"$lt": before}
        details = await self._details.find(where).sort("_id", -1).limit(limit + 1).to_list(limit + 1)
        more, details = len(details) > limit, details[:limit]
        entries = await self._entries.find({"details_id": {"$in": [row["_id"] for row in details]}}).to_list(None)
        by_details = {entry["details_id"]: entry for entry in entries}
        found = [
            {**row, "at": by_details[row["_id"]]["at"], "action": by_details[row["_id"]]["action"]}
            for row in details
            if row["_id"] in by_details
        ]
        return found, details[-1]["_id"] if more else None

    async def erase(self, person: UUID) -> int:
        """Delete the details of whatever concerns the person, also where it concerns others too, and put on record
        which these were. The chain stays. Raises Unavailable."""
        deleted = 0

        async def work(session: Session) -> int:
            rows = self._details.find({"persons": person}, {"_id": 1}, session=session).limit(_ERASED_AT_ONCE)
            found = [row["_id"] async for row in rows]
            if found:
                await self._details.delete_many({"_id": {"$in": found}}, session=session)
                await self.append_in([Entry(ERASED, None, (), "member", person, erased=tuple(found))], session)
            return len(found)

        while found := await transaction(self._client, work, timeout_seconds=self._timeout_seconds):
            deleted += found
        return deleted

    async def verify(self, expected: Head | None = None) -> Verified:
        """Read the chain as it is at one moment. What it keeps in memory grows with what was erased alone.

        The server keeps a moment for five minutes (`minSnapshotHistoryWindowInSeconds`): where reading takes longer, it
        raises the driver's OperationFailure.
        """
        # Of one moment, or an erasure on its way would look like tampering.
        async with await self._client.start_session(snapshot=True) as session:
            head = await self._head(session)
            verified = await verify_chain(self._links(head.sequence, session), head, expected)
            if verified.broken is not None:
                return verified
            numbered: Document = {"$type": "number"}
            last = await self._entries.find_one({"_id": numbered}, {"_id": 1}, sort=[("_id", -1)], session=session)
            odd = await self._entries.find_one({"_id": {"$not": numbered}}, {"_id": 1}, session=session)
        if odd or (last and last["_id"] > head.sequence):
            return verified._replace(broken=Broken(head.sequence + 1, Fault.HEAD))
        return verified

    async def _head(self, session: Session) -> Head:
        found = await self._heads.find_one({"_id": _HEAD}, session=session)
        if found is None:
            return Head(0, BEGIN)
        number, digest = found.get("sequence"), found.get("hash")
        # Of another form than whatever was written, it is the end of no chain.
        return Head(number, digest) if isinstance(number, int) and isinstance(digest, str) else Head(0, "")

    async def _links(self, last: int, session: Session) -> Any:
        batch: list[Document] = []
        async for entry in self._entries.find({"_id": {"$lte": last}}, session=session).sort("_id", 1):
            batch.append(entry)
            if len(batch) == _MOST_AT_ONCE:
                for link in await self._with_details(batch, session):
                    yield link
                batch = []
        for link in await self._with_details(batch, session):
            yield link

    async def _with_details(
        self, entries: Sequence[Document], session: Session
    ) -> list[tuple[Document, Document | None]]:
        ids = [found if isinstance(found := entry.get("details_id"), UUID) else None for entry in entries]
        named = {"_id": {"$in": [each for each in ids if each]}}
        rows = await self._details.find(named, session=session).to_list(None)
        by_id = {row["_id"]: row for row in rows}
        return [(entry, by_id.get(each) if each else None) for entry, each in zip(entries, ids, strict=True)]


async def _verify(service: str, settings: Settings, expected: Head | None) -> Verified:
    client = connect(settings, name=f"union-{service}-audit")
    try:
        return await AuditLog(client, database(client, settings, service), timeout_seconds=60).verify(expected)
    finally:
        client.close()


def main() -> int:
    """0 where the chain is whole, 1 where it is broken, 2 where the settings are wrong."""
    arguments = argparse.ArgumentParser(description="Verify the audit log of a service.")
    arguments.add_argument("app", help="module of the composition root, as in services.welfare.app")
    arguments.add_argument("--expect", metavar="SEQUENCE:HASH", help="a head that was kept earlier")
    given = arguments.parse_args()
    try:
        settings = Settings()
        number, _, digest = (given.expect or "0:" + BEGIN).partition(":")
        expected = Head(int(number), digest)
    except ValidationError as error:
        for found in error.errors(include_input=False, include_url=False):
            sys.stderr.write(f"setting {'.'.join(map(str, found['loc'])).upper()}: {found['msg']}\n")
        return 2
    except ValueError:
        sys.stderr.write("--expect is SEQUENCE:HASH, as an earlier verification printed them\n")
        return 2
    service = importlib.import_module(given.app).SERVICE.name
    verified = asyncio.run(_verify(service, settings, expected))
    broken = {"sequence": verified.broken.sequence, "fault": verified.broken.fault} if verified.broken else None
    report = {
        "service": service,
        "entries": verified.entries,
        "erased": verified.erased,
        "head_sequence": verified.head.sequence,
        "head_hash": verified.head.hash,
        "broken": broken,
    }
    sys.stdout.write(json.dumps(report) + "\n")
    return 1 if verified.broken else 0


if __name__ == "__main__":
    sys.exit(main())
