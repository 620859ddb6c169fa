"""Where visits are kept."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.welfare.domain.signing import VisitState
from services.welfare.domain.visit_figures import OccasionFigures
from services.welfare.domain.visits import Visit
from shared.contracts.welfare.visits import Occasion
from shared.errors import NothingHere
from shared.mongo import Document
from shared.retention import RetentionRule
from shared.store import Store

VISITS_KEPT = RetentionRule(
    kind="visit",
    years=30,
    effective_from=date(2016, 1, 1),
    source="会计档案管理办法 (财政部 国家档案局令第79号): vouchers are kept for 30 years. A school may differ.",
)
_PAID: Final = [VisitState.PAID.value, VisitState.RECEIPTED.value]
_GIVEN_UP: Final = [VisitState.REFUSED.value, VisitState.CANCELLED.value, VisitState.REFUNDED.value]


class VisitStore(Store[Visit]):
    model = Visit
    collection = "visits"
    what = "visit"
    unit = "unit_id"
    parties = ("member_id",)
    mentions = ("visitor_ids", "logged_by", "signed_by", "paid_by", "receipt_signed_by")
    person = "member_id"
    dated = "visited_on"

    async def prepare(self) -> None:
        await self.documents.create_index([("member_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index([("state", 1), ("_id", -1)])
        await self.documents.create_index([("visited_on", 1), ("unit_id", 1)])

    async def unsealed(self, visit_id: UUID, where: Mapping[str, Any]) -> Visit:
        """With what is sealed, for a decision alone: nobody is shown any of it. Raises NothingHere, Unavailable."""
        document = await self.documents.find_one({"_id": visit_id, **where})
        if document is None:
            raise NothingHere(what=self.what)
        keys = await self._foundation.keyring.find([self._person_in(document)])
        return self._versioned(document, keys).state

    async def by_occasion(self, year: int, where: Mapping[str, Any]) -> list[OccasionFigures]:
        """Of the visits made in the year that were not given up: each occasion, and what nobody can read any more.

        What they were about is counted by its marks, and what was paid by the accounts.
        """
        days = {"$gte": date(year, 1, 1).isoformat(), "$lte": date(year, 12, 31).isoformat()}
        paid = {"$in": ["$state", _PAID]}
        rows = await self.documents.aggregate(
            [
                {"$match": {"visited_on": days, "state": {"$nin": _GIVEN_UP}, **where}},
                {
                    "$lookup": {
                        "from": "spendings",
                        "localField": "spending_id",
                        "foreignField": "_id",
                        "pipeline": [{"$project": {"spent_fen": 1}}],
                        "as": "spending",
                    }
                },
                {
                    "$group": {
                        "_id": "$blind.occasion",
                        "logged": {"$sum": 1},
                        "paid": {"$sum": {"$cond": [paid, 1, 0]}},
                        "amount_fen": {"$sum": {"$cond": [paid, {"$sum": "$spending.spent_fen"}, 0]}},
                    }
                },
            ]
        ).to_list(None)
        found = {bytes(row["_id"]) if row["_id"] else None: row for row in rows}
        marked: list[tuple[Occasion | None, bytes | None]] = [
            (each, self.blind("occasion", each.value)) for each in Occasion
        ]
        return [
            _figures(occasion, found.get(mark, {}))
            for occasion, mark in (*marked, (None, None))
            if occasion is not None or mark in found
        ]


def _figures(occasion: Occasion | None, row: Document) -> OccasionFigures:
    return OccasionFigures(occasion, row.get("logged", 0), row.get("paid", 0), row.get("amount_fen", 0))
