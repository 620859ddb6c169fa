"""Where appeals, the committees that hear them and the rules of both are kept."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from services.proposals.domain.appeal_committees import AppealCommittee
from services.proposals.domain.appeal_rules import AppealRule, Share
from services.proposals.domain.appeals import Appeal
from shared.retention import RetentionRule
from shared.rules import RuleStore
from shared.store import Store

APPEALS_KEPT = RetentionRule(
    kind="appeal",
    years=10,
    effective_from=date(2006, 12, 18),
    # Who asks for an erasure is told this, and so is an administrator: it must not say what is kept.
    source=(
        "机关文件材料归档范围和文书档案保管期限规定 (国家档案局令第8号): files are kept for good, 30 or 10 years. "
        "Ten are our choice; a school may differ."
    ),
)


class AppealStore(Store[Appeal]):
    """Who has stepped aside or left is no party any more, nor mentioned: they are not to see how it goes on."""

    model = Appeal
    collection = "appeals"
    what = "appeal"
    parties = ("appellant_id", "respondent_id", "committee_ids")
    person = "appellant_id"
    dated = "submitted_on"

    async def prepare(self) -> None:
        for party in self.parties:
            await self.documents.create_index([(party, 1), ("_id", -1)])
        await self.documents.create_index("submitted_on")

    async def heard_by(self, member_id: UUID) -> list[UUID]:
        """The appeals that the member hears or has heard."""
        return [row["_id"] async for row in self.documents.find({"committee_ids": member_id}, {"_id": 1})]

    async def newest(self, person: UUID) -> date | None:
        """What is kept is about the appellant. Nobody else is held by it."""
        found = await self.documents.find_one({self.person: person}, {self.dated: 1}, sort=[(self.dated, -1)])
        return date.fromisoformat(found[self.dated]) if found else None


class AppealCommitteeStore(Store[AppealCommittee]):
    model = AppealCommittee
    collection = "appeal_committees"
    what = "appeal committee"
    unit = "unit_id"
    parties = ("member_ids",)
    mentions = ("appointed_by",)

    async def prepare(self) -> None:
        await self.documents.create_index([("member_ids", 1), ("_id", -1)])
        await self.documents.create_index(
            "unit_id", name="one_at_a_time", unique=True, partialFilterExpression={"until": None}
        )
        await self.documents.create_index([("from_day", -1), ("_id", -1)])

    async def on(self, day: date) -> AppealCommittee | None:
        """The committee in force on a day."""
        today = day.isoformat()
        return await self._newest({"from_day": {"$lte": today}, "$or": [{"until": None}, {"until": {"$gt": today}}]})

    async def last(self) -> AppealCommittee | None:
        """The committee that was appointed last, whether it is in force or not."""
        return await self._newest({})

    async def _newest(self, where: dict[str, object]) -> AppealCommittee | None:
        found = await self.documents.find_one(where, sort=[("from_day", -1), ("_id", -1)])
        return self._versioned(found).state if found else None


class AppealRules(RuleStore[AppealRule]):
    model = AppealRule
    collection = "appeal_rules"
    what = "appeal rule"
    starting: ClassVar[dict[str, object]] = {
        "effective_from": date(2014, 6, 27),
        "deadline_days": 30,
        "mediation_days": 15,
        "least_members": 3,
        "quorum": Share(parts=2, of=3),
        "majority": Share(parts=2, of=3),
        "source": (
            "事业单位工作人员申诉规定 (人社部发〔2014〕45号) for the 30 days. Quorum and majority as school unions "
            "have them; 15 days of mediation and 3 members are our choice. A school replaces it by its own rules."
        ),
    }
