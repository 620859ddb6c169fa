"""What other systems find on the topics: records as they come from a real broker."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event
from jsonschema import Draft202012Validator

from shared.contracts.asyncapi import asyncapi_document
from shared.contracts.base import published_by
from shared.contracts.schemas import published_schema
from tests.campus import Campus
from tests.integration.conftest import People

SPAN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture(scope="module")
async def award(campus: Campus, people: People) -> dict[str, Any]:
    body = {
        "member_id": people.in_section,
        "title": "学习达人",
        "level": "city",
        "granted_on": "2022-06-01",
        "document": "文号",
    }
    who = {**campus.officer, "traceparent": SPAN, "X-Correlation-Id": "desk-7"}
    return await campus.post("events", "/v1/awards", body, who)


@pytest.fixture(scope="module")
async def records(campus: Campus, award: dict[str, Any]) -> AsyncIterator[dict[str, ConsumerRecord]]:
    """The records of the award, by the kind of topic."""
    topics = {f"{campus.settings.topic_prefix}.events.{kind}v1": kind or "public" for kind in ("", "restricted.")}
    consumer = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=campus.settings.kafka_bootstrap_servers,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        fetch_max_wait_ms=20,
        group_id=None,
    )
    await consumer.start()
    found: dict[str, ConsumerRecord] = {}
    try:
        async with asyncio.timeout(30):
            while len(found) < 2:
                record = await consumer.getone()
                if record.key == award["id"].encode():
                    found[topics[record.topic]] = record
    finally:
        await consumer.stop()
    yield found


@pytest.mark.parametrize("kind", ["public", "restricted."])
async def test_the_record_is_a_cloud_event_of_its_published_schema(
    campus: Campus, award: dict[str, Any], records: dict[str, ConsumerRecord], kind: str
) -> None:
    record = records[kind]

    event = from_kafka_event(KafkaMessage(dict(record.headers), record.key.decode(), record.value))

    assert event.get_type() == f"union.events.award-granted.{'' if kind == 'public' else kind}v1"
    assert event.get_source() == f"/{campus.settings.topic_prefix}/events"
    assert event.get_subject() == award["id"]
    assert event.get_extension("partitionkey") == award["id"]
    assert event.get_extension("sequence") == "0000000001"
    assert event.get_extension("correlationid") == "desk-7"
    schema = next(published_schema(known) for known in published_by("events") if known.type == event.get_type())
    assert list(Draft202012Validator(schema).iter_errors(event.get_data())) == []


async def test_the_trace_of_the_request_goes_on_in_the_event(records: dict[str, ConsumerRecord]) -> None:
    for record in records.values():
        _, trace, span, _ = dict(record.headers)["ce_traceparent"].decode().split("-")
        assert trace == SPAN.split("-")[1]
        assert span != SPAN.split("-")[2]


async def test_the_public_record_holds_no_free_text(award: dict[str, Any], records: dict[str, ConsumerRecord]) -> None:
    assert award["title"].encode() not in records["public"].value
    assert award["title"].encode() in records["restricted."].value


async def test_the_asyncapi_document_names_the_topics_of_this_deployment(campus: Campus) -> None:
    served = (await campus.http["events"].get("/asyncapi.json")).json()

    assert served == asyncapi_document("events", campus.settings.topic_prefix)
    assert f"{campus.settings.topic_prefix}.events.v1" in {
        channel["address"] for channel in served["channels"].values()
    }


async def test_the_events_of_one_thing_lie_in_one_partition_in_their_order(campus: Campus) -> None:
    unit = await campus.unit()
    path = f"/v1/units/{unit}"
    for number in range(1, 6):
        headers = {**campus.administrator, "If-Match": f'"{number}"'}
        body = {"name": f"第{number}个名字", "name_en": f"Name {number}"}
        assert (await campus.http["members"].patch(path, json=body, headers=headers)).status_code == 200
    consumer = AIOKafkaConsumer(
        f"{campus.settings.topic_prefix}.members.v1",
        bootstrap_servers=campus.settings.kafka_bootstrap_servers,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=20,
        group_id=None,
    )
    await consumer.start()
    found: list[ConsumerRecord] = []
    try:
        async with asyncio.timeout(30):
            while len(found) < 6:
                record = await consumer.getone()
                if record.key == unit.encode():
                    found.append(record)
    finally:
        await consumer.stop()

    assert len({record.partition for record in found}) == 1
    assert [dict(record.headers)["ce_sequence"] for record in found] == [b"%010d" % number for number in range(1, 7)]
