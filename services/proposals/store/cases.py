"""Where cases and opinions are kept, and what falls due in them."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.proposals.domain.cases import OWED, Case, State
from services.proposals.domain.clockwork import await_assignment, fall_due
from services.proposals.store.rules import HandlingRules
from shared.access import Caller, Where, any_of
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.due_work import DueStore
from shared.mongo import Document, in_batches
from shared.roles import Role
from shared.store import Foundation

DEPARTMENTS = ("lead_unit_id", "co_unit_ids")
"""The fields of the units by which a department handler reaches a case."""


class CaseStore(DueStore[Case]):
    model = Case
    collection = "cases"
    what = "case"
    unit = "unit_id"
    parties = ("author_ids", "leader_id", "watcher_id")
    mentions = (
        "answers.written_by",
        "answers.signed_by",
        "co_departments.given_by",
        "heard.given_by",
        "ratings.member_id",
        "hand_overs.leader_id",
        "hand_overs.watcher_id",
    )

    def __init__(self, foundation: Foundation) -> None:
        super().__init__(foundation)
        self._rules = HandlingRules(foundation)

    async def prepare(self) -> None:
        await super().prepare()
        for field in (self.unit, "call_id", "state", "kind", *DEPARTMENTS, *self.parties):
            await self.documents.create_index([(field, 1), ("_id", -1)])
        for field in ("state", "kind"):
            await self.documents.create_index([("unit_id", 1), (field, 1), ("_id", -1)])
        for narrower in ([], [("call_id", 1)], [("term_id", 1)]):
            await self.documents.create_index([*narrower, ("opened_on", 1), ("_id", 1)])
        await self.documents.create_index([("state", 1), ("due_on", 1), ("_id", -1)])
        for field in self.mentions:
            await self.documents.create_index(field, sparse=True)
        await self.documents.create_index("forwarded_as", sparse=True)

    async def in_order(self, where: Mapping[str, Any], *, at_once: int = 200) -> AsyncIterator[list[Case]]:
        """In the order in which they were opened, so many at a time."""
        async for rows in in_batches(self.documents.find(where).sort([("opened_on", 1), ("_id", 1)]), at_once):
            yield [self._versioned(row).state for row in rows]

    def due_at(self, state: Case) -> datetime | None:
        return state.due_at

    def fall_due(self, state: Case, at: datetime) -> Decision[Case]:
        return fall_due(state, at)

    async def deciding(self, at: datetime) -> Callable[[Case], Decision[Case]]:
        """What is open was assigned by no rule yet: it waits by that of the day."""
        rule = await self._rules.on(campus_day(at))
        return lambda case: await_assignment(case, at, rule) if case.state is State.OPEN else fall_due(case, at)

    def within(self, caller: Caller) -> Where:
        """Those who answer for the body by its unit, a department by what it leads or helps with: who else is of the
        department's unit has no business with its drafts."""
        handler, others = apart(caller)
        return any_of(others.where(unit=self.unit, parties=self.parties), _of_departments(handler))

    def overdue(self, today: date) -> Document:
        """The condition that an answer, or its signature, is awaited past the due date."""
        return {"state": {"$in": [state.value for state in OWED]}, "due_on": {"$lt": today.isoformat()}}

    async def forwarded_as(self, proposal_ids: Iterable[UUID]) -> list[UUID]:
        """The cases of units that wait for one of these forms of the school."""
        where = {"forwarded_as": {"$in": list(proposal_ids)}, "state": State.FORWARDED.value}
        return [row["_id"] async for row in self.documents.find(where, {"_id": 1}).sort("_id", 1)]

    async def of_unit(self, case_ids: Iterable[UUID], unit_id: UUID) -> set[UUID]:
        """Those of the cases that are of the unit's body."""
        rows = self.documents.find({"_id": {"$in": list(case_ids)}, "unit_id": unit_id}, {"_id": 1})
        return {row["_id"] async for row in rows}

    async def of_departments(self, case_ids: Iterable[UUID], handler: Caller) -> set[UUID]:
        """Those of the cases that a department of the handler's leads or helps with."""
        where = {"$and": [{"_id": {"$in": list(case_ids)}}, _of_departments(handler)]}
        return {row["_id"] async for row in self.documents.find(where, {"_id": 1})}

    async def answered(self, case_ids: Iterable[UUID]) -> set[UUID]:
        """Those of the cases of which an answer went out."""
        rows = self.documents.find({"_id": {"$in": list(case_ids)}, "answered_at": {"$ne": None}}, {"_id": 1})
        return {row["_id"] async for row in rows}

    async def holdings(self, person: UUID) -> AsyncIterator[Document]:
        """What they are in it and what they wrote. Drafts and ratings of others are not about them."""
        fields = (*self.parties, *self.mentions)
        named = {"$or": [{field: person} for field in fields]}
        async for document in self.documents.find(named).sort("_id", 1):
            case = self._versioned(document).state
            yield {
                "kind": self.what,
                "named_as": [field for field in fields if person in _values(document, field)],
                **case.model_dump(mode="json", include={"id", "title", "state", "opened_on", "closed_at"}),
                "ratings": [_plain(each) for each in case.ratings if each.member_id == person],
                "answers": [_plain(each) for each in case.answers if each.written_by == person],
                "opinions": [_plain(each) for each in case.opinions if each.given_by == person],
            }


def apart(caller: Caller) -> tuple[Caller, Caller]:
    """As the handler of a department, and as whatever else they are: the two reach by different fields."""
    others = caller.roles - {Role.DEPARTMENT_HANDLER}
    return caller.acting_as(Role.DEPARTMENT_HANDLER), caller.acting_as(*others)


def _of_departments(handler: Caller) -> Where:
    return any_of(*(handler.where(unit=field, parties=()) for field in DEPARTMENTS))


def _plain(part: BaseModel) -> Document:
    return part.model_dump(mode="json", exclude_none=True)


def _values(document: Document, field: str) -> list[Any]:
    """What a field holds; `ratings.member_id` is that of each rating."""
    name, _, inner = field.partition(".")
    value = document.get(name)
    values: list[Any] = value if isinstance(value, list) else [value]
    return [each[inner] for each in values] if inner else values
