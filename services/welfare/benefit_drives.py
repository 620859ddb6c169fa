"""A drive together with its roster, its stocks and its money: all of it changes or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from services.welfare.domain.benefit_entitlements import Entitlement, State, entitlement_id
from services.welfare.domain.benefit_packages import dearest_of
from services.welfare.domain.benefit_stocks import PackageStock, stock_id
from services.welfare.domain.benefits import BenefitDrive
from services.welfare.domain.benefits import State as DriveState
from services.welfare.errors.benefits import DriveChangedMeanwhile, StillToCollect
from services.welfare.paying import Moves, Wanted, commit, release, reserve
from services.welfare.store import WelfareStores
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.command import Answer, Command
from shared.contracts.welfare.policies import SpendingKind
from shared.directory import KnownMember
from shared.errors import WrongState
from shared.store import Piece, Respond, Versioned, change_together

Where = Mapping[str, Any]
_AT_ONCE = 200


class _Apart(NamedTuple):
    """Which states are of the holidays of the year, of the stocks, of money."""

    years: int
    stocks: int

    def of(self, states: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any], Sequence[Any]]:
        until = self.years + self.stocks
        return states[: self.years], states[self.years : until], states[until:]


async def revise_roster(
    stores: WelfareStores,
    drive_id: UUID,
    members: Sequence[KnownMember],
    order: Command,
    respond: Respond[BenefitDrive],
    where: Where,
    *,
    out: bool,
) -> Answer:
    """Members are added or left out one by one. Where the roster is entered already, they are entered or taken out.

    Raises what `BenefitDrive.revise_roster` does, DriveChangedMeanwhile, NothingHere.
    """
    seen = (await stores.benefit_drives.get(drive_id, where)).state
    ids = [member.id for member in members]
    named: dict[str, Any] = {"excluded": ids} if out else {"included": ids}
    if seen.state is not DriveState.FROZEN:
        return await stores.benefit_drives.change(
            drive_id, lambda drive: _seen(drive, seen).revise_roster(**named), order, respond, where
        )
    there = await stores.benefit_entitlements.by_ids(entitlement_id(drive_id, each) for each in ids)
    standing = {each.member_id: each for each in there.values()}
    changing = [
        each for each in standing.values() if (each.state is State.CHOOSING if out else each.state is State.EXCLUDED)
    ]
    new = [] if out else [member for member in members if member.id not in standing]
    branches = {unit: await stores.directory.branch_of(unit) for unit in {member.unit_id for member in new}}
    entered = [
        Entitlement.enter(drive_id, member.id, unit_id=member.unit_id, branch_id=branches[member.unit_id])
        for member in new
    ]
    more = -len(changing) if out else len(changing) + len(entered)

    def decide(drive: BenefitDrive, *states: Any) -> Sequence[Decision[Any] | None]:
        revised = _seen(drive, seen).revise_roster(**named, more=more)
        loaded: Sequence[Entitlement] = states[: len(changing)]
        return [revised, *(each.exclude() if out else each.include() for each in loaded), *entered]

    pieces: list[Piece[Any]] = [
        Piece(stores.benefit_drives, drive_id, where),
        *(Piece(stores.benefit_entitlements, each.id) for each in changing),
        *(Piece(stores.benefit_entitlements) for _ in entered),
    ]
    return await change_together(pieces, decide, order, respond)


async def announce(
    stores: WelfareStores,
    drive_id: UUID,
    decision_id: UUID | None,
    order: Command,
    respond: Respond[BenefitDrive],
    where: Where,
) -> Answer:
    """What it may cost is reserved. Of a holiday, what each member has of the year's other ones counts too.

    Raises what `BenefitDrive.announce` and `reserve` do, CapExceeded, FormNotAllowed, PolicyMissing,
    DriveChangedMeanwhile, NothingHere.
    """
    seen = (await stores.benefit_drives.get(drive_id, where)).state
    day = campus_day(order.at)
    kept: dict[str, Any] = {"policy_id": None, "headroom_fen": None, "by": order.actor, "at": order.at}
    # What cannot be announced is told so before anything is asked of money.
    seen.announce(spending_id=None, **kept)
    policy = await stores.policies.judging(SpendingKind.BENEFIT, seen.occasion.value, seen.unit_id, day)
    for package in seen.packages:
        policy.allow(package.form)
    years = [await stores.benefit_holiday_years.of(seen.year)] if seen.holiday else []
    used = 0
    if years:
        others = await stores.benefit_drives.of_year(years[0].drive_ids)
        used = await stores.benefit_entitlements.most_given(drive_id, others)
    kept |= {"policy_id": policy.id, "headroom_fen": policy.headroom(dearest_of(seen.packages), used)}
    wanted = Wanted(
        kind=SpendingKind.BENEFIT,
        subject_id=drive_id,
        unit_id=seen.unit_id,
        amount_fen=seen.asked_fen,
        # The caps of the policy are of one member, and were asked for the one who has most.
        category=policy.category,
        decision_id=decision_id,
    )
    money = await reserve(stores, wanted, order)
    apart = _Apart(len(years), len(seen.packages))

    def decide(drive: BenefitDrive, *states: Any) -> Sequence[Decision[Any] | None]:
        announced = _seen(drive, seen).announce(spending_id=money.spending_id, **kept)
        holidays, _, moved = apart.of(states)
        joined = [year.join(drive_id, seen=years[0].drive_ids) for year in holidays]
        stocks = [PackageStock.of(drive, package) for package in drive.packages]
        return [announced, *joined, *stocks, *money.decide(*moved)]

    pieces: list[Piece[Any]] = [
        Piece(stores.benefit_drives, drive_id, where),
        *(Piece(stores.benefit_holiday_years, year.id) for year in years),
        *(Piece(stores.benefit_stocks) for _ in seen.packages),
        *money.pieces,
    ]
    return await change_together(pieces, decide, order, respond)


async def cancel(
    stores: WelfareStores, drive_id: UUID, reason: str, order: Command, respond: Respond[BenefitDrive], where: Where
) -> Answer:
    """What was reserved is given back. Raises what `BenefitDrive.cancel` does, DriveChangedMeanwhile, NothingHere."""
    seen = (await stores.benefit_drives.get(drive_id, where)).state
    money = await release(stores, seen.spending_id, order) if seen.spending_id else None
    counted = seen.holiday and seen.announced_at is not None
    years = [await stores.benefit_holiday_years.of(seen.year)] if counted else []
    stock_pieces = stores.benefit_stocks.pieces(seen)
    apart = _Apart(len(years), len(stock_pieces))

    def decide(drive: BenefitDrive, *states: Any) -> Sequence[Decision[Any] | None]:
        if drive.spending_id != seen.spending_id:
            raise DriveChangedMeanwhile
        holidays, stocks, moved = apart.of(states)
        return [
            drive.cancel(reason, at=order.at),
            *(year.part(drive_id) for year in holidays),
            *(stock.follow(DriveState.CANCELLED) for stock in stocks),
            *(money.decide(*moved) if money else ()),
        ]

    pieces: list[Piece[Any]] = [
        Piece(stores.benefit_drives, drive_id, where),
        *(Piece(stores.benefit_holiday_years, year.id) for year in years),
        *stock_pieces,
        *(money.pieces if money else ()),
    ]
    return await change_together(pieces, decide, order, respond)


async def reconcile(
    stores: WelfareStores,
    drive_id: UUID,
    order: Command,
    respond: Respond[BenefitDrive],
    where: Where,
    *,
    return_uncollected: bool,
) -> Answer:
    """What was picked up is paid, the rest of the money is given back. What is not collected goes back, if that is
    asked for, so many at a time: who asks again goes on where it was.

    Raises StillToCollect, DriveChangedMeanwhile, WrongState, NothingHere, and what `commit` does.
    """
    seen = (await stores.benefit_drives.get(drive_id, where)).state
    if seen.state is not DriveState.HANDING_OUT or seen.spending_id is None:
        raise WrongState(state=seen.state.value, action="reconcile")
    while return_uncollected:
        waiting = await stores.benefit_entitlements.some_in(drive_id, State.DUE, _AT_ONCE)
        if not waiting:
            break
        await _put_back(stores, seen, waiting, order)
    found = await stores.benefit_stocks.of_drive(drive_id)
    amount_fen = sum(stock.spent_fen for stock in found)
    _all_collected(found)
    money: Moves = await commit(stores, seen.spending_id, order, amount_fen)
    stock_pieces = stores.benefit_stocks.pieces(seen)
    apart = _Apart(0, len(stock_pieces))

    def decide(drive: BenefitDrive, *states: Any) -> Sequence[Decision[Any] | None]:
        _, stocks, moved = apart.of(states)
        _all_collected(stocks)
        if sum(stock.spent_fen for stock in stocks) != amount_fen:
            raise DriveChangedMeanwhile
        reconciled = drive.reconcile(
            picked_up=sum(stock.picked_up for stock in stocks),
            returned=sum(stock.returned for stock in stocks),
            amount_fen=amount_fen,
            by=order.actor,
            at=order.at,
        )
        return [
            reconciled,
            *(stock.follow(DriveState.RECONCILED) for stock in stocks),
            *money.decide(*moved),
        ]

    pieces: list[Piece[Any]] = [Piece(stores.benefit_drives, drive_id, where), *stock_pieces, *money.pieces]
    return await change_together(pieces, decide, order, respond)


async def _put_back(stores: WelfareStores, drive: BenefitDrive, waiting: Sequence[Entitlement], order: Command) -> None:
    """Raises NothingHere, WrongState where one was collected at this moment."""
    packages = [package for package in drive.packages if any(each.package_id == package.id for each in waiting)]
    # The key is the one of the request: its answer is kept with the reconciliation.
    step = Command(order.actor, order.at, order.correlation_id, order.traceparent)

    def decide(*states: Any) -> Sequence[Decision[Any]]:
        stocks: Sequence[PackageStock] = states[: len(packages)]
        members: Sequence[Entitlement] = states[len(packages) :]
        back = [
            stock.put_back(uncollected=sum(member.package_id == stock.package_id for member in members))
            for stock in stocks
        ]
        return [*back, *(member.go_back_uncollected(by=order.actor, at=order.at) for member in members)]

    pieces: list[Piece[Any]] = [
        *(Piece(stores.benefit_stocks, stock_id(drive.id, package.id)) for package in packages),
        *(Piece(stores.benefit_entitlements, each.id) for each in waiting),
    ]
    await change_together(pieces, decide, step, _nobody_asks)


def _all_collected(stocks: Sequence[PackageStock]) -> None:
    uncollected = sum(stock.uncollected for stock in stocks)
    if uncollected:
        raise StillToCollect(uncollected=uncollected)


def _seen(drive: BenefitDrive, seen: BenefitDrive) -> BenefitDrive:
    """What changes with it was chosen by what was read before: if that has moved on, so has what was chosen."""
    if drive != seen:
        raise DriveChangedMeanwhile
    return drive


def _nobody_asks(_: Versioned[Any]) -> Answer:
    return Answer(204, b"")
