"""What a row of the HR system's sheet comes to, and what an import may do when."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.members.domain.roster import (
    Outcome,
    Reason,
    RosterImport,
    RosterRow,
    State,
    read_row,
    staff_number_in,
)
from services.members.errors import ImportNotChecked
from services.members.imports import Numbered, numbers_in
from shared.ids import new_id
from shared.sheets import Cell, write_sheet

TODAY = date(2022, 12, 31)
FACULTY = new_id()
UNITS = {"示例学院": [FACULTY]}
COLUMNS = ("工号", "姓名", "性别", "部门", "入会日期")


def cells(**change: Cell) -> dict[str, Cell]:
    return {
        "staff_number": "T0001",
        "name": "示例会员",
        "sex": "女",
        "unit": "示例学院",
        "joined_union_on": "2020-09-01",
        **change,
    }


def uploaded() -> RosterImport:
    return RosterImport.upload(
        new_id(),
        sha256="0" * 64,
        columns=(*COLUMNS, "编码"),
        rows=1,
        other_sheets=0,
        key="first:x",
        by=new_id(),
        at=datetime(2022, 12, 31, tzinfo=UTC),
    ).state


@pytest.mark.parametrize(
    ("cell", "number"), [("T0001", "T0001"), (" T0001 ", "T0001"), (1001, "1001"), (1001.0, "1001"), ("T 1", None)]
)
def test_whom_a_row_is_about_is_read_apart_from_the_rest(cell: Cell, number: str | None) -> None:
    assert staff_number_in(cell) == number
    assert staff_number_in(None) is None


@pytest.mark.parametrize("field", ["joined_union_on", "birth_date"])
def test_a_day_that_has_not_come_is_refused(field: str) -> None:
    refused = read_row(cells(**{field: "2023-01-01"}), UNITS, today=TODAY)

    assert refused == (Reason(field, "not-yet-day"),)
    assert isinstance(read_row(cells(**{field: "2022-12-31"}), UNITS, today=TODAY), RosterRow)


def test_every_row_with_a_repeated_number_is_told_of_another_also_when_it_is_refused_for_more(tmp_path: Path) -> None:
    def row(number: str | None, unit: str = "示例学院") -> tuple[Any, ...]:
        return (number, "示例会员", "女", unit, "2020-09-01")

    path = tmp_path / "sheet"
    rows = [row("T1"), row("T2", "没有的单位"), row("T1", "没有的单位"), row("T1"), row(None), row("T3")]
    write_sheet(path, list(COLUMNS), rows)

    numbers = numbers_in(path, {"staff_number": "工号"})

    assert (numbers.rows, numbers.last) == (6, 7)
    assert set(numbers.first) == {"T1", "T2", "T3"}
    others = {at: numbers.other(Numbered(at, (), number)) for at, number in ((2, "T1"), (4, "T1"), (5, "T1"))}
    assert others == {2: 4, 4: 2, 5: 2}
    assert numbers.other(Numbered(3, (), "T2")) is None
    assert numbers.other(Numbered(6, (), None)) is None


def test_a_mapping_that_was_not_checked_is_not_applied() -> None:
    fresh = uploaded()
    with pytest.raises(ImportNotChecked):
        fresh.apply()
    checked = fresh.finish(State.CHECKED, {Outcome.NEW: 1}, mapping=fresh.mapping).state
    assert checked.apply().state is checked
    assert checked.map_columns(checked.mapping).state is checked

    other = checked.map_columns({**checked.mapping, "staff_number": "编码"}).state

    assert (other.state, other.counts) == (State.UPLOADED, {})
    with pytest.raises(ImportNotChecked):
        other.apply()


def test_what_a_run_found_by_another_mapping_counts_no_more() -> None:
    fresh = uploaded()
    begun = fresh.mapping
    other = fresh.map_columns({**begun, "staff_number": "编码"}).state

    assert other.finish(State.CHECKED, {Outcome.NEW: 1}, mapping=begun).state is other
