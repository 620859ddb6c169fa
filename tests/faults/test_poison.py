"""Records that nobody can handle are put aside with their bytes and the reason; the rest goes on."""

import asyncio
import json

from aiokafka import AIOKafkaProducer

from shared.contracts.events import AwardGrantedRestricted
from tests.campus import Processes
from tests.faults.college import arrived, award, put_in_directory, records

LETTERS = "notifications.dead-letters.v1"
GOOD = {
    "ce_specversion": b"1.0",
    "ce_type": AwardGrantedRestricted.type.encode(),
    "ce_source": b"/somewhere/events",
    "ce_id": b"01930000-0000-7000-8000-0000000000f1",
    "ce_time": b"2022-06-01T08:00:00.000Z",
    "ce_subject": b"x",
    "ce_sequence": b"1".zfill(20),
    "ce_partitionkey": b"x",
}
POISON: list[tuple[str, dict[str, bytes], bytes | None]] = [
    ("bad UTF-8 in the value", GOOD, b"\xff\xfe{}"),
    ("bad JSON", GOOD, b'{"award_id": '),
    ("no ce_id", {name: value for name, value in GOOD.items() if name != "ce_id"}, b"{}"),
    ("null value", GOOD, None),
    ("no headers at all", {}, b"{}"),
    ("bad UTF-8 in a header", {**GOOD, "ce_id": b"\xff\xfe"}, b"{}"),
    ("data that do not fit", GOOD, json.dumps({"award_id": 7}).encode()),
]


async def test_poison_is_dead_lettered_with_its_bytes_and_reason_and_the_rest_goes_on(campus: Processes) -> None:
    member = await put_in_directory(campus, "events", "notifications")
    await campus.start("notifications", "api")
    await campus.start("events", "api")
    await campus.start("notifications", "consumer")

    await campus.post("events", "/v1/awards", award(member, "之前"), campus.officer)
    await _produce(campus, POISON)
    await campus.post("events", "/v1/awards", award(member, "之后"), campus.officer)

    assert len(await arrived(campus, member, 2)) == 2
    letters = await records(campus, len(POISON), LETTERS)
    assert sorted([letter.value for letter in letters], key=str) == sorted([value for _, _, value in POISON], key=str)
    for letter in letters:
        assert letter.headers["dead_letter_reason"] == b"malformed"
        assert letter.headers["dead_letter_detail"]
        assert letter.headers["dead_letter_topic"] == f"{campus.settings.topic_prefix}.events.restricted.v1".encode()


async def test_redrive_hands_them_in_again_and_puts_aside_what_is_still_bad(campus: Processes) -> None:
    member = await put_in_directory(campus, "events", "notifications")
    await campus.start("notifications", "api")
    await campus.start("notifications", "consumer")
    await _produce(campus, POISON[:1])
    await records(campus, 1, LETTERS)
    # One that was put aside by mistake: it is good, and is handled when it is handed in again.
    good = {
        "award_id": "01930000-0000-7000-8000-0000000000f2",
        "member_id": member,
        "unit_id": "01930000-0000-7000-8000-0000000000f3",
        "level": "college",
        "title": "学习达人",
        "granted_on": "2022-06-01",
    }
    await _produce(
        campus,
        [("good", {**GOOD, "ce_id": b"01930000-0000-7000-8000-0000000000f4"}, json.dumps(good).encode())],
        topic=LETTERS,
    )

    redrive = campus.process("notifications", "redrive")
    redrive.start()
    await asyncio.to_thread(redrive.wait, 60)

    assert redrive.exit_code == 0, redrive.last_words()
    assert len(await arrived(campus, member, 1)) == 1
    assert len(await records(campus, 3, LETTERS)) == 3


async def _produce(
    campus: Processes, records: list[tuple[str, dict[str, bytes], bytes | None]], topic: str = "events.restricted.v1"
) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=campus.settings.kafka_bootstrap_servers, acks="all")
    await producer.start()
    try:
        for _, headers, value in records:
            await producer.send_and_wait(
                f"{campus.settings.topic_prefix}.{topic}", value, b"poison", headers=list(headers.items())
            )
    finally:
        await producer.stop()
