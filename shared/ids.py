"""Identifiers that sort by the time they were made (UUIDv7)."""

from datetime import datetime, timedelta
from uuid import UUID

import uuid_utils

_TIME_BITS = 80


def new_id() -> UUID:
    return UUID(int=uuid_utils.uuid7().int)


def first_id_at(moment: datetime) -> UUID:
    """Sorts before every id that is made at the moment or later."""
    return UUID(int=int(moment.timestamp() * 1000) << _TIME_BITS)


def first_id_before(identity: UUID, ago: timedelta) -> UUID:
    """Sorts before every id that was made since so long before this one."""
    milliseconds = (identity.int >> _TIME_BITS) - int(ago.total_seconds() * 1000)
    return UUID(int=max(0, milliseconds) << _TIME_BITS)
