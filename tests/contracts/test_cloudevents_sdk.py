"""What we write is a CloudEvent to the official SDK, and what the SDK writes is one to us."""

import json
from datetime import UTC, datetime

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event, to_binary_event
from cloudevents.core.v1.event import CloudEvent

from shared.cloudevents import Envelope, data_of, read_envelope, sequence, timestamp
from shared.contracts.base import DomainEvent
from shared.contracts.generate import all_events

AT = datetime(2022, 6, 1, 1, 2, 3, 456000, tzinfo=UTC)
KEY = "01930000-0000-7000-8000-0000000000d1"

each_event = pytest.mark.parametrize("event_class", all_events(), ids=lambda event: event.type)


def envelope(event: type[DomainEvent]) -> Envelope:
    return Envelope(
        id="01930000-0000-7000-8000-000000000001",
        source=f"/union/{event.service}",
        type=event.type,
        subject=KEY,
        time=timestamp(AT),
        sequence=sequence(7),
        partitionkey=KEY,
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        correlationid="01930000-0000-7000-8000-000000000003",
    )


@each_event
def test_the_sdk_reads_what_we_write(event_class: type[DomainEvent]) -> None:
    event, written = event_class.example(), envelope(event_class)

    read = from_kafka_event(KafkaMessage(headers=dict(written.headers()), key=KEY.encode(), value=data_of(event)))

    assert isinstance(read, CloudEvent)
    assert read.get_attributes() == {
        "specversion": "1.0",
        "id": written.id,
        "source": written.source,
        "type": event_class.type,
        "subject": KEY,
        "time": AT,
        "sequence": "0000000007",
        "partitionkey": KEY,
        "traceparent": written.traceparent,
        "correlationid": written.correlationid,
        "datacontenttype": "application/json",
    }
    assert read.get_data() == event.model_dump(mode="json")


@each_event
def test_we_read_what_the_sdk_writes(event_class: type[DomainEvent]) -> None:
    event, meant = event_class.example(), envelope(event_class)
    attributes = {
        "specversion": "1.0",
        "id": meant.id,
        "source": meant.source,
        "type": meant.type,
        "subject": meant.subject,
        "time": AT,
        "sequence": meant.sequence,
        "partitionkey": meant.partitionkey,
        "traceparent": meant.traceparent,
        "correlationid": meant.correlationid,
        "datacontenttype": "application/json",
    }

    message = to_binary_event(CloudEvent(attributes, event.model_dump(mode="json")))
    read = read_envelope(list(message.headers.items()))

    assert (message.key, event_class.parse(message.value)) == (KEY, event)
    assert datetime.fromisoformat(read.time) == AT
    assert read == Envelope(**{**{name: getattr(meant, name) for name in meant.__slots__}, "time": read.time})


def test_we_read_an_event_that_has_the_required_attributes_only() -> None:
    message = to_binary_event(
        CloudEvent({"specversion": "1.0", "id": "1", "source": "/elsewhere", "type": "a.b"}, {"x": 1})
    )

    read = read_envelope(list(message.headers.items()))

    assert (read.id, read.source, read.type, read.subject, read.sequence) == ("1", "/elsewhere", "a.b", "", "")
    assert json.loads(message.value) == {"x": 1}
