"""The rows of the list of a batch visit, by ids or from a sheet with staff numbers: what each comes to."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.welfare.errors.visits import ColumnOfStaffNumbersMissing
from shared.contracts.members import Employment

MOST_ROWS = 10_000
HEADINGS = ("工号", "职工号", "人员编号", "staff number")
_STAFF_NUMBER = re.compile(r"[A-Za-z0-9-]{1,32}")


class RowOutcome(StrEnum):
    OK = "ok"
    MEMBER_UNKNOWN = "member_unknown"
    MEMBER_AMBIGUOUS = "member_ambiguous"
    """Several members have this staff number."""
    REPEATS_A_ROW = "repeats_a_row"
    LEFT = "left"
    OUTSIDE_YOUR_UNITS = "outside_your_units"
    OWN_CASE = "own_case"
    UNREADABLE = "unreadable"
    """The row holds no staff number."""


class ListRow(NamedTuple):
    """`number` is the place in the list from 1, or the row as the spreadsheet program counts."""

    number: int
    member_id: UUID | None
    wrong: RowOutcome | None = None


class Post(NamedTuple):
    """Where a member is, and whether in post."""

    unit_id: UUID
    employment: Employment


class Verdict(NamedTuple):
    number: int
    member_id: UUID | None
    outcome: RowOutcome


def column_of(header: Sequence[str]) -> int:
    """Where the staff numbers are. Raises ColumnOfStaffNumbersMissing."""
    names = [" ".join(unicodedata.normalize("NFKC", name).lower().split()) for name in header]
    for heading in HEADINGS:
        if heading in names:
            return names.index(heading)
    raise ColumnOfStaffNumbersMissing


def by_number(number: int, staff_number: str | None, members: Mapping[str, Sequence[UUID]]) -> ListRow:
    """A row of a sheet, with whoever is known by its staff number."""
    if staff_number is None or not _STAFF_NUMBER.fullmatch(staff_number):
        return ListRow(number, None, RowOutcome.UNREADABLE)
    found = members.get(staff_number, ())
    if len(found) > 1:
        return ListRow(number, None, RowOutcome.MEMBER_AMBIGUOUS)
    return ListRow(number, found[0] if found else None)


def judge(
    rows: Sequence[ListRow], known: Mapping[UUID, Post], units: Collection[UUID] | None, asking: UUID
) -> list[Verdict]:
    """In the order of the rows. `units` are those of the batch, None for the whole school. Who comes twice counts where
    they come first.
    """
    seen: set[UUID] = set()
    verdicts: list[Verdict] = []
    for row in rows:
        outcome = row.wrong or _outcome(row.member_id, known, units, asking)
        if row.member_id in seen:
            outcome = RowOutcome.REPEATS_A_ROW
        elif row.member_id is not None:
            seen.add(row.member_id)
        # Whoever is outside is not to be found out by their number.
        shown = None if outcome in _NOT_SHOWN else row.member_id
        verdicts.append(Verdict(row.number, shown, outcome))
    return verdicts


_NOT_SHOWN = (RowOutcome.MEMBER_UNKNOWN, RowOutcome.OUTSIDE_YOUR_UNITS, RowOutcome.REPEATS_A_ROW)


def _outcome(
    member_id: UUID | None, known: Mapping[UUID, Post], units: Collection[UUID] | None, asking: UUID
) -> RowOutcome:
    post = known.get(member_id) if member_id else None
    if post is None:
        return RowOutcome.MEMBER_UNKNOWN
    if units is not None and post.unit_id not in units:
        return RowOutcome.OUTSIDE_YOUR_UNITS
    if post.employment is Employment.LEFT:
        return RowOutcome.LEFT
    return RowOutcome.OWN_CASE if member_id == asking else RowOutcome.OK
