"""What a record says: the event in it, opened where it is sealed, and the reaction to it."""

import contextlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from shared import kafka, metrics
from shared.cloudevents import SEALED_CONTENT_TYPE
from shared.contracts.base import Channel, DomainEvent
from shared.errors import Unavailable
from shared.handlers import Handlers, Reaction, Received
from shared.keyring import Keys
from shared.sealing import NotOpened, person_of

_SEALED = SEALED_CONTENT_TYPE.encode()
_SEALED_HEADER = ("content-type", _SEALED)

Item = tuple[kafka.Record, Reaction[Any], Received[DomainEvent]]


class Malformed(Exception):
    """`args[0]` says why and quotes nothing of the record."""


class KeyNotHere(Exception):
    """The key of the person for whom the data are sealed has not come yet."""


def of_keys(topic: str) -> bool:
    return topic.endswith(f".{Channel.KEYS}.v1")


class Reader:
    def __init__(self, service: str, handlers: Handlers[Any]) -> None:
        self._service = service
        self._reactions = {event.type.encode(): (event, reaction) for event, reaction in handlers.items()}

    def persons(self, records: Iterable[kafka.Record]) -> set[UUID]:
        """Whose keys it takes to read the records."""
        found: set[UUID] = set()
        for record in records:
            if _SEALED_HEADER in record.headers and record.value:
                # What names nobody is malformed, and `read` says so.
                with contextlib.suppress(ValueError):
                    found.add(person_of(record.value))
        return found

    def read(self, record: kafka.Record, keys: Keys) -> Item | None:
        """None for what is not for us: a type without a handler, a person who was erased.

        Raises Malformed, KeyNotHere.
        """
        headers = dict(record.headers)
        try:
            known = self._reactions.get(headers["ce_type"])
            source, event_id = headers["ce_source"], headers["ce_id"]
            if not (source and event_id and headers["ce_specversion"] == b"1.0"):
                raise Malformed("ce_id or ce_source is empty, or ce_specversion is not 1.0")
        except KeyError as error:
            raise Malformed(f"the header {error.args[0]} is missing") from None
        if known is None:
            metrics.SKIPPED.labels(self._service).inc()
            return None
        event_class, reaction = known
        if record.value is None:
            raise Malformed("the value is null")
        try:
            data = self._opened(record, keys) if headers.get("content-type") == _SEALED else record.value
            if data is None:
                metrics.ERASED.labels(self._service).inc()
                return None
            event = event_class.parse(data)
            return record, reaction, Received(event, source.decode(), event_id.decode(), record.headers)
        except ValidationError as error:
            raise Malformed(_what_does_not_fit(error)) from None
        except UnicodeDecodeError:
            raise Malformed("a header is not UTF-8") from None

    def _opened(self, record: kafka.Record, keys: Keys) -> bytes | None:
        """None when the person's key was destroyed. Raises Malformed, KeyNotHere."""
        try:
            person = person_of(record.value)
        except ValueError:
            raise Malformed("the value is no JWE that names a person") from None
        try:
            key = keys.to_open(person)
        except Unavailable:
            # Not heard of yet, or under a master key that the settings lack.
            raise KeyNotHere from None
        try:
            return key.open_data(record.value) if key else None
        except NotOpened:
            raise Malformed("the value is not sealed under the key of the person") from None


def _what_does_not_fit(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(step) for step in found["loc"])
    return f"the data do not fit: {found['type']} at {where or 'the top'}"
