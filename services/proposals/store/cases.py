"""Where cases and opinions are kept, and what falls due in them."""

from datetime import datetime

from services.proposals.domain.cases import Case
from services.proposals.domain.clockwork import fall_due
from shared.aggregate import Decision
from shared.due_work import DueStore
from shared.mongo import Document


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
        await self.documents.create_index("forwarded_as", sparse=True)

    def due_at(self, state: Case) -> datetime | None:
        return state.duties[0].at if state.duties else None

    def fall_due(self, state: Case, at: datetime) -> Decision[Case]:
        return fall_due(state, at)

    def derived(self, state: Case) -> Document:
        departments = [state.lead_unit_id, *state.co_unit_ids]
        units = dict.fromkeys(unit for unit in (state.unit_id, *departments) if unit is not None)
        return {**super().derived(state), "unit_ids": list(units)}
