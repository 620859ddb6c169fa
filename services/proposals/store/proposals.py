"""Where forms are kept."""

from itertools import count
from uuid import UUID

from services.proposals.domain.proposals import Proposal
from shared.store import Store


class ProposalStore(Store[Proposal]):
    model = Proposal
    collection = "proposals"
    what = "proposal"
    unit = "unit_id"
    parties = ("proposer_id", "seconder_ids", "co_proposer_ids", "presidium_ids")

    async def prepare(self) -> None:
        for field in ("unit_id", "call_id", *self.parties):
            await self.documents.create_index([(field, 1), ("_id", -1)])
        for field in ("state", "category"):
            await self.documents.create_index([("unit_id", 1), (field, 1), ("_id", -1)])
        await self.documents.create_index([("call_id", 1), ("state", 1), ("_id", -1)])
        await self.documents.create_index(
            [("call_id", 1), ("proposer_id", 1), ("ordinal", 1)],
            name="one_of_an_ordinal",
            unique=True,
            partialFilterExpression={"ordinal": {"$type": "number"}},
        )

    async def free_ordinal(self, proposer_id: UUID, call_id: UUID) -> int:
        """The lowest number that none of the member's forms in the call has."""
        mine = {"proposer_id": proposer_id, "call_id": call_id, "ordinal": {"$ne": None}}
        taken = {row["ordinal"] async for row in self.documents.find(mine, {"ordinal": 1})}
        return next(number for number in count(1) if number not in taken)
