"""Routes of joint meetings of two bodies."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.proposals.api.congress_callers import AnyMember, Manager, Wired
from services.proposals.domain.sessions import JointMeeting, Session
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.http.bodies import Body, Day, Ids, View
from shared.http.requests import CREATE, LIST, READ, NextCursor, Paged, Posted, answered, created, listed, shown
from shared.ids import new_id
from shared.store import Piece, change_together

router = APIRouter(prefix="/v1", tags=["congresses"])


class HoldJointMeeting(Body):
    session_ids: Annotated[Ids, Field(min_length=2, max_length=4)]
    held_on: Day


class JointMeetingView(View):
    id: UUID
    session_ids: tuple[UUID, ...]
    unit_id: UUID
    held_on: date


class JointMeetingPage(View):
    items: list[JointMeetingView]
    next: NextCursor


@router.post("/joint-meetings", status_code=201, response_model=JointMeetingView, responses=CREATE)
async def hold_joint_meeting(body: HoldJointMeeting, caller: Manager, command: Posted, stores: Wired) -> Response:
    """Record that sessions of different bodies met together on a day of each."""
    order = await command(caller)
    for session_id in body.session_ids:
        caller.require((await stores.sessions.get(session_id)).state.unit_id, field="session_ids")
    meeting_id, today = new_id(), campus_day(order.at)

    def decide(_: None, *sessions: Session) -> list[Decision[Any]]:
        held = JointMeeting.hold(meeting_id, sessions=sessions, held_on=body.held_on, today=today)
        return [held, *(Decision(session, ()) for session in sessions)]

    of_sessions = [Piece(stores.sessions, session_id) for session_id in body.session_ids]
    pieces: list[Piece[Any]] = [Piece(stores.joint_meetings), *of_sessions]
    return await answered(change_together(pieces, decide, order, created(JointMeetingView.of, "/v1/joint-meetings")))


@router.get("/joint-meetings", response_model=JointMeetingPage, responses=LIST)
async def list_joint_meetings(
    caller: AnyMember, page: Paged, stores: Wired, session_id: Annotated[UUID | None, Query()] = None
) -> Any:
    where = {**({"session_ids": session_id} if session_id else {}), **stores.joint_meetings.within(caller)}
    return listed(JointMeetingView.of, await stores.joint_meetings.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/joint-meetings/{meeting_id}", response_model=JointMeetingView, responses=READ)
async def get_joint_meeting(meeting_id: UUID, caller: AnyMember, stores: Wired) -> Response:
    return shown(JointMeetingView.of, await stores.joint_meetings.get(meeting_id, stores.joint_meetings.within(caller)))
