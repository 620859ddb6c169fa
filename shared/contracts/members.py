"""What the members service publishes: units, members and the roles they hold."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, MemberId, UnitId
from shared.roles import Role

Language = Literal["zh-CN", "en"]


class UnitKind(StrEnum):
    SCHOOL = "school"
    FACULTY = "faculty"
    OFFICE = "office"


class Employment(StrEnum):
    IN_POST = "in_post"
    RETIRED = "retired"
    LEFT = "left"


ParentId = Annotated[
    UUID | None,
    Field(description="The unit above; null for the school.", examples=["01930000-0000-7000-8000-0000000000a0"]),
]
Name = Annotated[str, Field(description="Name in Chinese.", examples=["示例学院"])]
NameEn = Annotated[str, Field(description="Name in English.", examples=["Example Faculty"])]
AssignmentId = Annotated[UUID, Field(description="Role assignment.", examples=["01930000-0000-7000-8000-0000000000c1"])]
Scope = Annotated[
    UUID | None,
    Field(
        description="The unit in which, and below which, the role holds; null for the whole school.",
        examples=["01930000-0000-7000-8000-0000000000a1"],
    ),
]


class UnitEstablished(DomainEvent, type="union.members.unit-established.v1"):
    """Sent when a unit is established."""

    unit_id: UnitId
    parent_id: ParentId
    kind: Annotated[UnitKind, Field(description="What kind of unit it is.", examples=["faculty"])]
    name: Name
    name_en: NameEn
    branch_union: Annotated[bool, Field(description="Whether it has a branch union (分工会).", examples=[True])]


class UnitRenamed(DomainEvent, type="union.members.unit-renamed.v1"):
    """Sent when a unit takes another name."""

    unit_id: UnitId
    name: Name
    name_en: NameEn


class MemberJoined(DomainEvent, type="union.members.member-joined.v1"):
    """Sent when a person is entered in the roster as a member."""

    member_id: MemberId
    unit_id: UnitId
    employment: Annotated[Employment, Field(description="Whether in post.", examples=["in_post"])]


class MemberJoinedRestricted(DomainEvent, type="union.members.member-joined.restricted.v1", sealed_for="member_id"):
    """Sent when a person is entered in the roster as a member, with what is needed to address them."""

    member_id: MemberId
    unit_id: UnitId
    employment: Annotated[Employment, Field(description="Whether in post.", examples=["in_post"])]
    staff_number: Annotated[str, Field(description="Staff number (工号).", examples=["T0001"])]
    name: Annotated[str, Field(description="Name of the member.", examples=["示例会员"])]
    language: Annotated[Language, Field(description="In which the member is written to.", examples=["zh-CN"])]


class MemberAddressChanged(
    DomainEvent, type="union.members.member-address-changed.restricted.v1", sealed_for="member_id"
):
    """Sent when the way to address a member changes: the name or the language."""

    member_id: MemberId
    name: Annotated[str, Field(description="Name of the member.", examples=["示例会员"])]
    language: Annotated[Language, Field(description="In which the member is written to.", examples=["en"])]


class RoleGranted(DomainEvent, type="union.members.role-granted.v1"):
    """Sent when a member is given a role within a scope."""

    assignment_id: AssignmentId
    member_id: MemberId
    role: Annotated[Role, Field(description="The role.", examples=["branch_chair"])]
    unit_id: Scope
    from_date: Annotated[date, Field(description="First day of the role.", examples=["2022-01-01"])]


class RoleRevoked(DomainEvent, type="union.members.role-revoked.v1"):
    """Sent when a role is taken from a member."""

    assignment_id: AssignmentId
    member_id: MemberId
    role: Annotated[Role, Field(description="The role.", examples=["branch_chair"])]
    unit_id: Scope
    until_date: Annotated[date, Field(description="First day without the role.", examples=["2023-01-01"])]
