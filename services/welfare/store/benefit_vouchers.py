"""Where vouchers for birthdays are kept, and when they expire."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.welfare.domain.benefit_vouchers import Voucher, VoucherDrive, VoucherList
from services.welfare.domain.spendings import Allowance
from services.welfare.store.funds import AllowanceStore
from shared.aggregate import Decision
from shared.command import NOBODY, Answer, Command
from shared.due_work import DueStore
from shared.ids import new_id
from shared.store import Foundation, Piece, Store, change_together
from shared.tracing import continue_trace


class VoucherCounts(NamedTuple):
    drives: int
    issued: int
    used: int
    paid_fen: int


class VoucherDriveStore(Store[VoucherDrive]):
    model = VoucherDrive
    collection = "voucher_drives"
    what = "voucher drive"
    unit = "unit_id"
    mentions = ("opened_by", "closed_by")

    async def prepare(self) -> None:
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index([("year", 1), ("_id", -1)])
        for field in self.mentions:
            await self.documents.create_index(field, sparse=True)

    async def figures(self, year: int, where: Mapping[str, Any]) -> VoucherCounts:
        """Of a year; what was paid is so when its drive is closed."""
        found = {"$and": [{"year": year}, where]}
        rows = await self.documents.find(found, {"issued": 1, "used": 1, "amount_fen": 1}).to_list(None)
        return VoucherCounts(
            len(rows),
            sum(row["issued"] for row in rows),
            sum(row["used"] for row in rows),
            sum(row.get("amount_fen") or 0 for row in rows),
        )


class VoucherStore(DueStore[Voucher]):
    model = Voucher
    collection = "vouchers"
    what = "voucher"
    unit = "unit_id"
    parties = ("member_id",)
    mentions = ("issued_by", "used_by")

    def __init__(self, foundation: Foundation, drives: VoucherDriveStore, allowances: AllowanceStore) -> None:
        super().__init__(foundation)
        self._drives = drives
        self._allowances = allowances

    async def prepare(self) -> None:
        await super().prepare()
        for field in ("drive_id", "member_id", "unit_id"):
            await self.documents.create_index([(field, 1), ("_id", -1)])
        for field in self.mentions:
            await self.documents.create_index(field, sparse=True)

    def due_at(self, state: Voucher) -> datetime | None:
        return state.expires_at()

    async def do(self, aggregate_id: UUID, at: datetime) -> None:
        """The drive counts it in the same moment, and the member has not had it."""
        seen = (await self.get(aggregate_id)).state

        def decide(voucher: Voucher, drive: VoucherDrive, *allowances: Allowance) -> Sequence[Decision[Any]]:
            expired = voucher.expire(at)
            given_back = [Decision(each.use(-voucher.value_fen), ()) for each in allowances]
            return [expired, drive.count(expired.state.state), *given_back]

        command = Command(NOBODY, at, str(new_id()), continue_trace(""))
        pieces: list[Piece[Any]] = [
            Piece(self, aggregate_id),
            Piece(self._drives, seen.drive_id),
            *([Piece(self._allowances, seen.allowance_id)] if seen.allowance_id else []),
        ]
        await change_together(pieces, decide, command, lambda _: Answer(204, b""))


class VoucherListStore(Store[VoucherList]):
    model = VoucherList
    collection = "voucher_lists"
    what = "voucher list"
    unit = "unit_id"
    mentions = ("recorded_by",)

    async def prepare(self) -> None:
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        for field in self.mentions:
            await self.documents.create_index(field, sparse=True)
