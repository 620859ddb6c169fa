"""Requests of other services for money: what each state allows, and what is answered."""

from itertools import product

import pytest

from services.welfare.domain import funding
from services.welfare.domain.funding import TRANSITIONS, FundingAction, FundingRequest, FundingState
from shared.contracts.welfare.funding import (
    ActivityFundsRefused,
    ActivityFundsRefusedRestricted,
    ActivityFundsReserved,
    FundingRefusal,
)
from shared.errors import WrongState
from shared.ids import new_id
from tests.unit.money import BRANCH

REQUEST, ACTIVITY, SPENDING = new_id(), new_id(), new_id()
RESERVED, ANSWER = funding.reserved(
    REQUEST, activity_id=ACTIVITY, unit_id=BRANCH, amount_fen=500_000, spending_id=SPENDING
)
REFUSED, REFUSAL = funding.refused(
    REQUEST, activity_id=ACTIVITY, unit_id=BRANCH, amount_fen=500_000, reason=FundingRefusal.BUDGET_EXCEEDED
)
IN: dict[FundingState, FundingRequest] = {
    FundingState.RESERVED: RESERVED,
    FundingState.REFUSED: REFUSED,
    FundingState.SETTLED: funding.end(RESERVED, FundingAction.SETTLE).state,
    FundingState.GIVEN_BACK: funding.end(RESERVED, FundingAction.GIVE_BACK).state,
}


@pytest.mark.parametrize(("state", "action"), list(product(FundingState, FundingAction)))
def test_each_state_allows_what_is_in_the_table_and_nothing_else(state: FundingState, action: FundingAction) -> None:
    assert IN[state].state is state
    if (state, action) in TRANSITIONS:
        assert funding.end(IN[state], action).state.state is TRANSITIONS[state, action]
    else:
        with pytest.raises(WrongState):
            funding.end(IN[state], action)


def test_the_answer_names_the_request_the_activity_and_the_spending() -> None:
    (answer,) = ANSWER

    assert answer == ActivityFundsReserved(request_id=REQUEST, activity_id=ACTIVITY, spending_id=SPENDING)


def test_why_money_is_refused_is_said_in_the_restricted_event_alone() -> None:
    public, restricted = REFUSAL

    assert isinstance(public, ActivityFundsRefused)
    assert set(public.model_dump()) == {"request_id", "activity_id"}
    assert isinstance(restricted, ActivityFundsRefusedRestricted)
    assert restricted.reason is FundingRefusal.BUDGET_EXCEEDED
