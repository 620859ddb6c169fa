"""Roles that members hold, each within a scope, with days and a reason."""

from datetime import date
from uuid import UUID

from services.members.errors import RoleEndsBeforeItBegins, RoleRevokedAlready
from shared.aggregate import Aggregate, Decision
from shared.contracts.members import RoleGranted, RoleRevoked
from shared.errors import OwnCase
from shared.roles import Role


class RoleAssignment(Aggregate):
    member_id: UUID
    role: Role
    unit_id: UUID | None
    from_date: date
    until_date: date | None
    reason: str

    @classmethod
    def grant(
        cls,
        assignment_id: UUID,
        *,
        member_id: UUID,
        role: Role,
        unit_id: UUID | None,
        from_date: date,
        reason: str,
    ) -> "Decision[RoleAssignment]":
        assignment = cls(
            id=assignment_id,
            member_id=member_id,
            role=role,
            unit_id=unit_id,
            from_date=from_date,
            until_date=None,
            reason=reason,
        )
        event = RoleGranted(
            assignment_id=assignment_id, member_id=member_id, role=role, unit_id=unit_id, from_date=from_date
        )
        return Decision(assignment, (event,))

    def revoke(self, *, until_date: date, reason: str, by: UUID) -> "Decision[RoleAssignment]":
        """`until_date` is the first day without the role."""
        if by == self.member_id:
            raise OwnCase(field="assignment_id")
        if self.until_date is not None:
            raise RoleRevokedAlready(until_date=self.until_date.isoformat())
        if until_date < self.from_date:
            raise RoleEndsBeforeItBegins(from_date=self.from_date.isoformat())
        assignment = self.model_copy(update={"until_date": until_date, "reason": reason})
        event = RoleRevoked(
            assignment_id=self.id,
            member_id=self.member_id,
            role=self.role,
            unit_id=self.unit_id,
            until_date=until_date,
        )
        return Decision(assignment, (event,))
