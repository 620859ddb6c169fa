"""How much of a spreadsheet is taken in."""

from typing import NamedTuple

MEBIBYTE = 1024 * 1024


class Limits(NamedTuple):
    """`rows` counts from the header down, empty ones too; `text` is in characters.

    The parts of a workbook may inflate to `inflated_bytes` together, and each by `ratio` once it is more than
    `ratio_from_bytes`.
    """

    rows: int = 50_000
    columns: int = 100
    text: int = 10_000
    file_bytes: int = 20 * MEBIBYTE
    inflated_bytes: int = 300 * MEBIBYTE
    ratio: int = 200
    ratio_from_bytes: int = MEBIBYTE
    entries: int = 1_000
