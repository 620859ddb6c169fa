"""Units, members and the roles that members hold."""

from datetime import date
from uuid import UUID

from services.members.errors import ParentMismatch, RoleEndsBeforeItBegins, RoleRevokedAlready
from shared.aggregate import Aggregate, Decision
from shared.contracts.keys import PersonKeyPublished
from shared.contracts.members import (
    Employment,
    Language,
    MemberAddressChanged,
    MemberJoined,
    MemberJoinedRestricted,
    RoleGranted,
    RoleRevoked,
    UnitEstablished,
    UnitKind,
    UnitRenamed,
)
from shared.errors import OwnCase
from shared.roles import Role


class Unit(Aggregate):
    parent_id: UUID | None
    kind: UnitKind
    name: str
    name_en: str
    branch_union: bool

    @classmethod
    def establish(
        cls,
        unit_id: UUID,
        *,
        parent_id: UUID | None,
        kind: UnitKind,
        name: str,
        name_en: str,
        branch_union: bool,
    ) -> "Decision[Unit]":
        if (kind is UnitKind.SCHOOL) != (parent_id is None):
            raise ParentMismatch(unit_kind=kind)
        unit = cls(id=unit_id, parent_id=parent_id, kind=kind, name=name, name_en=name_en, branch_union=branch_union)
        event = UnitEstablished(
            unit_id=unit_id,
            parent_id=parent_id,
            kind=kind,
            name=name,
            name_en=name_en,
            branch_union=branch_union,
        )
        return Decision(unit, (event,))

    def rename(self, *, name: str, name_en: str) -> "Decision[Unit]":
        unit = self.model_copy(update={"name": name, "name_en": name_en})
        return Decision(unit, (UnitRenamed(unit_id=self.id, name=name, name_en=name_en),))


class Member(Aggregate):
    staff_number: str
    name: str
    sex: str
    unit_id: UUID
    employment: Employment
    language: Language
    joined_union_on: date

    @classmethod
    def join(
        cls,
        member_id: UUID,
        *,
        staff_number: str,
        name: str,
        sex: str,
        unit_id: UUID,
        language: Language,
        joined_union_on: date,
        key: str,
    ) -> "Decision[Member]":
        """`key` is the key under which what is sensitive about the member will be sealed, wrapped."""
        member = cls(
            id=member_id,
            staff_number=staff_number,
            name=name,
            sex=sex,
            unit_id=unit_id,
            employment=Employment.IN_POST,
            language=language,
            joined_union_on=joined_union_on,
        )
        public = MemberJoined(member_id=member_id, unit_id=unit_id, employment=member.employment)
        restricted = MemberJoinedRestricted(
            member_id=member_id,
            unit_id=unit_id,
            employment=member.employment,
            staff_number=staff_number,
            name=name,
            language=language,
        )
        return Decision(member, (PersonKeyPublished(member_id=member_id, wrapped=key), public, restricted))

    def change_address(self, *, name: str, language: Language) -> "Decision[Member]":
        member = self.model_copy(update={"name": name, "language": language})
        return Decision(member, (MemberAddressChanged(member_id=self.id, name=name, language=language),))


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
