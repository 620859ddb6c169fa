"""A service's own copy of how to address members: from the restricted events of the members service."""

from collections.abc import AsyncIterator, Iterable
from datetime import date
from typing import NamedTuple, Protocol
from uuid import UUID

from shared.contracts.members import Language, MemberAddressChanged, MemberJoinedRestricted
from shared.handlers import Batch, Handlers, repeatable
from shared.mongo import Collection, Database, Document, newer


class Person(NamedTuple):
    name: str
    language: Language


class People:
    def __init__(self, database: Database) -> None:
        self._people: Collection = database["people"]

    async def prepare(self) -> None:
        """By id only."""

    async def keep(self, addresses: Iterable[tuple[UUID, str, Person]]) -> None:
        writes = [newer(member, sequence, person._asdict()) for member, sequence, person in addresses]
        await self._people.bulk_write(writes)

    async def find(self, member_ids: Iterable[UUID]) -> dict[UUID, Person]:
        named = {"_id": {"$in": list(set(member_ids))}, "name": {"$ne": None}}
        rows = await self._people.find(named).to_list(None)
        return {row["_id"]: Person(row["name"], row["language"]) for row in rows}

    kind = "address"

    async def holdings(self, person: UUID) -> AsyncIterator[Document]:
        for found in (await self.find([person])).values():
            yield {"kind": self.kind, **found._asdict()}

    async def newest(self, person: UUID) -> date | None:
        """No rule holds an address."""
        return None

    async def erase(self, person: UUID) -> int:
        written = await self._people.update_one({"_id": person}, {"$set": {"name": None, "language": None}})
        return written.modified_count

    async def expire(self, before: date) -> int:
        """An address is kept for as long as the member is one."""
        return 0


class HasPeople(Protocol):
    @property
    def people(self) -> People: ...


async def keep_people(stores: HasPeople, batch: Batch[MemberJoinedRestricted | MemberAddressChanged]) -> None:
    await stores.people.keep(
        (heard.event.member_id, heard.envelope.sequence, Person(heard.event.name, heard.event.language))
        for heard in batch
    )


PEOPLE_HANDLERS: Handlers[HasPeople] = {
    MemberJoinedRestricted: repeatable(keep_people),
    MemberAddressChanged: repeatable(keep_people),
}
"""The part of a service's handlers that keeps the names of its people."""
