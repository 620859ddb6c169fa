"""Envelopes: what each state allows, and that no figure goes below zero."""

from collections.abc import Callable

import pytest

from services.welfare.domain import envelopes
from services.welfare.domain.envelopes import Envelope, EnvelopeState
from services.welfare.errors.funds import (
    BudgetExceeded,
    EnvelopeIsClosed,
    EnvelopesUnlike,
    MoreThanPaid,
    MoreThanReserved,
    ReservationsOpen,
)
from shared.contracts.welfare.funds import (
    EnvelopeChanged,
    EnvelopeClosed,
    EnvelopeGrantedRestricted,
    EnvelopeOpened,
)
from tests.unit.money import closed, envelope

USED = envelope(100_000, reserved_fen=30_000, spent_fen=20_000)
ACTIONS: dict[str, Callable[[Envelope], object]] = {
    "reserve": lambda it: it.reserve(1),
    "commit": lambda it: it.commit(0, 0),
    "release": lambda it: it.release(0),
    "refund": lambda it: it.refund(0),
    "raise": lambda it: envelopes.raise_grant(it, 1),
    "move from": lambda it: envelopes.move(it, envelope(), 1),
    "move to": lambda it: envelopes.move(envelope(), it, 1),
    "close": envelopes.close,
}


@pytest.mark.parametrize("action", ACTIONS)
def test_an_open_envelope_takes_every_action(action: str) -> None:
    assert ACTIONS[action](envelope())


@pytest.mark.parametrize("action", ACTIONS)
def test_a_closed_envelope_takes_none(action: str) -> None:
    with pytest.raises(EnvelopeIsClosed) as refused:
        ACTIONS[action](closed())

    assert refused.value.facts() == {"year": 2022}


def test_what_is_granted_is_reserved_spent_or_available() -> None:
    assert USED.available_fen == 50_000

    assert USED.reserve(50_000).available_fen == 0
    assert USED.commit(30_000, 30_000).available_fen == 50_000
    assert USED.commit(30_000, 10_000).available_fen == 70_000
    assert USED.release(30_000).available_fen == 80_000
    assert USED.refund(20_000).available_fen == 70_000


def test_more_than_is_available_is_not_reserved() -> None:
    with pytest.raises(BudgetExceeded) as refused:
        USED.reserve(50_001)

    assert refused.value.facts() == {"asked_fen": 50_001, "available_fen": 50_000}
    assert "500.01" in refused.value.told().zh


@pytest.mark.parametrize(("reserved", "paid"), [(30_001, 1), (30_000, 30_001), (10_000, 20_000)])
def test_more_than_was_reserved_is_not_paid(reserved: int, paid: int) -> None:
    with pytest.raises(MoreThanReserved):
        USED.commit(reserved, paid)


def test_more_than_was_reserved_is_not_released() -> None:
    with pytest.raises(MoreThanReserved):
        USED.release(30_001)


def test_more_than_was_paid_does_not_come_back() -> None:
    with pytest.raises(MoreThanPaid):
        USED.refund(20_001)


def test_more_than_is_left_is_not_moved() -> None:
    with pytest.raises(BudgetExceeded):
        envelopes.move(USED, envelope(), 50_001)

    left, joined = envelopes.move(USED, envelope(1), 50_000)

    assert (left.state.available_fen, joined.state.available_fen) == (0, 50_001)


def test_money_moves_within_one_year_and_between_two() -> None:
    for other in (envelope(year=2023), USED):
        with pytest.raises(EnvelopesUnlike):
            envelopes.move(USED, other, 1)


def test_what_is_reserved_keeps_the_year_open() -> None:
    with pytest.raises(ReservationsOpen) as refused:
        envelopes.close(USED)

    assert refused.value.facts() == {"reserved_fen": 30_000}


def test_the_public_events_say_nothing_of_the_amount() -> None:
    raised, (public, restricted) = envelopes.raise_grant(USED, 5_000)
    closing, (told,) = envelopes.close(envelope())

    assert isinstance(public, EnvelopeChanged)
    assert set(public.model_dump()) == {"envelope_id", "unit_id"}
    assert isinstance(restricted, EnvelopeGrantedRestricted)
    assert restricted.granted_fen == raised.granted_fen == 105_000
    assert closing.state is EnvelopeState.CLOSED
    assert isinstance(told, EnvelopeClosed)


def test_an_envelope_is_opened_with_what_it_was_granted() -> None:
    opened, (public, restricted) = envelopes.open_envelope(
        USED.id, year=2022, category=USED.category, unit_id=None, granted_fen=7, document="文号"
    )

    assert opened.available_fen == 7
    assert isinstance(public, EnvelopeOpened)
    assert isinstance(restricted, EnvelopeGrantedRestricted)
    assert "granted_fen" not in public.model_dump()
