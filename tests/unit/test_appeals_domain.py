"""Appeals: every step by whom, when, and what it takes."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product

import pytest

from services.proposals.domain.appeal_committees import AppealCommittee
from services.proposals.domain.appeal_rules import AppealRule, Share, adopt_for_appeals
from services.proposals.domain.appeals import OPEN, TRANSITIONS, Action, Appeal, RefusalReason, State
from services.proposals.errors.appeals import (
    AppealCommitteeEndedAlready,
    AppealCommitteeEndsBeforeItBegins,
    AppealCommitteeInForce,
    AppealCommitteeMissing,
    AppealCommitteeTooSmall,
    AppealMajorityImpossible,
    AppealMajorityMissing,
    AppealQuorumImpossible,
    AppealQuorumMissing,
    AppealTooLate,
    ChairNotAMember,
    DecisionInTheFuture,
    HasAnInterest,
    HearingHeldAlready,
    HearingInThePast,
    HearingNotHeld,
    MediationFirst,
    NeverToTheAppellantsHarm,
    NotOfTheCommittee,
    NotTheAppellant,
    RespondentOfAnotherUnit,
    RespondentOfTheCommittee,
    TheChairActs,
    TheMediatorActs,
)
from services.proposals.errors.congresses import VotesDoNotAddUp
from shared.aggregate import Decision
from shared.contracts.proposals.appeals import (
    AppealAccepted,
    AppealCommitteeAppointed,
    AppealCommitteeEnded,
    AppealDecided,
    AppealHearingHeld,
    AppealHearingScheduled,
    AppealMediationFailed,
    AppealMediationOpened,
    AppealRefused,
    AppealSettled,
    AppealSubmitted,
    AppealWithdrawn,
    Outcome,
)
from shared.contracts.proposals.rules import RuleAdopted
from shared.errors import OwnCase, WrongState
from shared.ids import new_id
from shared.sealing import sensitive_fields
from tests.unit.appeals import (
    ACCEPTED,
    APPELLANT,
    APPOINTER,
    AT,
    CHAIR,
    DECIDED,
    FAILED,
    HELD,
    MEDIATION,
    MEDIATOR,
    MEMBERS,
    OTHERS,
    RESPONDENT,
    RULE,
    SCHEDULED,
    SCHOOL,
    SECTION,
    STAND_INS,
    STRANGER,
    SUBMITTED,
    TODAY,
    UNIT,
    accept,
    appoint,
    challenge,
    decide,
    facts,
    fail,
    hold,
    leave,
    mediate,
    recuse,
    refuse,
    rule_on,
    schedule,
    settle,
    stand_in,
    submit,
    withdraw,
)

CHALLENGES = challenge(SUBMITTED).state.challenges

IN: dict[State, Appeal] = {
    State.SUBMITTED: SUBMITTED,
    State.ACCEPTED: ACCEPTED,
    State.REFUSED: refuse(SUBMITTED).state,
    State.MEDIATION: MEDIATION,
    State.SETTLED: settle(MEDIATION).state,
    State.HEARING: HELD,
    State.DECIDED: DECIDED,
    State.WITHDRAWN: withdraw(SUBMITTED).state,
}
DO: dict[Action, Callable[[Appeal], Decision[Appeal]]] = {
    Action.ACCEPT: accept,
    Action.REFUSE: refuse,
    Action.OPEN_MEDIATION: mediate,
    Action.SETTLE: lambda appeal: settle(appeal, CHAIR),
    Action.FAIL_MEDIATION: lambda appeal: fail(appeal, CHAIR),
    Action.SCHEDULE_HEARING: lambda appeal: schedule(
        appeal, on=TODAY + timedelta(days=99), today=TODAY + timedelta(days=99)
    ),
    Action.HOLD_HEARING: lambda appeal: hold(appeal if appeal is not HELD else SCHEDULED),
    Action.DECIDE: decide,
    Action.RECUSE: recuse,
    Action.LEAVE: leave,
    Action.STAND_IN: lambda appeal: stand_in(appeal, chair=OTHERS[0]),
    Action.CHALLENGE: challenge,
    Action.RULE_ON_CHALLENGE: lambda appeal: rule_on(appeal.model_copy(update={"challenges": CHALLENGES})),
    Action.WITHDRAW: withdraw,
}


# The table


def test_every_state_and_every_action_is_tried() -> None:
    assert set(IN) == set(State)
    assert set(DO) == set(Action)
    assert all(appeal.state is state for state, appeal in IN.items())


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_an_action_leads_where_the_table_says_or_is_refused(state: State, action: Action) -> None:
    before = IN[state]
    if (state, action) in TRANSITIONS:
        assert DO[action](before).state.state is TRANSITIONS[state, action]
    elif (state, action) == (State.ACCEPTED, Action.SCHEDULE_HEARING):
        with pytest.raises(MediationFirst):
            DO[action](before)
    else:
        with pytest.raises(WrongState) as refused:
            DO[action](before)
        assert facts(refused) == {"state": state.value, "action": action.value}
    assert before.state is state


# Submitting


def test_an_appeal_is_heard_by_the_committee_of_its_day_and_told_to_nobody_else() -> None:
    appeal, (event,) = submit()

    assert isinstance(event, AppealSubmitted)
    assert (appeal.committee_ids, appeal.chair_id) == (tuple(MEMBERS), CHAIR)
    assert (event.committee_ids, event.person) == (tuple(MEMBERS), APPELLANT)


def test_the_last_day_is_still_in_time_and_the_day_after_is_too_late() -> None:
    assert submit(TODAY - timedelta(days=30)).state.state is State.SUBMITTED
    with pytest.raises(AppealTooLate) as refused:
        submit(TODAY - timedelta(days=31))

    assert facts(refused) == {"deadline_days": 30, "last_day": "2022-02-28"}


def test_a_decision_that_is_not_made_yet_is_not_appealed_against() -> None:
    with pytest.raises(DecisionInTheFuture) as refused:
        submit(TODAY + timedelta(days=1))

    assert facts(refused) == {"today": "2022-03-01"}


def test_an_appellant_of_the_committee_does_not_hear_their_own_appeal() -> None:
    appeal = submit(appellant=MEDIATOR).state

    assert MEDIATOR not in appeal.committee_ids
    assert appeal.chair_id == CHAIR


def test_where_the_chair_appeals_the_next_in_order_chairs() -> None:
    assert submit(appellant=CHAIR).state.chair_id == MEDIATOR


def test_without_a_committee_there_is_nobody_to_appeal_to() -> None:
    alone = appoint().model_copy(update={"member_ids": (APPELLANT,), "chair_id": APPELLANT})
    with pytest.raises(AppealCommitteeMissing):
        submit(committee=alone)
    with pytest.raises(AppealCommitteeMissing):
        Appeal.submit(
            new_id(),
            appellant_id=APPELLANT,
            respondent_unit_id=UNIT,
            decided_on=TODAY,
            grounds="理由",
            claim="请求",
            evidence=[],
            committee=None,
            rule=RULE,
            at=AT,
            today=TODAY,
        )


# By whom

BY_THE_CHAIR: list[tuple[Appeal, Callable[..., Decision[Appeal]]]] = [
    (SUBMITTED, accept),
    (SUBMITTED, refuse),
    (ACCEPTED, mediate),
    (FAILED, schedule),
    (SCHEDULED, hold),
]


@pytest.mark.parametrize(("appeal", "act"), BY_THE_CHAIR)
def test_a_step_of_the_chair_is_taken_by_nobody_else(appeal: Appeal, act: Callable[..., Decision[Appeal]]) -> None:
    with pytest.raises(TheChairActs) as refused:
        act(appeal, MEDIATOR)
    assert facts(refused) == {"chair_id": str(CHAIR)}
    with pytest.raises(NotOfTheCommittee):
        act(appeal, STRANGER)
    with pytest.raises(HasAnInterest):
        act(appeal, APPELLANT)


@pytest.mark.parametrize("act", [settle, fail])
def test_what_came_of_a_mediation_is_said_by_the_mediator_or_the_chair(act: Callable[..., Decision[Appeal]]) -> None:
    for by in (MEDIATOR, CHAIR):
        assert act(MEDIATION, by).state.mediation_outcome
    with pytest.raises(TheMediatorActs):
        act(MEDIATION, OTHERS[0])
    for party in (APPELLANT, RESPONDENT):
        with pytest.raises(HasAnInterest):
            act(MEDIATION, party)


def test_who_has_stepped_aside_acts_no_more() -> None:
    left = recuse(HELD, OTHERS[0]).state

    with pytest.raises(HasAnInterest) as refused:
        decide(left, OTHERS[0])

    assert facts(refused) == {"member_id": str(OTHERS[0])}


def test_only_the_appellant_withdraws() -> None:
    for other in (CHAIR, RESPONDENT, STRANGER):
        with pytest.raises(NotTheAppellant):
            withdraw(ACCEPTED, other)


@pytest.mark.parametrize("state", OPEN)
def test_an_appeal_is_withdrawn_until_it_is_decided(state: State) -> None:
    withdrawn, (event,) = withdraw(IN[state])

    assert (withdrawn.state, withdrawn.closed_at) == (State.WITHDRAWN, AT)
    assert isinstance(event, AppealWithdrawn)


# Accepting and refusing


def test_the_chair_accepts_and_names_who_answers() -> None:
    accepted, (event,) = accept(SUBMITTED)

    assert accepted.respondent_id == RESPONDENT
    assert isinstance(event, AppealAccepted)
    assert event.respondent_id == RESPONDENT


def test_who_answers_belongs_to_the_unit_whose_decision_it_is_or_to_one_below_it() -> None:
    with pytest.raises(RespondentOfAnotherUnit) as refused:
        accept(SUBMITTED, of_unit=SCHOOL)

    assert facts(refused) == {"member_id": str(RESPONDENT)}
    for unit in (UNIT, SECTION):
        assert accept(SUBMITTED, of_unit=unit).state.respondent_id == RESPONDENT


def test_nobody_answers_to_themself() -> None:
    with pytest.raises(HasAnInterest):
        accept(SUBMITTED, respondent=APPELLANT)
    with pytest.raises(RespondentOfTheCommittee):
        accept(SUBMITTED, respondent=MEDIATOR)

    assert accept(recuse(SUBMITTED, MEDIATOR).state, respondent=MEDIATOR).state.respondent_id == MEDIATOR


def test_a_refusal_has_a_reason_and_its_event_has_none() -> None:
    refused, (event,) = refuse(SUBMITTED)

    assert (refused.refusal, refused.refusal_text) == (RefusalReason.NO_DECISION, "没有作出决定")
    assert isinstance(event, AppealRefused)
    assert "no_decision" not in event.model_dump_json()


# Mediation


def test_a_mediation_has_a_mediator_of_the_committee_and_a_last_day() -> None:
    mediating, (event,) = mediate(ACCEPTED)

    assert mediating.mediation_until == date(2022, 3, 16)
    assert isinstance(event, AppealMediationOpened)
    assert (event.mediator_id, event.until) == (MEDIATOR, date(2022, 3, 16))
    with pytest.raises(NotOfTheCommittee):
        mediate(ACCEPTED, mediator=STRANGER)
    with pytest.raises(HasAnInterest):
        mediate(ACCEPTED, mediator=RESPONDENT)


def test_another_mediator_has_the_time_that_is_left() -> None:
    without = recuse(MEDIATION, MEDIATOR).state

    again = mediate(without, mediator=OTHERS[0], today=TODAY + timedelta(days=5)).state

    assert without.mediator_id is None
    assert (again.mediator_id, again.mediation_until) == (OTHERS[0], MEDIATION.mediation_until)


def test_a_settlement_ends_the_appeal() -> None:
    settled, (event,) = settle(MEDIATION)

    assert (settled.state, settled.mediation_outcome) == (State.SETTLED, "双方达成一致")
    assert isinstance(event, AppealSettled)


def test_a_mediation_that_fails_is_told_without_why() -> None:
    failed, (event,) = fail(MEDIATION)

    assert (failed.state, failed.mediation_outcome) == (State.HEARING, "未能达成一致")
    assert isinstance(event, AppealMediationFailed)
    assert "未能" not in event.model_dump_json()


def test_a_hearing_comes_after_the_mediation() -> None:
    until = MEDIATION.mediation_until
    assert until is not None
    with pytest.raises(MediationFirst) as refused:
        schedule(MEDIATION, on=until, today=until)
    assert facts(refused) == {"until": "2022-03-16"}

    late = until + timedelta(days=1)
    scheduled, (event,) = schedule(MEDIATION, on=late, today=late)

    assert (scheduled.state, scheduled.hearing_on) == (State.HEARING, late)
    assert isinstance(event, AppealHearingScheduled)


# Hearing


def test_a_hearing_is_not_set_in_the_past() -> None:
    with pytest.raises(HearingInThePast):
        schedule(FAILED, on=TODAY - timedelta(days=1))


def test_a_hearing_is_held_on_its_day_and_once() -> None:
    tomorrow = schedule(FAILED, on=TODAY + timedelta(days=1)).state
    for not_yet in (FAILED, tomorrow):
        with pytest.raises(HearingNotHeld):
            hold(not_yet)
    with pytest.raises(HearingHeldAlready):
        hold(HELD)

    assert hold(tomorrow, today=TODAY + timedelta(days=1)).state.present_ids == tuple(MEMBERS[:4])


def test_a_hearing_that_was_held_is_told_without_what_was_said() -> None:
    _, (event,) = hold(SCHEDULED)

    assert isinstance(event, AppealHearingHeld)
    assert (event.hearing_on, event.committee_ids) == (TODAY, tuple(MEMBERS))
    assert "听证记录" not in event.model_dump_json()


def test_a_second_hearing_keeps_the_record_of_the_first_and_is_decided_by_who_was_at_the_second() -> None:
    again = schedule(HELD).state
    assert again.present_ids == ()
    with pytest.raises(HearingNotHeld):
        decide(again)

    held = hold(again, present=MEMBERS).state

    assert held.hearing_record == "听证记录\n\n听证记录"
    assert held.present_ids == tuple(MEMBERS)


@pytest.mark.parametrize(
    ("members", "needed"), [(1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (6, 5), (7, 5), (8, 6), (9, 7), (12, 9)]
)
def test_the_quorum_is_more_than_two_thirds(members: int, needed: int) -> None:
    assert Share(parts=2, of=3).more_than(members) == needed


@pytest.mark.parametrize(("present", "needed"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (7, 5), (9, 6)])
def test_the_majority_is_two_thirds_or_more(present: int, needed: int) -> None:
    assert Share(parts=2, of=3).at_least(present) == needed


def test_three_of_five_are_no_quorum() -> None:
    with pytest.raises(AppealQuorumMissing) as refused:
        hold(SCHEDULED, present=MEMBERS[:3])

    assert facts(refused) == {"needed": 4, "present": 3, "of": 5}


def test_who_has_stepped_aside_is_not_counted_in_the_quorum() -> None:
    four = recuse(SCHEDULED, OTHERS[2]).state

    assert hold(four, present=MEMBERS[:3]).state.present_ids == tuple(MEMBERS[:3])
    with pytest.raises(HasAnInterest):
        hold(four, present=[*MEMBERS[:3], OTHERS[2]])
    with pytest.raises(NotOfTheCommittee):
        hold(four, present=[*MEMBERS[:3], STRANGER])


def test_somebody_named_twice_is_there_once() -> None:
    with pytest.raises(AppealQuorumMissing):
        hold(SCHEDULED, present=[*MEMBERS[:3], MEMBERS[0]])


# Deciding


@pytest.mark.parametrize("outcome", Outcome)
def test_two_thirds_of_those_present_decide(outcome: Outcome) -> None:
    decided, (event,) = decide(HELD, votes=(3, 1), outcome=outcome)

    assert (decided.state, decided.outcome, decided.closed_at) == (State.DECIDED, outcome, AT)
    assert isinstance(event, AppealDecided)
    assert event.outcome is outcome


def test_half_of_those_present_decide_nothing() -> None:
    with pytest.raises(AppealMajorityMissing) as refused:
        decide(HELD, votes=(2, 0))

    assert facts(refused) == {"needed": 3, "votes_for": 2, "present": 4}


def test_nobody_votes_twice() -> None:
    with pytest.raises(VotesDoNotAddUp) as refused:
        decide(HELD, votes=(4, 1))

    assert facts(refused) == {"votes": 5, "present": 4}


def test_a_decision_is_never_to_the_harm_of_the_appellant() -> None:
    with pytest.raises(NeverToTheAppellantsHarm):
        decide(HELD, worse=True)


def test_who_was_not_at_the_hearing_does_not_record_its_decision() -> None:
    assert decide(HELD, MEDIATOR).state.state is State.DECIDED
    with pytest.raises(NotOfTheCommittee):
        decide(HELD, MEMBERS[4])


def test_nothing_is_decided_before_it_is_heard() -> None:
    for unheard in (FAILED, SCHEDULED):
        with pytest.raises(HearingNotHeld):
            decide(unheard)


def test_who_steps_aside_after_the_hearing_was_not_there_and_the_quorum_is_counted_again() -> None:
    seven = [*MEMBERS, new_id(), new_id()]
    scheduled = SCHEDULED.model_copy(update={"committee_ids": tuple(seven)})
    held = hold(scheduled, present=seven[:5]).state

    left = recuse(held, seven[4]).state

    assert left.present_ids == tuple(seven[:4])
    with pytest.raises(AppealQuorumMissing) as refused:
        decide(left)
    assert facts(refused) == {"needed": 5, "present": 4, "of": 6}


# What is sealed

SHORT_AND_FILLED = stand_in(recuse(recuse(HELD, OTHERS[0]).state, OTHERS[1]).state, *STAND_INS)


def test_whatever_is_written_is_sealed_and_no_event_holds_it() -> None:
    written = {name for name, field in Appeal.model_fields.items() if "str" in str(field.annotation)}
    assert written == set(sensitive_fields(Appeal))

    ruled = rule_on(challenge(HELD).state)
    decisions = (submit(), accept(SUBMITTED), refuse(SUBMITTED), settle(MEDIATION), decide(HELD), recuse(HELD), ruled)
    for decision in (*decisions, fail(MEDIATION), hold(SCHEDULED), challenge(HELD), leave(HELD), SHORT_AND_FILLED):
        for event in decision.events:
            assert event.sealed_for == "appellant_id"
            for text in (getattr(decision.state, name) for name in written):
                for line in text if isinstance(text, tuple) else [text]:
                    assert line is None or line not in event.model_dump_json()


# The committee


def test_a_committee_has_three_members_and_a_chair_among_them() -> None:
    with pytest.raises(AppealCommitteeTooSmall) as refused:
        appoint(MEMBERS[:2])
    assert facts(refused) == {"needed": 3, "got": 2}
    with pytest.raises(AppealCommitteeTooSmall):
        appoint([MEMBERS[0], MEMBERS[1], MEMBERS[0]])
    with pytest.raises(ChairNotAMember):
        appoint(chair=STRANGER)


def test_nobody_appoints_themself() -> None:
    with pytest.raises(OwnCase) as refused:
        appoint([*MEMBERS, APPOINTER])

    assert facts(refused) == {"field": "member_ids"}


def test_those_who_are_appointed_and_whose_time_ends_are_told() -> None:
    committee, (appointed,) = AppealCommittee.appoint(
        new_id(),
        unit_id=SCHOOL,
        member_ids=MEMBERS,
        chair_id=CHAIR,
        from_day=TODAY,
        before=None,
        rule=RULE,
        by=APPOINTER,
    )
    _, (ended,) = committee.end(until=date(2022, 6, 1))

    assert isinstance(appointed, AppealCommitteeAppointed)
    assert (appointed.member_ids, appointed.chair_id, appointed.from_day) == (tuple(MEMBERS), CHAIR, TODAY)
    assert isinstance(ended, AppealCommitteeEnded)
    assert (ended.member_ids, ended.until) == (tuple(MEMBERS), date(2022, 6, 1))


def test_a_committee_goes_on_with_those_who_are_still_there() -> None:
    committee = appoint()

    left = committee.of_those(MEMBERS[1:3])

    assert left is not None
    assert (left.member_ids, left.chair_id) == (tuple(MEMBERS[1:3]), MEDIATOR)
    assert committee.of_those([]) is None


def test_there_is_one_committee_at_a_time() -> None:
    first = appoint()
    with pytest.raises(AppealCommitteeInForce):
        appoint(before=first)
    ended = first.end(until=date(2022, 6, 1)).state
    with pytest.raises(AppealCommitteeInForce) as refused:
        appoint(before=ended, from_day=date(2022, 5, 31))
    assert facts(refused) == {"until": "2022-06-01"}

    assert appoint(before=ended, from_day=date(2022, 6, 1)).until is None


def test_a_committee_ends_once_and_not_before_it_begins() -> None:
    committee = appoint()
    with pytest.raises(AppealCommitteeEndsBeforeItBegins):
        committee.end(until=date(2021, 12, 31))

    ended = committee.end(until=date(2022, 6, 1)).state

    with pytest.raises(AppealCommitteeEndedAlready):
        ended.end(until=date(2022, 7, 1))


# The rule


def adopt(*, quorum: tuple[int, int] = (2, 3), majority: tuple[int, int] = (2, 3)) -> Decision[AppealRule]:
    shares = {"quorum": Share(parts=quorum[0], of=quorum[1]), "majority": Share(parts=majority[0], of=majority[1])}
    return adopt_for_appeals(RULE.model_copy(update={"effective_from": TODAY, **shares}), today=TODAY)


@pytest.mark.parametrize("quorum", [(1, 1), (3, 2), (100, 100)])
def test_more_than_all_of_them_are_never_there(quorum: tuple[int, int]) -> None:
    with pytest.raises(AppealQuorumImpossible) as refused:
        adopt(quorum=quorum)

    assert facts(refused) == {"parts": quorum[0], "of": quorum[1]}


@pytest.mark.parametrize("majority", [(0, 1), (3, 2)])
def test_a_majority_is_of_somebody_and_at_most_of_all(majority: tuple[int, int]) -> None:
    with pytest.raises(AppealMajorityImpossible) as refused:
        adopt(majority=majority)

    assert facts(refused) == {"parts": majority[0], "of": majority[1]}


def test_a_rule_that_can_be_kept_is_adopted() -> None:
    rule, (event,) = adopt(quorum=(1, 2), majority=(1, 1))

    assert (rule.quorum.more_than(4), rule.majority.at_least(4)) == (3, 4)
    assert isinstance(event, RuleAdopted)
    assert event.kind == "appeal"
