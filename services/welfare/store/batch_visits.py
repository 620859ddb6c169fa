"""Where batch visits are kept, and who is on their lists."""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from services.welfare.domain.batch_visits import BatchVisit, BatchVisitList
from services.welfare.domain.signing import VisitState
from shared.contracts.welfare.batch_visits import BatchOccasion
from shared.mongo import Document
from shared.store import Store


class BatchFigures(NamedTuple):
    """Of the batches that were paid: how many, of how many members together, and what was paid for them in fen."""

    occasion: BatchOccasion
    batches: int
    visits: int
    amount_fen: int


class BatchVisitStore(Store[BatchVisit]):
    model = BatchVisit
    collection = "batch_visits"
    what = "batch visit"
    unit = "unit_id"
    mentions = ("logged_by", "signed_by", "paid_by")

    async def prepare(self) -> None:
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index([("state", 1), ("_id", -1)])
        await self.documents.create_index("visited_on")

    async def by_occasion(self, year: int, where: Mapping[str, Any]) -> list[BatchFigures]:
        """Of the batches made in the year and paid, less what came back."""
        days = {"$gte": date(year, 1, 1).isoformat(), "$lte": date(year, 12, 31).isoformat()}
        rows = await self.documents.aggregate(
            [
                {"$match": {"visited_on": days, "state": VisitState.PAID.value, **where}},
                {
                    "$lookup": {
                        "from": "spendings",
                        "localField": "spending_id",
                        "foreignField": "_id",
                        "pipeline": [{"$project": {"spent_fen": 1}}],
                        "as": "spending",
                    }
                },
                {
                    "$group": {
                        "_id": "$occasion",
                        "batches": {"$sum": 1},
                        "visits": {"$sum": "$members"},
                        "amount_fen": {"$sum": {"$sum": "$spending.spent_fen"}},
                    }
                },
            ]
        ).to_list(None)
        found = {row.pop("_id"): row for row in rows}
        nothing = {"batches": 0, "visits": 0, "amount_fen": 0}
        return [BatchFigures(occasion, **found.get(occasion.value, nothing)) for occasion in BatchOccasion]


class BatchVisitListStore(Store[BatchVisitList]):
    model = BatchVisitList
    collection = "batch_visit_lists"
    what = "batch visit list"
    unit = "unit_id"
    mentions = ("member_ids",)

    async def prepare(self) -> None:
        await self.documents.create_index([("batch_id", 1), ("_id", -1)])
        await self.documents.create_index([("member_ids", 1), ("batch_id", 1)])

    async def names(self, batch_id: UUID, member_id: UUID) -> bool:
        """Whether the member is on the list of the batch."""
        found = await self.documents.find_one({"member_ids": member_id, "batch_id": batch_id}, {"_id": 1})
        return found is not None

    async def holdings(self, person: UUID) -> AsyncIterator[Document]:
        """That the member is on a list, and not who else is."""
        async for row in self.documents.find({"member_ids": person}, {"batch_id": 1}).sort("_id", 1):
            yield {"kind": self.what, "named_as": list(self.mentions), "batch_id": str(row["batch_id"])}
