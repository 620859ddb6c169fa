"""Mutual aid: schemes, enrolments, and every step of a claim."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest

from services.welfare.domain import aid, aid_claims
from services.welfare.domain.aid import AidEnrolment, AidEnrolmentBatch, AidPlan, EnrolmentEnd
from services.welfare.domain.aid_claims import AidClaim
from services.welfare.domain.aid_figures import told
from services.welfare.errors.aid import (
    AidClaimErased,
    AidDayNotCovered,
    AidMatterNotCovered,
    AidPeriodReversed,
    AidPlanOnlyShortened,
)
from services.welfare.errors.days import DayBeforeTheFirst, DayStillToCome
from services.welfare.errors.member_lists import MemberHasLeft
from shared.aggregate import Decision
from shared.contracts.members import Employment
from shared.contracts.welfare.aid import (
    AidClaimPaid,
    AidClaimPaidRestricted,
    AidClaimRecorded,
    AidClaimRecordedRestricted,
    AidClaimRefused,
    AidEnrolled,
    AidEnrolmentEnded,
    AidMatter,
    AidPlanEnded,
    AidPlanEstablished,
)
from shared.errors import OwnCase, WrongState
from shared.ids import new_id
from shared.sealing import sensitive_fields

FIRST, LAST = date(2022, 1, 1), date(2022, 12, 31)
HAPPENED, TODAY = date(2022, 5, 20), date(2022, 6, 1)
AT = datetime(2022, 6, 1, tzinfo=UTC)
MEMBER, UNIT, OFFICER = new_id(), new_id(), new_id()


def plan(**given: Any) -> Decision[AidPlan]:
    fields: dict[str, Any] = {
        "name": "市总会员住院免费专享保障",
        "matters": [AidMatter.HOSPITAL_STAY, AidMatter.ACCIDENT],
        "premium_fen": 3000,
        "covers_from": FIRST,
        "covers_until": LAST,
        "source": "市总工会〔2022〕3号",
        **given,
    }
    return AidPlan.establish(new_id(), **fields)


PLAN = plan().state


def enrol(**given: Any) -> Decision[AidEnrolment]:
    fields: dict[str, Any] = {
        "plan": PLAN,
        "member_id": MEMBER,
        "unit_id": UNIT,
        "employment": Employment.IN_POST,
        "covers_from": FIRST,
        "by": OFFICER,
        "at": AT,
        **given,
    }
    return AidEnrolment.enrol(new_id(), **fields)


ENROLMENT = enrol().state


def end(enrolment: AidEnrolment, **given: Any) -> Decision[AidEnrolment]:
    return enrolment.end(**{"on": date(2022, 5, 1), "because": EnrolmentEnd.AT_OWN_WISH, "by": OFFICER, **given})


def resume(enrolment: AidEnrolment, by: Any = OFFICER) -> Decision[AidEnrolment]:
    return enrolment.resume(by=by)


def record(**given: Any) -> Decision[AidClaim]:
    fields: dict[str, Any] = {
        "plan": PLAN,
        "enrolment": ENROLMENT,
        "unit_id": UNIT,
        "matter": AidMatter.HOSPITAL_STAY,
        "happened_on": HAPPENED,
        "asked_fen": 200_000,
        "by": MEMBER,
        "today": TODAY,
        **given,
    }
    return AidClaim.record(new_id(), **fields)


def revise(claim: AidClaim, **given: Any) -> Decision[AidClaim]:
    nothing: dict[str, Any] = {"matter": None, "happened_on": None, "asked_fen": None}
    return claim.revise(**{"plan": PLAN, "enrolment": ENROLMENT, **nothing, "today": TODAY, **given})


def submit(claim: AidClaim, by: Any = OFFICER) -> Decision[AidClaim]:
    return claim.submit(by=by, today=TODAY)


def accept(claim: AidClaim, by: Any = OFFICER) -> Decision[AidClaim]:
    return claim.accept(by=by, today=TODAY)


def refuse(claim: AidClaim, by: Any = OFFICER) -> Decision[AidClaim]:
    return claim.refuse(text="材料不全", by=by, today=TODAY)


def pay(claim: AidClaim, by: Any = OFFICER, **given: Any) -> Decision[AidClaim]:
    return claim.pay(**{"paid_fen": 150_000, "on": TODAY, "by": by, "today": TODAY, **given})


DRAFT = record().state
SUBMITTED = submit(DRAFT).state
ACCEPTED = accept(SUBMITTED).state
CLAIMS: dict[aid_claims.State, AidClaim] = {
    aid_claims.State.DRAFT: DRAFT,
    aid_claims.State.SUBMITTED: SUBMITTED,
    aid_claims.State.ACCEPTED: ACCEPTED,
    aid_claims.State.REFUSED: refuse(SUBMITTED).state,
    aid_claims.State.PAID: pay(ACCEPTED).state,
    aid_claims.State.WITHDRAWN: DRAFT.withdraw().state,
}
DO: dict[aid_claims.Action, Callable[[AidClaim], Decision[AidClaim]]] = {
    aid_claims.Action.REVISE: lambda claim: revise(claim, asked_fen=1),
    aid_claims.Action.SUBMIT: submit,
    aid_claims.Action.ACCEPT: accept,
    aid_claims.Action.REFUSE: refuse,
    aid_claims.Action.PAY: pay,
    aid_claims.Action.WITHDRAW: lambda claim: claim.withdraw(),
}


def test_every_state_and_every_action_of_a_claim_is_tried() -> None:
    assert set(CLAIMS) == set(aid_claims.State)
    assert set(DO) == set(aid_claims.Action)
    assert all(claim.state is state for state, claim in CLAIMS.items())


@pytest.mark.parametrize(("state", "action"), list(product(aid_claims.State, aid_claims.Action)))
def test_a_claim_goes_where_the_table_says_or_stays(state: aid_claims.State, action: aid_claims.Action) -> None:
    expected = aid_claims.TRANSITIONS.get((state, action))

    if expected is None:
        with pytest.raises(WrongState):
            DO[action](CLAIMS[state])
    else:
        assert DO[action](CLAIMS[state]).state.state is expected


@pytest.mark.parametrize(
    ("before", "decide"),
    [(DRAFT, submit), (SUBMITTED, accept), (SUBMITTED, refuse), (ACCEPTED, pay)],
    ids=["submit", "accept", "refuse", "pay"],
)
def test_nobody_decides_a_claim_of_their_own(before: AidClaim, decide: Callable[..., Decision[AidClaim]]) -> None:
    with pytest.raises(OwnCase):
        decide(before, MEMBER)


def test_what_a_claim_is_about_is_sealed_and_in_no_public_event() -> None:
    claim, (public, restricted) = record()

    assert set(sensitive_fields(AidClaim)) == {"matter", "happened_on", "asked_fen", "refusal_text", "paid_fen"}
    assert isinstance(public, AidClaimRecorded)
    assert set(public.model_dump()) == {"claim_id", "member_id", "unit_id"}
    assert isinstance(restricted, AidClaimRecordedRestricted)
    assert restricted.person == MEMBER
    assert (claim.year, claim.recorded_on, restricted.asked_fen) == (2022, TODAY, 200_000)


def test_a_refusal_does_not_say_why_to_others() -> None:
    claim, (event,) = refuse(SUBMITTED)

    assert isinstance(event, AidClaimRefused)
    assert claim.refusal_text == "材料不全"
    assert "材料" not in event.model_dump_json()


def test_a_payment_says_how_much_to_those_who_may_know() -> None:
    claim, (public, restricted) = pay(ACCEPTED)

    assert isinstance(public, AidClaimPaid)
    assert isinstance(restricted, AidClaimPaidRestricted)
    assert (claim.paid_fen, claim.paid_on, restricted.paid_fen) == (150_000, TODAY, 150_000)


def test_a_payment_is_not_in_the_future_nor_before_the_year_in_which_it_happened() -> None:
    with pytest.raises(DayStillToCome):
        pay(ACCEPTED, on=date(2022, 6, 2))
    with pytest.raises(DayBeforeTheFirst) as refused:
        pay(ACCEPTED, on=date(2021, 12, 31))

    assert refused.value.facts() == {"field": "paid_on", "first": "2022-01-01"}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"happened_on": date(2022, 6, 2)}, DayStillToCome),
        ({"matter": AidMatter.DEATH}, AidMatterNotCovered),
        ({"happened_on": date(2021, 12, 31)}, AidDayNotCovered),
        ({"enrolment": enrol(covers_from=date(2022, 5, 21)).state}, AidDayNotCovered),
        ({"enrolment": end(ENROLMENT).state}, AidDayNotCovered),
        ({"enrolment": end(ENROLMENT, on=HAPPENED).state}, AidDayNotCovered),
    ],
    ids=["future", "matter", "before the scheme", "before the enrolment", "after its end", "on its end"],
)
def test_only_what_is_covered_on_its_day_is_claimed(given: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        record(**given)
    with pytest.raises(error):
        revise(DRAFT, **given)


def test_what_is_put_right_keeps_the_rest_and_its_year_follows() -> None:
    wide = plan(covers_from=date(2021, 1, 1)).state
    enrolment = enrol(plan=wide, covers_from=date(2021, 1, 1)).state

    revised = revise(DRAFT, plan=wide, enrolment=enrolment, happened_on=date(2021, 12, 30)).state

    assert (revised.year, revised.matter, revised.asked_fen) == (2021, AidMatter.HOSPITAL_STAY, 200_000)


def test_a_claim_whose_contents_were_erased_is_not_put_right() -> None:
    erased = DRAFT.model_copy(update=dict.fromkeys(sensitive_fields(AidClaim)))

    with pytest.raises(AidClaimErased):
        revise(erased, asked_fen=1)


ENROLMENTS: dict[aid.State, AidEnrolment] = {
    aid.State.ENROLLED: ENROLMENT,
    aid.State.ENDED: end(ENROLMENT).state,
}
ENROLMENT_DO: dict[aid.Action, Callable[..., Decision[AidEnrolment]]] = {
    aid.Action.END: end,
    aid.Action.RESUME: resume,
}


@pytest.mark.parametrize(("state", "action"), list(product(aid.State, aid.Action)))
def test_an_enrolment_goes_where_the_table_says_or_stays(state: aid.State, action: aid.Action) -> None:
    expected = aid.TRANSITIONS.get((state, action))

    if expected is None:
        with pytest.raises(WrongState):
            ENROLMENT_DO[action](ENROLMENTS[state])
    else:
        assert ENROLMENT_DO[action](ENROLMENTS[state]).state.state is expected


def test_nobody_enrols_themself_or_ends_it_or_takes_it_up_again() -> None:
    with pytest.raises(OwnCase):
        enrol(by=MEMBER)
    with pytest.raises(OwnCase):
        end(ENROLMENT, by=MEMBER)
    with pytest.raises(OwnCase):
        resume(end(ENROLMENT).state, by=MEMBER)


def test_an_enrolment_lies_within_its_scheme() -> None:
    enrolment, (event,) = enrol(covers_from=LAST)

    assert isinstance(event, AidEnrolled)
    assert (enrolment.covers_from, enrolment.covers_until) == (LAST, LAST)
    with pytest.raises(AidDayNotCovered):
        enrol(covers_from=date(2023, 1, 1))
    with pytest.raises(AidDayNotCovered):
        end(enrolment, on=HAPPENED)


def test_who_has_left_is_not_enrolled_and_who_is_retired_may_be() -> None:
    assert enrol(employment=Employment.RETIRED).state.state is aid.State.ENROLLED
    with pytest.raises(MemberHasLeft):
        enrol(employment=Employment.LEFT)


def test_an_enrolment_that_ended_by_mistake_covers_as_if_it_had_not() -> None:
    ended, (event,) = end(ENROLMENT)
    again = resume(ended).state

    assert isinstance(event, AidEnrolmentEnded)
    assert event.ended_on == date(2022, 5, 1)
    assert again == ENROLMENT
    again.require_day(HAPPENED)


def test_a_scheme_covers_from_its_first_to_its_last_day() -> None:
    established, (event,) = plan()

    assert isinstance(event, AidPlanEstablished)
    assert set(event.model_dump()) == {"plan_id", "matters", "covers_from", "covers_until"}
    for day in (FIRST, LAST):
        established.require_covers(AidMatter.ACCIDENT, day)
    with pytest.raises(AidPeriodReversed):
        plan(covers_until=date(2021, 12, 31))


@pytest.mark.parametrize("until", [date(2021, 12, 31), LAST, date(2023, 1, 1)])
def test_a_scheme_is_only_shortened(until: date) -> None:
    shortened, (event,) = PLAN.end(covers_until=HAPPENED)

    assert isinstance(event, AidPlanEnded)
    assert shortened.covers_until == HAPPENED
    with pytest.raises(AidPlanOnlyShortened):
        PLAN.end(covers_until=until)


def test_a_list_that_was_taken_in_says_how_many_and_not_who() -> None:
    counts = {"new": 3, "unchanged": 2, "refused": 1}

    batch, (event,) = AidEnrolmentBatch.record(
        new_id(), plan_id=PLAN.id, unit_id=None, counts=counts, by=OFFICER, at=AT
    )

    assert batch.counts == counts
    assert {name: getattr(event, name) for name in counts} == counts


@pytest.mark.parametrize(("count", "few"), [(0, 0), (1, None), (4, None), (5, 5), (70, 70)])
def test_few_are_hidden_from_those_who_are_not_told_all(count: int, few: int | None) -> None:
    assert told(count, all_of_it=False) == few
    assert told(count, all_of_it=True) == count
