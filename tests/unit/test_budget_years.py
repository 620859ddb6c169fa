"""Budget years: closed as a whole, or not at all."""

import pytest

from services.welfare.domain.budget_years import BudgetYear, BudgetYearState, close
from services.welfare.domain.envelopes import Envelope, EnvelopeState
from services.welfare.errors.funds import BudgetYearMovedOn, EnvelopeIsClosed, ReservationsOpen
from shared.contracts.welfare.funds import BudgetYearClosed, EnvelopeClosed
from shared.ids import new_id
from tests.unit.money import AT, FINANCE, envelope


def year_of(*envelopes: Envelope) -> BudgetYear:
    year = BudgetYear(id=new_id(), year=2022)
    for each in envelopes:
        year = year.admit(each.id).state
    return year


def test_a_year_is_closed_with_all_its_envelopes() -> None:
    both = [envelope(), envelope(spent_fen=5)]

    year, *envelopes = close(year_of(*both), both, by=FINANCE, at=AT)

    assert (year.state.state, year.state.closed_by, year.state.closed_at) == (BudgetYearState.CLOSED, FINANCE, AT)
    assert [each.state.state for each in envelopes] == [EnvelopeState.CLOSED, EnvelopeState.CLOSED]
    assert year.events == (BudgetYearClosed(year=2022),)
    assert all(isinstance(event, EnvelopeClosed) for each in envelopes for event in each.events)


def test_what_is_reserved_anywhere_keeps_the_whole_year_open() -> None:
    both = [envelope(reserved_fen=3), envelope(reserved_fen=4)]

    with pytest.raises(ReservationsOpen) as refused:
        close(year_of(*both), both, by=FINANCE, at=AT)

    assert refused.value.facts() == {"reserved_fen": 7}


def test_an_envelope_that_was_opened_meanwhile_is_not_left_open() -> None:
    known, new = envelope(), envelope()

    with pytest.raises(BudgetYearMovedOn):
        close(year_of(known, new), [known], by=FINANCE, at=AT)


def test_a_year_is_closed_once_and_takes_no_envelope_after_it() -> None:
    one = envelope()
    closed = close(year_of(one), [one], by=FINANCE, at=AT)[0].state

    with pytest.raises(EnvelopeIsClosed):
        close(closed, [one], by=FINANCE, at=AT)
    with pytest.raises(EnvelopeIsClosed):
        closed.admit(new_id())
