"""Whatever somebody outside could hear, and whatever is kept."""

from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer

from shared.audit import ENTRIES_DATABASE
from shared.contracts.topics import all_topics
from tests.campus import Processes


async def everything(campus: Processes, topics: list[str]) -> list[Any]:
    consumer: Any = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=campus.settings.kafka_bootstrap_servers,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=20,
        group_id=None,
    )
    await consumer.start()
    try:
        found: list[Any] = []
        ends = await consumer.end_offsets(consumer.assignment())
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=50)).values():
                found += records
        return found
    finally:
        await consumer.stop()


async def everywhere(campus: Processes, logs: Path) -> dict[str, bytes]:
    """Each record of each topic, the metrics of each API that runs, each row of each database, and each log."""
    heard: dict[str, bytes] = {}
    for topic in all_topics(campus.settings.topic_prefix):
        for number, record in enumerate(await everything(campus, [topic])):
            heard[f"{topic} {number}"] = repr((record.key, record.value, record.headers)).encode()
    for service, http in campus.http.items():
        heard[f"metrics of {service}"] = (await http.get("/metrics")).content
        database = campus.database(service)
        for each in (database, database.client[f"{database.name}{ENTRIES_DATABASE}"]):
            for collection in await each.list_collection_names():
                async for row in each[collection].find({}):
                    heard[f"{service}.{collection} {row['_id']}"] = repr(row).encode()
    return heard | _written(logs)


def _written(logs: Path) -> dict[str, bytes]:
    return {log.name: log.read_bytes() for log in logs.glob("*.log")}
