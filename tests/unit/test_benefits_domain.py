from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from services.welfare.domain import benefits
from services.welfare.domain.benefit_clockwork import Duty, due_now, next_of
from services.welfare.domain.benefit_holidays import HolidayYear
from services.welfare.domain.benefit_packages import dearest_of, most_of
from services.welfare.domain.benefits import LONGEST_LIST, TRANSITIONS, Action, BenefitDrive, State
from services.welfare.errors.benefits import (
    BudgetTooSmall,
    ChoosingOver,
    DefaultPackageScarce,
    DriveChangedMeanwhile,
    DriveDaysOutOfOrder,
    NobodyEntitled,
    OneDefaultPackage,
    PackageUnknown,
    PickUpClosed,
    PickUpNotLonger,
    RosterListTooLong,
)
from shared.clock import begin_of
from shared.contracts.welfare.benefits import (
    BenefitChoosingClosed,
    BenefitDriveAnnounced,
    BenefitDriveAnnouncedRestricted,
    BenefitDriveCancelled,
    BenefitDrivePlanned,
    BenefitDriveReconciled,
    BenefitDriveReconciledRestricted,
    BenefitHandingOutBegun,
    BenefitMembersAddressedRestricted,
    BenefitNotice,
    BenefitOccasion,
    BenefitRosterFrozen,
)
from shared.errors import RuleBroken, WrongState
from shared.ids import new_id
from tests.unit.benefit_drives import DEADLINE, ENTITLED, FIRST, FRUIT, IN, LAST, MOMENT, NOW, STAPLES, announce, plan

ACTIONS: dict[Action, Callable[[BenefitDrive], Any]] = {
    Action.REVISE: lambda drive: drive.revise({"title": "中秋"}, at=NOW),
    Action.REVISE_ROSTER: lambda drive: drive.revise_roster(included=[new_id()]),
    Action.FREEZE: lambda drive: drive.freeze([new_id()]),
    Action.END_FREEZING: lambda drive: drive.end_freezing(),
    Action.ANNOUNCE: announce,
    Action.ADDRESS: lambda drive: drive.address([new_id()]),
    Action.CLOSE_CHOOSING: lambda drive: drive.close_choosing(),
    Action.END_CHOOSING: lambda drive: drive.end_choosing(),
    Action.HAND_OUT: lambda drive: drive.hand_out(at=NOW),
    Action.EXTEND: lambda drive: drive.extend(LAST + timedelta(days=1), today=LAST),
    Action.RECONCILE: lambda drive: drive.reconcile(picked_up=2, returned=1, amount_fen=5, by=new_id(), at=NOW),
    Action.CANCEL: lambda drive: drive.cancel("停产", at=NOW),
}


def test_every_state_and_every_action_is_tried() -> None:
    assert set(IN) == set(State)
    assert set(ACTIONS) == set(Action)


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_what_is_in_the_table_happens_and_nothing_else(state: State, action: Action) -> None:
    drive = IN[state]()

    if (state, action) in TRANSITIONS:
        assert ACTIONS[action](drive).state.state is TRANSITIONS[state, action]
    else:
        with pytest.raises(WrongState) as refused:
            ACTIONS[action](drive)
        assert refused.value.facts() == {"state": state.value, "action": action.value}


def test_a_drive_is_planned_for_the_year_in_which_it_is_handed_out() -> None:
    drive, (event,) = plan()

    assert isinstance(event, BenefitDrivePlanned)
    assert (drive.state, drive.year, drive.entitled) == (State.PLANNED, 2022, 0)
    assert drive.remind_at == DEADLINE - timedelta(days=2)


@pytest.mark.parametrize(
    "given",
    [
        {"snapshot_on": date(2022, 8, 19)},
        {"snapshot_on": date(2022, 9, 2)},
        {"choose_by": NOW},
        {"pick_up_from": date(2022, 8, 31)},
        {"pick_up_until": FIRST - timedelta(days=1)},
    ],
)
def test_days_that_are_out_of_order_are_not_planned(given: dict[str, Any]) -> None:
    with pytest.raises(DriveDaysOutOfOrder):
        plan(**given)


@pytest.mark.parametrize("packages", [[FRUIT], [STAPLES, STAPLES.model_copy(update={"id": new_id()})]])
def test_one_package_is_the_default(packages: Any) -> None:
    with pytest.raises(OneDefaultPackage) as refused:
        plan(packages=packages)

    assert refused.value.facts() == {"given": sum(package.default for package in packages)}


def test_a_new_deadline_takes_the_reminder_with_it() -> None:
    drive = plan().state

    later = drive.revise({"choose_by": DEADLINE + timedelta(days=1)}, at=NOW).state
    without = drive.revise({"remind_days": None}, at=NOW).state

    assert later.remind_at == DEADLINE - timedelta(days=1)
    assert without.remind_at is None


def test_a_drive_that_moves_into_the_next_year_counts_there() -> None:
    days = {"pick_up_from": date(2023, 1, 3), "pick_up_until": date(2023, 1, 9)}

    assert plan().state.revise(days, at=NOW).state.year == 2023


def test_who_is_added_is_left_out_no_more() -> None:
    one, other = new_id(), new_id()
    drive = plan().state.revise_roster(excluded=[one, other]).state

    drive = drive.revise_roster(included=[one]).state

    assert (drive.included, drive.excluded) == ((one,), (other,))


def test_the_list_of_its_own_has_an_end() -> None:
    with pytest.raises(RosterListTooLong) as refused:
        plan().state.revise_roster(included=[new_id() for _ in range(LONGEST_LIST + 1)])

    assert refused.value.facts() == {"limit": LONGEST_LIST}


def test_the_roster_is_entered_in_parts_and_announced_as_a_whole() -> None:
    drive = plan().state.freeze(ENTITLED[:2]).state
    begun = drive
    drive = drive.freeze(ENTITLED[2:]).state

    drive, (event,) = drive.end_freezing()

    assert (begun.state, begun.entitled, begun.frozen_after) == (State.FREEZING, 2, ENTITLED[1])
    assert isinstance(event, BenefitRosterFrozen)
    assert event.members == drive.entitled == 3


def test_announcing_tells_the_public_how_many_and_the_accounts_how_much() -> None:
    drive, (public, restricted) = announce(IN[State.FROZEN]())

    assert isinstance(public, BenefitDriveAnnounced)
    assert isinstance(restricted, BenefitDriveAnnouncedRestricted)
    assert (public.members, public.choose_by) == (3, DEADLINE)
    assert restricted.reserved_fen == drive.reserved_fen == 3 * FRUIT.price_fen
    assert drive.telling is not None
    assert drive.telling.about is BenefitNotice.OPENED


def test_what_nobody_is_entitled_to_is_not_announced() -> None:
    with pytest.raises(NobodyEntitled):
        announce(plan().state.freeze([]).state.end_freezing().state)


@pytest.mark.parametrize(("stock", "enough"), [(2, False), (3, True), (None, True)])
def test_the_default_package_is_there_for_everybody(stock: int | None, enough: bool) -> None:
    drive = IN[State.FROZEN](packages=[STAPLES.model_copy(update={"stock": stock}), FRUIT])

    if enough:
        assert announce(drive).state.state is State.ANNOUNCED
    else:
        with pytest.raises(DefaultPackageScarce) as refused:
            announce(drive)
        assert refused.value.facts() == {"stock": 2, "entitled": 3}


@pytest.mark.parametrize(("budget", "enough"), [(79_999, False), (80_000, True)])
def test_a_budget_covers_the_dearest_choices_that_there_are(budget: int, enough: bool) -> None:
    scarce = FRUIT.model_copy(update={"stock": 1, "price_fen": 40_000})
    drive = IN[State.FROZEN](packages=[STAPLES, scarce], budget_fen=budget)

    if enough:
        assert announce(drive).state.reserved_fen == budget
    else:
        with pytest.raises(BudgetTooSmall) as refused:
            announce(drive)
        assert refused.value.facts() == {"needed_fen": 80_000, "budget_fen": budget}


def test_what_it_costs_at_the_most_is_what_the_dearest_stock_leaves() -> None:
    scarce = FRUIT.model_copy(update={"stock": 2})

    assert dearest_of([STAPLES, scarce]) == 30_000
    assert most_of([STAPLES, scarce], 5) == 2 * 30_000 + 3 * 20_000
    assert most_of([scarce], 5) == 60_000


def test_a_drive_whose_deadline_is_over_is_not_announced() -> None:
    with pytest.raises(DriveDaysOutOfOrder):
        announce(IN[State.FROZEN](), at=DEADLINE)


def test_members_hear_of_it_in_parts_until_there_is_nobody_left() -> None:
    drive = IN[State.ANNOUNCED]()

    first, (event,) = drive.address(ENTITLED[:2])
    done, none = first.address([])

    assert isinstance(event, BenefitMembersAddressedRestricted)
    assert (event.about, event.member_ids) == (BenefitNotice.OPENED, ENTITLED[:2])
    assert first.telling is not None
    assert first.telling.after == ENTITLED[1]
    assert (done.telling, none) == (None, ())


def test_a_reminder_is_of_those_who_have_not_chosen_and_comes_once() -> None:
    drive = IN[State.ANNOUNCED]().address([]).state

    reminded = drive.remind(at=DEADLINE - timedelta(days=2)).state

    assert reminded.telling is not None
    assert (reminded.telling.about, reminded.remind_at) == (BenefitNotice.CHOOSE_SOON, None)


def test_a_reminder_that_would_come_with_the_announcement_is_none() -> None:
    drive = announce(IN[State.FROZEN](), at=DEADLINE - timedelta(days=1)).state

    assert drive.remind_at is None


def test_what_happens_in_the_end_is_told() -> None:
    closed, (over,) = IN[State.CLOSING]().end_choosing()
    _, (begun,) = closed.hand_out(at=DEADLINE)
    _, (public, restricted) = IN[State.HANDING_OUT]().reconcile(
        picked_up=2, returned=1, amount_fen=50_000, by=new_id(), at=NOW
    )

    assert isinstance(over, BenefitChoosingClosed)
    assert isinstance(begun, BenefitHandingOutBegun)
    assert isinstance(public, BenefitDriveReconciled)
    assert isinstance(restricted, BenefitDriveReconciledRestricted)
    assert (public.members, public.picked_up, public.returned, restricted.amount_fen) == (3, 2, 1, 50_000)


@pytest.mark.parametrize(("state", "told"), [(State.FROZEN, False), (State.ANNOUNCED, True)])
def test_who_heard_that_it_opens_hears_that_it_is_cancelled(state: State, told: bool) -> None:
    drive, (event,) = IN[state]().cancel("停产", at=NOW)

    assert isinstance(event, BenefitDriveCancelled)
    assert (drive.telling is not None) is told


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("at", [DEADLINE - MOMENT, DEADLINE])
def test_members_choose_while_it_is_announced_and_before_the_deadline(state: State, at: datetime) -> None:
    drive = IN[state]()

    if state is State.ANNOUNCED and at < DEADLINE:
        drive.require_choosing(at)
    else:
        over = at >= DEADLINE and state in benefits.LIVE
        with pytest.raises(ChoosingOver if over else WrongState):
            drive.require_choosing(at)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(
    ("day", "within"),
    [(FIRST - timedelta(days=1), False), (FIRST, True), (LAST, True), (LAST + timedelta(days=1), False)],
)
def test_it_is_picked_up_on_its_days_while_it_is_handed_out(state: State, day: date, within: bool) -> None:
    drive, broken = IN[state](), WrongState if state is not State.HANDING_OUT else PickUpClosed

    if state is State.HANDING_OUT and within:
        drive.require_pick_up(day)
    else:
        with pytest.raises(broken):
            drive.require_pick_up(day)


@pytest.mark.parametrize(("until", "today"), [(LAST, FIRST), (LAST + timedelta(days=2), LAST + timedelta(days=3))])
def test_an_extension_ends_later(until: date, today: date) -> None:
    with pytest.raises(PickUpNotLonger):
        IN[State.HANDING_OUT]().extend(until, today=today)


def test_a_package_is_one_of_the_drive() -> None:
    drive = plan().state

    assert drive.package(FRUIT.id) == FRUIT
    with pytest.raises(PackageUnknown):
        drive.package(new_id())


@pytest.mark.parametrize("occasion", BenefitOccasion)
def test_festivals_count_together_and_nothing_else(occasion: BenefitOccasion) -> None:
    others = {BenefitOccasion.FILM_TICKETS, BenefitOccasion.OTHER}

    assert plan(occasion=occasion).state.holiday is (occasion not in others)


def quiet(drive: BenefitDrive) -> BenefitDrive:
    """Everybody has heard what there was to be told."""
    return drive.model_copy(update={"telling": None})


@pytest.mark.parametrize(
    ("drive", "due"),
    [
        (IN[State.PLANNED](), (Duty.FREEZE, begin_of(plan().state.snapshot_on))),
        (IN[State.FREEZING](), (Duty.FREEZE, begin_of(plan().state.snapshot_on))),
        (IN[State.FROZEN](), None),
        (IN[State.ANNOUNCED](), (Duty.ADDRESS, NOW)),
        (quiet(IN[State.ANNOUNCED]()), (Duty.REMIND, DEADLINE - timedelta(days=2))),
        (quiet(IN[State.ANNOUNCED](remind_days=None)), (Duty.CLOSE, DEADLINE)),
        (IN[State.CLOSING](), (Duty.CLOSE, DEADLINE)),
        (IN[State.CHOOSING_CLOSED](), (Duty.HAND_OUT, begin_of(FIRST))),
        (IN[State.HANDING_OUT](), (Duty.ADDRESS, DEADLINE)),
        (quiet(IN[State.HANDING_OUT]()), None),
        (IN[State.RECONCILED](), None),
        (IN[State.CANCELLED](), (Duty.ADDRESS, NOW)),
        (quiet(IN[State.CANCELLED]()), None),
    ],
)
def test_what_falls_due_follows_from_the_state(drive: BenefitDrive, due: tuple[Duty, datetime] | None) -> None:
    assert next_of(drive) == due
    if due is not None:
        assert due_now(drive, due[1] - MOMENT) is None
        assert due_now(drive, due[1]) is due[0]
    else:
        assert due_now(drive, DEADLINE + timedelta(days=365)) is None


def test_a_reminder_that_is_too_late_gives_way_to_the_closing() -> None:
    assert due_now(quiet(IN[State.ANNOUNCED]()), DEADLINE) is Duty.CLOSE


def test_the_holidays_of_a_year_are_those_that_were_looked_at() -> None:
    one, other = new_id(), new_id()
    year = HolidayYear(id=new_id(), year=2022).join(one, seen=()).state

    with pytest.raises(DriveChangedMeanwhile):
        year.join(other, seen=())

    assert year.join(other, seen=(one,)).state.drive_ids == (one, other)
    assert year.part(one).state.drive_ids == ()


def test_errors_say_what_is_wrong_in_both_languages() -> None:
    refused: RuleBroken = BudgetTooSmall(needed_fen=80_000, budget_fen=79_999)

    assert refused.told().zh == "按最贵的选择需要 800.00 元，预算为 799.99 元"
    assert "800.00" in refused.told().en
