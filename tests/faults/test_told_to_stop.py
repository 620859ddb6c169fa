"""SIGTERM under load: what was taken in is finished and answered, and the process leaves in good order."""

import asyncio

import httpx

from tests.campus import Processes
from tests.faults.college import arrived, award, put_in_directory

CALLERS = 16


async def test_an_api_told_to_stop_under_load_loses_no_acknowledged_request(campus: Processes) -> None:
    member = await put_in_directory(campus, "events", "notifications")
    api = await campus.start("events", "api")
    acknowledged: list[str] = []
    refused: list[str] = []

    async def call() -> None:
        while True:
            try:
                answer = await campus.http["events"].post("/v1/awards", json=award(member), headers=campus.officer)
            except httpx.TransportError as error:
                refused.append(type(error).__name__)
                return
            assert answer.status_code == 201, answer.text
            acknowledged.append(answer.json()["id"])

    callers = [asyncio.create_task(call()) for _ in range(CALLERS)]
    await asyncio.sleep(2)
    api.ask_to_stop()
    await asyncio.gather(*callers)
    await asyncio.to_thread(api.wait, 30)

    assert api.exit_code == 0, api.last_words()
    assert len(acknowledged) > CALLERS
    assert len(refused) == CALLERS
    kept = {str(found) for found in await campus.database("events")["awards"].distinct("_id")}
    assert set(acknowledged) <= kept
    # Nothing was half done: each award that is there has its events.
    assert await campus.database("events")["outbox"].count_documents({}) == 2 * len(kept)


async def test_a_consumer_told_to_stop_under_load_leaves_nothing_unread(campus: Processes) -> None:
    member = await put_in_directory(campus, "events", "notifications")
    await campus.start("notifications", "api")
    await campus.start("events", "api")
    consumer = await campus.start("notifications", "consumer")

    async def grant() -> None:
        for _ in range(10):
            await campus.post("events", "/v1/awards", award(member), campus.officer)

    granting = asyncio.gather(*(grant() for _ in range(10)))
    await asyncio.sleep(0.5)
    consumer.ask_to_stop()
    await asyncio.to_thread(consumer.wait, 30)
    await granting
    await campus.start("notifications", "consumer")

    assert consumer.exit_code == 0, consumer.last_words()
    assert len(await arrived(campus, member, 100)) == 100
