"""Where couples are kept."""

from datetime import date

from services.members.domain.couples import Couple
from shared.retention import RetentionRule
from shared.store import Store

COUPLES_KEPT = RetentionRule(
    kind="couple",
    years=2,
    effective_from=date(2021, 11, 1),
    source="个人信息保护法, article 19: no longer than it is needed. A couple that has ended is taken out after two "
    "years, which is our choice; a school may differ.",
)


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

    async def expire(self, before: date) -> int:
        """Couples that ended before the day."""
        return (await self.documents.delete_many({"until": {"$lt": before.isoformat()}})).deleted_count
