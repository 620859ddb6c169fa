"""Routes of awards. Honours are public within the union: every member may read them."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.events.domain import Award
from services.events.store import EventsStores
from shared.access import Caller, Reach
from shared.clock import campus_day
from shared.contracts.events import Level
from shared.http.bodies import Body, Day, LongLine, View
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    access,
    answered,
    created,
    listed,
    shown,
    the_stores,
)
from shared.ids import new_id
from shared.roles import Permit, Role

router = APIRouter(prefix="/v1", tags=["events"])


Wired = Annotated[EventsStores, the_stores]
Officer = Annotated[Caller, access({Role.UNION_OFFICER: Reach.SCOPE})]
Reader = Annotated[
    Caller,
    access({Role.MEMBER: Reach.EVERYTHING, Role.SERVICE_ACCOUNT: Reach.SCOPE}, permit=Permit.AWARDS_READ),
]


class GrantAward(Body):
    member_id: UUID
    title: Annotated[LongLine, Field(description="Title (称号) or prize.", examples=["学习达人"])]
    level: Level
    granted_on: Annotated[Day, Field(description="Day of the award, Asia/Shanghai.")]
    document: Annotated[LongLine, Field(description="What the award rests on.", examples=["校工会〔2022〕1号"])]


class AwardView(View):
    id: UUID
    member_id: UUID
    unit_id: UUID
    title: str
    level: Level
    granted_on: date
    document: str
    recorded_at: datetime


class AwardPage(View):
    items: list[AwardView]
    next: NextCursor


@router.post("/awards", status_code=201, response_model=AwardView, responses=CREATE)
async def grant_award(body: GrantAward, caller: Officer, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    member = await stores.directory.member(body.member_id, field="member_id")
    caller.require(member.unit_id, field="member_id")
    award_id = new_id()
    return await answered(
        stores.awards.create(
            lambda: Award.grant(
                award_id,
                **body.model_dump(),
                unit_id=member.unit_id,
                granted_by=caller.id,
                at=order.at,
                today=campus_day(order.at),
            ),
            order,
            created(AwardView.of, "/v1/awards"),
        )
    )


@router.get("/awards", response_model=AwardPage, responses=LIST)
async def list_awards(
    caller: Reader,
    page: Paged,
    stores: Wired,
    member_id: Annotated[UUID | None, Query()] = None,
    unit_id: Annotated[UUID | None, Query()] = None,
) -> Any:
    given = {"member_id": member_id, "unit_id": unit_id}
    where = {name: value for name, value in given.items() if value is not None}
    where |= stores.awards.within(caller)
    return listed(AwardView.of, await stores.awards.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/awards/{award_id}", response_model=AwardView, responses=READ)
async def get_award(award_id: UUID, caller: Reader, stores: Wired) -> Response:
    return shown(AwardView.of, await stores.awards.get(award_id, stores.awards.within(caller)))
