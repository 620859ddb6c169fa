from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.proposals.domain.delegate_sheets import (
    Found,
    Outcome,
    Plan,
    Reason,
    SheetRow,
    Verdict,
    columns,
    judge,
    read_row,
)
from services.proposals.domain.delegates import Delegate, DelegateImport, Delegation
from services.proposals.domain.terms import Term
from services.proposals.errors.congresses import (
    DayNotReached,
    DaysReversed,
    DelegateLeftAlready,
    DelegateNotInPost,
    DelegationOfAnotherTerm,
    LeaderNotOfTheDelegation,
    OutsideTheBody,
    StaffNumberColumnMissing,
    TermNotRunning,
)
from shared.aggregate import Decision
from shared.contracts.members import Employment
from shared.contracts.proposals.congresses import (
    DelegateAssigned,
    DelegateLeft,
    DelegateSeated,
    DelegatesImported,
    DelegationRevised,
    Seated,
)
from shared.errors import OwnCase
from shared.ids import new_id
from shared.sheets import Row

BEGIN, TODAY = date(2020, 3, 1), date(2022, 6, 15)
SCHOOL, FACULTY, ELSEWHERE = new_id(), new_id(), new_id()
A, B, C = new_id(), new_id(), new_id()
AT = datetime(2022, 6, 15, 2, tzinfo=UTC)
UNITS = frozenset({SCHOOL, FACULTY})
TERM = Term.begin(new_id(), body_id=new_id(), unit_id=SCHOOL, number=13, begins_on=BEGIN).state
OTHER_TERM = Term.begin(new_id(), body_id=new_id(), unit_id=SCHOOL, number=1, begins_on=BEGIN).state


def delegation(name: str = "第一代表团", term: Term = TERM) -> Delegation:
    return Delegation.form(new_id(), term=term, name=name, unit_ids=[FACULTY], units=UNITS).state


def seat(**change: Any) -> Decision[Delegate]:
    given = {
        "term": TERM,
        "member_id": new_id(),
        "employment": Employment.IN_POST,
        "unit_id": FACULTY,
        "units": UNITS,
        "delegation": None,
        "how": Seated.ELECTED,
        "elected_on": BEGIN,
        "left_on": None,
        "by": new_id(),
        "today": TODAY,
        **change,
    }
    return Delegate.seat(new_id(), **given)


def revise(formed: Delegation, **change: Any) -> Decision[Delegation]:
    given = {"name": None, "unit_ids": None, "units": UNITS, "leader_id": None, "delegate": None, "by": new_id()}
    return formed.revise(**{**given, **change})


def test_a_delegate_is_seated_for_the_unit_that_elected_them() -> None:
    member = new_id()

    delegate, (event,) = seat(member_id=member)

    assert isinstance(event, DelegateSeated)
    assert (event.member_id, event.electing_unit_id, event.unit_id) == (member, FACULTY, SCHOOL)
    assert (delegate.body_unit_id, delegate.unit_id, delegate.ended_on) == (SCHOOL, FACULTY, None)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"member_id": A, "by": A}, OwnCase),
        ({"elected_on": date(2022, 6, 16)}, DayNotReached),
        ({"elected_on": date(2020, 2, 29)}, TermNotRunning),
        ({"left_on": date(2021, 1, 1)}, DaysReversed),
        ({"employment": Employment.RETIRED}, DelegateNotInPost),
        ({"employment": Employment.LEFT}, DelegateNotInPost),
        ({"unit_id": ELSEWHERE}, OutsideTheBody),
        ({"delegation": delegation(term=OTHER_TERM)}, DelegationOfAnotherTerm),
    ],
)
def test_nobody_is_seated(change: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        seat(**change)


def test_a_delegate_leaves_once_and_why_is_not_published() -> None:
    left, (event,) = seat().state.end(on=TODAY, reason="工作调动", by=A, today=TODAY)

    assert isinstance(event, DelegateLeft)
    assert "工作调动" not in event.model_dump_json()
    assert [left.in_force(day) for day in (BEGIN, date(2022, 6, 14), TODAY)] == [True, True, False]
    with pytest.raises(DelegateLeftAlready):
        left.end(on=TODAY, reason="x", by=A, today=TODAY)
    with pytest.raises(DelegateLeftAlready):
        left.assign(delegation())


@pytest.mark.parametrize(("on", "error"), [(date(2020, 2, 29), DaysReversed), (date(2022, 6, 16), DayNotReached)])
def test_a_delegate_leaves_neither_before_the_election_nor_after_today(on: date, error: type[Exception]) -> None:
    with pytest.raises(error):
        seat().state.end(on=on, reason="x", by=A, today=TODAY)


def test_nobody_ends_their_own_seat() -> None:
    with pytest.raises(OwnCase):
        seat(member_id=A).state.end(on=TODAY, reason="x", by=A, today=TODAY)


def test_a_delegation_is_led_by_one_of_its_delegates() -> None:
    formed = delegation()
    delegate, (assigned,) = seat(member_id=A).state.assign(formed)

    led, (revised,) = revise(formed, leader_id=A, delegate=delegate)

    assert isinstance(assigned, DelegateAssigned)
    assert isinstance(revised, DelegationRevised)
    assert led.leader_id == revised.leader_id == A
    for stranger in (None, seat().state, seat(delegation=delegation("第二代表团")).state):
        with pytest.raises(LeaderNotOfTheDelegation):
            revise(formed, leader_id=A, delegate=stranger)
    with pytest.raises(OwnCase):
        revise(formed, leader_id=A, delegate=delegate, by=A)


def test_a_delegate_sits_in_a_delegation_of_the_same_term() -> None:
    with pytest.raises(DelegationOfAnotherTerm):
        seat().state.assign(delegation(term=OTHER_TERM))


def test_a_delegation_is_made_of_units_of_the_body() -> None:
    with pytest.raises(OutsideTheBody):
        revise(delegation(), unit_ids=[ELSEWHERE])

    assert revise(delegation(), name="二团", unit_ids=[]).state.unit_ids == ()
    assert revise(delegation(), name="二团").state.unit_ids == (FACULTY,)


def test_an_import_is_told_by_its_counts_alone() -> None:
    counts = {"new": 3, "changed": 0, "unchanged": 1, "refused": 2}

    made, (event,) = DelegateImport.record(new_id(), term=TERM, sha256="0" * 64, counts=counts, by=A, at=AT)

    assert isinstance(event, DelegatesImported)
    assert made.counts == counts == event.model_dump(include=set(counts))


def found(**change: Any) -> Found:
    given = {
        "members": {"T1": [A], "T2": [B], "T3": [C], "T4": [A, B]},
        "posts": {A: (FACULTY, Employment.IN_POST), B: (ELSEWHERE, Employment.IN_POST), C: (FACULTY, Employment.LEFT)},
        "units": {"示例学院": [FACULTY], "重名": [FACULTY, SCHOOL], "外单位": [ELSEWHERE]},
        "of_the_body": UNITS,
        "delegations": {},
        "seated": {},
        "left": frozenset(),
        "asking": new_id(),
        **change,
    }
    return Found(**given)


def row(
    number: int = 2, staff_number: str | None = "T1", delegation: str | None = None, unit: str | None = None
) -> SheetRow:
    return SheetRow(number, staff_number, delegation, unit, ())


def test_a_new_member_is_seated_for_the_own_unit_where_the_sheet_names_none() -> None:
    assert judge([row()], found()) == [Plan(2, Outcome.NEW, A, FACULTY, None)]


def test_the_sheet_may_name_the_unit_and_the_delegation_whatever_they_are_written_like() -> None:
    formed = delegation("Team A")

    judged = judge([row(delegation=" TEAM　Ａ ", unit="示例学院")], found(delegations={"team a": formed}))

    assert judged == [Plan(2, Outcome.NEW, A, FACULTY, formed)]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (row(staff_number=None), ("staff_number", "missing")),
        (row(staff_number="T 1"), ("staff_number", "string_pattern_mismatch")),
        (row(staff_number="T9"), ("staff_number", "member_unknown")),
        (row(staff_number="T4"), ("staff_number", "member_ambiguous")),
        (row(staff_number="T3"), ("staff_number", "delegate-not-in-post")),
        (row(staff_number="T2"), ("unit", "outside-the-body")),
        (row(unit="没有"), ("unit", "unit_unknown")),
        (row(unit="重名"), ("unit", "unit_ambiguous")),
        (row(unit="外单位"), ("unit", "outside-the-body")),
        (row(delegation="没有"), ("delegation", "delegation_unknown")),
        (SheetRow(2, None, None, None, ("staff_number",)), ("staff_number", "unreadable")),
    ],
)
def test_a_row_is_refused_with_its_reason_and_without_the_member(given: SheetRow, reason: tuple[str, str]) -> None:
    assert judge([given], found()) == [Verdict(2, Outcome.REFUSED, None, (Reason(*reason),))]


def test_of_two_rows_with_one_number_the_first_counts() -> None:
    first, second = judge([row(2), row(3)], found())

    assert isinstance(first, Plan)
    assert second == Verdict(3, Outcome.REFUSED, None, (Reason("staff_number", "repeats_a_row"),))


def test_who_sits_already_is_unchanged_or_goes_to_the_delegation_of_the_sheet() -> None:
    one, two = delegation("一"), delegation("二")
    seated = seat(member_id=A, delegation=one).state
    known = found(seated={A: seated}, delegations={"一": one, "二": two})

    assert judge([row()], known) == [Verdict(2, Outcome.UNCHANGED, A)]
    assert judge([row(delegation="一")], known) == [Verdict(2, Outcome.UNCHANGED, A)]
    assert judge([row(delegation="二")], known) == [Plan(2, Outcome.CHANGED, A, FACULTY, two)]


def test_nobody_is_seated_by_their_own_sheet() -> None:
    (judged,) = judge([row()], found(asking=A))

    assert judged == Verdict(2, Outcome.REFUSED, A, (Reason("staff_number", "own-case"),))


def test_an_old_sheet_does_not_bring_back_who_left() -> None:
    (judged,) = judge([row()], found(left={A}))

    assert judged == Verdict(2, Outcome.REFUSED, None, (Reason("staff_number", "delegate-left-already"),))


def test_who_sits_already_does_not_stand_for_another_unit_by_a_sheet() -> None:
    seated: dict[UUID, Delegate] = {A: seat(member_id=A, unit_id=SCHOOL).state}

    (judged,) = judge([row(unit="示例学院")], found(seated=seated))

    assert judged == Verdict(2, Outcome.REFUSED, A, (Reason("unit", "stands_for_another_unit"),))


def test_the_columns_are_known_by_what_they_are_called() -> None:
    at = columns(["姓名", "Staff Number", " 代表团 ", "单位"])

    assert at == {"staff_number": 1, "delegation": 2, "unit": 3}
    assert read_row(Row(5, ("某某", 10023.0, None, "Ａ院 ")), at) == SheetRow(5, "10023", None, "A院", ())
    assert read_row(Row(6, ("某某", 1e16, None, None)), at) == SheetRow(6, None, None, None, ("staff_number",))
    with pytest.raises(StaffNumberColumnMissing):
        columns(["姓名", "代表团"])
