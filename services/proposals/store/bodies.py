"""Where bodies are kept."""

from services.proposals.domain.bodies import Body
from shared.store import Store


class BodyStore(Store[Body]):
    model = Body
    collection = "bodies"
    what = "body"
    unit = "unit_id"

    async def prepare(self) -> None:
        await self.documents.create_index([("unit_id", 1), ("kind", 1)], name="one_of_a_kind", unique=True)
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index([("kind", 1), ("_id", -1)])
