"""Where it is kept who holds which role."""

from datetime import date
from uuid import UUID

from services.members.domain.roles import RoleAssignment
from shared.directory import in_force
from shared.retention import RetentionRule
from shared.roles import Grant
from shared.store import Store

ROLES_KEPT = RetentionRule(
    kind="role assignment",
    years=10,
    effective_from=date(2021, 11, 1),
    source="个人信息保护法, article 19: no longer than it is needed. Why a role was given and taken goes ten years "
    "after its end, which is our choice; a school may differ.",
)
_GONE = "—"
"""What stands where a reason was."""


class RoleAssignmentStore(Store[RoleAssignment]):
    model = RoleAssignment
    collection = "role_assignments"
    what = "role assignment"
    unit = "unit_id"
    parties = ("member_id",)

    async def prepare(self) -> None:
        await self.documents.create_index([("member_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index(
            [("member_id", 1), ("role", 1), ("unit_id", 1)],
            name="one_open_in_a_scope",
            unique=True,
            partialFilterExpression={"until_date": None},
        )

    async def grants_of(self, member_id: UUID, on: date) -> frozenset[Grant]:
        """The roles that the member holds on that day, each with its scope."""
        rows = await self.documents.find({"member_id": member_id, **in_force(on)}).to_list(None)
        return frozenset(self._versioned(row).state.as_grant for row in rows)

    async def expire(self, before: date) -> int:
        """The reasons of roles that ended before the day; that they were held stays known."""
        where = {"until_date": {"$lt": before.isoformat()}, "reason": {"$ne": _GONE}}
        change = {"$set": {"reason": _GONE, "revoke_reason": None}, "$inc": {"version": 1}}
        return (await self.documents.update_many(where, change)).modified_count
