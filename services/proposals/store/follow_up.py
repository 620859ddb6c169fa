"""Where progress meetings and the selections of outstanding proposals are kept."""

from collections.abc import Iterable
from uuid import UUID

from services.proposals.domain.outstanding import OutstandingSelection
from services.proposals.domain.progress_meetings import ProgressMeeting
from services.proposals.domain.proposals import State
from services.proposals.store.cases import CaseStore
from services.proposals.store.proposals import ProposalStore
from shared.mongo import Document
from shared.store import Store


class ProgressMeetingStore(Store[ProgressMeeting]):
    """`derived.unit_ids` are the units whose people may read it: that of the body, and who reported."""

    model = ProgressMeeting
    collection = "progress_meetings"
    what = "progress meeting"
    unit = "derived.unit_ids"

    async def prepare(self) -> None:
        for field in (self.unit, "term_id", "notes.case_id"):
            await self.documents.create_index([(field, 1), ("_id", -1)])

    def derived(self, state: ProgressMeeting) -> Document:
        return {"unit_ids": list(dict.fromkeys((state.unit_id, *state.reporting_unit_ids)))}


class OutstandingSelectionStore(Store[OutstandingSelection]):
    model = OutstandingSelection
    collection = "outstanding_selections"
    what = "selection of outstanding proposals"
    unit = "unit_id"

    async def prepare(self) -> None:
        await self.documents.create_index([("unit_id", 1), ("year", 1)], name="one_a_year", unique=True)
        for field in ("unit_id", "year"):
            await self.documents.create_index([(field, 1), ("_id", -1)])


async def eligible(
    proposals: ProposalStore, cases: CaseStore, proposal_ids: Iterable[UUID], unit_id: UUID
) -> dict[UUID, tuple[UUID, ...]]:
    """Those of the forms that became cases of the unit, or opinions of it that were answered; whose each of them is."""
    where = {
        "_id": {"$in": list(proposal_ids)},
        "unit_id": unit_id,
        "state": {"$in": [State.FILED.value, State.OPINION.value]},
    }
    rows = await proposals.documents.find(where).to_list(None)
    answered = await cases.answered(row["case_id"] for row in rows if row["state"] == State.OPINION.value)
    return {
        row["_id"]: (row["proposer_id"], *row["seconder_ids"], *row["co_proposer_ids"])
        for row in rows
        if row["state"] == State.FILED.value or row["case_id"] in answered
    }
