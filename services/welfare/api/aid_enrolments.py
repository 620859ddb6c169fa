"""Routes of enrolments in schemes of mutual aid, and of the lists that they come from."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from services.welfare.api.aid_callers import Officer, Reader, Wired
from services.welfare.api.member_lists import DryRun, MemberList, RowView, file_of, rows_of
from services.welfare.domain.aid import AidEnrolmentBatch, EnrolmentEnd, State
from services.welfare.domain.member_lists import Entry, Outcome, counted
from services.welfare.enrolling import enrol_all
from services.welfare.member_lists import look_up, read_sheet, require_unit
from services.welfare.store import WelfareStores
from shared.access import Caller
from shared.command import Answer, Command
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
    listed,
    shown,
)
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["mutual aid"])

CoversFrom = Annotated[Day | None, Field(description="The first day of the scheme where left out.")]
_UNIT = "The unit for whose members the list is, with what lies below it; the whole school where left out."


class EnrolMembers(MemberList):
    unit_id: Annotated[UUID | None, Field(description=_UNIT)] = None
    covers_from: CoversFrom = None


class EndAidEnrolment(Body):
    on: Annotated[Day, Field(description="First day without cover.")]
    because: EnrolmentEnd


class AidEnrolmentView(View):
    id: UUID
    plan_id: UUID
    member_id: UUID
    unit_id: UUID
    state: State
    covers_from: date
    covers_until: date
    enrolled_by: UUID
    enrolled_at: datetime
    ended_on: date | None
    because: EnrolmentEnd | None


class AidEnrolmentPage(View):
    items: list[AidEnrolmentView]
    next: NextCursor


class AidEnrolmentReport(View):
    """`id` is null for a dry run, which leaves nothing behind."""

    id: UUID | None
    plan_id: UUID
    unit_id: UUID | None
    dry_run: bool
    counts: dict[Outcome, int]
    rows: list[RowView]


@router.post("/aid-plans/{plan_id}/enrolment-batches", response_model=AidEnrolmentReport, responses=CREATE)
async def enrol_members(
    plan_id: UUID, body: EnrolMembers, request: Request, caller: Officer, command: Posted, stores: Wired
) -> Response:
    """Row by row, at most 1,000. Once more changes nothing more."""
    order = await command(caller)
    await require_unit(stores, caller, body.unit_id)
    return await _enrol(
        stores, plan_id, body.entries(), body.unit_id, body.covers_from, caller, order, request, dry_run=False
    )


@router.post(
    "/aid-plans/{plan_id}/enrolment-imports",
    response_model=AidEnrolmentReport,
    responses=CREATE,
    openapi_extra=file_of("the column 工号"),
)
async def import_enrolments(
    plan_id: UUID,
    request: Request,
    caller: Officer,
    upload: Uploaded,
    stores: Wired,
    unit_id: Annotated[UUID | None, Query(description=_UNIT)] = None,
    covers_from: Annotated[Day | None, Query(description="The first day of the scheme where left out.")] = None,
    dry_run: DryRun = True,
) -> Response:
    """The same from a sheet."""
    order = await upload.command(caller)
    await require_unit(stores, caller, unit_id)
    entries = await read_sheet(upload.content, ["staff_number"])
    return await _enrol(stores, plan_id, entries, unit_id, covers_from, caller, order, request, dry_run=dry_run)


async def _enrol(
    stores: WelfareStores,
    plan_id: UUID,
    entries: list[Entry],
    unit_id: UUID | None,
    covers_from: date | None,
    caller: Caller,
    order: Command,
    request: Request,
    *,
    dry_run: bool,
) -> Response:
    plan = (await stores.aid_plans.get(plan_id)).state
    first = covers_from or plan.covers_from
    plan.require_day(first, field="covers_from")
    known = await look_up(stores, entries, unit_id, asking=caller.id)
    verdicts = await enrol_all(stores, plan, entries, known, first, order, dry_run=dry_run)
    batch_id, counts = None if dry_run else new_id(), counted(verdicts)
    report = AidEnrolmentReport(
        id=batch_id,
        plan_id=plan.id,
        unit_id=unit_id,
        dry_run=dry_run,
        counts=counts,
        rows=rows_of(verdicts, request),
    )
    body = report.model_dump_json().encode()
    if batch_id is None:
        return Response(body, media_type="application/json")
    return await answered(
        stores.aid_enrolment_batches.create(
            lambda: AidEnrolmentBatch.record(
                batch_id, plan_id=plan.id, unit_id=unit_id, counts=counts, by=caller.id, at=order.at
            ),
            order,
            lambda _: Answer(200, body),
        )
    )


@router.get("/aid-enrolments", response_model=AidEnrolmentPage, responses=LIST)
async def list_aid_enrolments(
    caller: Reader,
    page: Paged,
    stores: Wired,
    plan_id: Annotated[UUID | None, Query()] = None,
    member_id: Annotated[UUID | None, Query()] = None,
) -> Any:
    given = {"plan_id": plan_id, "member_id": member_id}
    where = {**{name: value for name, value in given.items() if value}, **stores.aid_enrolments.within(caller)}
    return listed(AidEnrolmentView.of, await stores.aid_enrolments.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/aid-enrolments/{enrolment_id}", response_model=AidEnrolmentView, responses=READ)
async def get_aid_enrolment(enrolment_id: UUID, caller: Reader, stores: Wired) -> Response:
    found = await stores.aid_enrolments.get(enrolment_id, stores.aid_enrolments.within(caller))
    return shown(AidEnrolmentView.of, found)


@router.post("/aid-enrolments/{enrolment_id}/endings", response_model=AidEnrolmentView, responses=CREATE)
async def end_aid_enrolment(
    enrolment_id: UUID, body: EndAidEnrolment, caller: Officer, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    return await answered(
        stores.aid_enrolments.change(
            enrolment_id,
            lambda enrolment: enrolment.end(on=body.on, because=body.because, by=caller.id),
            order,
            changed(AidEnrolmentView.of),
            stores.aid_enrolments.within(caller),
        )
    )


@router.post("/aid-enrolments/{enrolment_id}/resumptions", response_model=AidEnrolmentView, responses=CREATE)
async def resume_aid_enrolment(enrolment_id: UUID, caller: Officer, command: Posted, stores: Wired) -> Response:
    """It was ended by mistake: it goes on as if it had not been."""
    order = await command(caller)
    return await answered(
        stores.aid_enrolments.change(
            enrolment_id,
            lambda enrolment: enrolment.resume(by=caller.id),
            order,
            changed(AidEnrolmentView.of),
            stores.aid_enrolments.within(caller),
        )
    )
