"""What is in a cell, and how it is read as a text or a day."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import TypeAlias

Cell: TypeAlias = str | int | float | bool | date | datetime | None

_DIGITS_OF_A_NUMBER = 15
_FIRST_YEAR, _LAST_YEAR = 1900, 2100

_LIKE_A_FORMULA = re.compile(r"'*\s*[=+\-@\t\r]")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DAY = re.compile(
    r"(?P<y>[0-9]{4})(?:(?P<mark>[-/.])(?P<m>[0-9]{1,2})(?P=mark)(?P<d>[0-9]{1,2})"
    r"|年(?P<m_zh>[0-9]{1,2})月(?P<d_zh>[0-9]{1,2})日"
    r"|(?P<m_short>[0-9]{2})(?P<d_short>[0-9]{2}))"
)


def harmless(text: str) -> str:
    """With a leading apostrophe where a spreadsheet program could take the text for a formula.

    A text of apostrophes before such a start gets one more, so that `plain` always gives back what was given.
    """
    return f"'{text}" if _LIKE_A_FORMULA.match(text) else text


def plain(text: str) -> str:
    """What `harmless` was given."""
    return text[1:] if text.startswith("'") and _LIKE_A_FORMULA.match(text, 1) else text


def of_xml(text: str) -> str:
    """Without the characters that XML does not know."""
    return _NOT_IN_XML.sub("", text)


def column_letters(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def as_text(cell: Cell) -> str | None:
    """The text without surrounding space and invisible characters, full-width letters and digits made plain (NFKC).

    Numbers as they are shown (10023.0 → 10023), days in ISO form, None for what is empty. Raises ValueError for a
    number of more than 15 digits: a spreadsheet has lost the last of them.
    """
    if isinstance(cell, str):
        return _INVISIBLE.sub("", unicodedata.normalize("NFKC", cell)).strip() or None
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return _number_as_text(cell)


def _number_as_text(number: int | float) -> str:
    if not isfinite(number) or abs(number) >= 10**_DIGITS_OF_A_NUMBER:
        raise ValueError(f"a number of more than {_DIGITS_OF_A_NUMBER} digits")
    shown = f"{Decimal(f'{number:.{_DIGITS_OF_A_NUMBER}g}'):f}"
    return "0" if shown == "-0" else shown


def as_date(cell: Cell) -> date | None:
    """A day from 1900 to 2100: a date, or a text as 2022-03-01, 2022/3/1, 2022.3.1, 2022年3月1日 or 20220301.

    None for what is empty. Raises ValueError for everything else; a number is the day only where its digits spell it
    (20220301), never as a count of days.
    """
    if isinstance(cell, date):
        return _within_years(cell.date() if isinstance(cell, datetime) else cell)
    if isinstance(cell, bool):
        raise ValueError("not a day")
    text = as_text(cell)
    if text is None:
        return None
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError("not a day")
    month = found["m"] or found["m_zh"] or found["m_short"]
    day = found["d"] or found["d_zh"] or found["d_short"]
    return _within_years(date(int(found["y"]), int(month), int(day)))


def _within_years(day: date) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(f"not within the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return day
