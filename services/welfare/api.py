"""Routes of visits."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.welfare.domain import Visit
from services.welfare.errors import OutsideYourUnits
from services.welfare.store import BRANCH, WelfareStores
from shared.auth import Principal
from shared.clock import campus_day
from shared.contracts.welfare import Form, Occasion
from shared.http.bodies import Body, Ids, View
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    allowed,
    answered,
    created,
    listed,
    shown,
    the_stores,
)
from shared.ids import new_id
from shared.roles import Role

router = APIRouter(prefix="/v1", tags=["welfare"])


Wired = Annotated[WelfareStores, the_stores]
Officer = Annotated[Principal, allowed(Role.UNION_OFFICER, *BRANCH)]
Reader = Annotated[Principal, allowed(Role.MEMBER)]


class LogVisit(Body):
    member_id: UUID
    occasion: Occasion
    visited_on: Annotated[date, Field(description="Day of the visit, Asia/Shanghai.")]
    visitor_ids: Annotated[Ids, Field(min_length=1, max_length=20)]
    form: Form
    amount_fen: Annotated[int, Field(ge=0, le=100_000_000, description="Value in fen.", examples=[60000])]


class VisitView(View):
    id: UUID
    member_id: UUID
    unit_id: UUID
    occasion: Occasion
    visited_on: date
    visitor_ids: tuple[UUID, ...]
    form: Form
    amount_fen: int
    logged_by: UUID
    logged_at: datetime


class VisitPage(View):
    items: list[VisitView]
    next: NextCursor


@router.post("/visits", status_code=201, response_model=VisitView, responses=CREATE)
async def log_visit(body: LogVisit, caller: Officer, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    member = await stores.directory.member(body.member_id, field="member_id")
    if not caller.everywhere(Role.UNION_OFFICER):
        units = await stores.directory.units_below(caller.units(Role.UNION_OFFICER, *BRANCH))
        if member.unit_id not in units:
            raise OutsideYourUnits
    visit_id = new_id()
    return await answered(
        stores.visits.create(
            lambda: Visit.log(
                visit_id,
                **body.model_dump(),
                unit_id=member.unit_id,
                logged_by=caller.id,
                at=order.at,
                today=campus_day(order.at),
            ),
            order,
            created(VisitView.of, "/v1/visits"),
        )
    )


@router.get("/visits", response_model=VisitPage, responses=LIST)
async def list_visits(
    caller: Reader, page: Paged, stores: Wired, member_id: Annotated[UUID | None, Query()] = None
) -> Any:
    where = {**await stores.visible_to(caller), **({"member_id": member_id} if member_id else {})}
    return listed(VisitView.of, await stores.visits.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/visits/{visit_id}", response_model=VisitView, responses=READ)
async def get_visit(visit_id: UUID, caller: Reader, stores: Wired) -> Response:
    return shown(VisitView.of, await stores.visits.get(visit_id, await stores.visible_to(caller)))
