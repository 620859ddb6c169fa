"""Spreadsheets of the kind CSV, and what holds for both kinds."""

import csv
from pathlib import Path

import pytest

from shared.sheets import Cell, Limits, open_sheet
from shared.sheets.errors import (
    CellTooLong,
    ColumnsTooMany,
    ErrorInCell,
    FormulaInCell,
    HeaderNameMissing,
    HeaderNameRepeated,
    LineTooLong,
    QuotesUnpaired,
    RowsTooMany,
    SheetBinary,
    SheetDamaged,
    SheetEmpty,
    SheetEncodingUnknown,
    SheetOldOrEncrypted,
    SheetRefused,
    SheetTooLarge,
)

HEADER = ("工号", "姓名", "备注")
TABLE = "工号,姓名,备注\nT0001,示例会员,在职\n"


def kept(folder: Path, content: bytes | str, name: str = "名单.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def table(path: Path, limits: Limits | None = None) -> tuple[tuple[str, ...], list[tuple[int, tuple[Cell, ...]]]]:
    with open_sheet(path, limits=limits or Limits()) as sheet:
        return sheet.header, [(row.number, row.cells) for row in sheet.rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_a_csv_is_read_in_every_encoding_that_programs_save(tmp_path: Path, encoding: str) -> None:
    assert table(kept(tmp_path, TABLE.encode(encoding))) == (HEADER, [(2, ("T0001", "示例会员", "在职"))])


def test_utf_16_of_the_other_byte_order_is_read(tmp_path: Path) -> None:
    assert table(kept(tmp_path, b"\xfe\xff" + TABLE.encode("utf-16-be")))[0] == HEADER


def test_characters_of_four_bytes_are_read_from_gb18030(tmp_path: Path) -> None:
    header, rows = table(kept(tmp_path, "姓名\n示例㐂\U00020000\n".encode("gb18030")))

    assert (header, rows) == (("姓名",), [(2, ("示例㐂\U00020000",))])


def test_a_character_is_read_whole_where_two_reads_share_it(tmp_path: Path) -> None:
    texts = [f"{'x' * at}示例" for at in range(7)] * 4_000

    assert [cells[0] for _, cells in table(kept(tmp_path, "\n".join(["备注", *texts]).encode("gb18030")))[1]] == texts


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_told_from_the_header(tmp_path: Path, delimiter: str) -> None:
    content = TABLE.replace(",", delimiter)

    assert table(kept(tmp_path, content)) == (HEADER, [(2, ("T0001", "示例会员", "在职"))])


def test_a_delimiter_within_quotation_marks_tells_nothing(tmp_path: Path) -> None:
    content = '"工号,旧,新";姓名\n1,2;3\n'

    assert table(kept(tmp_path, content)) == (("工号,旧,新", "姓名"), [(2, ("1,2", "3"))])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way(tmp_path: Path, end: str) -> None:
    assert table(kept(tmp_path, TABLE.replace("\n", end)))[1] == [(2, ("T0001", "示例会员", "在职"))]


def test_a_line_break_within_quotation_marks_is_of_the_cell_and_counts_no_row(tmp_path: Path) -> None:
    content = '工号,备注\nT0001,"一\r\n""二"""\nT0002,三\n'

    assert table(kept(tmp_path, content))[1] == [(2, ("T0001", '一\r\n"二"')), (3, ("T0002", "三"))]


def test_empty_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    content = "\n,,\n工号,姓名\n\n , \nT0001,\n"

    assert table(kept(tmp_path, content)) == (("工号", "姓名"), [(6, ("T0001", None))])


def test_rows_are_as_wide_as_the_header(tmp_path: Path) -> None:
    content = " 工号 ,姓名,,\nT0001\nT0002,示例会员,多余\n"

    assert table(kept(tmp_path, content)) == (
        ("工号", "姓名"),
        [(2, ("T0001", None)), (3, ("T0002", "示例会员"))],
    )


def test_rows_can_be_gone_through_again(tmp_path: Path) -> None:
    with open_sheet(kept(tmp_path, TABLE)) as sheet:
        assert list(sheet.rows()) == list(sheet.rows())
        assert (sheet.total, sheet.other_sheets) == (None, 0)


def test_an_apostrophe_that_made_a_text_harmless_is_taken_off(tmp_path: Path) -> None:
    content = "电话,备注\n'+86 10,'示例\n"

    assert table(kept(tmp_path, content))[1] == [(2, ("+86 10", "'示例"))]


def test_a_formula_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormulaInCell) as refused:
        table(kept(tmp_path, "工号,姓名\nT0001,示例会员\nT0002,=1+1\n"))

    assert refused.value.facts() == {"row": 3, "column": "B"}


def test_a_formula_beside_the_columns_with_a_name_is_refused_too(tmp_path: Path) -> None:
    with pytest.raises(FormulaInCell):
        table(kept(tmp_path, "工号\nT0001,=1+1\n"))


def test_an_error_that_was_saved_as_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ErrorInCell) as refused:
        table(kept(tmp_path, "工号,姓名\n#N/A,示例会员\n"))

    assert refused.value.facts() == {"row": 2, "column": "A"}


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\r\n\r\n", b",,,\n , \n"])
def test_a_file_with_nothing_in_it_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(SheetEmpty):
        table(kept(tmp_path, content))


def test_a_file_in_no_known_encoding_is_refused_with_the_place(tmp_path: Path) -> None:
    with pytest.raises(SheetEncodingUnknown) as refused:
        table(kept(tmp_path, TABLE.encode() + b"\xff\xff"))

    assert refused.value.facts() == {"offset": len(TABLE.encode())}


def test_utf_16_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    content = TABLE.encode("utf-16")

    with pytest.raises(SheetEncodingUnknown) as refused:
        table(kept(tmp_path, content[:-1]))

    assert refused.value.offset == len(content) - 2


@pytest.mark.parametrize(
    ("content", "offset"),
    [
        (b"a,b\n1,\x00\n", 6),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", 8),
        (b"\xff\xfe" + "a\0".encode("utf-16-le"), 4),
        ("工号,姓名".encode("utf-16-le"), 5),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, offset: int) -> None:
    with pytest.raises(SheetBinary) as refused:
        table(kept(tmp_path, content))

    assert refused.value.offset == offset


@pytest.mark.parametrize("name", ["名单.xls", "名单.xlsx", "名单.csv"])
def test_an_old_or_encrypted_file_is_refused_whatever_its_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(SheetOldOrEncrypted):
        table(kept(tmp_path, bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512), name))


def test_a_csv_is_read_whatever_its_name(tmp_path: Path) -> None:
    assert table(kept(tmp_path, TABLE, "名单.xlsx"))[0] == HEADER


def test_the_start_of_a_workbook_and_nothing_more_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SheetDamaged):
        table(kept(tmp_path, b"PK\x03\x04"))


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    size = len(TABLE.encode())

    assert table(kept(tmp_path, TABLE), Limits(file_bytes=size))[0] == HEADER
    with pytest.raises(SheetTooLarge) as refused:
        table(kept(tmp_path, TABLE), Limits(file_bytes=size - 1))

    assert refused.value.facts() == {"limit_bytes": size - 1}


def test_rows_beyond_the_limit_are_refused(tmp_path: Path) -> None:
    content = "工号\nT0001\n\nT0003\n"

    assert len(table(kept(tmp_path, content), Limits(rows=3))[1]) == 2
    with pytest.raises(RowsTooMany) as refused:
        table(kept(tmp_path, content), Limits(rows=2))

    assert refused.value.facts() == {"row": 4, "limit": 2}


@pytest.mark.parametrize(("content", "row"), [("a,b,c\n", 1), ("a\n1,2,3\n", 2)])
def test_columns_beyond_the_limit_are_refused(tmp_path: Path, content: str, row: int) -> None:
    with pytest.raises(ColumnsTooMany) as refused:
        table(kept(tmp_path, content), Limits(columns=2))

    assert refused.value.facts() == {"row": row, "limit": 2}


def test_empty_columns_beyond_the_limit_are_none(tmp_path: Path) -> None:
    assert table(kept(tmp_path, "a,b,,,\n1,2,,,\n"), Limits(columns=2))[1] == [(2, ("1", "2"))]


def test_a_text_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    content = "工号,备注\nT0001," + "长" * 11

    assert len(table(kept(tmp_path, content), Limits(text=11))[1]) == 1
    with pytest.raises(CellTooLong) as refused:
        table(kept(tmp_path, content), Limits(text=10))

    assert refused.value.facts() == {"row": 2, "column": "B", "limit": 10}


def test_a_line_that_never_ends_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(LineTooLong) as refused:
        table(kept(tmp_path, "工号\n" + "x" * 5_000), Limits(columns=2, text=10))

    assert refused.value.facts() == {"row": 2}


def test_a_header_that_never_ends_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LineTooLong) as refused:
        table(kept(tmp_path, "x" * 5_000), Limits(columns=2, text=10))

    assert refused.value.row == 1


def test_a_quotation_mark_that_is_never_closed_is_refused_before_the_rest_is_read(tmp_path: Path) -> None:
    with pytest.raises(LineTooLong) as refused:
        table(kept(tmp_path, '工号\n"' + "x\n" * 5_000), Limits(columns=2, text=10))

    assert refused.value.row == 2


def test_a_field_beyond_what_the_reader_holds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LineTooLong):
        table(kept(tmp_path, "工号\n" + "x" * (csv.field_size_limit() + 1)))


@pytest.mark.parametrize("row", ['"T0001', '"T0001"x'])
def test_quotation_marks_that_do_not_pair_are_refused(tmp_path: Path, row: str) -> None:
    with pytest.raises(QuotesUnpaired) as refused:
        table(kept(tmp_path, f"工号\n{row}\n"))

    assert refused.value.facts() == {"row": 2}


@pytest.mark.parametrize(("header", "column"), [("工号,,姓名", "B"), (",姓名", "A"), ("工号,\u200b,姓名", "B")])
def test_a_column_without_a_name_is_refused(tmp_path: Path, header: str, column: str) -> None:
    with pytest.raises(HeaderNameMissing) as refused:
        table(kept(tmp_path, header))

    assert refused.value.facts() == {"row": 1, "column": column}


@pytest.mark.parametrize("header", ["工号,姓名, 工号", "序号(新),姓名,序号（新）"])
def test_two_columns_that_look_the_same_are_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(HeaderNameRepeated) as refused:
        table(kept(tmp_path, "\n" + header))

    assert refused.value.facts() == {"row": 2, "first": "A", "column": "C"}


def test_what_is_wrong_with_a_sheet_never_tells_what_is_in_it(tmp_path: Path) -> None:
    contents: list[str | bytes] = [
        "示例会员,示例会员",
        "示例会员\n=示例",
        '示例会员\n"示例',
        "示例会员\n" + "示例" * 9_000,
        "示例会员".encode() + b"\xff\xff",
    ]

    for content in contents:
        with pytest.raises(SheetRefused) as refused:
            table(kept(tmp_path, content))
        assert "示例" not in f"{refused.value.facts()}{refused.value}"
