from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from services.proposals.domain.bodies import Body, BodyRule, MajorityOf
from services.proposals.domain.sessions import (
    TRANSITIONS,
    AgendaItem,
    Deliberation,
    ItemKind,
    JointMeeting,
    Session,
    SessionAction,
    SessionState,
)
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
    QuorumMissing,
    SessionNotThen,
    TermNotRunning,
    VotedAlready,
    VotesDoNotAddUp,
)
from shared.aggregate import Decision, transition
from shared.contracts.proposals.congresses import (
    AttendanceTaken,
    BodyKind,
    DeliberationNoted,
    JointMeetingHeld,
    ResolutionVoted,
    SessionCancelled,
    SessionClosed,
    SessionOpened,
    SessionRevised,
)
from shared.errors import WrongState
from shared.ids import new_id

FIRST, LAST = date(2022, 3, 18), date(2022, 3, 19)
AT = datetime(2022, 3, 18, 2, tzinfo=UTC)
BEGIN = datetime(2022, 3, 17, 16, tzinfo=UTC)
"""When the first day begins on the campus."""
RULE = BodyRule(effective_from=date(2000, 1, 1), source="测试")
DELEGATES = [new_id() for _ in range(9)]
ALL = frozenset(DELEGATES)
REPORT, RESOLUTION = (
    AgendaItem(id=new_id(), title="工作报告", kind=ItemKind.REPORT),
    AgendaItem(id=new_id(), title="章程修订稿", kind=ItemKind.RESOLUTION),
)


def body() -> Body:
    return Body.establish(new_id(), kind=BodyKind.STAFF_CONGRESS, unit_id=new_id(), name="教代会").state


def convene(**change: Any) -> Decision[Session]:
    of = body()
    term = Term.begin(new_id(), body_id=of.id, unit_id=of.unit_id, number=13, begins_on=date(2020, 3, 1)).state
    given = {
        "term": term,
        "body": of,
        "number": 3,
        "held_from": FIRST,
        "held_until": LAST,
        "agenda": [REPORT, RESOLUTION],
        "presidium_ids": DELEGATES[:2],
        "delegates": ALL,
        **change,
    }
    return Session.convene(new_id(), **given)


def attended(present: int = 6) -> Session:
    return (
        convene()
        .state.attend(present=DELEGATES[:present], on_leave=DELEGATES[present : present + 1], delegates=ALL, due=9)
        .state
    )


def opened(present: int = 6, *, rule: BodyRule = RULE) -> Session:
    return attended(present).open(rule=rule, due=9, delegates=ALL, today=FIRST).state


def vote(session: Session, item: UUID = RESOLUTION.id, **votes: int) -> Decision[Session]:
    given = {"votes_for": 5, "votes_against": 1, "votes_abstaining": 0, **votes}
    return session.vote(item, title="关于章程的决议", at=AT, **given)


def note(**change: Any) -> Deliberation:
    given = {"id": new_id(), "delegation_id": new_id(), "unit_id": None, "agenda_item_id": None, "noted_at": AT}
    return Deliberation(**{**given, "text": "讨论情况", **change})


def in_state(state: SessionState) -> Session:
    made: dict[SessionState, Callable[[], Session]] = {
        SessionState.PLANNED: attended,
        SessionState.OPEN: opened,
        SessionState.CLOSED: lambda: opened().close().state,
        SessionState.CANCELLED: lambda: convene().state.cancel(reason="疫情").state,
    }
    return made[state]()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"held_until": date(2022, 3, 17)}, DaysReversed),
        ({"held_from": date(2020, 2, 29)}, TermNotRunning),
        ({"presidium_ids": [new_id()]}, NotDelegatesThen),
    ],
)
def test_a_session_is_not_convened(change: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        convene(**change)


def test_a_session_opens_with_the_quorum_of_those_due() -> None:
    session, (event,) = attended(6).open(rule=RULE, due=9, delegates=ALL, today=FIRST)

    assert isinstance(event, SessionOpened)
    assert (event.due, event.present) == (session.due, len(session.present_ids)) == (9, 6)


def test_without_the_quorum_it_does_not_open() -> None:
    with pytest.raises(QuorumMissing) as refused:
        attended(5).open(rule=RULE, due=9, delegates=ALL, today=FIRST)

    assert refused.value.facts() == {"needed": 6, "got": 5}


def test_those_who_came_to_be_due_since_the_attendance_was_taken_count() -> None:
    with pytest.raises(QuorumMissing):
        attended(6).open(rule=RULE, due=10, delegates=ALL, today=FIRST)


def test_who_ceased_to_be_a_delegate_does_not_help_a_session_to_open() -> None:
    with pytest.raises(NotDelegatesThen):
        attended(6).open(rule=RULE, due=8, delegates=ALL - {DELEGATES[0]}, today=FIRST)


def test_it_does_not_open_before_its_day() -> None:
    with pytest.raises(DayNotReached):
        attended().open(rule=RULE, due=9, delegates=ALL, today=date(2022, 3, 17))


def test_of_the_attendance_only_the_counts_are_published() -> None:
    _, (event,) = convene().state.attend(present=DELEGATES[:6], on_leave=DELEGATES[6:8], delegates=ALL, due=9)

    assert isinstance(event, AttendanceTaken)
    assert (event.due, event.present, event.on_leave) == (9, 6, 2)


def test_only_delegates_attend_and_nobody_is_both_there_and_on_leave() -> None:
    stranger = new_id()

    with pytest.raises(NotDelegatesThen) as refused:
        convene().state.attend(present=[stranger], on_leave=[], delegates=ALL, due=9)
    with pytest.raises(PresentAndAbsent):
        convene().state.attend(present=DELEGATES[:2], on_leave=DELEGATES[1:3], delegates=ALL, due=9)

    assert refused.value.member_ids == [stranger]


@pytest.mark.parametrize(
    ("of", "votes_for", "passed"),
    [
        (MajorityOf.DUE, 4, False),
        (MajorityOf.DUE, 5, True),
        (MajorityOf.PRESENT, 3, False),
        (MajorityOf.PRESENT, 4, True),
    ],
)
def test_a_resolution_passes_by_the_majority_of_the_rule_with_which_the_session_opened(
    of: MajorityOf, votes_for: int, passed: bool
) -> None:
    rule = RULE.model_copy(update={"majority_of": of})

    session, (event,) = vote(opened(rule=rule), votes_for=votes_for)

    assert isinstance(event, ResolutionVoted)
    (resolution,) = session.resolutions
    assert resolution.passed is event.passed is passed
    assert (resolution.rule, resolution.due, resolution.present) == (rule, 9, 6)
    assert "章程" not in event.model_dump_json()


def test_there_are_no_more_votes_than_people() -> None:
    with pytest.raises(VotesDoNotAddUp) as refused:
        vote(opened(), votes_for=5, votes_against=1, votes_abstaining=1)

    assert refused.value.facts() == {"votes": 7, "present": 6}


def test_an_item_is_voted_on_once() -> None:
    voted = vote(opened()).state

    with pytest.raises(VotedAlready):
        vote(voted)


@pytest.mark.parametrize(("item", "error"), [(REPORT.id, NotForResolution), (new_id(), AgendaItemUnknown)])
def test_only_an_item_for_resolution_is_voted_on(item: UUID, error: type[Exception]) -> None:
    with pytest.raises(error):
        vote(opened(), item)


def test_once_too_many_have_gone_home_there_is_no_vote() -> None:
    fewer = opened().attend(present=DELEGATES[:5], on_leave=[], delegates=ALL, due=9).state

    with pytest.raises(QuorumMissing):
        vote(fewer, votes_for=5, votes_against=0)


def test_a_note_is_of_one_delegation_or_of_one_unit() -> None:
    by_delegation, by_unit = note(), note(delegation_id=None, unit_id=new_id(), agenda_item_id=REPORT.id)

    first, (event,) = opened().deliberate(by_delegation)
    noted = first.deliberate(by_unit).state

    assert isinstance(event, DeliberationNoted)
    assert "讨论情况" not in event.model_dump_json()
    assert noted.deliberations == (by_delegation, by_unit)
    for wrong in (note(delegation_id=None), note(unit_id=new_id())):
        with pytest.raises(OneSideDeliberates):
            opened().deliberate(wrong)
    with pytest.raises(AgendaItemUnknown):
        opened().deliberate(note(agenda_item_id=new_id()))


def test_a_revision_changes_what_is_given_and_moves_the_attendance_away_with_the_day() -> None:
    session = attended()
    of = body()
    term = Term.begin(new_id(), body_id=of.id, unit_id=of.unit_id, number=13, begins_on=date(2020, 3, 1)).state
    given: dict[str, Any] = {
        "term": term,
        "agenda": None,
        "held_from": None,
        "held_until": None,
        "presidium_ids": None,
        "delegates": ALL,
    }

    shorter, (event,) = session.revise(**{**given, "agenda": [RESOLUTION]})
    moved = session.revise(**{**given, "held_from": LAST}).state

    assert isinstance(event, SessionRevised)
    assert "章程" not in event.model_dump_json()
    assert shorter.agenda == (RESOLUTION,)
    assert shorter.present_ids == session.present_ids
    assert (moved.held_from, moved.present_ids, moved.due) == (LAST, (), 0)
    with pytest.raises(DaysReversed):
        session.revise(**{**given, "held_until": date(2022, 3, 1)})
    with pytest.raises(NotDelegatesThen):
        session.revise(**{**given, "delegates": frozenset()})


def test_what_closed_says_when_it_was_held_and_what_was_cancelled_not_why() -> None:
    closed, (closing,) = opened().close()
    cancelled, (cancelling,) = convene().state.cancel(reason="疫情防控")

    assert isinstance(closing, SessionClosed)
    assert (closing.held_from, closing.held_until) == (FIRST, LAST)
    assert isinstance(cancelling, SessionCancelled)
    assert "疫情" not in cancelling.model_dump_json()
    assert (closed.state, cancelled.state) == (SessionState.CLOSED, SessionState.CANCELLED)


@pytest.mark.parametrize(("state", "action"), list(product(SessionState, SessionAction)))
def test_every_state_and_action_is_in_the_table_or_is_refused(state: SessionState, action: SessionAction) -> None:
    session = in_state(state)
    given: dict[str, Any] = {"agenda": None, "held_from": None, "held_until": None, "presidium_ids": None}
    term = Term.begin(new_id(), body_id=new_id(), unit_id=new_id(), number=1, begins_on=date(2020, 3, 1)).state
    acts: dict[SessionAction, Callable[[], Decision[Session]]] = {
        SessionAction.REVISE: lambda: session.revise(term=term, delegates=ALL, **given),
        SessionAction.CALL: lambda: session.call(new_id(), closes_at=BEGIN),
        SessionAction.ATTEND: lambda: session.attend(present=DELEGATES[:7], on_leave=[], delegates=ALL, due=9),
        SessionAction.OPEN: lambda: session.open(rule=RULE, due=9, delegates=ALL, today=FIRST),
        SessionAction.DELIBERATE: lambda: session.deliberate(note()),
        SessionAction.VOTE: lambda: vote(session),
        SessionAction.CLOSE: session.close,
        SessionAction.CANCEL: lambda: session.cancel(reason="x"),
    }
    act = acts[action]

    if (state, action) in TRANSITIONS:
        assert act().state.state is transition(TRANSITIONS, state, action)
    else:
        with pytest.raises(WrongState) as refused:
            act()
        assert refused.value.facts() == {"state": state.value, "action": action.value}


def test_a_call_closes_before_the_session_begins_also_when_its_day_is_moved() -> None:
    call = new_id()

    session, events = convene().state.call(call, closes_at=BEGIN)

    assert (session.call_id, session.call_until, events) == (call, BEGIN, ())
    with pytest.raises(CallOutlastsBeginning) as refused:
        session.call(call, closes_at=BEGIN + timedelta(milliseconds=1))
    assert refused.value.facts() == {"held_from": "2022-03-18"}
    given: dict[str, Any] = {"agenda": None, "presidium_ids": None, "delegates": ALL, "held_until": None}
    term = Term.begin(new_id(), body_id=new_id(), unit_id=new_id(), number=1, begins_on=date(2020, 3, 1)).state
    assert session.revise(term=term, held_from=LAST, **given).state.held_from == LAST
    with pytest.raises(CallOutlastsBeginning):
        session.revise(term=term, held_from=date(2022, 3, 17), **given)


def test_two_bodies_meet_together_on_a_day_of_both() -> None:
    one, other = convene().state, convene().state

    meeting, (event,) = JointMeeting.hold(new_id(), sessions=[one, other], held_on=FIRST, today=FIRST)

    assert isinstance(event, JointMeetingHeld)
    assert meeting.session_ids == event.session_ids == (one.id, other.id)


def test_one_body_does_not_meet_with_itself_nor_on_a_day_that_is_not_of_both() -> None:
    one, other = convene().state, convene().state
    again = one.model_copy(update={"id": new_id()})
    cancelled = other.cancel(reason="x").state

    with pytest.raises(JointMeetingOfOneBody):
        JointMeeting.hold(new_id(), sessions=[one, again], held_on=FIRST, today=LAST)
    with pytest.raises(DayNotReached):
        JointMeeting.hold(new_id(), sessions=[one, other], held_on=LAST, today=FIRST)
    for sessions, day in (([one, other], date(2022, 3, 20)), ([one, cancelled], FIRST)):
        with pytest.raises(SessionNotThen):
            JointMeeting.hold(new_id(), sessions=sessions, held_on=day, today=date(2022, 4, 1))
