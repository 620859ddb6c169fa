"""The published form of an event's data: a JSON Schema and an example.

A consumer may validate with the schema, so it permits fields that are not in it: they may be added at any time.
"""

import json
from typing import Any

from shared.contracts.base import DomainEvent

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

# 2020-12, in which a schema is published, and draft 07, in which AsyncAPI reads the same text, agree on these only.
_KEYWORDS = {
    *("type", "format", "enum", "const", "anyOf", "default", "description", "examples"),
    *("properties", "required", "additionalProperties", "items", "minItems", "maxItems", "uniqueItems"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern"),
}


def urn(event: type[DomainEvent]) -> str:
    return f"urn:campus-union:event:{event.type}"


def published_schema(event: type[DomainEvent]) -> Schema:
    return {"$schema": DIALECT, "$id": urn(event), "title": event.__name__, **data_schema(event)}


def data_schema(event: type[DomainEvent]) -> Schema:
    """Without references, so that it can be put into another document.

    Raises TypeError for a field that cannot be described in this way.
    """
    generated = event.model_json_schema()
    try:
        return _plain(generated, generated.get("$defs", {}))
    except (TypeError, RecursionError) as error:
        raise TypeError(f"{event.__name__}: its data cannot be published: {error}") from error


def _plain(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    if "$ref" in schema:
        definition = definitions[schema["$ref"].removeprefix("#/$defs/")]
        schema = {**definition, **{keyword: value for keyword, value in schema.items() if keyword != "$ref"}}
    plain: Schema = {}
    for keyword, value in schema.items():
        if keyword in ("title", "$defs") or (keyword, value) == ("additionalProperties", False):
            continue
        if keyword not in _KEYWORDS:
            raise TypeError(f"the keyword {keyword} is not among those that every reader understands alike")
        if keyword == "properties":
            plain[keyword] = {name: _plain(field, definitions) for name, field in value.items()}
        elif keyword in ("items", "additionalProperties") and isinstance(value, dict):
            plain[keyword] = _plain(value, definitions)
        elif keyword == "anyOf":
            plain[keyword] = [_plain(choice, definitions) for choice in value]
        elif keyword == "required":
            plain[keyword] = sorted(value)
        else:
            plain[keyword] = value
    return plain


def example_data(event: type[DomainEvent]) -> dict[str, Any]:
    """Raises pydantic's ValidationError when the examples of the fields are not an event."""
    return event.example().model_dump(mode="json")


def as_text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
