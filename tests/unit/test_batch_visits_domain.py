"""Batch visits: the list row by row, and the way to the payment."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from services.welfare.domain.batch_rows import ListRow, Post, RowOutcome, by_number, column_of, judge
from services.welfare.domain.batch_visits import (
    MEMBERS_AT_ONCE,
    TRANSITIONS,
    BatchVisit,
    BatchVisitList,
    pieces_of,
    propose,
)
from services.welfare.domain.policies import SpendingPolicy
from services.welfare.domain.signing import VisitAction, VisitState
from services.welfare.errors.policies import CapExceeded, FormNotAllowed
from services.welfare.errors.visits import ColumnOfStaffNumbersMissing, NobodyOnTheList, ProposedByYourself
from shared.aggregate import Decision
from shared.contracts.members import Employment
from shared.contracts.welfare.batch_visits import (
    BatchOccasion,
    BatchVisitAwaitsSignatureRestricted,
    BatchVisitMembersRestricted,
    BatchVisitProposed,
    BatchVisitProposedRestricted,
)
from shared.contracts.welfare.visits import Form
from shared.errors import OwnCase, WrongState
from shared.ids import new_id
from shared.roles import Role
from tests.visits import policy

DAY, AT = date(2022, 7, 15), datetime(2022, 7, 1, 4, tzinfo=UTC)
PROPOSER, OFFICER, PAYER, UNIT, ELSEWHERE = new_id(), new_id(), new_id(), new_id(), new_id()
MEMBERS = [new_id() for _ in range(MEMBERS_AT_ONCE + 1)]
RULE = policy(forms=(Form.GOODS,), cap_per_occasion_fen=30_000)
TWO = policy((Role.BRANCH_CHAIR, 0), (Role.UNION_OFFICER, 50_000))


def made(
    members: list[UUID] = MEMBERS, *, by: UUID = PROPOSER, rule: SpendingPolicy = RULE, unit_price_fen: int = 8_000
) -> tuple[Decision[BatchVisit], list[Decision[BatchVisitList]]]:
    return propose(
        new_id(),
        list_ids=[new_id() for _ in range(pieces_of(len(members)))],
        member_ids=members,
        title="2022年高温慰问",
        occasion=BatchOccasion.SUMMER_HEAT,
        goods="清凉饮品一箱",
        unit_price_fen=unit_price_fen,
        visited_on=DAY,
        unit_id=UNIT,
        policy=rule,
        by=by,
        at=AT,
    )


def sign(batch: BatchVisit, rule: SpendingPolicy = RULE, role: Role = Role.UNION_OFFICER, **change: Any) -> Any:
    given = {"listed": False, "roles": {role}, "by": OFFICER, "at": AT, "spending_id": new_id(), **change}
    return batch.sign(rule, **given)


def refuse(batch: BatchVisit, **change: Any) -> Decision[BatchVisit]:
    given: dict[str, Any] = {"listed": False, "reason": "超出范围", "roles": {Role.UNION_OFFICER}, "by": OFFICER}
    return batch.refuse(RULE, **{**given, **change})


DONE: dict[VisitAction, Callable[[BatchVisit], Decision[BatchVisit]]] = {
    VisitAction.SIGN: lambda batch: sign(batch, TWO, Role.BRANCH_CHAIR),
    VisitAction.APPROVE: sign,
    VisitAction.REFUSE: refuse,
    VisitAction.PAY: lambda batch: batch.pay(listed=False, by=PAYER, at=AT),
    VisitAction.TAKE_RECEIPT: lambda batch: Decision(batch.after(VisitAction.TAKE_RECEIPT), ()),
    VisitAction.CANCEL: lambda batch: batch.cancel(reason="改期"),
    VisitAction.REFUND_A_PART: lambda batch: batch.refund(whole=False, listed=False, reason="退货"),
    VisitAction.REFUND: lambda batch: batch.refund(whole=True, listed=False, reason="退货"),
}


@pytest.mark.parametrize(("state", "action"), list(product(VisitState, VisitAction)))
def test_an_action_leads_where_the_table_says_and_nowhere_else(state: VisitState, action: VisitAction) -> None:
    batch = made()[0].state.model_copy(update={"state": state})

    if (state, action) in TRANSITIONS:
        decided = DONE[action](batch)
        assert decided.state.state is TRANSITIONS[state, action]
        assert decided.events
    else:
        with pytest.raises(WrongState) as refused:
            DONE[action](batch)
        assert refused.value.facts() == {"state": state.value, "action": action.value}


def test_a_batch_has_no_receipt_of_its_own() -> None:
    assert not [step for step, after in TRANSITIONS.items() if VisitState.RECEIPTED in (step[0], after)]


def test_the_list_is_kept_and_told_of_in_pieces_and_nobody_is_lost() -> None:
    batch, lists = made()

    assert [len(each.state.member_ids) for each in lists] == [MEMBERS_AT_ONCE, 1]
    assert [member for each in lists for member in each.state.member_ids] == MEMBERS
    told = [event for each in lists for event in each.events]
    assert all(isinstance(event, BatchVisitMembersRestricted) for event in told)
    assert [event.member_ids for event in told if isinstance(event, BatchVisitMembersRestricted)] == [
        each.state.member_ids for each in lists
    ]
    assert {each.state.batch_id for each in lists} == {batch.state.id}


def test_the_public_event_says_how_many_and_not_what_of() -> None:
    public, restricted, awaits = made()[0].events

    assert isinstance(public, BatchVisitProposed)
    assert set(public.model_dump()) == {"batch_id", "unit_id", "proposer_id", "members"}
    assert isinstance(restricted, BatchVisitProposedRestricted)
    assert (restricted.title, restricted.unit_price_fen) == ("2022年高温慰问", 8_000)
    assert isinstance(awaits, BatchVisitAwaitsSignatureRestricted)


def test_the_cap_is_of_one_member_and_the_amount_of_all() -> None:
    assert made(unit_price_fen=30_000)[0].state.amount_fen == 30_000 * len(MEMBERS)
    with pytest.raises(CapExceeded):
        made(unit_price_fen=30_001)


def test_a_batch_is_of_goods() -> None:
    with pytest.raises(FormNotAllowed):
        made(rule=policy(forms=(Form.MONEY,)))


def test_a_batch_is_for_somebody_and_not_for_the_proposer() -> None:
    with pytest.raises(NobodyOnTheList):
        made([])
    with pytest.raises(OwnCase):
        made([*MEMBERS[:2], PROPOSER])


def test_the_signatures_are_by_the_price_of_all() -> None:
    few = made(MEMBERS[:6], rule=TWO)[0].state
    many = made(rule=TWO)[0].state

    assert sign(few, TWO, Role.BRANCH_CHAIR).state.state is VisitState.APPROVED
    assert sign(many, TWO, Role.BRANCH_CHAIR).state.state is VisitState.PROPOSED


def test_neither_the_proposer_nor_anybody_on_the_list_signs_or_pays() -> None:
    batch = made()[0].state
    approved = sign(batch).state
    paid = approved.pay(listed=False, by=PAYER, at=AT).state

    proposed: list[Callable[[], object]] = [
        lambda: sign(batch, by=PROPOSER),
        lambda: approved.pay(listed=False, by=PROPOSER, at=AT),
    ]
    on_the_list: list[Callable[[], object]] = [
        lambda: sign(batch, listed=True),
        lambda: refuse(batch, listed=True),
        lambda: approved.pay(listed=True, by=PAYER, at=AT),
        lambda: paid.refund(whole=True, listed=True, reason="退货"),
    ]
    for rule, acts in ((ProposedByYourself, proposed), (OwnCase, on_the_list)):
        for act in acts:
            with pytest.raises(rule):
                act()


def test_each_row_has_its_result() -> None:
    good, left, outside, unknown, retired = (new_id() for _ in range(5))
    known = {
        good: Post(UNIT, Employment.IN_POST),
        left: Post(UNIT, Employment.LEFT),
        outside: Post(ELSEWHERE, Employment.IN_POST),
        retired: Post(UNIT, Employment.RETIRED),
        PROPOSER: Post(UNIT, Employment.IN_POST),
    }
    named = [good, unknown, good, left, outside, PROPOSER, retired]

    verdicts = judge([ListRow(number, member) for number, member in enumerate(named, 1)], known, {UNIT}, PROPOSER)

    assert [(row.number, row.outcome) for row in verdicts] == [
        (1, RowOutcome.OK),
        (2, RowOutcome.MEMBER_UNKNOWN),
        (3, RowOutcome.REPEATS_A_ROW),
        (4, RowOutcome.LEFT),
        (5, RowOutcome.OUTSIDE_YOUR_UNITS),
        (6, RowOutcome.OWN_CASE),
        (7, RowOutcome.OK),
    ]
    assert verdicts[4].member_id is None


def test_a_batch_of_the_school_has_everybody() -> None:
    member = new_id()

    (verdict,) = judge([ListRow(1, member)], {member: Post(ELSEWHERE, Employment.IN_POST)}, None, PROPOSER)

    assert verdict.outcome is RowOutcome.OK


def test_a_sheet_names_members_by_their_numbers() -> None:
    one, two = new_id(), new_id()
    members = {"T1001": [one], "T1002": [one, two]}

    assert by_number(2, "T1001", members) == ListRow(2, one)
    assert by_number(3, "T1002", members).wrong is RowOutcome.MEMBER_AMBIGUOUS
    assert by_number(4, "T1003", members) == ListRow(4, None)
    assert by_number(5, None, members).wrong is RowOutcome.UNREADABLE
    assert by_number(6, "工号？", members).wrong is RowOutcome.UNREADABLE


def test_the_column_of_staff_numbers_has_one_of_several_names() -> None:
    assert column_of(("姓名", "职工号")) == 1
    assert column_of(("Staff  Number",)) == 0
    with pytest.raises(ColumnOfStaffNumbersMissing):
        column_of(("姓名",))
