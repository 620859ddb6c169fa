from datetime import UTC, datetime

import pytest

from services.reports.domain import COUNTED, campus_year, fact_id
from shared.contracts.generate import all_events


def test_every_public_event_is_counted_once_and_no_restricted_one() -> None:
    public = {event for event in all_events() if not event.restricted}

    assert len(COUNTED) == len(set(COUNTED))
    assert set(COUNTED) == public


@pytest.mark.parametrize(
    ("at", "year"),
    [
        (datetime(2022, 12, 31, 15, 59, 59, 999000, tzinfo=UTC), 2022),
        (datetime(2022, 12, 31, 16, 0, 0, tzinfo=UTC), 2023),
        (datetime(2023, 6, 1, tzinfo=UTC), 2023),
    ],
)
def test_a_year_begins_at_midnight_in_shanghai(at: datetime, year: int) -> None:
    assert campus_year(at) == year


def test_a_fact_is_named_by_its_event_and_where_that_came_from() -> None:
    assert fact_id("/union/events", "1") == fact_id("/union/events", "1")
    assert len({fact_id(source, event) for source in ("/union/events", "/union/members") for event in "12"}) == 4
