"""Routes of the reports."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from services.reports.domain import COUNTED
from services.reports.store import ReportsStores
from shared.auth import Principal
from shared.http.bodies import View
from shared.http.requests import LIST, allowed, the_stores
from shared.roles import Role

router = APIRouter(prefix="/v1", tags=["reports"])


Wired = Annotated[ReportsStores, the_stores]
Reader = Annotated[
    Principal,
    allowed(Role.UNION_OFFICER, Role.AUDIT_COMMITTEE, Role.SCHOOL_LEADER, Role.ADMINISTRATOR),
]


class EventCount(View):
    type: str
    count: int


class EventCounts(View):
    year: int
    counts: list[EventCount]


@router.get("/event-counts", response_model=EventCounts, responses=LIST)
async def count_events(
    caller: Reader,
    stores: Wired,
    year: Annotated[int, Query(ge=2000, le=2999, description="Calendar year, Asia/Shanghai.")],
) -> Any:
    """How many events of each kind happened in the year; a kind without any is there with 0."""
    counts = await stores.facts.counts(year)
    kinds = sorted(event.type for event in COUNTED)
    return EventCounts(year=year, counts=[EventCount(type=kind, count=counts.get(kind, 0)) for kind in kinds])
