"""CloudEvents 1.0 in Kafka's binary mode: attributes as `ce_*` headers, the data as the value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.contracts.base import DomainEvent

Headers = Sequence[tuple[str, bytes]]

CONTENT_TYPE = "application/json"
SEALED_CONTENT_TYPE = "application/jose"
REQUIRED = ("ce_specversion", "ce_id", "ce_source", "ce_type")


class MalformedEvent(ValueError):
    """Not a CloudEvent that we can read. The reason is fit for a log: it quotes nothing of the message."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The attributes of an event.

    `sequence` is the version of the aggregate after the command that caused the event, zero-padded to sort as text;
    events of one command share it.
    """

    id: str
    source: str
    type: str
    subject: str
    time: str
    sequence: str
    partitionkey: str
    traceparent: str
    correlationid: str
    content_type: str = CONTENT_TYPE

    def headers(self) -> list[tuple[str, bytes]]:
        return [
            ("ce_specversion", b"1.0"),
            ("ce_id", self.id.encode()),
            ("ce_source", self.source.encode()),
            ("ce_type", self.type.encode()),
            ("ce_subject", self.subject.encode()),
            ("ce_time", self.time.encode()),
            ("ce_sequence", self.sequence.encode()),
            ("ce_partitionkey", self.partitionkey.encode()),
            ("ce_traceparent", self.traceparent.encode()),
            ("ce_correlationid", self.correlationid.encode()),
            ("content-type", self.content_type.encode()),
        ]


def content_type(event: DomainEvent | type[DomainEvent]) -> str:
    return SEALED_CONTENT_TYPE if event.sealed_for else CONTENT_TYPE


def sequence(version: int) -> str:
    return f"{version:010d}"


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def data_of(event: DomainEvent) -> bytes:
    return event.model_dump_json().encode()


def read_envelope(headers: Headers) -> Envelope:
    """Raises MalformedEvent. Attributes that CloudEvents leaves optional are empty where they are not given."""
    try:
        given = {name: value.decode() for name, value in headers}
    except UnicodeDecodeError as error:
        raise MalformedEvent("a header is not UTF-8") from error
    for name in REQUIRED:
        if not given.get(name):
            raise MalformedEvent(f"the header {name} is missing")
    if given["ce_specversion"] != "1.0":
        raise MalformedEvent("ce_specversion is not 1.0")
    return Envelope(
        id=given["ce_id"],
        source=given["ce_source"],
        type=given["ce_type"],
        subject=given.get("ce_subject", ""),
        time=given.get("ce_time", ""),
        sequence=given.get("ce_sequence", ""),
        partitionkey=given.get("ce_partitionkey", ""),
        traceparent=given.get("ce_traceparent", ""),
        correlationid=given.get("ce_correlationid", ""),
        content_type=given.get("content-type", CONTENT_TYPE),
    )
