"""Answers kept by Idempotency-Key, written in the transaction of the command that they answer."""

from datetime import timedelta

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

    async def answer_to(self, key: IdempotencyKey) -> Answer | None:
        """The answer given before, if any. Raises IdempotencyKeyReused when the key stood for another request."""
        row = await self._rows.find_one({"_id": _row_id(key)})
        if row is None:
            return None
        if row["fingerprint"] != key.fingerprint:
            raise IdempotencyKeyReused
        return Answer(row["status"], row["body"], tuple((name, value) for name, value in row["headers"]))

    async def record(self, key: IdempotencyKey, answer: Answer, at: object, session: Session) -> None:
        await self._rows.insert_one(
            {
                "_id": _row_id(key),
                "fingerprint": key.fingerprint,
                "status": answer.status,
                "body": answer.body,
                "headers": [list(header) for header in answer.headers],
                "recorded_at": at,
            },
            session=session,
        )


def _row_id(key: IdempotencyKey) -> Document:
    return {"actor": key.actor, "key": key.key}
