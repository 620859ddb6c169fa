"""Expense claims: every step by whom, and what it takes."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from services.welfare.domain import expense_claims
from services.welfare.domain.expense_claims import TRANSITIONS, ClaimAction, ClaimItem, ClaimState, ExpenseClaim
from services.welfare.domain.policies import Signer
from services.welfare.errors.expense_claims import (
    AnotherSigns,
    ExpenseInTheFuture,
    ReceiptListedTwice,
)
from services.welfare.errors.funds import ApproverPays
from services.welfare.errors.visits import SignedAlready
from shared.aggregate import Decision
from shared.contracts.welfare.expense_claims import ExpenseClaimSubmitted, ExpenseClaimSubmittedRestricted
from shared.contracts.welfare.funds import Category
from shared.errors import OwnCase, WrongState
from shared.ids import new_id
from shared.roles import Role
from tests.unit.money import AT, BRANCH, TODAY, policy

CLAIMANT, CHAIR, OFFICER, PAYER, SPENDING = (new_id() for _ in range(5))
ALONE = policy()
BOTH = policy(signers=(Signer(role=Role.BRANCH_CHAIR, above_fen=0), Signer(role=Role.UNION_OFFICER, above_fen=50_000)))


def item(amount_fen: int = 60_000, number: str = "1", on: date = TODAY, issuer: str = "某超市") -> ClaimItem:
    return ClaimItem(what="饮用水", amount_fen=amount_fen, spent_on=on, issuer=issuer, receipt_number=number)


def submit(*items: ClaimItem) -> Decision[ExpenseClaim]:
    claim = ExpenseClaim(
        id=new_id(),
        claimant_id=CLAIMANT,
        unit_id=BRANCH,
        title="春季登山活动物资",
        category=Category.ACTIVITIES,
        items=items or (item(),),
        submitted_at=AT,
    )
    return expense_claims.submit(claim, today=TODAY)


def endorse(claim: ExpenseClaim, by: UUID = OFFICER, *roles: Role, rule: Any = ALONE) -> Decision[ExpenseClaim]:
    return expense_claims.endorse(claim, rule, by=by, roles=roles, at=AT, spending_id=SPENDING)


def pay(claim: ExpenseClaim, by: UUID = PAYER) -> Decision[ExpenseClaim]:
    return expense_claims.pay(claim, by=by, at=AT)


def send_back(claim: ExpenseClaim, by: UUID = OFFICER) -> Decision[ExpenseClaim]:
    return expense_claims.send_back(claim, by=by, note="请补充")


def reject(claim: ExpenseClaim, by: UUID = OFFICER) -> Decision[ExpenseClaim]:
    return expense_claims.reject(claim, by=by, note="不属于工会支出")


def refund(claim: ExpenseClaim, by: UUID = PAYER, *, whole: bool = True) -> Decision[ExpenseClaim]:
    return expense_claims.refund(claim, by=by, whole=whole)


def revise(claim: ExpenseClaim, *items: ClaimItem) -> Decision[ExpenseClaim]:
    return expense_claims.revise(
        claim, title="物资", category=Category.ACTIVITIES, items=items or (item(number="2"),), at=AT, today=TODAY
    )


SUBMITTED = submit().state
APPROVED = endorse(SUBMITTED).state
PAID = pay(APPROVED).state
IN: dict[ClaimState, ExpenseClaim] = {
    ClaimState.SUBMITTED: SUBMITTED,
    ClaimState.RETURNED: send_back(SUBMITTED).state,
    ClaimState.APPROVED: APPROVED,
    ClaimState.PAID: PAID,
    ClaimState.REFUNDED: refund(PAID).state,
    ClaimState.REJECTED: reject(SUBMITTED).state,
    ClaimState.WITHDRAWN: expense_claims.withdraw(SUBMITTED).state,
}
ACTIONS: dict[ClaimAction, Callable[[ExpenseClaim], Decision[ExpenseClaim]]] = {
    ClaimAction.ENDORSE: lambda claim: endorse(
        claim.model_copy(update={"signatures": ()}), CHAIR, Role.BRANCH_CHAIR, rule=BOTH
    ),
    ClaimAction.APPROVE: endorse,
    ClaimAction.SEND_BACK: send_back,
    ClaimAction.REVISE: revise,
    ClaimAction.REJECT: reject,
    ClaimAction.WITHDRAW: expense_claims.withdraw,
    ClaimAction.PAY: pay,
    ClaimAction.REFUND_A_PART: lambda claim: refund(claim, whole=False),
    ClaimAction.REFUND: refund,
}


@pytest.mark.parametrize(("state", "action"), list(product(ClaimState, ClaimAction)))
def test_each_state_allows_what_is_in_the_table_and_nothing_else(state: ClaimState, action: ClaimAction) -> None:
    claim = IN[state]
    assert claim.state is state
    if (state, action) in TRANSITIONS:
        assert ACTIONS[action](claim).state.state is TRANSITIONS[state, action]
    else:
        with pytest.raises(WrongState) as refused:
            ACTIONS[action](claim)
        assert refused.value.facts() == {"state": state.value, "action": action.value}


def test_the_public_event_holds_ids_and_the_restricted_one_what_it_is_for() -> None:
    claim, (public, restricted) = submit(item(1_000), item(2_000, number="2"))

    assert isinstance(public, ExpenseClaimSubmitted)
    assert set(public.model_dump()) == {"claim_id", "claimant_id", "unit_id"}
    assert isinstance(restricted, ExpenseClaimSubmittedRestricted)
    assert (restricted.title, restricted.total_fen) == ("春季登山活动物资", 3_000)
    assert claim.total_fen == 3_000


@pytest.mark.parametrize(
    ("state", "act"),
    [
        (ClaimState.SUBMITTED, lambda claim: endorse(claim, CLAIMANT)),
        (ClaimState.SUBMITTED, lambda claim: send_back(claim, CLAIMANT)),
        (ClaimState.SUBMITTED, lambda claim: reject(claim, CLAIMANT)),
        (ClaimState.APPROVED, lambda claim: pay(claim, CLAIMANT)),
        (ClaimState.PAID, lambda claim: refund(claim, CLAIMANT)),
    ],
)
def test_the_claimant_decides_and_pays_nothing(state: ClaimState, act: Callable[[ExpenseClaim], object]) -> None:
    with pytest.raises(OwnCase) as refused:
        act(IN[state])

    assert refused.value.facts() == {"field": "claimant_id"}


def test_the_policy_says_who_signs_in_which_order() -> None:
    with pytest.raises(AnotherSigns) as refused:
        endorse(SUBMITTED, OFFICER, Role.UNION_OFFICER, rule=BOTH)
    assert refused.value.facts() == {"role": "branch_chair"}

    first = endorse(SUBMITTED, CHAIR, Role.BRANCH_CHAIR, rule=BOTH).state
    second = endorse(first, OFFICER, Role.UNION_OFFICER, rule=BOTH).state

    assert (first.state, first.spending_id) == (ClaimState.SUBMITTED, None)
    assert (second.state, second.spending_id, second.policy_id) == (ClaimState.APPROVED, SPENDING, BOTH.id)
    assert [signature.role for signature in second.signatures] == [Role.BRANCH_CHAIR, Role.UNION_OFFICER]


def test_nobody_signs_twice_though_they_hold_both_roles() -> None:
    first = endorse(SUBMITTED, CHAIR, Role.BRANCH_CHAIR, rule=BOTH).state

    with pytest.raises(SignedAlready):
        endorse(first, CHAIR, Role.BRANCH_CHAIR, Role.UNION_OFFICER, rule=BOTH)


def test_a_small_amount_takes_the_first_signature_alone() -> None:
    small = submit(item(50_000)).state

    assert endorse(small, CHAIR, Role.BRANCH_CHAIR, rule=BOTH).state.state is ClaimState.APPROVED


def test_what_was_changed_is_signed_anew() -> None:
    signed = endorse(SUBMITTED, CHAIR, Role.BRANCH_CHAIR, rule=BOTH).state

    revised = revise(send_back(signed).state, item(70_000, number="3")).state

    assert (revised.state, revised.signatures, revised.note) == (ClaimState.SUBMITTED, (), None)
    assert revised.total_fen == 70_000


def test_a_receipt_stands_in_a_claim_once_however_it_was_typed() -> None:
    with pytest.raises(ReceiptListedTwice):
        submit(item(number="ab 12"), item(number="AB12"))
    with pytest.raises(ReceiptListedTwice):
        revise(IN[ClaimState.RETURNED], item(number="1"), item(number="1"))

    assert submit(item(), item(issuer="某书店")).state.receipts == ["某超市/1", "某书店/1"]


@pytest.mark.parametrize("state", [ClaimState.REJECTED, ClaimState.WITHDRAWN])
def test_what_was_given_up_holds_its_receipts_no_more(state: ClaimState) -> None:
    assert IN[state].receipts == []
    assert SUBMITTED.receipts == PAID.receipts == ["某超市/1"]


def test_an_expense_is_claimed_after_it_was_made() -> None:
    with pytest.raises(ExpenseInTheFuture) as refused:
        submit(item(on=TODAY + timedelta(days=1)))

    assert refused.value.facts() == {"today": "2022-06-01"}


def test_whoever_approved_it_does_not_pay_it() -> None:
    with pytest.raises(ApproverPays):
        pay(endorse(submit().state, OFFICER).state, OFFICER)
