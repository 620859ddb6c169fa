"""Routes of batches of service cards: what is applied for, and what the issuer answers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.welfare.api.aid_callers import Officer, UnionOfficer, Wired
from services.welfare.api.member_lists import (
    CardNumber,
    DryRun,
    MemberList,
    RowView,
    StaffNumber,
    file_of,
    rows_of,
)
from services.welfare.card_lists import apply_for_all, take_answers
from services.welfare.domain.cards import BatchState, CardBatch
from services.welfare.domain.member_lists import MOST_ROWS, Entry, Outcome, Verdict, counted
from services.welfare.member_lists import look_up, read_sheet, require_unit
from services.welfare.store import WelfareStores
from shared.access import Caller
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.command import Answer, Command
from shared.contracts.welfare.cards import CardRefusal
from shared.http.bodies import Body, Day, View
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    Uploaded,
    answered,
    changed,
    created,
    listed,
    shown,
)
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["service cards"])

IssuedOn = Annotated[Day, Field(description="When the cards that are issued were issued.")]


class OpenCardBatch(Body):
    unit_id: Annotated[
        UUID | None, Field(description="The unit for whose members it is; the whole school where left out.")
    ] = None


class CardAnswer(Body):
    """Of one application: the number of the card, or why there is none."""

    member_id: UUID | None = None
    staff_number: StaffNumber | None = None
    card_number: CardNumber | None = None
    refusal: CardRefusal | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.member_id is None) == (self.staff_number is None):
            raise PydanticCustomError("one_of_two", "must hold member_id or staff_number, and not both")
        if (self.card_number is None) == (self.refusal is None):
            raise PydanticCustomError("one_of_two", "must hold card_number or refusal, and not both")
        return self


class TakeCardAnswers(Body):
    on: IssuedOn
    answers: Annotated[list[CardAnswer], Field(min_length=1, max_length=MOST_ROWS)]


class CardBatchView(View):
    id: UUID
    unit_id: UUID | None
    state: BatchState
    opened_by: UUID
    opened_at: datetime
    submitted_on: date | None
    pending: int
    issued: int
    refused: int


class CardBatchPage(View):
    items: list[CardBatchView]
    next: NextCursor


class CardBatchReport(View):
    """What each row came to, or would in a dry run."""

    batch_id: UUID
    dry_run: bool
    counts: dict[Outcome, int]
    rows: list[RowView]


@router.post("/card-batches", status_code=201, response_model=CardBatchView, responses=CREATE)
async def open_card_batch(body: OpenCardBatch, caller: Officer, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    await require_unit(stores, caller, body.unit_id)
    batch_id = new_id()
    return await answered(
        stores.card_batches.create(
            lambda: CardBatch.open(batch_id, unit_id=body.unit_id, by=caller.id, at=order.at),
            order,
            created(CardBatchView.of, "/v1/card-batches"),
        )
    )


@router.get("/card-batches", response_model=CardBatchPage, responses=LIST)
async def list_card_batches(caller: Officer, page: Paged, stores: Wired) -> Any:
    where = stores.card_batches.within(caller)
    return listed(CardBatchView.of, await stores.card_batches.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/card-batches/{batch_id}", response_model=CardBatchView, responses=READ)
async def get_card_batch(batch_id: UUID, caller: Officer, stores: Wired) -> Response:
    return shown(CardBatchView.of, await stores.card_batches.get(batch_id, stores.card_batches.within(caller)))


@router.post("/card-batches/{batch_id}/applications", response_model=CardBatchReport, responses=CREATE)
async def apply_for_cards(
    batch_id: UUID, body: MemberList, request: Request, caller: Officer, command: Posted, stores: Wired
) -> Response:
    """Row by row, at most 1,000, until the batch is submitted. Once more changes nothing more."""
    order = await command(caller)
    return await _apply(stores, batch_id, body.entries(), caller, order, request, dry_run=False)


@router.post(
    "/card-batches/{batch_id}/application-imports",
    response_model=CardBatchReport,
    responses=CREATE,
    openapi_extra=file_of("the column 工号"),
)
async def import_card_applications(
    batch_id: UUID, request: Request, caller: Officer, upload: Uploaded, stores: Wired, dry_run: DryRun = True
) -> Response:
    """The same from a sheet."""
    order = await upload.command(caller)
    await stores.card_batches.get(batch_id, stores.card_batches.within(caller))
    entries = await read_sheet(upload.content, ["staff_number"])
    return await _apply(stores, batch_id, entries, caller, order, request, dry_run=dry_run)


async def _apply(
    stores: WelfareStores,
    batch_id: UUID,
    entries: list[Entry],
    caller: Caller,
    order: Command,
    request: Request,
    *,
    dry_run: bool,
) -> Response:
    within = stores.card_batches.within(caller)
    batch = (await stores.card_batches.get(batch_id, within)).state
    batch.add(0)
    known = await look_up(stores, entries, batch.unit_id, asking=caller.id)
    verdicts = await apply_for_all(stores, batch_id, entries, known, order, within, dry_run=dry_run)
    return await _reported(stores, batch_id, verdicts, caller, order, request, dry_run=dry_run)


@router.post("/card-batches/{batch_id}/submissions", response_model=CardBatchView, responses=CREATE)
async def submit_card_batch(batch_id: UUID, caller: Officer, command: Posted, stores: Wired) -> Response:
    """To the issuer. From now on nobody is added."""
    order = await command(caller)
    return await answered(
        stores.card_batches.change(
            batch_id,
            lambda batch: batch.submit(today=campus_day(order.at)),
            order,
            changed(CardBatchView.of),
            stores.card_batches.within(caller),
        )
    )


@router.post("/card-batches/{batch_id}/answers", response_model=CardBatchReport, responses=CREATE)
async def take_card_answers(
    batch_id: UUID, body: TakeCardAnswers, request: Request, caller: UnionOfficer, command: Posted, stores: Wired
) -> Response:
    """What the issuer says of each application, at most 1,000. Once more changes nothing more."""
    order = await command(caller)
    entries = [
        Entry(at, answer.member_id, answer.staff_number, answer.card_number)
        for at, answer in enumerate(body.answers, 1)
    ]
    refusals = {at: answer.refusal for at, answer in enumerate(body.answers, 1) if answer.refusal}
    return await _answer(stores, batch_id, entries, refusals, body.on, caller, order, request, dry_run=False)


@router.post(
    "/card-batches/{batch_id}/answer-imports",
    response_model=CardBatchReport,
    responses=CREATE,
    openapi_extra=file_of("the columns 工号 and 卡号"),
)
async def import_card_answers(
    batch_id: UUID,
    request: Request,
    caller: UnionOfficer,
    upload: Uploaded,
    stores: Wired,
    on: Annotated[Day, Query(description="When the cards were issued.")],
    dry_run: DryRun = True,
) -> Response:
    """The cards that were issued, from a sheet. Refusals are given as a list."""
    order = await upload.command(caller)
    await stores.card_batches.get(batch_id, stores.card_batches.within(caller))
    entries = await read_sheet(upload.content, ["staff_number", "card_number"])
    return await _answer(stores, batch_id, entries, {}, on, caller, order, request, dry_run=dry_run)


async def _answer(
    stores: WelfareStores,
    batch_id: UUID,
    entries: list[Entry],
    refusals: Mapping[int, CardRefusal],
    on: date,
    caller: Caller,
    order: Command,
    request: Request,
    *,
    dry_run: bool,
) -> Response:
    within = stores.card_batches.within(caller)
    (await stores.card_batches.get(batch_id, within)).state.take_answers(issued=0, refused=0)
    # Who has changed the unit since they were applied for gets their card all the same.
    known = await look_up(stores, entries, None, asking=caller.id)
    verdicts = await take_answers(stores, batch_id, entries, refusals, known, on, order, within, dry_run=dry_run)
    return await _reported(stores, batch_id, verdicts, caller, order, request, dry_run=dry_run)


async def _reported(
    stores: WelfareStores,
    batch_id: UUID,
    verdicts: list[Verdict],
    caller: Caller,
    order: Command,
    request: Request,
    *,
    dry_run: bool,
) -> Response:
    report = CardBatchReport(
        batch_id=batch_id, dry_run=dry_run, counts=counted(verdicts), rows=rows_of(verdicts, request)
    )
    body = report.model_dump_json().encode()
    if dry_run:
        return Response(body, media_type="application/json")
    # Nothing of the batch itself changes any more: the answer is kept for repeats.
    return await answered(
        stores.card_batches.change(
            batch_id,
            lambda batch: Decision(batch, ()),
            order,
            lambda _: Answer(200, body),
            stores.card_batches.within(caller),
        )
    )


@router.post("/card-batches/{batch_id}/closures", response_model=CardBatchView, responses=CREATE)
async def close_card_batch(batch_id: UUID, caller: Officer, command: Posted, stores: Wired) -> Response:
    """When each application has its answer."""
    order = await command(caller)
    return await answered(
        stores.card_batches.change(
            batch_id,
            lambda batch: batch.close(),
            order,
            changed(CardBatchView.of),
            stores.card_batches.within(caller),
        )
    )
