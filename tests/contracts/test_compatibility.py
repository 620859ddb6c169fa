"""What may change in a released event and what may not."""

from typing import Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel

from shared.contracts.compatibility import breaking_changes
from shared.contracts.schemas import data_schema
from tests.contracts.games import Declare, field

Level = Literal["college", "city"]


class Player(BaseModel):
    number: int


class NamelessPlayer(BaseModel):
    pass


GAME: dict[str, Any] = {
    "game_id": field(UUID),
    "level": field(Level, example="city"),
    "places": field(int, ge=1),
    "open": field(bool, default=True),
    "winner_ids": field(tuple[UUID, ...], example=[]),
    "umpire_id": field(UUID | None, example="01930000-0000-7000-8000-000000000002"),
    "players": field(list[Player], example=[{"number": 7}]),
}


def changed(declare: Declare, **fields: Any) -> list[str]:
    """What breaks when these fields are declared otherwise, or no longer (None)."""
    released = data_schema(declare(**GAME))
    today = {name: declared for name, declared in {**GAME, **fields}.items() if declared is not None}
    return breaking_changes(released, data_schema(declare(**today)))


def test_the_same_fields_break_nothing(declare: Declare) -> None:
    assert changed(declare) == []


def test_an_optional_field_may_be_added(declare: Declare) -> None:
    assert changed(declare, indoors=field(bool, default=False)) == []


def test_descriptions_and_examples_may_be_reworded(declare: Declare) -> None:
    assert changed(declare, places=field(int, example=12, ge=1, title="Places")) == []


def test_a_field_called_like_an_annotation_is_a_field(declare: Declare) -> None:
    before = data_schema(declare(title=field(str), examples=field(int), description=field(str)))
    after = data_schema(declare(title=field(int), description=field(str)))

    broken = breaking_changes(before, after)

    assert [line.split(":")[0] for line in broken] == ["the data", "title"]


@pytest.mark.parametrize(
    ("field_name", "declared", "said"),
    [
        pytest.param("places", None, "places was removed: readers", id="a required field is removed"),
        pytest.param("open", None, "open was removed: readers", id="an optional field is removed"),
        pytest.param("city", field(str), "city was added and is required: older events", id="a new field is required"),
        pytest.param("open", field(bool), "open was optional and is required: older", id="an optional one is required"),
        pytest.param(
            "places",
            field(int, ge=1, default=3),
            "places was required and is optional: readers",
            id="a required one is optional",
        ),
        pytest.param("places", field(str), "places: type was integer and is string", id="another type"),
        pytest.param("game_id", field(str), "game_id: format was uuid and is not there", id="a format is given up"),
        pytest.param("places", field(int | None, ge=1, example=3), "places: was", id="null where there was none"),
        pytest.param("umpire_id", field(UUID), "umpire_id: was", id="no null where there was one"),
        pytest.param(
            "umpire_id", field(str | None, example="x"), "umpire_id: format was uuid", id="one of the choices"
        ),
        pytest.param("umpire_id", field(UUID | int | None, example=3), "umpire_id: anyOf was", id="one more choice"),
        pytest.param(
            "level",
            field(Literal["college", "city", "nation"], example="city"),
            "level: takes ['nation'] as well: readers",
            id="a wider enum",
        ),
        pytest.param("level", field(Literal["city"], example="city"), "level: ", id="an enum of one"),
        pytest.param(
            "level",
            field(Literal["city", "nation"], example="city"),
            "level: no longer takes ['college']: older events",
            id="a narrower enum",
        ),
        pytest.param("level", field(str), "level: enum was", id="an enum becomes text"),
        pytest.param("places", field(int, ge=0), "places: minimum was 1 and is 0", id="a wider limit"),
        pytest.param("places", field(int, ge=2), "places: minimum was 1 and is 2", id="a narrower limit"),
        pytest.param("open", field(bool, default=False), "open: default was True and is False", id="another default"),
        pytest.param(
            "winner_ids", field(tuple[int, ...], example=[]), "each of winner_ids: type was string", id="another item"
        ),
        pytest.param(
            "players",
            field(list[NamelessPlayer], example=[{}]),
            "each of players: number was removed",
            id="a field of an item is removed",
        ),
    ],
)
def test_a_change_that_breaks_is_named(declare: Declare, field_name: str, declared: Any, said: str) -> None:
    broken = changed(declare, **{field_name: declared})

    assert any(said in line for line in broken), broken


def test_an_enum_in_another_order_is_the_same_enum(declare: Declare) -> None:
    assert changed(declare, level=field(Literal["city", "college"], example="city")) == []


def test_a_field_that_readers_would_not_understand_alike_is_refused(declare: Declare) -> None:
    pair = declare(pair=field(tuple[int, str], example=[1, "x"]))

    with pytest.raises(TypeError, match="GameHeld: its data cannot be published: the keyword prefixItems"):
        data_schema(pair)
