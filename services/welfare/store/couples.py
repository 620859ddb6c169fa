"""Who is married to whom (双职工), as the members service says: for rules by household, and shown to nobody."""

from collections.abc import AsyncIterator, Iterable
from datetime import date
from uuid import UUID

from shared.mongo import Collection, Database, Document, newer


class Couples:
    """`ended` stays beside the two: an event that comes late must not marry them again."""

    kind = "couple"

    def __init__(self, database: Database) -> None:
        self._couples: Collection = database["couples"]

    async def prepare(self) -> None:
        await self._couples.create_index("member_ids")

    async def keep(self, couples: Iterable[tuple[UUID, str, tuple[UUID, ...], bool]]) -> None:
        """The couple, the sequence of its event, the two, and whether they are one no more."""
        writes = [
            newer(couple, sequence, {"member_ids": list(members), "ended": ended})
            for couple, sequence, members, ended in couples
        ]
        await self._couples.bulk_write(writes)

    async def household(self, member_id: UUID) -> frozenset[UUID]:
        """Whom the member is married to: one, or nobody."""
        rows = await self._couples.find({"member_ids": member_id, "ended": False}).to_list(None)
        return frozenset(each for row in rows for each in row["member_ids"]) - {member_id}

    async def holdings(self, person: UUID) -> AsyncIterator[Document]:
        async for row in self._couples.find({"member_ids": person}):
            yield {"kind": self.kind, "member_ids": [str(each) for each in row["member_ids"]], "ended": row["ended"]}

    async def newest(self, person: UUID) -> date | None:
        """No rule holds it."""
        return None

    async def erase(self, person: UUID) -> int:
        written = await self._couples.update_many({"member_ids": person}, {"$set": {"member_ids": [], "ended": True}})
        return written.modified_count

    async def expire(self, before: date) -> int:
        """It is kept for as long as they are members."""
        return 0
