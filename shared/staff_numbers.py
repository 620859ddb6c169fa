"""Whose staff number it is, by its mark: so that a list or a sheet can name members.

The number itself is not kept, and cannot be had from the mark.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import date
from typing import Protocol
from uuid import UUID

from shared.contracts.members import MemberJoinedRestricted
from shared.handlers import Batch
from shared.mongo import Collection, Database, Document, newer
from shared.sealing import MasterKeys


class StaffNumbers:
    kind = "staff number"

    def __init__(self, database: Database, masters: MasterKeys) -> None:
        self._rows: Collection = database["staff_numbers"]
        self._masters = masters

    async def prepare(self) -> None:
        await self._rows.create_index("mark")

    async def keep(self, numbers: Iterable[tuple[UUID, str, str]]) -> None:
        """Of members, in the order of the sequences: (member, sequence, staff number)."""
        writes = [newer(member, sequence, {"mark": self._mark(number)}) for member, sequence, number in numbers]
        await self._rows.bulk_write(writes)

    async def members(self, numbers: Iterable[str]) -> dict[str, list[UUID]]:
        """Whom this service knows by the numbers."""
        marks: Mapping[bytes, str] = {self._mark(number): number for number in set(numbers)}
        found: dict[str, list[UUID]] = {}
        async for row in self._rows.find({"mark": {"$in": list(marks)}}):
            found.setdefault(marks[bytes(row["mark"])], []).append(row["_id"])
        return found

    def _mark(self, number: str) -> bytes:
        return self._masters.blind("staff_number", number)

    async def holdings(self, person: UUID) -> AsyncIterator[Document]:
        if await self._rows.find_one({"_id": person, "mark": {"$ne": None}}):
            yield {"kind": self.kind, "kept_as": "blind index"}

    async def newest(self, person: UUID) -> date | None:
        """No rule holds a mark."""
        return None

    async def erase(self, person: UUID) -> int:
        """The row stays, so that an event that comes late brings nothing back."""
        written = await self._rows.update_one({"_id": person}, {"$set": {"mark": None}})
        return written.modified_count

    async def expire(self, before: date) -> int:
        """A mark is kept for as long as the member is one."""
        return 0


class HasStaffNumbers(Protocol):
    @property
    def staff_numbers(self) -> StaffNumbers: ...


async def keep_staff_numbers(stores: HasStaffNumbers, batch: Batch[MemberJoinedRestricted]) -> None:
    await stores.staff_numbers.keep(
        (heard.event.member_id, heard.envelope.sequence, heard.event.staff_number) for heard in batch
    )
