"""Routes of progress meetings (提案落实推进会)."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.proposals.api.callers import Committee, Wired
from services.proposals.api.case_callers import FollowingUp
from services.proposals.domain.progress_meetings import Note, ProgressMeeting
from services.proposals.store.follow_up import told_to
from shared.clock import campus_day
from shared.http.bodies import Body, Day, Ids, Paragraphs, View
from shared.http.requests import CREATE, LIST, READ, NextCursor, Paged, Posted, answered, created, listed, shown
from shared.ids import new_id
from shared.store import Page

router = APIRouter(prefix="/v1", tags=["cases"])


class NoteBody(Body):
    case_id: UUID
    note: Paragraphs


class HoldProgressMeeting(Body):
    term_id: UUID
    held_on: Day
    reporting_unit_ids: Annotated[Ids, Field(max_length=50, description="The departments that reported.")]
    notes: Annotated[list[NoteBody], Field(max_length=200, description="What was said of which case.")] = []  # noqa: RUF012  pydantic copies it


class NoteView(View):
    case_id: UUID
    note: str


class ProgressMeetingView(View):
    """A department that reported reads the notes of the cases that it leads or helps with."""

    id: UUID
    term_id: UUID
    unit_id: UUID
    held_on: date
    reporting_unit_ids: tuple[UUID, ...]
    notes: tuple[NoteView, ...]


class ProgressMeetingPage(View):
    items: list[ProgressMeetingView]
    next: NextCursor


@router.post("/progress-meetings", status_code=201, response_model=ProgressMeetingView, responses=CREATE)
async def hold_progress_meeting(
    body: HoldProgressMeeting, caller: Committee, command: Posted, stores: Wired
) -> Response:
    """Record a meeting that was held in a term of the body."""
    order = await command(caller)
    term = (await stores.terms.get(body.term_id)).state
    caller.require(term.unit_id, field="term_id")
    await stores.directory.require_units(body.reporting_unit_ids, field="reporting_unit_ids")
    notes = [Note(**note.model_dump()) for note in body.notes]
    cases = await stores.cases.of_unit([note.case_id for note in notes], term.unit_id)
    meeting_id, today = new_id(), campus_day(order.at)
    return await answered(
        stores.progress_meetings.create(
            lambda: ProgressMeeting.hold(
                meeting_id,
                term=term,
                held_on=body.held_on,
                reporting_unit_ids=body.reporting_unit_ids,
                notes=notes,
                cases=cases,
                today=today,
            ),
            order,
            created(ProgressMeetingView.of, "/v1/progress-meetings"),
        )
    )


@router.get("/progress-meetings", response_model=ProgressMeetingPage, responses=LIST)
async def list_progress_meetings(
    caller: FollowingUp,
    page: Paged,
    stores: Wired,
    term_id: Annotated[UUID | None, Query()] = None,
    case_id: Annotated[UUID | None, Query(description="Of which something was said.")] = None,
) -> Any:
    asked = {"term_id": term_id, "notes.case_id": case_id}
    where = {name: value for name, value in asked.items() if value is not None}
    where |= stores.progress_meetings.within(caller)
    found = await stores.progress_meetings.page(where, limit=page.limit, cursor=page.cursor)
    return listed(ProgressMeetingView.of, Page(await told_to(caller, stores.cases, found.items), found.next))


@router.get("/progress-meetings/{meeting_id}", response_model=ProgressMeetingView, responses=READ)
async def get_progress_meeting(meeting_id: UUID, caller: FollowingUp, stores: Wired) -> Response:
    found = await stores.progress_meetings.get(meeting_id, stores.progress_meetings.within(caller))
    (told,) = await told_to(caller, stores.cases, [found])
    return shown(ProgressMeetingView.of, told)
