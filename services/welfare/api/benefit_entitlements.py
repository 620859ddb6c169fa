"""Routes of what members are entitled to: choosing, picking up, giving back."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.welfare import handing_out
from services.welfare.api.benefit_callers import BenefitReader, Chooser, HandingOutReader, Signer
from services.welfare.api.callers import Wired
from services.welfare.domain.benefit_entitlements import PickUpList, RowOutcome, State
from shared.http.bodies import Body, View
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

router = APIRouter(prefix="/v1", tags=["benefits"])

SignedBy = Annotated[
    UUID | None, Field(description="Who has signed for it: a colleague; the member if nobody is named.")
]


class ChoosePackage(Body):
    package_id: UUID


class PickUp(Body):
    picked_up_by: SignedBy = None


class RowBody(Body):
    member_id: UUID
    picked_up_by: SignedBy = None


class RecordPickUps(Body):
    """`unit_id` is the branch that records it."""

    drive_id: UUID
    unit_id: UUID
    rows: Annotated[list[RowBody], Field(min_length=1, max_length=500)]


class EntitlementView(View):
    id: UUID
    drive_id: UUID
    member_id: UUID
    unit_id: UUID
    branch_id: UUID | None
    state: State
    package_id: UUID | None
    by_default: bool
    chosen_by: UUID | None
    chosen_at: datetime | None
    picked_up_by: UUID | None
    picked_up_at: datetime | None
    recorded_by: UUID | None
    returned_at: datetime | None


class EntitlementPage(View):
    items: list[EntitlementView]
    next: NextCursor


class PickUpRowView(View):
    member_id: UUID
    picked_up_by: UUID
    outcome: RowOutcome
    rule: Annotated[str | None, Field(description="The rule that was broken, where the row was refused.")]


class PickUpListView(View):
    id: UUID
    drive_id: UUID
    unit_id: UUID
    recorded_by: UUID
    recorded_at: datetime
    rows: tuple[PickUpRowView, ...]


@router.get("/benefit-entitlements", response_model=EntitlementPage, responses=LIST)
async def list_benefit_entitlements(
    caller: BenefitReader,
    page: Paged,
    stores: Wired,
    drive_id: Annotated[UUID | None, Query()] = None,
    member_id: Annotated[UUID | None, Query()] = None,
) -> Any:
    given = {"drive_id": drive_id, "member_id": member_id}
    where = {name: value for name, value in given.items() if value} | dict(stores.benefit_entitlements.within(caller))
    found = await stores.benefit_entitlements.page(where, limit=page.limit, cursor=page.cursor)
    return listed(EntitlementView.of, found)


@router.get("/benefit-entitlements/{entitlement_id}", response_model=EntitlementView, responses=READ)
async def get_benefit_entitlement(entitlement_id: UUID, caller: BenefitReader, stores: Wired) -> Response:
    found = await stores.benefit_entitlements.get(entitlement_id, stores.benefit_entitlements.within(caller))
    return shown(EntitlementView.of, found)


@router.post("/benefit-entitlements/{entitlement_id}/choices", response_model=EntitlementView, responses=CREATE)
async def choose_package(
    entitlement_id: UUID, body: ChoosePackage, caller: Chooser, command: Posted, stores: Wired
) -> Response:
    """By the member, or by the branch on their behalf; another one instead, until the deadline."""
    order = await command(caller)
    within = stores.benefit_entitlements.within(caller)
    return await answered(
        handing_out.choose(stores, entitlement_id, body.package_id, order, changed(EntitlementView.of), within)
    )


@router.post("/benefit-entitlements/{entitlement_id}/pick-ups", response_model=EntitlementView, responses=CREATE)
async def record_pick_up(
    entitlement_id: UUID, body: PickUp, caller: Signer, command: Posted, stores: Wired
) -> Response:
    """The member or a colleague has signed for it. An officer records it, and not for what they take themself."""
    order = await command(caller)
    within = stores.benefit_entitlements.within(caller)
    await stores.benefit_entitlements.get(entitlement_id, within)
    if body.picked_up_by:
        await stores.directory.member(body.picked_up_by, "picked_up_by")
    return await answered(
        handing_out.pick_up(stores, entitlement_id, body.picked_up_by, order, changed(EntitlementView.of), within)
    )


@router.post("/benefit-entitlements/{entitlement_id}/returns", response_model=EntitlementView, responses=CREATE)
async def return_benefit(entitlement_id: UUID, caller: Signer, command: Posted, stores: Wired) -> Response:
    """It was brought back, or is not wanted: the goods are in stock again."""
    order = await command(caller)
    within = stores.benefit_entitlements.within(caller)
    return await answered(handing_out.give_back(stores, entitlement_id, order, changed(EntitlementView.of), within))


@router.post("/pick-up-lists", status_code=201, response_model=PickUpListView, responses=CREATE)
async def record_pick_ups(body: RecordPickUps, caller: Signer, command: Posted, stores: Wired) -> Response:
    """Each row by itself: one that is refused does not stop the others. It may be repeated."""
    order = await command(caller)
    caller.require(body.unit_id, field="unit_id")
    drive = (await stores.benefit_drives.get(body.drive_id)).state
    wanted = [(row.member_id, row.picked_up_by or row.member_id) for row in body.rows]
    within = stores.benefit_entitlements.within(caller)
    rows = await handing_out.pick_up_all(stores, drive, wanted, order, within)
    list_id = new_id()
    return await answered(
        stores.pick_up_lists.create(
            lambda: PickUpList.record(
                list_id, drive_id=drive.id, unit_id=body.unit_id, rows=rows, by=caller.id, at=order.at
            ),
            order,
            created(PickUpListView.of, "/v1/pick-up-lists"),
        )
    )


@router.get("/pick-up-lists/{list_id}", response_model=PickUpListView, responses=READ)
async def get_pick_up_list(list_id: UUID, caller: HandingOutReader, stores: Wired) -> Response:
    return shown(PickUpListView.of, await stores.pick_up_lists.get(list_id, stores.pick_up_lists.within(caller)))
