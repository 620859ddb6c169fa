"""Where terms are kept."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from services.proposals.domain.terms import Term, TermState
from shared.mongo import Document
from shared.store import Store


class TermStore(Store[Term]):
    model = Term
    collection = "terms"
    what = "term"
    unit = "unit_id"

    async def prepare(self) -> None:
        await self.documents.create_index([("body_id", 1), ("number", 1)], unique=True)
        await self.documents.create_index(
            "body_id", name="one_open", unique=True, partialFilterExpression={"state": TermState.OPEN.value}
        )
        await self.documents.create_index([("body_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])

    async def running(self, term_ids: Iterable[UUID], on: date) -> set[UUID]:
        """Those of the terms that run on the day."""
        named: Document = {"_id": {"$in": list(set(term_ids))}}
        rows = await self.documents.find({**named, **running_on(on)}, {"_id": 1}).to_list(None)
        return {row["_id"] for row in rows}

    async def of_body(self, body_id: UUID, on: date) -> Term | None:
        """The term of the body that runs on the day; the newest where two are said to."""
        row = await self.documents.find_one({"body_id": body_id, **running_on(on)}, sort=[("number", -1)])
        return self._versioned(row).state if row else None


def running_on(day: date) -> Document:
    return {"begins_on": {"$lte": day.isoformat()}, "$or": [{"ends_on": None}, {"ends_on": {"$gt": day.isoformat()}}]}
