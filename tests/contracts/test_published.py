"""What is published: valid by the standards it claims, and as the classes say."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from referencing import Registry

from shared.cloudevents import Envelope
from shared.contracts.asyncapi import asyncapi_document
from shared.contracts.base import DomainEvent, topic_of
from shared.contracts.generate import PUBLISHED, all_events, main
from shared.contracts.schemas import DIALECT, data_schema
from shared.contracts.topics import MODULES, PUBLISHERS

EVENTS = all_events()
OFFICIAL_SCHEMA = json.loads((Path(__file__).parent / "asyncapi-3.0.0.schema.json").read_text("utf-8"))

each_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
each_publisher = pytest.mark.parametrize("service", PUBLISHERS)


def published(*path: str) -> Any:
    return json.loads(PUBLISHED.joinpath(*path).read_text("utf-8"))


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def messages(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = document["components"]["messages"]
    return found


def refusals(document: dict[str, Any]) -> list[str]:
    """What the official schema has against an AsyncAPI document. A registry of its own never asks the network."""
    official = Draft7Validator(OFFICIAL_SCHEMA, registry=Registry())
    return [f"{error.json_path}: {error.message}" for error in official.iter_errors(document)]


def test_the_published_files_are_up_to_date_and_compatible() -> None:
    assert main(["--check"]) == 0


def test_every_contract_module_that_declares_events_is_a_publisher() -> None:
    folder = PUBLISHED.parent
    modules = {
        path.relative_to(folder).parts[0].removesuffix(".py")
        for path in folder.rglob("*.py")
        if re.search(r"DomainEvent, type=", path.read_text("utf-8"))
    }

    assert modules == set(MODULES)
    assert {event.service for event in EVENTS} == set(PUBLISHERS)


def test_a_service_declares_its_events_in_its_own_module() -> None:
    for event in EVENTS:
        assert event.__module__.split(".")[2] in {event.service, "keys", "persons"}


@each_event
def test_a_schema_is_valid_2020_12(event: type[DomainEvent]) -> None:
    schema = published(event.type, "schema.json")

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT
    assert schema["$id"] == f"urn:campus-union:event:{event.type}"
    assert schema["description"] == event.__doc__


@each_event
def test_a_schema_accepts_its_example_and_whatever_is_added_later(event: type[DomainEvent]) -> None:
    check = validator(published(event.type, "schema.json"))
    example = published(event.type, "example.json")

    assert list(check.iter_errors(example)) == []
    assert list(check.iter_errors({**example, "added_later": 1})) == []


@each_event
def test_a_schema_refuses_an_event_without_one_of_its_fields(event: type[DomainEvent]) -> None:
    check = validator(published(event.type, "schema.json"))
    example = published(event.type, "example.json")
    required = [name for name, field in event.model_fields.items() if field.is_required()]

    accepted = [name for name in required if check.is_valid({k: v for k, v in example.items() if k != name})]

    assert accepted == []


@each_event
def test_an_example_is_read_and_written_without_a_change(event: type[DomainEvent]) -> None:
    example = published(event.type, "example.json")

    assert event.parse(json.dumps(example).encode()).model_dump(mode="json") == example


@each_publisher
def test_an_asyncapi_document_is_valid_by_the_official_schema(service: str) -> None:
    assert refusals(published("asyncapi", f"{service}.json")) == []


@each_publisher
def test_an_asyncapi_document_of_a_deployment_is_valid_and_names_its_topics(service: str) -> None:
    document = asyncapi_document(service, "staging")

    assert refusals(document) == []
    assert {channel["address"] for channel in document["channels"].values()} == {
        topic_of(event, "staging") for event in EVENTS if event.service == service
    }


def test_the_official_schema_refuses_a_document_that_is_wrong() -> None:
    document = asyncapi_document("members", "union")
    document["operations"]["publish-public"]["action"] = "shout"

    assert refusals(document) != []


def test_a_service_without_events_has_a_document_without_channels() -> None:
    document = asyncapi_document("nobody", "union")

    assert document["channels"] == {}
    assert refusals(document) == []


@each_publisher
def test_every_reference_within_a_document_leads_somewhere(service: str) -> None:
    document = published("asyncapi", f"{service}.json")

    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)):
        target = document
        for step in reference.split("/"):
            target = target[step]


@each_event
def test_a_message_is_on_the_channel_of_its_class_only(event: type[DomainEvent]) -> None:
    document = published("asyncapi", f"{event.service}.json")

    found = [name for name, channel in document["channels"].items() if event.type in channel["messages"]]
    sent = [name for name, operation in document["operations"].items() if event.type in json.dumps(operation)]

    assert found == [event.channel.value]
    assert sent == [f"publish-{found[0]}"]
    assert document["channels"][found[0]]["bindings"]["kafka"]["topic"] == topic_of(event, "union")


@each_event
def test_a_message_has_the_payload_that_is_published(event: type[DomainEvent]) -> None:
    message = messages(published("asyncapi", f"{event.service}.json"))[event.type]

    assert message["payload"] == data_schema(event)
    assert message["examples"][0]["payload"] == published(event.type, "example.json")


@each_event
def test_the_example_headers_of_a_message_fit_their_schema(event: type[DomainEvent]) -> None:
    document = published("asyncapi", f"{event.service}.json")
    message = messages(document)[event.type]
    headers = {**message["headers"], "components": document["components"]}

    check = Draft7Validator(headers, registry=Registry(), format_checker=Draft7Validator.FORMAT_CHECKER)

    assert [error.message for error in check.iter_errors(message["examples"][0]["headers"])] == []
    assert not check.is_valid({**message["examples"][0]["headers"], "ce_type": "another"})


def test_a_service_describes_its_events_without_loading_a_validator() -> None:
    program = "import sys, shared.contracts.asyncapi; sys.exit('jsonschema' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], cwd=PUBLISHED.parents[2], check=False).returncode == 0


def test_the_described_headers_are_those_that_are_sent() -> None:
    described = asyncapi_document("members", "union")["components"]["schemas"]["CloudEvent"]

    sent = Envelope(*[""] * 9).headers()

    assert set(described["properties"]) == {name for name, _ in sent}


def test_nothing_published_names_a_host_but_that_of_the_dialect() -> None:
    texts = [path.read_text("utf-8") for path in PUBLISHED.rglob("*.json")]

    assert {host for text in texts for host in re.findall(r"\w+://[^/\"\s]+", text)} == {"https://json-schema.org"}
