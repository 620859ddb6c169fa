"""What a member has of a drive together with how many there are of it: chosen, picked up, gone back."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.welfare.domain.benefit_entitlements import Entitlement, PickUpRow, RowOutcome, State, entitlement_id
from services.welfare.domain.benefit_stocks import PackageStock, stock_id
from services.welfare.domain.benefits import BenefitDrive
from services.welfare.errors.benefits import ChosenMeanwhile
from services.welfare.store import WelfareStores
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.command import Answer, Command
from shared.errors import NothingHere, RuleBroken, Unavailable, WrongState
from shared.store import Piece, Respond, Versioned, change_together

Where = Mapping[str, Any]


async def choose(
    stores: WelfareStores,
    entitlement_id: UUID,
    package_id: UUID,
    order: Command,
    respond: Respond[Entitlement],
    where: Where,
) -> Answer:
    """What was chosen before is given up. Raises ChoosingOver, PackageUnknown, OutOfStock, ChosenMeanwhile,
    WrongState, NothingHere.
    """
    seen = (await stores.benefit_entitlements.get(entitlement_id, where)).state
    drive = (await stores.benefit_drives.get(seen.drive_id)).state
    drive.require_choosing(order.at)
    package = drive.package(package_id)
    before = seen.package_id if seen.package_id != package_id else None

    def decide(member: Entitlement, stock: PackageStock, *given_up: PackageStock) -> Sequence[Decision[Any]]:
        if member.package_id != seen.package_id:
            raise ChosenMeanwhile
        taken = stock.choose() if seen.package_id != package_id else stock.stay()
        return [
            member.choose(package, by=order.actor, at=order.at),
            taken,
            *(other.give_up() for other in given_up),
        ]

    chosen = [package_id, *([before] if before else [])]
    pieces: list[Piece[Any]] = [
        Piece(stores.benefit_entitlements, entitlement_id, where),
        *(Piece(stores.benefit_stocks, stock_id(drive.id, each)) for each in chosen),
    ]
    return await change_together(pieces, decide, order, respond)


async def pick_up(
    stores: WelfareStores,
    entitlement_id: UUID,
    picked_up_by: UUID | None,
    order: Command,
    respond: Respond[Entitlement],
    where: Where,
) -> Answer:
    """By the member where nobody else is named. Raises PickUpClosed, OwnCase, OutOfStock, WrongState, NothingHere."""
    seen = (await stores.benefit_entitlements.get(entitlement_id, where)).state
    drive = (await stores.benefit_drives.get(seen.drive_id)).state
    drive.require_pick_up(campus_day(order.at))
    return await _picked_up(stores, drive, seen, picked_up_by or seen.member_id, order, respond, where)


async def _picked_up(
    stores: WelfareStores,
    drive: BenefitDrive,
    seen: Entitlement,
    picked_up_by: UUID,
    order: Command,
    respond: Respond[Entitlement],
    where: Where,
) -> Answer:
    def decide(member: Entitlement, stock: PackageStock) -> Sequence[Decision[Any]]:
        collected = member.pick_up(picked_up_by=picked_up_by, by=order.actor, at=order.at)
        again = member.state is State.RETURNED
        return [collected, stock.pick_up_again() if again else stock.pick_up()]

    return await change_together(_with_stock(stores, drive, seen, where, "pick_up"), decide, order, respond)


async def give_back(
    stores: WelfareStores, entitlement_id: UUID, order: Command, respond: Respond[Entitlement], where: Where
) -> Answer:
    """Raises OwnCase, WrongState, NothingHere."""
    seen = (await stores.benefit_entitlements.get(entitlement_id, where)).state
    drive = (await stores.benefit_drives.get(seen.drive_id)).state

    def decide(member: Entitlement, stock: PackageStock) -> Sequence[Decision[Any]]:
        back = member.give_back(by=order.actor, at=order.at)
        collected = member.state is State.PICKED_UP
        return [back, stock.put_back(picked_up=1) if collected else stock.put_back(uncollected=1)]

    return await change_together(_with_stock(stores, drive, seen, where, "return"), decide, order, respond)


def _with_stock(
    stores: WelfareStores, drive: BenefitDrive, seen: Entitlement, where: Where, action: str
) -> list[Piece[Any]]:
    """Raises WrongState where nothing is chosen yet: there is no stock that it could be of."""
    if seen.package_id is None:
        raise WrongState(state=seen.state.value, action=action)
    return [
        Piece(stores.benefit_entitlements, seen.id, where),
        Piece(stores.benefit_stocks, stock_id(drive.id, seen.package_id)),
    ]


async def pick_up_all(
    stores: WelfareStores,
    drive: BenefitDrive,
    wanted: Sequence[tuple[UUID, UUID]],
    order: Command,
    where: Where,
) -> tuple[PickUpRow, ...]:
    """Of each member by whom, one after the other: what becomes of each row. Who asks again finds those that are done
    unchanged. Raises PickUpClosed, WrongState where the drive is not handing out, Unavailable.
    """
    drive.require_pick_up(campus_day(order.at))
    known = await stores.directory.known(by for _, by in wanted)
    # The key is the one of the request: its answer is kept with the list.
    step = Command(order.actor, order.at, order.correlation_id, order.traceparent)
    rows = []
    for member_id, picked_up_by in wanted:
        if picked_up_by not in known:
            rows.append(_refused(member_id, picked_up_by, "member-unknown"))
            continue
        try:
            rows.append(await _row(stores, drive, member_id, picked_up_by, step, where))
        except Unavailable:
            raise
        except RuleBroken as error:
            rows.append(_refused(member_id, picked_up_by, error.slug()))
    return tuple(rows)


async def _row(
    stores: WelfareStores, drive: BenefitDrive, member_id: UUID, picked_up_by: UUID, step: Command, where: Where
) -> PickUpRow:
    place = {"$and": [{"member_id": member_id}, where]}
    seen = (await stores.benefit_entitlements.get(entitlement_id(drive.id, member_id), place)).state
    if seen.state is State.PICKED_UP and seen.picked_up_by == picked_up_by:
        return PickUpRow(member_id=member_id, picked_up_by=picked_up_by, outcome=RowOutcome.UNCHANGED)
    if seen.state is State.EXCLUDED:
        raise NothingHere(what="entitlement")
    await _picked_up(stores, drive, seen, picked_up_by, step, _nobody_asks, place)
    return PickUpRow(member_id=member_id, picked_up_by=picked_up_by, outcome=RowOutcome.PICKED_UP)


def _refused(member_id: UUID, picked_up_by: UUID, rule: str) -> PickUpRow:
    return PickUpRow(member_id=member_id, picked_up_by=picked_up_by, outcome=RowOutcome.REFUSED, rule=rule)


def _nobody_asks(_: Versioned[Any]) -> Answer:
    return Answer(204, b"")
