"""What the members service publishes: units, members and the roles they hold."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, MemberId, UnitId
from shared.roles import Permit, Role

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
Phone = Annotated[str | None, Field(description="Mobile number, in E.164.", examples=["+8613800000000"])]
Email = Annotated[str | None, Field(description="E-mail address.", examples=["member@college.example"])]
EmploymentNow = Annotated[Employment, Field(description="Whether in post.", examples=["in_post"])]
Couple = Annotated[
    tuple[UUID, ...],
    Field(
        description="The two members.",
        min_length=2,
        max_length=2,
        examples=[["01930000-0000-7000-8000-0000000000b1", "01930000-0000-7000-8000-0000000000b2"]],
    ),
]
CoupleId = Annotated[UUID, Field(description="Couple (双职工).", examples=["01930000-0000-7000-8000-0000000000c2"])]
ConsentId = Annotated[UUID, Field(description="Consent (同意).", examples=["01930000-0000-7000-8000-0000000000c3"])]
Purpose = Annotated[str, Field(description="What the consent is for.", examples=["photo-publication"])]
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


class UnitMoved(DomainEvent, type="union.members.unit-moved.v1"):
    """Sent when a unit comes to lie below another one."""

    unit_id: UnitId
    parent_id: Annotated[UUID, Field(description="The unit above.", examples=["01930000-0000-7000-8000-0000000000a0"])]


class UnitBranchUnionChanged(DomainEvent, type="union.members.unit-branch-union-changed.v1"):
    """Sent when a unit gets a branch union (分工会) or has one no more."""

    unit_id: UnitId
    branch_union: Annotated[bool, Field(description="Whether it has a branch union.", examples=[False])]


class UnitClosed(DomainEvent, type="union.members.unit-closed.v1"):
    """Sent when a unit is closed."""

    unit_id: UnitId
    closed_on: Annotated[date, Field(description="First day without the unit.", examples=["2022-09-01"])]


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
    phone: Phone = None
    email: Email = None


class MemberAddressChanged(
    DomainEvent, type="union.members.member-address-changed.restricted.v1", sealed_for="member_id"
):
    """Sent when the way to address a member changes: name, language, phone or e-mail, all as they are now."""

    member_id: MemberId
    name: Annotated[str, Field(description="Name of the member.", examples=["示例会员"])]
    language: Annotated[Language, Field(description="In which the member is written to.", examples=["en"])]
    phone: Phone = None
    email: Email = None


class MemberTransferred(DomainEvent, type="union.members.member-transferred.v1"):
    """Sent when a member goes to another unit."""

    member_id: MemberId
    unit_id: UnitId
    from_unit_id: Annotated[
        UUID, Field(description="The unit before.", examples=["01930000-0000-7000-8000-0000000000a2"])
    ]


class MemberRetired(DomainEvent, type="union.members.member-retired.v1"):
    """Sent when a member retires."""

    member_id: MemberId
    unit_id: UnitId
    employment: Annotated[Employment, Field(description="As it is now.", examples=["retired"])]


class MemberDeparted(DomainEvent, type="union.members.member-departed.v1"):
    """Sent when a member leaves the college."""

    member_id: MemberId
    unit_id: UnitId
    employment: Annotated[Employment, Field(description="As it is now.", examples=["left"])]


class MemberReinstated(DomainEvent, type="union.members.member-reinstated.v1"):
    """Sent when somebody who had retired or left is in post again."""

    member_id: MemberId
    unit_id: UnitId
    employment: EmploymentNow


class MembershipEnded(DomainEvent, type="union.members.membership-ended.v1"):
    """Sent when somebody is a member of the union no more."""

    member_id: MemberId


class MembershipResumed(DomainEvent, type="union.members.membership-resumed.v1"):
    """Sent when somebody is a member of the union again."""

    member_id: MemberId


class CoupleRecorded(DomainEvent, type="union.members.couple-recorded.restricted.v1"):
    """Sent when it becomes known that two members are married to each other (双职工)."""

    couple_id: CoupleId
    member_ids: Couple


class CoupleEnded(DomainEvent, type="union.members.couple-ended.restricted.v1"):
    """Sent when two members are married to each other no more."""

    couple_id: CoupleId
    member_ids: Couple


class ConsentGiven(DomainEvent, type="union.members.consent-given.restricted.v1"):
    """Sent when a member consents to a purpose."""

    consent_id: ConsentId
    member_id: MemberId
    purpose: Purpose


class ConsentWithdrawn(DomainEvent, type="union.members.consent-withdrawn.restricted.v1"):
    """Sent when a member takes a consent back."""

    consent_id: ConsentId
    member_id: MemberId
    purpose: Purpose


class RoleGranted(DomainEvent, type="union.members.role-granted.v1"):
    """Sent when a member is given a role within a scope."""

    assignment_id: AssignmentId
    member_id: MemberId
    role: Annotated[Role, Field(description="The role.", examples=["branch_chair"])]
    unit_id: Scope
    from_date: Annotated[date, Field(description="First day of the role.", examples=["2022-01-01"])]
    until_date: Annotated[
        date | None,
        Field(description="First day without the role; null where none is known.", examples=["2027-01-01"]),
    ] = None
    permits: Annotated[
        tuple[Permit, ...],
        Field(description="What another system's account may do; empty for a person.", examples=[["units:read"]]),
    ] = ()


class RoleRevoked(DomainEvent, type="union.members.role-revoked.v1"):
    """Sent when a role is taken from a member."""

    assignment_id: AssignmentId
    member_id: MemberId
    role: Annotated[Role, Field(description="The role.", examples=["branch_chair"])]
    unit_id: Scope
    until_date: Annotated[date, Field(description="First day without the role.", examples=["2023-01-01"])]
