"""The figures of forms and of cases, which are counted apart: from counted rows to what is shown."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.proposals.domain.proposals import Category, State
from shared.contracts.proposals.cases import CaseKind, RatingValue
from shared.contracts.proposals.forms import NotFiledReason

K = TypeVar("K")
R = TypeVar("R")
S = TypeVar("S", bound=StrEnum)

PENDING = frozenset({State.COLLECTED, State.REFERRED})


class _Figures(BaseModel):
    model_config = ConfigDict(frozen=True)


class FormRow(NamedTuple):
    """So many forms are alike in all of this."""

    category: Category
    proposer_unit_id: UUID
    state: State
    late: bool
    forwarded_in: bool
    reason: NotFiledReason | None
    number: int


class CaseRow(NamedTuple):
    """So many cases are alike, cancelled ones left out; `forms` are those behind all of them together."""

    kind: CaseKind
    category: Category
    lead_unit_id: UUID | None
    forwarded: bool
    forwarded_in: bool
    handled: bool
    overdue: bool
    answered_late: bool
    committed: bool
    reopened: bool
    number: int
    forms: int


class Dispositions(_Figures):
    """`collected` is all that was not withdrawn; what is in none of the others is pending."""

    collected: int
    filed: int
    opinion: int
    not_filed: int
    merged: int


class OfCategory(Dispositions):
    category: Category


class OfUnit(Dispositions):
    """By the unit of the proposer."""

    unit_id: UUID


class FormFigures(Dispositions):
    """`forwarded_in` are those of all of them that units have forwarded to the school: the same matters are among the
    forms of those units, so whoever counts the whole college takes them off.
    """

    withdrawn: int
    late: int
    pending: int
    forwarded_in: int
    not_filed_by_reason: dict[NotFiledReason, int]
    by_category: tuple[OfCategory, ...]
    by_unit: tuple[OfUnit, ...]


class DaysToAnswer(_Figures):
    """From the first assignment to the first answer that was sent; null where there is none. What the school has
    answered for a unit is not among them."""

    median: float | None
    mean: float | None
    longest: int | None


class Handling(_Figures):
    """Of cases and opinions together where nothing else is said; those that were cancelled are in none of it.

    `overdue_now`: the authors still wait past the due date, for the answer or for its signature. `answered_late`: what
    was sent first was written after the due date. `handled`: an answer was sent at least once. `handled_percent` is of
    those that are not forwarded to the school.
    """

    filed: int
    opinions: int
    handled: int
    handled_percent: float | None
    overdue_now: int
    answered_late: int


class CasesOfCategory(Handling):
    category: Category


class CasesOfDepartment(Handling):
    """By the lead department; what nobody has now, as it was not assigned or returned, is in none."""

    unit_id: UUID


class CaseFigures(Handling):
    """`forwarded` are those that wait for the school. `forwarded_in` are those of all of them that the school has from
    units: the same matters are among the cases of those units, so whoever counts the whole college takes them off.
    """

    forms_behind_filed: int
    forms_behind_opinions: int
    forwarded: int
    forwarded_in: int
    assigned: int
    days_to_answer: DaysToAnswer
    committed: int
    reopened: int
    by_category: tuple[CasesOfCategory, ...]
    by_department: tuple[CasesOfDepartment, ...]


class Satisfaction(_Figures):
    """Of the last round of each case in which somebody rated it."""

    rated: int
    satisfied: int
    basically_satisfied: int
    dissatisfied: int
    satisfied_percent: float | None


class Figures(_Figures):
    forms: FormFigures
    cases: CaseFigures
    satisfaction: Satisfaction


def of_forms(rows: Iterable[FormRow]) -> FormFigures:
    found = list(rows)
    collected = [row for row in found if row.state is not State.WITHDRAWN]
    turned_down = _Counted((row.reason, row.number) for row in collected if row.state is State.NOT_FILED)
    by_category = _grouped(collected, lambda row: row.category)
    by_unit = _grouped(collected, lambda row: row.proposer_unit_id)
    return FormFigures(
        **_dispositions(collected),
        withdrawn=sum(row.number for row in found if row.state is State.WITHDRAWN),
        late=sum(row.number for row in collected if row.late),
        pending=sum(row.number for row in collected if row.state in PENDING),
        forwarded_in=sum(row.number for row in collected if row.forwarded_in),
        not_filed_by_reason={reason: turned_down[reason] for reason in NotFiledReason},
        by_category=tuple(
            OfCategory(category=category, **_dispositions(by_category.get(category, ()))) for category in Category
        ),
        by_unit=tuple(OfUnit(unit_id=unit, **_dispositions(by_unit[unit])) for unit in sorted(by_unit)),
    )


def of_cases(rows: Iterable[CaseRow], days: Mapping[int, int]) -> CaseFigures:
    """`days` are how many first answers took so many days."""
    found = list(rows)
    forms = _Counted((row.kind, row.forms) for row in found)
    by_category = _grouped(found, lambda row: row.category)
    by_department = _grouped(found, lambda row: row.lead_unit_id)
    return CaseFigures(
        **_handling(found),
        forms_behind_filed=forms[CaseKind.FILED],
        forms_behind_opinions=forms[CaseKind.OPINION],
        forwarded=sum(row.number for row in found if row.forwarded),
        forwarded_in=sum(row.number for row in found if row.forwarded_in),
        assigned=sum(row.number for row in found if row.lead_unit_id is not None),
        days_to_answer=of_days(days),
        committed=sum(row.number for row in found if row.committed),
        reopened=sum(row.number for row in found if row.reopened),
        by_category=tuple(
            CasesOfCategory(category=category, **_handling(by_category.get(category, ()))) for category in Category
        ),
        by_department=tuple(
            CasesOfDepartment(unit_id=unit, **_handling(by_department[unit]))
            for unit in sorted(unit for unit in by_department if unit is not None)
        ),
    )


def of_ratings(counts: Mapping[RatingValue, int]) -> Satisfaction:
    satisfied, basically, dissatisfied = (counts.get(value, 0) for value in RatingValue)
    rated = satisfied + basically + dissatisfied
    return Satisfaction(
        rated=rated,
        satisfied=satisfied,
        basically_satisfied=basically,
        dissatisfied=dissatisfied,
        satisfied_percent=percent(satisfied + basically, rated),
    )


def of_days(days: Mapping[int, int]) -> DaysToAnswer:
    answers = sum(days.values())
    if not answers:
        return DaysToAnswer(median=None, mean=None, longest=None)
    middle = (_at(days, (answers - 1) // 2) + _at(days, answers // 2)) / 2
    total = sum(day * number for day, number in days.items())
    return DaysToAnswer(median=middle, mean=_one_decimal(Fraction(total, answers)), longest=max(days))


def percent(part: int, whole: int) -> float | None:
    """With one decimal; None of nothing."""
    return _one_decimal(Fraction(100 * part, whole)) if whole else None


def _one_decimal(exact: Fraction) -> float:
    """Half a tenth goes up, as people round; not to the even one, as `round` does."""
    return float((exact * 10 + Fraction(1, 2)) // 1) / 10


def _at(days: Mapping[int, int], place: int) -> int:
    """The number of days at a place of the ordered answers."""
    for day in sorted(days):
        place -= days[day]
        if place < 0:
            return day
    raise IndexError(place)


def _dispositions(rows: Iterable[FormRow]) -> dict[str, int]:
    counted = _Counted((row.state, row.number) for row in rows)
    return {
        "collected": sum(counted.values()),
        "filed": counted[State.FILED],
        "opinion": counted[State.OPINION],
        "not_filed": counted[State.NOT_FILED],
        "merged": counted[State.MERGED],
    }


def _handling(rows: Iterable[CaseRow]) -> dict[str, Any]:
    found = list(rows)
    kinds = _Counted((row.kind, row.number) for row in found)
    here = [row for row in found if not row.forwarded]
    handled = sum(row.number for row in here if row.handled)
    return {
        "filed": kinds[CaseKind.FILED],
        "opinions": kinds[CaseKind.OPINION],
        "handled": handled,
        "handled_percent": percent(handled, sum(row.number for row in here)),
        "overdue_now": sum(row.number for row in found if row.overdue),
        "answered_late": sum(row.number for row in found if row.answered_late),
    }


def _grouped(rows: Iterable[R], by: Callable[[R], K]) -> dict[K, list[R]]:
    found: dict[K, list[R]] = {}
    for row in rows:
        found.setdefault(by(row), []).append(row)
    return found


class _Counted(dict[K, int], Generic[K]):
    def __init__(self, pairs: Iterable[tuple[K, int]]) -> None:
        super().__init__()
        for key, number in pairs:
            self[key] = self.get(key, 0) + number

    def __missing__(self, key: K) -> int:
        return 0
