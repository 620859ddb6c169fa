"""Who hears an appeal: nobody who is to step aside, and never too few."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.proposals.domain.appeal_hearers import stand_in as stand_in_of
from services.proposals.domain.appeals import OPEN, Appeal, State
from services.proposals.errors.appeals import (
    AnotherRulesOnIt,
    AppealCommitteeTooSmall,
    AppealQuorumMissing,
    ChairNotAMember,
    ChallengedAlready,
    ChallengePending,
    HasAnInterest,
    HearingHeldAlready,
    NotChallenged,
    NotOfTheCommittee,
    NotOfTheCommitteeInForce,
    NotTheAppellant,
    StandInsFirst,
    StandInsNotNeeded,
    TheChairActs,
)
from shared.contracts.proposals.appeals import (
    AppealChallenged,
    AppealChallengeRuled,
    AppealMemberLeft,
    AppealMemberRecused,
    AppealStandInsNamed,
)
from shared.errors import OwnCase
from shared.ids import new_id
from tests.unit.appeals import (
    ACCEPTED,
    APPELLANT,
    CHAIR,
    DECIDED,
    FAILED,
    HELD,
    MEDIATION,
    MEDIATOR,
    MEMBERS,
    OTHERS,
    RESPONDENT,
    SCHEDULED,
    STAND_INS,
    STRANGER,
    SUBMITTED,
    TODAY,
    accept,
    appoint,
    challenge,
    decide,
    facts,
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


def without(appeal: Appeal, *members: UUID) -> Appeal:
    """They step aside by themselves, one after the other."""
    for member in members:
        appeal = recuse(appeal, member).state
    return appeal


THREE = without(ACCEPTED, *OTHERS[1:])
"""As few as the rule allows."""
TWO = without(ACCEPTED, *OTHERS)

CLOSED = [refuse(SUBMITTED).state, settle(MEDIATION).state, DECIDED, withdraw(ACCEPTED).state]


# Stepping aside


@pytest.mark.parametrize("by", [OTHERS[0], CHAIR])
def test_a_member_steps_aside_by_themself_or_by_the_ruling_of_the_chair(by: UUID) -> None:
    left, (event,) = recuse(ACCEPTED, OTHERS[0], by)

    assert OTHERS[0] not in left.committee_ids
    assert (left.recused_ids, left.recusal_reasons) == ((OTHERS[0],), ("与当事人有利害关系",))
    assert isinstance(event, AppealMemberRecused)
    assert (event.recused_id, event.committee_ids) == (OTHERS[0], left.committee_ids)
    assert (event.new_chair_id, event.stand_ins_needed) == (None, 0)


def test_one_member_does_not_put_another_aside() -> None:
    with pytest.raises(TheChairActs):
        recuse(ACCEPTED, OTHERS[0], OTHERS[1])
    with pytest.raises(HasAnInterest):
        recuse(ACCEPTED, OTHERS[0], APPELLANT)
    with pytest.raises(NotOfTheCommittee):
        recuse(ACCEPTED, STRANGER)


def test_nobody_steps_aside_twice() -> None:
    with pytest.raises(HasAnInterest):
        recuse(recuse(ACCEPTED, OTHERS[0]).state, OTHERS[0])


def test_where_the_chair_steps_aside_the_next_in_order_chairs_and_is_told() -> None:
    left, (event,) = recuse(ACCEPTED, CHAIR)

    assert left.chair_id == MEDIATOR
    assert isinstance(event, AppealMemberRecused)
    assert event.new_chair_id == MEDIATOR


def test_once_it_was_heard_the_chair_sets_nobody_aside_unless_it_is_heard_again() -> None:
    with pytest.raises(HearingHeldAlready):
        recuse(HELD, OTHERS[0], CHAIR)

    again = recuse(schedule(HELD).state, OTHERS[0], CHAIR).state

    assert (again.recused_ids, again.present_ids) == ((OTHERS[0],), ())
    assert recuse(HELD, OTHERS[0]).state.recused_ids == (OTHERS[0],)


def test_the_chair_leaves_as_many_as_the_rule_asks_for() -> None:
    with pytest.raises(StandInsFirst) as refused:
        recuse(THREE, MEDIATOR, CHAIR)

    assert facts(refused) == {"needed": 3, "left": 2}
    filled = stand_in(THREE, STAND_INS[0]).state
    assert recuse(filled, MEDIATOR, CHAIR).state.committee_ids == (CHAIR, OTHERS[0], STAND_INS[0])


def test_whoever_has_an_interest_steps_aside_however_few_are_left() -> None:
    appeal = without(ACCEPTED, *MEMBERS[:-1])

    nobody, (event,) = recuse(appeal, MEMBERS[-1])

    assert (nobody.committee_ids, nobody.chair_id) == ((), None)
    assert isinstance(event, AppealMemberRecused)
    assert (event.new_chair_id, event.stand_ins_needed) == (None, 3)


@pytest.mark.parametrize("aside", [OTHERS, [MEDIATOR, *OTHERS]])
def test_a_few_who_are_left_decide_nothing(aside: list[UUID]) -> None:
    left = without(HELD, *aside)
    with pytest.raises(AppealQuorumMissing) as refused:
        decide(left, votes=(len(left.present_ids), 0))
    assert facts(refused) == {"needed": 3, "present": len(left.present_ids), "of": 3}

    scheduled = without(SCHEDULED, *aside)
    with pytest.raises(AppealQuorumMissing):
        hold(scheduled, present=list(scheduled.committee_ids))


# Leaving the college


@pytest.mark.parametrize("appeal", [SUBMITTED, ACCEPTED, MEDIATION, FAILED, SCHEDULED, HELD], ids=lambda a: a.state)
def test_where_the_chair_leaves_the_college_the_next_in_order_chairs(appeal: Appeal) -> None:
    left, (event,) = leave(appeal, CHAIR)

    assert (left.state, left.chair_id, left.departed_ids) == (appeal.state, MEDIATOR, (CHAIR,))
    assert CHAIR not in (*left.committee_ids, *left.present_ids, *left.recused_ids)
    assert isinstance(event, AppealMemberLeft)
    assert (event.departed_id, event.new_chair_id, event.stand_ins_needed) == (CHAIR, MEDIATOR, 0)


def test_where_the_mediator_leaves_another_one_is_named() -> None:
    left = leave(MEDIATION, MEDIATOR).state

    assert left.mediator_id is None
    assert mediate(left, mediator=OTHERS[0]).state.mediator_id == OTHERS[0]


def test_where_everybody_leaves_others_stand_in() -> None:
    appeal = ACCEPTED
    for member in MEMBERS:
        appeal = leave(appeal, member).state
    assert (appeal.committee_ids, appeal.chair_id, appeal.stand_ins_needed) == ((), None, 3)

    filled, (event,) = stand_in(appeal, *STAND_INS)

    assert (filled.committee_ids, filled.chair_id) == (tuple(STAND_INS), STAND_INS[0])
    assert isinstance(event, AppealStandInsNamed)
    assert event.new_chair_id == STAND_INS[0]
    assert mediate(filled, by=STAND_INS[0], mediator=STAND_INS[1]).state.state is State.MEDIATION


@pytest.mark.parametrize("appeal", CLOSED, ids=lambda a: a.state)
def test_what_is_closed_stays_as_it_was_but_for_them_to_see_it(appeal: Appeal) -> None:
    left, events = leave(appeal, CHAIR)

    assert events == ()
    assert CHAIR not in left.committee_ids
    kept = {"committee_ids", "departed_ids"}
    assert left.model_dump(exclude=kept) == appeal.model_dump(exclude=kept)


def test_nobody_leaves_who_does_not_hear_it() -> None:
    for other, why in ((STRANGER, NotOfTheCommittee), (APPELLANT, HasAnInterest), (RESPONDENT, HasAnInterest)):
        with pytest.raises(why):
            leave(ACCEPTED, other)
    with pytest.raises(NotOfTheCommittee):
        leave(leave(ACCEPTED, CHAIR).state, CHAIR)


# Standing in


def test_the_school_names_others_of_the_committee_in_force_where_too_few_are_left() -> None:
    filled, (event,) = stand_in(TWO, STAND_INS[0])

    assert (filled.committee_ids, filled.chair_id) == ((CHAIR, MEDIATOR, STAND_INS[0]), CHAIR)
    assert (filled.stand_in_ids, filled.stand_in_reasons) == ((STAND_INS[0],), ("委员不足",))
    assert isinstance(event, AppealStandInsNamed)
    assert (event.stand_in_ids, event.new_chair_id) == ((STAND_INS[0],), None)


def test_nobody_stands_in_where_more_than_the_least_are_left() -> None:
    with pytest.raises(StandInsNotNeeded) as refused:
        stand_in(ACCEPTED, STAND_INS[0])
    assert facts(refused) == {"needed": 3, "left": 5}
    with pytest.raises(StandInsNotNeeded):
        stand_in(THREE)
    with pytest.raises(StandInsNotNeeded):
        stand_in(THREE, chair=CHAIR)


def test_as_many_stand_in_as_the_rule_asks_for() -> None:
    one = without(TWO, MEDIATOR)
    for named in ((), (STAND_INS[0],), (CHAIR, STAND_INS[0])):
        with pytest.raises(AppealCommitteeTooSmall) as refused:
            stand_in(one, *named)
    assert facts(refused) == {"needed": 3, "got": 2}

    assert len(stand_in(one, *STAND_INS[:2]).state.committee_ids) == 3


def test_whoever_stands_in_is_of_the_committee_in_force() -> None:
    with pytest.raises(NotOfTheCommitteeInForce) as refused:
        stand_in(TWO, STRANGER, by=new_id())
    assert facts(refused) == {"member_id": str(STRANGER)}
    with pytest.raises(NotOfTheCommitteeInForce):
        stand_in_of(TWO, member_ids=STAND_INS, chair_id=None, reason="委员不足", committee=None, by=STRANGER)
    with pytest.raises(NotOfTheCommitteeInForce):
        # Whether they are a party is not to be found out by naming them.
        stand_in(TWO, APPELLANT)


def test_nobody_with_an_interest_stands_in_or_names_who_does() -> None:
    committee = appoint([*MEMBERS, *STAND_INS, APPELLANT, RESPONDENT])
    for interested in (APPELLANT, RESPONDENT, OTHERS[0]):
        with pytest.raises(HasAnInterest):
            stand_in(TWO, interested, committee=committee)
        with pytest.raises(HasAnInterest):
            stand_in(TWO, STAND_INS[0], by=interested)


def test_nobody_names_themself() -> None:
    with pytest.raises(OwnCase) as refused:
        stand_in(TWO, STAND_INS[0], by=STAND_INS[0])
    assert facts(refused) == {"field": "member_ids"}
    with pytest.raises(OwnCase) as refused:
        stand_in(ACCEPTED, chair=MEDIATOR, by=MEDIATOR)
    assert facts(refused) == {"field": "chair_id"}


def test_another_one_chairs_where_the_one_who_does_cannot_and_nobody_is_set_aside() -> None:
    changed, (event,) = stand_in(ACCEPTED, chair=OTHERS[0])

    assert (changed.chair_id, changed.committee_ids) == (OTHERS[0], ACCEPTED.committee_ids)
    assert isinstance(event, AppealStandInsNamed)
    assert (event.stand_in_ids, event.new_chair_id) == ((), OTHERS[0])
    with pytest.raises(ChairNotAMember):
        stand_in(ACCEPTED, chair=STAND_INS[0])


def test_who_was_appointed_already_counts_once() -> None:
    assert stand_in(TWO, CHAIR, STAND_INS[0]).state.committee_ids == (CHAIR, MEDIATOR, STAND_INS[0])


def test_an_appeal_of_one_of_a_small_committee_is_short_from_the_beginning() -> None:
    appeal, (event,) = submit(appellant=CHAIR, committee=appoint(MEMBERS[:3]))

    assert appeal.committee_ids == tuple(MEMBERS[1:3])
    assert getattr(event, "stand_ins_needed", None) == 1


# Challenges


@pytest.mark.parametrize("member", [OTHERS[0], CHAIR])
def test_the_appellant_challenges_a_member_and_the_reason_is_in_no_event(member: UUID) -> None:
    challenged, (event,) = challenge(ACCEPTED, member)

    assert challenged.challenge_reasons == ("与答辩人是亲属",)
    assert challenged.challenged() == [member]
    assert isinstance(event, AppealChallenged)
    assert (event.challenged_id, event.ruler_id) == (member, MEDIATOR if member == CHAIR else CHAIR)
    assert "亲属" not in event.model_dump_json()


def test_nobody_but_the_appellant_challenges_and_nobody_but_the_committee_is_challenged() -> None:
    for other in (CHAIR, RESPONDENT, STRANGER):
        with pytest.raises(NotTheAppellant):
            challenge(ACCEPTED, by=other)
    with pytest.raises(NotOfTheCommittee):
        challenge(ACCEPTED, STRANGER)
    with pytest.raises(HasAnInterest):
        challenge(ACCEPTED, RESPONDENT)


def test_a_member_is_challenged_once() -> None:
    challenged = challenge(ACCEPTED).state
    for before in (challenged, rule_on(challenged, upheld=False).state):
        with pytest.raises(ChallengedAlready):
            challenge(before)

    assert challenge(challenged, OTHERS[1]).state.challenged() == [OTHERS[0], OTHERS[1]]


def test_a_challenge_that_is_upheld_sets_the_member_aside() -> None:
    ruled, (event, aside) = rule_on(challenge(HELD).state)

    assert (ruled.recused_ids, ruled.recusal_reasons, ruled.challenge_rulings) == (
        (OTHERS[0],),
        ("理由成立",),
        ("理由成立",),
    )
    assert OTHERS[0] not in (*ruled.committee_ids, *ruled.present_ids)
    assert [(each.ruled_by, each.upheld) for each in ruled.challenges] == [(CHAIR, True)]
    assert isinstance(event, AppealChallengeRuled)
    assert (event.challenged_id, event.upheld) == (OTHERS[0], True)
    assert isinstance(aside, AppealMemberRecused)
    assert aside.recused_id == OTHERS[0]


def test_a_challenge_that_is_not_upheld_changes_nothing_else() -> None:
    ruled, (event,) = rule_on(challenge(ACCEPTED).state, upheld=False)

    assert (ruled.committee_ids, ruled.recused_ids, ruled.challenged()) == (ACCEPTED.committee_ids, (), [])
    assert isinstance(event, AppealChallengeRuled)
    assert event.upheld is False


def test_a_challenge_is_ruled_on_by_the_chair_and_that_of_the_chair_by_the_next_in_order() -> None:
    for by in (MEDIATOR, OTHERS[0]):
        with pytest.raises(AnotherRulesOnIt) as refused:
            rule_on(challenge(ACCEPTED).state, by=by)
    assert facts(refused) == {"member_id": str(OTHERS[0]), "ruler_id": str(CHAIR)}
    of_the_chair = challenge(ACCEPTED, CHAIR).state
    for by in (CHAIR, OTHERS[0]):
        with pytest.raises(AnotherRulesOnIt):
            rule_on(of_the_chair, CHAIR, by)
    with pytest.raises(HasAnInterest):
        rule_on(of_the_chair, CHAIR, APPELLANT)
    with pytest.raises(NotOfTheCommittee):
        rule_on(of_the_chair, CHAIR, STRANGER)

    assert rule_on(of_the_chair, CHAIR, MEDIATOR).state.chair_id == MEDIATOR


def test_where_nobody_else_is_left_to_rule_others_stand_in_first() -> None:
    challenged, (event,) = challenge(without(ACCEPTED, *MEMBERS[1:]), CHAIR)
    assert isinstance(event, AppealChallenged)
    assert event.ruler_id is None
    with pytest.raises(StandInsFirst):
        rule_on(challenged, CHAIR, CHAIR)

    filled = stand_in(challenged, *STAND_INS).state

    assert rule_on(filled, CHAIR, STAND_INS[0]).state.recused_ids[-1] == CHAIR


def test_there_is_nothing_to_rule_on_where_nobody_was_challenged_or_it_is_ruled() -> None:
    ruled = rule_on(challenge(ACCEPTED).state, upheld=False).state
    aside = recuse(challenge(ACCEPTED).state, OTHERS[0]).state
    for appeal in (ACCEPTED, ruled, aside):
        with pytest.raises(NotChallenged) as refused:
            rule_on(appeal)
        assert facts(refused) == {"member_id": str(OTHERS[0])}


def test_it_is_neither_heard_nor_decided_while_a_challenge_waits() -> None:
    with pytest.raises(ChallengePending) as refused:
        hold(challenge(SCHEDULED).state)
    assert facts(refused) == {"member_ids": [str(OTHERS[0])]}
    with pytest.raises(ChallengePending):
        decide(challenge(HELD).state)

    assert decide(rule_on(challenge(HELD).state, upheld=False).state).state.state is State.DECIDED
    assert hold(recuse(challenge(SCHEDULED).state, OTHERS[0]).state, present=[CHAIR, MEDIATOR, OTHERS[1]])


def test_a_challenge_is_made_until_it_is_decided() -> None:
    assert {challenge(appeal).state.state for appeal in (SUBMITTED, ACCEPTED, MEDIATION, HELD)} == set(OPEN)
    late = schedule(FAILED, on=TODAY + timedelta(days=1)).state
    assert challenge(late).state.hearing_on == late.hearing_on
    assert accept(challenge(SUBMITTED).state).state.state is State.ACCEPTED
