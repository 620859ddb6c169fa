"""What is kept of a record that could not be handled."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from shared.deadletters import DeadLetterNotSent, DeadLetters
from shared.outbox import Message


@dataclass
class Record:
    topic: str = "union.members.v1"
    partition: int = 3
    offset: int = 42
    key: bytes | None = b"k"
    value: bytes | None = b"\xff not json"
    headers: Sequence[tuple[str, bytes]] = (("ce_id", b"\xff"), ("ce_id", b"again"))


@dataclass
class Broker:
    """Takes everything, or nothing while `down`."""

    down: bool = False
    taken: list[Message] = field(default_factory=list)

    async def publish(self, messages: Sequence[Message]) -> list[Exception | None]:
        if self.down:
            return [ConnectionError() for _ in messages]
        self.taken += messages
        return [None for _ in messages]


async def put(record: Record, broker: Broker | None = None, *, reason: str = "malformed") -> Message:
    taking: Any = broker or Broker()
    given: Any = record
    await DeadLetters(taking, service="reports", prefix="union").put(given, reason=reason, detail="why")
    (letter,) = taking.taken
    found: Message = letter
    return found


async def test_a_key_is_not_kept_in_a_dead_letter() -> None:
    letter = await put(Record(topic="union.members.keys.v1", value=b'{"wrapped": "first:secret"}'))

    assert letter.value is None
    assert b"secret" not in repr(letter).encode()


async def test_a_dead_letter_has_the_bytes_as_they_came() -> None:
    letter = await put(Record())

    assert letter.topic == "union.reports.dead-letters.v1"
    assert (letter.key, letter.value) == (b"k", b"\xff not json")
    assert list(letter.headers)[:2] == [("ce_id", b"\xff"), ("ce_id", b"again")]


async def test_a_dead_letter_says_why_when_and_where_it_was_met() -> None:
    letter = await put(Record())

    about = dict(letter.headers)
    assert about["dead_letter_topic"] == b"union.members.v1"
    assert (about["dead_letter_partition"], about["dead_letter_offset"]) == (b"3", b"42")
    assert (about["dead_letter_reason"], about["dead_letter_detail"]) == (b"malformed", b"why")
    assert datetime.fromisoformat(about["dead_letter_at"].decode()).tzinfo


@pytest.mark.parametrize("value", [None, b""])
async def test_a_record_without_a_value_or_a_key_can_be_put_aside(value: bytes | None) -> None:
    letter = await put(Record(key=None, value=value))

    assert letter.value == value
    assert letter.key


async def test_a_record_that_comes_back_keeps_the_place_where_it_was_first_met_and_takes_the_new_reason() -> None:
    first = await put(Record())

    again = await put(
        Record(topic=first.topic, partition=0, offset=0, headers=list(first.headers)), reason="handler-failed"
    )

    names = [name for name, _ in again.headers]
    about = dict(again.headers)
    assert (about["dead_letter_topic"], about["dead_letter_offset"]) == (b"union.members.v1", b"42")
    assert about["dead_letter_reason"] == b"handler-failed"
    assert names.count("dead_letter_reason") == names.count("dead_letter_topic") == 1
    assert names.count("ce_id") == 2


async def test_a_dead_letter_that_the_broker_does_not_take_is_told_to_the_loop() -> None:
    with pytest.raises(DeadLetterNotSent):
        await put(Record(), Broker(down=True))
