"""Where hardship grants are kept: rounds, applications, what they claim, objections and the rules."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from services.welfare.domain.grants import GrantApplication, State
from services.welfare.domain.grants_claims import GrantClaim
from services.welfare.domain.grants_decisions import end_notice, notice_ends_at
from services.welfare.domain.grants_figures import GrantFigures, Payment, counted
from services.welfare.domain.grants_objections import GrantObjection
from services.welfare.domain.grants_rounds import GrantRound
from services.welfare.domain.grants_rules import GradeAmount, GrantRule
from shared.access import NOTHING, Caller, any_of
from shared.aggregate import Decision
from shared.clock import begin_of
from shared.contracts.welfare.grants import HardshipKind
from shared.due_work import DueStore
from shared.errors import NothingHere
from shared.mongo import Document, in_batches
from shared.retention import RetentionRule
from shared.roles import Role
from shared.rules import RuleStore
from shared.store import Store

GRANTS_KEPT = RetentionRule(
    kind="hardship application",
    years=30,
    effective_from=date(2016, 1, 1),
    # Who asks for an erasure is told this, and so is an administrator: it must not say what is kept.
    source="会计档案管理办法 (财政部 国家档案局令第79号): vouchers are kept for 30 years. A school may differ.",
)
OBJECTIONS_KEPT = RetentionRule(
    kind="grant objection",
    years=3,
    effective_from=date(2021, 11, 1),
    source="个人信息保护法, article 19: no longer than it is needed. Three years are our choice; a school may differ.",
)
EVIDENCE_KEPT = RetentionRule(
    kind="evidence file",
    years=3,
    effective_from=date(2021, 11, 1),
    source="个人信息保护法, article 19: no longer than it is needed. Three years are our choice; a school may differ.",
)

_AT_ONCE = 200


class GrantRules(RuleStore[GrantRule]):
    model = GrantRule
    collection = "grant_rules"
    what = "hardship rule"
    starting: ClassVar[dict[str, object]] = {
        "effective_from": date(2000, 1, 1),
        "grades": (
            GradeAmount(grade="A", amount_fen=500_000),
            GradeAmount(grade="B", amount_fen=300_000),
            GradeAmount(grade="C", amount_fen=100_000),
        ),
        "notice_days": 5,
        "once_a_year": True,
        "couple_once": True,
        "aid_excluded": True,
        "evidence_at_least": 1,
        "evidence_at_most": 10,
        "evidence_bytes": 10_000_000,
        "source": (
            "基层工会经费收支管理办法 (总工办发〔2017〕32号), which leaves grades and amounts to the school; the five "
            "working days of notice are common practice. Amounts and limits are our choice: replace them by your own."
        ),
    }


class GrantRoundStore(DueStore[GrantRound]):
    model = GrantRound
    collection = "grant_rounds"
    what = "hardship round"
    unit = "unit_id"

    def due_at(self, state: GrantRound) -> datetime | None:
        return state.due_at

    def fall_due(self, state: GrantRound, at: datetime) -> Decision[GrantRound]:
        return state.fall_due(at)


class GrantApplicationStore(DueStore[GrantApplication]):
    model = GrantApplication
    collection = "grant_applications"
    what = "hardship application"
    unit = "unit_id"
    parties = ("member_id", "filed_by")
    mentions = ("reviewed_by", "graded_by", "decided_by", "paid_by")
    person = "member_id"
    dated = "opened_on"

    async def prepare(self) -> None:
        await super().prepare()
        for field in ("member_id", "filed_by", "unit_id", "round_id", "state"):
            await self.documents.create_index([(field, 1), ("_id", -1)])
        for day in ("opened_on", "submitted_on", "paid_on"):
            await self.documents.create_index(day)

    def within(self, caller: Caller) -> Mapping[str, Any]:
        """A draft is seen by the member and by who files it for them, whatever the others look after."""
        theirs = caller.acting_as(Role.MEMBER).where(unit="", parties=self.parties)
        others = caller.acting_as(*(caller.roles - {Role.MEMBER})).where(unit=self.unit, parties=())
        handed_in = {"$and": [others, {"state": {"$ne": State.DRAFT.value}}]} if others != NOTHING else NOTHING
        return any_of(theirs, handed_in)

    def due_at(self, state: GrantApplication) -> datetime | None:
        return notice_ends_at(state)

    def fall_due(self, state: GrantApplication, at: datetime) -> Decision[GrantApplication]:
        return end_notice(state, at=at)

    async def newest(self, person: UUID) -> date | None:
        """What was handed in, by the member themself. Nobody is held by what they have filed for others."""
        handed_in = {self.person: person, "submitted_on": {"$ne": None}}
        found = await self.documents.find_one(handed_in, {self.dated: 1}, sort=[(self.dated, -1)])
        return date.fromisoformat(found[self.dated]) if found else None

    async def kind_of(self, application_id: UUID) -> HardshipKind:
        """By its mark: it is not opened for that. Raises NothingHere, also where it was erased."""
        found = await self.documents.find_one({"_id": application_id}, {"blind": 1})
        kind = self._kinds().get((found or {}).get("blind", {}).get("kind"))
        if kind is None:
            raise NothingHere(what=self.what)
        return kind

    async def figures(self, year: int) -> GrantFigures:
        """What is sealed is opened to be added up, and is shown to nobody."""
        first, last = date(year, 1, 1).isoformat(), date(year, 12, 31).isoformat()
        rows = await self.documents.aggregate(
            [
                {"$match": {"submitted_on": {"$gte": first, "$lte": last}}},
                {"$group": {"_id": "$blind.kind", "number": {"$sum": 1}}},
            ]
        ).to_list(None)
        kinds = self._kinds()
        applications: dict[HardshipKind | None, int] = {}
        for row in rows:
            kind = kinds.get(row["_id"])
            applications[kind] = applications.get(kind, 0) + row["number"]
        paid: list[Payment] = []
        async for batch in in_batches(self.documents.find({"paid_on": {"$gte": first, "$lte": last}}), _AT_ONCE):
            paid += await self._payments(batch)
        return counted(year, applications, paid)

    async def _payments(self, batch: list[Document]) -> list[Payment]:
        keys = await self._foundation.keyring.find(row["member_id"] for row in batch)
        states = [self._versioned(row, keys).state for row in batch]
        return [Payment(state.member_id, state.kind, state.approved_fen) for state in states]

    def _kinds(self) -> dict[bytes, HardshipKind]:
        return {self.blind("kind", kind.value): kind for kind in HardshipKind}


class GrantClaimStore(Store[GrantClaim]):
    model = GrantClaim
    collection = "grant_claims"
    what = "hardship claim"
    mentions = ("applicant_id",)

    async def prepare(self) -> None:
        await self.documents.create_index("applicant_id")

    def id_of(self, member_id: UUID, kind: HardshipKind, year: int) -> UUID:
        """The same for the same, and says nothing of it to who does not know them."""
        return UUID(bytes=self.blind("id", f"{member_id} {kind.value} {year}")[:16])

    async def there_are(self, ids: list[UUID]) -> set[UUID]:
        return {row["_id"] async for row in self.documents.find({"_id": {"$in": ids}}, {"_id": 1})}


class GrantObjectionStore(Store[GrantObjection]):
    """The applicant is no party: they are not to see it, also where they hold a role that reaches everything."""

    model = GrantObjection
    collection = "grant_objections"
    what = "grant objection"
    parties = ("objector_id",)
    mentions = ("ruled_by",)
    person = "objector_id"

    async def prepare(self) -> None:
        await self.documents.create_index([("objector_id", 1), ("_id", -1)])
        await self.documents.create_index([("application_id", 1), ("_id", -1)])

    async def expire(self, before: date) -> int:
        """By the day on which it was filed."""
        return await self._forget({"filed_at": {"$lt": begin_of(before)}})
