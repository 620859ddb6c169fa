"""Where cases and opinions are kept, and what falls due in them."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

from services.proposals.domain.cases import Case
from services.proposals.domain.clockwork import fall_due
from shared.aggregate import Decision
from shared.due_work import DueStore
from shared.mongo import Document, in_batches


class CaseStore(DueStore[Case]):
    """`derived.unit_ids` are the units whose people may read it: that of the body, and the departments."""

    model = Case
    collection = "cases"
    what = "case"
    unit = "derived.unit_ids"
    parties = ("author_ids", "leader_id", "watcher_id")

    async def prepare(self) -> None:
        await super().prepare()
        for field in (self.unit, "unit_id", "call_id", "lead_unit_id", "co_unit_ids", *self.parties):
            await self.documents.create_index([(field, 1), ("_id", -1)])
        for field in ("state", "kind"):
            await self.documents.create_index([("unit_id", 1), (field, 1), ("_id", -1)])
        for narrower in ([], [("call_id", 1)], [("term_id", 1)]):
            await self.documents.create_index([*narrower, ("opened_on", 1), ("_id", 1)])
        await self.documents.create_index("forwarded_as", sparse=True)

    async def in_order(self, where: Mapping[str, Any], *, at_once: int = 200) -> AsyncIterator[list[Case]]:
        """In the order in which they were opened, so many at a time."""
        async for rows in in_batches(self.documents.find(where).sort([("opened_on", 1), ("_id", 1)]), at_once):
            yield [self._versioned(row).state for row in rows]

    def due_at(self, state: Case) -> datetime | None:
        return state.duties[0].at if state.duties else None

    def fall_due(self, state: Case, at: datetime) -> Decision[Case]:
        return fall_due(state, at)

    def derived(self, state: Case) -> Document:
        departments = [state.lead_unit_id, *state.co_unit_ids]
        units = dict.fromkeys(unit for unit in (state.unit_id, *departments) if unit is not None)
        return {**super().derived(state), "unit_ids": list(units)}
