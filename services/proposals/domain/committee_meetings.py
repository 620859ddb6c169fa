"""Meetings of a body's executive committee (执委会) between its sessions."""

from datetime import date
from uuid import UUID

from services.proposals.domain.bodies import Body
from services.proposals.domain.terms import Term
from services.proposals.errors.congresses import DayNotReached, MorePresentThanDue
from shared.aggregate import Aggregate, Decision
from shared.contracts.proposals.congresses import CommitteeMeetingHeld


class CommitteeMeeting(Aggregate):
    term_id: UUID
    body_id: UUID
    unit_id: UUID
    held_on: date
    due: int
    present: int
    topics: str
    decisions: str | None

    @classmethod
    def hold(
        cls,
        meeting_id: UUID,
        *,
        term: Term,
        body: Body,
        held_on: date,
        due: int,
        present: int,
        topics: str,
        decisions: str | None,
        today: date,
    ) -> "Decision[CommitteeMeeting]":
        """Raises DayNotReached, TermNotRunning, MorePresentThanDue, NoRuleThen, QuorumMissing."""
        if held_on > today:
            raise DayNotReached(day=held_on.isoformat(), today=today.isoformat())
        term.require_running(held_on)
        if present > due:
            raise MorePresentThanDue(due=due, present=present)
        body.rule_on(held_on).require_quorum(due=due, present=present)
        meeting = cls(
            id=meeting_id,
            term_id=term.id,
            body_id=body.id,
            unit_id=term.unit_id,
            held_on=held_on,
            due=due,
            present=present,
            topics=topics,
            decisions=decisions,
        )
        event = CommitteeMeetingHeld(
            committee_meeting_id=meeting_id,
            term_id=term.id,
            body_id=body.id,
            kind=body.kind,
            unit_id=term.unit_id,
            held_on=held_on,
            due=due,
            present=present,
        )
        return Decision(meeting, (event,))
