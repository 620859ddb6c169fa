"""Where forms are kept."""

from collections.abc import AsyncIterator, Mapping
from itertools import count
from typing import Any
from uuid import UUID

from services.proposals.domain.proposals import PENDING, Proposal, State
from shared.mongo import Document, in_batches
from shared.store import Store

_COMPARED = 1_000


class ProposalStore(Store[Proposal]):
    """`derived.filer_id` is among whose forms in a call it counts: those of the delegation, or of the proposer."""

    model = Proposal
    collection = "proposals"
    what = "proposal"
    unit = "unit_id"
    parties = ("proposer_id", "seconder_ids", "co_proposer_ids", "brought_ids", "presidium_ids")

    async def prepare(self) -> None:
        for field in ("unit_id", "call_id", *self.parties):
            await self.documents.create_index([(field, 1), ("_id", -1)])
        for field in ("state", "category"):
            await self.documents.create_index([("unit_id", 1), (field, 1), ("_id", -1)])
        await self.documents.create_index([("call_id", 1), ("state", 1), ("_id", -1)])
        for field in ("state", "category"):
            await self.documents.create_index([(field, 1), ("_id", -1)])
        await self.documents.create_index([("term_id", 1), ("state", 1)])
        await self.documents.create_index([("body_id", 1), ("state", 1), ("filed_at", -1), ("_id", -1)])
        for narrower in ([], [("call_id", 1)], [("term_id", 1)]):
            await self.documents.create_index([*narrower, ("filed_at", 1), ("_id", 1)])
        await self.documents.create_index(
            [("call_id", 1), ("derived.filer_id", 1), ("ordinal", 1)],
            name="one_of_an_ordinal_of_a_filer",
            unique=True,
            partialFilterExpression={"ordinal": {"$type": "number"}},
        )

    def derived(self, state: Proposal) -> Document:
        return {"filer_id": state.delegation_id or state.proposer_id}

    async def pending(self, term_id: UUID) -> int:
        """How many forms of the term have no disposition yet."""
        return await self.count({"term_id": term_id, "state": {"$in": list(PENDING)}})

    async def count(self, where: Mapping[str, Any]) -> int:
        return int(await self.documents.count_documents(where))

    async def in_order(self, where: Mapping[str, Any], *, at_once: int = 200) -> AsyncIterator[list[Proposal]]:
        """In the order in which they were filed, so many at a time."""
        async for rows in in_batches(self.documents.find(where).sort([("filed_at", 1), ("_id", 1)]), at_once):
            yield [self._versioned(row).state for row in rows]

    async def comparable(self, form: Proposal, where: Mapping[str, Any]) -> list[Proposal]:
        """The other forms of its call, and those that were filed as cases in earlier calls; the newest of each."""
        of_body = {"body_id": form.body_id, **where}
        of_call = {**of_body, "call_id": form.call_id, "state": {"$ne": State.WITHDRAWN.value}}
        before = {"state": State.FILED.value, "call_id": {"$ne": form.call_id}, "filed_at": {"$lt": form.filed_at}}
        newest = [("filed_at", -1), ("_id", -1)]
        rows = [
            row
            for wanted in (of_call, {**of_body, **before})
            for row in await self.documents.find(wanted).sort(newest).limit(_COMPARED).to_list(_COMPARED)
        ]
        return [other for row in rows if (other := self._versioned(row).state).id != form.id]

    async def free_ordinal(self, filer_id: UUID, call_id: UUID) -> int:
        """The lowest number that none of the forms of the member, or of the delegation, in the call has."""
        mine = {"derived.filer_id": filer_id, "call_id": call_id, "ordinal": {"$ne": None}}
        taken = {row["ordinal"] async for row in self.documents.find(mine, {"ordinal": 1})}
        return next(number for number in count(1) if number not in taken)
