"""The sheet of delegates: 工号, 代表团, 单位; what each row of it would change."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.proposals.domain.delegates import Delegate, Delegation
from services.proposals.errors.congresses import StaffNumberColumnMissing
from shared.contracts.members import Employment
from shared.sheets import Cell, Row, as_text

HEADINGS: Mapping[str, Sequence[str]] = {
    "staff_number": ("工号", "职工号", "人员编号", "staff number"),
    "delegation": ("代表团", "所属代表团", "delegation"),
    "unit": ("单位", "部门", "选举单位", "学院", "所在部门", "unit", "department"),
}
MOST_ROWS = 2_000
_STAFF_NUMBER = re.compile(r"[A-Za-z0-9-]{1,32}")


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class Reason(NamedTuple):
    """Why a row is refused: the field, and the rule as a fixed word. It quotes nothing of the row."""

    field: str
    rule: str


class Verdict(NamedTuple):
    """What a row comes to. `number` is the row as the spreadsheet program counts; the staff number is not repeated."""

    number: int
    outcome: Outcome
    member_id: UUID | None = None
    reasons: tuple[Reason, ...] = ()


class Found(NamedTuple):
    """What this service knows that a sheet may name. Names are folded; a name of several is refused."""

    members: Mapping[str, Sequence[UUID]]
    """By staff number."""
    posts: Mapping[UUID, tuple[UUID, Employment]]
    """The unit of each member, and whether in post."""
    units: Mapping[str, Sequence[UUID]]
    of_the_body: frozenset[UUID]
    delegations: Mapping[str, Delegation]
    seated: Mapping[UUID, Delegate]
    asking: UUID
    """Who hands the sheet in: nobody seats themself."""
    left: AbstractSet[UUID]
    """Who left the term, and was not seated again: an old sheet does not bring them back."""


class Plan(NamedTuple):
    """A row that can be taken: who becomes a delegate for which unit, or goes to another delegation."""

    number: int
    outcome: Outcome
    member_id: UUID
    unit_id: UUID
    delegation: Delegation | None


class SheetRow(NamedTuple):
    number: int
    staff_number: str | None
    delegation: str | None
    unit: str | None
    unreadable: tuple[str, ...]


def columns(header: Sequence[str]) -> dict[str, int]:
    """Which column is which field. Raises StaffNumberColumnMissing."""
    named = {folded(name): at for at, name in enumerate(header)}
    found = {
        field: next((named[heading] for heading in headings if heading in named), -1)
        for field, headings in HEADINGS.items()
    }
    if found["staff_number"] < 0:
        raise StaffNumberColumnMissing
    return {field: at for field, at in found.items() if at >= 0}


def folded(text: str) -> str:
    """One form for what looks alike in a sheet."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def read_row(row: Row, at: Mapping[str, int]) -> SheetRow:
    given: dict[str, str | None] = dict.fromkeys(HEADINGS)
    unreadable: list[str] = []
    for field, column in at.items():
        cell: Cell = row.cells[column]
        try:
            given[field] = as_text(cell)
        except ValueError:
            unreadable.append(field)
    return SheetRow(row.number, given["staff_number"], given["delegation"], given["unit"], tuple(unreadable))


def judge(rows: Sequence[SheetRow], found: Found) -> list[Verdict | Plan]:
    """In the order of the rows. A staff number counts where it comes first."""
    seen: Counter[str] = Counter()
    judged: list[Verdict | Plan] = []
    for row in rows:
        if row.staff_number is not None:
            seen[row.staff_number] += 1
        judged.append(_judge(row, found, repeated=row.staff_number is not None and seen[row.staff_number] > 1))
    return judged


def _judge(row: SheetRow, found: Found, *, repeated: bool) -> Verdict | Plan:
    reasons = [Reason(field, "unreadable") for field in row.unreadable]
    member_id, why = _member(row, found)
    if repeated:
        why = "repeats_a_row"
    if why and "staff_number" not in row.unreadable:
        reasons.append(Reason("staff_number", why))
    delegation = found.delegations.get(folded(row.delegation)) if row.delegation else None
    if row.delegation and delegation is None:
        reasons.append(Reason("delegation", "delegation_unknown"))
    seated = found.seated.get(member_id) if member_id else None
    unit_id, wrong = _unit(row, member_id, found)
    if wrong:
        reasons.append(Reason("unit", wrong))
    if reasons or member_id is None or unit_id is None:
        return Verdict(row.number, Outcome.REFUSED, None, tuple(reasons))
    if seated is None and member_id == found.asking:
        return Verdict(row.number, Outcome.REFUSED, member_id, (Reason("staff_number", "own-case"),))
    if seated is None:
        return Plan(row.number, Outcome.NEW, member_id, unit_id, delegation)
    if row.unit and seated.unit_id != unit_id:
        # The history says for whom a delegate stands: it takes an end and another election.
        return Verdict(row.number, Outcome.REFUSED, member_id, (Reason("unit", "stands_for_another_unit"),))
    if delegation is None or seated.delegation_id == delegation.id:
        return Verdict(row.number, Outcome.UNCHANGED, member_id)
    return Plan(row.number, Outcome.CHANGED, member_id, seated.unit_id, delegation)


def _member(row: SheetRow, found: Found) -> tuple[UUID | None, str]:
    if row.staff_number is None:
        return None, "missing"
    if not _STAFF_NUMBER.fullmatch(row.staff_number):
        return None, "string_pattern_mismatch"
    known = [member for member in found.members.get(row.staff_number, ()) if member in found.posts]
    if len(known) != 1:
        return None, "member_unknown" if not known else "member_ambiguous"
    if known[0] in found.left:
        return None, "delegate-left-already"
    if found.posts[known[0]][1] is not Employment.IN_POST and known[0] not in found.seated:
        return None, "delegate-not-in-post"
    return known[0], ""


def _unit(row: SheetRow, member_id: UUID | None, found: Found) -> tuple[UUID | None, str]:
    """Where the sheet names none it is the unit of the member."""
    if row.unit is None:
        unit_id = found.posts[member_id][0] if member_id else None
    else:
        named = found.units.get(folded(row.unit), ())
        if len(named) != 1:
            return None, "unit_unknown" if not named else "unit_ambiguous"
        unit_id = named[0]
    seated = member_id is not None and member_id in found.seated
    if unit_id is not None and unit_id not in found.of_the_body and not seated:
        return None, "outside-the-body"
    return unit_id, ""
