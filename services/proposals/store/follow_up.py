"""Where progress meetings and the selections of outstanding proposals are kept."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.proposals.domain.outstanding import OutstandingSelection
from services.proposals.domain.progress_meetings import ProgressMeeting
from services.proposals.domain.proposals import Proposal, State
from services.proposals.store.cases import CaseStore, apart
from services.proposals.store.proposals import ProposalStore
from shared.access import Caller, Where, any_of
from shared.store import Store, Versioned


class ProgressMeetingStore(Store[ProgressMeeting]):
    model = ProgressMeeting
    collection = "progress_meetings"
    what = "progress meeting"
    unit = "unit_id"

    async def prepare(self) -> None:
        for field in (self.unit, "reporting_unit_ids", "term_id", "notes.case_id"):
            await self.documents.create_index([(field, 1), ("_id", -1)])

    def within(self, caller: Caller) -> Where:
        """Those who answer for the body by its unit, a department by where it has reported."""
        handler, others = apart(caller)
        reported = handler.where(unit="reporting_unit_ids", parties=())
        return any_of(others.where(unit=self.unit, parties=self.parties), reported)


async def told_to(
    caller: Caller, cases: CaseStore, meetings: Sequence[Versioned[ProgressMeeting]]
) -> list[Versioned[ProgressMeeting]]:
    """The meetings as the caller may read them: a department what was noted of its own cases."""
    handler, others = apart(caller)
    partly = [found.state for found in meetings if not others.covers(found.state.unit_id)]
    noted = {note.case_id for meeting in partly for note in meeting.notes}
    own = await cases.of_departments(noted, handler)
    hidden = {meeting.id: tuple(note for note in meeting.notes if note.case_id in own) for meeting in partly}
    return [
        Versioned(found.state.model_copy(update={"notes": hidden[found.state.id]}), found.version)
        if found.state.id in hidden
        else found
        for found in meetings
    ]


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
