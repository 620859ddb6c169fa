"""What members have, and how many there are of it: always the same number."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.welfare.domain.benefit_entitlements import (
    TRANSITIONS,
    Action,
    Entitlement,
    PickUpList,
    PickUpRow,
    RowOutcome,
    State,
    entitlement_id,
)
from services.welfare.domain.benefit_packages import Package
from services.welfare.domain.benefit_stocks import PackageStock, stock_id
from services.welfare.domain.benefits import State as DriveState
from services.welfare.errors.benefits import OutOfStock
from shared.contracts.welfare.benefits import (
    BenefitChosen,
    BenefitPickedUp,
    BenefitPickedUpRestricted,
    BenefitReturned,
    PickUpListRecorded,
)
from shared.contracts.welfare.visits import Form
from shared.errors import OwnCase, RuleBroken, WrongState
from shared.ids import new_id
from tests.unit.benefit_drives import FRUIT, IN, NOW, STAPLES

DRIVE, OFFICER = new_id(), new_id()


def entered(**change: Any) -> Entitlement:
    made = Entitlement.enter(DRIVE, new_id(), unit_id=new_id(), branch_id=new_id()).state
    return made.model_copy(update=change)


def pick_up(member: Entitlement, **given: Any) -> Any:
    return member.pick_up(**{"picked_up_by": member.member_id, "by": OFFICER, "at": NOW, **given})


ACTIONS: dict[Action, Callable[[Entitlement], Any]] = {
    Action.EXCLUDE: lambda member: member.exclude(),
    Action.INCLUDE: lambda member: member.include(),
    Action.CHOOSE: lambda member: member.choose(FRUIT, by=member.member_id, at=NOW),
    Action.CLOSE_CHOOSING: lambda member: member.close_choosing(STAPLES),
    Action.PICK_UP: pick_up,
    Action.RETURN: lambda member: member.give_back(by=OFFICER, at=NOW),
}


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_what_is_in_the_table_happens_and_nothing_else(state: State, action: Action) -> None:
    member = entered(state=state)

    if (state, action) in TRANSITIONS:
        assert ACTIONS[action](member).state.state is TRANSITIONS[state, action]
    else:
        with pytest.raises(WrongState):
            ACTIONS[action](member)


def test_of_a_member_there_is_one_in_a_drive() -> None:
    member = new_id()

    assert entitlement_id(DRIVE, member) == entitlement_id(DRIVE, member)
    assert entitlement_id(DRIVE, member) != entitlement_id(new_id(), member)


def test_a_choice_is_told_without_what_was_chosen() -> None:
    chosen, (event,) = entered().choose(FRUIT, by=OFFICER, at=NOW)

    assert isinstance(event, BenefitChosen)
    assert (chosen.package_id, chosen.price_fen, chosen.chosen_by) == (FRUIT.id, FRUIT.price_fen, OFFICER)
    assert set(event.model_dump()) == {"benefit_id", "drive_id", "member_id", "unit_id"}


def test_who_has_chosen_nothing_gets_the_default_and_who_has_chosen_keeps_it() -> None:
    silent = entered().close_choosing(STAPLES).state
    chosen = entered().choose(FRUIT, by=OFFICER, at=NOW).state.close_choosing(STAPLES).state

    assert (silent.package_id, silent.by_default) == (STAPLES.id, True)
    assert (chosen.package_id, chosen.by_default) == (FRUIT.id, False)


def test_a_colleague_signs_and_the_member_is_told_who() -> None:
    member, colleague = entered(state=State.DUE), new_id()

    collected, (public, restricted) = pick_up(member, picked_up_by=colleague)

    assert (collected.picked_up_by, collected.recorded_by, collected.picked_up_at) == (colleague, OFFICER, NOW)
    assert isinstance(public, BenefitPickedUp)
    assert isinstance(restricted, BenefitPickedUpRestricted)
    assert (restricted.picked_up_by, restricted.person) == (colleague, member.member_id)


@pytest.mark.parametrize("field", ["member_id", "picked_up_by"])
def test_nobody_records_what_they_take_themself(field: str) -> None:
    member = entered(state=State.DUE, **({"member_id": OFFICER} if field == "member_id" else {}))

    with pytest.raises(OwnCase) as refused:
        pick_up(member, picked_up_by=OFFICER if field == "picked_up_by" else new_id())

    assert refused.value.facts() == {"field": field}


def test_nobody_records_that_they_gave_it_back() -> None:
    with pytest.raises(OwnCase):
        entered(state=State.PICKED_UP, member_id=OFFICER).give_back(by=OFFICER, at=NOW)


def test_what_goes_back_is_told_and_may_be_picked_up_after_all() -> None:
    back, (event,) = entered(state=State.PICKED_UP).give_back(by=OFFICER, at=NOW)

    again = pick_up(back).state

    assert isinstance(event, BenefitReturned)
    assert (back.returned_by, again.returned_by, again.returned_at) == (OFFICER, None, None)


def test_what_is_collected_does_not_go_back_as_uncollected() -> None:
    with pytest.raises(WrongState):
        entered(state=State.PICKED_UP).go_back_uncollected(by=OFFICER, at=NOW)


def test_a_list_counts_its_rows() -> None:
    rows = tuple(PickUpRow(member_id=new_id(), picked_up_by=new_id(), outcome=outcome) for outcome in RowOutcome)

    _, (event,) = PickUpList.record(new_id(), drive_id=DRIVE, unit_id=new_id(), rows=rows, by=OFFICER, at=NOW)

    assert isinstance(event, PickUpListRecorded)
    assert (event.recorded, event.refused) == (1, 1)


def stock(state: DriveState = DriveState.ANNOUNCED, **change: Any) -> PackageStock:
    made = PackageStock.of(IN[DriveState.FROZEN](), FRUIT.model_copy(update={"stock": 1})).state
    return made.model_copy(update={"state": state, **change})


MOVES: dict[str, tuple[DriveState, Callable[[PackageStock], Any]]] = {
    "choose": (DriveState.ANNOUNCED, lambda stock: stock.choose()),
    "stay": (DriveState.ANNOUNCED, lambda stock: stock.stay()),
    "give up": (DriveState.ANNOUNCED, lambda stock: stock.give_up()),
    "give": (DriveState.CLOSING, lambda stock: stock.give(1)),
    "pick up": (DriveState.HANDING_OUT, lambda stock: stock.pick_up()),
    "pick up again": (DriveState.HANDING_OUT, lambda stock: stock.pick_up_again()),
    "put back": (DriveState.HANDING_OUT, lambda stock: stock.put_back(uncollected=1)),
}


@pytest.mark.parametrize(("state", "move"), list(product(DriveState, MOVES)))
def test_a_stock_moves_with_the_state_of_its_drive(state: DriveState, move: str) -> None:
    allowed, act = MOVES[move]

    if state is allowed:
        act(stock(state))
    else:
        with pytest.raises(WrongState):
            act(stock(state))


@pytest.mark.parametrize("move", ["choose", "give", "pick up again"])
def test_what_is_gone_is_not_taken(move: str) -> None:
    state, act = MOVES[move]

    with pytest.raises(OutOfStock) as refused:
        act(stock(state, taken=1))

    assert refused.value.facts() == {"package": FRUIT.name}


def test_a_stock_has_the_id_of_its_package_in_its_drive() -> None:
    assert stock_id(DRIVE, FRUIT.id) == stock_id(DRIVE, FRUIT.id) != stock_id(DRIVE, STAPLES.id)


MEMBERS = st.integers(0, 5)
PACKAGES = st.integers(0, 2)


class Handing(RuleBasedStateMachine):
    """Six members, a default package for all of them, one of which there are two and one of which there is one."""

    def __init__(self) -> None:
        super().__init__()
        self.packages = [
            Package(id=new_id(), name=name, form=Form.GOODS, price_fen=price, stock=total, default=name == "default")
            for name, price, total in (("default", 100, 6), ("two", 200, 2), ("one", 300, 1))
        ]
        drive = IN[DriveState.FROZEN](packages=self.packages)
        self.stocks = [PackageStock.of(drive, package).state for package in self.packages]
        self.members = [entered() for _ in range(6)]
        self.state = DriveState.ANNOUNCED

    def of(self, member: Entitlement) -> int:
        return next(at for at, each in enumerate(self.packages) if each.id == member.package_id)

    @rule(who=MEMBERS, what=PACKAGES)
    def choose(self, who: int, what: int) -> None:
        member = self.members[who]
        before = self.of(member) if member.package_id else None
        try:
            chosen = member.choose(self.packages[what], by=member.member_id, at=NOW).state
            taken = self.stocks[what].stay().state if before == what else self.stocks[what].choose().state
            left = self.stocks[before].give_up().state if before not in (None, what) else None
        except RuleBroken:
            return
        self.members[who], self.stocks[what] = chosen, taken
        if left is not None and before is not None:
            self.stocks[before] = left

    @precondition(lambda self: self.state is DriveState.ANNOUNCED)
    @rule()
    def close(self) -> None:
        self.follow(DriveState.CLOSING)
        without = sum(member.package_id is None for member in self.members)
        self.stocks[0] = self.stocks[0].give(without).state
        self.members = [member.close_choosing(self.packages[0]).state for member in self.members]
        self.follow(DriveState.HANDING_OUT)

    @rule(who=MEMBERS)
    def pick_up(self, who: int) -> None:
        member = self.members[who]
        try:
            collected = pick_up(member).state
            at = self.of(member)
            again = member.state is State.RETURNED
            moved = self.stocks[at].pick_up_again().state if again else self.stocks[at].pick_up().state
        except RuleBroken:
            return
        self.members[who], self.stocks[at] = collected, moved

    @rule(who=MEMBERS)
    def give_back(self, who: int) -> None:
        member = self.members[who]
        try:
            back = member.give_back(by=OFFICER, at=NOW).state
            at, collected = self.of(member), member.state is State.PICKED_UP
            stock = self.stocks[at]
            moved = stock.put_back(picked_up=1).state if collected else stock.put_back(uncollected=1).state
        except RuleBroken:
            return
        self.members[who], self.stocks[at] = back, moved

    @precondition(lambda self: self.state is DriveState.HANDING_OUT)
    @rule()
    def reconcile(self) -> None:
        for who, member in enumerate(self.members):
            if member.state is State.DUE:
                at = self.of(member)
                self.stocks[at] = self.stocks[at].put_back(uncollected=1).state
                self.members[who] = member.go_back_uncollected(by=OFFICER, at=NOW).state
        self.follow(DriveState.RECONCILED)

    def follow(self, state: DriveState) -> None:
        self.state = state
        self.stocks = [stock.follow(state).state for stock in self.stocks]

    @invariant()
    def no_stock_is_below_zero(self) -> None:
        for stock in self.stocks:
            assert 0 <= stock.picked_up <= stock.taken
            assert stock.total is None or stock.taken <= stock.total
            assert stock.returned >= 0

    @invariant()
    def what_is_chosen_is_what_is_taken(self) -> None:
        for package, stock in zip(self.packages, self.stocks, strict=True):
            theirs = [member for member in self.members if member.package_id == package.id]
            back = sum(member.state is State.RETURNED for member in theirs)
            collected = sum(member.state is State.PICKED_UP for member in theirs)
            assert (stock.taken, stock.picked_up, stock.returned) == (len(theirs) - back, collected, back)

    @invariant()
    def in_the_end_all_was_picked_up_or_went_back(self) -> None:
        if self.state is DriveState.RECONCILED:
            assert len(self.members) == sum(stock.picked_up + stock.returned for stock in self.stocks)
            assert sum(stock.uncollected for stock in self.stocks) == 0


Handing.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestHanding = Handing.TestCase
