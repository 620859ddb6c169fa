"""The life of a visit: who signs, who pays, and what comes of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from services.welfare.domain.policies import SpendingPolicy
from services.welfare.domain.signing import TRANSITIONS, VisitAction, VisitState
from services.welfare.domain.visit_figures import OccasionFigures, figures
from services.welfare.domain.visits import Visit
from services.welfare.errors.funds import ApproverPays
from services.welfare.errors.policies import CapExceeded, FormNotAllowed
from services.welfare.errors.visits import (
    NotTheNextSigner,
    ProposedByYourself,
    ReceiptDayWrong,
    SignedAlready,
    SignedForByThePayer,
    VisitErased,
)
from shared.aggregate import Decision
from shared.contracts.welfare.visits import (
    Form,
    Occasion,
    VisitApproved,
    VisitAwaitsSignatureRestricted,
    VisitCancelled,
    VisitPaid,
    VisitPaidRestricted,
    VisitReceipted,
    VisitRefunded,
    VisitRefundedRestricted,
    VisitRefused,
    VisitSigned,
)
from shared.errors import OwnCase, WrongState
from shared.ids import new_id
from shared.roles import Role
from tests.visits import policy

DAY, AT = date(2022, 6, 1), datetime(2022, 6, 1, 4, tzinfo=UTC)
MEMBER, PROPOSER, OFFICER, PAYER, SPENDING = new_id(), new_id(), new_id(), new_id(), new_id()
NO_CHAIN = policy()
TWO = policy((Role.BRANCH_CHAIR, 0), (Role.UNION_OFFICER, 50_000))


def log(by: SpendingPolicy = NO_CHAIN, **change: Any) -> Decision[Visit]:
    given: dict[str, Any] = {
        "member_id": MEMBER,
        "unit_id": new_id(),
        "occasion": Occasion.HOSPITALISED,
        "visited_on": DAY,
        "visitor_ids": [PROPOSER],
        "form": Form.MONEY,
        "amount_fen": 60_000,
        "policy": by,
        "logged_by": PROPOSER,
        "at": AT,
        "today": DAY,
    }
    return Visit.log(new_id(), **{**given, **change})


def sign(
    visit: Visit, by: SpendingPolicy = NO_CHAIN, *, who: UUID = OFFICER, role: Role = Role.UNION_OFFICER
) -> Decision[Visit]:
    return visit.sign(by, roles={role}, by=who, at=AT, spending_id=SPENDING)


def pay(visit: Visit) -> Decision[Visit]:
    return visit.pay(by=PAYER, at=AT, on=DAY)


def receipt(visit: Visit, **change: Any) -> Decision[Visit]:
    return visit.take_receipt(**{"number": "1", "on": DAY, "signed_by": MEMBER, "today": DAY, **change})


def in_state(state: VisitState) -> Visit:
    return log().state.model_copy(update={"state": state})


DONE: dict[VisitAction, Callable[[Visit], Decision[Visit]]] = {
    VisitAction.SIGN: lambda visit: sign(visit, TWO, role=Role.BRANCH_CHAIR),
    VisitAction.APPROVE: sign,
    VisitAction.REFUSE: lambda visit: visit.refuse(NO_CHAIN, reason="不符", roles={Role.UNION_OFFICER}, by=OFFICER),
    VisitAction.PAY: pay,
    VisitAction.TAKE_RECEIPT: receipt,
    VisitAction.CANCEL: lambda visit: visit.cancel(reason="重复", by=PROPOSER),
    VisitAction.REFUND_A_PART: lambda visit: visit.refund(1, whole=False, reason="多付", by=PAYER),
    VisitAction.REFUND: lambda visit: visit.refund(60_000, whole=True, reason="退回", by=PAYER),
}


@pytest.mark.parametrize(("state", "action"), list(product(VisitState, VisitAction)))
def test_an_action_leads_where_the_table_says_and_nowhere_else(state: VisitState, action: VisitAction) -> None:
    visit = in_state(state)

    if (state, action) in TRANSITIONS:
        decided = DONE[action](visit)
        assert decided.state.state is TRANSITIONS[state, action]
        assert decided.events
    else:
        with pytest.raises(WrongState) as refused:
            DONE[action](visit)
        assert refused.value.facts() == {"state": state.value, "action": action.value}


def test_a_visit_is_proposed_by_the_policy_and_keeps_it() -> None:
    proposed = log(TWO)

    assert (proposed.state.state, proposed.state.policy_id) == (VisitState.PROPOSED, TWO.id)


def test_an_amount_above_the_cap_and_a_form_that_is_not_allowed_are_refused() -> None:
    with pytest.raises(CapExceeded) as above:
        log(amount_fen=100_001)
    with pytest.raises(FormNotAllowed):
        log(policy(forms=(Form.GOODS,)))

    assert above.value.facts() == {"asked_fen": 100_001, "cap_fen": 100_000, "used_fen": 0}


def test_nobody_logs_a_visit_to_themself() -> None:
    with pytest.raises(OwnCase):
        log(logged_by=MEMBER)


def test_the_signatures_come_in_the_order_of_the_policy_and_the_last_one_approves() -> None:
    chair, visit = new_id(), log(TWO).state

    with pytest.raises(NotTheNextSigner) as early:
        sign(visit, TWO)
    first = sign(visit, TWO, who=chair, role=Role.BRANCH_CHAIR)
    second = sign(first.state, TWO)

    assert early.value.needed == ("branch_chair",)
    assert (first.state.state, first.state.spending_id) == (VisitState.PROPOSED, None)
    assert (second.state.state, second.state.spending_id) == (VisitState.APPROVED, SPENDING)
    assert second.state.signed_by == (chair, OFFICER)
    assert second.state.signed_as == (Role.BRANCH_CHAIR, Role.UNION_OFFICER)


def test_a_smaller_amount_takes_fewer_signatures() -> None:
    visit = log(TWO, amount_fen=50_000).state

    assert sign(visit, TWO, role=Role.BRANCH_CHAIR).state.state is VisitState.APPROVED


@pytest.mark.parametrize("role", [Role.BRANCH_CHAIR, Role.UNION_OFFICER])
def test_where_the_policy_names_nobody_a_chair_or_an_officer_approves(role: Role) -> None:
    assert sign(log().state, role=role).state.state is VisitState.APPROVED


def test_where_the_policy_names_nobody_finance_does_not_approve_what_it_pays() -> None:
    with pytest.raises(NotTheNextSigner):
        sign(log().state, role=Role.FINANCE_OFFICER)


def test_the_proposer_neither_signs_nor_refuses_nor_pays() -> None:
    visit = log().state

    with pytest.raises(ProposedByYourself):
        sign(visit, who=PROPOSER)
    with pytest.raises(ProposedByYourself):
        visit.refuse(NO_CHAIN, reason="不符", roles={Role.UNION_OFFICER}, by=PROPOSER)
    with pytest.raises(ProposedByYourself):
        sign(visit).state.pay(by=PROPOSER, at=AT, on=DAY)


def test_whoever_signed_does_not_pay() -> None:
    with pytest.raises(ApproverPays):
        sign(log().state).state.pay(by=OFFICER, at=AT, on=DAY)


def test_the_member_neither_signs_nor_pays_nor_cancels_nor_takes_it_back() -> None:
    visit = log().state
    approved = sign(visit).state
    paid = pay(approved).state

    acts: list[Callable[[], object]] = [
        lambda: sign(visit, who=MEMBER),
        lambda: visit.refuse(NO_CHAIN, reason="不符", roles={Role.UNION_OFFICER}, by=MEMBER),
        lambda: approved.pay(by=MEMBER, at=AT, on=DAY),
        lambda: visit.cancel(reason="重复", by=MEMBER),
        lambda: paid.refund(1, whole=False, reason="多付", by=MEMBER),
    ]
    for act in acts:
        with pytest.raises(OwnCase):
            act()


def test_nobody_signs_twice_whatever_their_roles() -> None:
    once = sign(log(TWO).state, TWO, role=Role.BRANCH_CHAIR).state

    with pytest.raises(SignedAlready):
        sign(once, TWO)


def test_what_was_erased_cannot_be_approved_any_more() -> None:
    erased = log().state.model_copy(update={"occasion": None, "amount_fen": None, "policy_id": None})

    with pytest.raises(VisitErased):
        sign(erased)


def test_what_was_erased_is_paid_without_saying_what_for() -> None:
    erased = sign(log().state).state.model_copy(update={"occasion": None, "amount_fen": None})

    assert [type(event) for event in pay(erased).events] == [VisitPaid]


def test_a_receipt_is_of_a_day_between_the_visit_and_today() -> None:
    paid = pay(sign(log().state).state).state

    for day in (date(2022, 5, 31), date(2022, 6, 2)):
        with pytest.raises(ReceiptDayWrong):
            receipt(paid, on=day)


def test_a_colleague_may_sign_for_it_and_the_payer_may_not() -> None:
    paid, colleague = pay(sign(log().state).state).state, new_id()

    assert receipt(paid, signed_by=colleague).state.receipt_signed_by == colleague
    with pytest.raises(SignedForByThePayer):
        receipt(paid, signed_by=PAYER)


def test_every_reason_is_kept() -> None:
    paid = pay(sign(log().state).state).state

    part = paid.refund(1, whole=False, reason="多付", by=PAYER).state
    whole = part.refund(59_999, whole=True, reason="退回", by=PAYER).state

    assert whole.reasons == ("多付", "退回")


def test_who_is_to_sign_next_is_said_under_seal() -> None:
    visit, events = log(TWO)
    awaited = [event.roles for event in events if isinstance(event, VisitAwaitsSignatureRestricted)]
    signed = sign(visit, TWO, role=Role.BRANCH_CHAIR).events

    assert awaited == [(Role.BRANCH_CHAIR,)]
    assert [type(event) for event in signed] == [VisitSigned, VisitAwaitsSignatureRestricted]
    assert [event.roles for event in signed if isinstance(event, VisitAwaitsSignatureRestricted)] == [
        (Role.UNION_OFFICER,)
    ]
    assert VisitAwaitsSignatureRestricted.sealed_for == "member_id"


def test_each_step_has_its_event_and_the_public_ones_name_ids_alone() -> None:
    visit = log().state
    approved = sign(visit)
    paid = pay(approved.state)
    found = [
        *approved.events,
        *DONE[VisitAction.REFUSE](visit).events,
        *paid.events,
        *receipt(paid.state).events,
        *DONE[VisitAction.CANCEL](visit).events,
        *DONE[VisitAction.REFUND](paid.state).events,
    ]

    assert [type(event) for event in found] == [
        VisitApproved,
        VisitRefused,
        VisitPaid,
        VisitPaidRestricted,
        VisitReceipted,
        VisitCancelled,
        VisitRefunded,
        VisitRefundedRestricted,
    ]
    for event in found:
        if not event.restricted:
            assert set(event.model_dump()) == {"visit_id", "member_id", "unit_id", "proposer_id"}


def counted(occasion: Occasion | None, logged: int, paid: int, amount_fen: int) -> OccasionFigures:
    return OccasionFigures(occasion, logged, paid, amount_fen)


def test_small_numbers_of_what_is_sensitive_are_hidden_and_cannot_be_reckoned() -> None:
    found = [
        counted(Occasion.BIRTH, 2, 1, 600),
        counted(Occasion.HOSPITALISED, 9, 4, 4000),
        counted(Occasion.DEATH, 0, 0, 0),
        counted(Occasion.BEREAVEMENT, 5, 5, 5000),
        counted(None, 1, 1, 77),
    ]

    hidden = figures(found, everything=False)

    assert list(hidden.occasions) == [
        counted(Occasion.BIRTH, 2, 1, 600),
        OccasionFigures(Occasion.HOSPITALISED, None, None, None),
        OccasionFigures(Occasion.DEATH, None, None, None),
        counted(Occasion.BEREAVEMENT, 5, 5, 5000),
        OccasionFigures(None, None, None, None),
    ]
    assert hidden.total == counted(None, 7, 6, 5600)


def test_the_office_sees_small_numbers_too() -> None:
    found = [counted(Occasion.DEATH, 1, 1, 2000), counted(Occasion.BIRTH, 1, 0, 0)]

    shown = figures(found, everything=True)

    assert (list(shown.occasions), shown.total) == (found, counted(None, 2, 1, 2000))
