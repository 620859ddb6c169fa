"""Where members are kept."""

import re
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from services.members.domain.members import Member
from services.members.domain.search import normalised, search_keys
from shared.contracts.members import Employment
from shared.directory import MemberUnknown
from shared.mongo import Document
from shared.store import Store, Versioned

_BATCH = 500


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

    async def opened(self, staff_numbers: Sequence[str]) -> dict[str, Versioned[Member]]:
        """By staff number, with what is sealed: for whoever puts it on record."""
        rows = await self.documents.find({"staff_number": {"$in": list(staff_numbers)}}).to_list(None)
        keys = await self._foundation.keyring.find(row["_id"] for row in rows)
        return {row["staff_number"]: self._versioned(row, keys) for row in rows}

    async def all_opened(self) -> AsyncIterator[Member]:
        """Every member who was not erased, with what is sealed: for whoever puts it on record."""
        batch: list[Document] = []
        async for row in self.documents.find({"erased_at": None}).sort("_id", 1):
            batch.append(row)
            if len(batch) == _BATCH:
                for member in await self._all(batch):
                    yield member
                batch = []
        for member in await self._all(batch):
            yield member

    async def _all(self, rows: Sequence[Document]) -> list[Member]:
        keys = await self._foundation.keyring.find(row["_id"] for row in rows)
        return [self._versioned(row, keys).state for row in rows]

    async def numbers_in_post(self) -> set[str]:
        where = {"employment": Employment.IN_POST.value, "erased_at": None}
        return {row["staff_number"] async for row in self.documents.find(where, {"staff_number": 1})}

    async def has_left(self, member_id: UUID) -> bool:
        return await self.documents.find_one({"_id": member_id, "employment": Employment.LEFT.value}) is not None

    async def in_post(self, unit_id: UUID) -> int:
        where = {"unit_id": unit_id, "employment": Employment.IN_POST.value}
        return int(await self.documents.count_documents(where))

    async def require(self, member_ids: Sequence[UUID], field: str) -> None:
        """Raises MemberUnknown where one of them does not exist or was erased."""
        where = {"_id": {"$in": list(member_ids)}, "erased_at": None}
        if await self.documents.count_documents(where) != len(set(member_ids)):
            raise MemberUnknown(field=field)
