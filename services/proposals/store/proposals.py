"""Where forms are kept."""

from uuid import UUID

from services.proposals.domain.proposals import Proposal, State
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

    async def filed_by(self, proposer_id: UUID, call_id: UUID) -> int:
        """How many forms of the call are the member's, without those taken back."""
        where = {"proposer_id": proposer_id, "call_id": call_id, "state": {"$ne": State.WITHDRAWN.value}}
        return int(await self.documents.count_documents(where))
