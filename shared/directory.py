"""A service's own copy of who there is: units, members and roles, kept by the members service's events.

Public facts only: ids, units and roles. A document takes an event only when its sequence is newer, so that
repeats and late-comers change nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from pymongo import UpdateOne

from shared.contracts.base import DomainEvent
from shared.contracts.members import (
    Employment,
    MemberJoined,
    RoleGranted,
    RoleRevoked,
    UnitEstablished,
    UnitRenamed,
)
from shared.errors import Conflict, Text
from shared.handlers import Batch, Handlers, NotYet, repeatable
from shared.mongo import Collection, Database
from shared.reads import SharedReads
from shared.roles import Role


class KnownMember(NamedTuple):
    id: UUID
    unit_id: UUID
    employment: Employment


@dataclass(eq=False)
class MemberUnknown(Conflict):
    title = Text(zh="会员不存在", en="There is no such member")
    detail = Text(
        zh="字段 {field} 所指的会员不存在，或其登记尚未送达本服务",
        en="The member that {field} names does not exist, or has not become known here yet",
    )

    field: str


class UnitNotKnownYet(NotYet):
    """The event that establishes the unit has not been heard yet."""


class Directory:
    def __init__(self, database: Database) -> None:
        self.units: Collection = database["directory_units"]
        self.members: Collection = database["directory_members"]
        self.roles: Collection = database["directory_roles"]
        self._known: SharedReads[UUID, KnownMember] = SharedReads(self._read_known)

    async def prepare(self) -> None:
        await self.units.create_index("parent_id")
        await self.roles.create_index([("unit_id", 1), ("role", 1)])
        await self.roles.create_index([("member_id", 1), ("role", 1)])

    async def keep(self, batch: Batch[DomainEvent]) -> None:
        """Take in events of the members service."""
        writes: dict[str, list[UpdateOne]] = {}
        for received in batch:
            collection, identity = _KEPT[type(received.event)]
            fields = received.event.model_dump()
            write = newer(fields.pop(identity), received.envelope.sequence, fields)
            writes.setdefault(collection, []).append(write)
        for collection, operations in writes.items():
            await getattr(self, collection).bulk_write(operations)

    async def member(self, member_id: UUID, field: str) -> KnownMember:
        """Raises MemberUnknown, which names the request's field."""
        found = await self.known([member_id])
        if member_id not in found:
            raise MemberUnknown(field=field)
        return found[member_id]

    async def known(self, member_ids: Iterable[UUID]) -> dict[UUID, KnownMember]:
        """Those of the members that exist, by id."""
        return await self._known.find(member_ids)

    async def _read_known(self, member_ids: list[UUID]) -> dict[UUID, KnownMember]:
        rows = await self.members.find({"_id": {"$in": member_ids}}).to_list(None)
        return {row["_id"]: KnownMember(row["_id"], row["unit_id"], Employment(row["employment"])) for row in rows}

    async def units_below(self, unit_ids: Sequence[UUID]) -> list[UUID]:
        """The units and everything that lies below them."""
        if not unit_ids:
            return []
        rows = await self.units.aggregate(
            [
                {"$match": {"_id": {"$in": list(unit_ids)}}},
                {
                    "$graphLookup": {
                        "from": self.units.name,
                        "startWith": "$_id",
                        "connectFromField": "_id",
                        "connectToField": "parent_id",
                        "as": "below",
                    }
                },
                {"$project": {"below._id": 1}},
            ]
        ).to_list(None)
        found = set(unit_ids)
        for row in rows:
            found.update(unit["_id"] for unit in row["below"])
        return sorted(found)

    async def among(self, member_ids: Iterable[UUID], role: Role, on: date) -> set[UUID]:
        """Those of the members that hold the role on that day, wherever."""
        rows = await self.roles.find(
            {"member_id": {"$in": list(member_ids)}, "role": role.value, **_in_force(on)}
        ).to_list(None)
        return {row["member_id"] for row in rows}

    async def branch_of(self, unit_id: UUID) -> UUID | None:
        """The nearest unit with a branch union, from the unit upwards; None when there is none above it.

        Raises UnitNotKnownYet.
        """
        current: UUID | None = unit_id
        while current is not None:
            unit = await self.units.find_one({"_id": current})
            if unit is None or "branch_union" not in unit:
                raise UnitNotKnownYet
            if unit["branch_union"]:
                return current
            current = unit["parent_id"]
        return None

    async def holders(self, unit_ids: Iterable[UUID], roles: Iterable[Role], on: date) -> dict[UUID, set[UUID]]:
        """Who holds one of the roles in exactly these units on that day: members by unit."""
        rows = await self.roles.find(
            {
                "unit_id": {"$in": list(unit_ids)},
                "role": {"$in": [role.value for role in roles]},
                **_in_force(on),
            }
        ).to_list(None)
        found: dict[UUID, set[UUID]] = {}
        for row in rows:
            found.setdefault(row["unit_id"], set()).add(row["member_id"])
        return found


def _in_force(on: date) -> dict[str, Any]:
    day = on.isoformat()
    return {"from_date": {"$lte": day}, "$or": [{"until_date": None}, {"until_date": {"$gt": day}}]}


_KEPT: Mapping[type[DomainEvent], tuple[str, str]] = {
    UnitEstablished: ("units", "unit_id"),
    UnitRenamed: ("units", "unit_id"),
    MemberJoined: ("members", "member_id"),
    RoleGranted: ("roles", "assignment_id"),
    RoleRevoked: ("roles", "assignment_id"),
}
"""Which collection keeps an event, under which of its fields."""


def newer(identity: UUID, sequence: str, fields: dict[str, Any]) -> UpdateOne:
    """Merge the fields into the document, unless it has seen this sequence or a later one."""
    merged = {"$mergeObjects": ["$$ROOT", {"$literal": {**fields, "sequence": sequence}}]}
    seen = {"$gte": [{"$ifNull": ["$sequence", ""]}, sequence]}
    return UpdateOne({"_id": identity}, [{"$replaceWith": {"$cond": [seen, "$$ROOT", merged]}}], upsert=True)


class HasDirectory(Protocol):
    @property
    def directory(self) -> Directory: ...


async def keep_directory(stores: HasDirectory, batch: Batch[DomainEvent]) -> None:
    await stores.directory.keep(batch)


DIRECTORY_HANDLERS: Handlers[HasDirectory] = {event: repeatable(keep_directory) for event in _KEPT}
"""The part of a service's handlers that keeps its directory."""
