"""The AsyncAPI 3.0 document of a service: its topics and what is on them."""

import sys
from collections.abc import Iterable
from typing import Any

from shared.cloudevents import CONTENT_TYPE, SEALED_CONTENT_TYPE, Envelope, content_type
from shared.contracts.base import Channel, DomainEvent, published_by, topic_name
from shared.contracts.schemas import Schema, data_schema, example_data, urn

Document = dict[str, Any]

_CLASSIFICATIONS = {
    Channel.PUBLIC: "That something happened, to what and in which unit. No free text, no reason, no amount.",
    Channel.RESTRICTED: "Personal data. Only principals that the deployment names may read the topic.",
    Channel.KEYS: "The wrapped key of each person, the newest only. Read by the services of the deployment alone.",
}
_BINDING = "0.5.0"
_EVENT = "01930000-0000-7000-8000-000000000001"
_SUBJECT = "01930000-0000-7000-8000-000000000002"
_CORRELATION = "01930000-0000-7000-8000-000000000003"

_INTRODUCTION = """\
Messages are CloudEvents 1.0 in Kafka's binary mode: the attributes are headers, the value is the data as JSON.

- Delivered at least once: the headers `ce_source` and `ce_id` together name an event for good.
- In order for each key. `ce_sequence` is the version of the thing that changed; events of one command share it.
- Where `content-type` is `application/jose`, the value is a JWE (RFC 7516, `dir`, `A256GCM`) of that JSON, under the \
key of the person whom `kid` names. Those who may read it have the key from the topic of keys; when the key is \
destroyed, so are the data.
- Fields and headers that are not described here may be added at any time; ignore what you do not know. \
Whatever would break a reader gets a new type (`.v2`).
- The first part of a topic's name is chosen by the deployment, as are partitions, replicas and retention."""


def asyncapi_document(service: str, prefix: str) -> Document:
    """The contract module of the service must have been imported."""
    return document_of(service, published_by(service), prefix)


def document_of(service: str, events: Iterable[type[DomainEvent]], prefix: str) -> Document:
    classified: dict[Channel, list[type[DomainEvent]]] = {}
    for event in events:
        classified.setdefault(event.channel, []).append(event)
    everything = [event for listed in classified.values() for event in listed]
    return {
        "asyncapi": "3.0.0",
        "id": f"urn:campus-union:service:{service}",
        "info": {
            "title": f"Campus Union: events of {service}",
            "version": "1.0.0",
            "description": "\n\n".join(filter(None, [_about(everything), _INTRODUCTION])),
            "license": {"name": "Apache-2.0"},
            "tags": [{"name": name.value, "description": text} for name, text in _CLASSIFICATIONS.items()],
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {name.value: _channel(service, listed, name, prefix) for name, listed in classified.items()},
        "operations": {f"publish-{name}": _operation(listed, name) for name, listed in classified.items()},
        "components": {
            "schemas": {"CloudEvent": _headers(service, prefix)},
            "messages": {event.type: _message(event, prefix) for event in everything},
        },
    }


def _about(events: list[type[DomainEvent]]) -> str:
    module = sys.modules.get(events[0].__module__) if events else None
    return (getattr(module, "__doc__", None) or "").strip()


def _channel(service: str, events: list[type[DomainEvent]], channel: Channel, prefix: str) -> Document:
    topic = topic_name(service, prefix, channel)
    return {
        "address": topic,
        "title": f"{service}, {channel}",
        "description": _CLASSIFICATIONS[channel],
        "messages": {event.type: {"$ref": f"#/components/messages/{event.type}"} for event in events},
        "tags": [{"name": channel.value}],
        "bindings": {"kafka": {"topic": topic, "bindingVersion": _BINDING}},
    }


def _operation(events: list[type[DomainEvent]], channel: Channel) -> Document:
    return {
        "action": "send",
        "title": f"Publish {channel} events",
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{event.type}"} for event in events],
        "tags": [{"name": channel.value}],
    }


def _message(event: type[DomainEvent], prefix: str) -> Document:
    payload = data_schema(event)
    return {
        "name": event.type,
        "title": event.__name__,
        "description": payload["description"],
        "contentType": content_type(event),
        "tags": [{"name": event.channel.value}],
        "headers": {
            "allOf": [
                {"$ref": "#/components/schemas/CloudEvent"},
                {"type": "object", "properties": _own_headers(event)},
            ]
        },
        "payload": payload,
        "correlationId": {
            "description": "One id from the request to everything that it caused.",
            "location": "$message.header#/ce_correlationid",
        },
        "bindings": {"kafka": {"key": _identifier("Of the thing that changed."), "bindingVersion": _BINDING}},
        "examples": [{"name": event.__name__, "headers": _example(event, prefix), "payload": example_data(event)}],
        "x-schema": urn(event),
    }


def _own_headers(event: type[DomainEvent]) -> Schema:
    return {"ce_type": {"const": event.type}, "content-type": {"const": content_type(event)}}


def _headers(service: str, prefix: str) -> Schema:
    properties = {
        "ce_specversion": {"const": "1.0"},
        "ce_id": _identifier("Of the event. Unique within its source."),
        "ce_source": {"const": _source(service, prefix)},
        "ce_type": _text("What happened; names the schema of the value."),
        "ce_subject": _identifier("Of the thing that changed."),
        "ce_time": {**_text("When it happened (RFC 3339, UTC)."), "format": "date-time"},
        "ce_sequence": {**_text("Version of the thing that changed; sorts as text."), "pattern": "^[0-9]{10}$"},
        "ce_partitionkey": _identifier("The key of the message."),
        "ce_traceparent": _text("W3C Trace Context of the command."),
        "ce_correlationid": _text("Correlation id of the command."),
        "content-type": {"enum": [CONTENT_TYPE, SEALED_CONTENT_TYPE]},
    }
    optional = {"ce_traceparent", "ce_correlationid"}
    return {
        "description": "The attributes of a CloudEvent as Kafka headers, each UTF-8 text.",
        "type": "object",
        "properties": properties,
        "required": sorted(properties.keys() - optional),
    }


def _example(event: type[DomainEvent], prefix: str) -> dict[str, str]:
    envelope = Envelope(
        id=_EVENT,
        source=_source(event.service, prefix),
        type=event.type,
        subject=_SUBJECT,
        time="2022-06-01T01:00:00.000Z",
        sequence="0000000001",
        partitionkey=_SUBJECT,
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        correlationid=_CORRELATION,
        content_type=content_type(event),
    )
    return {name: value.decode() for name, value in envelope.headers()}


def _source(service: str, prefix: str) -> str:
    return f"/{prefix}/{service}"


def _identifier(description: str) -> Schema:
    return {**_text(description), "format": "uuid"}


def _text(description: str) -> Schema:
    return {"type": "string", "description": description}
