"""Sessions (次) of a term, and joint meetings of two bodies."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.proposals.domain.bodies import Body, BodyRule
from services.proposals.domain.terms import Term
from services.proposals.errors.calls import CallOutlastsBeginning
from services.proposals.errors.congresses import (
    AgendaItemUnknown,
    DayNotReached,
    DaysReversed,
    JointMeetingOfOneBody,
    NotDelegatesThen,
    NotForResolution,
    OneSideDeliberates,
    PresentAndAbsent,
    SessionNotThen,
    VotedAlready,
    VotesDoNotAddUp,
)
from shared.aggregate import Aggregate, Decision, transition
from shared.clock import begin_of
from shared.contracts.proposals.congresses import (
    AttendanceTaken,
    BodyKind,
    DeliberationNoted,
    JointMeetingHeld,
    ResolutionVoted,
    SessionCancelled,
    SessionClosed,
    SessionConvened,
    SessionOpened,
    SessionRevised,
)


class SessionState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class SessionAction(StrEnum):
    REVISE = "revise"
    CALL = "call"
    ATTEND = "attend"
    OPEN = "open"
    DELIBERATE = "deliberate"
    VOTE = "vote"
    CLOSE = "close"
    CANCEL = "cancel"


TRANSITIONS: Mapping[tuple[SessionState, SessionAction], SessionState] = {
    (SessionState.PLANNED, SessionAction.REVISE): SessionState.PLANNED,
    (SessionState.PLANNED, SessionAction.CALL): SessionState.PLANNED,
    (SessionState.PLANNED, SessionAction.ATTEND): SessionState.PLANNED,
    (SessionState.PLANNED, SessionAction.OPEN): SessionState.OPEN,
    (SessionState.PLANNED, SessionAction.CANCEL): SessionState.CANCELLED,
    (SessionState.OPEN, SessionAction.ATTEND): SessionState.OPEN,
    (SessionState.OPEN, SessionAction.DELIBERATE): SessionState.OPEN,
    (SessionState.OPEN, SessionAction.VOTE): SessionState.OPEN,
    (SessionState.OPEN, SessionAction.CLOSE): SessionState.CLOSED,
}


class ItemKind(StrEnum):
    REPORT = "report"
    DELIBERATION = "deliberation"
    RESOLUTION = "resolution"
    ELECTION = "election"
    OTHER = "other"


class AgendaItem(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: UUID
    title: str
    kind: ItemKind


class Deliberation(BaseModel):
    """What a delegation or a unit had to say, of an item or of the whole."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    delegation_id: UUID | None
    unit_id: UUID | None
    agenda_item_id: UUID | None
    text: str
    noted_at: datetime


class Resolution(BaseModel):
    """With the counts that it was judged on and the rule that it was judged by."""

    model_config = ConfigDict(frozen=True)

    agenda_item_id: UUID
    title: str
    votes_for: int
    votes_against: int
    votes_abstaining: int
    due: int
    present: int
    rule: BodyRule
    passed: bool
    voted_at: datetime


class Session(Aggregate):
    """`held_from` is the day by which rules and delegates count. `due` is how many delegates were in force on it.

    `rule` is the body's when it opened, and stays what is voted by. `call_until` is when its call for proposals closes.
    """

    term_id: UUID
    body_id: UUID
    kind: BodyKind
    unit_id: UUID
    number: int
    held_from: date
    held_until: date
    agenda: tuple[AgendaItem, ...]
    presidium_ids: tuple[UUID, ...] = ()
    state: SessionState = SessionState.PLANNED
    rule: BodyRule | None = None
    call_id: UUID | None = None
    call_until: datetime | None = None
    due: int = 0
    present_ids: tuple[UUID, ...] = ()
    on_leave_ids: tuple[UUID, ...] = ()
    deliberations: tuple[Deliberation, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    cancelled_because: str | None = None

    @classmethod
    def convene(
        cls,
        session_id: UUID,
        *,
        term: Term,
        body: Body,
        number: int,
        held_from: date,
        held_until: date,
        agenda: Sequence[AgendaItem],
        presidium_ids: Sequence[UUID],
        delegates: frozenset[UUID],
    ) -> "Decision[Session]":
        """`delegates` are those of the presidium who are delegates on the first day.

        Raises DaysReversed, TermNotRunning, NotDelegatesThen.
        """
        if held_until < held_from:
            raise DaysReversed(first=held_from.isoformat())
        term.require_running(held_from)
        _require_delegates(presidium_ids, delegates, held_from)
        session = cls(
            id=session_id,
            term_id=term.id,
            body_id=body.id,
            kind=body.kind,
            unit_id=term.unit_id,
            number=number,
            held_from=held_from,
            held_until=held_until,
            agenda=tuple(agenda),
            presidium_ids=tuple(presidium_ids),
        )
        event = SessionConvened(
            session_id=session_id,
            term_id=term.id,
            body_id=body.id,
            kind=body.kind,
            unit_id=term.unit_id,
            number=number,
            held_from=held_from,
            held_until=held_until,
        )
        return Decision(session, (event,))

    def revise(
        self,
        *,
        term: Term,
        agenda: Sequence[AgendaItem] | None,
        held_from: date | None,
        held_until: date | None,
        presidium_ids: Sequence[UUID] | None,
        delegates: frozenset[UUID],
    ) -> "Decision[Session]":
        """What is None stays. The attendance is taken anew where the first day moves.

        Raises WrongState, DaysReversed, TermNotRunning, CallOutlastsBeginning, NotDelegatesThen.
        """
        transition(TRANSITIONS, self.state, SessionAction.REVISE)
        first, last = held_from or self.held_from, held_until or self.held_until
        if last < first:
            raise DaysReversed(first=first.isoformat())
        term.require_running(first)
        if self.call_until is not None:
            _require_over(self.call_until, first)
        presidium = self.presidium_ids if presidium_ids is None else tuple(presidium_ids)
        _require_delegates(presidium, delegates, first)
        change = {
            "held_from": first,
            "held_until": last,
            "presidium_ids": presidium,
            "agenda": self.agenda if agenda is None else tuple(agenda),
        }
        if first != self.held_from:
            change |= {"due": 0, "present_ids": (), "on_leave_ids": ()}
        event = SessionRevised(session_id=self.id, unit_id=self.unit_id, held_from=first, held_until=last)
        return Decision(self.model_copy(update=change), (event,))

    def call(self, call_id: UUID, *, closes_at: datetime) -> "Decision[Session]":
        """Its call for proposals is announced, or closes at another time. Raises WrongState, CallOutlastsBeginning."""
        transition(TRANSITIONS, self.state, SessionAction.CALL)
        _require_over(closes_at, self.held_from)
        return Decision(self.model_copy(update={"call_id": call_id, "call_until": closes_at}), ())

    def attend(
        self, *, present: Sequence[UUID], on_leave: Sequence[UUID], delegates: frozenset[UUID], due: int
    ) -> "Decision[Session]":
        """Who is there and who has leave; the rest is absent. Raises WrongState, PresentAndAbsent, NotDelegatesThen."""
        transition(TRANSITIONS, self.state, SessionAction.ATTEND)
        if both := sorted(set(present) & set(on_leave)):
            raise PresentAndAbsent(member_ids=both)
        _require_delegates((*present, *on_leave), delegates, self.held_from)
        change = {"present_ids": tuple(present), "on_leave_ids": tuple(on_leave), "due": due}
        event = AttendanceTaken(
            session_id=self.id, unit_id=self.unit_id, due=due, present=len(present), on_leave=len(on_leave)
        )
        return Decision(self.model_copy(update=change), (event,))

    def open(self, *, rule: BodyRule, due: int, delegates: frozenset[UUID], today: date) -> "Decision[Session]":
        """`delegates` are those of who is present that are delegates on the first day.

        Raises WrongState, DayNotReached, NotDelegatesThen, QuorumMissing.
        """
        state = transition(TRANSITIONS, self.state, SessionAction.OPEN)
        if self.held_from > today:
            raise DayNotReached(day=self.held_from.isoformat(), today=today.isoformat())
        _require_delegates(self.present_ids, delegates, self.held_from)
        rule.require_quorum(due=due, present=len(self.present_ids))
        event = SessionOpened(session_id=self.id, unit_id=self.unit_id, due=due, present=len(self.present_ids))
        return Decision(self.model_copy(update={"state": state, "due": due, "rule": rule}), (event,))

    def deliberate(self, note: Deliberation) -> "Decision[Session]":
        """Raises WrongState, OneSideDeliberates, AgendaItemUnknown."""
        transition(TRANSITIONS, self.state, SessionAction.DELIBERATE)
        if (note.delegation_id is None) == (note.unit_id is None):
            raise OneSideDeliberates
        if note.agenda_item_id is not None:
            self._item(note.agenda_item_id)
        event = DeliberationNoted(
            session_id=self.id,
            unit_id=self.unit_id,
            deliberation_id=note.id,
            delegation_id=note.delegation_id,
            speaking_unit_id=note.unit_id,
        )
        return Decision(self.model_copy(update={"deliberations": (*self.deliberations, note)}), (event,))

    def vote(
        self,
        agenda_item_id: UUID,
        *,
        title: str,
        votes_for: int,
        votes_against: int,
        votes_abstaining: int,
        at: datetime,
    ) -> "Decision[Session]":
        """By the rule with which it opened.

        Raises WrongState, AgendaItemUnknown, NotForResolution, VotedAlready, QuorumMissing, VotesDoNotAddUp.
        """
        transition(TRANSITIONS, self.state, SessionAction.VOTE)
        rule = self.rule
        assert rule is not None  # noqa: S101  it opened by a rule
        if self._item(agenda_item_id).kind is not ItemKind.RESOLUTION:
            raise NotForResolution
        if any(resolution.agenda_item_id == agenda_item_id for resolution in self.resolutions):
            raise VotedAlready
        present, votes = len(self.present_ids), votes_for + votes_against + votes_abstaining
        rule.require_quorum(due=self.due, present=present)
        if votes > present:
            raise VotesDoNotAddUp(votes=votes, present=present)
        counts = {
            "votes_for": votes_for,
            "votes_against": votes_against,
            "votes_abstaining": votes_abstaining,
            "due": self.due,
            "present": present,
        }
        passed = rule.passes(votes_for, due=self.due, present=present)
        resolution = Resolution(
            agenda_item_id=agenda_item_id, title=title, rule=rule, passed=passed, voted_at=at, **counts
        )
        event = ResolutionVoted(
            session_id=self.id, unit_id=self.unit_id, agenda_item_id=agenda_item_id, passed=passed, **counts
        )
        return Decision(self.model_copy(update={"resolutions": (*self.resolutions, resolution)}), (event,))

    def close(self) -> "Decision[Session]":
        """Raises WrongState."""
        state = transition(TRANSITIONS, self.state, SessionAction.CLOSE)
        event = SessionClosed(
            session_id=self.id,
            term_id=self.term_id,
            body_id=self.body_id,
            kind=self.kind,
            unit_id=self.unit_id,
            held_from=self.held_from,
            held_until=self.held_until,
        )
        return Decision(self.model_copy(update={"state": state}), (event,))

    def cancel(self, *, reason: str) -> "Decision[Session]":
        """Raises WrongState."""
        state = transition(TRANSITIONS, self.state, SessionAction.CANCEL)
        change = {"state": state, "cancelled_because": reason}
        event = SessionCancelled(
            session_id=self.id, term_id=self.term_id, kind=self.kind, unit_id=self.unit_id, number=self.number
        )
        return Decision(self.model_copy(update=change), (event,))

    def meets_on(self, day: date) -> bool:
        return self.state is not SessionState.CANCELLED and self.held_from <= day <= self.held_until

    def _item(self, item_id: UUID) -> AgendaItem:
        for item in self.agenda:
            if item.id == item_id:
                return item
        raise AgendaItemUnknown


def _require_delegates(member_ids: Sequence[UUID], delegates: frozenset[UUID], day: date) -> None:
    if strangers := [member for member in member_ids if member not in delegates]:
        raise NotDelegatesThen(member_ids=strangers, day=day.isoformat())


def _require_over(closes_at: datetime, first: date) -> None:
    if closes_at > begin_of(first):
        raise CallOutlastsBeginning(held_from=first.isoformat())


class JointMeeting(Aggregate):
    """Sessions of different bodies that met together. A session is in one joint meeting at the most."""

    session_ids: tuple[UUID, ...]
    unit_id: UUID
    held_on: date

    @classmethod
    def hold(
        cls, meeting_id: UUID, *, sessions: Sequence[Session], held_on: date, today: date
    ) -> "Decision[JointMeeting]":
        """Raises DayNotReached, JointMeetingOfOneBody, SessionNotThen."""
        if held_on > today:
            raise DayNotReached(day=held_on.isoformat(), today=today.isoformat())
        if len({session.body_id for session in sessions}) != len(sessions):
            raise JointMeetingOfOneBody
        if not all(session.meets_on(held_on) for session in sessions):
            raise SessionNotThen(held_on=held_on.isoformat())
        ids, unit_id = tuple(session.id for session in sessions), sessions[0].unit_id
        meeting = cls(id=meeting_id, session_ids=ids, unit_id=unit_id, held_on=held_on)
        event = JointMeetingHeld(joint_meeting_id=meeting_id, unit_id=unit_id, session_ids=ids, held_on=held_on)
        return Decision(meeting, (event,))
