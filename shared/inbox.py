"""What a handler has seen already: one row for each (handler, source, id), in the transaction of its writes."""

from collections.abc import Sequence
from datetime import timedelta

from pymongo.errors import BulkWriteError, DuplicateKeyError

from shared import clock
from shared.mongo import Collection, Database, Document, Session

COLLECTION = "inbox_seen"


class SeenMeanwhile(Exception):
    """Another consumer handled one of these events at the same moment. Not an error of the handler."""


class Inbox:
    def __init__(self, database: Database, retention: timedelta = timedelta(days=90)) -> None:
        self._rows: Collection = database[COLLECTION]
        self._retention = retention

    async def prepare(self) -> None:
        await self._rows.create_index("seen_at", expireAfterSeconds=int(self._retention.total_seconds()))

    async def unseen(self, handler: str, events: Sequence[tuple[str, str]], session: Session) -> set[tuple[str, str]]:
        """Which of the events, as (source, id), `handler` has not handled yet."""
        ids = [_row_id(handler, *event) for event in events]
        rows = await self._rows.find({"_id": {"$in": ids}}, {"_id": 1}, session=session).to_list(None)
        return set(events) - {(row["_id"]["source"], row["_id"]["id"]) for row in rows}

    async def mark(self, handler: str, events: Sequence[tuple[str, str]], session: Session) -> None:
        seen_at = clock.now()
        rows: list[Document] = [{"_id": _row_id(handler, *event), "seen_at": seen_at} for event in events]
        try:
            await self._rows.insert_many(rows, session=session)
        except (BulkWriteError, DuplicateKeyError) as error:
            if isinstance(error, BulkWriteError) and not _duplicates(error):
                raise
            raise SeenMeanwhile from error


def _row_id(handler: str, source: str, event_id: str) -> Document:
    return {"handler": handler, "source": source, "id": event_id}


def _duplicates(error: BulkWriteError) -> bool:
    return any(failed.get("code") == 11000 for failed in (error.details or {}).get("writeErrors", []))
