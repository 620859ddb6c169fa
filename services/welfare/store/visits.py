"""Where visits are kept."""

from datetime import date

from services.welfare.domain.visits import Visit
from shared.retention import RetentionRule
from shared.store import Store

VISITS_KEPT = RetentionRule(
    kind="visit",
    years=30,
    effective_from=date(2016, 1, 1),
    source="会计档案管理办法 (财政部 国家档案局令第79号): vouchers are kept for 30 years. A school may differ.",
)


class VisitStore(Store[Visit]):
    model = Visit
    collection = "visits"
    what = "visit"
    unit = "unit_id"
    parties = ("member_id",)
    mentions = ("visitor_ids", "logged_by")
    person = "member_id"
    dated = "visited_on"

    async def prepare(self) -> None:
        await self.documents.create_index([("member_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
