from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from services.proposals.domain.cases import Case, State
from services.proposals.domain.clockwork import await_assignment, fall_due
from services.proposals.domain.duties import Duty, DutyKind, of_handling, of_plan, of_rating
from services.proposals.domain.handling import give_opinion, send_back
from shared.contracts.base import DomainEvent
from shared.contracts.proposals.cases import (
    AnswerType,
    CaseAwaitsAssignment,
    CaseClosed,
    CaseEscalated,
    CaseHandledAgain,
    CaseOpinionGiven,
    CaseReminded,
    RatingValue,
)
from shared.errors import NothingDue
from shared.ids import new_id
from shared.working_days import Days
from tests.unit.forms_and_cases import (
    AT,
    CO,
    COMMITTEE,
    DUE,
    HANDLING,
    LEAD,
    LEADER,
    OTHER_CO,
    PROPOSER,
    TODAY,
    WATCHER,
    answered,
    assign,
    assigned,
    case_in,
    heard,
    midnight,
    morning,
    rated,
    rated_by_all,
    sent,
)

MOMENT = timedelta(milliseconds=1)


def days(number: int, since: date = DUE) -> date:
    return since + timedelta(days=number)


def until(case: Case, at: datetime) -> list[DomainEvent]:
    """What is told when every duty is done in its own moment."""
    told: list[DomainEvent] = []
    while case.duties and case.duties[0].at <= at:
        case, events = fall_due(case, case.duties[0].at)
        told.extend(events)
    return told


def test_a_case_is_reminded_of_before_and_after_it_is_due_and_escalated() -> None:
    told = until(heard(assigned()), morning(days(100)))

    reminded = [event.days_overdue for event in told if isinstance(event, CaseReminded)]
    escalated = [event for event in told if isinstance(event, CaseEscalated)]
    assert reminded == [-15, -7, -1, 1, 7, 14]
    assert [event.days_overdue for event in escalated] == [15]
    assert len(told) == 7


def test_an_escalation_tells_the_leader_and_who_watches() -> None:
    case, events = fall_due(heard(assigned()), morning(days(15)))

    (escalated,) = [event for event in events if isinstance(event, CaseEscalated)]
    assert (escalated.leader_id, escalated.watcher_id, escalated.lead_unit_id) == (LEADER, WATCHER, LEAD)
    assert (escalated.due_on, escalated.days_overdue) == (DUE, 15)
    assert (case.state, case.duties) == (State.ASSIGNED, ())


def test_it_is_done_in_the_morning_of_the_campus_and_not_a_moment_before() -> None:
    case = heard(assigned())

    with pytest.raises(NothingDue):
        fall_due(case, morning(days(-15)) - MOMENT)

    reminded, (event,) = fall_due(case, morning(days(-15)))
    assert isinstance(event, CaseReminded)
    with pytest.raises(NothingDue):
        fall_due(reminded, morning(days(-15)))


def test_several_reminders_that_were_missed_are_one() -> None:
    case, events = fall_due(heard(assigned()), morning(days(7)))

    assert [type(event) for event in events] == [CaseReminded]
    assert isinstance(events[0], CaseReminded)
    assert events[0].days_overdue == 7
    assert [duty.kind for duty in case.duties] == [DutyKind.REMIND, DutyKind.ESCALATE]


def test_what_was_missed_altogether_is_told_once_each() -> None:
    case, events = fall_due(assigned(), morning(days(300)))

    assert [type(event) for event in events] == [CaseOpinionGiven, CaseOpinionGiven, CaseReminded, CaseEscalated]
    assert case.duties == ()


def test_the_time_of_the_co_departments_ends_with_its_last_day() -> None:
    case = give_opinion(assigned(), OTHER_CO, text="同意", by=PROPOSER, at=AT).state
    end = midnight(days(31, TODAY))

    with pytest.raises(NothingDue):
        fall_due(case, end - MOMENT)
    ended, (event,) = fall_due(case, end)

    assert isinstance(event, CaseOpinionGiven)
    assert (event.co_unit_id, event.in_time) == (CO, False)
    assert [each.timed_out for each in ended.co_departments] == [True, False]
    assert ended.co_departments[1].opinion == "同意"


def test_the_window_of_ratings_ends_and_those_who_are_silent_do_not_stop_it() -> None:
    case = sent()
    end = midnight(days(16, TODAY))

    with pytest.raises(NothingDue):
        fall_due(case, end - MOMENT)
    closed, (event,) = fall_due(case, end)

    assert isinstance(event, CaseClosed)
    assert (event.dissatisfied, closed.state, closed.closed_at) == (False, State.CLOSED, end)


def test_one_who_was_dissatisfied_is_heard_when_the_window_ends() -> None:
    case = rated(sent(), PROPOSER, RatingValue.DISSATISFIED).state

    again, (event,) = fall_due(case, midnight(days(16, TODAY)))

    assert isinstance(event, CaseHandledAgain)
    assert (again.state, again.due_on) == (State.ASSIGNED, days(16 + 60, TODAY))


def test_a_commitment_that_nobody_rated_is_tracked() -> None:
    case = fall_due(sent(AnswerType.PLANNED), midnight(days(16, TODAY))).state

    assert (case.state, [duty.kind for duty in case.duties]) == (State.COMMITTED, [DutyKind.LAPSE])


def test_an_answer_that_nobody_signs_is_escalated_again_and_again() -> None:
    case, (event,) = fall_due(answered(heard(assigned())).state, morning(days(15)))

    assert isinstance(event, CaseEscalated)
    assert (event.awaits_signature, event.days_overdue) == (True, 15)
    assert (case.state, case.duties) == (State.ANSWERED, (Duty(kind=DutyKind.ESCALATE, at=morning(days(30))),))
    back = send_back(case, by=LEADER, reason="不具体", today=days(20)).state
    (again,) = [event for event in until(back, morning(days(40))) if isinstance(event, CaseEscalated)]
    assert not again.awaits_signature


def test_an_open_case_that_nobody_assigns_is_told_of_again_and_again() -> None:
    case = case_in(State.OPEN)
    assert case.due_at == AT

    waiting, silent = await_assignment(case, AT, HANDLING)
    again, (event,) = await_assignment(waiting, morning(days(15, TODAY)), HANDLING)

    assert silent == ()
    assert isinstance(event, CaseAwaitsAssignment)
    assert (event.kind, event.opened_on) == (case.kind, TODAY)
    assert [each.due_at for each in (waiting, again)] == [morning(days(15, TODAY)), morning(days(30, TODAY))]
    with pytest.raises(NothingDue):
        await_assignment(again, morning(days(30, TODAY)) - MOMENT, HANDLING)


def test_what_is_assigned_is_waited_for_no_more() -> None:
    waiting = await_assignment(case_in(State.OPEN), AT, HANDLING).state

    assert DutyKind.AWAIT_ASSIGNMENT not in {duty.kind for duty in assign(waiting).state.duties}
    assert waiting.forward(new_id(), school=False, by=COMMITTEE).state.duties == waiting.cancel().state.duties == ()


@pytest.mark.parametrize("state", State)
def test_nothing_is_due_at_the_moment_at_which_a_case_came_into_its_state(state: State) -> None:
    with pytest.raises(NothingDue):
        fall_due(case_in(state), AT)


def test_what_falls_due_is_in_order_and_to_come() -> None:
    for case in (assigned(), sent(), rated_by_all(sent(AnswerType.PLANNED)).state):
        assert all(one.at <= next_.at for one, next_ in pairwise(case.duties))
        assert case.duties[0].at > AT


def test_reminders_that_would_have_been_before_the_assignment_are_left_out() -> None:
    case = assigned(due_on=days(5, TODAY), co_unit_ids=[])

    reminders = [duty.at for duty in case.duties if duty.kind is DutyKind.REMIND]
    assert reminders == [morning(days(number, TODAY)) for number in (4, 6, 12, 19)]


def test_what_is_handled_in_working_days_is_reminded_of_on_working_days() -> None:
    rule = HANDLING.model_copy(
        update={"days": Days.WORKING, "answer_within": 5, "remind_before": (1,), "remind_after": (1,)}
    )
    case = assigned(rule=rule, today=date(2022, 9, 26), co_unit_ids=[])

    assert case.due_on == date(2022, 10, 8)
    reminders = [duty.at for duty in case.duties if duty.kind is DutyKind.REMIND]
    assert reminders == [morning(date(2022, 9, 30)), morning(date(2022, 10, 9))]


def test_one_day_has_one_reminder() -> None:
    rule = HANDLING.model_copy(update={"remind_before": (1, 1), "remind_after": ()})

    found = of_handling(rule, due_on=DUE, co_until=None, today=TODAY)

    assert [duty.kind for duty in found] == [DutyKind.REMIND, DutyKind.ESCALATE]


def test_an_escalation_of_days_long_past_is_one_to_come() -> None:
    for today in (days(15), days(99)):
        (only,) = of_handling(HANDLING, due_on=DUE, co_until=None, today=today)
        assert only == Duty(kind=DutyKind.ESCALATE, at=morning(days(15, today)))
    same_day = HANDLING.model_copy(update={"escalate_after": 0})
    (only,) = of_handling(same_day, due_on=DUE, co_until=None, today=days(20))
    assert only.at == morning(days(21))


def test_a_rating_and_a_plan_have_their_last_day_whole() -> None:
    assert of_rating(HANDLING, TODAY) == (Duty(kind=DutyKind.END_RATING, at=midnight(days(16, TODAY))),)
    assert of_plan(DUE) == (Duty(kind=DutyKind.LAPSE, at=midnight(days(1))),)
