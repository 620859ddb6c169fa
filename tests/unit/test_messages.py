"""What is said of a malformed field: in both languages, by the rule that is broken, without quoting what was sent."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_core._pydantic_core import list_all_errors

from deploy.local.settings import SERVICES
from shared.errors import Text
from shared.http.bodies import Body
from shared.http.messages import _MESSAGES, FALLBACK, field_message
from tests.campus import service_of

OURS = {
    *("body_unreadable", "etag", "cursor", "duplicates", "unknown_parameter", "repeated_parameter"),
    *("characters", "control_characters", "nothing_to_see", "nothing_to_change", "not_to_be_removed", "one_of_two"),
    *("unreadable", "unit_unknown", "unit_ambiguous", "period_missing", "reason_with_not_filed"),
}
"""The kinds that pydantic does not know."""

CONTEXTS: dict[str, dict[str, Any]] = {
    **{kind: {} for kind in OURS},
    **{error["type"]: error["example_context"] or {} for error in list_all_errors()},
}
SECRET = "江云帆T0001"
JUNK: list[Any] = [
    None,
    True,
    -1,
    1.5,
    10**30,
    1e300,
    "",
    SECRET,
    SECRET * 2000,
    "\x00",
    "\ud800",
    [],
    {},
    [None],
    [SECRET],
    {SECRET: SECRET},
    "2022-01-01T10:00:00Z",
    "0000-00-00",
    "99999-01-01",
    "1" * 5000,
]


def bodies() -> list[type[Body]]:
    for service in SERVICES:
        service_of(service)

    def below(kind: type[Body]) -> list[type[Body]]:
        return [each for child in kind.__subclasses__() for each in (child, *below(child))]

    return [body for body in below(Body) if body.__module__.startswith("services.")]


FIELDS = [(body, name) for body in bodies() for name in body.model_fields]


def refused(body: type[Body], name: str) -> Iterator[tuple[str, Text]]:
    """What is said when the field is given what it cannot be."""
    for junk in JUNK:
        try:
            body.model_validate({name: junk})
        except ValidationError as error:
            for found in error.errors():
                if found["loc"][:1] == (name,):
                    context = {word: str(value) for word, value in found.get("ctx", {}).items() if word != "error"}
                    yield found["type"], field_message(found["type"], context)


def words(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def test_the_bodies_of_the_services_are_looked_at() -> None:
    assert {body.__module__.split(".")[1] for body, _ in FIELDS} >= {"members", "proposals", "welfare", "events"}


@pytest.mark.parametrize("kind", list(_MESSAGES))
def test_a_kind_that_has_words_is_one_that_can_happen(kind: str) -> None:
    assert kind in CONTEXTS


@pytest.mark.parametrize("kind", list(_MESSAGES))
def test_a_kind_says_the_same_facts_in_both_languages(kind: str) -> None:
    text = _MESSAGES[kind]

    assert text.en
    assert text.en.isascii()
    assert re.search("[一-鿿]", text.zh)
    assert words(text.zh) == words(text.en)


@pytest.mark.parametrize("kind", list(_MESSAGES))
def test_a_kind_finds_its_facts_in_what_pydantic_tells(kind: str) -> None:
    context = {name: str(value) for name, value in CONTEXTS[kind].items()}

    text = field_message(kind, context)

    assert text != FALLBACK
    for name in words(_MESSAGES[kind].en):
        assert context[name] in text.en


@pytest.mark.parametrize(("body", "name"), FIELDS, ids=[f"{body.__name__}.{name}" for body, name in FIELDS])
def test_a_field_says_of_junk_what_it_should_be_and_not_what_it_was(body: type[Body], name: str) -> None:
    said = list(refused(body, name))

    assert said
    for kind, text in said:
        assert text != FALLBACK, kind
        assert SECRET not in text.zh + text.en


def test_braces_in_a_fact_are_not_filled_in() -> None:
    text = field_message("string_pattern_mismatch", {"pattern": "^[A-Z]{1,32}{pattern}$"})

    assert text.en == "must match ^[A-Z]{1,32}{pattern}$"
