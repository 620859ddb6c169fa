from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from services.welfare.domain.benefit_vouchers import (
    DRIVE_TRANSITIONS,
    VOUCHER_TRANSITIONS,
    DriveAction,
    DriveState,
    RowOutcome,
    Voucher,
    VoucherAction,
    VoucherDrive,
    VoucherList,
    VoucherRow,
    VoucherState,
)
from services.welfare.errors.benefits import NotOfTheMonth, VouchersStillOpen, VouchersUsedUp
from shared.clock import begin_of
from shared.contracts.welfare.vouchers import (
    VoucherDriveOpened,
    VoucherExpired,
    VoucherIssued,
    VoucherIssuedRestricted,
    VoucherListRecorded,
    VoucherUsed,
)
from shared.errors import NothingDue, OwnCase, WrongState
from shared.ids import new_id
from tests.unit.benefit_drives import NOW

OFFICER = new_id()


def begin(**change: Any) -> VoucherDrive:
    fields: dict[str, Any] = {
        "unit_id": None,
        "title": "生日券",
        "year": 2022,
        "value_fen": 20_000,
        "valid_days": 90,
        "most": 2,
        "spending_id": new_id(),
        "policy_id": new_id(),
        "headroom_fen": 10_000,
        "by": OFFICER,
        "at": NOW,
    }
    drive, (event,) = VoucherDrive.begin(new_id(), **fields)
    assert isinstance(event, VoucherDriveOpened)
    return drive.model_copy(update=change)


def issue(**change: Any) -> Voucher:
    return Voucher.issue(begin(), new_id(), unit_id=new_id(), by=OFFICER, at=NOW).state.model_copy(update=change)


DRIVE_ACTIONS: dict[DriveAction, Callable[[VoucherDrive], Any]] = {
    DriveAction.ISSUE: lambda drive: drive.issue(),
    DriveAction.SETTLE_VOUCHER: lambda drive: drive.count(VoucherState.USED),
    DriveAction.CLOSE: lambda drive: drive.close(by=OFFICER, at=NOW),
}
VOUCHER_ACTIONS: dict[VoucherAction, Callable[[Voucher], Any]] = {
    VoucherAction.USE: lambda voucher: voucher.use(by=OFFICER, at=NOW),
    VoucherAction.EXPIRE: lambda voucher: voucher.expire(NOW + timedelta(days=365)),
}


@pytest.mark.parametrize(("state", "action"), list(product(DriveState, DriveAction)))
def test_a_drive_does_what_is_in_the_table_and_nothing_else(state: DriveState, action: DriveAction) -> None:
    drive = begin(state=state)

    if (state, action) in DRIVE_TRANSITIONS:
        assert DRIVE_ACTIONS[action](drive).state.state is DRIVE_TRANSITIONS[state, action]
    else:
        with pytest.raises(WrongState):
            DRIVE_ACTIONS[action](drive)


@pytest.mark.parametrize(("state", "action"), list(product(VoucherState, VoucherAction)))
def test_a_voucher_does_what_is_in_the_table_and_nothing_else(state: VoucherState, action: VoucherAction) -> None:
    voucher = issue(state=state)

    if (state, action) in VOUCHER_TRANSITIONS:
        assert VOUCHER_ACTIONS[action](voucher).state.state is VOUCHER_TRANSITIONS[state, action]
    else:
        with pytest.raises(NothingDue if action is VoucherAction.EXPIRE else WrongState):
            VOUCHER_ACTIONS[action](voucher)


def test_the_public_is_not_told_whose_voucher_it_is() -> None:
    voucher, (public, restricted) = Voucher.issue(begin(), new_id(), unit_id=new_id(), by=OFFICER, at=NOW)

    assert isinstance(public, VoucherIssued)
    assert isinstance(restricted, VoucherIssuedRestricted)
    assert set(public.model_dump()) == {"voucher_id", "drive_id"}
    assert restricted.person == restricted.member_id == voucher.member_id
    assert restricted.expires_on == voucher.expires_on == date(2022, 11, 18)


def test_a_drive_issues_no_more_than_it_has() -> None:
    with pytest.raises(VouchersUsedUp) as refused:
        begin(issued=2).issue()

    assert refused.value.facts() == {"most": 2}


@pytest.mark.parametrize(("month", "in_time"), [(7, True), (8, True), (9, False)])
def test_the_list_of_a_month_comes_in_the_month_or_later(month: int, in_time: bool) -> None:
    today = date(2022, 8, 1)

    if in_time:
        begin().require_month(month, today)
    else:
        with pytest.raises(NotOfTheMonth) as refused:
            begin().require_month(month, today)
        assert refused.value.facts() == {"today": "2022-08-01", "year": 2022}


def test_the_last_month_may_come_in_the_next_year() -> None:
    begin().require_month(12, date(2023, 1, 3))

    with pytest.raises(NotOfTheMonth):
        begin(year=2023).require_month(1, date(2022, 12, 31))


def test_a_voucher_is_taken_on_its_last_day_and_expires_after_it() -> None:
    voucher = issue()
    over = begin_of(voucher.expires_on + timedelta(days=1))

    with pytest.raises(NothingDue):
        voucher.expire(over - timedelta(milliseconds=1))
    expired, (event,) = voucher.expire(over)

    assert isinstance(event, VoucherExpired)
    assert (voucher.expires_at(), expired.expires_at()) == (over, None)


def test_nobody_issues_or_takes_their_own() -> None:
    with pytest.raises(OwnCase):
        Voucher.issue(begin(), OFFICER, unit_id=new_id(), by=OFFICER, at=NOW)
    with pytest.raises(OwnCase):
        issue(member_id=OFFICER).use(by=OFFICER, at=NOW)


def test_who_took_a_voucher_is_kept_and_not_told() -> None:
    used, (event,) = issue().use(by=OFFICER, at=NOW)

    assert isinstance(event, VoucherUsed)
    assert (used.used_by, used.used_at) == (OFFICER, NOW)


def test_a_drive_closes_when_none_is_open_and_pays_what_was_used() -> None:
    with pytest.raises(VouchersStillOpen) as refused:
        begin(issued=2, used=1).close(by=OFFICER, at=NOW)

    assert refused.value.facts() == {"open": 1}
    assert begin(issued=2, used=1, expired=1).close(by=OFFICER, at=NOW).state.amount_fen == 20_000


def test_what_was_used_and_what_has_expired_are_counted_apart() -> None:
    drive = begin(issued=2).count(VoucherState.USED).state.count(VoucherState.EXPIRED).state

    assert (drive.used, drive.expired) == (1, 1)


def test_a_list_counts_its_rows() -> None:
    rows = tuple(VoucherRow(member_id=new_id(), outcome=outcome) for outcome in RowOutcome)

    _, (event,) = VoucherList.record(new_id(), drive_id=new_id(), unit_id=new_id(), rows=rows, by=OFFICER, at=NOW)

    assert isinstance(event, VoucherListRecorded)
    assert (event.issued, event.refused) == (1, 1)
