"""Deadlines in days: of the calendar, or working days as the State Council's calendar has them."""

from datetime import date, timedelta
from enum import StrEnum

import chinese_calendar


class Days(StrEnum):
    NATURAL = "natural"
    WORKING = "working"


def is_working_day(day: date) -> bool:
    """Beyond the published calendar (the next year's appears in November) every Monday to Friday counts as one."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def days_after(day: date, number: int, days: Days) -> date:
    """The day `number` days after `day`, which itself does not count; before it where the number is negative."""
    if days is Days.NATURAL:
        return day + timedelta(days=number)
    step = timedelta(days=1 if number >= 0 else -1)
    left = abs(number)
    while left:
        day += step
        left -= is_working_day(day)
    return day
