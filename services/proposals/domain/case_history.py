"""What a case keeps of the way that it has gone: who returned it, extended it, handed it over."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Return(BaseModel):
    model_config = ConfigDict(frozen=True)

    unit_id: UUID
    reason: str
    at: datetime


class Extension(BaseModel):
    model_config = ConfigDict(frozen=True)

    due_on: date
    reason: str
    round: int
    at: datetime


class HandOver(BaseModel):
    """Who led and watched until then."""

    model_config = ConfigDict(frozen=True)

    leader_id: UUID | None
    watcher_id: UUID | None
    reason: str
    at: datetime
