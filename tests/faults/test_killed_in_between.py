"""A process dies between two steps that cannot be one: nothing is lost, and nobody is told twice."""

import asyncio

from deploy.local.processes import Child
from tests.campus import Processes, client_of, until
from tests.faults.college import arrived, award, put_in_directory, records
from tests.faults.dying import BEFORE_COMMIT, BEFORE_MARK


async def test_a_relay_killed_between_publish_and_mark_delivers_again_and_the_inbox_has_it_once(
    campus: Processes,
) -> None:
    member = await put_in_directory(campus, "events", "notifications")
    await campus.start("notifications", "api")
    await campus.start("notifications", "consumer")
    dying = await campus.start("events", "api", module=("tests.faults.dying", BEFORE_MARK))

    await campus.post("events", "/v1/awards", award(member), campus.officer)
    await _dead(dying)
    pending = await campus.database("events")["outbox"].count_documents({"state": "pending"})
    await campus.start("events", "api")

    assert pending == 2
    assert len(await arrived(campus, member, 1)) == 1
    await _all_sent(campus)
    published = await records(campus, 4, "events.v1", "events.restricted.v1")
    assert len({record.headers["ce_id"] for record in published}) == 2


async def test_a_consumer_killed_after_its_write_and_before_its_commit_tells_nobody_twice(campus: Processes) -> None:
    member = await put_in_directory(campus, "events", "notifications")
    await campus.start("notifications", "api")
    await campus.start("events", "api")
    dying = await campus.start("notifications", "consumer", module=("tests.faults.dying", BEFORE_COMMIT))

    await campus.post("events", "/v1/awards", award(member), campus.officer)
    await _dead(dying)
    written = await campus.database("notifications")["notices"].count_documents({})
    again = await campus.start("notifications", "consumer")

    assert written == 1
    async with client_of(again) as http:

        async def handled_again() -> bool:
            return 'type="union.events.award-granted.restricted.v1"} 1.0' in (await http.get("/metrics")).text

        await until(handled_again, what="the event, a second time")
    assert len(await arrived(campus, member, 1)) == 1


async def _dead(process: Child) -> None:
    for _ in range(600):
        if not process.alive:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the process did not reach the point of its death")


async def _all_sent(campus: Processes) -> None:
    for _ in range(200):
        if not await campus.database("events")["outbox"].count_documents({"state": "pending"}):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("rows stayed pending")
