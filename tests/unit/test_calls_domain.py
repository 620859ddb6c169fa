from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.proposals.domain.calls import Call, Window
from services.proposals.domain.rules import adopt, adopt_handling
from services.proposals.errors.calls import CallNotOpen, CallWindowInvalid, ExtensionNotLater, SessionOfCallCancelled
from services.proposals.errors.proposals import RuleInThePast
from shared.aggregate import Decision
from shared.contracts.proposals.calls import CallAnnounced, CallCancelled, CallExtended, FormsAwaitReview
from shared.contracts.proposals.rules import RuleAdopted
from shared.errors import NothingDue
from shared.ids import new_id
from tests.unit.forms_and_cases import HANDLING, RULE

OPENS = datetime(2022, 3, 1, tzinfo=UTC)
CLOSES = datetime(2022, 3, 20, 16, tzinfo=UTC)
LATE = datetime(2022, 3, 31, 16, tzinfo=UTC)
MOMENT = timedelta(milliseconds=1)


def announce(**given: Any) -> Decision[Call]:
    fields: dict[str, Any] = {"opens_at": OPENS, "closes_at": CLOSES, "late_until": LATE, "review_within": 15, **given}
    fields |= {name: new_id() for name in ("session_id", "term_id", "body_id", "unit_id")}
    return Call.announce(new_id(), **fields)


def extend(call: Call, **given: Any) -> Decision[Call]:
    later = timedelta(days=5)
    fields = {"closes_at": CLOSES + later, "late_until": LATE + later, "reason": "疫情", "at": CLOSES - MOMENT}
    return call.extend(**{**fields, **given})


def test_a_call_is_announced_with_its_window() -> None:
    call, (event,) = announce()

    assert isinstance(event, CallAnnounced)
    assert (event.call_id, event.opens_at, event.closes_at, event.late_until) == (call.id, OPENS, CLOSES, LATE)


@pytest.mark.parametrize("given", [{"opens_at": CLOSES}, {"opens_at": LATE}, {"late_until": CLOSES - MOMENT}])
def test_a_window_that_does_not_fit_is_not_announced(given: dict[str, datetime]) -> None:
    with pytest.raises(CallWindowInvalid):
        announce(**given)


def test_a_call_may_take_nothing_late() -> None:
    call = announce(late_until=CLOSES).state

    assert call.window(CLOSES) is Window.OVER


@pytest.mark.parametrize(
    ("at", "window", "taken", "taken_late"),
    [
        (OPENS - MOMENT, Window.BEFORE, False, False),
        (OPENS, Window.OPEN, True, True),
        (CLOSES - MOMENT, Window.OPEN, True, True),
        (CLOSES, Window.LATE, False, True),
        (LATE - MOMENT, Window.LATE, False, True),
        (LATE, Window.OVER, False, False),
    ],
)
def test_forms_are_taken_in_the_window_to_the_moment(
    at: datetime, window: Window, taken: bool, taken_late: bool
) -> None:
    call = announce().state

    assert call.window(at) is window
    for late_too, is_taken in ((False, taken), (True, taken_late)):
        if is_taken:
            assert call.require(at, late_too=late_too) is window
        else:
            with pytest.raises(CallNotOpen) as refused:
                call.require(at, late_too=late_too)
            assert refused.value.facts() == {"opens_at": OPENS.isoformat(), "closes_at": CLOSES.isoformat()}


def test_an_extension_moves_the_end_and_does_not_tell_why() -> None:
    call, (event,) = extend(announce().state)

    assert isinstance(event, CallExtended)
    assert (event.closes_at, event.late_until) == (call.closes_at, call.late_until)
    assert call.window(CLOSES) is Window.OPEN
    assert call.extension_reason == "疫情"
    assert "疫情" not in event.model_dump_json()


def test_a_call_that_has_closed_may_be_opened_again() -> None:
    call = extend(announce().state, at=CLOSES + timedelta(days=1)).state

    assert call.window(CLOSES + timedelta(days=1)) is Window.OPEN


@pytest.mark.parametrize(
    "given",
    [{"closes_at": CLOSES}, {"closes_at": CLOSES - MOMENT}, {"at": CLOSES + timedelta(days=5)}],
    ids=["the same", "earlier", "past"],
)
def test_an_extension_ends_later_and_in_the_future(given: dict[str, datetime]) -> None:
    with pytest.raises(ExtensionNotLater) as refused:
        extend(announce().state, **given)

    assert refused.value.facts() == {"closes_at": CLOSES.isoformat()}


def test_an_extension_has_a_window_that_fits_too() -> None:
    with pytest.raises(CallWindowInvalid):
        extend(announce().state, late_until=CLOSES)


def test_a_call_whose_session_is_cancelled_takes_no_more_forms() -> None:
    call, (event,) = announce().state.cancel()

    assert isinstance(event, CallCancelled)
    assert event.call_id == call.id
    for late_too in (False, True):
        with pytest.raises(SessionOfCallCancelled):
            call.require(OPENS, late_too=late_too)


def test_the_committee_is_reminded_of_forms_for_as_long_as_any_wait() -> None:
    call = announce().state
    assert call.review_at == datetime(2022, 4, 16, tzinfo=UTC), "eight o'clock on the campus, 15 days after 1 April"

    again, (event,) = call.await_review(3, at=call.review_at)
    over, told = again.await_review(0, at=call.review_at + timedelta(days=15))

    assert isinstance(event, FormsAwaitReview)
    assert (event.call_id, event.unit_id, event.forms) == (call.id, call.unit_id, 3)
    assert again.review_at == call.review_at + timedelta(days=15)
    assert (over.review_at, told) == (None, ())


def test_nothing_is_due_before_the_review_is_and_an_extension_puts_it_off() -> None:
    call = announce().state
    assert call.review_at is not None

    with pytest.raises(NothingDue):
        call.await_review(3, at=call.review_at - MOMENT)
    with pytest.raises(NothingDue):
        call.await_review(0, at=call.review_at).state.await_review(1, at=call.review_at)
    assert extend(call).state.review_at == call.review_at + timedelta(days=5)


def test_a_rule_is_adopted_from_today_or_later() -> None:
    today = date(2022, 3, 1)
    from_today = {"effective_from": today}
    forms, handling = (RULE.model_copy(update=from_today), HANDLING.model_copy(update=from_today))

    (of_forms,) = adopt(forms, today=today).events
    (of_handling,) = adopt_handling(handling, today=today).events

    assert isinstance(of_forms, RuleAdopted)
    assert isinstance(of_handling, RuleAdopted)
    assert (of_forms.kind, of_handling.kind) == ("proposal", "handling")
    with pytest.raises(RuleInThePast) as refused:
        adopt(RULE, today=today)
    with pytest.raises(RuleInThePast):
        adopt_handling(HANDLING, today=today)
    assert refused.value.facts() == {"today": "2022-03-01"}
