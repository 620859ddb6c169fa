"""The list of a batch visit, by ids or as a sheet with staff numbers: read, looked up, and judged row by row."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from services.welfare.domain.batch_rows import MOST_ROWS, ListRow, Post, Verdict, by_number, column_of, judge
from services.welfare.store import WelfareStores
from shared.sheets import Limits, as_text, open_sheet


async def verdicts(
    stores: WelfareStores, rows: Sequence[ListRow], unit_id: UUID | None, *, asking: UUID
) -> list[Verdict]:
    """What each row of a batch of the unit comes to."""
    known = await stores.directory.known(row.member_id for row in rows if row.member_id)
    units = None if unit_id is None else frozenset(await stores.units_below([unit_id]))
    posts = {member: Post(there.unit_id, there.employment) for member, there in known.items()}
    return judge(rows, posts, units, asking)


def listed(member_ids: Sequence[UUID]) -> list[ListRow]:
    return [ListRow(number, member_id) for number, member_id in enumerate(member_ids, 1)]


async def read_sheet(stores: WelfareStores, content: bytes) -> list[ListRow]:
    """Raises SheetRefused, ColumnOfStaffNumbersMissing."""

    def read() -> list[tuple[int, str | None]]:
        with tempfile.TemporaryDirectory(prefix="batch-") as folder:
            path = Path(folder) / "sheet"
            path.touch(mode=0o600)
            path.write_bytes(content)
            with open_sheet(path, limits=Limits(rows=MOST_ROWS, file_bytes=max(1, len(content)))) as sheet:
                at = column_of(sheet.header)
                return [(row.number, _text(row.cells[at])) for row in sheet.rows()]

    read_rows = await asyncio.to_thread(read)
    members = await stores.staff_numbers.members(number for _, number in read_rows if number)
    return [by_number(row, number, members) for row, number in read_rows]


def _text(cell: object) -> str | None:
    try:
        return as_text(cell)  # type: ignore[arg-type]
    except ValueError:
        return None
