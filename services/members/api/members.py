"""Routes of members."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from services.members.api.callers import Administrator, AdministratorOrOneself, DetailsReader, RosterReader, Wired
from services.members.api.units import require_unit
from services.members.domain.fields import Email, Phone, Sex, StaffNumber
from services.members.domain.members import Action, Episode, Member, MembershipChange
from services.members.errors import NotYoursToChange
from shared.access import Caller
from shared.clock import campus_day
from shared.contracts.members import Employment, Language
from shared.errors import OwnCase
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
    ReadingFor,
    answered,
    changed,
    created,
    listed,
    shown,
)
from shared.ids import new_id
from shared.roles import Role

router = APIRouter(prefix="/v1", tags=["members"])

OWN_FIELDS = frozenset({"phone", "email", "language"})
"""What members change themselves."""


class EnterMember(Body):
    staff_number: StaffNumber
    name: Line
    sex: Sex
    unit_id: UUID
    language: Language = "zh-CN"
    joined_union_on: Day
    birth_date: Day | None = None
    phone: Phone | None = None
    email: Email | None = None


class ChangeDetails(Body):
    """What is left out stays; null takes away where something may be missing."""

    name: Line | None = None
    sex: Sex | None = None
    language: Language | None = None
    birth_date: Day | None = None
    phone: Phone | None = None
    email: Email | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "ChangeDetails":
        if not self.model_fields_set:
            raise PydanticCustomError("nothing_to_change", "must hold something to change")
        if any(getattr(self, name) is None for name in {"name", "sex", "language"} & self.model_fields_set):
            raise PydanticCustomError("not_to_be_removed", "name, sex and language cannot be removed")
        return self


class Transfer(Body):
    unit_id: UUID
    on: Day
    reason: LongLine


class Happened(Body):
    on: Day
    reason: LongLine


class Reinstate(Happened):
    unit_id: UUID


class MemberView(View):
    """What is known to officers. Birth, telephone and e-mail are in the details."""

    id: UUID
    staff_number: str
    name: str
    sex: Sex
    unit_id: UUID
    employment: Employment
    language: Language
    joined_union_on: date
    left_union_on: date | None


class MemberDetails(MemberView):
    birth_date: date | None
    phone: str | None
    email: str | None
    history: tuple[Episode, ...]
    membership: tuple[MembershipChange, ...]


class MemberPage(View):
    items: list[MemberView]
    next: NextCursor


@router.post("/members", status_code=201, response_model=MemberView, responses=CREATE)
async def enter_member(body: EnterMember, caller: Administrator, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    await require_unit(stores, body.unit_id, "unit_id")
    caller.require(body.unit_id, field="unit_id")
    member_id, key, today = new_id(), stores.keyring.masters.new_key(), campus_day(order.at)
    return await answered(
        stores.members.create(
            lambda: Member.join(member_id, **body.model_dump(), key=key, today=today),
            order,
            created(MemberView.of, "/v1/members"),
        )
    )


@router.get("/members", response_model=MemberPage, responses=LIST)
async def list_members(
    caller: RosterReader,
    page: Paged,
    stores: Wired,
    q: Annotated[
        str | None,
        Query(
            min_length=1, max_length=64, description="Begin of a name, of its pinyin or initials, or a staff number."
        ),
    ] = None,
    unit_id: Annotated[UUID | None, Query()] = None,
    below: Annotated[bool, Query(description="Whether units below `unit_id` count too.")] = False,
    employment: Annotated[Employment | None, Query()] = None,
    staff_number: Annotated[StaffNumber | None, Query()] = None,
    phone: Annotated[Phone | None, Query()] = None,
    email: Annotated[Email | None, Query()] = None,
) -> Any:
    where: dict[str, Any] = {"erased_at": None}
    if q is not None:
        where |= stores.members.matching(q)
    if unit_id is not None:
        where["unit_id"] = {"$in": await stores.units_below([unit_id])} if below else unit_id
    if employment is not None:
        where["employment"] = employment.value
    if staff_number is not None:
        where["staff_number"] = staff_number
    for name, value in (("phone", phone), ("email", email)):
        if value is not None:
            where[f"blind.{name}"] = stores.members.blind(name, value)
    found = await stores.members.page(
        {"$and": [where, stores.members.within(caller)]}, limit=page.limit, cursor=page.cursor
    )
    return listed(MemberView.of, found)


@router.get("/members/{member_id}", response_model=MemberView, responses=READ)
async def get_member(member_id: UUID, caller: RosterReader, stores: Wired) -> Response:
    return shown(MemberView.of, await stores.members.get(member_id, stores.members.within(caller)))


@router.get("/members/{member_id}/details", response_model=MemberDetails, responses=READ)
async def read_member_details(member_id: UUID, caller: DetailsReader, reading: ReadingFor, stores: Wired) -> Response:
    """Birth, telephone, e-mail and history. Who reads them, and for what purpose, is put on record."""
    return shown(MemberDetails.of, await stores.members.open(member_id, reading(caller), stores.members.within(caller)))


def _require_another(member_id: UUID, caller: Caller) -> None:
    """Also where they may because of a role that they hold. Raises OwnCase."""
    if member_id == caller.id:
        raise OwnCase(field="member_id")


@router.patch("/members/{member_id}", response_model=MemberView, responses=CHANGE)
async def change_details(
    member_id: UUID, body: ChangeDetails, caller: AdministratorOrOneself, command: Changed, stores: Wired
) -> Response:
    order = await command(caller)
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    if others := changes.keys() - OWN_FIELDS:
        if Role.ADMINISTRATOR not in caller.roles:
            raise NotYoursToChange(fields=sorted(others))
        _require_another(member_id, caller)
    today = campus_day(order.at)
    return await answered(
        stores.members.change(
            member_id,
            lambda member: member.change_details(today=today, **changes),
            order,
            changed(MemberView.of),
            stores.members.within(caller),
        )
    )


@router.post("/members/{member_id}/transfers", response_model=MemberView, responses=CREATE)
async def transfer_member(
    member_id: UUID, body: Transfer, caller: Administrator, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    await stores.members.get(member_id, stores.members.within(caller))
    _require_another(member_id, caller)
    await require_unit(stores, body.unit_id, "unit_id")
    caller.require(body.unit_id, field="unit_id")
    today = campus_day(order.at)
    return await answered(
        stores.members.change(
            member_id,
            lambda member: member.transfer(unit_id=body.unit_id, on=body.on, today=today, reason=body.reason),
            order,
            changed(MemberView.of),
            stores.members.within(caller),
        )
    )


async def _change_employment(
    member_id: UUID,
    action: Action,
    body: Happened,
    caller: Administrator,
    command: Posted,
    stores: Wired,
    unit_id: UUID | None = None,
) -> Response:
    order = await command(caller)
    _require_another(member_id, caller)
    if unit_id is not None:
        await stores.members.get(member_id, stores.members.within(caller))
        await require_unit(stores, unit_id, "unit_id")
        caller.require(unit_id, field="unit_id")
    today = campus_day(order.at)
    return await answered(
        stores.members.change(
            member_id,
            lambda member: member.change_employment(
                action, on=body.on, today=today, unit_id=unit_id, reason=body.reason
            ),
            order,
            changed(MemberView.of),
            stores.members.within(caller),
        )
    )


@router.post("/members/{member_id}/retirements", response_model=MemberView, responses=CREATE)
async def retire_member(
    member_id: UUID, body: Happened, caller: Administrator, command: Posted, stores: Wired
) -> Response:
    return await _change_employment(member_id, Action.RETIRE, body, caller, command, stores)


@router.post("/members/{member_id}/departures", response_model=MemberView, responses=CREATE)
async def let_member_go(
    member_id: UUID, body: Happened, caller: Administrator, command: Posted, stores: Wired
) -> Response:
    return await _change_employment(member_id, Action.LEAVE, body, caller, command, stores)


@router.post("/members/{member_id}/reinstatements", response_model=MemberView, responses=CREATE)
async def reinstate_member(
    member_id: UUID, body: Reinstate, caller: Administrator, command: Posted, stores: Wired
) -> Response:
    return await _change_employment(member_id, Action.REINSTATE, body, caller, command, stores, body.unit_id)


@router.post("/members/{member_id}/membership-endings", response_model=MemberView, responses=CREATE)
async def end_membership(
    member_id: UUID, body: Happened, caller: Administrator, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    _require_another(member_id, caller)
    today = campus_day(order.at)
    return await answered(
        stores.members.change(
            member_id,
            lambda member: member.end_membership(on=body.on, today=today, reason=body.reason),
            order,
            changed(MemberView.of),
            stores.members.within(caller),
        )
    )


@router.post("/members/{member_id}/membership-resumptions", response_model=MemberView, responses=CREATE)
async def resume_membership(
    member_id: UUID, body: Happened, caller: Administrator, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    _require_another(member_id, caller)
    today = campus_day(order.at)
    return await answered(
        stores.members.change(
            member_id,
            lambda member: member.resume_membership(on=body.on, today=today, reason=body.reason),
            order,
            changed(MemberView.of),
            stores.members.within(caller),
        )
    )
