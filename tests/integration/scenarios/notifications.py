"""How each route of notifications is asked by the matrix of access."""

import asyncio

import httpx

from deploy.access_table import Row
from tests.campus import Campus
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
    """A refusal comes at once; a stream that was opened has no end."""
    asking = asyncio.create_task(send(campus, row, who))
    done, _ = await asyncio.wait([asking], timeout=0.05)
    if done:
        return asking.result(), False
    asking.cancel()
    return httpx.Response(200), True


NOTIFICATIONS: Scenarios = {
    ("notifications", "list_notices"): Scenario(Kind.OWN_LIST, list_notices),
    ("notifications", "count_unread"): Scenario(Kind.OWN_LIST, count_unread),
    ("notifications", "mark_read"): Scenario(Kind.CHANGE, mark_read),
    ("notifications", "stream_notices"): Scenario(Kind.OWN_LIST, stream_notices),
}
