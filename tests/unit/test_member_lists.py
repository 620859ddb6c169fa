"""Lists of members: whom a row names, and what is said of it where it names nobody."""

from typing import Any
from uuid import UUID

import pytest

from services.welfare.domain.member_lists import Entry, Known, Outcome, Plan, Verdict, columns, counted, judge, read_row
from services.welfare.errors.member_lists import SheetWithoutColumn
from services.welfare.member_lists import by_hundreds
from shared.contracts.members import Employment
from shared.errors import AlreadyExists, Unavailable
from shared.ids import new_id
from shared.sheets import Row

UNIT, ELSEWHERE = new_id(), new_id()
MEMBER, OTHER, OUTSIDE, LEFT, ASKING, TWIN = (new_id() for _ in range(6))
KNOWN = Known(
    members={"T1": [MEMBER], "T2": [OTHER, TWIN], "T3": [new_id()], "T4": [ASKING]},
    posts={
        MEMBER: (UNIT, Employment.IN_POST),
        OTHER: (UNIT, Employment.RETIRED),
        TWIN: (UNIT, Employment.IN_POST),
        OUTSIDE: (ELSEWHERE, Employment.IN_POST),
        LEFT: (UNIT, Employment.LEFT),
        ASKING: (UNIT, Employment.IN_POST),
    },
    units={UNIT},
    asking=ASKING,
)


def said(entry: Entry) -> tuple[str, str]:
    (found,) = judge([entry], KNOWN)
    assert isinstance(found, Verdict)
    assert found.outcome is Outcome.REFUSED
    ((field, rule),) = found.reasons
    return field, rule


@pytest.mark.parametrize(
    ("entry", "member"),
    [(Entry(1, MEMBER), MEMBER), (Entry(1, None, "T1"), MEMBER), (Entry(1, OTHER), OTHER)],
    ids=["by id", "by staff number", "retired"],
)
def test_a_row_names_a_member_by_id_or_by_staff_number(entry: Entry, member: UUID) -> None:
    (found,) = judge([entry], KNOWN)

    assert isinstance(found, Plan)
    assert (found.number, found.member_id, found.unit_id) == (1, member, UNIT)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (Entry(1, new_id()), ("member_id", "member_unknown")),
        (Entry(1, None, "T9"), ("staff_number", "member_unknown")),
        (Entry(1, None, "T3"), ("staff_number", "member_unknown")),
        (Entry(1, None, "T2"), ("staff_number", "member_ambiguous")),
        (Entry(1, None, "T 1"), ("staff_number", "string_pattern_mismatch")),
        (Entry(1), ("staff_number", "missing")),
        (Entry(1, None, None, None, ("staff_number",)), ("staff_number", "unreadable")),
        (Entry(1, LEFT), ("member_id", "member-has-left")),
        (Entry(1, ASKING), ("member_id", "own-case")),
        (Entry(1, None, "T4"), ("staff_number", "own-case")),
    ],
)
def test_a_row_that_names_nobody_who_can_be_taken_says_why(entry: Entry, reason: tuple[str, str]) -> None:
    assert said(entry) == reason


def test_of_somebody_of_another_unit_no_more_is_said_than_of_nobody() -> None:
    assert said(Entry(1, OUTSIDE)) == said(Entry(1, new_id()))
    (found,) = judge([Entry(1, OUTSIDE)], KNOWN._replace(units=None))
    assert isinstance(found, Plan)


def test_a_member_counts_where_they_are_named_first() -> None:
    first, again = judge([Entry(1, MEMBER), Entry(2, None, "T1")], KNOWN)

    assert isinstance(first, Plan)
    assert isinstance(again, Verdict)
    assert again.reasons[0].rule == "repeats_a_row"


def test_a_sheet_is_read_by_its_headings_whatever_their_order() -> None:
    at = columns(["姓名", "卡号", "工号 "], ["staff_number", "card_number"])

    entry = read_row(Row(7, ("示例会员", 6217000011112222.0, "T1")), at)

    assert (entry.number, entry.staff_number) == (7, "T1")
    assert entry.unreadable == ("card_number",), "a spreadsheet has lost the last of so many digits"
    assert read_row(Row(8, ("示例会员", "6217000011112222", "T1")), at).card_number == "6217000011112222"
    with pytest.raises(SheetWithoutColumn) as refused:
        columns(["姓名"], ["staff_number"])
    assert refused.value.facts() == {"field": "staff_number"}


def test_what_the_rows_come_to_is_counted() -> None:
    verdicts = [Verdict(1, Outcome.NEW), Verdict(2, Outcome.NEW), Verdict(3, Outcome.REFUSED)]

    assert counted(verdicts) == {"new": 2, "unchanged": 0, "refused": 1}


def plans(number: int) -> list[Plan]:
    return [Plan(Entry(at, new_id()), new_id(), UNIT, Employment.IN_POST) for at in range(1, number + 1)]


class Writer:
    """In place of the store: refuses one row, and all that is written with it."""

    def __init__(self, fails: int, error: Exception) -> None:
        self.fails, self.error = fails, error
        self.written: list[int] = []
        self.times = 0

    async def __call__(self, together: Any) -> None:
        self.times += 1
        if any(plan.number == self.fails for plan in together):
            raise self.error
        self.written += [plan.number for plan in together]


async def test_rows_are_written_by_hundreds_and_one_that_fails_fails_alone() -> None:
    writer = Writer(150, AlreadyExists(field="member_id"))

    broken = await by_hundreds(plans(250), writer)

    assert {number: error.slug() for number, error in broken.items()} == {150: "already-exists"}
    assert sorted(writer.written) == [number for number in range(1, 251) if number != 150]
    assert writer.times == 3 + 100


async def test_where_the_database_is_away_nothing_is_tried_row_by_row() -> None:
    writer = Writer(150, Unavailable())

    with pytest.raises(Unavailable):
        await by_hundreds(plans(250), writer)

    assert (writer.times, len(writer.written)) == (2, 100)
