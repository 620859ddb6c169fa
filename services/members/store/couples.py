"""Where couples are kept."""

from services.members.domain.couples import Couple
from shared.store import Store


class CoupleStore(Store[Couple]):
    model = Couple
    collection = "couples"
    what = "couple"
    parties = ("member_ids",)

    async def prepare(self) -> None:
        await self.documents.create_index([("member_ids", 1), ("_id", -1)])
        await self.documents.create_index(
            "member_ids", name="one_at_a_time", unique=True, partialFilterExpression={"until": None}
        )
