"""From the request to the inbox, beside the bare hop of a producer and a consumer."""

import asyncio
import time
from statistics import median, quantiles
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from tests.benchmarks.report import Ratio, medians
from tests.benchmarks.setting import Setting

EACH = 200
PAUSE_SECONDS = 0.025


async def _bare(setting: Setting) -> list[float]:
    servers = setting.campus.settings.kafka_bootstrap_servers
    topic = f"{setting.campus.settings.topic_prefix}.proposals.v1"
    producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all", enable_idempotence=True, linger_ms=0)
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=servers,
        group_id=uuid4().hex,
        auto_offset_reset="latest",
        fetch_max_wait_ms=setting.campus.settings.kafka_fetch_max_wait_ms,
    )
    await producer.start()
    await consumer.start()
    try:
        await consumer.seek_to_end()
        times: list[float] = []

        async def hear() -> None:
            while len(times) < EACH:
                record = await consumer.getone()
                times.append((time.perf_counter_ns() - int(record.value)) / 1e6)

        hearing = asyncio.create_task(hear())
        for _ in range(EACH):
            await producer.send(topic, str(time.perf_counter_ns()).encode(), uuid4().bytes)
            await asyncio.sleep(PAUSE_SECONDS)
        await asyncio.wait_for(hearing, 30)
        return times
    finally:
        await consumer.stop()
        await producer.stop()


async def _ours(setting: Setting) -> list[float]:
    """From the answer to the POST, which comes after the commit, until the notice is in the database."""
    campus = setting.campus
    member = await setting.known_member("events")
    committed: dict[str, float] = {}
    arrived: dict[str, float] = {}
    notices = campus.database("notifications")["notices"]
    everything = asyncio.Event()

    async def hear() -> None:
        async with notices.watch([{"$match": {"operationType": "insert"}}]) as stream:
            listening.set()
            async for change in stream:
                arrived[str(change["fullDocument"]["subject_id"])] = time.perf_counter()
                if len(arrived) == EACH:
                    everything.set()

    listening = asyncio.Event()
    hearing = asyncio.create_task(hear())
    await listening.wait()
    body = {"member_id": member, "title": "奖", "level": "city", "granted_on": "2022-06-01", "document": "文号"}
    for _ in range(EACH):
        answer = await campus.post("events", "/v1/awards", body, campus.officer)
        committed[answer["id"]] = time.perf_counter()
        await asyncio.sleep(PAUSE_SECONDS)
    await asyncio.wait_for(everything.wait(), 60)
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)
    return [(arrived[award] - committed[award]) * 1000 for award in committed]


async def measure(setting: Setting, runs: int) -> list[Ratio]:
    await setting.campus.database("notifications").create_collection("notices")
    processes = [
        await setting.campus.start("events", "api"),
        await setting.campus.start("notifications", "consumer"),
    ]
    times: dict[str, list[list[float]]] = {"bare": [], "ours": []}
    for run in range(-1, runs):
        for name, way in (("bare", _bare), ("ours", _ours)):
            measured = await way(setting)
            if run >= 0:
                times[name].append(measured)
    for process in processes:
        process.stop()

    def p99(values: list[float]) -> float:
        return quantiles(values, n=100)[98]

    return [
        Ratio(
            f"commit to inbox, {name}",
            "bare producer to consumer",
            medians([of(run) for run in times["ours"]]),
            medians([of(run) for run in times["bare"]]),
            unit="ms",
        )
        for name, of in (("p50", median), ("p99", p99))
    ]
