"""How each route of notifications is asked by the matrix of access."""

import asyncio

import httpx

from deploy.access_table import Row
from shared import metrics
from tests.campus import Campus, until
from tests.integration.land import Asked, Bearer, Kind, Land, Scenario, Scenarios, listing, send
from tests.integration.scenarios.events import award


async def notice(land: Land) -> str:
    """In the inbox of the subject."""
    await award(land)
    return str((await land.campus.inbox(land.subject, topic="award-granted"))["id"])


async def list_notices(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("notice", lambda: notice(land))
    answer = await send(campus, row, who)
    return answer, listing(made, answer) == land.is_subject(who)


async def count_unread(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who)
    return answer, answer.is_success


async def mark_read(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("notice", lambda: notice(land))
    answer = await send(campus, row, who, ids={"notice_id": made})
    return answer, answer.is_success


async def stream_notices(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    """A refusal comes to an end; a stream that was opened has none, and is counted."""
    gauge = metrics.LIVE_STREAMS.labels("notifications")
    before = gauge._value.get()
    asking = asyncio.create_task(send(campus, row, who))

    async def decided() -> bool:
        return asking.done() or gauge._value.get() != before

    await until(decided, what="an answer or a stream")
    if asking.done():
        return asking.result(), False
    asking.cancel()
    await asyncio.wait([asking])
    return httpx.Response(200), True


NOTIFICATIONS: Scenarios = {
    ("notifications", "list_notices"): Scenario(Kind.OWN_LIST, list_notices),
    ("notifications", "count_unread"): Scenario(Kind.OWN_LIST, count_unread),
    ("notifications", "mark_read"): Scenario(Kind.CHANGE, mark_read),
    ("notifications", "stream_notices"): Scenario(Kind.OWN_LIST, stream_notices),
}
