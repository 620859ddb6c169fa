"""Where drives of benefits are kept, and what falls due in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from services.welfare.domain.benefit_clockwork import Duty, due_now, next_of
from services.welfare.domain.benefit_entitlements import Entitlement, State
from services.welfare.domain.benefit_holidays import HolidayYear
from services.welfare.domain.benefit_packages import dearest_of, default_of
from services.welfare.domain.benefit_stocks import PackageStock, stock_id
from services.welfare.domain.benefits import LIVE, BenefitDrive
from services.welfare.domain.benefits import State as DriveState
from services.welfare.store.benefit_entitlements import EntitlementStore, StockStore
from shared.aggregate import Decision
from shared.command import NOBODY, Answer, Command
from shared.contracts.welfare.benefits import BenefitNotice
from shared.directory import Directory, KnownMember
from shared.due_work import DueStore
from shared.errors import NothingDue
from shared.ids import new_id
from shared.mongo import Document
from shared.store import Foundation, Piece, Store, Versioned, change_together
from shared.tracing import continue_trace

AT_ONCE = 200
"""How many members one transaction enters, or gives the default package."""
TOLD_AT_ONCE = 500

_CHOOSING = (DriveState.ANNOUNCED, DriveState.CLOSING)


class BenefitDriveStore(DueStore[BenefitDrive]):
    model = BenefitDrive
    collection = "benefit_drives"
    what = "benefit drive"
    unit = "unit_id"
    mentions = ("planned_by", "announced_by", "reconciled_by")

    def __init__(
        self, foundation: Foundation, directory: Directory, entitlements: EntitlementStore, stocks: StockStore
    ) -> None:
        super().__init__(foundation)
        self._directory = directory
        self._entitlements = entitlements
        self._stocks = stocks

    async def prepare(self) -> None:
        await super().prepare()
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index([("year", 1), ("_id", -1)])
        for field in self.mentions:
            await self.documents.create_index(field, sparse=True)

    def due_at(self, state: BenefitDrive) -> datetime | None:
        found = next_of(state)
        return found[1] if found else None

    async def do(self, aggregate_id: UUID, at: datetime) -> None:
        """The next step of what is due: of what concerns many members so many of them, each step a change that is
        written as a whole or not at all. Whoever comes after a process that died goes on where it was.
        """
        seen = (await self.get(aggregate_id)).state
        duty = due_now(seen, at)
        if duty is None:
            raise NothingDue
        command = Command(NOBODY, at, str(new_id()), continue_trace(""))
        if duty is Duty.FREEZE:
            await self._freeze(seen, command)
        elif duty is Duty.ADDRESS:
            await self._address(seen, command)
        elif duty is Duty.REMIND:
            await self._alone(seen, seen.remind(at=at), command)
        elif duty is Duty.CLOSE:
            await self._close(seen, command)
        else:
            await self._moved_on(seen, seen.hand_out(at=at), command)

    async def _freeze(self, seen: BenefitDrive, command: Command) -> None:
        members = await self._eligible(seen)
        if not members:
            await self._alone(seen, seen.end_freezing() if _begun(seen) else seen.freeze([]), command)
            return
        branches = {unit: await self._directory.branch_of(unit) for unit in {member.unit_id for member in members}}
        entered = [
            Entitlement.enter(seen.id, member.id, unit_id=member.unit_id, branch_id=branches[member.unit_id])
            for member in members
        ]
        frozen = seen.freeze([member.id for member in members])
        pieces: list[Piece[Any]] = [Piece(self, seen.id), *(Piece(self._entitlements) for _ in entered)]
        await change_together(pieces, lambda drive, *_: [_still(drive, seen, frozen), *entered], command, _nobody_asks)

    async def _eligible(self, drive: BenefitDrive) -> list[KnownMember]:
        roots = drive.unit_ids or ((drive.unit_id,) if drive.unit_id else ())
        units = await self._directory.units_below(roots) if roots else None
        return await self._directory.members_of(
            units,
            drive.employment,
            also=drive.included,
            but=drive.excluded,
            after=drive.frozen_after,
            limit=AT_ONCE,
        )

    async def _address(self, seen: BenefitDrive, command: Command) -> None:
        telling = seen.telling
        if telling is None:
            raise NothingDue
        unchosen = telling.about is BenefitNotice.CHOOSE_SOON
        members = await self._entitlements.next_members(seen.id, telling.after, TOLD_AT_ONCE, unchosen=unchosen)
        await self._alone(seen, seen.address(members), command)

    async def _close(self, seen: BenefitDrive, command: Command) -> None:
        if seen.state is DriveState.ANNOUNCED:
            await self._moved_on(seen, seen.close_choosing(), command)
            return
        waiting = await self._entitlements.some_in(seen.id, State.CHOOSING, AT_ONCE)
        if not waiting:
            await self._moved_on(seen, seen.end_choosing(), command)
            return
        default = default_of(seen.packages)

        def decide(drive: BenefitDrive, stock: PackageStock, *members: Entitlement) -> Sequence[Decision[Any]]:
            without = sum(member.package_id is None for member in members)
            given = [member.close_choosing(default) for member in members]
            return [_still(drive, seen, seen.close_choosing()), stock.give(without), *given]

        pieces: list[Piece[Any]] = [
            Piece(self, seen.id),
            Piece(self._stocks, stock_id(seen.id, default.id)),
            *(Piece(self._entitlements, each.id) for each in waiting),
        ]
        await change_together(pieces, decide, command, _nobody_asks)

    async def _moved_on(self, seen: BenefitDrive, decision: Decision[BenefitDrive], command: Command) -> None:
        """The stocks know of it in the same moment."""

        def decide(drive: BenefitDrive, *stocks: PackageStock) -> Sequence[Decision[Any]]:
            return [_still(drive, seen, decision), *(stock.follow(decision.state.state) for stock in stocks)]

        pieces: list[Piece[Any]] = [Piece(self, seen.id), *self._stocks.pieces(seen)]
        await change_together(pieces, decide, command, _nobody_asks)

    async def _alone(self, seen: BenefitDrive, decision: Decision[BenefitDrive], command: Command) -> None:
        await self.change(seen.id, lambda drive: _still(drive, seen, decision), command, _nobody_asks)

    async def of_year(self, drive_ids: Sequence[UUID]) -> Mapping[UUID, int | None]:
        """Drives with their dearest price while members choose, and else with None."""
        found = await self.by_ids(drive_ids)
        return {drive.id: dearest_of(drive.packages) if drive.state in _CHOOSING else None for drive in found.values()}

    async def figures(self, year: int, where: Mapping[str, Any]) -> tuple[list[UUID], int, int]:
        """The drives of a year that members have something of, how many were entitled, and what was paid in fen."""
        live: Document = {"year": year, "state": {"$in": [state.value for state in LIVE]}}
        rows = await self.documents.find({"$and": [live, where]}, {"entitled": 1, "amount_fen": 1}).to_list(None)
        paid = sum(row.get("amount_fen") or 0 for row in rows)
        return [row["_id"] for row in rows], sum(row["entitled"] for row in rows), paid


class HolidayYearStore(Store[HolidayYear]):
    model = HolidayYear
    collection = "benefit_holiday_years"
    what = "year of holidays"

    async def of(self, year: int) -> HolidayYear:
        """Made when it is first asked for."""
        state = HolidayYear(id=uuid5(NAMESPACE_URL, f"holidays of {year}"), year=year)
        fields = {"version": 1, **state.model_dump(mode="json", exclude={"id"})}
        await self.documents.update_one({"_id": state.id}, {"$setOnInsert": fields}, upsert=True)
        return (await self.get(state.id)).state


def _begun(drive: BenefitDrive) -> bool:
    return drive.state is DriveState.FREEZING


def _still(drive: BenefitDrive, seen: BenefitDrive, decision: Decision[BenefitDrive]) -> Decision[BenefitDrive]:
    """What was decided from what was read before. Raises NothingDue where somebody else has gone on meanwhile."""
    if drive != seen:
        raise NothingDue
    return decision


def _nobody_asks(_: Versioned[Any]) -> Answer:
    return Answer(204, b"")
