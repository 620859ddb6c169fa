"""Roles that members hold, each within a scope, with days and a reason."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from services.members.errors import PermitsMismatch, RoleEndsBeforeItBegins, RoleRevokedAlready, SeatedElsewhere
from shared.aggregate import Aggregate, Decision
from shared.contracts.members import RoleGranted, RoleRevoked
from shared.errors import OwnCase
from shared.roles import Grant, Permit, Role


class RoleAssignment(Aggregate):
    """`until_date` is the first day without the role. `permits` are of another system's account alone."""

    member_id: UUID
    role: Role
    unit_id: UUID | None
    from_date: date
    until_date: date | None
    reason: str
    permits: tuple[Permit, ...] = ()
    revoke_reason: str | None = None

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
        until_date: date | None = None,
        permits: Iterable[Permit] = (),
    ) -> "Decision[RoleAssignment]":
        """Raises SeatedElsewhere, RoleEndsBeforeItBegins, PermitsMismatch."""
        if role is Role.DELEGATE:
            raise SeatedElsewhere(role=role)
        if until_date is not None and until_date < from_date:
            raise RoleEndsBeforeItBegins(from_date=from_date.isoformat())
        given = tuple(sorted(set(permits)))
        if (role is Role.SERVICE_ACCOUNT) != bool(given):
            raise PermitsMismatch
        assignment = cls(
            id=assignment_id,
            member_id=member_id,
            role=role,
            unit_id=unit_id,
            from_date=from_date,
            until_date=until_date,
            reason=reason,
            permits=given,
        )
        event = RoleGranted(
            assignment_id=assignment_id,
            member_id=member_id,
            role=role,
            unit_id=unit_id,
            from_date=from_date,
            until_date=until_date,
            permits=given,
        )
        return Decision(assignment, (event,))

    def revoke(self, *, until_date: date, reason: str, by: UUID) -> "Decision[RoleAssignment]":
        """`until_date` is the first day without the role: never later than the one that it has.

        Raises OwnCase, RoleRevokedAlready, RoleEndsBeforeItBegins.
        """
        if by == self.member_id:
            raise OwnCase(field="assignment_id")
        if self.until_date is not None and until_date >= self.until_date:
            raise RoleRevokedAlready(until_date=self.until_date.isoformat())
        if until_date < self.from_date:
            raise RoleEndsBeforeItBegins(from_date=self.from_date.isoformat())
        assignment = self.model_copy(update={"until_date": until_date, "revoke_reason": reason})
        event = RoleRevoked(
            assignment_id=self.id,
            member_id=self.member_id,
            role=self.role,
            unit_id=self.unit_id,
            until_date=until_date,
        )
        return Decision(assignment, (event,))

    @property
    def as_grant(self) -> Grant:
        return Grant(self.role, self.unit_id, frozenset(self.permits))
