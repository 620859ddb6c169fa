from datetime import UTC, date, datetime, timedelta

import pytest

from shared.clock import campus_day
from shared.ids import first_id_at, first_id_before, new_id


def test_ids_sort_by_the_time_they_were_made() -> None:
    made = [new_id() for _ in range(1000)]

    assert made == sorted(made)
    assert len(set(made)) == 1000


def test_an_id_is_a_uuid_of_version_7() -> None:
    assert new_id().version == 7


def test_the_first_id_at_a_moment_sorts_between_before_and_after() -> None:
    before = new_id()
    moment = datetime.fromtimestamp((before.int >> 80) / 1000, UTC)

    assert first_id_at(moment) <= before < first_id_at(moment + timedelta(milliseconds=1))


def test_the_first_id_so_long_before_another_sorts_before_what_was_made_since() -> None:
    identity = new_id()

    assert first_id_before(identity, timedelta(seconds=0)) <= identity
    assert (identity.int >> 80) - (first_id_before(identity, timedelta(seconds=5)).int >> 80) == 5000


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2022, 6, 1, 15, 59, 59, tzinfo=UTC), date(2022, 6, 1)),
        (datetime(2022, 6, 1, 16, 0, 0, tzinfo=UTC), date(2022, 6, 2)),
        (datetime(2022, 12, 31, 16, 0, 0, tzinfo=UTC), date(2023, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_shanghai(at: datetime, day: date) -> None:
    assert campus_day(at) == day
