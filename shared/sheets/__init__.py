"""Spreadsheets that people hand in (.xlsx or CSV), and the .xlsx files that they take away.

Everything here blocks: from a coroutine it is called in a thread.
"""

from shared.sheets.cells import Cell, as_date, as_text, column_letters, harmless
from shared.sheets.limits import Limits
from shared.sheets.read import Row, Sheet, open_sheet
from shared.sheets.write import Tab, write_sheet, write_workbook

__all__ = [
    "Cell",
    "Limits",
    "Row",
    "Sheet",
    "Tab",
    "as_date",
    "as_text",
    "column_letters",
    "harmless",
    "open_sheet",
    "write_sheet",
    "write_workbook",
]
