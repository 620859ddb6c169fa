from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.working_days import Days, days_after, is_working_day

BEYOND = date(2100, 1, 4)
"""A Monday of a year whose calendar is not published."""


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2022, 9, 30), True),
        (date(2022, 10, 1), False),
        (date(2022, 10, 3), False),
        (date(2022, 10, 7), False),
        (date(2022, 10, 8), True),
        (date(2022, 10, 9), True),
        (date(2022, 10, 15), False),
        (date(2022, 1, 29), True),
        (date(2022, 1, 31), False),
    ],
)
def test_the_calendar_of_the_state_council_says_who_works(day: date, works: bool) -> None:
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("day", "number", "found"),
    [
        (date(2022, 9, 30), 0, date(2022, 9, 30)),
        (date(2022, 9, 30), 1, date(2022, 10, 8)),
        (date(2022, 9, 30), 2, date(2022, 10, 9)),
        (date(2022, 9, 30), 7, date(2022, 10, 14)),
        (date(2022, 9, 30), 8, date(2022, 10, 17)),
        (date(2022, 10, 3), 0, date(2022, 10, 3)),
        (date(2022, 10, 3), 1, date(2022, 10, 8)),
        (date(2022, 10, 8), -1, date(2022, 9, 30)),
        (date(2022, 10, 10), -1, date(2022, 10, 9)),
        (date(2022, 10, 10), -3, date(2022, 9, 30)),
        (date(2022, 10, 3), -1, date(2022, 9, 30)),
    ],
)
def test_working_days_around_the_national_day_of_2022(day: date, number: int, found: date) -> None:
    assert days_after(day, number, Days.WORKING) == found


@pytest.mark.parametrize(
    ("number", "found"), [(1, date(2022, 10, 1)), (-30, date(2022, 8, 31)), (0, date(2022, 9, 30))]
)
def test_natural_days_are_counted_as_they_come(number: int, found: date) -> None:
    assert days_after(date(2022, 9, 30), number, Days.NATURAL) == found


def test_beyond_the_calendar_monday_to_friday_work() -> None:
    assert [is_working_day(BEYOND + timedelta(days=each)) for each in range(7)] == [True] * 5 + [False] * 2
    assert days_after(BEYOND, 5, Days.WORKING) == BEYOND + timedelta(days=7)
    assert days_after(BEYOND, -1, Days.WORKING) == BEYOND - timedelta(days=3)
    assert is_working_day(date(2003, 10, 1))


def test_a_deadline_may_lie_beyond_the_calendar_of_the_day_it_is_set() -> None:
    assert days_after(date(2022, 12, 30), 3000, Days.WORKING) > date(2033, 1, 1)


@given(st.dates(date(2004, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_it_is_a_working_day_and_as_many_lie_between(day: date, number: int) -> None:
    after, before = days_after(day, number, Days.WORKING), days_after(day, -number, Days.WORKING)

    assert is_working_day(after)
    assert is_working_day(before)
    assert sum(is_working_day(day + timedelta(days=n)) for n in range(1, (after - day).days + 1)) == number
    assert sum(is_working_day(day - timedelta(days=n)) for n in range(1, (day - before).days + 1)) == number
