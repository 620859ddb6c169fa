from datetime import date
from itertools import product

import pytest

from services.proposals.domain.bodies import Body, BodyRule, MajorityOf, starting_rule
from services.proposals.domain.committee_meetings import CommitteeMeeting
from services.proposals.domain.terms import TRANSITIONS, Term, TermAction, TermState
from services.proposals.errors.congresses import (
    DayNotReached,
    DaysReversed,
    MorePresentThanDue,
    NoRuleThen,
    NoSuchFraction,
    QuorumMissing,
    RuleOnThatDay,
    TermHasOpenSessions,
    TermHasPendingForms,
    TermNotRunning,
)
from services.proposals.errors.proposals import RuleInThePast
from shared.aggregate import Decision, transition
from shared.contracts.proposals.congresses import BodyKind, CommitteeMeetingHeld, TermEnded
from shared.errors import WrongState
from shared.ids import new_id

TODAY = date(2022, 6, 15)
RULE = BodyRule(effective_from=date(2022, 1, 1), source="测试")


def body(rule: BodyRule | None = None) -> Body:
    made = Body.establish(new_id(), kind=BodyKind.STAFF_CONGRESS, unit_id=new_id(), name="教代会", rule=rule)
    return made.state


def term(begins_on: date = date(2020, 3, 1)) -> Term:
    return Term.begin(new_id(), body_id=new_id(), unit_id=new_id(), number=13, begins_on=begins_on).state


def adopted(of: Body, rule: BodyRule, *, met_since: bool = False) -> Decision[Body]:
    return of.adopt(rule, today=TODAY, met_since=met_since)


def meet(**change: object) -> Decision[CommitteeMeeting]:
    given = {"held_on": TODAY, "due": 9, "present": 6, "topics": "议题", "decisions": None, "today": TODAY, **change}
    return CommitteeMeeting.hold(new_id(), term=term(), body=body(), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", list(BodyKind))
def test_a_body_starts_with_two_thirds_of_those_due_and_more_than_half_of_them(kind: BodyKind) -> None:
    rule = starting_rule(kind)

    assert (rule.quorum_numerator, rule.quorum_denominator) == (2, 3)
    assert (rule.majority_of, rule.majority_numerator, rule.majority_denominator) == (MajorityOf.DUE, 1, 2)
    assert rule.source


@pytest.mark.parametrize(("due", "needed"), [(0, 1), (1, 1), (3, 2), (4, 3), (100, 67), (120, 80), (121, 81)])
def test_the_quorum_is_rounded_up_and_never_nobody(due: int, needed: int) -> None:
    assert RULE.needed(due) == needed
    RULE.require_quorum(due=due, present=needed)
    with pytest.raises(QuorumMissing) as refused:
        RULE.require_quorum(due=due, present=needed - 1)
    assert refused.value.facts() == {"needed": needed, "got": needed - 1}


@pytest.mark.parametrize(
    ("of", "votes", "passed"),
    [
        (MajorityOf.DUE, 50, False),
        (MajorityOf.DUE, 51, True),
        (MajorityOf.PRESENT, 35, False),
        (MajorityOf.PRESENT, 36, True),
    ],
)
def test_a_majority_is_more_than_its_fraction_of_those_due_or_of_those_present(
    of: MajorityOf, votes: int, passed: bool
) -> None:
    rule = RULE.model_copy(update={"majority_of": of})

    assert rule.passes(votes, due=100, present=70) is passed


@pytest.mark.parametrize(
    "change",
    [
        {"quorum_numerator": 4},
        {"majority_numerator": 2},
        {"majority_numerator": 3},
    ],
)
def test_a_quorum_above_the_whole_and_a_majority_of_it_are_refused(change: dict[str, int]) -> None:
    with pytest.raises(NoSuchFraction):
        adopted(body(), RULE.model_copy(update=change))


def test_the_rule_of_a_day_is_the_last_that_began_whatever_the_order_of_adoption() -> None:
    later = RULE.model_copy(update={"effective_from": date(2023, 1, 1), "majority_of": MajorityOf.PRESENT})
    found = adopted(body(RULE), later).state
    found = adopted(found, RULE.model_copy(update={"effective_from": date(2022, 7, 1), "source": "between"})).state

    assert [found.rule_on(day).source for day in (date(2022, 6, 30), date(2022, 7, 1))] == ["测试", "between"]
    assert found.rule_on(date(2022, 12, 31)).majority_of is MajorityOf.DUE
    assert found.rule_on(date(2023, 1, 1)).majority_of is MajorityOf.PRESENT


def test_before_the_first_rule_nothing_can_be_counted() -> None:
    with pytest.raises(NoRuleThen):
        body(RULE).rule_on(date(2021, 12, 31))


def test_a_rule_reaches_back_only_where_nothing_was_held_by_another() -> None:
    before = RULE.model_copy(update={"effective_from": date(2022, 6, 14)})

    assert adopted(body(RULE), before).state.rule_on(TODAY) == before
    assert adopted(body(RULE), RULE.model_copy(update={"effective_from": TODAY}), met_since=True).events
    with pytest.raises(RuleInThePast) as refused:
        adopted(body(RULE), before, met_since=True)
    assert refused.value.facts() == {"today": "2022-06-15"}


def test_one_rule_begins_on_a_day() -> None:
    with pytest.raises(RuleOnThatDay):
        adopted(body(RULE), RULE)


def test_what_is_published_of_a_body_says_neither_its_name_nor_its_source() -> None:
    made, (established,) = Body.establish(
        new_id(), kind=BodyKind.STAFF_CONGRESS, unit_id=new_id(), name="某名称", rule=RULE
    )
    _, (told,) = adopted(made, RULE.model_copy(update={"effective_from": TODAY}))

    assert "某名称" not in established.model_dump_json()
    assert "测试" not in told.model_dump_json()


def test_a_term_ends_once_on_a_day_that_has_come() -> None:
    ended, (event,) = term().end(on=TODAY, today=TODAY, sessions_not_over=0, forms_pending=0)

    assert isinstance(event, TermEnded)
    assert (ended.state, ended.ends_on) == (TermState.ENDED, TODAY)
    with pytest.raises(WrongState):
        ended.end(on=TODAY, today=TODAY, sessions_not_over=0, forms_pending=0)


@pytest.mark.parametrize(
    ("on", "not_over", "pending", "error"),
    [
        (date(2020, 2, 29), 0, 0, DaysReversed),
        (date(2022, 6, 16), 0, 0, DayNotReached),
        (TODAY, 1, 0, TermHasOpenSessions),
        (TODAY, 0, 1, TermHasPendingForms),
    ],
)
def test_a_term_does_not_end(on: date, not_over: int, pending: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        term().end(on=on, today=TODAY, sessions_not_over=not_over, forms_pending=pending)


def test_each_session_that_is_convened_moves_its_term() -> None:
    convened, events = term().convene()

    assert (convened.sessions, convened.convene().state.sessions, events) == (1, 2, ())


def test_a_term_runs_from_its_first_day_to_the_day_before_its_end() -> None:
    ended = term().end(on=TODAY, today=TODAY, sessions_not_over=0, forms_pending=0).state

    days = (date(2020, 2, 29), date(2020, 3, 1), date(2022, 6, 14), TODAY)
    assert [ended.runs_on(day) for day in days] == [False, True, True, False]
    with pytest.raises(TermNotRunning):
        ended.require_running(TODAY)


@pytest.mark.parametrize(("state", "action"), list(product(TermState, TermAction)))
def test_every_state_and_action_is_in_the_table_or_is_refused(state: TermState, action: TermAction) -> None:
    if (state, action) in TRANSITIONS:
        assert transition(TRANSITIONS, state, action) is TRANSITIONS[state, action]
    else:
        with pytest.raises(WrongState):
            transition(TRANSITIONS, state, action)


def test_a_committee_meets_with_its_quorum_and_what_it_spoke_of_is_not_published() -> None:
    meeting, (event,) = meet(topics="敏感议题", decisions="决定")

    assert isinstance(event, CommitteeMeetingHeld)
    assert (meeting.due, meeting.present) == (9, 6)
    assert "敏感议题" not in event.model_dump_json()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"present": 5}, QuorumMissing),
        ({"present": 10}, MorePresentThanDue),
        ({"held_on": date(2022, 6, 16)}, DayNotReached),
        ({"held_on": date(2020, 2, 29)}, TermNotRunning),
    ],
)
def test_a_committee_meeting_is_refused(change: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        meet(**change)
