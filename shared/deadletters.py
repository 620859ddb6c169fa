"""What could not be handled: put aside with its bytes, its headers and the reason, and handed in again on command."""

from collections.abc import Sequence

from shared import clock, metrics
from shared.cloudevents import timestamp
from shared.contracts.base import dead_letter_topic
from shared.kafka import Publisher, Record
from shared.outbox import Message
from shared.records import of_keys

PREFIX = "dead_letter_"


class DeadLetterNotSent(Exception):
    """The broker did not take the dead letter, so the record must not be committed."""


class DeadLetters:
    def __init__(self, publisher: Publisher, *, service: str, prefix: str) -> None:
        self._publisher = publisher
        self._service = service
        self.topic = dead_letter_topic(service, prefix)

    async def put(self, record: Record, *, reason: str, detail: str) -> None:
        """`detail` is fit for a log: it quotes nothing of the record. Raises DeadLetterNotSent.

        A key is left out: its topic keeps the newest of each person, and forgets one that is destroyed; this one keeps
        whatever comes.
        """
        value = None if of_keys(record.topic) else record.value
        message = Message(self.topic, record.key or b"-", value, _headers(record, reason, detail))
        (error,) = await self._publisher.publish([message])
        if error is not None:
            raise DeadLetterNotSent from error
        metrics.DEAD_LETTERS.labels(self._service, reason).inc()


def _headers(record: Record, reason: str, detail: str) -> Sequence[tuple[str, bytes]]:
    # A record that comes from a dead-letter topic keeps the place where it was first met.
    kept = [(name, value) for name, value in record.headers if not name.startswith(PREFIX)]
    first = {name: value for name, value in record.headers if name.startswith(PREFIX)}
    about = {
        f"{PREFIX}topic": record.topic.encode(),
        f"{PREFIX}partition": str(record.partition).encode(),
        f"{PREFIX}offset": str(record.offset).encode(),
        **first,
        f"{PREFIX}reason": reason.encode(),
        f"{PREFIX}detail": detail.encode(),
        f"{PREFIX}at": timestamp(clock.now()).encode(),
    }
    return [*kept, *about.items()]
