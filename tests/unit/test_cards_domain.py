"""Service cards and their batches: every step in every state."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from services.welfare.domain.cards import (
    BATCH_TRANSITIONS,
    LIVING,
    TRANSITIONS,
    Action,
    BatchAction,
    BatchState,
    Cancellation,
    CardBatch,
    ServiceCard,
    State,
)
from services.welfare.errors.cards import CardBatchEmpty, CardNumberUnchanged, CardsAwaitAnswer
from services.welfare.errors.days import DayBeforeTheFirst, DayStillToCome
from services.welfare.errors.member_lists import MemberHasLeft
from shared.aggregate import Decision
from shared.contracts.members import Employment
from shared.contracts.welfare.cards import (
    CardBatchSubmitted,
    CardRefusal,
    ServiceCardIssued,
    ServiceCardIssuedRestricted,
    ServiceCardRefused,
    ServiceCardRefusedRestricted,
    ServiceCardReplacedRestricted,
)
from shared.errors import OwnCase, WrongState
from shared.ids import new_id
from shared.sealing import sensitive_fields

TODAY = date(2022, 6, 1)
AT = datetime(2022, 6, 1, tzinfo=UTC)
MEMBER, OFFICER = new_id(), new_id()
NUMBER, OTHER = "6217000011112222", "6217000033334444"


def apply(**given: Any) -> Decision[ServiceCard]:
    fields: dict[str, Any] = {
        "batch_id": new_id(),
        "member_id": MEMBER,
        "unit_id": new_id(),
        "employment": Employment.IN_POST,
        "by": OFFICER,
        "today": TODAY,
        **given,
    }
    return ServiceCard.apply(new_id(), **fields)


def issue(card: ServiceCard, by: Any = OFFICER, on: date = TODAY) -> Decision[ServiceCard]:
    return card.issue(card_number=NUMBER, on=on, by=by, today=TODAY)


def refuse(card: ServiceCard, by: Any = OFFICER) -> Decision[ServiceCard]:
    return card.refuse(refusal=CardRefusal.DATA_MISMATCH, by=by)


def pick_up(card: ServiceCard, by: Any = OFFICER, on: date = TODAY) -> Decision[ServiceCard]:
    return card.pick_up(on=on, by=by, today=TODAY)


def lose(card: ServiceCard, on: date = TODAY) -> Decision[ServiceCard]:
    return card.report_lost(on=on, today=TODAY)


def replace(card: ServiceCard, by: Any = OFFICER, on: date = TODAY, number: str = OTHER) -> Decision[ServiceCard]:
    return card.replace(card_number=number, on=on, by=by, today=TODAY)


def cancel(card: ServiceCard, by: Any = OFFICER) -> Decision[ServiceCard]:
    return card.cancel(because=Cancellation.AT_OWN_WISH, by=by)


APPLIED = apply().state
ISSUED = issue(APPLIED).state
LOST = lose(ISSUED).state
IN: dict[State, ServiceCard] = {
    State.APPLIED: APPLIED,
    State.ISSUED: ISSUED,
    State.REFUSED: refuse(APPLIED).state,
    State.PICKED_UP: pick_up(ISSUED).state,
    State.LOST: LOST,
    State.REPLACED: replace(LOST).state,
    State.CANCELLED: cancel(ISSUED).state,
}
DO: dict[Action, Callable[[ServiceCard], Decision[ServiceCard]]] = {
    Action.ISSUE: issue,
    Action.REFUSE: refuse,
    Action.PICK_UP: pick_up,
    Action.REPORT_LOST: lose,
    Action.REPLACE: replace,
    Action.CANCEL: cancel,
}


def test_every_state_and_every_action_of_a_card_is_tried() -> None:
    assert set(IN) == set(State)
    assert set(DO) == set(Action)
    assert all(card.state is state for state, card in IN.items())


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_a_card_goes_where_the_table_says_or_stays(state: State, action: Action) -> None:
    expected = TRANSITIONS.get((state, action))

    if expected is None:
        with pytest.raises(WrongState):
            DO[action](IN[state])
    else:
        assert DO[action](IN[state]).state.state is expected


def test_a_card_that_is_refused_or_cancelled_makes_room_for_another() -> None:
    assert set(State) - set(LIVING) == {State.REFUSED, State.CANCELLED}


@pytest.mark.parametrize(
    ("before", "do"),
    [(APPLIED, issue), (APPLIED, refuse), (ISSUED, pick_up), (LOST, replace), (ISSUED, cancel)],
    ids=["issue", "refuse", "pick up", "replace", "cancel"],
)
def test_nobody_handles_a_card_of_their_own(before: ServiceCard, do: Callable[..., Decision[ServiceCard]]) -> None:
    with pytest.raises(OwnCase):
        do(before, MEMBER)


def test_nobody_applies_for_themself_or_for_who_has_left() -> None:
    with pytest.raises(OwnCase):
        apply(by=MEMBER)
    with pytest.raises(MemberHasLeft):
        apply(employment=Employment.LEFT)


def test_of_a_number_only_the_end_is_shown() -> None:
    card, (public, restricted) = issue(APPLIED)

    assert set(sensitive_fields(ServiceCard)) == {"card_number"}
    assert (card.card_number, card.last_digits) == (NUMBER, "2222")
    assert isinstance(public, ServiceCardIssued)
    assert isinstance(restricted, ServiceCardIssuedRestricted)
    assert restricted.last_digits == "2222"
    for event in (public, restricted):
        assert NUMBER not in event.model_dump_json()


def test_a_refusal_says_why_to_those_who_may_know() -> None:
    _, (public, restricted) = refuse(APPLIED)

    assert isinstance(public, ServiceCardRefused)
    assert "data_mismatch" not in public.model_dump_json()
    assert isinstance(restricted, ServiceCardRefusedRestricted)
    assert restricted.refusal is CardRefusal.DATA_MISMATCH


def test_another_card_has_another_number_and_waits_to_be_picked_up() -> None:
    card, (_, restricted) = replace(lose(pick_up(ISSUED).state).state)

    assert (card.replacements, card.last_digits, card.picked_up_on, card.issued_on) == (1, "4444", None, TODAY)
    assert isinstance(restricted, ServiceCardReplacedRestricted)
    assert lose(card).state.state is State.LOST
    with pytest.raises(CardNumberUnchanged):
        replace(LOST, number=NUMBER)


@pytest.mark.parametrize(("before", "do"), [(ISSUED, pick_up), (ISSUED, lose), (LOST, replace)])
def test_what_happens_to_a_card_has_a_day_after_its_issue_and_not_in_the_future(
    before: ServiceCard, do: Callable[..., Decision[ServiceCard]]
) -> None:
    with pytest.raises(DayStillToCome):
        do(before, on=TODAY + timedelta(days=1))
    with pytest.raises(DayBeforeTheFirst):
        do(before, on=TODAY - timedelta(days=1))


def test_a_card_is_not_issued_in_the_future() -> None:
    with pytest.raises(DayStillToCome):
        issue(APPLIED, on=TODAY + timedelta(days=1))


EMPTY = CardBatch.open(new_id(), unit_id=None, by=OFFICER, at=AT).state
FILLED = EMPTY.add(3).state
SENT = FILLED.submit(today=TODAY).state
ANSWERED = SENT.take_answers(issued=2, refused=1).state
BATCHES: dict[BatchState, CardBatch] = {
    BatchState.GATHERING: FILLED,
    BatchState.SUBMITTED: SENT,
    BatchState.CLOSED: ANSWERED.close().state,
}
BATCH_DO: dict[BatchAction, Callable[[CardBatch], Decision[CardBatch]]] = {
    BatchAction.ADD: lambda batch: batch.add(1),
    BatchAction.SUBMIT: lambda batch: batch.submit(today=TODAY),
    BatchAction.TAKE_ANSWERS: lambda batch: batch.take_answers(issued=1, refused=0),
    BatchAction.DROP: lambda batch: batch.drop(),
    BatchAction.CLOSE: lambda batch: batch.model_copy(update={"pending": 0}).close(),
}


def test_every_state_and_every_action_of_a_batch_is_tried() -> None:
    assert set(BATCHES) == set(BatchState)
    assert set(BATCH_DO) == set(BatchAction)
    assert all(batch.state is state for state, batch in BATCHES.items())


@pytest.mark.parametrize(("state", "action"), list(product(BatchState, BatchAction)))
def test_a_batch_goes_where_the_table_says_or_stays(state: BatchState, action: BatchAction) -> None:
    expected = BATCH_TRANSITIONS.get((state, action))

    if expected is None:
        with pytest.raises(WrongState):
            BATCH_DO[action](BATCHES[state])
    else:
        assert BATCH_DO[action](BATCHES[state]).state.state is expected


def test_a_batch_counts_what_has_no_answer_yet() -> None:
    dropped = SENT.drop().state

    assert (FILLED.pending, ANSWERED.pending, ANSWERED.issued, ANSWERED.refused) == (3, 0, 2, 1)
    assert dropped.pending == 2
    with pytest.raises(CardsAwaitAnswer) as refused:
        dropped.close()
    assert refused.value.facts() == {"pending": 2}


def test_a_batch_in_which_nothing_is_applied_for_is_not_submitted() -> None:
    _, (event,) = FILLED.submit(today=TODAY)

    assert isinstance(event, CardBatchSubmitted)
    assert event.cards == 3
    with pytest.raises(CardBatchEmpty):
        EMPTY.submit(today=TODAY)
