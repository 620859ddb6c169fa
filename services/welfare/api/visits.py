"""Routes of visits."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.welfare.domain.visits import Visit
from services.welfare.store import WelfareStores
from shared.access import Caller, Reach
from shared.clock import campus_day
from shared.contracts.welfare.visits import Form, Occasion
from shared.errors import OwnCase
from shared.http.bodies import Body, Day, Ids, View, Whole
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    ReadingFor,
    access,
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
Officer = Annotated[
    Caller,
    access({Role.UNION_OFFICER: Reach.SCOPE, Role.BRANCH_CHAIR: Reach.SCOPE, Role.BRANCH_OFFICER: Reach.SCOPE}),
]
Reader = Annotated[
    Caller,
    access(
        {
            Role.UNION_OFFICER: Reach.SCOPE,
            Role.FINANCE_OFFICER: Reach.SCOPE,
            Role.AUDIT_COMMITTEE: Reach.SCOPE,
            Role.BRANCH_CHAIR: Reach.SCOPE,
            Role.BRANCH_OFFICER: Reach.SCOPE,
            Role.MEMBER: Reach.OWN,
        }
    ),
]


class LogVisit(Body):
    member_id: UUID
    occasion: Occasion
    visited_on: Annotated[Day, Field(description="Day of the visit, Asia/Shanghai.")]
    visitor_ids: Annotated[Ids, Field(min_length=1, max_length=20)]
    form: Form
    amount_fen: Annotated[Whole, Field(ge=0, le=100_000_000, description="Value in fen.", examples=[60000])]


class VisitView(View):
    """That there was a visit. What it was about is in its details."""

    id: UUID
    member_id: UUID
    unit_id: UUID
    visited_on: date
    visitor_ids: tuple[UUID, ...]
    form: Form
    logged_by: UUID
    logged_at: datetime


class VisitDetails(VisitView):
    """Both are null once the member's data were erased."""

    occasion: Occasion | None
    amount_fen: int | None


class VisitPage(View):
    items: list[VisitView]
    next: NextCursor


@router.post("/visits", status_code=201, response_model=VisitView, responses=CREATE)
async def log_visit(body: LogVisit, caller: Officer, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    known = await stores.directory.all_of(member_id=[body.member_id], visitor_ids=body.visitor_ids)
    member = known[body.member_id]
    caller.require(member.unit_id, field="member_id")
    if member.id == caller.id:
        raise OwnCase(field="member_id")
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
    where = {**({"member_id": member_id} if member_id else {}), **stores.visits.within(caller)}
    return listed(VisitView.of, await stores.visits.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/visits/{visit_id}", response_model=VisitView, responses=READ)
async def get_visit(visit_id: UUID, caller: Reader, stores: Wired) -> Response:
    return shown(VisitView.of, await stores.visits.get(visit_id, stores.visits.within(caller)))


@router.get("/visits/{visit_id}/details", response_model=VisitDetails, responses=READ)
async def read_visit_details(visit_id: UUID, caller: Reader, reading: ReadingFor, stores: Wired) -> Response:
    """What the visit was about. Who reads it, and for what purpose, is put on record."""
    found = await stores.visits.open(visit_id, reading(caller), stores.visits.within(caller))
    return shown(VisitDetails.of, found)
