"""Where it is kept who is entitled in a drive, and how many there are of each package."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from services.welfare.domain.benefit_entitlements import Entitlement, PickUpList, State
from services.welfare.domain.benefit_stocks import PackageStock, stock_id
from services.welfare.domain.benefits import BenefitDrive
from shared.mongo import Document
from shared.store import Piece, Store


class Tally(NamedTuple):
    """Of one branch, or of one package: None is no branch, or nothing chosen."""

    id: UUID | None
    entitled: int
    picked_up: int
    returned: int

    @property
    def uncollected(self) -> int:
        return self.entitled - self.picked_up - self.returned


class EntitlementStore(Store[Entitlement]):
    model = Entitlement
    collection = "benefit_entitlements"
    what = "entitlement"
    unit = "unit_id"
    parties = ("member_id",)
    mentions = ("chosen_by", "picked_up_by", "recorded_by", "returned_by")

    async def prepare(self) -> None:
        await self.documents.create_index([("drive_id", 1), ("_id", -1)])
        await self.documents.create_index([("drive_id", 1), ("member_id", 1)], unique=True)
        await self.documents.create_index([("drive_id", 1), ("state", 1), ("member_id", 1)])
        await self.documents.create_index([("member_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        for field in self.mentions:
            await self.documents.create_index(field, sparse=True)

    async def next_members(
        self, drive_id: UUID, after: UUID | None, limit: int, *, unchosen: bool = False
    ) -> list[UUID]:
        """Of those who are entitled the next ones, in the order of their ids."""
        where: Document = {"drive_id": drive_id, "state": {"$ne": State.EXCLUDED.value}}
        if unchosen:
            where["package_id"] = None
        if after is not None:
            where["member_id"] = {"$gt": after}
        rows = self.documents.find(where, {"member_id": 1}).sort("member_id", 1).limit(limit)
        return [row["member_id"] async for row in rows]

    async def some_in(self, drive_id: UUID, state: State, limit: int) -> list[Entitlement]:
        """So many of them in the state."""
        where = {"drive_id": drive_id, "state": state.value}
        rows = await self.documents.find(where).sort("member_id", 1).limit(limit).to_list(limit)
        return [self._versioned(row).state for row in rows]

    async def tally(self, drive_id: UUID, by: str, where: Mapping[str, Any]) -> list[Tally]:
        """How many, by a field: the branch or the package."""
        counted: Document = {"entitled": {"$sum": 1}}
        for state in (State.PICKED_UP, State.RETURNED):
            counted[state.value] = {"$sum": {"$cond": [{"$eq": ["$state", state.value]}, 1, 0]}}
        of_drive = {"drive_id": drive_id, "state": {"$ne": State.EXCLUDED.value}}
        pipeline: list[Document] = [
            {"$match": {"$and": [of_drive, where]}},
            {"$group": {"_id": f"${by}", **counted}},
            {"$sort": {"_id": 1}},
        ]
        rows = await self.documents.aggregate(pipeline).to_list(None)
        return [Tally(row["_id"], row["entitled"], row["picked_up"], row["returned"]) for row in rows]

    async def most_given(self, drive_id: UUID, others: Mapping[UUID, int | None]) -> int:
        """The most that one member of the drive has, or may have, of the other ones, in fen.

        `others` are drives with their dearest price while members choose, and else with None: then it is the price of
        what each has, and nothing where it went back.
        """
        open_ones = [each for each, dearest in others.items() if dearest is not None]
        had = {"$cond": [{"$eq": ["$state", State.RETURNED.value]}, 0, {"$ifNull": ["$price_fen", 0]}]}
        branches = [{"case": {"$eq": ["$drive_id", each]}, "then": {"$literal": others[each]}} for each in open_ones]
        worth = {"$switch": {"branches": branches, "default": had}} if branches else had
        here = {"$eq": ["$drive_id", drive_id]}
        pipeline: list[Document] = [
            {"$match": {"drive_id": {"$in": [drive_id, *others]}, "state": {"$ne": State.EXCLUDED.value}}},
            {
                "$group": {
                    "_id": "$member_id",
                    "here": {"$max": here},
                    "given": {"$sum": {"$cond": [here, 0, worth]}},
                }
            },
            {"$match": {"here": True}},
            {"$group": {"_id": None, "most": {"$max": "$given"}}},
        ]
        rows = await self.documents.aggregate(pipeline).to_list(None)
        return int(rows[0]["most"]) if rows else 0


class StockStore(Store[PackageStock]):
    model = PackageStock
    collection = "benefit_stocks"
    what = "package"

    async def prepare(self) -> None:
        await self.documents.create_index("drive_id")

    def pieces(self, drive: BenefitDrive) -> list[Piece[PackageStock]]:
        """Those of a drive that was announced, in the order of its packages; of another one there are none."""
        if drive.announced_at is None:
            return []
        return [Piece(self, stock_id(drive.id, package.id)) for package in drive.packages]

    async def of_drive(self, drive_id: UUID) -> list[PackageStock]:
        rows = await self.documents.find({"drive_id": drive_id}).to_list(None)
        return [self._versioned(row).state for row in rows]

    async def handed_out(self, drive_ids: Collection[UUID]) -> tuple[int, int]:
        """How many were picked up in these drives, and how many went back."""
        summed = {"_id": None, "picked_up": {"$sum": "$picked_up"}, "returned": {"$sum": "$returned"}}
        pipeline: Sequence[Document] = [{"$match": {"drive_id": {"$in": list(drive_ids)}}}, {"$group": summed}]
        rows = await self.documents.aggregate(pipeline).to_list(None)
        return (rows[0]["picked_up"], rows[0]["returned"]) if rows else (0, 0)


class PickUpListStore(Store[PickUpList]):
    model = PickUpList
    collection = "pick_up_lists"
    what = "pick-up list"
    unit = "unit_id"
    mentions = ("recorded_by",)

    async def prepare(self) -> None:
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        for field in self.mentions:
            await self.documents.create_index(field, sparse=True)
