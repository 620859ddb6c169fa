"""Where the roster is kept."""

from dataclasses import dataclass

from services.members.domain import Member, RoleAssignment, Unit
from shared.service import Stores
from shared.store import Foundation, Store


class UnitStore(Store[Unit]):
    model = Unit
    collection = "units"
    what = "unit"

    async def prepare(self) -> None:
        await self.documents.create_index(
            "kind", name="one_school", unique=True, partialFilterExpression={"kind": "school"}
        )
        await self.documents.create_index([("parent_id", 1), ("_id", -1)])


class MemberStore(Store[Member]):
    model = Member
    collection = "members"
    what = "member"

    async def prepare(self) -> None:
        await self.documents.create_index("staff_number", unique=True)
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])


class RoleAssignmentStore(Store[RoleAssignment]):
    model = RoleAssignment
    collection = "role_assignments"
    what = "role assignment"

    async def prepare(self) -> None:
        await self.documents.create_index([("member_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])


@dataclass(frozen=True)
class MembersStores(Stores):
    units: UnitStore
    members: MemberStore
    roles: RoleAssignmentStore


def wire(foundation: Foundation) -> MembersStores:
    return MembersStores(UnitStore(foundation), MemberStore(foundation), RoleAssignmentStore(foundation))
