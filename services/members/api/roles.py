"""Routes of the roles that members hold."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.members.api.callers import Administrator, Officer, Wired
from services.members.api.units import require_unit
from services.members.domain.roles import RoleAssignment
from services.members.errors import AccountIsAMember
from shared.directory import in_force
from shared.errors import OwnCase
from shared.http.bodies import Body, Day, LongLine, View
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    answered,
    changed,
    created,
    listed,
    shown,
)
from shared.ids import new_id
from shared.roles import Permit, Role

router = APIRouter(prefix="/v1", tags=["roles"])


class GrantRole(Body):
    member_id: Annotated[UUID, Field(description="The member; for another system, the subject of its tokens.")]
    role: Role
    unit_id: Annotated[UUID | None, Field(description="The scope; null for the whole school.")] = None
    from_date: Day
    until_date: Annotated[Day | None, Field(description="First day without the role, where it is known.")] = None
    reason: LongLine
    permits: Annotated[
        tuple[Permit, ...],
        Field(description="What another system's account may do; of no other role.", max_length=len(Permit)),
    ] = ()


class RevokeRole(Body):
    until_date: Annotated[Day, Field(description="First day without the role, before the one that it has.")]
    reason: LongLine


class RoleAssignmentView(View):
    id: UUID
    member_id: UUID
    role: Role
    unit_id: UUID | None
    from_date: date
    until_date: date | None
    reason: str
    permits: tuple[Permit, ...]
    revoke_reason: str | None


class RoleAssignmentPage(View):
    items: list[RoleAssignmentView]
    next: NextCursor


@router.post("/role-assignments", status_code=201, response_model=RoleAssignmentView, responses=CREATE)
async def grant_role(body: GrantRole, caller: Administrator, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    await require_unit(stores, body.unit_id, "unit_id")
    if body.member_id == caller.id:
        raise OwnCase(field="member_id")
    caller.require(body.unit_id, field="unit_id")
    if body.role is not Role.SERVICE_ACCOUNT:
        await stores.members.require([body.member_id], field="member_id")
    elif await stores.members.exist([body.member_id]):
        raise AccountIsAMember(field="member_id")
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
    caller: Officer,
    page: Paged,
    stores: Wired,
    member_id: Annotated[UUID | None, Query()] = None,
    role: Annotated[Role | None, Query()] = None,
    on: Annotated[date | None, Query(description="Those in force on that day.")] = None,
) -> Any:
    where: dict[str, Any] = dict(in_force(on)) if on else {}
    if member_id is not None:
        where["member_id"] = member_id
    if role is not None:
        where["role"] = role.value
    found = await stores.roles.page(
        {"$and": [where, stores.roles.within(caller)]}, limit=page.limit, cursor=page.cursor
    )
    return listed(RoleAssignmentView.of, found)


@router.get("/role-assignments/{assignment_id}", response_model=RoleAssignmentView, responses=READ)
async def get_role_assignment(assignment_id: UUID, caller: Officer, stores: Wired) -> Response:
    return shown(RoleAssignmentView.of, await stores.roles.get(assignment_id, stores.roles.within(caller)))


@router.post("/role-assignments/{assignment_id}/revocations", response_model=RoleAssignmentView, responses=CREATE)
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
