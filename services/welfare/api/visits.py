"""Routes of visits (慰问): proposed, and read. What becomes of them is in `visit_steps.py`."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.welfare.api.callers import Proposer, VisitCounter, VisitReader, Wired
from services.welfare.domain.signing import VisitState
from services.welfare.domain.visit_figures import figures
from services.welfare.domain.visits import Visit
from shared.access import Caller
from shared.clock import campus_day
from shared.contracts.welfare.policies import SpendingKind
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
    answered,
    created,
    listed,
    shown,
)
from shared.ids import new_id
from shared.roles import Role

router = APIRouter(prefix="/v1", tags=["welfare"])


class LogVisit(Body):
    member_id: UUID
    occasion: Occasion
    visited_on: Annotated[Day, Field(description="Day of the visit, Asia/Shanghai.")]
    visitor_ids: Annotated[Ids, Field(min_length=1, max_length=20)]
    form: Form
    amount_fen: Annotated[Whole, Field(ge=1, le=100_000_000, description="Value in fen.", examples=[60000])]


class VisitView(View):
    """That there was a visit, and how far it is. What it was about is in its details."""

    id: UUID
    member_id: UUID
    unit_id: UUID
    visited_on: date
    visitor_ids: tuple[UUID, ...]
    form: Form
    logged_by: UUID
    logged_at: datetime
    state: VisitState
    signed_by: tuple[UUID, ...]
    signed_as: Annotated[tuple[Role, ...], Field(description="As what each of `signed_by` has signed.")]
    approved_at: datetime | None
    spending_id: Annotated[UUID | None, Field(description="Its money, from the approval on.")]
    paid_by: UUID | None
    paid_at: datetime | None
    receipt_number: str | None
    receipted_on: date | None
    receipt_signed_by: UUID | None


class VisitDetails(VisitView):
    """All of it is null once the member's data were erased."""

    occasion: Occasion | None
    amount_fen: int | None
    policy_id: Annotated[UUID | None, Field(description="The policy that it was judged by.")]
    reasons: Annotated[tuple[str, ...] | None, Field(description="Why it was refused, cancelled or paid back.")]


class VisitPage(View):
    items: list[VisitView]
    next: NextCursor


class OccasionView(View):
    """Null where a small number would tell of somebody. Without an occasion: of those whose subject was erased."""

    occasion: Occasion | None
    logged: Annotated[int | None, Field(description="Made in the year and not given up, paid or not yet.")]
    paid: int | None
    amount_fen: Annotated[int | None, Field(description="What was paid for them, in fen, less what came back.")]


class TotalView(View):
    logged: int
    paid: int
    amount_fen: int


class VisitFiguresView(View):
    """`total` is the sum of what is shown."""

    year: int
    unit_id: UUID | None
    occasions: list[OccasionView]
    total: TotalView


@router.post("/visits", status_code=201, response_model=VisitView, responses=CREATE)
async def log_visit(body: LogVisit, caller: Proposer, command: Posted, stores: Wired) -> Response:
    """Judged by the policy that was in force for the member's unit on the day of the visit."""
    order = await command(caller)
    known = await stores.directory.all_of(member_id=[body.member_id], visitor_ids=body.visitor_ids)
    member = known[body.member_id]
    caller.require(member.unit_id, field="member_id")
    if member.id == caller.id:
        raise OwnCase(field="member_id")
    policy = await stores.policies.judging(SpendingKind.VISIT, body.occasion.value, member.unit_id, body.visited_on)
    visit_id = new_id()
    return await answered(
        stores.visits.create(
            lambda: Visit.log(
                visit_id,
                **body.model_dump(),
                unit_id=member.unit_id,
                policy=policy,
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
    caller: VisitReader,
    page: Paged,
    stores: Wired,
    member_id: Annotated[UUID | None, Query()] = None,
    state: Annotated[VisitState | None, Query(description="As `proposed` to be signed, `approved` to be paid.")] = None,
) -> Any:
    where = {
        **({"member_id": member_id} if member_id else {}),
        **({"state": state.value} if state else {}),
        **stores.visits.within(caller),
    }
    return listed(VisitView.of, await stores.visits.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/visits/{visit_id}", response_model=VisitView, responses=READ)
async def get_visit(visit_id: UUID, caller: VisitReader, stores: Wired) -> Response:
    return shown(VisitView.of, await stores.visits.get(visit_id, stores.visits.within(caller)))


@router.get("/visits/{visit_id}/details", response_model=VisitDetails, responses=READ)
async def read_visit_details(visit_id: UUID, caller: VisitReader, reading: ReadingFor, stores: Wired) -> Response:
    """What the visit was about. Who reads it, and for what purpose, is put on record."""
    found = await stores.visits.open(visit_id, reading(caller), stores.visits.within(caller))
    return shown(VisitDetails.of, found)


@router.get("/visit-figures", response_model=VisitFiguresView, responses=READ)
async def count_visits(
    caller: VisitCounter,
    stores: Wired,
    year: Annotated[int, Query(ge=2000, le=2200, description="In which the visits were made.")],
    unit_id: Annotated[UUID | None, Query(description="And what lies below it; all that you reach if none.")] = None,
) -> VisitFiguresView:
    """Small numbers of what is sensitive are shown to the union office, to finance and to the audit committee alone."""
    where = stores.visits.within(caller)
    if unit_id is not None:
        caller.require(unit_id, field="unit_id")
        where = {"unit_id": {"$in": await stores.units_below([unit_id])}}
    found = figures(await stores.visits.by_occasion(year, where), everything=_sees_everything(caller, unit_id))
    return VisitFiguresView(
        year=year,
        unit_id=unit_id,
        occasions=[OccasionView.of(each) for each in found.occasions],
        total=TotalView.of(found.total),
    )


def _sees_everything(caller: Caller, unit_id: UUID | None) -> bool:
    office = caller.acting_as(Role.UNION_OFFICER).everything
    accounts = caller.acting_as(Role.FINANCE_OFFICER, Role.AUDIT_COMMITTEE)
    if office or accounts.everything:
        return True
    return accounts.covers(unit_id) if unit_id else bool(accounts.units) and accounts.units >= caller.units
