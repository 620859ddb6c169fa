"""Where batch visits are kept, and who is on their lists."""

from collections.abc import AsyncIterator
from uuid import UUID

from services.welfare.domain.batch_visits import BatchVisit, BatchVisitList
from shared.mongo import Document
from shared.store import Store


class BatchVisitStore(Store[BatchVisit]):
    model = BatchVisit
    collection = "batch_visits"
    what = "batch visit"
    unit = "unit_id"
    mentions = ("logged_by", "signed_by", "paid_by")

    async def prepare(self) -> None:
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index([("state", 1), ("_id", -1)])


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
