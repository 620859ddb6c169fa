"""Answers kept by Idempotency-Key, written in the transaction of the command that they answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from shared.command import Answer, IdempotencyKey
from shared.errors import IdempotencyKeyReused
from shared.mongo import Collection, Database, Document, Session

COLLECTION = "idempotency_keys"


class IdempotencyKeys:
    def __init__(self, database: Database, retention: timedelta) -> None:
        self._rows: Collection = database[COLLECTION]
        self._retention = retention

    async def prepare(self) -> None:
        await self._rows.create_index("recorded_at", expireAfterSeconds=int(self._retention.total_seconds()))

    async def answers_to(self, keys: Sequence[IdempotencyKey]) -> dict[IdempotencyKey, Answer | IdempotencyKeyReused]:
        """The answers given before; IdempotencyKeyReused for a key that stood for another request."""
        by_id = {key.name: key for key in keys}
        rows = await self._rows.find({"_id": {"$in": [_row_id(key) for key in keys]}}).to_list(None)
        found: dict[IdempotencyKey, Answer | IdempotencyKeyReused] = {}
        for row in rows:
            key = by_id[row["_id"]["actor"], row["_id"]["key"]]
            if row["fingerprint"] == key.fingerprint:
                headers = tuple((name, value) for name, value in row["headers"])
                found[key] = Answer(row["status"], row["body"], headers)
            else:
                found[key] = IdempotencyKeyReused()
        return found

    async def forget(self, aggregate: UUID) -> int:
        """Delete the answers about a thing that is erased. A repeat is then a new request."""
        return (await self._rows.delete_many({"aggregate": aggregate})).deleted_count

    async def record(self, answers: Mapping[IdempotencyKey, tuple[Answer, datetime, UUID]], session: Session) -> None:
        """Each answer with the time of its command and the thing that it is about."""
        rows: list[Document] = [
            {
                "_id": _row_id(key),
                "fingerprint": key.fingerprint,
                "status": answer.status,
                "body": answer.body,
                "headers": [list(header) for header in answer.headers],
                "recorded_at": at,
                "aggregate": aggregate,
            }
            for key, (answer, at, aggregate) in answers.items()
        ]
        if rows:
            await self._rows.insert_many(rows, session=session)


def _row_id(key: IdempotencyKey) -> Document:
    return {"actor": key.actor, "key": key.key}
