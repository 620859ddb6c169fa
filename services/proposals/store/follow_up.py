"""Where progress meetings and the selections of outstanding proposals are kept."""

from collections.abc import Iterable
from uuid import UUID

from services.proposals.domain.outstanding import OutstandingSelection
from services.proposals.domain.progress_meetings import ProgressMeeting
from services.proposals.domain.proposals import Proposal, State
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
) -> dict[UUID, Proposal]:
    """Those of the forms that became cases of the unit, or opinions of it that were answered."""
    forms = [form for form in (await proposals.by_ids(proposal_ids)).values() if form.unit_id == unit_id]
    answered = await cases.answered(form.case_id for form in forms if form.case_id is not None)
    return {
        form.id: form
        for form in forms
        if form.state is State.FILED or (form.state is State.OPINION and form.case_id in answered)
    }
