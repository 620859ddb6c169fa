"""Routes of calls for proposals."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import AwareDatetime, Field

from services.proposals.api.callers import Convener, Everyone, Wired
from services.proposals.domain.calls import Call
from services.proposals.domain.sessions import Session
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.http.bodies import Body, LongLine, View
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    answered,
    changed,
    created,
    listed,
    shown,
)
from shared.ids import new_id
from shared.store import Piece, change_together

router = APIRouter(prefix="/v1", tags=["calls"])


class AnnounceCall(Body):
    """Forms are taken from `opens_at` until `closes_at`, and as opinions only until `late_until`."""

    opens_at: AwareDatetime
    closes_at: AwareDatetime
    late_until: Annotated[AwareDatetime | None, Field(description="`closes_at` if not given.")] = None


class ExtendCall(Body):
    closes_at: AwareDatetime
    late_until: Annotated[AwareDatetime | None, Field(description="`closes_at` if not given.")] = None
    reason: LongLine


class CallView(View):
    id: UUID
    session_id: UUID
    term_id: UUID
    body_id: UUID
    unit_id: UUID
    opens_at: datetime
    closes_at: datetime
    late_until: datetime
    extension_reason: str | None
    cancelled: bool


class CallPage(View):
    items: list[CallView]
    next: NextCursor


@router.post("/sessions/{session_id}/calls", status_code=201, response_model=CallView, responses=CREATE)
async def announce_call(
    session_id: UUID, body: AnnounceCall, caller: Convener, command: Posted, stores: Wired
) -> Response:
    """A session has one call, which closes before it begins; the delegates of its term file in it."""
    order = await command(caller)
    within, today = stores.sessions.within(caller), campus_day(order.at)
    session = (await stores.sessions.get(session_id, within)).state
    (await stores.terms.get(session.term_id)).state.require_running(today)
    rule, call_id = await stores.proposal_rules.on(today), new_id()

    def decide(_: None, session: Session) -> list[Decision[Any]]:
        announced = Call.announce(
            call_id,
            session_id=session_id,
            term_id=session.term_id,
            body_id=session.body_id,
            unit_id=session.unit_id,
            opens_at=body.opens_at,
            closes_at=body.closes_at,
            late_until=body.late_until or body.closes_at,
            review_within=rule.review_within,
        )
        return [announced, session.call(announced.state.id, closes_at=body.closes_at)]

    pieces: list[Piece[Any]] = [Piece(stores.calls), Piece(stores.sessions, session_id, within)]
    return await answered(change_together(pieces, decide, order, created(CallView.of, "/v1/calls")))


@router.get("/calls", response_model=CallPage, responses=LIST)
async def list_calls(
    caller: Everyone, page: Paged, stores: Wired, term_id: Annotated[UUID | None, Query()] = None
) -> Any:
    where = {"term_id": term_id} if term_id else {}
    return listed(CallView.of, await stores.calls.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/calls/{call_id}", response_model=CallView, responses=READ)
async def get_call(call_id: UUID, caller: Everyone, stores: Wired) -> Response:
    return shown(CallView.of, await stores.calls.get(call_id))


@router.post("/calls/{call_id}/extensions", response_model=CallView, responses=CREATE)
async def extend_call(call_id: UUID, body: ExtendCall, caller: Convener, command: Posted, stores: Wired) -> Response:
    """Until its session begins at the latest. A form that came late and is covered now may become a case again."""
    order = await command(caller)
    within = stores.calls.within(caller)
    session_id = (await stores.calls.get(call_id, within)).state.session_id

    def decide(call: Call, session: Session) -> list[Decision[Any]]:
        late_until = body.late_until or body.closes_at
        extended = call.extend(closes_at=body.closes_at, late_until=late_until, reason=body.reason, at=order.at)
        return [extended, session.call(call.id, closes_at=body.closes_at)]

    pieces: list[Piece[Any]] = [Piece(stores.calls, call_id, within), Piece(stores.sessions, session_id)]
    return await answered(change_together(pieces, decide, order, changed(CallView.of)))
