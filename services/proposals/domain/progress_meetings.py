"""Progress meetings (提案落实推进会): departments report to the committee how far their cases are."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.proposals.domain.terms import Term
from services.proposals.errors.cases import CasesNotOfTheUnit
from services.proposals.errors.congresses import DayNotReached
from shared.aggregate import Aggregate, Decision
from shared.contracts.proposals.follow_up import ProgressMeetingHeld


class Note(BaseModel):
    """What was said of a case."""

    model_config = ConfigDict(frozen=True)

    case_id: UUID
    note: str


class ProgressMeeting(Aggregate):
    """`unit_id` is the unit of the body. `reporting_unit_ids` are the departments that reported."""

    term_id: UUID
    unit_id: UUID
    held_on: date
    reporting_unit_ids: tuple[UUID, ...]
    notes: tuple[Note, ...]

    @classmethod
    def hold(
        cls,
        meeting_id: UUID,
        *,
        term: Term,
        held_on: date,
        reporting_unit_ids: Sequence[UUID],
        notes: Sequence[Note],
        cases: Collection[UUID],
        today: date,
    ) -> "Decision[ProgressMeeting]":
        """`cases` are those of the noted cases that are of the unit.

        Raises DayNotReached, TermNotRunning, CasesNotOfTheUnit.
        """
        if held_on > today:
            raise DayNotReached(day=held_on.isoformat(), today=today.isoformat())
        term.require_running(held_on)
        if strange := [note.case_id for note in notes if note.case_id not in cases]:
            raise CasesNotOfTheUnit(case_ids=strange)
        meeting = cls(
            id=meeting_id,
            term_id=term.id,
            unit_id=term.unit_id,
            held_on=held_on,
            reporting_unit_ids=tuple(reporting_unit_ids),
            notes=tuple(notes),
        )
        event = ProgressMeetingHeld(
            meeting_id=meeting_id,
            unit_id=term.unit_id,
            held_on=held_on,
            reporting_unit_ids=meeting.reporting_unit_ids,
            case_ids=tuple(dict.fromkeys(note.case_id for note in notes)),
        )
        return Decision(meeting, (event,))
