"""Spreadsheets of the kind .xlsx, put together by hand: each breaks one thing."""

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
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
    RowsTooMany,
    SheetDamaged,
    SheetDeclaresEntities,
    SheetEmpty,
    SheetInflates,
    SheetOldOrEncrypted,
    SheetRefused,
    SheetTooManyParts,
    SheetUnknownKind,
)

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/>'
    '<xf numFmtId="20"/></cellXfs></styleSheet>'
)


def text(reference: str, value: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


HEADER = row(1, text("A1", "工号"), text("B1", "姓名"))
MEMBER = row(2, text("A2", "T0001"), text("B2", "示例会员"))


def sheet(*rows: str, after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData>{after}</worksheet>'


def parts(*sheets: str, states: Mapping[int, str] | None = None) -> dict[str, str | bytes]:
    listed = "".join(
        f'<sheet name="表{at}" sheetId="{at}" state="{(states or {}).get(at, "visible")}" r:id="rId{at}"/>'
        for at in range(1, len(sheets) + 1)
    )
    links = "".join(
        f'<Relationship Id="rId{at}" Type="{LINKS}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    root = f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/>'
    return {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}">{root}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>',
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{at}.xml": content for at, content in enumerate(sheets, start=1)},
    }


def zipped(content: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def kept(folder: Path, content: bytes | Mapping[str, str | bytes]) -> Path:
    path = folder / "名单.xlsx"
    path.write_bytes(content if isinstance(content, bytes) else zipped(content))
    return path


def rows_of(path: Path, limits: Limits | None = None) -> list[tuple[int, tuple[Cell, ...]]]:
    with open_sheet(path, limits=limits or Limits()) as found:
        return [(each.number, each.cells) for each in found.rows()]


def test_a_workbook_is_read(tmp_path: Path) -> None:
    with open_sheet(kept(tmp_path, parts(sheet(HEADER, MEMBER)))) as found:
        assert found.header == ("工号", "姓名")
        assert [(each.number, each.cells) for each in found.rows()] == [(2, ("T0001", "示例会员"))]
        assert (found.total, found.other_sheets) == (1, 0)


def test_a_workbook_is_told_by_what_is_in_it(tmp_path: Path) -> None:
    path = kept(tmp_path, parts(sheet(HEADER, MEMBER)))

    assert len(rows_of(path.rename(tmp_path / "名单.csv"))) == 1


def test_cells_have_the_kind_that_they_have_in_the_sheet(tmp_path: Path) -> None:
    names = [text(f"{letter}1", letter) for letter in "ABCDEF"]
    cells = [
        '<c r="A2"><v>10023</v></c>',
        '<c r="B2"><v>1.5</v></c>',
        '<c r="C2" t="b"><v>1</v></c>',
        '<c r="D2" s="1"><v>44621</v></c>',
        '<c r="E2" s="2"><v>44621.5</v></c>',
        '<c r="F2" s="3"><v>0.5</v></c>',
    ]

    [(_, found)] = rows_of(kept(tmp_path, parts(sheet(row(1, *names), row(2, *cells)))))

    assert found == (10023, 1.5, True, date(2022, 3, 1), datetime.fromisoformat("2022-03-01T12:00"), "12:00:00")


def test_rows_keep_their_numbers_and_columns_their_places(tmp_path: Path) -> None:
    content = sheet(
        row(3, text("A3", "工号"), text("B3", " 姓名 "), text("C3", "备注")),
        row(4, '<c r="A4" s="1"/>'),
        row(5, text("A5", " ")),
        row(9, text("C9", "示例")),
    )

    with open_sheet(kept(tmp_path, parts(content))) as found:
        assert found.header == ("工号", "姓名", "备注")
        assert [(each.number, each.cells) for each in found.rows()] == [(9, (None, None, "示例"))]
        assert found.total == 1


def test_cells_without_a_reference_follow_one_another(tmp_path: Path) -> None:
    bare = "<row><c t='inlineStr'><is><t>工号</t></is></c></row><row><c><v>7</v></c></row>"

    assert rows_of(kept(tmp_path, parts(sheet(bare)))) == [(2, (7,))]


def test_the_first_visible_sheet_that_has_anything_is_taken(tmp_path: Path) -> None:
    hidden = sheet(row(1, text("A1", "字典")))
    content = parts(hidden, sheet(), sheet(HEADER, MEMBER), sheet(), sheet(HEADER), states={1: "hidden"})

    with open_sheet(kept(tmp_path, content)) as found:
        assert found.header == ("工号", "姓名")
        assert found.other_sheets == 1


def test_a_formula_is_refused_with_its_place(tmp_path: Path) -> None:
    formula = row(3, '<c r="AB3"><f>1+1</f><v>2</v></c>')

    with pytest.raises(FormulaInCell) as refused:
        rows_of(kept(tmp_path, parts(sheet(HEADER, MEMBER, formula))))

    assert refused.value.facts() == {"row": 3, "column": "AB"}


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A2"><f t="shared" si="0"/></c>',
        '<c r="A2" t="str"><v>x</v><f>A1</f></c>',
        '<x:c r="A2"><x:f>A1</x:f></x:c>',
    ],
)
def test_a_formula_is_refused_in_every_form(tmp_path: Path, cell: str) -> None:
    content = sheet(HEADER, row(2, cell)).replace("<worksheet ", f'<worksheet xmlns:x="{MAIN}" ')

    with pytest.raises(FormulaInCell):
        rows_of(kept(tmp_path, parts(content)))


def test_a_formula_that_restricts_what_may_be_typed_is_no_cell(tmp_path: Path) -> None:
    after = (
        "<dataValidations><dataValidation><formula1>$A$1</formula1></dataValidation></dataValidations>"
        '<extLst><ext xmlns:xm="urn:x"><xm:f>Sheet2!$A$1</xm:f></ext></extLst>'
    )

    assert len(rows_of(kept(tmp_path, parts(sheet(HEADER, MEMBER, after=after))))) == 1


def test_formulas_of_other_sheets_are_not_looked_at(tmp_path: Path) -> None:
    other = sheet(row(1, '<c r="A1"><f>1+1</f><v>2</v></c>'))

    assert len(rows_of(kept(tmp_path, parts(sheet(HEADER, MEMBER), other)))) == 1


def test_an_error_in_a_cell_is_refused(tmp_path: Path) -> None:
    error = row(2, text("A2", "T0001"), '<c r="B2" t="e"><v>#REF!</v></c>')

    with pytest.raises(ErrorInCell) as refused:
        rows_of(kept(tmp_path, parts(sheet(HEADER, error))))

    assert refused.value.facts() == {"row": 2, "column": "B"}


def test_rows_beyond_the_limit_are_refused(tmp_path: Path) -> None:
    path = kept(tmp_path, parts(sheet(HEADER, MEMBER, row(4, text("A4", "T0002")))))

    assert len(rows_of(path, Limits(rows=3))) == 2
    with pytest.raises(RowsTooMany) as refused:
        rows_of(path, Limits(rows=2))

    assert refused.value.facts() == {"row": 4, "limit": 2}


def test_columns_beyond_the_limit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ColumnsTooMany) as refused:
        rows_of(kept(tmp_path, parts(sheet(HEADER, row(2, text("C2", "多余"))))), Limits(columns=2))

    assert refused.value.facts() == {"row": 2, "limit": 2}


def test_a_cell_in_the_last_corner_is_refused_before_room_is_made_for_all_between(tmp_path: Path) -> None:
    path = kept(tmp_path, parts(sheet(HEADER, row(1048576, text("XFD1048576", "x")))))

    with pytest.raises(RowsTooMany):
        rows_of(path)


def test_cells_that_are_formatted_only_do_not_count(tmp_path: Path) -> None:
    path = kept(tmp_path, parts(sheet(HEADER, MEMBER, row(1048576, '<c r="XFD1048576" s="1"/>'))))

    assert len(rows_of(path)) == 1


def test_a_text_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CellTooLong) as refused:
        rows_of(kept(tmp_path, parts(sheet(HEADER, row(2, text("B2", "长" * 11))))), Limits(text=10))

    assert refused.value.facts() == {"row": 2, "column": "B", "limit": 10}


@pytest.mark.parametrize("content", [parts(), parts(sheet()), parts(sheet(row(1, text("A1", " "))))])
def test_a_workbook_with_nothing_in_it_is_refused(tmp_path: Path, content: dict[str, str | bytes]) -> None:
    with pytest.raises(SheetEmpty):
        rows_of(kept(tmp_path, content))


def test_a_workbook_whose_sheets_are_all_hidden_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SheetEmpty):
        rows_of(kept(tmp_path, parts(sheet(HEADER), states={1: "veryHidden"})))


def test_a_column_without_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HeaderNameMissing) as refused:
        rows_of(kept(tmp_path, parts(sheet(row(2, text("B2", "工号"))))))

    assert refused.value.facts() == {"row": 2, "column": "A"}


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(HeaderNameRepeated) as refused:
        rows_of(kept(tmp_path, parts(sheet(row(1, text("A1", "工号"), text("B1", "工号 "))))))

    assert refused.value.facts() == {"row": 1, "first": "A", "column": "B"}


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"word/document.xml": "<document/>"},
        {"xl/workbook.bin": b"\0"},
        {"content.xml": "<document/>"},
        {**parts(sheet(HEADER)), "content.xml": "<document/>"},
    ],
)
def test_an_archive_of_something_else_is_refused(tmp_path: Path, content: dict[str, str | bytes]) -> None:
    with pytest.raises(SheetUnknownKind):
        rows_of(kept(tmp_path, content))


def day(count: str) -> str:
    return f'<c r="A2" s="1"><v>{count}</v></c>'


def test_a_day_that_makes_calamine_panic_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SheetDamaged):
        rows_of(kept(tmp_path, parts(sheet(HEADER, row(2, day("-1e308"))))))


def test_a_day_beyond_all_calendars_is_the_number_that_it_is(tmp_path: Path) -> None:
    assert rows_of(kept(tmp_path, parts(sheet(HEADER, row(2, day("1e10")))))) == [(2, (1e10, None))]


@pytest.mark.parametrize("missing", ["_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
def test_a_workbook_that_lacks_a_part_is_refused(tmp_path: Path, missing: str) -> None:
    content = parts(sheet(HEADER, MEMBER))
    del content[missing]

    with pytest.raises(SheetDamaged):
        rows_of(kept(tmp_path, content))


def test_a_workbook_is_refused_wherever_it_is_cut_off(tmp_path: Path) -> None:
    whole = zipped(parts(sheet(HEADER, MEMBER)))

    for length in range(4, len(whole), 41):
        with pytest.raises(SheetDamaged):
            rows_of(kept(tmp_path, whole[:length]))


def test_whatever_bytes_are_changed_nothing_but_a_refusal_is_raised(tmp_path: Path) -> None:
    whole = zipped(parts(sheet(HEADER, MEMBER)))

    for at in range(4, len(whole), 7):
        changed = bytearray(whole)
        changed[at] ^= 0xFF
        try:
            rows_of(kept(tmp_path, bytes(changed)))
        except SheetRefused:
            continue


@pytest.mark.parametrize(
    "content",
    [
        sheet(HEADER).replace("</sheetData>", ""),
        sheet(row(2, text("A2", "下")), row(1, text("A1", "上"))),
        sheet(row(1, text("B1", "后"), text("A1", "前"))),
        sheet(row(1, text("A1", "一"), text("A1", "二"))),
        sheet(row(1, text("A2", "别处"))),
        sheet(row(1, text("1A", "反"))),
        sheet(row(1, text("AAAA1", "远"))),
        sheet(row(1048577, text("A1048577", "远"))),
        sheet('<row r="x"></row>'),
        sheet(row(1, '<c r="A1" t="s"><v>99</v></c>')),
        sheet(row(1, '<c r="A1" t="d"><v>x</v></c>', '<c r="B1" t="n"><v>x</v></c>')),
        "\ufeff" + sheet(HEADER).encode("utf-16").decode("latin-1"),
    ],
)
def test_a_sheet_that_contradicts_itself_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(SheetDamaged):
        rows_of(kept(tmp_path, parts(content)))


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"]
)
def test_a_document_type_is_refused_in_every_part(tmp_path: Path, part: str) -> None:
    content = parts(sheet(HEADER, MEMBER))
    declared = b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'
    given = content.get(part, b"<sst/>")
    content[part] = declared + (given.encode() if isinstance(given, str) else given)

    with pytest.raises(SheetDeclaresEntities):
        rows_of(kept(tmp_path, content))


def test_more_parts_than_the_limit_are_refused(tmp_path: Path) -> None:
    content = parts(sheet(HEADER, MEMBER))
    path = kept(tmp_path, content)

    assert len(rows_of(path, Limits(entries=len(content)))) == 1
    with pytest.raises(SheetTooManyParts) as refused:
        rows_of(path, Limits(entries=len(content) - 1))

    assert refused.value.facts() == {"limit": len(content) - 1}


def test_a_part_that_inflates_too_steeply_is_refused(tmp_path: Path) -> None:
    content = {**parts(sheet(HEADER, MEMBER)), "xl/media/image1.png": bytes(2_000_000)}

    with pytest.raises(SheetInflates) as refused:
        rows_of(kept(tmp_path, content))

    assert refused.value.limit_ratio == 200


def test_a_small_part_may_inflate_steeply(tmp_path: Path) -> None:
    content = {**parts(sheet(HEADER, MEMBER)), "xl/media/image1.png": bytes(1_000_000)}

    assert len(rows_of(kept(tmp_path, content))) == 1


def test_parts_that_inflate_too_far_together_are_refused(tmp_path: Path) -> None:
    content = {**parts(sheet(HEADER, MEMBER)), **{f"xl/media/{at}.png": bytes(100_000) for at in range(10)}}

    with pytest.raises(SheetInflates) as refused:
        rows_of(kept(tmp_path, content), Limits(inflated_bytes=1_000_000))

    assert refused.value.limit_bytes == 1_000_000


def test_what_inflates_is_counted_whatever_size_is_declared(tmp_path: Path) -> None:
    archive = bytearray(zipped({**parts(sheet(HEADER, MEMBER)), "xl/media/image1.png": bytes(50_000_000)}))
    for place in (archive.rfind(b"PK\x03\x04") + 22, archive.rfind(b"PK\x01\x02") + 24):
        archive[place : place + 4] = struct.pack("<I", 10)

    tracemalloc.start()
    with pytest.raises(SheetInflates):
        rows_of(kept(tmp_path, bytes(archive)))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert most < 5_000_000


def test_a_part_that_is_not_as_long_as_declared_is_refused(tmp_path: Path) -> None:
    archive = bytearray(zipped(parts(sheet(HEADER, MEMBER))))
    place = archive.rfind(b"PK\x01\x02") + 24
    archive[place : place + 4] = struct.pack("<I", 10)

    with pytest.raises(SheetDamaged):
        rows_of(kept(tmp_path, bytes(archive)))


def test_two_parts_that_differ_in_capitals_only_are_refused(tmp_path: Path) -> None:
    content = parts(sheet(HEADER, MEMBER))

    with pytest.raises(SheetDamaged):
        rows_of(kept(tmp_path, {**content, "xl/worksheets/SHEET1.xml": sheet(HEADER)}))


def test_a_part_with_a_password_is_refused(tmp_path: Path) -> None:
    archive = bytearray(zipped(parts(sheet(HEADER, MEMBER))))
    archive[archive.find(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(SheetOldOrEncrypted):
        rows_of(kept(tmp_path, bytes(archive)))


def test_a_tag_that_never_ends_is_refused_before_it_is_gone_through_again_and_again(tmp_path: Path) -> None:
    noise = "".join(chr(0x4E00 + at * 7919 % 20_000) for at in range(1_000_000))
    content = parts(sheet(HEADER, MEMBER).replace("<sheetData>", f'<sheetData x="{noise}">'))

    with pytest.raises(SheetDamaged):
        rows_of(kept(tmp_path, content))


def test_a_long_text_between_tags_is_no_long_tag(tmp_path: Path) -> None:
    noise = "".join(chr(0x4E00 + at * 7919 % 20_000) for at in range(1_000_000))

    with pytest.raises(CellTooLong):
        rows_of(kept(tmp_path, parts(sheet(HEADER, row(2, text("A2", noise))))))
