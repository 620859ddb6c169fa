"""Routes of batch visits (集体慰问): proposed with a list of members, and read. Their steps: `batch_visit_steps.py`."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.welfare import batch_lists
from services.welfare.api.callers import BatchReader, Proposer, VisitCounter, Wired
from services.welfare.domain.batch_rows import MOST_ROWS, RowOutcome, Verdict
from services.welfare.domain.batch_visits import BatchVisit, pieces_of, propose
from services.welfare.domain.signing import VisitState
from services.welfare.errors.visits import NobodyOnTheList
from services.welfare.store import WelfareStores
from shared.access import Caller
from shared.aggregate import Decision
from shared.command import Answer, Command
from shared.contracts.welfare.batch_visits import BatchOccasion
from shared.contracts.welfare.policies import SpendingKind
from shared.http.bodies import Body, Day, LongLine, View, Whole
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    Uploaded,
    answered,
    created,
    listed,
    shown,
)
from shared.ids import new_id
from shared.roles import Role
from shared.store import Piece, Versioned, change_together

router = APIRouter(prefix="/v1", tags=["batch visits"])

_FILE = {
    "requestBody": {
        "required": True,
        "description": "The list itself: .xlsx, or CSV in UTF-8 or GB18030, with the column 工号.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}

Title = Annotated[LongLine, Field(description="What it is called.", examples=["2022年高温慰问"])]
Goods = Annotated[LongLine, Field(description="What each member is given.", examples=["清凉饮品一箱"])]
UnitPrice = Annotated[Whole, Field(ge=1, le=100_000_000, description="The price of one, in fen.", examples=[8000])]
VisitedOn = Annotated[Day, Field(description="Day of the visit, Asia/Shanghai; it may be to come.")]
OfUnit = Annotated[UUID | None, Field(description="Whose members, and of what lies below it; null for the school.")]
AcceptGoodRows = Annotated[
    bool, Field(description="Take the good rows where others are bad. Without it nothing is taken then.")
]


class Batch(Body):
    """What is proposed, whatever the form of the list."""

    title: Title
    occasion: BatchOccasion
    goods: Goods
    unit_price_fen: UnitPrice
    visited_on: VisitedOn
    unit_id: OfUnit = None


class ProposeBatch(Batch):
    member_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_ROWS)]
    accept_good_rows: AcceptGoodRows = False


class BatchVisitView(View):
    id: UUID
    title: str
    occasion: BatchOccasion
    goods: str
    unit_price_fen: int
    amount_fen: Annotated[int, Field(description="The price of all of them, in fen.")]
    members: int
    visited_on: date
    unit_id: UUID | None
    policy_id: UUID
    logged_by: UUID
    logged_at: datetime
    state: VisitState
    signed_by: tuple[UUID, ...]
    signed_as: tuple[Role, ...]
    approved_at: datetime | None
    spending_id: UUID | None
    paid_by: UUID | None
    paid_at: datetime | None
    reasons: Annotated[tuple[str, ...], Field(description="Why it was refused, cancelled or paid back.")]


class BatchVisitPage(View):
    items: list[BatchVisitView]
    next: NextCursor


class BatchRowView(View):
    """`number` is the place in the list from 1, or the row as the spreadsheet program counts."""

    number: int
    member_id: UUID | None
    outcome: RowOutcome


class BatchReportView(View):
    """`id` and `batch` are null where nothing was taken, as rows were bad."""

    id: UUID | None
    batch: BatchVisitView | None
    counts: dict[RowOutcome, int]
    rows: list[BatchRowView]


PROPOSE: dict[int | str, dict[str, Any]] = {
    **CREATE,
    200: {"model": BatchReportView, "description": "Rows are bad, and nothing was taken."},
}


class BatchListView(View):
    """A piece of the list, some hundreds of members."""

    id: UUID
    number: int
    member_ids: tuple[UUID, ...]


class BatchListPage(View):
    items: list[BatchListView]
    next: NextCursor


@router.post("/batch-visits", status_code=201, response_model=BatchReportView, responses=PROPOSE)
async def propose_batch_visit(body: ProposeBatch, caller: Proposer, command: Posted, stores: Wired) -> Response:
    """201 with a result for each row where it was taken; 200 with them where rows are bad and nothing was taken."""
    order = await command(caller)
    caller.require(body.unit_id, field="unit_id")
    rows = batch_lists.listed(body.member_ids)
    verdicts = await batch_lists.verdicts(stores, rows, body.unit_id, asking=caller.id)
    batch = Batch.model_validate(body.model_dump(exclude={"member_ids", "accept_good_rows"}, mode="json"))
    return await _proposed(stores, batch, verdicts, caller, order, accept_good_rows=body.accept_good_rows)


@router.post(
    "/batch-visit-sheets", status_code=201, response_model=BatchReportView, responses=PROPOSE, openapi_extra=_FILE
)
async def propose_batch_visit_by_sheet(
    caller: Proposer,
    upload: Uploaded,
    stores: Wired,
    title: Annotated[Title, Query()],
    occasion: Annotated[BatchOccasion, Query()],
    goods: Annotated[Goods, Query()],
    unit_price_fen: Annotated[int, Query(ge=1, le=100_000_000)],
    visited_on: Annotated[VisitedOn, Query()],
    unit_id: Annotated[OfUnit, Query()] = None,
    accept_good_rows: Annotated[AcceptGoodRows, Query()] = False,
) -> Response:
    """The same with a sheet that names members by their staff numbers, at most 10,000. The numbers are not kept."""
    order = await upload.command(caller)
    caller.require(unit_id, field="unit_id")
    batch = Batch(
        title=title,
        occasion=occasion,
        goods=goods,
        unit_price_fen=unit_price_fen,
        visited_on=visited_on.isoformat(),
        unit_id=unit_id,
    )
    rows = await batch_lists.read_sheet(stores, upload.content)
    verdicts = await batch_lists.verdicts(stores, rows, unit_id, asking=caller.id)
    return await _proposed(stores, batch, verdicts, caller, order, accept_good_rows=accept_good_rows)


async def _proposed(
    stores: WelfareStores,
    batch: Batch,
    verdicts: Sequence[Verdict],
    caller: Caller,
    order: Command,
    *,
    accept_good_rows: bool,
) -> Response:
    good = [row.member_id for row in verdicts if row.outcome is RowOutcome.OK and row.member_id]
    if len(good) < len(verdicts) and not accept_good_rows:
        return Response(_report(None, verdicts).model_dump_json(), media_type="application/json")
    if not good:
        raise NobodyOnTheList
    policy = await stores.policies.judging(
        SpendingKind.BATCH_VISIT, batch.occasion.value, batch.unit_id, batch.visited_on
    )
    batch_id, list_ids = new_id(), [new_id() for _ in range(pieces_of(len(good)))]

    def decide(*_: None) -> Sequence[Decision[Any]]:
        proposed, lists = propose(
            batch_id,
            list_ids=list_ids,
            member_ids=good,
            **batch.model_dump(),
            policy=policy,
            by=caller.id,
            at=order.at,
        )
        return [proposed, *lists]

    respond = created(BatchVisitView.of, "/v1/batch-visits")

    def report(found: Versioned[BatchVisit]) -> Answer:
        given = respond(found)
        return Answer(given.status, _report(found.state, verdicts).model_dump_json().encode(), given.headers)

    pieces: list[Piece[Any]] = [Piece(stores.batch_visits), *(Piece(stores.batch_visit_lists) for _ in list_ids)]
    return await answered(change_together(pieces, decide, order, report))


def _report(batch: BatchVisit | None, verdicts: Sequence[Verdict]) -> BatchReportView:
    counted = Counter(row.outcome for row in verdicts)
    return BatchReportView(
        id=batch.id if batch else None,
        batch=BatchVisitView.of(batch) if batch else None,
        counts={outcome: counted[outcome] for outcome in RowOutcome},
        rows=[BatchRowView.of(row) for row in verdicts],
    )


@router.get("/batch-visits", response_model=BatchVisitPage, responses=LIST)
async def list_batch_visits(
    caller: BatchReader, page: Paged, stores: Wired, state: Annotated[VisitState | None, Query()] = None
) -> Any:
    where = {**({"state": state.value} if state else {}), **stores.batch_visits.within(caller)}
    return listed(BatchVisitView.of, await stores.batch_visits.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/batch-visits/{batch_id}", response_model=BatchVisitView, responses=READ)
async def get_batch_visit(batch_id: UUID, caller: BatchReader, stores: Wired) -> Response:
    return shown(BatchVisitView.of, await stores.batch_visits.get(batch_id, stores.batch_visits.within(caller)))


@router.get("/batch-visits/{batch_id}/members", response_model=BatchListPage, responses=READ)
async def list_batch_visit_members(batch_id: UUID, caller: BatchReader, page: Paged, stores: Wired) -> Any:
    """Who is on the list, some hundreds in an item; `limit` is of items."""
    await stores.batch_visits.get(batch_id, stores.batch_visits.within(caller))
    where = {"batch_id": batch_id, **stores.batch_visit_lists.within(caller)}
    return listed(BatchListView.of, await stores.batch_visit_lists.page(where, limit=page.limit, cursor=page.cursor))


class BatchFiguresView(View):
    occasion: BatchOccasion
    batches: int
    visits: int
    amount_fen: int


class BatchVisitFiguresView(View):
    """Of what was paid, less what came back."""

    year: int
    unit_id: UUID | None
    occasions: list[BatchFiguresView]


@router.get("/batch-visit-figures", response_model=BatchVisitFiguresView, responses=READ)
async def count_batch_visits(
    caller: VisitCounter,
    stores: Wired,
    year: Annotated[int, Query(ge=2000, le=2200, description="In which the visits were made.")],
    unit_id: Annotated[UUID | None, Query(description="And what lies below it; all that you reach if none.")] = None,
) -> BatchVisitFiguresView:
    where = stores.batch_visits.within(caller)
    if unit_id is not None:
        caller.require(unit_id, field="unit_id")
        where = {"unit_id": {"$in": await stores.units_below([unit_id])}}
    found = await stores.batch_visits.by_occasion(year, where)
    return BatchVisitFiguresView(year=year, unit_id=unit_id, occasions=[BatchFiguresView.of(each) for each in found])
