from datetime import date, timedelta

import pytest

from services.proposals.domain.cases import Case, State
from services.proposals.domain.clockwork import fall_due
from services.proposals.domain.duties import DutyKind
from services.proposals.domain.handling import receive
from services.proposals.domain.ratings import fulfil
from services.proposals.errors.cases import NotAnAuthor, RatedAlready
from shared.contracts.proposals.cases import (
    AnswerType,
    CaseClosed,
    CaseHandledAgain,
    CaseRated,
    CaseReopened,
    CommitmentMet,
    RatingValue,
)
from shared.errors import WrongState
from shared.ids import new_id
from tests.unit.forms_and_cases import (
    AT,
    CO,
    COMMITTEE,
    FIRST,
    HANDLING,
    LEAD,
    LEADER,
    OTHER_CO,
    PROPOSER,
    SECOND,
    TODAY,
    WATCHER,
    answered,
    heard,
    midnight,
    morning,
    open_case,
    rated,
    rated_by_all,
    sent,
    signed,
)

SATISFIED, BASICALLY, DISSATISFIED = RatingValue


def days(number: int, since: date = TODAY) -> date:
    return since + timedelta(days=number)


def second_round() -> Case:
    return rated_by_all(sent(), DISSATISFIED, on=days(1)).state


def test_a_rating_does_not_say_whose_it_is() -> None:
    case, (event,) = rated(sent(), PROPOSER, BASICALLY)

    assert isinstance(event, CaseRated)
    assert (event.rating, event.round) == (BASICALLY, 1)
    assert str(PROPOSER) not in event.model_dump_json()
    assert (case.state, case.ratings[0].member_id) == (State.SENT, PROPOSER)


@pytest.mark.parametrize("by", [COMMITTEE, LEADER, WATCHER])
def test_only_authors_rate(by: object) -> None:
    with pytest.raises(NotAnAuthor):
        rated(sent(), by)  # type: ignore[arg-type]


def test_each_author_rates_once_a_round() -> None:
    with pytest.raises(RatedAlready) as refused:
        rated(rated(sent(), PROPOSER).state, PROPOSER, DISSATISFIED)

    assert refused.value.facts() == {"round": 1}
    assert rated(sent_again(second_round()), PROPOSER).state.ratings[-1].round == 2


def sent_again(case: Case, kind: AnswerType = AnswerType.DONE) -> Case:
    return signed(answered(heard(case), kind, on=days(2)).state, on=days(2))


@pytest.mark.parametrize("value", [SATISFIED, BASICALLY])
def test_when_all_have_rated_and_nobody_is_dissatisfied_the_case_is_closed(value: RatingValue) -> None:
    case, (_, end) = rated_by_all(sent(), value, value, value, on=days(3))

    assert isinstance(end, CaseClosed)
    assert (end.dissatisfied, end.committed_on, end.leader_id) == (False, None, LEADER)
    assert (case.state, case.closed_at, case.duties) == (State.CLOSED, morning(days(3)), ())


def test_one_who_is_dissatisfied_opens_one_more_round_by_the_same_departments() -> None:
    case, (_, again) = rated_by_all(sent(), SATISFIED, DISSATISFIED, on=days(20))

    assert isinstance(again, CaseHandledAgain)
    assert (again.round, again.due_on, again.lead_unit_id) == (2, days(80), LEAD)
    assert (again.co_unit_ids, again.leader_id, again.watcher_id) == ((CO, OTHER_CO), LEADER, WATCHER)
    assert (case.state, case.round, case.due_on, case.co_until) == (State.ASSIGNED, 2, days(80), days(50))
    assert [each.awaited for each in case.co_departments] == [True, True]
    assert {duty.kind for duty in case.duties} == {
        DutyKind.REMIND,
        DutyKind.ESCALATE,
        DutyKind.END_CO_DEPARTMENTS,
    }


def test_nothing_is_settled_before_the_last_has_rated() -> None:
    case = rated(rated(sent(), PROPOSER, DISSATISFIED).state, FIRST, DISSATISFIED).state

    assert case.state is State.SENT
    assert rated(case, SECOND).state.state is State.ASSIGNED


def test_when_the_rounds_are_exhausted_the_case_is_closed_dissatisfied() -> None:
    case, (_, end) = rated_by_all(sent_again(second_round()), DISSATISFIED, on=days(3))

    assert isinstance(end, CaseClosed)
    assert end.dissatisfied
    assert (case.state, case.round) == (State.CLOSED, 2)


def test_the_ratings_of_the_round_before_do_not_count() -> None:
    _, (_, end) = rated_by_all(sent_again(second_round()))

    assert isinstance(end, CaseClosed)
    assert not end.dissatisfied


def test_where_the_rule_has_one_round_there_is_no_other() -> None:
    case = rated_by_all(sent(rule=HANDLING.model_copy(update={"rounds": 1})), DISSATISFIED).state

    assert case.state is State.CLOSED


def test_a_plan_is_tracked_until_its_date() -> None:
    case, (_, end) = rated_by_all(sent(AnswerType.PLANNED), on=days(1))

    assert isinstance(end, CaseClosed)
    assert end.committed_on == days(90)
    assert (case.state, case.closed_at) == (State.COMMITTED, morning(days(1)))
    assert [(duty.kind, duty.at) for duty in case.duties] == [(DutyKind.LAPSE, midnight(days(91)))]


def test_a_commitment_is_met() -> None:
    committed = rated_by_all(sent(AnswerType.PLANNED)).state

    case, (event,) = fulfil(committed, text="休息室已开放", at=morning(days(60)))

    assert isinstance(event, CommitmentMet)
    assert event.author_ids == case.author_ids
    assert "休息室" not in event.model_dump_json()
    assert (case.state, case.duties) == (State.CLOSED, ())
    assert (case.fulfilment, case.closed_at) == ("休息室已开放", morning(days(60)))


def test_a_commitment_that_lapses_reopens_the_case() -> None:
    committed = rated_by_all(sent(AnswerType.PLANNED)).state

    case, (event,) = fall_due(committed, midnight(days(91)))

    assert isinstance(event, CaseReopened)
    assert (event.lead_unit_id, event.due_on) == (LEAD, days(151))
    assert (case.state, case.round, case.closed_at) == (State.ASSIGNED, 2, None)
    with pytest.raises(WrongState):
        fulfil(case, text="x", at=AT)


def test_a_plan_that_was_not_kept_takes_no_round_from_those_who_are_dissatisfied() -> None:
    reopened = fall_due(rated_by_all(sent(AnswerType.PLANNED)).state, midnight(days(91))).state
    answered_again = signed(answered(heard(reopened), on=days(92)).state, on=days(92))

    case, (_, again) = rated_by_all(answered_again, DISSATISFIED, on=days(93))

    assert isinstance(again, CaseHandledAgain)
    assert (case.state, case.round, case.handled_again) == (State.ASSIGNED, 3, 1)


def test_what_was_reopened_in_its_last_round_is_closed_when_it_was_answered_again() -> None:
    last = rated_by_all(sent_again(second_round(), AnswerType.PLANNED), DISSATISFIED).state
    assert last.state is State.COMMITTED
    reopened = fall_due(last, midnight(days(93))).state
    again = signed(answered(heard(reopened), on=days(94)).state, on=days(94))

    case, (_, end) = rated_by_all(again, DISSATISFIED, on=days(95))

    assert isinstance(end, CaseClosed)
    assert (case.state, case.round, end.dissatisfied) == (State.CLOSED, 3, True)


@pytest.mark.parametrize("kind", [AnswerType.DONE, AnswerType.PLANNED])
@pytest.mark.parametrize("value", [SATISFIED, DISSATISFIED])
def test_what_the_school_answered_is_closed_at_the_unit_whatever_the_school_has_planned(
    kind: AnswerType, value: RatingValue
) -> None:
    """No department of the unit handles it, so there is nobody to whom it could go again: the school tracks it."""
    forwarded = open_case().state.forward(new_id(), school=False, by=COMMITTEE).state
    received = receive(forwarded, sent(kind).answers[-1], rule=HANDLING, at=AT, today=TODAY).state

    case, (_, end) = rated_by_all(received, value)

    assert isinstance(end, CaseClosed)
    assert (end.dissatisfied, end.committed_on) == (value is DISSATISFIED, None)
    assert (case.state, case.duties) == (State.CLOSED, ())
