"""MongoDB is killed under load and started again: what was acknowledged is there, and nothing was made up."""

import asyncio
from collections import Counter
from uuid import uuid4

import httpx

from tests.campus import Processes, until
from tests.faults.college import award, put_in_directory
from tests.faults.conftest import Servers

CALLERS = 12


async def test_no_acknowledged_write_is_lost_and_the_rest_is_503(campus: Processes, servers: Servers) -> None:
    member = await put_in_directory(campus, "events")
    await campus.start("events", "api", MONGO_COMMAND_TIMEOUT_SECONDS="2")
    answers: dict[str, httpx.Response] = {}
    done = asyncio.Event()

    async def call() -> None:
        while not done.is_set():
            key = uuid4().hex
            answers[key] = await _grant(campus, member, key)

    callers = [asyncio.create_task(call()) for _ in range(CALLERS)]
    await asyncio.sleep(2)
    await asyncio.to_thread(servers.mongod.kill)
    # Longer than a command waits, so that some are refused.
    await asyncio.sleep(6)
    await asyncio.to_thread(servers.mongod.start)
    await _ready(campus)
    await asyncio.sleep(2)
    done.set()
    await asyncio.gather(*callers)

    statuses = Counter(answer.status_code for answer in answers.values())
    assert set(statuses) == {201, 503}, statuses
    for answer in answers.values():
        if answer.status_code == 503:
            assert answer.json()["type"] == "urn:campus-union:problem:unavailable"
            assert answer.headers["retry-after"]
    acknowledged = {answer.json()["id"] for answer in answers.values() if answer.status_code == 201}
    kept = await campus.database("events")["awards"].distinct("_id")
    assert acknowledged <= {str(found) for found in kept}

    # A caller who was told 503 repeats with the same key: it takes effect once, whether or not it had before.
    repeats = {key: await _grant(campus, member, key) for key, answer in answers.items() if answer.status_code == 503}
    assert {answer.status_code for answer in repeats.values()} == {201}
    assert await campus.database("events")["awards"].count_documents({}) == len(answers)
    assert await campus.database("events")["outbox"].count_documents({}) == 2 * len(answers)


async def _grant(campus: Processes, member: str, key: str) -> httpx.Response:
    return await campus.http["events"].post(
        "/v1/awards", json=award(member), headers={**campus.officer, "Idempotency-Key": key}
    )


async def _ready(campus: Processes) -> None:
    async def look() -> bool:
        return (await campus.http["events"].get("/readyz")).status_code == 200

    await until(look, seconds=60, what="readiness")
