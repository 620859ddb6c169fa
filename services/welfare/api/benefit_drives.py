"""Routes of drives of benefits: planned, announced, reconciled."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import AwareDatetime, Field, model_validator
from pydantic_core import PydanticCustomError

from services.welfare import benefit_drives
from services.welfare.api.benefit_callers import DriveKeeper, HandingOutReader
from services.welfare.api.callers import Everyone, Wired
from services.welfare.domain.benefit_packages import Package
from services.welfare.domain.benefits import BenefitDrive, State
from services.welfare.store.benefit_entitlements import Tally
from shared.clock import campus_day
from shared.contracts.members import Employment
from shared.contracts.welfare.benefits import BenefitOccasion
from shared.contracts.welfare.visits import Form
from shared.http.bodies import Body, Day, Ids, Line, LongLine, View, Whole
from shared.http.requests import (
    CHANGE,
    CREATE,
    LIST,
    READ,
    Changed,
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

router = APIRouter(prefix="/v1", tags=["benefits"])

Price = Annotated[Whole, Field(ge=1, le=100_000_000, description="In fen.", examples=[30000])]
Stock = Annotated[
    Whole | None, Field(ge=0, le=1_000_000, description="How many there are; null for as many as are asked for.")
]
Budget = Annotated[
    Whole | None,
    Field(
        ge=1,
        le=100_000_000_000,
        description="In fen, what is reserved; the dearest package for everybody if not given.",
    ),
]
RemindDays = Annotated[
    Whole | None, Field(ge=1, le=30, description="How many days before the deadline who has not chosen is reminded.")
]


class PackageBody(Body):
    name: Line
    form: Form = Form.GOODS
    price_fen: Price
    stock: Stock = None
    default: Annotated[bool, Field(strict=True, description="What whoever chooses nothing gets.")] = False


Packages = Annotated[list[PackageBody], Field(min_length=1, max_length=30)]


class PlanDrive(Body):
    """The roster is frozen on `snapshot_on` by itself."""

    unit_id: Annotated[UUID | None, Field(description="Whose members it is for; null for the whole school.")] = None
    occasion: BenefitOccasion
    title: LongLine
    employment: Annotated[list[Employment], Field(min_length=1, max_length=3)] = [Employment.IN_POST]  # noqa: RUF012  pydantic copies it
    unit_ids: Annotated[Ids, Field(max_length=100, description="Only these units and below; all if empty.")] = []  # noqa: RUF012
    packages: Packages
    snapshot_on: Annotated[Day, Field(description="Day on which the roster is frozen, Asia/Shanghai.")]
    choose_by: AwareDatetime
    remind_days: RemindDays = 3
    pick_up_from: Day
    pick_up_until: Day
    budget_fen: Budget = None


class ReviseDrive(Body):
    """What is given is changed; `packages` are given as a whole."""

    title: LongLine | None = None
    packages: Packages | None = None
    choose_by: AwareDatetime | None = None
    remind_days: RemindDays = None
    pick_up_from: Day | None = None
    pick_up_until: Day | None = None
    budget_fen: Budget = None

    @model_validator(mode="after")
    def _something_given(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("nothing_to_change", "must hold something to change")
        for name in self.model_fields_set - {"remind_days", "budget_fen"}:
            if getattr(self, name) is None:
                raise PydanticCustomError("not_to_be_removed", "cannot be removed")
        return self


class RosterBody(Body):
    member_ids: Annotated[Ids, Field(min_length=1, max_length=200)]


class AnnounceDrive(Body):
    decision_id: Annotated[
        UUID | None, Field(description="The decision of the union committee, where the amount takes one.")
    ] = None


class ExtendPickUp(Body):
    pick_up_until: Day


class ReconcileDrive(Body):
    return_uncollected: Annotated[
        bool, Field(strict=True, description="What is not collected goes back; else it is refused while some is open.")
    ] = False


class CancelDrive(Body):
    reason: LongLine


class PackageView(View):
    id: UUID
    name: str
    form: Form
    price_fen: int
    stock: int | None
    default: bool


class BenefitDriveView(View):
    id: UUID
    unit_id: UUID | None
    occasion: BenefitOccasion
    title: str
    year: int
    employment: tuple[Employment, ...]
    unit_ids: tuple[UUID, ...]
    packages: tuple[PackageView, ...]
    snapshot_on: date
    choose_by: datetime
    remind_at: datetime | None
    pick_up_from: date
    pick_up_until: date
    state: State
    entitled: int
    budget_fen: int | None
    reserved_fen: int | None
    spending_id: UUID | None
    policy_id: UUID | None
    headroom_fen: int | None
    announced_at: datetime | None
    picked_up: int | None
    returned: int | None
    amount_fen: int | None
    reconciled_at: datetime | None
    cancellation_reason: str | None


class BenefitDrivePage(View):
    items: list[BenefitDriveView]
    next: NextCursor


class TallyView(View):
    id: Annotated[UUID | None, Field(description="The branch or the package; null for none.")]
    entitled: int
    picked_up: int
    returned: int
    uncollected: int


class StockView(View):
    package_id: UUID
    total: int | None
    taken: int
    picked_up: int
    returned: int


class CountsView(View):
    """Of the units that the caller looks after; the stocks are of the whole drive."""

    by_branch: list[TallyView]
    by_package: list[TallyView]
    stocks: list[StockView]


class BenefitFigures(View):
    """Of the drives of a year that were announced, those of vouchers among them. The amount is what was paid."""

    year: int
    drives: int
    entitled: int
    picked_up: int
    returned: int
    vouchers_issued: int
    vouchers_used: int
    total_amount_fen: int


def _packages(given: Sequence[PackageBody]) -> list[Package]:
    return [Package(id=new_id(), **each.model_dump()) for each in given]


@router.post("/benefit-drives", status_code=201, response_model=BenefitDriveView, responses=CREATE)
async def plan_benefit_drive(body: PlanDrive, caller: DriveKeeper, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    caller.require(body.unit_id, field="unit_id")
    for unit in body.unit_ids:
        caller.require(unit, field="unit_ids")
    drive_id, packages = new_id(), _packages(body.packages)
    return await answered(
        stores.benefit_drives.create(
            lambda: BenefitDrive.plan(
                drive_id,
                **body.model_dump(exclude={"packages"}),
                packages=packages,
                by=caller.id,
                at=order.at,
            ),
            order,
            created(BenefitDriveView.of, "/v1/benefit-drives"),
        )
    )


@router.get("/benefit-drives", response_model=BenefitDrivePage, responses=LIST)
async def list_benefit_drives(
    caller: Everyone, page: Paged, stores: Wired, year: Annotated[int | None, Query(ge=2000, le=2200)] = None
) -> Any:
    where = {"year": year} if year else {}
    return listed(BenefitDriveView.of, await stores.benefit_drives.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/benefit-drives/{drive_id}", response_model=BenefitDriveView, responses=READ)
async def get_benefit_drive(drive_id: UUID, caller: Everyone, stores: Wired) -> Response:
    return shown(BenefitDriveView.of, await stores.benefit_drives.get(drive_id))


@router.patch("/benefit-drives/{drive_id}", response_model=BenefitDriveView, responses=CHANGE)
async def revise_benefit_drive(
    drive_id: UUID, body: ReviseDrive, caller: DriveKeeper, command: Changed, stores: Wired
) -> Response:
    """Until it is announced."""
    order = await command(caller)
    changes: dict[str, Any] = body.model_dump(exclude_unset=True, exclude={"packages"})
    if body.packages:
        changes["packages"] = tuple(_packages(body.packages))
    return await answered(
        stores.benefit_drives.change(
            drive_id,
            lambda drive: drive.revise(changes, at=order.at),
            order,
            changed(BenefitDriveView.of),
            stores.benefit_drives.within(caller),
        )
    )


@router.post("/benefit-drives/{drive_id}/inclusions", response_model=BenefitDriveView, responses=CREATE)
async def include_members(
    drive_id: UUID, body: RosterBody, caller: DriveKeeper, command: Posted, stores: Wired
) -> Response:
    """They are entitled whatever their unit and employment. Until it is announced."""
    return await _revise_roster(drive_id, body, caller, command, stores, out=False)


@router.post("/benefit-drives/{drive_id}/exclusions", response_model=BenefitDriveView, responses=CREATE)
async def exclude_members(
    drive_id: UUID, body: RosterBody, caller: DriveKeeper, command: Posted, stores: Wired
) -> Response:
    """They are not entitled. Until it is announced."""
    return await _revise_roster(drive_id, body, caller, command, stores, out=True)


async def _revise_roster(
    drive_id: UUID, body: RosterBody, caller: DriveKeeper, command: Posted, stores: Wired, *, out: bool
) -> Response:
    order = await command(caller)
    within = stores.benefit_drives.within(caller)
    await stores.benefit_drives.get(drive_id, within)
    known = await stores.directory.all_of(member_ids=body.member_ids)
    for member in known.values():
        caller.require(member.unit_id, field="member_ids")
    members = [known[each] for each in body.member_ids]
    return await answered(
        benefit_drives.revise_roster(stores, drive_id, members, order, changed(BenefitDriveView.of), within, out=out)
    )


@router.post("/benefit-drives/{drive_id}/announcements", response_model=BenefitDriveView, responses=CREATE)
async def announce_benefit_drive(
    drive_id: UUID, body: AnnounceDrive, caller: DriveKeeper, command: Posted, stores: Wired
) -> Response:
    """When its roster is frozen. What it may cost is reserved."""
    order = await command(caller)
    within = stores.benefit_drives.within(caller)
    return await answered(
        benefit_drives.announce(stores, drive_id, body.decision_id, order, changed(BenefitDriveView.of), within)
    )


@router.post("/benefit-drives/{drive_id}/extensions", response_model=BenefitDriveView, responses=CREATE)
async def extend_pick_up(
    drive_id: UUID, body: ExtendPickUp, caller: DriveKeeper, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    return await answered(
        stores.benefit_drives.change(
            drive_id,
            lambda drive: drive.extend(body.pick_up_until, today=campus_day(order.at)),
            order,
            changed(BenefitDriveView.of),
            stores.benefit_drives.within(caller),
        )
    )


@router.post("/benefit-drives/{drive_id}/reconciliations", response_model=BenefitDriveView, responses=CREATE)
async def reconcile_benefit_drive(
    drive_id: UUID, body: ReconcileDrive, caller: DriveKeeper, command: Posted, stores: Wired
) -> Response:
    """What was picked up is paid, and the rest of what was reserved is given back."""
    order = await command(caller)
    within, respond = stores.benefit_drives.within(caller), changed(BenefitDriveView.of)
    return await answered(
        benefit_drives.reconcile(stores, drive_id, order, respond, within, return_uncollected=body.return_uncollected)
    )


@router.post("/benefit-drives/{drive_id}/cancellations", response_model=BenefitDriveView, responses=CREATE)
async def cancel_benefit_drive(
    drive_id: UUID, body: CancelDrive, caller: DriveKeeper, command: Posted, stores: Wired
) -> Response:
    """Before anything is handed out. What was reserved is given back."""
    order = await command(caller)
    within, respond = stores.benefit_drives.within(caller), changed(BenefitDriveView.of)
    return await answered(benefit_drives.cancel(stores, drive_id, body.reason, order, respond, within))


@router.get("/benefit-drives/{drive_id}/counts", response_model=CountsView, responses=READ)
async def read_benefit_counts(drive_id: UUID, caller: HandingOutReader, stores: Wired) -> Any:
    """By branch and by package. They stand when the drive is reconciled."""
    await stores.benefit_drives.get(drive_id)
    within = stores.benefit_entitlements.within(caller)

    async def tallied(by: str) -> list[Tally]:
        return await stores.benefit_entitlements.tally(drive_id, by, within)

    return CountsView(
        by_branch=[TallyView.of(each) for each in await tallied("branch_id")],
        by_package=[TallyView.of(each) for each in await tallied("package_id")],
        stocks=[StockView.of(each) for each in await stores.benefit_stocks.of_drive(drive_id)],
    )


@router.get("/benefit-figures", response_model=BenefitFigures, responses=LIST)
async def read_benefit_figures(
    caller: HandingOutReader,
    stores: Wired,
    year: Annotated[int, Query(ge=2000, le=2200, description="In which it is handed out.", examples=[2022])],
) -> Any:
    """Of the drives of the units that the caller looks after."""
    drives, entitled, paid = await stores.benefit_drives.figures(year, stores.benefit_drives.within(caller))
    picked_up, returned = await stores.benefit_stocks.handed_out(drives)
    vouchers = await stores.voucher_drives.figures(year, stores.voucher_drives.within(caller))
    return BenefitFigures(
        year=year,
        drives=len(drives) + vouchers.drives,
        entitled=entitled,
        picked_up=picked_up,
        returned=returned,
        vouchers_issued=vouchers.issued,
        vouchers_used=vouchers.used,
        total_amount_fen=paid + vouchers.paid_fen,
    )
