"""Reading the spreadsheets that people hand in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from shared.sheets import archive
from shared.sheets.cells import Cell, as_text, column_letters
from shared.sheets.delimited import open_delimited
from shared.sheets.errors import (
    CellTooLong,
    ColumnsTooMany,
    HeaderNameMissing,
    HeaderNameRepeated,
    RowsTooMany,
    SheetEmpty,
    SheetOldOrEncrypted,
    SheetTooLarge,
)
from shared.sheets.limits import Limits
from shared.sheets.workbook import open_workbook

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DEFAULT: Final = Limits()

Records = Callable[[], Iterator[tuple[int, list[Cell]]]]


class Row(NamedTuple):
    """`number` is the one that the spreadsheet program shows; there are as many `cells` as names in the header."""

    number: int
    cells: tuple[Cell, ...]


class Sheet:
    """`header` is the first row with anything in it; what is beside it is left out.

    `total` is the number of rows below it, None where it takes reading them all to know (CSV). `other_sheets` is how
    many more visible sheets have something in them.
    """

    def __init__(self, records: Records, limits: Limits, *, other_sheets: int = 0, countable: bool = False) -> None:
        """Raises SheetEmpty, HeaderNameMissing, HeaderNameRepeated and what `rows` raises."""
        self._records = records
        self._limits = limits
        self.other_sheets = other_sheets
        self._header_row, names = self._first_filled()
        self._check(self._header_row, names)
        self.header = _names(self._header_row, names)
        self.total = sum(1 for _ in self._filled()) if countable else None

    def rows(self) -> Iterator[Row]:
        """From the header down, empty ones left out; each time anew, while the sheet is open.

        Raises CellTooLong, RowsTooMany, ColumnsTooMany, and for a CSV LineTooLong, QuotesUnpaired, FormulaInCell,
        ErrorInCell. A workbook is known to hold no formula and no error before.
        """
        for number, cells in self._filled():
            self._check(number, cells)
            yield Row(number, tuple(cells[: len(self.header)]) + (None,) * (len(self.header) - len(cells)))

    def _filled(self) -> Iterator[tuple[int, list[Cell]]]:
        width = len(self.header)
        for number, cells in self._records():
            if number > self._header_row and not all(map(_blank, cells[:width])):
                yield number, cells

    def _first_filled(self) -> tuple[int, list[Cell]]:
        for number, cells in self._records():
            if not all(map(_blank, cells)):
                return number, cells
        raise SheetEmpty()

    def _check(self, number: int, cells: list[Cell]) -> None:
        if number - self._header_row > self._limits.rows:
            raise RowsTooMany(row=number, limit=self._limits.rows)
        if not all(map(_blank, cells[self._limits.columns :])):
            raise ColumnsTooMany(row=number, limit=self._limits.columns)
        for at, cell in enumerate(cells):
            if isinstance(cell, str) and len(cell) > self._limits.text:
                raise CellTooLong(row=number, column=column_letters(at), limit=self._limits.text)


@contextmanager
def open_sheet(path: Path, *, limits: Limits = _DEFAULT) -> Iterator[Sheet]:
    """A workbook (.xlsx) or a CSV, told by what is in the file and not by its name.

    Raises a SheetRefused for whatever is wrong with it, here or while its rows are read, and no error of a library.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        start = file.read(len(_OLE))
        if size > limits.file_bytes:
            raise SheetTooLarge(limit_bytes=limits.file_bytes)
        if not start:
            raise SheetEmpty()
        if start == _OLE:
            raise SheetOldOrEncrypted()
        if start.startswith(archive.MAGIC):
            records, other_sheets = open_workbook(file, limits)
            yield Sheet(records, limits, other_sheets=other_sheets, countable=True)
        else:
            yield Sheet(open_delimited(path, limits).records, limits)


def _names(row: int, cells: list[Cell]) -> tuple[str, ...]:
    last = max(at for at, cell in enumerate(cells) if not _blank(cell))
    places: dict[str, int] = {}
    names: list[str] = []
    for at, cell in enumerate(cells[: last + 1]):
        same = _same(cell)
        if same is None:
            raise HeaderNameMissing(row=row, column=column_letters(at))
        if same in places:
            raise HeaderNameRepeated(row=row, first=column_letters(places[same]), column=column_letters(at))
        places[same] = at
        names.append(cell.strip() if isinstance(cell, str) else same)
    return tuple(names)


def _same(cell: Cell) -> str | None:
    """What two names have in common that look the same."""
    try:
        return as_text(cell)
    except ValueError:
        return str(cell)


def _blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
