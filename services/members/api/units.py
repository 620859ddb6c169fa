"""Routes of units."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from services.members.api.callers import Administrator, UnitReader, Wired
from services.members.domain.units import Move, Unit
from services.members.errors import TreeMovedMeanwhile, UnitClosedAlready, UnitUnknown
from services.members.store import MembersStores
from shared.clock import campus_day
from shared.contracts.members import UnitKind
from shared.errors import AlreadyExists, NothingHere
from shared.http.bodies import Body, Day, LongLine, View
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

router = APIRouter(prefix="/v1", tags=["units"])


class EstablishUnit(Body):
    name: LongLine
    name_en: LongLine
    kind: UnitKind
    parent_id: UUID | None = None
    branch_union: bool = False


class RenameUnit(Body):
    name: LongLine
    name_en: LongLine


class MoveUnit(Body):
    parent_id: UUID
    reason: LongLine


class ChangeBranchUnion(Body):
    branch_union: bool


class CloseUnit(Body):
    on: Day
    reason: LongLine


class UnitView(View):
    id: UUID
    parent_id: UUID | None
    kind: UnitKind
    name: str
    name_en: str
    branch_union: bool
    closed_on: date | None
    close_reason: str | None
    moves: tuple[Move, ...]


class UnitPage(View):
    items: list[UnitView]
    next: NextCursor


async def require_unit(stores: MembersStores, unit_id: UUID | None, field: str) -> None:
    """Raises UnitUnknown, which names the request's field, and UnitClosedAlready."""
    if unit_id is None:
        return
    try:
        unit = (await stores.units.get(unit_id)).state
    except NothingHere:
        raise UnitUnknown(field=field) from None
    if unit.closed_on is not None:
        raise UnitClosedAlready(closed_on=unit.closed_on.isoformat())


@router.post("/units", status_code=201, response_model=UnitView, responses=CREATE)
async def establish_unit(body: EstablishUnit, caller: Administrator, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    await require_unit(stores, body.parent_id, "parent_id")
    caller.require(body.parent_id, field="parent_id")
    unit_id = new_id()
    return await answered(
        stores.units.create(
            lambda: Unit.establish(unit_id, **body.model_dump()),
            order,
            created(UnitView.of, "/v1/units"),
        )
    )


@router.get("/units", response_model=UnitPage, responses=LIST)
async def list_units(
    caller: UnitReader, page: Paged, stores: Wired, parent_id: Annotated[UUID | None, Query()] = None
) -> Any:
    where = {**({"parent_id": parent_id} if parent_id else {}), **stores.units.within(caller)}
    return listed(UnitView.of, await stores.units.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/units/{unit_id}", response_model=UnitView, responses=READ)
async def get_unit(unit_id: UUID, caller: UnitReader, stores: Wired) -> Response:
    return shown(UnitView.of, await stores.units.get(unit_id, stores.units.within(caller)))


@router.patch("/units/{unit_id}", response_model=UnitView, responses=CHANGE)
async def rename_unit(
    unit_id: UUID, body: RenameUnit, caller: Administrator, command: Changed, stores: Wired
) -> Response:
    order = await command(caller)
    return await answered(
        stores.units.change(
            unit_id,
            lambda unit: unit.rename(name=body.name, name_en=body.name_en),
            order,
            changed(UnitView.of),
            stores.units.within(caller),
        )
    )


@router.post("/units/{unit_id}/moves", response_model=UnitView, responses=CREATE)
async def move_unit(unit_id: UUID, body: MoveUnit, caller: Administrator, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    await stores.units.get(unit_id, stores.units.within(caller))
    await require_unit(stores, body.parent_id, "parent_id")
    caller.require(body.parent_id, field="parent_id")
    move, today = await stores.units.last_move() + 1, campus_day(order.at)
    above = await stores.units.above(body.parent_id)
    try:
        return await answered(
            stores.units.change(
                unit_id,
                lambda unit: unit.move(
                    parent_id=body.parent_id, above_parent=above, moved_as=move, on=today, reason=body.reason
                ),
                order,
                changed(UnitView.of),
                stores.units.within(caller),
            )
        )
    except AlreadyExists:
        raise TreeMovedMeanwhile from None


@router.post("/units/{unit_id}/branch-union-changes", response_model=UnitView, responses=CREATE)
async def change_branch_union(
    unit_id: UUID, body: ChangeBranchUnion, caller: Administrator, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    return await answered(
        stores.units.change(
            unit_id,
            lambda unit: unit.change_branch_union(branch_union=body.branch_union),
            order,
            changed(UnitView.of),
            stores.units.within(caller),
        )
    )


@router.post("/units/{unit_id}/closures", response_model=UnitView, responses=CREATE)
async def close_unit(unit_id: UUID, body: CloseUnit, caller: Administrator, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    in_post, below = await stores.members.in_post(unit_id), await stores.units.open_below(unit_id)
    return await answered(
        stores.units.change(
            unit_id,
            lambda unit: unit.close(on=body.on, reason=body.reason, members_in_post=in_post, open_units_below=below),
            order,
            changed(UnitView.of),
            stores.units.within(caller),
        )
    )
