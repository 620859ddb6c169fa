"""Where members are kept."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date
from uuid import UUID

from services.members.domain.members import Member
from services.members.domain.search import normalised, search_keys
from shared.contracts.members import Employment
from shared.directory import MemberUnknown
from shared.mongo import Document
from shared.retention import RetentionRule
from shared.store import Store, Versioned

_BATCH = 500
OPEN: Document = {"until_date": None}
"""The episode that goes on."""

MEMBERS_KEPT = RetentionRule(
    kind="member",
    years=2,
    effective_from=date(2021, 11, 1),
    source="个人信息保护法, article 19: no longer than it is needed. Birth, telephone and e-mail go two years after "
    "somebody has left the college or the union, which is our choice; a school may differ.",
)

Record = Callable[[Sequence[UUID]], Awaitable[None]]
"""Puts on record whose sealed fields are about to be opened."""


class MemberStore(Store[Member]):
    model = Member
    collection = "members"
    what = "member"
    unit = "unit_id"
    parties = ("_id",)
    person = "id"

    async def prepare(self) -> None:
        await self.documents.create_index("staff_number", unique=True)
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index([("derived.search", 1), ("_id", -1)])
        for field in ("phone", "email"):
            await self.documents.create_index(f"blind.{field}", sparse=True)

    def derived(self, state: Member) -> Document:
        if state.erased_at is not None:
            return {}
        return {"search": search_keys(state.name, state.staff_number)}

    def matching(self, text: str) -> Document:
        """The condition that a search begins with the text."""
        return {"derived.search": {"$regex": f"^{re.escape(normalised(text))}"}}

    async def opened(self, staff_numbers: Sequence[str], record: Record) -> dict[str, Versioned[Member]]:
        """By staff number, with what is sealed, after it was put on record whose that is."""
        rows = await self.documents.find({"staff_number": {"$in": list(staff_numbers)}}).to_list(None)
        await record([row["_id"] for row in rows])
        keys = await self._foundation.keyring.find(row["_id"] for row in rows)
        return {row["staff_number"]: self._versioned(row, keys) for row in rows}

    async def all_opened(self, record: Record) -> AsyncIterator[Member]:
        """Every member who was not erased, with what is sealed, after it was put on record whose that is."""
        batch: list[Document] = []
        async for row in self.documents.find({"erased_at": None}).sort("_id", 1):
            batch.append(row)
            if len(batch) == _BATCH:
                for member in await self._all(batch, record):
                    yield member
                batch = []
        for member in await self._all(batch, record):
            yield member

    async def _all(self, rows: Sequence[Document], record: Record) -> list[Member]:
        await record([row["_id"] for row in rows])
        keys = await self._foundation.keyring.find(row["_id"] for row in rows)
        return [self._versioned(row, keys).state for row in rows]

    async def numbers_in_post(self) -> set[str]:
        where = {"employment": Employment.IN_POST.value, "erased_at": None}
        return {row["staff_number"] async for row in self.documents.find(where, {"staff_number": 1})}

    async def expire(self, before: date) -> int:
        """What is sealed of who left before the day."""
        day = before.isoformat()
        gone = {"employment": Employment.LEFT.value, "history": {"$elemMatch": OPEN | {"from_date": {"$lt": day}}}}
        where = {"$and": [{"$or": [gone, {"left_union_on": {"$lt": day}}]}, {"erased_at": None}]}
        return await self._forget(where)

    async def is_gone(self, member_id: UUID) -> bool:
        """Has left the college or the union, or was erased: their roles count no more."""
        left = [{"employment": Employment.LEFT.value}, {"left_union_on": {"$ne": None}}, {"erased_at": {"$ne": None}}]
        return await self.documents.find_one({"_id": member_id, "$or": left}, {"_id": 1}) is not None

    async def in_post(self, unit_id: UUID) -> int:
        where = {"unit_id": unit_id, "employment": Employment.IN_POST.value}
        return int(await self.documents.count_documents(where))

    async def exist(self, member_ids: Sequence[UUID]) -> bool:
        """Whether one of them is a member, or was before the erasure."""
        return await self.documents.find_one({"_id": {"$in": list(member_ids)}}, {"_id": 1}) is not None

    async def require(self, member_ids: Sequence[UUID], field: str) -> None:
        """Raises MemberUnknown where one of them does not exist or was erased."""
        where = {"_id": {"$in": list(member_ids)}, "erased_at": None}
        if await self.documents.count_documents(where) != len(set(member_ids)):
            raise MemberUnknown(field=field)
