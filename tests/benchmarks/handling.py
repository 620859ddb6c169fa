"""Events handled per second by our loop with a handler that only counts, beside FastStream and a bare `getmany`."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from faststream.kafka import KafkaBroker

from shared import clock, kafka, mongo
from shared.cloudevents import Envelope, data_of, sequence, timestamp
from shared.consumer import Consumer
from shared.contracts.base import DomainEvent
from shared.contracts.events import AwardGrantedRestricted
from shared.deadletters import DeadLetters
from shared.handlers import Batch, Handlers, repeatable
from shared.ids import new_id
from shared.inbox import Inbox
from shared.keyring import Keyring
from tests.benchmarks.report import Ratio, medians
from tests.benchmarks.setting import Setting

EVENTS = 100_000


async def _fill(setting: Setting, topic: str) -> None:
    event = AwardGrantedRestricted.example()
    value = data_of(event)
    producer = AIOKafkaProducer(
        bootstrap_servers=setting.campus.settings.kafka_bootstrap_servers, max_batch_size=262_144, linger_ms=5
    )
    await producer.start()
    try:
        for _ in range(EVENTS):
            key = str(new_id())
            envelope = Envelope(
                id=str(new_id()),
                source="/bench/events",
                type=event.type,
                subject=key,
                time=timestamp(clock.now()),
                sequence=sequence(1),
                partitionkey=key,
                traceparent="",
                correlationid="",
            )
            await producer.send(topic, value, key.encode(), headers=envelope.headers())
        await producer.flush()
    finally:
        await producer.stop()


async def _ours(setting: Setting, topic: str) -> float:
    settings = setting.campus.settings
    handled = 0
    started = 0.0

    async def count(stores: None, batch: Batch[DomainEvent]) -> None:
        nonlocal handled
        handled += len(batch)
        if handled == EVENTS:
            consumer.stop()

    handlers: Handlers[None] = {AwardGrantedRestricted: repeatable(count)}
    publisher = kafka.Publisher(settings, client_id="bench")
    client = mongo.connect(settings, name="bench")
    source = kafka.make_consumer(settings, topic, group=uuid4().hex, client_id="bench")
    consumer = Consumer(
        source,
        handlers,
        None,
        service="bench",
        client=client,
        inbox=Inbox(setting.campus.database("events")),
        keyring=Keyring(setting.campus.database("events"), settings.master_keys()),
        dead_letters=DeadLetters(publisher, service="bench", prefix="bench"),
        batch=settings.consumer_batch,
        stuck_seconds=60,
        command_timeout_seconds=10,
    )
    await source.start()
    try:
        started = time.perf_counter()
        await consumer.run()
        return EVENTS / (time.perf_counter() - started)
    finally:
        await source.stop()
        await publisher.discard()
        client.close()


async def _getmany(setting: Setting, topic: str) -> float:
    settings = setting.campus.settings
    source = kafka.make_consumer(settings, topic, group=uuid4().hex, client_id="bench")
    await source.start()
    try:
        started = time.perf_counter()
        handled = 0
        while handled < EVENTS:
            fetched = await source.getmany(timeout_ms=200, max_records=settings.consumer_batch)
            for records in fetched.values():
                for record in records:
                    AwardGrantedRestricted.model_validate_json(record.value)
                handled += len(records)
        return EVENTS / (time.perf_counter() - started)
    finally:
        await source.stop()


async def _faststream(setting: Setting, topic: str) -> float:
    broker = KafkaBroker(setting.campus.settings.kafka_bootstrap_servers, logger=None)
    handled = 0
    done = asyncio.Event()

    @broker.subscriber(topic, group_id=uuid4().hex, auto_offset_reset="earliest")
    async def count(event: AwardGrantedRestricted) -> None:
        nonlocal handled
        handled += 1
        if handled == EVENTS:
            done.set()

    await broker.start()
    try:
        started = time.perf_counter()
        await done.wait()
        return EVENTS / (time.perf_counter() - started)
    finally:
        await broker.stop()


async def measure(setting: Setting, runs: int) -> list[Ratio]:
    topic = f"{setting.campus.settings.topic_prefix}.events.restricted.v1"
    await _fill(setting, topic)
    ways: dict[str, Callable[[Setting, str], Awaitable[float]]] = {
        "ours": _ours,
        "getmany": _getmany,
        "faststream": _faststream,
    }
    rates: dict[str, list[Any]] = {name: [] for name in ways}
    for run in range(-1, runs):
        for name, way in ways.items():
            async with asyncio.timeout(120):
                rate = await way(setting, topic)
            if run >= 0:
                rates[name].append(rate)
    ours = medians(rates["ours"])
    what = "events handled/s"
    return [
        Ratio(what, "FastStream", ours, medians(rates["faststream"]), unit="/s", at_least=3),
        Ratio(what, "getmany + pydantic", ours, medians(rates["getmany"]), unit="/s", at_least=0.5),
    ]
