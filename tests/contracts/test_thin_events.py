"""A public event says that something happened, not what about: anybody on the campus may read it."""

import re
from datetime import date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

import pytest

from shared.contracts.base import DomainEvent
from shared.contracts.generate import all_events
from tests.contracts.games import Declare

# Names of units are on every door; without them no reader of the public topics could show a unit to anybody.
ALLOWED = {
    ("union.members.unit-established.v1", "name"),
    ("union.members.unit-established.v1", "name_en"),
    ("union.members.unit-renamed.v1", "name"),
    ("union.members.unit-renamed.v1", "name_en"),
}
TELLING = re.compile("amount|reason|title|text|name|phone|mail|money|fen|price|cost|sum|note|comment|illness|address")
PLAIN = (UUID, Enum, bool, int, date, datetime, NoneType)
PUBLIC = [event for event in all_events() if not event.restricted]


def fat_fields(event: type[DomainEvent]) -> list[str]:
    return [
        name
        for name, field in event.model_fields.items()
        if (TELLING.search(name) or not thin(field.annotation)) and (event.type, name) not in ALLOWED
    ]


def thin(annotation: Any) -> bool:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return True
    if origin in (Union, UnionType):
        return all(thin(choice) for choice in arguments)
    if origin in (tuple, list, frozenset, set):
        return all(each is UUID or issubclass(each, Enum) for each in set(arguments) - {Ellipsis})
    return isinstance(annotation, type) and issubclass(annotation, PLAIN)


@pytest.mark.parametrize("event", PUBLIC, ids=lambda event: event.type)
def test_a_public_event_is_thin(event: type[DomainEvent]) -> None:
    assert fat_fields(event) == []


def test_every_allowance_is_still_needed() -> None:
    fields = {(event.type, name) for event in PUBLIC for name in event.model_fields}

    assert fields >= ALLOWED


@pytest.mark.parametrize(
    ("name", "annotation"),
    [
        ("remarks", str),
        ("remarks", str | None),
        ("score", float),
        ("details", dict[str, str]),
        ("labels", tuple[str, ...]),
        ("steps", list[int]),
        ("anything", Any),
        ("amount_fen", int),
        ("reason", Literal["illness", "retirement"]),
        ("title_id", UUID),
        ("full_text", bool),
        ("member_name", UUID),
        ("phone", int),
        ("email", int),
    ],
)
def test_a_telling_field_is_caught(declare: Declare, name: str, annotation: Any) -> None:
    assert fat_fields(declare(**{name: (annotation, ...)})) == [name]


@pytest.mark.parametrize("annotation", [UUID, UUID | None, tuple[UUID, ...], bool, int, date, Literal["a", "b"]])
def test_ids_states_days_and_counts_are_thin(declare: Declare, annotation: Any) -> None:
    assert fat_fields(declare(value=(annotation, ...))) == []


def test_an_allowance_is_for_one_event_only(declare: Declare) -> None:
    assert fat_fields(declare("union.members.member-greeted.v1", name=(str, ...))) == ["name"]
