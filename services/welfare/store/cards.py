"""Where service cards and their batches are kept."""

from collections.abc import Awaitable, Iterable
from uuid import UUID

from services.welfare.domain.cards import LIVING, CardBatch, ServiceCard
from services.welfare.errors.cards import CardNumberTaken
from shared.command import Answer
from shared.errors import AlreadyExists
from shared.mongo import Document
from shared.store import Store


class CardBatchStore(Store[CardBatch]):
    model = CardBatch
    collection = "card_batches"
    what = "card batch"
    unit = "unit_id"
    mentions = ("opened_by",)

    async def prepare(self) -> None:
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index("opened_by")


class ServiceCardStore(Store[ServiceCard]):
    model = ServiceCard
    collection = "service_cards"
    what = "service card"
    unit = "unit_id"
    parties = ("member_id",)
    mentions = ("applied_by",)
    person = "member_id"

    async def prepare(self) -> None:
        await self.documents.create_index(
            "member_id", name="one_living", unique=True, partialFilterExpression={"derived.living": True}
        )
        await self.documents.create_index(
            "blind.card_number",
            name="one_of_a_number",
            unique=True,
            partialFilterExpression={"blind.card_number": {"$exists": True}},
        )
        await self.documents.create_index([("member_id", 1), ("_id", -1)])
        await self.documents.create_index([("batch_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index([("state", 1), ("_id", -1)])
        await self.documents.create_index("applied_by")
        await self.documents.create_index("applied_on")
        await self.documents.create_index("issued_on")

    def derived(self, state: ServiceCard) -> Document:
        return {"living": True} if state.state in LIVING else {}

    async def living(self, member_ids: Iterable[UUID]) -> dict[UUID, ServiceCard]:
        """The card that each of the members has, or that is applied for."""
        found = self.documents.find({"member_id": {"$in": list(member_ids)}, "derived.living": True})
        return {row["member_id"]: self._versioned(row).state async for row in found}

    async def of_batch(self, batch_id: UUID, member_ids: Iterable[UUID]) -> dict[UUID, ServiceCard]:
        """What was applied for in the batch for the members; where it was more than once, the newest."""
        found = self.documents.find({"batch_id": batch_id, "member_id": {"$in": list(member_ids)}}).sort("_id", 1)
        return {row["member_id"]: self._versioned(row).state async for row in found}

    async def has_number(self, card_id: UUID, card_number: str) -> bool:
        """Whether the card has this number, told by its mark."""
        where = {"_id": card_id, "blind.card_number": self.blind("card_number", card_number)}
        return await self.documents.find_one(where, {"_id": 1}) is not None


async def numbered_once(answer: Awaitable[Answer]) -> Answer:
    """Raises CardNumberTaken where another card has the number."""
    try:
        return await answer
    except AlreadyExists as error:
        if "card_number" in error.field:
            raise CardNumberTaken from error
        raise
