"""Reading an .xlsx: gone through by ourselves for what is refused, then read by calamine."""

import re
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from typing import Any, BinaryIO, Final, NamedTuple, TypeVar

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from shared.sheets.archive import Archive, Attributes
from shared.sheets.cells import Cell, column_letters, plain
from shared.sheets.errors import (
    ColumnsTooMany,
    ErrorInCell,
    FormulaInCell,
    RowsTooMany,
    SheetDamaged,
    SheetEmpty,
    SheetUnknownKind,
)
from shared.sheets.limits import Limits

T = TypeVar("T")
Record = tuple[int, list[Cell]]

_ROOT: Final = "_rels/.rels"
_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
# Calamine tries these kinds as well, and would read what nobody has gone through.
_OTHER_KINDS: Final = ("content.xml", "xl/workbook.bin")
_LAST_ROW = 1_048_576
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[1-9][0-9]{0,6}")


class Found(NamedTuple):
    """`records` are the rows with their numbers, from the first of the sheet on, each time anew."""

    records: Callable[[], Iterator[Record]]
    other_sheets: int


def open_workbook(file: BinaryIO, limits: Limits) -> Found:
    """The first visible worksheet with anything in it. `file` is read whole before it returns.

    Raises what Archive raises, SheetUnknownKind, SheetEmpty, FormulaInCell, ErrorInCell, RowsTooMany, ColumnsTooMany.
    """
    archive = Archive(file, limits)
    if _WORKBOOK not in archive or any(part in archive for part in _OTHER_KINDS):
        raise SheetUnknownKind()
    names, visible = _sheets(archive)
    chosen: int | None = None
    others = 0
    for at, part in visible.items():
        scan = _Scan(limits)
        if chosen is None:
            archive.parse(part, scan.started, scan.ended)
            chosen = at if scan.filled else None
        else:
            others += _has_content(archive, part)
    if chosen is None:
        raise SheetEmpty()
    file.seek(0)
    sheet = _ask(lambda: _load(file, names, chosen))
    return Found(lambda: _records(sheet), others)


def _sheets(archive: Archive) -> tuple[list[str], dict[int, str]]:
    """The names of all sheets in their order, and the parts of the visible worksheets by their place in it."""
    listed: list[Attributes] = []

    def sheet(name: str, attributes: Attributes) -> None:
        if _local(name) == "sheet":
            listed.append({_local(key): value for key, value in attributes.items()})

    if list(_linked(archive, _ROOT, "/officeDocument").values()) != [_WORKBOOK]:
        raise SheetDamaged()
    archive.parse(_WORKBOOK, sheet)
    links = _linked(archive, _RELATIONS, "/worksheet")
    parts = {link: part if part.startswith("xl/") else f"xl/{part}" for link, part in links.items()}
    visible = {
        at: parts[each["id"]]
        for at, each in enumerate(listed)
        if each.get("state", "visible") == "visible" and each.get("id") in parts
    }
    return [each.get("name", "") for each in listed], visible


def _linked(archive: Archive, part: str, kind: str) -> dict[str, str]:
    """The targets of the links of one kind, by their ids."""
    found: dict[str, str] = {}

    def relation(name: str, attributes: Attributes) -> None:
        if _local(name) == "Relationship" and attributes.get("Type", "").endswith(kind):
            found[attributes.get("Id", "")] = attributes.get("Target", "").removeprefix("/")

    archive.parse(part, relation)
    return found


def _has_content(archive: Archive, part: str) -> bool:
    found = False

    def started(name: str, _: Attributes) -> None:
        nonlocal found
        found = found or _local(name) in {"v", "is", "f"}

    archive.parse(part, started, enough=lambda: found)
    return found


class _Scan:
    """What calamine would not tell, or only after it made room for the whole rectangle that the cells span."""

    def __init__(self, limits: Limits) -> None:
        self.filled = False
        self._limits = limits
        self._first = 0
        self._row = 0
        self._column = -1
        self._in_cell = False
        self._is_error = False
        self._columns: dict[str, int] = {}

    def started(self, name: str, attributes: Attributes) -> None:
        local = _local(name)
        if local == "c":
            self._in_cell = True
            self._is_error = attributes.get("t") == "e"
            self._move(attributes.get("r"))
        elif local == "row":
            self._next_row(attributes.get("r"))
        elif self._in_cell:
            if local == "f":
                raise FormulaInCell(row=self._row, column=column_letters(self._column))
            if local in {"v", "is"}:
                self._fill()

    def ended(self, name: str) -> None:
        if _local(name) == "c":
            self._in_cell = False

    def _next_row(self, number: str | None) -> None:
        if number is None:
            row = self._row + 1
        elif _NUMBER.fullmatch(number):
            row = int(number)
        else:
            raise SheetDamaged()
        self._go(row, -1)

    def _move(self, reference: str | None) -> None:
        if reference is None:
            self._go(self._row, self._column + 1)
            return
        found = _REFERENCE.fullmatch(reference)
        # A row counts for the cells in it, whatever they say: calamine goes by the cell, others by the row.
        if found is None or int(found[2]) != self._row:
            raise SheetDamaged()
        self._go(self._row, self._index(found[1]))

    def _go(self, row: int, column: int) -> None:
        """Forward only: calamine takes the first cell for the top and the last for the bottom."""
        if not (self._row, self._column) < (row, column) or row > _LAST_ROW:
            raise SheetDamaged()
        self._row, self._column = row, column

    def _index(self, letters: str) -> int:
        known = self._columns.get(letters)
        if known is None:
            known = 0
            for letter in letters:
                known = known * 26 + ord(letter) - ord("A") + 1
            self._columns[letters] = known
        return known - 1

    def _fill(self) -> None:
        if self._is_error:
            raise ErrorInCell(row=self._row, column=column_letters(self._column))
        if not self.filled:
            self.filled = True
            self._first = self._row
        if self._row - self._first > self._limits.rows:
            raise RowsTooMany(row=self._row, limit=self._limits.rows)
        if self._column >= self._limits.columns:
            raise ColumnsTooMany(row=self._row, limit=self._limits.columns)


def _local(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


def _load(file: BinaryIO, names: list[str], at: int) -> CalamineSheet:
    with CalamineWorkbook.from_filelike(file) as workbook:
        if workbook.sheet_names != names:
            raise SheetDamaged()
        return workbook.get_sheet_by_index(at)


def _records(sheet: CalamineSheet) -> Iterator[Record]:
    left: list[Cell] = [None] * (sheet.start[1] if sheet.start else 0)
    rows = _ask(sheet.iter_rows)
    number = 0
    while (row := _ask(lambda: next(rows, None))) is not None:
        number += 1
        yield number, left + [_cell(value) for value in row]


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return plain(value) if value else None
    if isinstance(value, (time, timedelta)):
        return str(value)
    cell: str | int | float | bool | date = value
    return cell


def _ask(question: Callable[[], T]) -> T:
    """Raises SheetDamaged for whatever calamine could not read; its panics are no Exception."""
    try:
        return question()
    except (CalamineError, ValueError, OverflowError) as error:
        raise SheetDamaged() from error
    except BaseException as error:
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise SheetDamaged() from error
