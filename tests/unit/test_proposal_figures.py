from statistics import mean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.proposals.domain.cases import State as CaseState
from services.proposals.domain.figures import DaysToAnswer, of_cases, of_days, of_forms, of_ratings, percent
from services.proposals.domain.proposals import Category, State
from services.proposals.exports import words
from shared.contracts.proposals.cases import AnswerType, CaseKind, RatingValue
from shared.contracts.proposals.forms import NotFiledReason


def test_of_nothing_there_is_no_percentage_and_no_median() -> None:
    cases = of_cases([], {})

    assert cases.handled_percent is None
    assert cases.days_to_answer == DaysToAnswer(median=None, mean=None, longest=None)
    assert of_ratings({}).satisfied_percent is None


def test_every_category_and_every_reason_is_there_with_nothing_in_it() -> None:
    forms = of_forms([])

    assert [row.category for row in forms.by_category] == list(Category)
    assert forms.not_filed_by_reason == dict.fromkeys(NotFiledReason, 0)
    assert forms.by_unit == ()


@pytest.mark.parametrize(
    ("part", "whole", "shown"), [(1, 3, 33.3), (2, 3, 66.7), (1, 16, 6.3), (3, 16, 18.8), (10, 10, 100.0)]
)
def test_a_percentage_has_one_decimal_and_half_of_it_goes_up(part: int, whole: int, shown: float) -> None:
    assert percent(part, whole) == shown


@given(st.lists(st.integers(0, 90), min_size=1, max_size=40))
def test_days_counted_by_how_many_are_the_same_as_days_listed(listed: list[int]) -> None:
    days = of_days({day: listed.count(day) for day in listed})

    assert days.median == median(listed)
    assert days.mean == pytest.approx(mean(listed), abs=0.0501)
    assert days.longest == max(listed)


def test_satisfied_are_those_who_are_so_basically_too() -> None:
    counts = {RatingValue.SATISFIED: 2, RatingValue.BASICALLY_SATISFIED: 1, RatingValue.DISSATISFIED: 1}

    found = of_ratings(counts)

    assert (found.rated, found.satisfied, found.basically_satisfied, found.dissatisfied) == (4, 2, 1, 1)
    assert found.satisfied_percent == 75.0


@pytest.mark.parametrize(
    ("codes", "known"),
    [
        (Category, words.CATEGORIES),
        (State, words.STATES),
        (NotFiledReason, words.REASONS),
        (CaseKind, words.KINDS),
        (CaseState, words.CASE_STATES),
        (AnswerType, words.ANSWERS),
        (RatingValue, words.RATINGS),
    ],
)
def test_a_document_has_a_word_for_every_code(codes: type, known: object) -> None:
    assert list(known) == list(codes)  # type: ignore[call-overload]
