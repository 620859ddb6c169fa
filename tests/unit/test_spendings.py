"""Spendings: what each state allows, what each movement changes, and what a large one rests on."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from services.welfare.domain import movements
from services.welfare.domain.envelopes import Envelope
from services.welfare.domain.movements import Limits, Moved
from services.welfare.domain.spendings import TRANSITIONS, Allowance, Spending, SpendingAction, record_decision
from services.welfare.errors.funds import (
    FundDecisionExceeded,
    FundDecisionInTheFuture,
    FundDecisionMissing,
    MoreThanPaid,
    MoreThanReserved,
)
from shared.contracts.welfare.funds import (
    FundDecisionRecorded,
    FundsPaid,
    FundsRefunded,
    FundsReleased,
    FundsReserved,
    SpendingMovedRestricted,
    SpendingState,
)
from shared.errors import WrongState
from shared.ids import new_id
from tests.unit.money import (
    ABOVE,
    AT,
    FINANCE,
    OFFICER,
    TODAY,
    approved,
    committee_decision,
    envelope,
    paid,
    posting,
    reserved,
)

NONE = Limits()
Act = Callable[[Spending, Envelope], Moved]


def pay(spending: Spending, of: Envelope, **given: Any) -> Moved:
    return movements.pay(spending, of, NONE, posting(), **given)


def release(spending: Spending, of: Envelope) -> Moved:
    return movements.release(spending, of, NONE, posting())


def refund(amount_fen: int) -> Act:
    return lambda spending, of: movements.refund(spending, of, NONE, posting(), amount_fen=amount_fen)


def after(act: Act, spending: Spending, of: Envelope) -> tuple[Spending, Envelope]:
    moved = act(spending, of)
    return moved[0].state, moved[1].state


IN: dict[SpendingState, tuple[Spending, Envelope]] = {
    SpendingState.RESERVED: reserved(),
    SpendingState.PAID: paid(),
    SpendingState.RELEASED: after(release, *reserved()),
    SpendingState.REFUNDED: after(refund(60_000), *paid()),
}
ACTIONS: dict[SpendingAction, Act] = {
    SpendingAction.PAY: pay,
    SpendingAction.RELEASE: release,
    SpendingAction.REFUND_A_PART: lambda spending, of: refund(max(spending.spent_fen - 1, -1))(spending, of),
    SpendingAction.REFUND: lambda spending, of: refund(spending.spent_fen)(spending, of),
}


@pytest.mark.parametrize(("state", "action"), list(product(SpendingState, SpendingAction)))
def test_each_state_allows_what_is_in_the_table_and_nothing_else(state: SpendingState, action: SpendingAction) -> None:
    spending, of = IN[state]
    assert spending.state is state
    if (state, action) in TRANSITIONS:
        assert ACTIONS[action](spending, of)[0].state.state is TRANSITIONS[state, action]
    else:
        with pytest.raises(WrongState) as refused:
            ACTIONS[action](spending, of)
        assert refused.value.facts() == {"state": state.value, "action": action.value}


def test_a_reservation_is_taken_from_what_is_available() -> None:
    spending, of = reserved(60_000, of=envelope(100_000))

    assert (spending.reserved_fen, spending.spent_fen) == (60_000, 0)
    assert (of.reserved_fen, of.spent_fen, of.available_fen) == (60_000, 0, 40_000)
    assert (spending.approved_by, spending.approved_at) == (OFFICER, AT)


def test_a_payment_turns_what_was_reserved_into_what_is_spent() -> None:
    spending, of = paid(60_000)

    assert (spending.reserved_fen, spending.spent_fen) == (0, 60_000)
    assert (of.reserved_fen, of.spent_fen) == (0, 60_000)
    assert (spending.paid_by, spending.paid_at) == (FINANCE, AT)


def test_of_a_smaller_payment_the_rest_is_given_back() -> None:
    spending, of = paid(60_000, part_fen=45_000)

    assert (spending.reserved_fen, spending.spent_fen) == (0, 45_000)
    assert (of.reserved_fen, of.spent_fen, of.available_fen) == (0, 45_000, 55_000)


def test_more_than_was_reserved_is_not_paid_though_the_envelope_has_it() -> None:
    spending, of = reserved(60_000)
    _, of = reserved(10_000, of=of)

    with pytest.raises(MoreThanReserved) as refused:
        pay(spending, of, amount_fen=60_001)

    assert refused.value.facts() == {"asked_fen": 60_001, "reserved_fen": 60_000}


def test_a_part_comes_back_and_then_the_rest() -> None:
    part, of = after(refund(20_000), *paid(60_000))
    whole, emptied = after(refund(40_000), part, of)

    assert (part.state, part.spent_fen) == (SpendingState.PAID, 40_000)
    assert (whole.state, whole.spent_fen) == (SpendingState.REFUNDED, 0)
    assert (emptied.spent_fen, emptied.available_fen) == (0, 100_000)


def test_more_than_was_paid_does_not_come_back() -> None:
    with pytest.raises(MoreThanPaid) as refused:
        refund(60_001)(*paid(60_000))

    assert refused.value.facts() == {"asked_fen": 60_001, "spent_fen": 60_000}


def test_an_amount_below_zero_moves_nothing() -> None:
    for move in (
        lambda: reserved(-1),
        lambda: pay(*reserved(), amount_fen=-1),
        lambda: refund(-1)(*paid()),
    ):
        with pytest.raises(ValueError, match="greater than or equal to 0"):
            move()


def test_the_public_events_say_nothing_of_the_amount_or_of_what_it_is_for() -> None:
    made = movements.reserve(new_id(), approved(), envelope(), NONE, posting(), decision_above_fen=ABOVE)
    spending, of = made[0].state, made[1].state

    for moved, kind in (
        (made, FundsReserved),
        (pay(spending, of), FundsPaid),
        (release(spending, of), FundsReleased),
        (refund(60_000)(*paid()), FundsRefunded),
    ):
        public, restricted = moved[0].events
        assert isinstance(public, kind)
        assert set(public.model_dump()) == {"spending_id", "unit_id"}
        assert isinstance(restricted, SpendingMovedRestricted)
        assert restricted.reserved_fen == moved[0].state.reserved_fen
        assert restricted.spent_fen == moved[0].state.spent_fen


# What a large one rests on


def reserve_by(limits: Limits, amount_fen: int) -> Moved:
    decision_id = limits.decision.id if limits.decision else None
    given = approved(amount_fen, decision_id=decision_id)
    return movements.reserve(new_id(), given, envelope(10 * ABOVE), limits, posting(), decision_above_fen=ABOVE)


def test_above_the_limit_a_spending_takes_a_decision_of_the_committee() -> None:
    with pytest.raises(FundDecisionMissing) as refused:
        reserve_by(NONE, ABOVE + 1)

    assert refused.value.facts() == {"limit_fen": ABOVE}
    assert reserve_by(NONE, ABOVE)[0].state.large is False
    assert reserve_by(Limits(committee_decision()), ABOVE + 1)[0].state.large is True


def test_a_decision_is_not_used_up_twice() -> None:
    used = reserve_by(Limits(committee_decision(3_000_000)), 2_500_000)[-1].state

    with pytest.raises(FundDecisionExceeded) as refused:
        reserve_by(Limits(used), 500_001)

    assert refused.value.facts() == {"asked_fen": 500_001, "available_fen": 500_000}


def test_what_is_given_back_is_there_again_for_the_decision_and_the_member() -> None:
    limits = Limits(committee_decision(), Allowance(id=new_id()))
    moved = reserve_by(limits, 60_000)
    spending, of, used = moved[0].state, moved[1].state, Limits(moved[-2].state, moved[-1].state)

    given_back = movements.pay(spending, of, used, posting(), amount_fen=45_000)
    released = movements.release(spending, of, used, posting())

    assert [each.state.used_fen for each in moved[-2:]] == [60_000, 60_000]
    assert [each.state.used_fen for each in given_back[-2:]] == [45_000, 45_000]
    assert [each.state.used_fen for each in released[-2:]] == [0, 0]


def test_a_decision_is_recorded_after_it_was_made() -> None:
    tomorrow = committee_decision().model_copy(update={"decided_on": TODAY + timedelta(days=1)})
    with pytest.raises(FundDecisionInTheFuture):
        record_decision(tomorrow, today=TODAY)

    recorded, (event,) = record_decision(committee_decision(), today=TODAY)

    assert isinstance(event, FundDecisionRecorded)
    assert (event.decision_id, event.decided_on) == (recorded.id, TODAY)
