import io
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from shared.sheets import Cell, Tab, open_sheet, write, write_sheet, write_workbook
from shared.sheets.errors import SheetFull, TextDoesNotFit

HEADER = ("工号", "备注")


def written(folder: Path, *rows: tuple[Cell, ...], header: tuple[str, ...] = HEADER) -> Path:
    path = folder / "名单.xlsx"
    assert write_sheet(path, header, rows) == len(rows)
    return path


def read(path: Path) -> list[tuple[Cell, ...]]:
    with open_sheet(path) as sheet:
        return [row.cells for row in sheet.rows()]


TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("=+-@'\t\r\n _x0D示例会员😀"),
        st.characters(codec="utf-8", exclude_characters=[*map(chr, range(32)), "\ufffe", "\uffff"]),
    ),
    max_size=50,
).filter(lambda text: not write._CHAINED_ESCAPES.search(text))


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
def test_texts_that_were_written_are_read_equal(rows: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = read(written(Path(folder), *rows))

    assert found == [(first or None, second or None) for first, second in rows if first.strip() or second.strip()]


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-5", "@x", "'", "'=x", "''-", "\t=", " =1", "示例😀", "_x000D_", "a\r\nb"]
)
def test_a_text_is_read_as_it_was(tmp_path: Path, text: str) -> None:
    assert read(written(tmp_path, ("T0001", text))) == [("T0001", text)]


def test_what_looks_like_a_formula_is_written_as_a_harmless_text(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(tmp_path, ("T0001", "=1+1"))) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()

    assert "<t>'=1+1</t>" in xml
    assert "<f>" not in xml


def test_numbers_written_as_text_stay_text(tmp_path: Path) -> None:
    assert read(written(tmp_path, ("00123", "13900000000"))) == [("00123", "13900000000")]


def test_addresses_are_not_made_links(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(tmp_path, ("T0001", "https://example.org"))) as archive:
        assert "hyperlink" not in archive.read("xl/worksheets/sheet1.xml").decode()


def test_values_are_read_as_they_were(tmp_path: Path) -> None:
    rows: list[tuple[Cell, ...]] = [
        (1, 1.5),
        (True, None),
        (date(2022, 3, 1), datetime.fromisoformat("2022-03-01T09:30:15")),
        (date(1900, 3, 1), date(2100, 12, 31)),
    ]

    found = read(written(tmp_path, *rows))

    assert found == rows
    assert found[1][0] is True


def test_a_number_of_more_digits_than_a_sheet_keeps_is_written_as_text(tmp_path: Path) -> None:
    assert read(written(tmp_path, (123456789012345, 1234567890123456))) == [(123456789012345, "1234567890123456")]


def test_a_day_before_those_that_sheets_agree_on_is_written_as_text(tmp_path: Path) -> None:
    early = date(1900, 2, 28), datetime.fromisoformat("1899-12-31T08:00")

    assert read(written(tmp_path, early)) == [("1900-02-28", "1899-12-31 08:00:00")]


def test_characters_that_xml_does_not_know_are_left_out(tmp_path: Path) -> None:
    assert read(written(tmp_path, ("a\x00\x0b\ud800\uffffb", "\x01=x"))) == [("ab", "=x")]


def test_the_header_is_bold_and_stays_in_sight(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(tmp_path, ("T0001", "示例"))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()

    assert 'ySplit="1"' in sheet
    assert 'state="frozen"' in sheet
    assert '<c r="A1" s="1"' in sheet
    assert "<b/>" in styles


def test_a_name_in_the_header_is_made_harmless_and_read_as_it_was(tmp_path: Path) -> None:
    with open_sheet(written(tmp_path, header=("=工号", "'备注"))) as sheet:
        assert sheet.header == ("=工号", "'备注")
        assert sheet.total == 0


def test_a_sheet_is_written_into_a_stream(tmp_path: Path) -> None:
    target = io.BytesIO()

    assert write_sheet(target, HEADER, [("T0001", "示例")], sheet_name="会员") == 1
    path = tmp_path / "名单.xlsx"
    path.write_bytes(target.getvalue())

    assert read(path) == [("T0001", "示例")]


def test_rows_beyond_a_sheet_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (write.ROWS, write.COLUMNS) == (1_048_576, 16_384)
    monkeypatch.setattr(write, "ROWS", 3)

    assert len(read(written(tmp_path, ("1", "1"), ("2", "2")))) == 2
    with pytest.raises(SheetFull) as refused:
        written(tmp_path, ("1", "1"), ("2", "2"), ("3", "3"))

    assert refused.value.facts() == {"rows": 3, "columns": 16_384}


def test_columns_beyond_a_sheet_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SheetFull):
        written(tmp_path, header=("列",) * 16_385)


@pytest.mark.parametrize("text", ["长" * 32_768, "😀" * 16_384, "=" * 32_767, "_x0041_x0042_"])
def test_a_text_that_would_not_be_kept_whole_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(TextDoesNotFit) as refused:
        written(tmp_path, ("T0001", "示例"), ("T0002", text))

    assert refused.value.facts() == {"row": 3, "column": "B", "limit": 32_767}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("T0001",), "cells"),
        (("T0001", float("nan")), "finite"),
        (("T0001", datetime(2022, 3, 1, tzinfo=UTC)), "zone"),
    ],
)
def test_what_no_cell_can_hold_is_refused(tmp_path: Path, row: tuple[Cell, ...], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        written(tmp_path, row)


def test_a_file_stays_as_it_was_where_writing_another_breaks_off(tmp_path: Path) -> None:
    path = written(tmp_path, ("T0001", "示例"))

    def rows() -> Iterator[tuple[Cell, ...]]:
        yield "T0002", "示例"
        raise RuntimeError("the database is gone")

    with pytest.raises(RuntimeError):
        write_sheet(path, HEADER, rows())

    assert read(path) == [("T0001", "示例")]
    assert [each.name for each in tmp_path.iterdir()] == ["名单.xlsx"]


def test_a_workbook_has_its_sheets_in_order_and_asks_for_their_rows_one_after_the_other(tmp_path: Path) -> None:
    asked: list[str] = []

    def rows(name: str) -> Iterator[tuple[Cell, ...]]:
        for number in range(3):
            asked.append(name)
            yield f"{name}{number}", "=1+1"

    path = tmp_path / "表.xlsx"
    counts = write_workbook(path, [Tab("甲", HEADER, rows("甲")), Tab("乙", HEADER, rows("乙"))])

    assert counts == [3, 3]
    assert asked == ["甲"] * 3 + ["乙"] * 3
    workbook = CalamineWorkbook.from_path(path)
    assert workbook.sheet_names == ["甲", "乙"]
    assert workbook.get_sheet_by_name("乙").to_python()[1] == ["乙0", "'=1+1"]
