"""Hardship grants: every step by whom, when, and what it takes."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest

from services.welfare.domain.grants import TRANSITIONS, Action, GrantApplication, State
from services.welfare.domain.grants_decisions import notice_ends_at
from services.welfare.domain.grants_notices import masked
from services.welfare.domain.grants_objections import GrantObjection, ObjectionState
from services.welfare.domain.grants_rounds import ROUND_TRANSITIONS, GrantRound, RoundAction, RoundState
from services.welfare.domain.grants_rules import GradeAmount, adopt_for_grants
from services.welfare.errors.grants import (
    CommitteeMetInTheFuture,
    EvidenceMissing,
    FiledByReviewer,
    GradesRepeated,
    GradeUnknown,
    GrantRuleInThePast,
    KindNotTaken,
    MoreThanTheGradeAllows,
    NoticeOver,
    ObjectionRuledAlready,
    OfOwnHousehold,
    PublishedInTheFuture,
    RoundDatesInvalid,
    RoundNotOpen,
    TooMuchEvidence,
)
from shared.aggregate import Decision
from shared.clock import begin_of
from shared.contracts.welfare.grants import (
    BranchVerdict,
    HardshipApplicationDecided,
    HardshipApplicationDrafted,
    HardshipApplicationEnded,
    HardshipApplicationReviewed,
    HardshipGrantPaid,
    HardshipGrantPaidRestricted,
    HardshipKind,
    HardshipNoticePublished,
    HardshipObjectionFiled,
    HardshipObjectionRuled,
    HardshipRoundClosed,
    HardshipRuleAdopted,
)
from shared.errors import NothingDue, NothingHere, OwnCase, WrongState
from shared.ids import new_id
from shared.sealing import sensitive_fields
from tests.unit.grants import (
    AFTER_NOTICE,
    APPLICANT,
    APPROVED,
    AT,
    BRANCH,
    CLAIM,
    DISPUTED,
    DRAFT,
    EMPTY,
    FILE,
    GRADED,
    NOTICE_UNTIL,
    OBJECTOR,
    OFFICER,
    ON_NOTICE,
    PAID,
    ROUND,
    RULE,
    SPENDING,
    SPOUSE,
    SUBMITTED,
    SUPPORTED,
    TODAY,
    cancel,
    decline,
    draft,
    end_notice,
    grade,
    grant,
    object_to,
    open_round,
    pay,
    refuse,
    rule_on,
    send_back,
    submit,
    support,
)

IN: dict[State, GrantApplication] = {
    State.DRAFT: DRAFT,
    State.SUBMITTED: SUBMITTED,
    State.SUPPORTED: SUPPORTED,
    State.GRADED: GRADED,
    State.ON_NOTICE: ON_NOTICE,
    State.APPROVED: APPROVED,
    State.PAID: PAID,
    State.DECLINED: decline(SUBMITTED).state,
    State.REFUSED: refuse(GRADED).state,
    State.WITHDRAWN: SUBMITTED.withdraw(at=AT).state,
    State.CANCELLED: cancel(APPROVED).state,
}
DO: dict[Action, Callable[[GrantApplication], Decision[GrantApplication]]] = {
    Action.REVISE: lambda each: each.revise({"asked_fen": 1}),
    Action.SUBMIT: submit,
    Action.SUPPORT: support,
    Action.RETURN: send_back,
    Action.DECLINE: decline,
    Action.GRADE: grade,
    Action.GRANT: grant,
    Action.REFUSE: refuse,
    Action.OBJECT: object_to,
    Action.DISMISS_OBJECTION: lambda each: rule_on(each, upheld=False),
    Action.UPHOLD_OBJECTION: lambda each: rule_on(each, upheld=True),
    Action.PAY: pay,
    Action.WITHDRAW: lambda each: each.withdraw(at=AT),
    Action.CANCEL: cancel,
}
"""The clock ends a notice, and finds nothing due in any other state: that has a test of its own."""
OTHERS: dict[str, Callable[[UUID], Decision[GrantApplication]]] = {
    "support": lambda by: support(SUBMITTED, by),
    "send back": lambda by: send_back(SUBMITTED, by),
    "decline": lambda by: decline(SUBMITTED, by),
    "grade": lambda by: grade(SUPPORTED, by=by),
    "grant": lambda by: grant(GRADED, by=by),
    "refuse": lambda by: refuse(GRADED, by=by),
    "cancel": lambda by: cancel(APPROVED, by),
    "pay": lambda by: pay(APPROVED, by),
}


def test_there_is_an_application_in_every_state_and_a_way_to_do_every_action() -> None:
    assert {state: found.state for state, found in IN.items()} == {state: state for state in State}
    assert set(DO) == set(Action) - {Action.END_NOTICE}


@pytest.mark.parametrize(("state", "action"), list(product(State, DO)))
def test_an_action_leads_where_the_table_says_and_is_refused_elsewhere(state: State, action: Action) -> None:
    application = IN[state]

    if (state, action) in TRANSITIONS:
        decided = DO[action](application)

        assert decided.state.state is TRANSITIONS[state, action]
        assert application.state is state
    else:
        with pytest.raises(WrongState) as refused:
            DO[action](application)
        assert refused.value.facts() == {"state": state.value, "action": action.value}


@pytest.mark.parametrize("state", list(State))
def test_the_clock_ends_a_notice_and_nothing_else(state: State) -> None:
    if (state, Action.END_NOTICE) in TRANSITIONS:
        assert end_notice(IN[state]).state.state is TRANSITIONS[state, Action.END_NOTICE]
    else:
        with pytest.raises(NothingDue):
            end_notice(IN[state])


def test_what_is_over_leads_nowhere() -> None:
    over = {State.PAID, State.DECLINED, State.REFUSED, State.WITHDRAWN, State.CANCELLED}

    assert not [state for state, _ in TRANSITIONS if state in over]


@pytest.mark.parametrize("what", OTHERS)
def test_nobody_decides_for_themself(what: str) -> None:
    with pytest.raises(OwnCase):
        OTHERS[what](APPLICANT)


@pytest.mark.parametrize("what", OTHERS)
def test_nobody_decides_for_whom_they_are_married_to(what: str) -> None:
    with pytest.raises(OfOwnHousehold):
        OTHERS[what](SPOUSE)


@pytest.mark.parametrize("review", [support, send_back, decline])
def test_who_has_filed_it_for_somebody_does_not_review_it(
    review: Callable[[GrantApplication, UUID], Decision[GrantApplication]],
) -> None:
    filed = submit(draft(by=BRANCH).state.attach(FILE, RULE).state).state

    with pytest.raises(FiledByReviewer):
        review(filed, BRANCH)


def test_who_files_it_for_somebody_is_recorded_as_such() -> None:
    filed, (event,) = draft(by=BRANCH)

    assert (filed.member_id, filed.filed_by) == (APPLICANT, BRANCH)
    assert isinstance(event, HardshipApplicationDrafted)
    assert event.filed_by == BRANCH


def test_everything_that_tells_of_the_household_and_of_money_is_sealed() -> None:
    open_fields = set(GrantApplication.model_fields) - set(sensitive_fields(GrantApplication))

    assert not [name for name in open_fields if "fen" in name or "text" in name or "reason" in name]
    assert {"kind", "household_members", "circumstances", "grade"} <= set(sensitive_fields(GrantApplication))


def test_evidence_is_needed_and_bounded() -> None:
    with pytest.raises(EvidenceMissing) as missing:
        submit(EMPTY)
    full = DRAFT.attach(FILE.model_copy(update={"file_id": new_id()}), RULE).state
    with pytest.raises(TooMuchEvidence) as too_much:
        full.attach(FILE, RULE)

    assert missing.value.facts() == {"needed": 1}
    assert too_much.value.facts() == {"at_most": 2}


def test_evidence_is_taken_out_of_a_draft_and_only_what_is_there() -> None:
    assert DRAFT.detach(FILE.file_id).state.evidence == ()
    with pytest.raises(NothingHere):
        DRAFT.detach(new_id())
    with pytest.raises(WrongState):
        SUBMITTED.detach(FILE.file_id)


def test_what_is_handed_in_keeps_the_rule_of_its_day_and_what_it_claims() -> None:
    assert (SUBMITTED.rule, SUBMITTED.submitted_on, SUBMITTED.claim_ids) == (RULE, TODAY, (CLAIM,))


@pytest.mark.parametrize(
    "end",
    [lambda: send_back(SUBMITTED), lambda: decline(SUBMITTED), lambda: refuse(GRADED), lambda: cancel(APPROVED)],
)
def test_where_nothing_comes_of_it_nothing_is_claimed_any_more(end: Callable[[], Decision[GrantApplication]]) -> None:
    assert end().state.claim_ids == ()


def test_what_was_returned_can_be_handed_in_again() -> None:
    returned, (event,) = send_back(SUBMITTED)

    again = submit(returned).state

    assert isinstance(event, HardshipApplicationReviewed)
    assert event.verdict is BranchVerdict.RETURNED
    assert (again.state, again.review_reason, again.review_text) == (State.SUBMITTED, None, None)


def test_the_branch_has_published_it_before_it_says_so() -> None:
    with pytest.raises(PublishedInTheFuture):
        support(SUBMITTED, on=TODAY + timedelta(days=1))

    assert support(SUBMITTED, on=TODAY - timedelta(days=7)).state.published_on == TODAY - timedelta(days=7)


def test_a_grade_gives_what_the_rule_says_less_what_mutual_aid_has_paid() -> None:
    assert GRADED.proposed_fen == 400_000
    assert grade(SUPPORTED, proposed_fen=1).state.proposed_fen == 1
    for amount in (0, 400_001):
        with pytest.raises(MoreThanTheGradeAllows) as refused:
            grade(SUPPORTED, proposed_fen=amount)
        assert refused.value.facts() == {}


def test_a_grade_is_one_of_the_rule() -> None:
    with pytest.raises(GradeUnknown) as refused:
        grade(SUPPORTED, grade="F")

    assert refused.value.facts() == {"grades": ["A", "B"]}


def test_where_the_rule_does_not_exclude_it_what_mutual_aid_has_paid_is_not_deducted() -> None:
    lenient = RULE.model_copy(update={"aid_excluded": False})

    assert grade(support(submit(DRAFT, lenient).state).state).state.proposed_fen == 500_000


def test_the_committee_grants_at_most_what_the_grade_allows_and_has_met() -> None:
    with pytest.raises(MoreThanTheGradeAllows):
        grant(GRADED, amount_fen=400_001)
    for decide in (grant, refuse):
        with pytest.raises(CommitteeMetInTheFuture):
            decide(GRADED, met_on=TODAY + timedelta(days=1))


def test_a_grant_is_on_notice_for_five_working_days_and_says_not_for_whom() -> None:
    granted, (decided, published) = grant(GRADED)

    assert granted.notice_until == NOTICE_UNTIL
    assert (granted.spending_id, granted.approved_fen) == (SPENDING, 400_000)
    assert isinstance(decided, HardshipApplicationDecided)
    assert decided.granted
    assert isinstance(published, HardshipNoticePublished)
    assert set(published.model_dump()) == {"application_id", "unit_id", "until_on"}


def test_a_notice_ends_when_its_last_day_is_over() -> None:
    assert notice_ends_at(ON_NOTICE) == AFTER_NOTICE
    with pytest.raises(NothingDue):
        end_notice(ON_NOTICE, at=AFTER_NOTICE - timedelta(seconds=1))


def test_a_notice_does_not_end_while_an_objection_waits() -> None:
    assert notice_ends_at(DISPUTED) is None
    with pytest.raises(NothingDue):
        end_notice(DISPUTED)

    dismissed = rule_on(DISPUTED, upheld=False).state

    assert end_notice(dismissed).state.state is State.APPROVED


def test_an_objection_comes_while_the_notice_runs() -> None:
    assert object_to(ON_NOTICE, today=NOTICE_UNTIL).state.objection_ids
    with pytest.raises(NoticeOver):
        object_to(ON_NOTICE, today=NOTICE_UNTIL + timedelta(days=1))


def test_an_objection_that_is_upheld_puts_the_grant_off() -> None:
    off, (event,) = rule_on(DISPUTED, upheld=True)

    assert (off.state, off.objection_ids, off.claim_ids) == (State.CANCELLED, (), ())
    assert isinstance(event, HardshipApplicationEnded)
    assert event.outcome == "cancelled"


def test_a_payment_says_to_everyone_neither_to_whom_nor_how_much() -> None:
    paid, (public, restricted) = pay(APPROVED)

    assert isinstance(public, HardshipGrantPaid)
    assert set(public.model_dump()) == {"application_id", "unit_id"}
    assert isinstance(restricted, HardshipGrantPaidRestricted)
    assert (restricted.member_id, restricted.amount_fen, paid.paid_on) == (APPLICANT, 400_000, TODAY)


def objection(by: UUID = OBJECTOR) -> Decision[GrantObjection]:
    return GrantObjection.file(new_id(), ON_NOTICE, text="情况不符", by=by, at=AT)


def ruled(found: GrantObjection, by: UUID = OFFICER, household: frozenset[UUID] = frozenset()) -> GrantObjection:
    return found.rule(upheld=False, text="理由不足", by=by, household=household, at=AT).state


def test_an_objection_is_sealed_for_who_objects() -> None:
    filed, (event,) = objection()

    assert set(sensitive_fields(GrantObjection)) == {"text", "ruling_text"}
    assert isinstance(event, HardshipObjectionFiled)
    assert event.person == OBJECTOR == filed.objector_id


def test_nobody_objects_to_their_own_grant() -> None:
    with pytest.raises(OwnCase):
        objection(APPLICANT)


@pytest.mark.parametrize("party", [APPLICANT, OBJECTOR])
def test_neither_party_rules_on_an_objection_nor_who_is_married_to_one(party: UUID) -> None:
    with pytest.raises(OwnCase):
        ruled(objection().state, by=party)
    with pytest.raises(OfOwnHousehold):
        ruled(objection().state, household=frozenset({party}))


def test_an_objection_is_ruled_on_once() -> None:
    dismissed, (event,) = objection().state.rule(upheld=False, text="理由不足", by=OFFICER, household=(), at=AT)

    assert dismissed.state is ObjectionState.DISMISSED
    assert isinstance(event, HardshipObjectionRuled)
    with pytest.raises(ObjectionRuledAlready):
        ruled(dismissed)


@pytest.mark.parametrize(("state", "action"), list(product(RoundState, RoundAction)))
def test_a_round_is_closed_once(state: RoundState, action: RoundAction) -> None:
    found = ROUND if state is RoundState.OPEN else ROUND.close(at=AT).state

    if (state, action) in ROUND_TRANSITIONS:
        closed, (event,) = found.close(at=AT)
        assert closed.state is ROUND_TRANSITIONS[state, action]
        assert isinstance(event, HardshipRoundClosed)
    else:
        with pytest.raises(WrongState):
            found.close(at=AT)


def test_a_round_closes_by_itself_after_its_last_day() -> None:
    found = open_round(closes_on=date(2022, 6, 30))
    ends = begin_of(date(2022, 7, 1))

    assert found.due_at == ends
    assert found.fall_due(ends).state.state is RoundState.CLOSED
    with pytest.raises(NothingDue):
        found.fall_due(ends - timedelta(seconds=1))
    for each in (ROUND, found.close(at=AT).state):
        assert each.due_at is None
        with pytest.raises(NothingDue):
            each.fall_due(ends)


@pytest.mark.parametrize(
    ("opens_on", "closes_on"),
    [(date(2022, 6, 10), date(2022, 6, 9)), (date(2022, 5, 1), date(2022, 5, 31))],
)
def test_a_round_closes_after_it_opens_and_not_before_today(opens_on: date, closes_on: date) -> None:
    with pytest.raises(RoundDatesInvalid):
        open_round(opens_on=opens_on, closes_on=closes_on)


@pytest.mark.parametrize(
    ("found", "day"),
    [
        (open_round(opens_on=date(2022, 7, 1)), TODAY),
        (open_round(closes_on=TODAY), TODAY + timedelta(days=1)),
        (ROUND.close(at=AT).state, TODAY),
    ],
)
def test_a_round_takes_applications_between_its_days(found: GrantRound, day: date) -> None:
    with pytest.raises(RoundNotOpen):
        found.require(HardshipKind.SERIOUS_ILLNESS, day)


def test_a_round_takes_the_kinds_that_it_names() -> None:
    ROUND.require(HardshipKind.SERIOUS_ILLNESS, TODAY)
    with pytest.raises(KindNotTaken) as refused:
        ROUND.require(HardshipKind.DISASTER, TODAY)

    assert refused.value.facts() == {"kinds": ["serious_illness"]}


def test_a_rule_is_adopted_for_today_or_later_with_one_amount_for_a_grade() -> None:
    _, (event,) = adopt_for_grants(RULE, today=RULE.effective_from)

    assert isinstance(event, HardshipRuleAdopted)
    with pytest.raises(GrantRuleInThePast):
        adopt_for_grants(RULE, today=TODAY)
    twice = RULE.model_copy(update={"grades": (*RULE.grades, GradeAmount(grade="A", amount_fen=1))})
    with pytest.raises(GradesRepeated):
        adopt_for_grants(twice, today=RULE.effective_from)


@pytest.mark.parametrize(
    ("name", "shown"), [("张丽", "张*"), ("张小丽", "张*丽"), ("欧阳小丽", "欧**丽"), ("张", "*"), ("", "*")]
)
def test_a_name_on_notice_is_masked(name: str, shown: str) -> None:
    assert masked(name) == shown
