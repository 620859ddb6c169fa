"""Partitions that wait, because a handler has to hear of something else first."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from shared import kafka

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 10.0
_LONGEST_HOLD = 300.0


class _Hold(NamedTuple):
    offset: int
    since: float
    pause: float
    due_at: float


class Holds:
    """Which partitions are paused, at which record, since when, and when to look again. Times in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: dict[kafka.Partition, _Hold] = {}

    def hold(self, source: Any, partition: kafka.Partition, offset: int) -> None:
        """Pause the partition, and go back to the record that could not be handled yet."""
        now = self._clock()
        before = self._held.get(partition)
        again = before is not None and before.offset == offset
        since = before.since if before and again else now
        pause = min(before.pause * 2, _LONGEST_PAUSE) if before and again else _FIRST_PAUSE
        self._held[partition] = _Hold(offset, since, pause, now + pause)
        if partition in source.assignment():
            source.seek(partition, offset)
            source.pause(partition)

    def release_due(self, source: Any) -> None:
        """Let the partitions whose pause is over be fetched again."""
        now = self._clock()
        for partition in [partition for partition, hold in self._held.items() if hold.due_at <= now]:
            if partition in source.assignment():
                source.resume(partition)
                self._held[partition] = self._held[partition]._replace(due_at=float("inf"))
            else:
                del self._held[partition]

    def forget(self, partition: kafka.Partition) -> None:
        self._held.pop(partition, None)

    def too_long(self, record: kafka.Record) -> bool:
        """Whether the record has been held for so long that what it waits for will not come."""
        hold = self._held.get(kafka.Partition(record.topic, record.partition))
        return hold is not None and hold.offset == record.offset and self._clock() - hold.since > _LONGEST_HOLD
