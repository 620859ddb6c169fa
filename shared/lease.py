"""A lease by the database's clock: one holder at a time among any number of processes."""

from uuid import uuid4

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from shared.mongo import Collection, Database

COLLECTION = "leases"


class Lease:
    def __init__(self, database: Database, name: str, seconds: float) -> None:
        self._leases: Collection = database[COLLECTION]
        self._name = name
        self._holder = uuid4().hex
        self._milliseconds = int(seconds * 1000)
        self.seconds = seconds

    async def acquire(self) -> bool:
        """Take or renew it. False while another process holds it."""
        free = {"$or": [{"$eq": ["$holder", self._holder]}, {"$lt": [{"$ifNull": ["$expires_at", None]}, "$$NOW"]}]}
        until = {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": self._milliseconds}}
        taken = {
            "holder": {"$cond": [free, self._holder, "$holder"]},
            "expires_at": {"$cond": [free, until, "$expires_at"]},
        }
        try:
            row = await self._leases.find_one_and_update(
                {"_id": self._name}, [{"$set": taken}], upsert=True, return_document=ReturnDocument.AFTER
            )
        except DuplicateKeyError:
            # Two processes made the row at the same moment: the other one holds it.
            return False
        return bool(row["holder"] == self._holder)

    async def release(self) -> None:
        await self._leases.delete_one({"_id": self._name, "holder": self._holder})
