"""What the faults are told with: members who are known, and the same command many times."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer

from shared.ids import new_id
from tests.campus import Client

TIMESTAMP = "0" * 20


async def put_in_directory(campus: Client, *services: str) -> str:
    """A member known to the services, as their consumers would have written it."""
    member = new_id()
    for service in services:
        await campus.database(service)["directory_members"].insert_one(
            {"_id": member, "unit_id": uuid4(), "employment": "in_post", "sequence": TIMESTAMP}
        )
    return str(member)


def award(member: str, title: str = "学习达人") -> dict[str, Any]:
    return {
        "member_id": member,
        "title": title,
        "level": "college",
        "granted_on": "2022-06-01",
        "document": "示例工会〔2022〕1号",
    }


def unit(name: str, parent: str) -> dict[str, Any]:
    return {"name": name, "name_en": "Unit", "kind": "office", "parent_id": parent, "branch_union": False}


async def notices(campus: Client, member: str) -> list[dict[str, Any]]:
    """The whole inbox."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = await campus.get("notifications", f"/v1/inbox?limit=200{cursor}", campus.issuer.bearer(member))
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


async def arrived(campus: Client, member: str, number: int, *, seconds: float = 60) -> list[dict[str, Any]]:
    """The inbox when it holds `number` notices, and has had a moment to hold too many."""
    deadline = asyncio.get_running_loop().time() + seconds
    while len(found := await notices(campus, member)) < number:
        assert asyncio.get_running_loop().time() < deadline, f"{len(found)} of {number} notices came"
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)
    return await notices(campus, member)


@dataclass(frozen=True)
class Record:
    value: bytes | None
    headers: dict[str, bytes]


async def records(campus: Client, number: int, *topics: str) -> list[Record]:
    """The first `number` records of the topics, named without their prefix; fails when fewer come."""
    consumer: Any = AIOKafkaConsumer(
        *(f"{campus.settings.topic_prefix}.{topic}" for topic in topics),
        bootstrap_servers=campus.settings.kafka_bootstrap_servers,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=20,
        group_id=None,
    )
    await consumer.start()
    try:
        found: list[Record] = []
        async with asyncio.timeout(30):
            while len(found) < number:
                record = await consumer.getone()
                found.append(Record(record.value, dict(record.headers)))
        return found
    finally:
        await consumer.stop()
