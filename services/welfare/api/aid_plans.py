"""Routes of schemes of mutual aid."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.welfare.api.aid_callers import Everyone, School, Wired
from services.welfare.domain.aid import AidPlan
from shared.contracts.welfare.aid import AidMatter
from shared.http.bodies import Body, Day, LongLine, View, Whole
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

router = APIRouter(prefix="/v1", tags=["mutual aid"])


def _each_once(matters: list[AidMatter]) -> list[AidMatter]:
    if len(set(matters)) != len(matters):
        raise PydanticCustomError("duplicates", "must not hold the same twice")
    return matters


class EstablishAidPlan(Body):
    """Covers from the first to the last day, both included."""

    name: Annotated[LongLine, Field(examples=["市总会员住院免费专享保障"])]
    matters: Annotated[list[AidMatter], AfterValidator(_each_once), Field(min_length=1, max_length=len(AidMatter))]
    premium_fen: Annotated[Whole, Field(ge=0, le=10_000_000, description="For one member, in fen; 0 where it is free.")]
    covers_from: Day
    covers_until: Day
    source: Annotated[LongLine, Field(description="The document that it rests on.")]


class EndAidPlan(Body):
    covers_until: Annotated[Day, Field(description="The last day that it covers, before the one that there is.")]


class AidPlanView(View):
    id: UUID
    name: str
    matters: tuple[AidMatter, ...]
    premium_fen: int
    covers_from: date
    covers_until: date
    source: str


class AidPlanPage(View):
    items: list[AidPlanView]
    next: NextCursor


@router.post("/aid-plans", status_code=201, response_model=AidPlanView, responses=CREATE)
async def establish_aid_plan(body: EstablishAidPlan, caller: School, command: Posted, stores: Wired) -> Response:
    """A scheme of the city federation, for the members of the whole school."""
    order = await command(caller)
    plan_id = new_id()
    return await answered(
        stores.aid_plans.create(
            lambda: AidPlan.establish(plan_id, **body.model_dump()), order, created(AidPlanView.of, "/v1/aid-plans")
        )
    )


@router.get("/aid-plans", response_model=AidPlanPage, responses=LIST)
async def list_aid_plans(caller: Everyone, page: Paged, stores: Wired) -> Any:
    return listed(AidPlanView.of, await stores.aid_plans.page({}, limit=page.limit, cursor=page.cursor))


@router.get("/aid-plans/{plan_id}", response_model=AidPlanView, responses=READ)
async def get_aid_plan(plan_id: UUID, caller: Everyone, stores: Wired) -> Response:
    return shown(AidPlanView.of, await stores.aid_plans.get(plan_id))


@router.post("/aid-plans/{plan_id}/endings", response_model=AidPlanView, responses=CREATE)
async def end_aid_plan(plan_id: UUID, body: EndAidPlan, caller: School, command: Posted, stores: Wired) -> Response:
    """Before its time. What happened until then can still be claimed."""
    order = await command(caller)
    return await answered(
        stores.aid_plans.change(
            plan_id, lambda plan: plan.end(covers_until=body.covers_until), order, changed(AidPlanView.of)
        )
    )
