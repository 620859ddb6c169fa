"""What may not change in the data of a released event.

Both directions count. Who has an older schema reads today's events, so nothing may be promised less: a wider enum, a
null, a field left out. Today's code reads older events again in a replay, so nothing may be demanded more: a narrower
enum, a new required field. What remains: fields that were there stay as they are, and optional ones may be added.
"""

from collections.abc import Iterator
from typing import Any

from shared.contracts.schemas import Schema

_ANNOTATIONS = frozenset({"$schema", "$id", "title", "description", "examples"})
_READERS = "readers of the older schema refuse it"
_REPLAY = "older events cannot be replayed"


def meaning(schema: Schema) -> Schema:
    """The schema without what only explains it. `default` stays: it says what an older event means."""
    bare: Schema = {}
    for keyword, value in schema.items():
        if keyword in _ANNOTATIONS:
            continue
        if keyword == "properties":
            bare[keyword] = {name: meaning(field) for name, field in value.items()}
        elif keyword in ("enum", "required"):
            bare[keyword] = sorted(value, key=repr)
        elif keyword == "anyOf":
            bare[keyword] = [meaning(choice) for choice in value]
        elif isinstance(value, dict):
            bare[keyword] = meaning(value)
        else:
            bare[keyword] = value
    return bare


def breaking_changes(older: Schema, newer: Schema) -> list[str]:
    return list(_changes(meaning(older), meaning(newer), "the data"))


def _changes(older: Schema, newer: Schema, where: str) -> Iterator[str]:
    if ("anyOf" in older) != ("anyOf" in newer):
        yield f"{where}: was {_shown(older)} and is {_shown(newer)}"
        return
    yield from _fields(older, newer, where)
    for keyword in sorted((older.keys() | newer.keys()) - {"properties", "required"}):
        before, after = older.get(keyword), newer.get(keyword)
        if before == after:
            continue
        if keyword == "enum" and before and after:
            yield from _values(before, after, where)
        elif keyword == "items" and before and after:
            yield from _changes(before, after, f"each of {where}")
        elif keyword == "anyOf" and before and after and len(before) == len(after):
            for one, other in zip(before, after, strict=True):
                yield from _changes(one, other, where)
        else:
            yield f"{where}: {keyword} was {_shown(before)} and is {_shown(after)}"


def _fields(older: Schema, newer: Schema, where: str) -> Iterator[str]:
    before, after = older.get("properties", {}), newer.get("properties", {})
    needed_before, needed_after = set(older.get("required", [])), set(newer.get("required", []))
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield f"{where}: {name} was removed: {_READERS}"
        elif name not in before:
            if name in needed_after:
                yield f"{where}: {name} was added and is required: {_REPLAY}"
        else:
            if name in needed_before - needed_after:
                yield f"{where}: {name} was required and is optional: {_READERS}"
            if name in needed_after - needed_before:
                yield f"{where}: {name} was optional and is required: {_REPLAY}"
            yield from _changes(before[name], after[name], name)


def _values(before: list[Any], after: list[Any], where: str) -> Iterator[str]:
    if added := [value for value in after if value not in before]:
        yield f"{where}: takes {_shown(added)} as well: {_READERS}"
    if removed := [value for value in before if value not in after]:
        yield f"{where}: no longer takes {_shown(removed)}: {_REPLAY}"


def _shown(value: Any) -> str:
    return "not there" if value is None else str(value)
