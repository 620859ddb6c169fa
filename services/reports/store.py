"""Where facts are kept and counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from pymongo import UpdateOne

from services.reports.domain import Fact
from shared.directory import Directory
from shared.mongo import Collection, Database
from shared.retention import RetentionRules
from shared.service import StoresOfMembers
from shared.store import Foundation


class FactStore:
    def __init__(self, database: Database) -> None:
        self._facts: Collection = database["facts"]

    async def prepare(self) -> None:
        await self._facts.create_index([("year", 1), ("type", 1)])

    async def add(self, facts: Sequence[Fact]) -> None:
        """Those that are there already stay as they are."""
        writes = [
            UpdateOne({"_id": fact.id}, {"$setOnInsert": fact.model_dump(exclude={"id"})}, upsert=True)
            for fact in facts
        ]
        await self._facts.bulk_write(writes, ordered=False)

    async def counts(self, year: int) -> dict[str, int]:
        """How many events of each type happened in the year."""
        rows = await self._facts.aggregate(
            [{"$match": {"year": year}}, {"$group": {"_id": "$type", "count": {"$sum": 1}}}]
        ).to_list(None)
        return {row["_id"]: row["count"] for row in rows}


@dataclass(frozen=True)
class ReportsStores(StoresOfMembers):
    facts: FactStore


def wire(foundation: Foundation) -> ReportsStores:
    database = foundation.database
    return ReportsStores(foundation, Directory(database), RetentionRules(database), FactStore(database))
