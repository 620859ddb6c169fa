"""Where proposals are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.proposals.domain import Proposal, SecondingRule
from shared.auth import Principal
from shared.directory import Directory
from shared.mongo import Database
from shared.roles import Role
from shared.service import Stores
from shared.store import Foundation, Store

SEES_ALL = (Role.PROPOSAL_COMMITTEE, Role.UNION_OFFICER, Role.SCHOOL_LEADER)

STARTING_RULE = SecondingRule(
    effective_from=date(2000, 1, 1),
    minimum=2,
    source="Common practice of staff congresses: two delegates second. Replace it by the school's own rules.",
)


class ProposalStore(Store[Proposal]):
    model = Proposal
    collection = "proposals"
    what = "proposal"

    async def prepare(self) -> None:
        await self.documents.create_index([("proposer_id", 1), ("_id", -1)])
        await self.documents.create_index([("seconder_ids", 1), ("_id", -1)])
        await self.documents.create_index([("state", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])


def visible_to(caller: Principal) -> Mapping[str, Any]:
    """The committee and the officers see every proposal, others those that they have filed or second."""
    if caller.everywhere(*SEES_ALL):
        return {}
    return {"$or": [{"proposer_id": caller.id}, {"seconder_ids": caller.id}]}


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


@dataclass(frozen=True)
class ProposalsStores(Stores):
    proposals: ProposalStore
    rules: SecondingRules
    directory: Directory


def wire(foundation: Foundation) -> ProposalsStores:
    database = foundation.database
    return ProposalsStores(ProposalStore(foundation), SecondingRules(database), Directory(database))
