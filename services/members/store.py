"""Where the roster is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.members.domain import Member, RoleAssignment, Unit
from shared import clock
from shared.directory import in_force, units_below
from shared.roles import Grant, Role
from shared.service import Stores
from shared.store import Foundation, Store


class UnitStore(Store[Unit]):
    model = Unit
    collection = "units"
    what = "unit"
    unit = "_id"

    async def prepare(self) -> None:
        await self.documents.create_index(
            "kind", name="one_school", unique=True, partialFilterExpression={"kind": "school"}
        )
        await self.documents.create_index([("parent_id", 1), ("_id", -1)])


class MemberStore(Store[Member]):
    model = Member
    collection = "members"
    what = "member"
    unit = "unit_id"
    parties = ("_id",)

    async def prepare(self) -> None:
        await self.documents.create_index("staff_number", unique=True)
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])


class RoleAssignmentStore(Store[RoleAssignment]):
    model = RoleAssignment
    collection = "role_assignments"
    what = "role assignment"
    unit = "unit_id"
    parties = ("member_id",)

    async def prepare(self) -> None:
        await self.documents.create_index([("member_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])

    async def grants_of(self, member_id: UUID, on: date) -> frozenset[Grant]:
        """The roles that the member holds on that day, each with its scope."""
        rows = await self.documents.find({"member_id": member_id, **in_force(on)}).to_list(None)
        return frozenset(Grant(Role(row["role"]), row["unit_id"]) for row in rows)


@dataclass(frozen=True)
class MembersStores(Stores):
    units: UnitStore
    members: MemberStore
    roles: RoleAssignmentStore

    async def units_below(self, unit_ids: Sequence[UUID]) -> list[UUID]:
        return await units_below(self.units.documents, unit_ids)

    async def grants_of(self, member_id: UUID) -> frozenset[Grant]:
        return await self.roles.grants_of(member_id, clock.campus_day(clock.now()))


def wire(foundation: Foundation) -> MembersStores:
    return MembersStores(foundation, UnitStore(foundation), MemberStore(foundation), RoleAssignmentStore(foundation))
