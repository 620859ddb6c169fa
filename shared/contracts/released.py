"""The folder of what has been published, and what must stay true of it.

| file | |
|---|---|
| `released.json` | the digest of every released file: none is edited or lost unnoticed |
| `<type>/schema.json`, `example.json` | what is published today |
| `<type>/history/<n>/...` | what was published before it, the oldest first |
| `asyncapi/<service>.json` | made anew each time |
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from pydantic import ValidationError

from shared.contracts.asyncapi import document_of
from shared.contracts.base import DomainEvent
from shared.contracts.compatibility import breaking_changes, meaning
from shared.contracts.schemas import as_text, example_data, published_schema

SCHEMA, EXAMPLE, HISTORY, LEDGER, ASYNCAPI = "schema.json", "example.json", "history", "released.json", "asyncapi"
PREFIX = "union"

Events = Iterable[type[DomainEvent]]


class Version(NamedTuple):
    """A released schema with its example. `path` is relative to the folder of all types."""

    path: str
    schema: dict[str, Any]
    example: dict[str, Any]


def problems(folder: Path, events: Events) -> list[str]:
    """Whatever forbids to publish. Empty when all is well."""
    by_type = {event.type: event for event in events}
    if touched := list(_touched(folder)):
        return [*touched, f"(`git restore` what was released, or remove what never was, in {LEDGER} too)"]
    released = sorted(_types(folder))
    return [
        *(f"{name}: is released and no class has this type any more" for name in released if name not in by_type),
        *(problem for name in released for problem in _gaps(folder, name)),
        *(problem for event in by_type.values() for problem in _of_event(folder, event)),
    ]


def drift(folder: Path, events: Events) -> list[str]:
    """Where the files are not what would be generated."""
    expected = _generated(events)
    found = [name for name in sorted(expected) if _read(folder / name) != expected[name]]
    stale = sorted(_asyncapi_files(folder) - expected.keys())
    return [
        *(f"{name}: is not what the classes say" for name in found),
        *(f"{name}: nobody publishes this" for name in stale),
    ]


def publish(folder: Path, events: Events) -> list[str]:
    """Write what has changed and return its names. Refuse with ValueError, its args the problems, if there are any."""
    events = list(events)
    if found := problems(folder, events):
        raise ValueError(*found)
    for event in events:
        _keep_earlier(folder, event)
    expected = _generated(events)
    written = [name for name, text in sorted(expected.items()) if _read(folder / name) != text]
    for name in written:
        _write(folder / name, expected[name])
    for name in _asyncapi_files(folder) - expected.keys():
        (folder / name).unlink()
    _write(folder / LEDGER, as_text(digests(folder)))
    return written


def versions(folder: Path, event_type: str) -> list[Version]:
    """Every released version of a type, the oldest first, today's last."""
    places = [folder / event_type / HISTORY / str(number) for number in sorted(_numbers(folder, event_type))]
    return [
        Version(
            place.relative_to(folder).as_posix(),
            json.loads((place / SCHEMA).read_text("utf-8")),
            json.loads((place / EXAMPLE).read_text("utf-8")),
        )
        for place in [*places, folder / event_type]
        if (place / SCHEMA).exists() and (place / EXAMPLE).exists()
    ]


def _of_event(folder: Path, event: type[DomainEvent]) -> Iterator[str]:
    undescribed = [n for n, field in event.model_fields.items() if not (field.description and field.examples)]
    if undescribed:
        yield f"{event.type}: without a description or an example: {', '.join(undescribed)}"
        return
    try:
        schema, example = published_schema(event), example_data(event)
    except (TypeError, ValidationError) as error:
        yield f"{event.type}: cannot be described: {error}"
        return
    for refusal in _validator(schema).iter_errors(example):
        yield f"{event.type}: its own schema refuses its example: {refusal.message}"
    for version in versions(folder, event.type):
        for change in breaking_changes(version.schema, schema):
            yield f"{version.path}: {change}"
        try:
            event.parse(json.dumps(version.example).encode())
        except ValidationError as error:
            fields = ", ".join(".".join(str(step) for step in found["loc"]) for found in error.errors())
            yield f"{version.path}: its example is refused by {event.__name__} today, for {fields}"
        for refusal in _validator(version.schema).iter_errors(example):
            yield f"{version.path}: its schema refuses today's example: {refusal.message}"


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _keep_earlier(folder: Path, event: type[DomainEvent]) -> None:
    """What says the same in other words needs no place in the history."""
    released = versions(folder, event.type)
    if not released:
        return
    current = released[-1]
    if meaning(current.schema) == meaning(published_schema(event)) and current.example == example_data(event):
        return
    for name in (SCHEMA, EXAMPLE):
        _write(
            folder / event.type / HISTORY / str(len(released)) / name,
            (folder / event.type / name).read_text("utf-8"),
        )


def _generated(events: Events) -> dict[str, str]:
    by_service: dict[str, list[type[DomainEvent]]] = {}
    texts: dict[str, str] = {}
    for event in sorted(events, key=lambda event: event.type):
        by_service.setdefault(event.service, []).append(event)
        texts[f"{event.type}/{SCHEMA}"] = as_text(published_schema(event))
        texts[f"{event.type}/{EXAMPLE}"] = as_text(example_data(event))
    for service, published in by_service.items():
        texts[f"{ASYNCAPI}/{service}.json"] = as_text(document_of(service, published, PREFIX))
    return texts


def _touched(folder: Path) -> Iterator[str]:
    try:
        ledger: dict[str, str] = json.loads(_read(folder / LEDGER) or "{}")
    except json.JSONDecodeError:
        yield f"{LEDGER}: is not JSON; was a merge left unfinished?"
        return
    present = digests(folder)
    for name in sorted(ledger.keys() | present.keys()):
        if name not in present:
            yield f"{name}: is released and not there any more"
        elif name not in ledger:
            yield f"{name}: is not in {LEDGER}"
        elif present[name] != ledger[name]:
            yield f"{name}: is released and was edited"


def digests(folder: Path) -> dict[str, str]:
    files = (path for released in _types(folder) for path in (folder / released).rglob("*.json"))
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_text("utf-8").encode()).hexdigest()
        for path in files
    }


def _gaps(folder: Path, event_type: str) -> Iterator[str]:
    numbers = _numbers(folder, event_type)
    missing = set(range(1, max(numbers, default=0) + 1)) - numbers
    yield from (f"{event_type}/{HISTORY}/{number}: is missing from the history" for number in sorted(missing))
    for place in (event_type, *(f"{event_type}/{HISTORY}/{number}" for number in sorted(numbers))):
        yield from (f"{place}/{name}: is missing" for name in (SCHEMA, EXAMPLE) if not (folder / place / name).exists())


def _numbers(folder: Path, event_type: str) -> set[int]:
    history = folder / event_type / HISTORY
    return {int(path.name) for path in history.iterdir() if path.name.isdecimal()} if history.is_dir() else set()


def _types(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*") if path.is_dir() and path.name != ASYNCAPI}


def _asyncapi_files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.glob(f"{ASYNCAPI}/*.json")}


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")
