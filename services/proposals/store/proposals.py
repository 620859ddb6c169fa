"""Where proposals are kept."""

from datetime import date

from services.proposals.domain.proposals import Proposal, SecondingRule
from shared.mongo import Database
from shared.store import Store

STARTING_RULE = SecondingRule(
    effective_from=date(2000, 1, 1),
    minimum=2,
    source="Common practice of staff congresses: two delegates second. Replace it by the school's own rules.",
)


class ProposalStore(Store[Proposal]):
    model = Proposal
    collection = "proposals"
    what = "proposal"
    unit = "unit_id"
    parties = ("proposer_id", "seconder_ids")

    async def prepare(self) -> None:
        await self.documents.create_index([("proposer_id", 1), ("_id", -1)])
        await self.documents.create_index([("seconder_ids", 1), ("_id", -1)])
        await self.documents.create_index([("state", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])


class SecondingRules:
    def __init__(self, database: Database) -> None:
        self._rules = database["seconding_rules"]

    async def prepare(self) -> None:
        rule = STARTING_RULE.model_dump(mode="json")
        await self._rules.update_one({"_id": rule["effective_from"]}, {"$setOnInsert": rule}, upsert=True)

    async def on(self, day: date) -> SecondingRule:
        """The rule in force on a day."""
        row = await self._rules.find_one({"_id": {"$lte": day.isoformat()}}, sort=[("_id", -1)])
        return SecondingRule.model_validate(row)
