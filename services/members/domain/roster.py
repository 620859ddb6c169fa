"""The roster of the HR system (花名册): what each row of a sheet would change."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from services.members.domain.fields import Email, Phone, Sex, StaffNumber
from services.members.domain.members import TRANSITIONS, Action, Member
from services.members.errors import ColumnsMissing, ColumnUnknown, ImportNotChecked
from shared.aggregate import Aggregate, Decision
from shared.contracts.members import Employment
from shared.errors import RuleBroken
from shared.http.bodies import Day, Line
from shared.sheets import Cell, as_date, as_text

HEADINGS: Mapping[str, Sequence[str]] = {
    "staff_number": ("工号", "职工号", "人员编号", "staff number"),
    "name": ("姓名", "name"),
    "sex": ("性别", "sex", "gender"),
    "unit": ("部门", "单位", "学院", "所在部门", "unit", "department"),
    "joined_union_on": ("入会日期", "入会时间", "joined union on"),
    "employment": ("状态", "在职状态", "人员状态", "employment"),
    "birth_date": ("出生日期", "生日", "birth date"),
    "phone": ("手机", "手机号", "联系电话", "phone"),
    "email": ("邮箱", "电子邮箱", "e-mail", "email"),
}
"""The fields of a row, and what their columns are usually called."""
REPEATS = "repeats_row_"
"""Begin of the rule that a row breaks whose staff number is in another row too; its number follows."""
NEEDED = ("staff_number", "name", "sex", "unit", "joined_union_on")
_DAYS = ("birth_date", "joined_union_on")
_SEXES = {"女": "female", "男": "male", "female": "female", "male": "male", "f": "female", "m": "male"}
_EMPLOYMENTS = {
    **dict.fromkeys(("在职", "在岗", "in post", "in_post"), "in_post"),
    **dict.fromkeys(("退休", "离退休", "retired"), "retired"),
    **dict.fromkeys(("离职", "调出", "left"), "left"),
}
_BY_EMPLOYMENT = {
    Employment.IN_POST: Action.REINSTATE,
    Employment.RETIRED: Action.RETIRE,
    Employment.LEFT: Action.LEAVE,
}


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    MISSING = "missing"
    """In post here, and in no row: listed, and never removed by an import."""


class Reason(NamedTuple):
    """Why a row is refused: the field, and the rule as a fixed word. It quotes nothing of the row."""

    field: str
    rule: str


class RosterRow(BaseModel):
    """A row that can be taken."""

    model_config = ConfigDict(frozen=True)

    staff_number: StaffNumber
    name: Line
    sex: Sex
    unit_id: UUID
    joined_union_on: Day
    employment: Employment = Employment.IN_POST
    birth_date: Day | None = None
    phone: Phone | None = None
    email: Email | None = None


class Verdict(NamedTuple):
    """What a row comes to. `fields` are those that would change."""

    number: int
    staff_number: str | None
    outcome: Outcome
    fields: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


class State(StrEnum):
    UPLOADED = "uploaded"
    CHECKED = "checked"
    APPLIED = "applied"


class RosterImport(Aggregate):
    """`key` is the one under which the sheet is kept, wrapped. `counts` are of the newest run, by outcome."""

    sha256: str
    columns: tuple[str, ...]
    mapping: dict[str, str]
    rows: int | None
    other_sheets: int
    key: str
    state: State
    counts: dict[Outcome, int]
    uploaded_by: UUID
    uploaded_at: datetime

    @classmethod
    def upload(
        cls,
        import_id: UUID,
        *,
        sha256: str,
        columns: tuple[str, ...],
        rows: int | None,
        other_sheets: int,
        key: str,
        by: UUID,
        at: datetime,
    ) -> "Decision[RosterImport]":
        made = cls(
            id=import_id,
            sha256=sha256,
            columns=columns,
            mapping=guess(columns),
            rows=rows,
            other_sheets=other_sheets,
            key=key,
            state=State.UPLOADED,
            counts={},
            uploaded_by=by,
            uploaded_at=at,
        )
        return Decision(made, ())

    def map_columns(self, mapping: Mapping[str, str]) -> "Decision[RosterImport]":
        """Raises ColumnUnknown, ColumnsMissing."""
        for field, column in mapping.items():
            if field not in HEADINGS or column not in self.columns:
                raise ColumnUnknown(field=field)
        if missing := [field for field in NEEDED if field not in mapping]:
            raise ColumnsMissing(fields=missing)
        if mapping == self.mapping:
            return Decision(self, ())
        # What was found by another mapping says nothing about this one.
        return Decision(
            self.model_copy(update={"mapping": dict(mapping), "state": State.UPLOADED, "counts": {}}),
            (),
        )

    def apply(self) -> "Decision[RosterImport]":
        """It may be applied: once more is as once. Raises ImportNotChecked."""
        if self.state is State.UPLOADED:
            raise ImportNotChecked
        return Decision(self, ())

    def finish(
        self, state: State, counts: Mapping[Outcome, int], *, mapping: Mapping[str, str]
    ) -> "Decision[RosterImport]":
        """`mapping` is the one of the run. Where it is another one by now, the run says nothing."""
        if mapping != self.mapping:
            return Decision(self, ())
        return Decision(self.model_copy(update={"state": state, "counts": dict(counts)}), ())

    def wrap_key(self, wrapped: str) -> "Decision[RosterImport]":
        """The same key under another master key."""
        return Decision(self.model_copy(update={"key": wrapped}), ())


def guess(columns: Iterable[str]) -> dict[str, str]:
    """Which column is which field, by what it is called."""
    named = {folded(column): column for column in columns}
    found: dict[str, str] = {}
    for field, headings in HEADINGS.items():
        for heading in headings:
            if heading in named:
                found[field] = named[heading]
                break
    return found


def folded(text: str) -> str:
    """One form for what looks alike in a sheet."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


_STAFF_NUMBER: TypeAdapter[str] = TypeAdapter(StaffNumber)


def staff_number_in(cell: Cell) -> str | None:
    """Whoever the row is about, whatever else is wrong with it; None where it names nobody that there could be."""
    try:
        return _STAFF_NUMBER.validate_python(as_text(cell))
    except ValueError:
        return None


def told_apart(name: str, unit_id: UUID) -> str:
    """The name of a unit where others have the same, as an export writes it and a sheet may."""
    return f"{name} ({unit_id})"


def read_row(
    cells: Mapping[str, Cell], units: Mapping[str, Sequence[UUID]], *, today: date | None = None
) -> RosterRow | tuple[Reason, ...]:
    """The row, or why it cannot be taken. `units` are the ids by name; a name of several is refused.

    A day after `today` is no day on which somebody was born or joined.
    """
    given: dict[str, Any] = {}
    reasons: list[Reason] = []
    for field, cell in cells.items():
        try:
            given[field] = as_date(cell) if field in _DAYS else as_text(cell)
        except ValueError:
            reasons.append(
                Reason(field, "date_type" if "date" in field or field == "joined_union_on" else "unreadable")
            )
    given = {field: value for field, value in given.items() if value is not None}
    for field in _DAYS:
        if field in given:
            given[field] = given[field].isoformat()
    for field, words in (("sex", _SEXES), ("employment", _EMPLOYMENTS)):
        if field in given:
            given[field] = words.get(folded(given[field]), given[field])
    unit = given.pop("unit", None)
    if unit is None:
        reasons.append(Reason("unit", "missing"))
    else:
        found = units.get(folded(unit), ())
        if len(found) == 1:
            given["unit_id"] = found[0]
        else:
            reasons.append(Reason("unit", "unit_unknown" if not found else "unit_ambiguous"))
    if today is not None:
        reasons += [Reason(field, "not-yet-day") for field in _DAYS if given.get(field, "") > today.isoformat()]
    told = {reason.field for reason in reasons}
    try:
        row = RosterRow.model_validate(given)
    except ValidationError as error:
        for wrong in error.errors(include_input=False, include_url=False, include_context=False):
            field = "unit" if wrong["loc"][0] == "unit_id" else str(wrong["loc"][0])
            if field not in told:
                reasons.append(Reason(field, wrong["type"]))
    else:
        if not reasons:
            return row
    return tuple(reasons)


def compare(row: RosterRow, member: Member | None) -> tuple[str, ...]:
    """The fields that differ; all of them for somebody new. What the sheet leaves out stays as it is."""
    if member is None:
        return tuple(row.model_fields_set)
    given = {name: value for name, value in row if name in row.model_fields_set and value is not None}
    return tuple(sorted(name for name, value in given.items() if getattr(member, name) != value))


def take(member: Member, row: RosterRow, *, today: date) -> Decision[Member]:
    """All the changes of one row as one decision. Raises the rules that they break."""
    differing = set(compare(row, member))
    events: list[Any] = []
    if row.employment is not member.employment and "employment" in differing:
        unit_id = row.unit_id if _BY_EMPLOYMENT[row.employment] is Action.REINSTATE else member.unit_id
        action = _BY_EMPLOYMENT[row.employment]
        member, caused = member.change_employment(action, on=today, today=today, unit_id=unit_id)
        events += caused
    if row.unit_id != member.unit_id and (member.employment, Action.TRANSFER) in TRANSITIONS:
        member, caused = member.transfer(unit_id=row.unit_id, on=today, today=today)
        events += caused
    details = {
        name: getattr(row, name)
        for name in differing & {"name", "sex", "birth_date", "phone", "email", "joined_union_on"}
    }
    if details:
        member, caused = member.change_details(today=today, **details)
        events += caused
    return Decision(member, tuple(events))


def refusal(row: RosterRow, member: Member, *, today: date) -> tuple[Reason, ...]:
    """Why the changes of the row could not be made."""
    try:
        after = take(member, row, today=today).state
    except RuleBroken as error:
        return (Reason("employment" if row.employment is not member.employment else "unit", error.slug()),)
    return tuple(Reason("unit" if field == "unit_id" else field, "wrong-state") for field in compare(row, after))
