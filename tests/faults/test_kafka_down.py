"""Kafka is away: commands are taken as ever, and everything is delivered when it is back."""

import asyncio

import psutil
import pytest

from deploy.local.kafka import KafkaServer
from tests.campus import Processes
from tests.faults.college import arrived, award, put_in_directory
from tests.faults.conftest import Servers

COMMANDS = 500
GROWTH_LIMIT = 48 * 1024 * 1024


@pytest.mark.needs_kafka("it forgets everything when it stops")
async def test_500_commands_while_kafka_is_down_are_accepted_and_delivered_later(
    campus: Processes, servers: Servers
) -> None:
    assert isinstance(servers.broker, KafkaServer)
    member = await put_in_directory(campus, "events", "notifications")
    await campus.start("notifications", "api")
    await campus.start("notifications", "consumer", KAFKA_SEND_TIMEOUT_SECONDS="3")
    api = await campus.start("events", "api", KAFKA_SEND_TIMEOUT_SECONDS="3")
    await campus.post("events", "/v1/awards", award(member, "先前"), campus.officer)
    await arrived(campus, member, 1)
    await asyncio.to_thread(servers.broker.kill)
    before = psutil.Process(api.pid).memory_info().rss

    for start in range(0, COMMANDS, 20):
        await asyncio.gather(
            *(
                campus.post("events", "/v1/awards", award(member, f"第{number}项"), campus.officer)
                for number in range(start, start + 20)
            )
        )
    ready = await campus.http["events"].get("/readyz")
    await asyncio.sleep(5)
    growth = psutil.Process(api.pid).memory_info().rss - before
    metrics = (await campus.http["events"].get("/metrics")).text
    await asyncio.to_thread(servers.broker.start)

    assert ready.status_code == 200
    assert growth < GROWTH_LIMIT
    assert f'union_outbox_pending{{service="events"}} {2 * COMMANDS:.1f}' in metrics
    found = await arrived(campus, member, COMMANDS + 1, seconds=120)
    assert len(found) == COMMANDS + 1
    assert len({notice["subject_id"] for notice in found}) == COMMANDS + 1
