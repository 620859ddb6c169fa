"""A list of members, handed in as ids, as staff numbers or as a sheet: whom each row names, and what it comes to."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.welfare.errors.member_lists import SheetWithoutColumn
from shared.contracts.members import Employment
from shared.sheets import Row, as_text

MOST_ROWS = 1_000
HEADINGS: Mapping[str, Sequence[str]] = {
    "staff_number": ("工号", "职工号", "人员编号", "staff number"),
    "card_number": ("卡号", "服务卡号", "工会服务卡号", "card number"),
}
STAFF_NUMBER = re.compile(r"[A-Za-z0-9-]{1,32}")
CARD_NUMBER = re.compile(r"[0-9]{8,24}")


class Outcome(StrEnum):
    NEW = "new"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class Reason(NamedTuple):
    """Why a row is refused: the field, and the rule as a fixed word. It quotes nothing of the row."""

    field: str
    rule: str


class Verdict(NamedTuple):
    """What a row comes to. `number` is its place in the list, or the row as the spreadsheet program counts."""

    number: int
    outcome: Outcome
    member_id: UUID | None = None
    reasons: tuple[Reason, ...] = ()


class Entry(NamedTuple):
    """A row as it came: it names a member by the one or the other."""

    number: int
    member_id: UUID | None = None
    staff_number: str | None = None
    card_number: str | None = None
    unreadable: tuple[str, ...] = ()


class Known(NamedTuple):
    """What this service knows that a list may name."""

    members: Mapping[str, Sequence[UUID]]
    """By staff number."""
    posts: Mapping[UUID, tuple[UUID, Employment]]
    """The unit of each member, and whether in post."""
    units: Collection[UUID] | None
    """Those for which the list is; None is the whole school."""
    asking: UUID
    """Who hands the list in: nobody does anything about themself."""


class Plan(NamedTuple):
    """A row that names a member about whom something can be done."""

    entry: Entry
    member_id: UUID
    unit_id: UUID
    employment: Employment

    @property
    def number(self) -> int:
        return self.entry.number

    def comes_to(self, outcome: Outcome, *reasons: Reason) -> Verdict:
        return Verdict(self.number, outcome, self.member_id, reasons)


def columns(header: Sequence[str], wanted: Sequence[str]) -> dict[str, int]:
    """Which column is which field, of those that are wanted. Raises SheetWithoutColumn."""
    named = {_folded(name): at for at, name in enumerate(header)}
    found: dict[str, int] = {}
    for field in wanted:
        at = next((named[heading] for heading in HEADINGS[field] if heading in named), None)
        if at is None:
            raise SheetWithoutColumn(field=field)
        found[field] = at
    return found


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def read_row(row: Row, at: Mapping[str, int]) -> Entry:
    given: dict[str, str | None] = {}
    unreadable: list[str] = []
    for field, column in at.items():
        try:
            given[field] = as_text(row.cells[column])
        except ValueError:
            unreadable.append(field)
    return Entry(row.number, None, given.get("staff_number"), given.get("card_number"), tuple(unreadable))


def judge(entries: Sequence[Entry], known: Known) -> list[Verdict | Plan]:
    """In their order. A member counts where they are named first."""
    seen: Counter[UUID] = Counter()
    judged: list[Verdict | Plan] = []
    for entry in entries:
        found = _judge(entry, known)
        if isinstance(found, Plan):
            seen[found.member_id] += 1
            if seen[found.member_id] > 1:
                found = found.comes_to(Outcome.REFUSED, Reason("member_id", "repeats_a_row"))
        judged.append(found)
    return judged


def _judge(entry: Entry, known: Known) -> Verdict | Plan:
    if entry.unreadable:
        reasons = tuple(Reason(field, "unreadable") for field in entry.unreadable)
        return Verdict(entry.number, Outcome.REFUSED, None, reasons)
    field = "member_id" if entry.member_id else "staff_number"
    member_id, why = _member(entry, known)
    if member_id is None:
        return Verdict(entry.number, Outcome.REFUSED, None, (Reason(field, why),))
    unit_id, employment = known.posts[member_id]
    if known.units is not None and unit_id not in known.units:
        # Not who it is: somebody of another branch is nobody's to look up.
        return Verdict(entry.number, Outcome.REFUSED, None, (Reason(field, "member_unknown"),))
    if member_id == known.asking:
        return Verdict(entry.number, Outcome.REFUSED, member_id, (Reason(field, "own-case"),))
    if employment is Employment.LEFT:
        return Verdict(entry.number, Outcome.REFUSED, member_id, (Reason(field, "member-has-left"),))
    return Plan(entry, member_id, unit_id, employment)


def _member(entry: Entry, known: Known) -> tuple[UUID | None, str]:
    if entry.member_id is not None:
        return (entry.member_id, "") if entry.member_id in known.posts else (None, "member_unknown")
    if entry.staff_number is None:
        return None, "missing"
    if not STAFF_NUMBER.fullmatch(entry.staff_number):
        return None, "string_pattern_mismatch"
    found = [member for member in known.members.get(entry.staff_number, ()) if member in known.posts]
    if len(found) != 1:
        return None, "member_ambiguous" if found else "member_unknown"
    return found[0], ""


def counted(verdicts: Sequence[Verdict]) -> dict[str, int]:
    counts = Counter(verdict.outcome.value for verdict in verdicts)
    return {outcome.value: counts[outcome.value] for outcome in Outcome}
