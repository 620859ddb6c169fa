"""Where notices and what they speak of are kept: people, titles, delegates."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog
from pymongo import InsertOne
from pymongo.errors import BulkWriteError, PyMongoError

from services.notifications.domain import PEOPLE, Notice
from shared import clock
from shared.directory import Directory, in_force
from shared.errors import NothingHere
from shared.ids import new_id
from shared.mongo import Collection, Database, Document, newer
from shared.people import People
from shared.retention import RetentionRule, RetentionRules
from shared.service import StoresOfMembers
from shared.store import Foundation

log = structlog.get_logger()

_DUPLICATE = 11000


NOTICES_KEPT = RetentionRule(
    kind="notice",
    years=2,
    effective_from=date(2021, 11, 1),
    source="个人信息保护法, article 19: no longer than it is needed. Two years are our choice; a school may differ.",
)


class Subjects:
    """What proposals and cases are called: from the restricted events of the proposals service."""

    def __init__(self, database: Database) -> None:
        self._subjects: Collection = database["subjects"]

    async def prepare(self) -> None:
        """By id only."""

    async def keep(self, titles: Iterable[tuple[UUID, str, str]]) -> None:
        """The id, the sequence and the title of each."""
        writes = [newer(subject, sequence, {"title": title}) for subject, sequence, title in titles]
        await self._subjects.bulk_write(writes)

    async def find(self, subject_ids: Iterable[UUID]) -> dict[UUID, str]:
        rows = await self._subjects.find({"_id": {"$in": list(set(subject_ids))}}).to_list(None)
        return {row["_id"]: row["title"] for row in rows}


class Delegates:
    """Who is a delegate of which term, and which term a call is for: from the events of the proposals service."""

    def __init__(self, database: Database) -> None:
        self._delegates: Collection = database["delegates"]
        self._calls: Collection = database["calls"]

    async def prepare(self) -> None:
        await self._delegates.create_index([("term_id", 1), ("member_id", 1)])
        await self._delegates.create_index("member_id")

    async def keep(self, seats: Iterable[tuple[UUID, str, Document]]) -> None:
        """The id, the sequence and what is known of each."""
        await self._delegates.bulk_write([newer(delegate, sequence, fields) for delegate, sequence, fields in seats])

    async def keep_calls(self, calls: Iterable[tuple[UUID, str, UUID]]) -> None:
        """The id, the sequence and the term of each."""
        await self._calls.bulk_write([newer(call, sequence, {"term_id": term}) for call, sequence, term in calls])

    async def term_of_call(self, call_id: UUID) -> UUID | None:
        row = await self._calls.find_one({"_id": call_id})
        return None if row is None else row["term_id"]

    async def of_term(self, term_id: UUID, on: date) -> set[UUID]:
        """The members who are delegates on that day."""
        where = {"term_id": term_id, "member_id": {"$ne": None}, **in_force(on)}
        rows = await self._delegates.find(where).to_list(None)
        return {row["member_id"] for row in rows}

    kind = "delegate"

    async def holdings(self, person: UUID) -> AsyncIterator[Document]:
        async for row in self._delegates.find({"member_id": person}).sort("_id", 1):
            days = {"from_date": row["from_date"], "until_date": row["until_date"]}
            yield {"kind": self.kind, "term_id": str(row["term_id"]), **days}

    async def newest(self, person: UUID) -> date | None:
        """No rule holds a copy: what is to be kept of delegates, the proposals service keeps."""
        return None

    async def erase(self, person: UUID) -> int:
        """The seat stays, so that an event that comes again does not bring the member back."""
        written = await self._delegates.update_many({"member_id": person}, {"$set": {"member_id": None}})
        return written.modified_count

    async def expire(self, before: date) -> int:
        """A copy is kept for as long as the member is one."""
        return 0


class NoticeStore:
    def __init__(self, database: Database) -> None:
        self._notices: Collection = database["notices"]

    async def prepare(self) -> None:
        await self._notices.create_index([("member_id", 1), ("_id", -1)])
        await self._notices.create_index([("member_id", 1), ("arrival", 1)])
        for word in PEOPLE:
            await self._notices.create_index(f"people.{word}", sparse=True)
        await self._notices.create_index("member_id", name="unread", partialFilterExpression={"read_at": None})

    async def add(self, notices: Sequence[Notice]) -> None:
        """Those that are there already stay as they are."""
        if not notices:
            return
        try:
            rows = [{**_document(notice), "arrival": new_id()} for notice in notices]
            await self._notices.bulk_write([InsertOne(row) for row in rows], ordered=False)
        except BulkWriteError as error:
            details = error.details or {}
            errors = details.get("writeErrors", [])
            if (
                details.get("writeConcernErrors")
                or not errors
                or any(failed.get("code") != _DUPLICATE for failed in errors)
            ):
                raise

    async def of(
        self, member_id: UUID, *, limit: int, before: str | None, unread_only: bool
    ) -> tuple[list[Notice], bool]:
        """Newest first, and whether there are more."""
        where: Document = {"member_id": member_id}
        if before is not None:
            where["_id"] = {"$lt": before}
        if unread_only:
            where["read_at"] = None
        rows = await self._notices.find(where).sort("_id", -1).limit(limit + 1).to_list(limit + 1)
        return [_notice(row) for row in rows[:limit]], len(rows) > limit

    async def arrived(self, member_id: UUID, since: UUID, limit: int) -> list[tuple[UUID, Notice]]:
        """What arrived after the arrival `since`, in the order of arrival, which is not that of the events."""
        where = {"member_id": member_id, "arrival": {"$gt": since}}
        rows = await self._notices.find(where).sort("arrival", 1).limit(limit).to_list(limit)
        return [(row["arrival"], _notice(row)) for row in rows]

    async def unread(self, member_id: UUID) -> int:
        count: int = await self._notices.count_documents({"member_id": member_id, "read_at": None})
        return count

    async def mark_read(self, member_id: UUID, notice_id: str, at: datetime) -> None:
        """Keeps the first time it was read. Raises NothingHere for another member's notice too."""
        written = await self._notices.update_one(
            {"_id": notice_id, "member_id": member_id},
            [{"$set": {"read_at": {"$ifNull": ["$read_at", at]}}}],
        )
        if not written.matched_count:
            raise NothingHere(what="notice")

    kind = "notice"

    async def holdings(self, person: UUID) -> AsyncIterator[Document]:
        async for row in self._notices.find({"member_id": person}).sort("_id", 1):
            yield {"kind": self.kind, **_notice(row).model_dump(mode="json")}
        # Those to others that speak of the person: that they do, and not to whom.
        named = {"member_id": {"$ne": person}, "$or": [{f"people.{word}": person} for word in PEOPLE]}
        async for row in self._notices.find(named).sort("_id", 1):
            told = _notice(row).model_dump(mode="json", include={"topic", "subject_id", "at", "event_id"})
            where = [word for word in PEOPLE if row["people"].get(word) == person]
            yield {"kind": self.kind, "named_as": where, **told}

    async def newest(self, person: UUID) -> date | None:
        """A notice may go whenever its member does."""
        return None

    async def erase(self, person: UUID) -> int:
        return (await self._notices.delete_many({"member_id": person})).deleted_count

    async def expire(self, before: date) -> int:
        """Those that were read, as nobody is to lose what they have not seen."""
        until = clock.begin_of(before)
        return (await self._notices.delete_many({"at": {"$lt": until}, "read_at": {"$ne": None}})).deleted_count

    async def arrivals(self) -> AsyncIterator[Notice]:
        """Notices as they are written, by whatever process."""
        pipeline = [{"$match": {"operationType": "insert"}}]
        async with self._notices.watch(pipeline, max_await_time_ms=1000) as stream:
            async for change in stream:
                yield _notice(change["fullDocument"])


class LiveNotices:
    """One change stream for the process, however many members listen."""

    def __init__(self, notices: NoticeStore) -> None:
        self._notices = notices
        self._listeners: dict[UUID, set[asyncio.Queue[Notice | None]]] = {}
        self._watching: asyncio.Task[None] | None = None

    async def prepare(self) -> None:
        """Nothing to make."""

    @contextlib.contextmanager
    def listen(self, member_id: UUID) -> Any:
        """A queue of the member's new notices. None in it means: some may have been missed, read them again."""
        queue: asyncio.Queue[Notice | None] = asyncio.Queue(maxsize=256)
        self._listeners.setdefault(member_id, set()).add(queue)
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch(), name="live-notices")
        try:
            yield queue
        finally:
            self._listeners[member_id].discard(queue)
            if not self._listeners[member_id]:
                del self._listeners[member_id]
            if not self._listeners and self._watching is not None:
                self._watching.cancel()
                self._watching = None

    async def _watch(self) -> None:
        while True:
            try:
                self._everyone_reads_again()
                async for notice in self._notices.arrivals():
                    for queue in self._listeners.get(notice.member_id, ()):
                        _put(queue, notice)
            except PyMongoError as error:
                log.warning("live-notices.lost", error=type(error).__qualname__)
                await asyncio.sleep(1)

    def _everyone_reads_again(self) -> None:
        for queues in self._listeners.values():
            for queue in queues:
                _put(queue, None)


def _put(queue: "asyncio.Queue[Notice | None]", notice: Notice | None) -> None:
    # A listener that is too slow loses its queue's content and reads from the database instead.
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        notice = None
    queue.put_nowait(notice)


def _document(notice: Notice) -> Document:
    fields = notice.model_dump()
    return {"_id": fields.pop("id"), **fields}


def _notice(row: Document) -> Notice:
    fields = {name: value for name, value in row.items() if name not in ("_id", "arrival")}
    return Notice.model_validate({"id": row["_id"], **fields})


@dataclass(frozen=True)
class NotificationsStores(StoresOfMembers):
    notices: NoticeStore
    live: LiveNotices
    people: People
    subjects: Subjects
    delegates: Delegates


def wire(foundation: Foundation) -> NotificationsStores:
    database = foundation.database
    notices = NoticeStore(database)
    rules = RetentionRules(database, [NOTICES_KEPT])
    return NotificationsStores(
        foundation,
        Directory(database),
        rules,
        notices,
        LiveNotices(notices),
        People(database),
        Subjects(database),
        Delegates(database),
    )
