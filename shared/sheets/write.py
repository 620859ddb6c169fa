"""Writing the .xlsx files that people take away."""

import re
import shutil
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, NamedTuple

from shared.sheets.cells import Cell, column_letters, harmless, of_xml
from shared.sheets.errors import SheetFull, TextDoesNotFit

ROWS = 1_048_576
COLUMNS = 16_384
TEXT = 32_767

_EXACT = 10**15
_FIRST_SURE_DAY = date(1900, 3, 1)
_CHAINED_ESCAPES = re.compile("_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")


class Tab(NamedTuple):
    """One sheet of a workbook. Its rows are asked for one after the other, and none is kept."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def write_sheet(
    target: Path | BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet_name: str = "Sheet1"
) -> int:
    """Write a workbook of one sheet, and tell how many rows there are below its header.

    Texts stay texts, leading zeros and all; what could be taken for a formula is made harmless, and characters that XML
    does not know are left out. Where something is raised, a file at `target` stays as it was. Raises SheetFull,
    TextDoesNotFit, and ValueError for a row that is not as long as the header, a number that is not finite, or a time
    with a zone.
    """
    (written,) = write_workbook(target, [Tab(sheet_name, header, rows)])
    return written


def write_workbook(target: Path | BinaryIO, tabs: Sequence[Tab]) -> list[int]:
    """The same with several sheets, one after the other; how many rows there are below the header of each."""
    # Only whoever writes a sheet has it in memory.
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    beside = target.parent if isinstance(target, Path) else None
    with TemporaryDirectory(prefix=".sheet-", dir=beside) as folder:
        made = Path(folder) / "sheet.xlsx"
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": folder,
        }
        with Workbook(made, options) as workbook:
            written = [_Pen(workbook, tab.name).fill(tab.header, tab.rows) for tab in tabs]
        if isinstance(target, Path):
            made.replace(target)
        else:
            with made.open("rb") as source:
                shutil.copyfileobj(source, target)
    return written


class _Pen:
    def __init__(self, workbook: Any, sheet_name: str) -> None:
        self._sheet = workbook.add_worksheet(sheet_name)
        self._bold = workbook.add_format({"bold": True})
        self._day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def fill(self, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
        if len(header) > COLUMNS:
            raise SheetFull(rows=ROWS, columns=COLUMNS)
        self._sheet.freeze_panes(1, 0)
        for column, name in enumerate(header):
            self._text(0, column, name, self._bold)
        written = 0
        for at, row in enumerate(rows, start=1):
            if at >= ROWS:
                raise SheetFull(rows=ROWS, columns=COLUMNS)
            if len(row) != len(header):
                raise ValueError(f"row {at + 1} has {len(row)} cells, the header {len(header)}")
            for column, cell in enumerate(row):
                self._cell(at, column, cell)
            written = at
        return written

    def _cell(self, row: int, column: int, cell: Cell) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, str):
            self._text(row, column, cell)
        elif isinstance(cell, bool):
            self._sheet.write_boolean(row, column, cell)
        elif isinstance(cell, date):
            self._date(row, column, cell)
        elif not isfinite(cell):
            raise ValueError(f"the number in row {row + 1}, column {column_letters(column)} is not finite")
        elif isinstance(cell, int) and abs(cell) >= _EXACT:
            # A spreadsheet keeps 15 digits of a number and turns the rest into zeros.
            self._text(row, column, str(cell))
        else:
            self._sheet.write_number(row, column, cell)

    def _date(self, row: int, column: int, cell: date) -> None:
        moment = isinstance(cell, datetime)
        if isinstance(cell, datetime) and cell.tzinfo is not None:
            raise ValueError(f"the time in row {row + 1}, column {column_letters(column)} has a zone")
        if (cell.date() if isinstance(cell, datetime) else cell) < _FIRST_SURE_DAY:
            # Spreadsheets count a day that never was, 29 February 1900, and disagree on what is before it.
            self._text(row, column, str(cell))
        else:
            self._sheet.write_datetime(row, column, cell, self._moment if moment else self._day)

    def _text(self, row: int, column: int, text: str, look: Any = None) -> None:
        clean = harmless(of_xml(text))
        # XlsxWriter escapes the first of two escapes that share an underscore; the second would be read as a letter.
        if _CHAINED_ESCAPES.search(clean) or self._sheet.write_string(row, column, clean, look) != 0:
            raise TextDoesNotFit(row=row + 1, column=column_letters(column), limit=TEXT)
