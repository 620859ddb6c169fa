"""Routes of the roster: units, members, role assignments."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.members.domain import Member, RoleAssignment, Unit
from services.members.errors import UnitUnknown
from services.members.store import MembersStores
from shared.access import Caller, Reach
from shared.contracts.members import Employment, Language, UnitKind
from shared.directory import MemberUnknown
from shared.errors import NothingHere, OwnCase
from shared.http.bodies import Body, Day, Line, LongLine, View
from shared.http.requests import (
    CHANGE,
    CREATE,
    LIST,
    READ,
    Changed,
    NextCursor,
    Paged,
    Posted,
    access,
    answered,
    changed,
    created,
    listed,
    shown,
    the_stores,
)
from shared.ids import new_id
from shared.roles import Role

router = APIRouter(prefix="/v1", tags=["members"])


Wired = Annotated[MembersStores, the_stores]
AnyMember = Annotated[Caller, access({Role.MEMBER: Reach.EVERYTHING})]
Administrator = Annotated[Caller, access({Role.ADMINISTRATOR: Reach.SCOPE})]
RosterReader = Annotated[
    Caller,
    access(
        {
            Role.ADMINISTRATOR: Reach.SCOPE,
            Role.UNION_OFFICER: Reach.SCOPE,
            Role.BRANCH_CHAIR: Reach.SCOPE,
            Role.BRANCH_OFFICER: Reach.SCOPE,
            Role.MEMBER: Reach.OWN,
        }
    ),
]
RoleReader = Annotated[
    Caller, access({Role.ADMINISTRATOR: Reach.SCOPE, Role.UNION_OFFICER: Reach.SCOPE, Role.MEMBER: Reach.OWN})
]

StaffNumber = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,32}$", examples=["T0001"])]
Sex = Literal["female", "male"]


class EstablishUnit(Body):
    name: LongLine
    name_en: LongLine
    kind: UnitKind
    parent_id: UUID | None = None
    branch_union: bool = False


class RenameUnit(Body):
    name: LongLine
    name_en: LongLine


class UnitView(View):
    id: UUID
    parent_id: UUID | None
    kind: UnitKind
    name: str
    name_en: str
    branch_union: bool


class UnitPage(View):
    items: list[UnitView]
    next: NextCursor


class EnterMember(Body):
    staff_number: StaffNumber
    name: Line
    sex: Sex
    unit_id: UUID
    language: Language = "zh-CN"
    joined_union_on: Day


class ChangeAddress(Body):
    name: Line
    language: Language


class MemberView(View):
    id: UUID
    staff_number: str
    name: str
    sex: Sex
    unit_id: UUID
    employment: Employment
    language: Language
    joined_union_on: date


class MemberPage(View):
    items: list[MemberView]
    next: NextCursor


class GrantRole(Body):
    member_id: UUID
    role: Role
    unit_id: Annotated[UUID | None, Field(description="The scope; null for the whole school.")] = None
    from_date: Day
    reason: LongLine


class RevokeRole(Body):
    until_date: Annotated[Day, Field(description="First day without the role.")]
    reason: LongLine


class RoleAssignmentView(View):
    id: UUID
    member_id: UUID
    role: Role
    unit_id: UUID | None
    from_date: date
    until_date: date | None
    reason: str


class RoleAssignmentPage(View):
    items: list[RoleAssignmentView]
    next: NextCursor


async def _unit_must_exist(stores: MembersStores, unit_id: UUID | None, field: str) -> None:
    if unit_id is not None:
        try:
            await stores.units.get(unit_id)
        except NothingHere:
            raise UnitUnknown(field=field) from None


@router.post("/units", status_code=201, response_model=UnitView, responses=CREATE)
async def establish_unit(body: EstablishUnit, caller: Administrator, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    await _unit_must_exist(stores, body.parent_id, "parent_id")
    caller.require(body.parent_id, field="parent_id")
    unit_id = new_id()
    return await answered(
        stores.units.create(
            lambda: Unit.establish(unit_id, **body.model_dump()),
            order,
            created(UnitView.of, "/v1/units"),
        )
    )


@router.get("/units", response_model=UnitPage, responses=LIST)
async def list_units(caller: AnyMember, page: Paged, stores: Wired) -> Any:
    return listed(UnitView.of, await stores.units.page({}, limit=page.limit, cursor=page.cursor))


@router.get("/units/{unit_id}", response_model=UnitView, responses=READ)
async def get_unit(unit_id: UUID, caller: AnyMember, stores: Wired) -> Response:
    return shown(UnitView.of, await stores.units.get(unit_id))


@router.patch("/units/{unit_id}", response_model=UnitView, responses=CHANGE)
async def rename_unit(
    unit_id: UUID, body: RenameUnit, caller: Administrator, command: Changed, stores: Wired
) -> Response:
    order = await command(caller)
    return await answered(
        stores.units.change(
            unit_id,
            lambda unit: unit.rename(name=body.name, name_en=body.name_en),
            order,
            changed(UnitView.of),
            stores.units.within(caller),
        )
    )


@router.post("/members", status_code=201, response_model=MemberView, responses=CREATE)
async def enter_member(body: EnterMember, caller: Administrator, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    await _unit_must_exist(stores, body.unit_id, "unit_id")
    caller.require(body.unit_id, field="unit_id")
    member_id, key = new_id(), stores.keyring.masters.new_key()
    return await answered(
        stores.members.create(
            lambda: Member.join(member_id, **body.model_dump(), key=key),
            order,
            created(MemberView.of, "/v1/members"),
        )
    )


@router.get("/members", response_model=MemberPage, responses=LIST)
async def list_members(
    caller: RosterReader,
    page: Paged,
    stores: Wired,
    unit_id: Annotated[UUID | None, Query()] = None,
    staff_number: Annotated[StaffNumber | None, Query()] = None,
) -> Any:
    given = {"unit_id": unit_id, "staff_number": staff_number}
    where = {name: value for name, value in given.items() if value is not None}
    where |= stores.members.within(caller)
    return listed(MemberView.of, await stores.members.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/members/{member_id}", response_model=MemberView, responses=READ)
async def get_member(member_id: UUID, caller: RosterReader, stores: Wired) -> Response:
    return shown(MemberView.of, await stores.members.get(member_id, stores.members.within(caller)))


@router.patch("/members/{member_id}", response_model=MemberView, responses=CHANGE)
async def change_address(
    member_id: UUID, body: ChangeAddress, caller: Administrator, command: Changed, stores: Wired
) -> Response:
    order = await command(caller)
    return await answered(
        stores.members.change(
            member_id,
            lambda member: member.change_address(name=body.name, language=body.language),
            order,
            changed(MemberView.of),
            stores.members.within(caller),
        )
    )


@router.post("/role-assignments", status_code=201, response_model=RoleAssignmentView, responses=CREATE)
async def grant_role(body: GrantRole, caller: Administrator, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    await _unit_must_exist(stores, body.unit_id, "unit_id")
    if body.member_id == caller.id:
        raise OwnCase(field="member_id")
    caller.require(body.unit_id, field="unit_id")
    try:
        await stores.members.get(body.member_id)
    except NothingHere:
        raise MemberUnknown(field="member_id") from None
    assignment_id = new_id()
    return await answered(
        stores.roles.create(
            lambda: RoleAssignment.grant(assignment_id, **body.model_dump()),
            order,
            created(RoleAssignmentView.of, "/v1/role-assignments"),
        )
    )


@router.get("/role-assignments", response_model=RoleAssignmentPage, responses=LIST)
async def list_role_assignments(
    caller: RoleReader, page: Paged, stores: Wired, member_id: Annotated[UUID | None, Query()] = None
) -> Any:
    where = {**({"member_id": member_id} if member_id else {}), **stores.roles.within(caller)}
    return listed(RoleAssignmentView.of, await stores.roles.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/role-assignments/{assignment_id}", response_model=RoleAssignmentView, responses=READ)
async def get_role_assignment(assignment_id: UUID, caller: RoleReader, stores: Wired) -> Response:
    return shown(RoleAssignmentView.of, await stores.roles.get(assignment_id, stores.roles.within(caller)))


@router.post(
    "/role-assignments/{assignment_id}/revocations",
    status_code=200,
    response_model=RoleAssignmentView,
    responses=CREATE,
)
async def revoke_role(
    assignment_id: UUID, body: RevokeRole, caller: Administrator, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    return await answered(
        stores.roles.change(
            assignment_id,
            lambda role: role.revoke(until_date=body.until_date, reason=body.reason, by=caller.id),
            order,
            changed(RoleAssignmentView.of),
            stores.roles.within(caller),
        )
    )
