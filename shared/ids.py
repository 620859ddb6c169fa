"""Identifiers that sort by the time they were made (UUIDv7)."""

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    return UUID(int=uuid_utils.uuid7().int)
