from types import SimpleNamespace
from typing import Any

import pytest

from shared.holds import Holds
from shared.kafka import Partition

ONE, OTHER = Partition("topic", 0), Partition("topic", 1)


class Source:
    def __init__(self) -> None:
        self.said: list[tuple[Any, ...]] = []
        self.assigned = {ONE, OTHER}

    def assignment(self) -> set[Partition]:
        return self.assigned

    def seek(self, partition: Partition, offset: int) -> None:
        self.said.append(("seek", partition, offset))

    def pause(self, partition: Partition) -> None:
        self.said.append(("pause", partition))

    def resume(self, partition: Partition) -> None:
        self.said.append(("resume", partition))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def record(partition: Partition, offset: int) -> Any:
    return SimpleNamespace(topic=partition.topic, partition=partition.partition, offset=offset)


def test_a_held_partition_is_paused_at_the_record_and_released_when_its_time_has_come() -> None:
    source, clock = Source(), Clock()
    holds = Holds(clock)

    holds.hold(source, ONE, 7)
    holds.release_due(source)
    assert source.said == [("seek", ONE, 7), ("pause", ONE)]

    clock.now = 0.2
    holds.release_due(source)
    holds.release_due(source)
    assert source.said[2:] == [("resume", ONE)]


def test_each_hold_at_the_same_record_is_longer_than_the_one_before() -> None:
    source, clock = Source(), Clock()
    holds = Holds(clock)
    pauses = []

    for _ in range(9):
        holds.hold(source, ONE, 7)
        began = clock.now
        while ("resume", ONE) not in source.said:
            clock.now += 0.1
            holds.release_due(source)
        pauses.append(clock.now - began)
        source.said.clear()

    assert pauses == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10, 10], abs=0.11)


def test_a_record_is_held_for_five_minutes_at_the_most() -> None:
    source, clock = Source(), Clock()
    holds = Holds(clock)
    holds.hold(source, ONE, 7)

    clock.now = 299
    holds.hold(source, ONE, 7)
    assert not holds.too_long(record(ONE, 7))

    clock.now = 301
    assert holds.too_long(record(ONE, 7))
    assert not holds.too_long(record(ONE, 8))
    assert not holds.too_long(record(OTHER, 7))


def test_a_partition_that_went_to_another_consumer_is_let_alone() -> None:
    source, clock = Source(), Clock()
    holds = Holds(clock)
    holds.hold(source, ONE, 7)

    source.assigned = {OTHER}
    clock.now = 60
    holds.release_due(source)

    assert ("resume", ONE) not in source.said
    assert not holds.too_long(record(ONE, 7))
