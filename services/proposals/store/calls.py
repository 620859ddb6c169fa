"""Where calls for proposals are kept."""

from services.proposals.domain.calls import Call
from shared.store import Store


class CallStore(Store[Call]):
    model = Call
    collection = "calls"
    what = "call"
    unit = "unit_id"

    async def prepare(self) -> None:
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index([("term_id", 1), ("_id", -1)])
        await self.documents.create_index("session_id", unique=True)
