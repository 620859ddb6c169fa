"""Routes of the meetings of executive committees (执委会) between sessions."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.proposals.api.congress_callers import Manager, ManagerOrDelegate, Wired
from services.proposals.domain.committee_meetings import CommitteeMeeting
from shared.clock import campus_day
from shared.http.bodies import Body, Day, Paragraphs, View, Whole
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    answered,
    created,
    listed,
    shown,
)
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["congresses"])


class HoldCommitteeMeeting(Body):
    held_on: Day
    due: Annotated[Whole, Field(ge=1, le=1000, description="应到")]
    present: Annotated[Whole, Field(ge=0, le=1000, description="实到")]
    topics: Annotated[Paragraphs, Field(description="议题")]
    decisions: Annotated[Paragraphs | None, Field(description="决定")] = None


class CommitteeMeetingView(View):
    id: UUID
    term_id: UUID
    body_id: UUID
    unit_id: UUID
    held_on: date
    due: int
    present: int
    topics: str
    decisions: str | None


class CommitteeMeetingPage(View):
    items: list[CommitteeMeetingView]
    next: NextCursor


@router.post(
    "/terms/{term_id}/committee-meetings", status_code=201, response_model=CommitteeMeetingView, responses=CREATE
)
async def hold_committee_meeting(
    term_id: UUID, body: HoldCommitteeMeeting, caller: Manager, command: Posted, stores: Wired
) -> Response:
    """Record a meeting that was held, with the quorum of the body's rule on that day."""
    order = await command(caller)
    term = (await stores.terms.get(term_id, stores.terms.within(caller))).state
    congress = (await stores.bodies.get(term.body_id)).state
    meeting_id, today = new_id(), campus_day(order.at)
    return await answered(
        stores.committee_meetings.create(
            lambda: CommitteeMeeting.hold(meeting_id, term=term, body=congress, **body.model_dump(), today=today),
            order,
            created(CommitteeMeetingView.of, "/v1/committee-meetings"),
        )
    )


@router.get("/committee-meetings", response_model=CommitteeMeetingPage, responses=LIST)
async def list_committee_meetings(
    caller: ManagerOrDelegate, page: Paged, stores: Wired, term_id: Annotated[UUID | None, Query()] = None
) -> Any:
    where = {**({"term_id": term_id} if term_id else {}), **stores.committee_meetings.within(caller)}
    found = await stores.committee_meetings.page(where, limit=page.limit, cursor=page.cursor)
    return listed(CommitteeMeetingView.of, found)


@router.get("/committee-meetings/{meeting_id}", response_model=CommitteeMeetingView, responses=READ)
async def get_committee_meeting(meeting_id: UUID, caller: ManagerOrDelegate, stores: Wired) -> Response:
    found = await stores.committee_meetings.get(meeting_id, stores.committee_meetings.within(caller))
    return shown(CommitteeMeetingView.of, found)
