"""Routes of the reports."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from services.reports.domain import COUNTED
from services.reports.store import ReportsStores
from shared.access import Caller, Reach
from shared.http.bodies import View
from shared.http.requests import LIST, access, the_stores
from shared.roles import Permit, Role

router = APIRouter(prefix="/v1", tags=["reports"])


Wired = Annotated[ReportsStores, the_stores]
Reader = Annotated[
    Caller,
    access(
        {
            Role.UNION_OFFICER: Reach.SCHOOL,
            Role.AUDIT_COMMITTEE: Reach.SCHOOL,
            Role.SCHOOL_LEADER: Reach.SCHOOL,
            Role.ADMINISTRATOR: Reach.SCHOOL,
            Role.SERVICE_ACCOUNT: Reach.SCHOOL,
        },
        permit=Permit.REPORTS_READ,
    ),
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
