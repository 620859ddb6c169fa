"""Forms and cases counted, both as they are at one moment."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from services.proposals.domain.cases import OWED
from services.proposals.domain.cases import State as CaseState
from services.proposals.domain.figures import CaseRow, Figures, FormRow, of_cases, of_forms, of_ratings
from services.proposals.domain.proposals import Category, State
from shared.access import Caller
from shared.clock import begin_of
from shared.contracts.proposals.cases import CaseKind, RatingValue
from shared.contracts.proposals.forms import NotFiledReason
from shared.mongo import Client, Collection, Database, Document, Session, reading_at_one_moment

_BEING_HANDLED = [CaseState.OPEN.value, CaseState.ASSIGNED.value, CaseState.ANSWERED.value]
_SENT = {"$filter": {"input": "$answers", "cond": {"$ne": ["$$this.sent_at", None]}}}


class Wanted(NamedTuple):
    """Which forms and cases: of a call, of a term, of a calendar year of the campus, of the bodies of a unit."""

    call_id: UUID | None = None
    term_id: UUID | None = None
    year: int | None = None
    unit_id: UUID | None = None

    def forms(self, caller: Caller) -> Document:
        """Of the year in which the form was filed."""
        if self.year is None:
            return self._where(caller, {})
        first, after = begin_of(date(self.year, 1, 1)), begin_of(date(self.year + 1, 1, 1))
        return self._where(caller, {"filed_at": {"$gte": first, "$lt": after}})

    def cases(self, caller: Caller) -> Document:
        """Of the year in which the form became a case."""
        if self.year is None:
            return self._where(caller, {})
        return self._where(caller, {"opened_on": {"$gte": f"{self.year:04d}-01-01", "$lte": f"{self.year:04d}-12-31"}})

    def _where(self, caller: Caller, days: Document) -> Document:
        """A body's figures are seen by those of its own unit, not by every department that a case goes to."""
        given = {"call_id": self.call_id, "term_id": self.term_id, "unit_id": self.unit_id}
        named = {name: value for name, value in given.items() if value}
        return {**named, **days, **caller.where(unit="unit_id", parties=())}


class Statistics:
    def __init__(self, client: Client, database: Database) -> None:
        self._client = client
        self._forms: Collection = database["proposals"]
        self._cases: Collection = database["cases"]

    async def prepare(self) -> None:
        """The stores of forms and of cases make the indexes."""

    async def figures(self, wanted: Wanted, caller: Caller, today: date) -> Figures:
        async with reading_at_one_moment(self._client) as session:
            forms = await _form_rows(self._forms, wanted.forms(caller), session)
            cases = wanted.cases(caller)
            rows = await _case_rows(self._cases, cases, today, session)
            days = await _days(self._cases, cases, session)
            ratings = await _ratings(self._cases, cases, session)
        return Figures(forms=of_forms(forms), cases=of_cases(rows, days), satisfaction=of_ratings(ratings))


async def _form_rows(forms: Collection, where: Document, session: Session) -> list[FormRow]:
    alike = {
        "category": "$category",
        "unit": "$proposer_unit_id",
        "state": "$state",
        "late": "$late",
        "forwarded_in": {"$ne": ["$forwarded_from", None]},
        "reason": "$not_filed_reason",
    }
    found = await _grouped(forms, where, alike, {"number": {"$sum": 1}}, session)
    return [
        FormRow(
            category=Category(row["category"]),
            proposer_unit_id=row["unit"],
            state=State(row["state"]),
            late=row["late"],
            forwarded_in=row["forwarded_in"],
            reason=NotFiledReason(row["reason"]) if row["reason"] else None,
            number=row["number"],
        )
        for row in found
    ]


async def _case_rows(cases: Collection, where: Document, today: date, session: Session) -> list[CaseRow]:
    again = {"$or": [{"$gte": [{"$size": _SENT}, 2]}, {"$and": [_one_sent(), {"$in": ["$state", _BEING_HANDLED]}]}]}
    late = {"$and": [{"$ne": ["$due_on", None]}, {"$lt": ["$due_on", today.isoformat()]}]}
    alike = {
        "kind": "$kind",
        "category": "$category",
        "lead_unit_id": "$lead_unit_id",
        "forwarded": {"$eq": ["$state", CaseState.FORWARDED.value]},
        "forwarded_in": {"$ne": ["$forwarded_from", None]},
        "handled": {"$ne": ["$answered_at", None]},
        "overdue": {"$and": [{"$in": ["$state", [state.value for state in OWED]]}, late]},
        "answered_late": "$answered_late",
        "committed": {"$eq": ["$state", CaseState.COMMITTED.value]},
        "reopened": again,
    }
    counted = {"number": {"$sum": 1}, "forms": {"$sum": {"$size": "$forms"}}}
    found = await _grouped(cases, _standing(where), alike, counted, session)
    return [CaseRow(**{**row, "kind": CaseKind(row["kind"]), "category": Category(row["category"])}) for row in found]


async def _days(cases: Collection, where: Document, session: Session) -> dict[int, int]:
    """How many first answers took so many days. What the school has answered for a unit, no department of it did."""
    answered = {
        **_standing(where),
        "answered_on": {"$ne": None},
        "first_assigned_on": {"$ne": None},
        "forwarded_as": None,
    }
    took = {"$dateDiff": {"startDate": _day("$first_assigned_on"), "endDate": _day("$answered_on"), "unit": "day"}}
    found = await _grouped(cases, answered, {"days": took}, {"number": {"$sum": 1}}, session)
    return {row["days"]: row["number"] for row in found}


async def _ratings(cases: Collection, where: Document, session: Session) -> dict[RatingValue, int]:
    rows = await cases.aggregate(
        [
            {"$match": {**_standing(where), "ratings.0": {"$exists": True}}},
            {"$project": {"ratings.value": 1, "ratings.round": 1, "last": {"$max": "$ratings.round"}}},
            {"$unwind": "$ratings"},
            {"$match": {"$expr": {"$eq": ["$ratings.round", "$last"]}}},
            {"$group": {"_id": "$ratings.value", "number": {"$sum": 1}}},
        ],
        session=session,
    ).to_list(None)
    return {RatingValue(row["_id"]): row["number"] for row in rows}


async def _grouped(
    documents: Collection, where: Document, alike: Mapping[str, Any], counted: Document, session: Session
) -> list[Document]:
    pipeline = [{"$match": where}, {"$group": {"_id": alike, **counted}}]
    rows = await documents.aggregate(pipeline, session=session).to_list(None)
    return [{**row.pop("_id"), **row} for row in rows]


def _standing(where: Document) -> Document:
    """A cancelled case is none: its form got another disposition."""
    return {**where, "state": {"$ne": CaseState.CANCELLED.value}}


def _one_sent() -> Document:
    return {"$gte": [{"$size": _SENT}, 1]}


def _day(field: str) -> Document:
    return {"$dateFromString": {"dateString": field, "format": "%Y-%m-%d"}}
