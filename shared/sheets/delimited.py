"""Reading a CSV, line by line: never more of it than one row is held."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, TextIO

from shared.sheets.cells import Cell, column_letters, plain
from shared.sheets.errors import (
    ErrorInCell,
    FormulaInCell,
    LineTooLong,
    QuotesUnpaired,
    SheetBinary,
    SheetEncodingUnknown,
)
from shared.sheets.limits import Limits

_CHUNK = 64 * 1024
_QUOTE: Final = '"'
_DELIMITERS: Final = (",", ";", "\t")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED: Final = ("utf-8", "gb18030")
_ERRORS: Final = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"}
)


class Delimited(NamedTuple):
    """A CSV whose encoding and delimiter are known."""

    path: Path
    limits: Limits
    encoding: str
    skip: int
    delimiter: str

    def records(self) -> Iterator[tuple[int, list[Cell]]]:
        """The rows with their numbers. Raises LineTooLong, QuotesUnpaired, FormulaInCell, ErrorInCell."""
        number = 0
        with _opened(self.path, self.encoding, self.skip) as text:
            lines = _Lines(text, self.limits)
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            try:
                for record in reader:
                    number += 1
                    lines.row_ended()
                    yield number, [_cell(value, number, at) for at, value in enumerate(record)]
            except _LineTooLong as error:
                raise LineTooLong(row=number + 1) from error
            except csv.Error as error:
                # The one message that csv has for a field beyond csv.field_size_limit().
                if "field larger" in str(error):
                    raise LineTooLong(row=number + 1) from error
                raise QuotesUnpaired(row=number + 1) from error


def open_delimited(path: Path, limits: Limits) -> Delimited:
    """Raises SheetBinary, SheetEncodingUnknown, LineTooLong."""
    with path.open("rb") as file:
        start = file.read(max(len(mark) for mark, _ in _MARKS))
        marked = [(len(mark), name) for mark, name in _MARKS if start.startswith(mark)]
        faults: list[int] = []
        for skip, encoding in marked or [(0, name) for name in _UNMARKED]:
            fault = _first_fault(file, encoding, skip)
            if fault is None:
                return Delimited(path, limits, encoding, skip, _delimiter(path, limits, encoding, skip))
            faults.append(fault)
    # Where it is most of the way in one encoding, the byte that breaks it is the one to look at.
    raise SheetEncodingUnknown(offset=max(faults))


def _first_fault(file: BinaryIO, encoding: str, skip: int) -> int | None:
    """The first byte that is not of the encoding. Raises SheetBinary."""
    wide = encoding.startswith("utf-16")
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    offset = skip
    file.seek(skip)
    while True:
        chunk = file.read(_CHUNK)
        if not wide and b"\0" in chunk:
            raise SheetBinary(offset=offset + chunk.index(b"\0"))
        start = offset - len(decoder.getstate()[0])
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return start + error.start
        if wide and "\0" in text:
            raise SheetBinary(offset=start + len(text[: text.index("\0")].encode(encoding)))
        if not chunk:
            return None
        offset += len(chunk)


def _opened(path: Path, encoding: str, skip: int) -> TextIO:
    file = path.open("rb")
    file.seek(skip)
    return io.TextIOWrapper(file, encoding=encoding, errors="strict", newline="")


def _delimiter(path: Path, limits: Limits, encoding: str, skip: int) -> str:
    """What there is most of in the header, outside quotation marks."""
    header = ""
    with _opened(path, encoding, skip) as text:
        try:
            for line in _Lines(text, limits):
                header += line
                if header.count(_QUOTE) % 2 == 0:
                    if header.strip("".join((*_DELIMITERS, _QUOTE, " \r\n"))):
                        break
                    header = ""
        except _LineTooLong as error:
            raise LineTooLong(row=1) from error
    outside = "".join(header.split(_QUOTE)[::2])
    return max(_DELIMITERS, key=outside.count)


class _LineTooLong(Exception):
    pass


class _Lines:
    """Lines that end in any way, and are refused before a row of them is more than a row can be."""

    def __init__(self, text: TextIO, limits: Limits) -> None:
        self._text = text
        # Each character of a cell can be a quotation mark, written twice, within a pair of them, before a delimiter.
        self._most = limits.columns * (2 * limits.text + 3) + 2
        self._row = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(self._most + 1):
            self._row += len(line)
            if self._row > self._most:
                raise _LineTooLong()
            yield line

    def row_ended(self) -> None:
        self._row = 0


def _cell(value: str, row: int, at: int) -> Cell:
    if value.startswith("="):
        raise FormulaInCell(row=row, column=column_letters(at))
    if value in _ERRORS:
        raise ErrorInCell(row=row, column=column_letters(at))
    return plain(value) if value else None
