"""Where money is kept: envelopes, committee decisions, spendings, and the ledger."""

from uuid import NAMESPACE_URL, UUID, uuid5

from services.welfare.domain.budget_years import BudgetYear
from services.welfare.domain.envelopes import Envelope
from services.welfare.domain.ledger import JournalEntry
from services.welfare.domain.spendings import Allowance, FundDecision, Spending
from services.welfare.errors.funds import EnvelopeMissing
from shared.contracts.welfare.funds import Category
from shared.directory import Directory
from shared.store import Foundation, Store


class EnvelopeStore(Store[Envelope]):
    model = Envelope
    collection = "envelopes"
    what = "envelope"
    unit = "unit_id"

    def __init__(self, foundation: Foundation, directory: Directory) -> None:
        super().__init__(foundation)
        self._directory = directory

    async def prepare(self) -> None:
        await self.documents.create_index([("year", 1), ("category", 1), ("unit_id", 1)], unique=True)
        await self.documents.create_index([("year", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])

    async def paying(self, year: int, category: Category, unit_id: UUID | None) -> UUID:
        """Which one pays for a unit: its own, the nearest upwards, else the school's. Raises EnvelopeMissing."""
        line = await self._directory.known_line_of(unit_id)
        rows = await self.documents.find(
            {"year": year, "category": category.value, "unit_id": {"$in": line}}, {"unit_id": 1}
        ).to_list(None)
        if not rows:
            raise EnvelopeMissing(year=year, category=category.value)
        nearest: UUID = min(rows, key=lambda row: line.index(row["unit_id"]))["_id"]
        return nearest


class BudgetYearStore(Store[BudgetYear]):
    model = BudgetYear
    collection = "budget_years"
    what = "budget year"

    @staticmethod
    def identity(year: int) -> UUID:
        return uuid5(NAMESPACE_URL, f"budget year {year}")

    async def of(self, year: int) -> UUID:
        """The id of the year, which is there from now on."""
        made = BudgetYear(id=self.identity(year), year=year)
        fields = {"version": 1, **self._fields(made)}
        await self.documents.update_one({"_id": made.id}, {"$setOnInsert": fields}, upsert=True)
        return made.id


class FundDecisionStore(Store[FundDecision]):
    model = FundDecision
    collection = "fund_decisions"
    what = "fund decision"


class SpendingStore(Store[Spending]):
    model = Spending
    collection = "spendings"
    what = "spending"
    unit = "unit_id"
    mentions = ("approved_by", "paid_by")

    async def prepare(self) -> None:
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index([("envelope_id", 1), ("_id", -1)])
        await self.documents.create_index([("subject_id", 1), ("_id", -1)])


class AllowanceStore(Store[Allowance]):
    model = Allowance
    collection = "allowances"
    what = "allowance"

    async def of(self, member_id: UUID, about: str, year: int) -> UUID:
        """The id of the member's allowance, which is there from now on."""
        mark = self.blind("id", f"{member_id}/{about}/{year}")
        identity = UUID(bytes=mark[:16])
        await self.documents.update_one({"_id": identity}, {"$setOnInsert": {"version": 1, "used_fen": 0}}, upsert=True)
        return identity


class JournalStore(Store[JournalEntry]):
    model = JournalEntry
    collection = "journal"
    what = "journal entry"
    unit = "unit_id"
    mentions = ("posted_by",)

    async def prepare(self) -> None:
        await self.documents.create_index([("year", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index([("lines.envelope_id", 1), ("_id", -1)])
