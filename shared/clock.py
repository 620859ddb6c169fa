"""Time in UTC, days in Asia/Shanghai. Milliseconds, because that is what MongoDB keeps."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

CAMPUS = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def campus_day(moment: datetime) -> date:
    return moment.astimezone(CAMPUS).date()


def begin_of(day: date) -> datetime:
    """The first moment of a day of the campus."""
    return datetime.combine(day, time.min, CAMPUS).astimezone(UTC)
