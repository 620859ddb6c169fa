"""Where roster imports and their sheets are kept."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from uuid import UUID

from services.members.domain.roster import Outcome, RosterImport, Verdict
from services.members.errors import SheetGone
from shared import clock
from shared.errors import Unavailable
from shared.lease import Lease
from shared.mongo import Collection, Document
from shared.sealing import PersonKey
from shared.store import Foundation, Store

SHEET_DAYS = 7
_CHUNK_BYTES = 1_000_000
_LEASE_SECONDS = 10


class RosterImportStore(Store[RosterImport]):
    model = RosterImport
    collection = "roster_imports"
    what = "roster import"
    mentions = ("uploaded_by",)

    async def holdings(self, person: UUID) -> AsyncIterator[Document]:
        """Without the key: it is of no use to anybody, and no datum about the person."""
        async for item in super().holdings(person):
            yield {name: value for name, value in item.items() if name != "key"}

    async def wrapped(self) -> AsyncIterator[tuple[UUID, str]]:
        """The keys of the sheets, by import."""
        async for row in self.documents.find({}, {"key": 1}):
            yield row["_id"], row["key"]


class RosterFiles:
    """The sheets that were handed in, sealed, for some days; and what was found in them, row by row."""

    def __init__(self, foundation: Foundation) -> None:
        self._database = foundation.database
        self._chunks: Collection = foundation.database["roster_files"]
        self._verdicts: Collection = foundation.database["roster_verdicts"]
        self._progress: Collection = foundation.database["roster_progress"]
        self._keyring = foundation.keyring

    async def prepare(self) -> None:
        seconds = int(timedelta(days=SHEET_DAYS).total_seconds())
        for rows in (self._chunks, self._verdicts, self._progress):
            await rows.create_index("at", expireAfterSeconds=seconds)
        await self._verdicts.create_index([("import_id", 1), ("run", 1), ("outcome", 1), ("number", 1)])

    async def keep(self, import_id: UUID, wrapped: str, content: bytes) -> None:
        key = self._key(import_id, wrapped)
        chunks = [content[at : at + _CHUNK_BYTES] for at in range(0, len(content), _CHUNK_BYTES)]
        for number, chunk in enumerate(chunks):
            sealed = key.seal(chunk, f"roster_files/{import_id}/{number}")
            place = {"import_id": import_id, "number": number, "of": len(chunks)}
            await self._chunks.insert_one(
                {"_id": f"{import_id}/{number}", **place, "sealed": sealed, "at": clock.now()}
            )

    async def read(self, import_id: UUID, wrapped: str) -> bytes:
        """Raises SheetGone, Unavailable."""
        key = self._key(import_id, wrapped)
        chunks = await self._chunks.find({"import_id": import_id}).sort("number", 1).to_list(None)
        if not chunks or len(chunks) != chunks[0]["of"]:
            raise SheetGone(days=SHEET_DAYS)
        return b"".join(key.open(row["sealed"], f"roster_files/{import_id}/{row['number']}") for row in chunks)

    def _key(self, import_id: UUID, wrapped: str) -> PersonKey:
        """Raises Unavailable where the settings lack the master key."""
        key = self._keyring.opened(import_id, wrapped)
        if key is None:
            raise Unavailable
        return key

    async def forget(self) -> None:
        """All sheets and what was found in them: each names everybody, and so whoever was erased."""
        for rows in (self._chunks, self._verdicts):
            await rows.delete_many({})

    def lease(self, import_id: UUID) -> Lease:
        """Held by whoever works on the import, so that a second one does not, and one that died does not block it."""
        return Lease(self._database, f"roster-import-{import_id}", _LEASE_SECONDS)

    async def note(self, import_id: UUID, phase: str, done: int, total: int | None) -> None:
        progress = {"phase": phase, "done": done, "total": total, "at": clock.now()}
        await self._progress.update_one({"_id": import_id}, {"$set": progress}, upsert=True)

    async def progress(self, import_id: UUID) -> Document | None:
        return await self._progress.find_one({"_id": import_id})

    async def record(self, import_id: UUID, run: UUID, verdicts: Sequence[Verdict]) -> None:
        at = clock.now()
        rows = [
            {**verdict._asdict(), "reasons": [reason._asdict() for reason in verdict.reasons], "at": at}
            for verdict in verdicts
        ]
        if rows:
            await self._verdicts.insert_many([{**row, "import_id": import_id, "run": run} for row in rows])

    async def only(self, import_id: UUID, run: UUID) -> None:
        """Forget what earlier runs found."""
        await self._verdicts.delete_many({"import_id": import_id, "run": {"$ne": run}})

    async def verdicts(
        self, import_id: UUID, *, outcome: Outcome | None = None, after: int = -1, limit: int = 0
    ) -> list[Document]:
        """In the order of the rows. `limit` 0 is all."""
        where: Document = {"import_id": import_id, "number": {"$gt": after}}
        if outcome is not None:
            where["outcome"] = outcome.value
        return await self._verdicts.find(where).sort("number", 1).limit(limit).to_list(None)
