"""A service's own copy of who there is: units, members and roles, kept by the members service's events.

Public facts only: ids, units and roles. A document takes an event only when its sequence is newer, so that
repeats and late-comers change nothing.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from pymongo import UpdateOne

from shared.contracts.base import DomainEvent
from shared.contracts.members import (
    Employment,
    MemberDeparted,
    MemberJoined,
    MemberReinstated,
    MemberRetired,
    MembershipEnded,
    MembershipResumed,
    MemberTransferred,
    RoleGranted,
    RoleRevoked,
    UnitBranchUnionChanged,
    UnitClosed,
    UnitEstablished,
    UnitKind,
    UnitMoved,
    UnitRenamed,
)
from shared.contracts.persons import MemberErased
from shared.errors import Conflict, Text
from shared.handlers import Batch, Handlers, NotYet, repeatable
from shared.mongo import Collection, Database, Document, newer
from shared.reads import SharedReads
from shared.roles import Grant, Permit, Role


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


@dataclass(eq=False)
class UnitNotKnown(Conflict):
    title = Text(zh="单位不存在", en="There is no such unit")
    detail = Text(
        zh="字段 {field} 所指的单位不存在、已撤销，或其登记尚未送达本服务",
        en="The unit that {field} names does not exist, is closed, or has not become known here yet",
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
        self._roles_of: SharedReads[UUID, list[Document]] = SharedReads(self._read_roles)

    async def prepare(self) -> None:
        await self.units.create_index("parent_id")
        await self.members.create_index([("unit_id", 1), ("_id", 1)])
        await self.roles.create_index([("unit_id", 1), ("role", 1)])
        await self.roles.create_index([("member_id", 1), ("role", 1)])

    async def keep(self, batch: Batch[DomainEvent]) -> None:
        """Take in events of the members service."""
        writes: dict[str, list[UpdateOne]] = {}
        for received in batch:
            collection, identity = _KEPT[type(received.event)]
            fields = {**received.event.model_dump(), **_MEANS.get(type(received.event), {})}
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

    async def all_of(self, **named: Sequence[UUID]) -> dict[UUID, KnownMember]:
        """The members whom the fields of a request name, in one read. Raises MemberUnknown by the name of the field."""
        found = await self.known(member for members in named.values() for member in members)
        for field, members in named.items():
            if any(member not in found for member in members):
                raise MemberUnknown(field=field)
        return found

    async def known(self, member_ids: Iterable[UUID]) -> dict[UUID, KnownMember]:
        """Those of the members that exist, by id."""
        return await self._known.find(member_ids)

    async def _read_known(self, member_ids: list[UUID]) -> dict[UUID, KnownMember]:
        known = {"_id": {"$in": member_ids}, "erased": None, "unit_id": {"$ne": None}}
        rows = await self.members.find(known).to_list(None)
        return {row["_id"]: KnownMember(row["_id"], row["unit_id"], Employment(row["employment"])) for row in rows}

    async def members_of(
        self,
        unit_ids: Sequence[UUID] | None,
        employment: Iterable[Employment],
        *,
        also: Sequence[UUID] = (),
        but: Sequence[UUID] = (),
        after: UUID | None = None,
        limit: int,
    ) -> list[KnownMember]:
        """The next members of the union in exactly these units (None: in any), in the order of their ids.

        `also` are taken whatever their unit and employment, `but` are left out.
        """
        of_units: Document = {"employment": {"$in": [each.value for each in employment]}}
        if unit_ids is not None:
            of_units["unit_id"] = {"$in": list(unit_ids)}
        ids: Document = {"$nin": list(but), **({"$gt": after} if after else {})}
        standing = {"erased": None, "membership_ended": {"$ne": True}, "unit_id": {"$ne": None}}
        where = {"_id": ids, "$or": [of_units, {"_id": {"$in": list(also)}}], **standing}
        rows = await self.members.find(where).sort("_id", 1).limit(limit).to_list(limit)
        return [KnownMember(row["_id"], row["unit_id"], Employment(row["employment"])) for row in rows]

    kind = "directory entry"

    async def holdings(self, person: UUID) -> AsyncIterator[Document]:
        for collection, where in ((self.members, {"_id": person}), (self.roles, {"member_id": person})):
            async for row in collection.find(where):
                yield {"kind": self.kind, **{name: _text(value) for name, value in row.items() if name != "sequence"}}

    async def newest(self, person: UUID) -> date | None:
        """No rule holds an entry."""
        return None

    async def erase(self, person: UUID) -> int:
        """The unit stays, as figures count it; nobody can be named by the id any more."""
        written = await self.members.update_one({"_id": person}, {"$set": {"erased": True}})
        return written.modified_count

    async def expire(self, before: date) -> int:
        """An entry is kept for as long as the member is one."""
        return 0

    async def has_unit(self, unit_id: UUID, kind: UnitKind | None = None) -> bool:
        """Whether there is the unit, of that kind if one is given."""
        where = {"_id": unit_id, **({"kind": kind.value} if kind else {})}
        return await self.units.find_one(where, {"_id": 1}) is not None

    async def require_units(self, unit_ids: Iterable[UUID], *, field: str) -> None:
        """Raises UnitNotKnown, which names the request's field, where one of them is not there, or closed."""
        wanted = set(unit_ids)
        if wanted and await self.units.count_documents({"_id": {"$in": list(wanted)}, **OPEN_UNIT}) != len(wanted):
            raise UnitNotKnown(field=field)

    async def units_below(self, unit_ids: Sequence[UUID]) -> list[UUID]:
        """The units and everything that lies below them."""
        return await units_below(self.units, unit_ids)

    async def grants_of(self, member_id: UUID, on: date) -> frozenset[Grant]:
        """The roles that the member holds on that day, each with its scope."""
        found = await self._roles_of.find([member_id])
        day = on.isoformat()
        return frozenset(
            Grant(Role(role["role"]), role["unit_id"], frozenset(map(Permit, role.get("permits") or ())))
            for role in found.get(member_id, ())
            if role["from_date"] <= day and (role["until_date"] is None or role["until_date"] > day)
        )

    async def _read_roles(self, member_ids: list[UUID]) -> dict[UUID, list[Document]]:
        rows = await self._held(await self.roles.find({"member_id": {"$in": member_ids}}).to_list(None))
        found: dict[UUID, list[Document]] = {}
        for row in rows:
            found.setdefault(row["member_id"], []).append({"from_date": "", "until_date": None, **row})
        return found

    async def _held(self, roles: Sequence[Document]) -> list[Document]:
        """Without those of who is gone, as the rows of the members say: roles and members come by ways of their own,
        so that the one may be heard of before or after the other."""
        holders = sorted({row["member_id"] for row in roles})
        if not holders:
            return []
        rows = self.members.find({"_id": {"$in": holders}, **GONE}, {"_id": 1})
        gone = {row["_id"] async for row in rows}
        return [row for row in roles if row["member_id"] not in gone]

    async def among(self, member_ids: Iterable[UUID], role: Role, on: date) -> set[UUID]:
        """Those of the members that hold the role on that day, wherever."""
        rows = await self.roles.find(
            {"member_id": {"$in": list(member_ids)}, "role": role.value, **in_force(on)}
        ).to_list(None)
        return {row["member_id"] for row in await self._held(rows)}

    async def everybody(self) -> set[UUID]:
        """Those who are members today."""
        here = {"unit_id": {"$ne": None}, "$nor": [GONE]}
        return {row["_id"] async for row in self.members.find(here, {"_id": 1})}

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

    async def line_of(self, unit_id: UUID) -> list[UUID]:
        """The unit and what lies above it, the nearest first. Raises UnitNotKnownYet."""
        line, complete = await self._line_of(unit_id)
        if not complete:
            raise UnitNotKnownYet
        return line

    async def known_line_of(self, unit_id: UUID | None) -> list[UUID | None]:
        """The same, as far as it is known by now (at least the unit itself), and None, the whole school, at its end."""
        if unit_id is None:
            return [None]
        line, _ = await self._line_of(unit_id)
        return [*(line or [unit_id]), None]

    async def _line_of(self, unit_id: UUID) -> tuple[list[UUID], bool]:
        line: list[UUID] = []
        current: UUID | None = unit_id
        while current is not None:
            unit = await self.units.find_one({"_id": current}, {"parent_id": 1})
            if unit is None or "parent_id" not in unit:
                return line, False
            line.append(current)
            current = unit["parent_id"]
        return line, True

    async def holders(
        self, unit_ids: Iterable[UUID | None], roles: Iterable[Role], on: date
    ) -> dict[UUID | None, set[UUID]]:
        """Who holds one of the roles in exactly these scopes on that day: members by unit, None is the whole school."""
        rows = await self.roles.find(
            {
                "unit_id": {"$in": list(unit_ids)},
                "role": {"$in": [role.value for role in roles]},
                **in_force(on),
            }
        ).to_list(None)
        found: dict[UUID | None, set[UUID]] = {}
        for row in await self._held(rows):
            found.setdefault(row["unit_id"], set()).add(row["member_id"])
        return found


async def units_below(units: Collection, unit_ids: Sequence[UUID]) -> list[UUID]:
    """The units and everything that lies below them, of a collection of units with their `parent_id`."""
    if not unit_ids:
        return []
    rows = await units.aggregate(
        [
            {"$match": {"_id": {"$in": list(unit_ids)}}},
            {
                "$graphLookup": {
                    "from": units.name,
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


OPEN_UNIT: Mapping[str, Any] = {"name": {"$exists": True}, "closed_on": None}
"""The condition that a unit is there, and not closed."""


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, bool) else str(value)


def in_force(on: date) -> dict[str, Any]:
    """The condition that a role was given for that day. Whether its holder is gone is another one."""
    day = on.isoformat()
    return {"from_date": {"$lte": day}, "$or": [{"until_date": None}, {"until_date": {"$gt": day}}]}


GONE: Mapping[str, Any] = {"$or": [{"employment": Employment.LEFT.value}, {"erased": True}, {"membership_ended": True}]}
"""Who has left the college, has left the union, or was erased: whatever roles they were given count no more."""

_MEANS: Mapping[type[DomainEvent], Document] = {
    MembershipEnded: {"membership_ended": True},
    MembershipResumed: {"membership_ended": False},
    MemberErased: {"erased": True},
}
"""What an event says about the member beside its fields."""


_KEPT: Mapping[type[DomainEvent], tuple[str, str]] = {
    UnitEstablished: ("units", "unit_id"),
    UnitRenamed: ("units", "unit_id"),
    UnitMoved: ("units", "unit_id"),
    UnitBranchUnionChanged: ("units", "unit_id"),
    UnitClosed: ("units", "unit_id"),
    MemberJoined: ("members", "member_id"),
    MemberTransferred: ("members", "member_id"),
    MemberRetired: ("members", "member_id"),
    MemberDeparted: ("members", "member_id"),
    MemberReinstated: ("members", "member_id"),
    MembershipEnded: ("members", "member_id"),
    MembershipResumed: ("members", "member_id"),
    MemberErased: ("members", "member_id"),
    RoleGranted: ("roles", "assignment_id"),
    RoleRevoked: ("roles", "assignment_id"),
}
"""Which collection keeps an event, under which of its fields."""


class HasDirectory(Protocol):
    @property
    def directory(self) -> Directory: ...


async def keep_directory(stores: HasDirectory, batch: Batch[DomainEvent]) -> None:
    await stores.directory.keep(batch)


DIRECTORY_HANDLERS: Handlers[HasDirectory] = {event: repeatable(keep_directory) for event in _KEPT}
"""The part of a service's handlers that keeps its directory."""
