"""Routes of couples (双职工)."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.members.api.callers import AdministratorOfTheSchool, Wired
from services.members.domain.couples import Couple
from shared.access import Caller, Reach
from shared.clock import campus_day
from shared.http.bodies import Body, Day, Ids, LongLine, View
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    access,
    answered,
    changed,
    created,
    listed,
    shown,
)
from shared.ids import new_id
from shared.roles import Role

router = APIRouter(prefix="/v1", tags=["couples"])

Reader = Annotated[
    Caller,
    access({Role.ADMINISTRATOR: Reach.SCHOOL, Role.UNION_OFFICER: Reach.SCHOOL, Role.MEMBER: Reach.OWN}),
]


class RecordCouple(Body):
    member_ids: Annotated[Ids, Field(min_length=2, max_length=2)]
    since: Day


class EndCouple(Body):
    on: Day
    reason: LongLine


class CoupleView(View):
    id: UUID
    member_ids: tuple[UUID, ...]
    since: date
    until: date | None
    end_reason: str | None


class CouplePage(View):
    items: list[CoupleView]
    next: NextCursor


@router.post("/couples", status_code=201, response_model=CoupleView, responses=CREATE)
async def record_couple(
    body: RecordCouple, caller: AdministratorOfTheSchool, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    await stores.members.require(body.member_ids, field="member_ids")
    couple_id, today = new_id(), campus_day(order.at)
    one, other = body.member_ids
    return await answered(
        stores.couples.create(
            lambda: Couple.record(couple_id, member_ids=(one, other), since=body.since, today=today, by=caller.id),
            order,
            created(CoupleView.of, "/v1/couples"),
        )
    )


@router.get("/couples", response_model=CouplePage, responses=LIST)
async def list_couples(
    caller: Reader, page: Paged, stores: Wired, member_id: Annotated[UUID | None, Query()] = None
) -> Any:
    where = {**({"member_ids": member_id} if member_id else {}), **stores.couples.within(caller)}
    return listed(CoupleView.of, await stores.couples.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/couples/{couple_id}", response_model=CoupleView, responses=READ)
async def get_couple(couple_id: UUID, caller: Reader, stores: Wired) -> Response:
    return shown(CoupleView.of, await stores.couples.get(couple_id, stores.couples.within(caller)))


@router.post("/couples/{couple_id}/endings", response_model=CoupleView, responses=CREATE)
async def end_couple(
    couple_id: UUID, body: EndCouple, caller: AdministratorOfTheSchool, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    today = campus_day(order.at)
    return await answered(
        stores.couples.change(
            couple_id,
            lambda couple: couple.end(on=body.on, today=today, reason=body.reason, by=caller.id),
            order,
            changed(CoupleView.of),
            stores.couples.within(caller),
        )
    )
