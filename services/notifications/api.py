"""Routes of the inbox. Every route is about the caller's own inbox and nobody else's."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import Field

from services.notifications.domain import Notice, Topic
from services.notifications.store import NotificationsStores
from services.notifications.texts import UNKNOWN_PERSON, render, titled, worded
from shared import clock, metrics
from shared.access import Caller, Reach
from shared.contracts.members import Language
from shared.http.bodies import View
from shared.http.problems import documented
from shared.http.requests import LIST, READ, NextCursor, access, the_stores
from shared.ids import first_id_at, first_id_before
from shared.roles import Role

router = APIRouter(prefix="/v1", tags=["inbox"])

_HEARTBEAT_SECONDS = 15
_LOOK_BACK = timedelta(seconds=5)
_AT_ONCE = 100
_NOTICE_ID = r"^[0-9a-f-]{36}\|[0-9a-f-]{36}$"


Wired = Annotated[NotificationsStores, the_stores]
Owner = Annotated[Caller, access({Role.MEMBER: Reach.OWN})]
NoticeId = Annotated[
    str,
    Path(
        pattern=_NOTICE_ID,
        examples=["01930000-0000-7000-8000-0000000000d1|01930000-0000-7000-8000-0000000000b1"],
    ),
]


class NoticeView(View):
    id: str
    topic: Topic
    title: str
    body: str
    subject_id: UUID = Field(description="The proposal, case, call, session, visit or award that it is about.")
    event_id: str
    correlation_id: str = Field(description="The same as of the request that caused it.")
    at: datetime
    read_at: datetime | None


class NoticePage(View):
    items: list[NoticeView]
    next: NextCursor


class UnreadCount(View):
    unread: int


async def _views(stores: NotificationsStores, notices: Sequence[Notice], reader: UUID) -> list[NoticeView]:
    people = await stores.people.find({reader, *(person for notice in notices for person in notice.people.values())})
    language: Language = people[reader].language if reader in people else "zh-CN"
    titles = await stores.subjects.find(
        subject for notice in notices for subject in (notice.subject_id, *notice.subjects.values())
    )
    views = []
    for notice in notices:
        names = {
            word: people[person].name if person in people else UNKNOWN_PERSON[language]
            for word, person in notice.people.items()
        }
        others = {word: titled(titles.get(subject), language) for word, subject in notice.subjects.items()}
        # A notice of former days has the title among its facts.
        proposal = titled(titles.get(notice.subject_id, notice.facts.get("title")), language)
        facts = {**worded(notice.facts, language), **names, **others, "proposal": proposal}
        text = render(notice.topic, language, facts)
        views.append(
            NoticeView(
                id=notice.id,
                topic=notice.topic,
                title=text.title,
                body=text.body,
                subject_id=notice.subject_id,
                event_id=notice.event_id,
                correlation_id=notice.correlation_id,
                at=notice.at,
                read_at=notice.read_at,
            )
        )
    return views


@router.get("/inbox", response_model=NoticePage, responses=LIST)
async def list_notices(
    caller: Owner,
    stores: Wired,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(pattern=_NOTICE_ID, description="`next` of the page before.")] = None,
    unread: Annotated[bool, Query(description="Only what is not read.")] = False,
) -> Any:
    notices, more = await stores.notices.of(caller.id, limit=limit, before=cursor, unread_only=unread)
    return NoticePage(items=await _views(stores, notices, caller.id), next=notices[-1].id if more else None)


@router.get("/inbox/unread-count", response_model=UnreadCount, responses=LIST)
async def count_unread(caller: Owner, stores: Wired) -> Any:
    return UnreadCount(unread=await stores.notices.unread(caller.id))


@router.put("/inbox/{notice_id}/read", status_code=204, responses=READ)
async def mark_read(notice_id: NoticeId, caller: Owner, stores: Wired) -> Response:
    await stores.notices.mark_read(caller.id, notice_id, clock.now())
    return Response(status_code=204)


@router.get(
    "/inbox/stream",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events: one `notice` for each.",
            "content": {"text/event-stream": {}},
        },
        **documented(401, 403, 422, 503),
    },
)
async def stream_notices(
    request: Request,
    caller: Owner,
    stores: Wired,
    last_event_id: Annotated[UUID | None, Header(description="Where to go on: the `id` that came last.")] = None,
) -> StreamingResponse:
    """What arrives from now on, or since the `id` that came last.

    At least once: what arrived in the seconds before `Last-Event-ID` may come again, under the same `id` in its data.
    """
    leaving: asyncio.Event = request.app.state.leaving
    return StreamingResponse(
        _live(stores, caller, last_event_id, leaving),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _live(
    stores: NotificationsStores, caller: Caller, resumed: UUID | None, leaving: asyncio.Event
) -> AsyncIterator[str]:
    """The change stream says when to look, the database says what there is. It ends when the caller's token does.

    Several consumers write at once, so a notice may become visible after one that arrived later. Each look
    therefore goes back a little and leaves out what was sent.
    """
    gauge = metrics.LIVE_STREAMS.labels("notifications")
    gauge.inc()
    member = caller.id
    start = resumed or first_id_at(clock.now())
    sent: dict[str, UUID] = {}
    newest = start
    try:
        with stores.live.listen(member) as queue:
            yield ": connected\n\n"
            while not leaving.is_set() and (left := caller.expires_at - time.time()) > 0:
                back = first_id_before(newest, _LOOK_BACK)
                sent = {notice: arrival for notice, arrival in sent.items() if arrival >= back}
                # Without a place to go on from, what was there before is not news.
                since = back if resumed else max(back, start)
                while found := await stores.notices.arrived(member, since, _AT_ONCE):
                    news = [
                        (arrival, notice) for arrival, notice in found if notice.id not in sent and arrival != resumed
                    ]
                    views = await _views(stores, [notice for _, notice in news], member)
                    for (arrival, notice), view in zip(news, views, strict=True):
                        yield f"id: {arrival}\nevent: notice\ndata: {view.model_dump_json()}\n\n"
                        sent[notice.id] = arrival
                        newest = max(newest, arrival)
                    since = found[-1][0]
                if not await _something(queue, leaving, min(_HEARTBEAT_SECONDS, left)):
                    yield ": still here\n\n"
    finally:
        gauge.dec()


async def _something(queue: "asyncio.Queue[Any]", leaving: asyncio.Event, seconds: float) -> bool:
    """Wait for the next notice, the end of the process, or so long (then False)."""
    arrival = asyncio.create_task(queue.get())
    end = asyncio.create_task(leaving.wait())
    try:
        done, _ = await asyncio.wait((arrival, end), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        while not queue.empty():
            queue.get_nowait()
        return bool(done)
    finally:
        for task in (arrival, end):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
