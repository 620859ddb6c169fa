"""Routes of vouchers for birthdays."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.welfare import vouchers
from services.welfare.api.benefit_callers import BenefitReader, DriveKeeper, HandingOutReader, Signer
from services.welfare.api.callers import Everyone, Wired
from services.welfare.domain.benefit_vouchers import DriveState, RowOutcome, VoucherList, VoucherState
from shared.clock import campus_day
from shared.http.bodies import Body, LongLine, View, Whole
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

router = APIRouter(prefix="/v1", tags=["vouchers"])


class OpenVoucherDrive(Body):
    unit_id: Annotated[UUID | None, Field(description="Whose members it is for; null for the whole school.")] = None
    title: LongLine
    year: Annotated[Whole, Field(ge=2000, le=2200, examples=[2022])]
    value_fen: Annotated[Whole, Field(ge=1, le=1_000_000, description="Of each voucher, in fen.", examples=[30000])]
    valid_days: Annotated[Whole, Field(ge=1, le=366, description="For how many days after its issue.")]
    most: Annotated[Whole, Field(ge=1, le=100_000, description="How many are issued at the most: so much is reserved.")]
    decision_id: Annotated[
        UUID | None, Field(description="The decision of the union committee, where the amount takes one.")
    ] = None


class RecordVouchers(Body):
    """The members whose birthday is in the month. The month is not kept."""

    drive_id: UUID
    unit_id: Annotated[UUID, Field(description="The unit that hands the list in.")]
    month: Annotated[Whole, Field(ge=1, le=12)]
    member_ids: Annotated[list[UUID], Field(min_length=1, max_length=500)]


class VoucherDriveView(View):
    id: UUID
    unit_id: UUID | None
    title: str
    year: int
    value_fen: int
    valid_days: int
    most: int
    state: DriveState
    opened_at: datetime
    spending_id: UUID | None
    policy_id: UUID | None
    headroom_fen: int | None
    issued: int
    used: int
    expired: int
    amount_fen: int | None
    closed_at: datetime | None


class VoucherDrivePage(View):
    items: list[VoucherDriveView]
    next: NextCursor


class VoucherView(View):
    id: UUID
    drive_id: UUID
    member_id: UUID
    unit_id: UUID
    value_fen: int
    expires_on: date
    state: VoucherState
    issued_at: datetime
    used_at: datetime | None


class VoucherPage(View):
    items: list[VoucherView]
    next: NextCursor


class VoucherRowView(View):
    member_id: UUID
    outcome: RowOutcome
    rule: Annotated[str | None, Field(description="The rule that was broken, where the row was refused.")]


class VoucherListView(View):
    id: UUID
    drive_id: UUID
    unit_id: UUID
    recorded_by: UUID
    recorded_at: datetime
    rows: tuple[VoucherRowView, ...]


@router.post("/voucher-drives", status_code=201, response_model=VoucherDriveView, responses=CREATE)
async def open_voucher_drive(body: OpenVoucherDrive, caller: DriveKeeper, command: Posted, stores: Wired) -> Response:
    """What all of its vouchers are worth is reserved."""
    order = await command(caller)
    caller.require(body.unit_id, field="unit_id")
    terms = vouchers.Terms(**body.model_dump(exclude={"decision_id"}))
    respond = created(VoucherDriveView.of, "/v1/voucher-drives")
    return await answered(vouchers.begin(stores, terms, body.decision_id, order, respond))


@router.get("/voucher-drives", response_model=VoucherDrivePage, responses=LIST)
async def list_voucher_drives(
    caller: Everyone, page: Paged, stores: Wired, year: Annotated[int | None, Query(ge=2000, le=2200)] = None
) -> Any:
    where = {"year": year} if year else {}
    return listed(VoucherDriveView.of, await stores.voucher_drives.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/voucher-drives/{drive_id}", response_model=VoucherDriveView, responses=READ)
async def get_voucher_drive(drive_id: UUID, caller: Everyone, stores: Wired) -> Response:
    return shown(VoucherDriveView.of, await stores.voucher_drives.get(drive_id))


@router.post("/voucher-drives/{drive_id}/closings", response_model=VoucherDriveView, responses=CREATE)
async def close_voucher_drive(drive_id: UUID, caller: DriveKeeper, command: Posted, stores: Wired) -> Response:
    """When none is open any more. What was used is paid, and the rest is given back."""
    order = await command(caller)
    within = stores.voucher_drives.within(caller)
    return await answered(vouchers.close(stores, drive_id, order, changed(VoucherDriveView.of), within))


@router.post("/voucher-lists", status_code=201, response_model=VoucherListView, responses=CREATE)
async def record_vouchers(body: RecordVouchers, caller: DriveKeeper, command: Posted, stores: Wired) -> Response:
    """Each row by itself: one that is refused does not stop the others. Who has a voucher of the year keeps it."""
    order = await command(caller)
    caller.require(body.unit_id, field="unit_id")
    drive = (await stores.voucher_drives.get(body.drive_id)).state
    drive.require_month(body.month, campus_day(order.at))
    rows = await vouchers.issue_all(stores, drive, body.member_ids, order, caller)
    list_id = new_id()
    return await answered(
        stores.voucher_lists.create(
            lambda: VoucherList.record(
                list_id, drive_id=drive.id, unit_id=body.unit_id, rows=rows, by=caller.id, at=order.at
            ),
            order,
            created(VoucherListView.of, "/v1/voucher-lists"),
        )
    )


@router.get("/voucher-lists/{list_id}", response_model=VoucherListView, responses=READ)
async def get_voucher_list(list_id: UUID, caller: HandingOutReader, stores: Wired) -> Response:
    return shown(VoucherListView.of, await stores.voucher_lists.get(list_id, stores.voucher_lists.within(caller)))


@router.get("/vouchers", response_model=VoucherPage, responses=LIST)
async def list_vouchers(
    caller: BenefitReader,
    page: Paged,
    stores: Wired,
    drive_id: Annotated[UUID | None, Query()] = None,
    member_id: Annotated[UUID | None, Query()] = None,
) -> Any:
    given = {"drive_id": drive_id, "member_id": member_id}
    where = {name: value for name, value in given.items() if value} | dict(stores.vouchers.within(caller))
    return listed(VoucherView.of, await stores.vouchers.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/vouchers/{voucher_id}", response_model=VoucherView, responses=READ)
async def get_voucher(voucher_id: UUID, caller: BenefitReader, stores: Wired) -> Response:
    return shown(VoucherView.of, await stores.vouchers.get(voucher_id, stores.vouchers.within(caller)))


@router.post("/vouchers/{voucher_id}/uses", response_model=VoucherView, responses=CREATE)
async def use_voucher(voucher_id: UUID, caller: Signer, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    within = stores.vouchers.within(caller)
    return await answered(vouchers.use(stores, voucher_id, order, changed(VoucherView.of), within))
