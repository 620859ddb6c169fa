"""Mutual aid, service cards and pairings counted for a year."""

from datetime import date
from typing import Any

from services.welfare.domain.aid_claims import State as ClaimState
from services.welfare.domain.aid_figures import AidFigures, CardFigures, PairingFigures, told
from services.welfare.domain.cards import State as CardState
from services.welfare.store.aid import AidClaimStore, AidEnrolmentStore, days_of
from services.welfare.store.cards import ServiceCardStore
from services.welfare.store.pairings import PairingLogStore, PairingStore
from shared.access import Where
from shared.mongo import Collection
from shared.purposes import Reading


class AidStatistics:
    def __init__(
        self,
        enrolments: AidEnrolmentStore,
        claims: AidClaimStore,
        cards: ServiceCardStore,
        pairings: PairingStore,
        logs: PairingLogStore,
    ) -> None:
        self._enrolments = enrolments
        self._claims = claims
        self._cards = cards
        self._pairings = pairings
        self._logs = logs

    async def prepare(self) -> None:
        """The stores make the indexes."""

    async def mutual_aid(self, year: int, where: Where, reading: Reading, *, all_of_it: bool) -> AidFigures:
        """Amounts are opened, and put on record, only where they may be told."""
        first, last = date(year, 1, 1).isoformat(), date(year, 12, 31).isoformat()
        covered = {
            "covers_from": {"$lte": last},
            "covers_until": {"$gte": first},
            "$or": [{"ended_on": None}, {"ended_on": {"$gt": first}}],
        }
        enrolled = len(await self._enrolments.documents.distinct("member_id", {"$and": [covered, where]}))
        states = await _by(self._claims.documents, {"year": year, **where}, "$state")
        paid = await self._claims.documents.count_documents(
            {"state": ClaimState.PAID.value, **days_of("paid_on", year), **where}
        )
        paid_claims = told(paid, all_of_it=all_of_it)
        return AidFigures(
            enrolled=enrolled,
            claims={state: told(states.get(state.value, 0), all_of_it=all_of_it) for state in ClaimState},
            paid_claims=paid_claims,
            paid_fen=None if paid_claims is None else await self._claims.paid_in(year, where, reading),
        )

    async def service_cards(self, year: int, where: Where) -> CardFigures:
        cards = self._cards.documents
        applied = {**days_of("applied_on", year), **where}
        return CardFigures(
            applied=await cards.count_documents(applied),
            issued=await cards.count_documents({**days_of("issued_on", year), **where}),
            refused=await cards.count_documents({**applied, "state": CardState.REFUSED.value}),
        )

    async def pairings(self, year: int, where: Where) -> PairingFigures:
        """A student whose mentor was erased counts for each of their pairings: who it was can be told no more."""
        first, last = date(year, 1, 1).isoformat(), date(year, 12, 31).isoformat()
        going_on = {"begun_on": {"$lte": last}, "$or": [{"ended_on": None}, {"ended_on": {"$gte": first}}]}
        match: Any = {"$and": [going_on, where]}
        pairings = self._pairings.documents
        students = await _by(pairings, match, {"$ifNull": ["$blind.student_number", "$_id"]})
        return PairingFigures(
            programmes=len(await pairings.distinct("programme", match)),
            mentors=len(await pairings.distinct("mentor_id", match)),
            students=len(students),
            logs=await self._logs.documents.count_documents({**days_of("happened_on", year), **where}),
        )


async def _by(documents: Collection, where: Any, alike: Any) -> dict[Any, int]:
    rows = await documents.aggregate([{"$match": where}, {"$group": {"_id": alike, "number": {"$sum": 1}}}]).to_list(
        None
    )
    return {row["_id"]: row["number"] for row in rows}
