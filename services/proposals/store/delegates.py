"""Where delegates and delegations are kept."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from services.proposals.domain.delegate_sheets import folded
from services.proposals.domain.delegates import Delegate, DelegateImport, Delegation
from shared.errors import AlreadyExists
from shared.mongo import Document
from shared.reads import SharedReads
from shared.store import Foundation, Store


class DelegationStore(Store[Delegation]):
    model = Delegation
    collection = "delegations"
    what = "delegation"
    unit = "unit_id"
    mentions = ("leader_id",)

    async def prepare(self) -> None:
        await self.documents.create_index([("term_id", 1), ("derived.folded", 1)], name="one_of_a_name", unique=True)
        await self.documents.create_index([("term_id", 1), ("_id", -1)])
        await self.documents.create_index("leader_id")

    def derived(self, state: Delegation) -> Document:
        return {"folded": folded(state.name)}

    async def require_free(self, term_id: UUID, name: str, *, but: UUID | None = None) -> None:
        """Raises AlreadyExists where another delegation of the term has the name."""
        where = {"term_id": term_id, "derived.folded": folded(name), "_id": {"$ne": but}}
        if await self.documents.find_one(where, {"_id": 1}):
            raise AlreadyExists(field="name")

    async def by_name(self, term_id: UUID) -> dict[str, Delegation]:
        """The delegations of a term by their names, as a sheet would write them."""
        return {
            row["derived"]["folded"]: self._versioned(row).state
            async for row in self.documents.find({"term_id": term_id})
        }


class DelegateStore(Store[Delegate]):
    """Delegates on a day. Whether the term runs on it is the term's to say (`Term.runs_on`)."""

    model = Delegate
    collection = "delegates"
    what = "delegate"
    unit = "body_unit_id"
    parties = ("member_id",)

    def __init__(self, foundation: Foundation) -> None:
        super().__init__(foundation)
        self._rows_of: SharedReads[UUID, list[Document]] = SharedReads(self._read_rows)

    async def prepare(self) -> None:
        await self.documents.create_index(
            [("term_id", 1), ("member_id", 1)],
            name="one_at_a_time",
            unique=True,
            partialFilterExpression={"ended_on": None},
        )
        await self.documents.create_index([("term_id", 1), ("member_id", 1), ("elected_on", 1)])
        await self.documents.create_index([("member_id", 1), ("_id", -1)])
        await self.documents.create_index([("term_id", 1), ("_id", -1)])
        await self.documents.create_index([("delegation_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])

    async def of_term(self, term_id: UUID, member_ids: Iterable[UUID], on: date) -> dict[UUID, Delegate]:
        """Those of the members who are delegates of the term on that day."""
        where = {"term_id": term_id, "member_id": {"$in": list(set(member_ids))}, **seated_on(on)}
        return {row["member_id"]: self._versioned(row).state async for row in self.documents.find(where)}

    async def due(self, term_id: UUID, on: date) -> int:
        """How many delegates the term has on that day."""
        return int(await self.documents.count_documents({"term_id": term_id, **seated_on(on)}))

    async def of_delegation(self, delegation_id: UUID, on: date) -> dict[UUID, Delegate]:
        """The delegates of a delegation on that day, by member."""
        where = {"delegation_id": delegation_id, **seated_on(on)}
        return {row["member_id"]: self._versioned(row).state async for row in self.documents.find(where)}

    async def delegations_of(self, term_id: UUID, member_ids: Iterable[UUID], on: date) -> dict[UUID, UUID]:
        """In which delegation each of the members sits on that day, of those who sit in one."""
        found = await self.of_term(term_id, member_ids, on)
        return {member: delegate.delegation_id for member, delegate in found.items() if delegate.delegation_id}

    async def leader_of(self, delegation: Delegation, on: date) -> UUID | None:
        """Who leads it on that day; None where nobody was chosen, or who was is none of its delegates then."""
        if delegation.leader_id is None:
            return None
        found = await self.of_term(delegation.term_id, [delegation.leader_id], on)
        leader = found.get(delegation.leader_id)
        return leader.member_id if leader and leader.delegation_id == delegation.id else None

    async def seated_in(self, term_id: UUID) -> dict[UUID, Delegate]:
        """Those who have not left, by member."""
        found = self.documents.find({"term_id": term_id, "ended_on": None})
        return {row["member_id"]: self._versioned(row).state async for row in found}

    async def left(self, term_id: UUID) -> set[UUID]:
        """Who left the term once, whether seated again or not."""
        found = self.documents.find({"term_id": term_id, "ended_on": {"$ne": None}}, {"member_id": 1})
        return {row["member_id"] async for row in found}

    async def left_on(self, term_id: UUID, member_id: UUID) -> date | None:
        """When the member left the term last, if ever."""
        where = {"term_id": term_id, "member_id": member_id, "ended_on": {"$ne": None}}
        row = await self.documents.find_one(where, {"ended_on": 1}, sort=[("ended_on", -1)])
        return date.fromisoformat(row["ended_on"]) if row else None

    async def seats_of(self, member_id: UUID) -> list[Delegate]:
        """Those that the member has not left, of whatever term."""
        found = self.documents.find({"member_id": member_id, "ended_on": None})
        return [self._versioned(row).state async for row in found]

    async def terms_of(self, member_id: UUID, on: date) -> set[UUID]:
        """The terms of which the member is a delegate on that day. Asked for each request: reads are shared."""
        rows = (await self._rows_of.find([member_id])).get(member_id, [])
        day = on.isoformat()
        return {
            row["term_id"]
            for row in rows
            if row["elected_on"] <= day and (row["ended_on"] is None or day < row["ended_on"])
        }

    async def _read_rows(self, member_ids: list[UUID]) -> dict[UUID, list[Document]]:
        fields = {"member_id": 1, "term_id": 1, "elected_on": 1, "ended_on": 1}
        found: dict[UUID, list[Document]] = {}
        for row in await self.documents.find({"member_id": {"$in": member_ids}}, fields).to_list(None):
            found.setdefault(row["member_id"], []).append(row)
        return found


def seated_on(day: date) -> Document:
    return {
        "elected_on": {"$lte": day.isoformat()},
        "$or": [{"ended_on": None}, {"ended_on": {"$gt": day.isoformat()}}],
    }


class DelegateImportStore(Store[DelegateImport]):
    model = DelegateImport
    collection = "delegate_imports"
    what = "import of delegates"
    unit = "unit_id"
    mentions = ("imported_by",)

    async def prepare(self) -> None:
        await self.documents.create_index([("term_id", 1), ("_id", -1)])
        await self.documents.create_index("imported_by")
