"""The published folder: what is written, what is kept, what is refused."""

import json
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import pytest
from pydantic import AfterValidator, WithJsonSchema

from shared.contracts.base import DomainEvent
from shared.contracts.generate import main
from shared.contracts.released import digests, drift, problems, publish, versions
from tests.contracts.games import GAME, Declare, field

RESTRICTED = "union.games.game-held.restricted.v1"


@pytest.fixture
def game(declare: Declare) -> type[DomainEvent]:
    return declare(game_id=field(UUID), places=field(int))


def files(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.json")}


def relist(folder: Path) -> None:
    """Make the list of released files agree with the folder, as somebody might who wants the check to be quiet."""
    (folder / "released.json").write_text(json.dumps(digests(folder)))


def below_three(number: int) -> int:
    if number >= 3:
        raise ValueError("too many")
    return number


def test_each_type_gets_a_schema_and_an_example_and_each_service_a_document(
    tmp_path: Path, game: type[DomainEvent]
) -> None:
    publish(tmp_path, [game])

    assert sorted(files(tmp_path)) == [
        "asyncapi/games.json",
        "released.json",
        f"{GAME}/example.json",
        f"{GAME}/schema.json",
    ]


def test_what_was_published_is_as_the_classes_say(tmp_path: Path, game: type[DomainEvent]) -> None:
    publish(tmp_path, [game])

    assert problems(tmp_path, [game]) == []
    assert drift(tmp_path, [game]) == []


def test_publishing_again_changes_nothing(tmp_path: Path, game: type[DomainEvent]) -> None:
    publish(tmp_path, [game])
    before = files(tmp_path)

    written = publish(tmp_path, [game])

    assert written == []
    assert files(tmp_path) == before


def test_the_text_is_sorted_readable_and_ends_with_a_line_end(tmp_path: Path, declare: Declare) -> None:
    publish(tmp_path, [declare(place=field(str, example="体育馆"), game_id=field(UUID))])

    text = (tmp_path / GAME / "example.json").read_bytes().decode()

    assert text == '{\n  "game_id": "01930000-0000-7000-8000-000000000001",\n  "place": "体育馆"\n}\n'


def test_a_compatible_change_keeps_what_was_published_before(tmp_path: Path, declare: Declare) -> None:
    first = {"game_id": field(UUID)}
    second = {**first, "open": field(bool, default=True)}
    third = {**second, "indoors": field(bool, default=True)}
    for fields in (first, second, third):
        publish(tmp_path, [declare(**fields)])

    released = versions(tmp_path, GAME)

    assert [version.path for version in released] == [f"{GAME}/history/1", f"{GAME}/history/2", GAME]
    assert [sorted(version.example) for version in released] == [sorted(first), sorted(second), sorted(third)]


def test_another_example_keeps_the_one_before(tmp_path: Path, declare: Declare) -> None:
    publish(tmp_path, [declare(places=field(int, example=1))])
    publish(tmp_path, [declare(places=field(int, example=2))])

    assert [version.example for version in versions(tmp_path, GAME)] == [{"places": 1}, {"places": 2}]


def test_other_words_need_no_place_in_the_history(tmp_path: Path, declare: Declare) -> None:
    event = declare(places=field(int))
    publish(tmp_path, [event])
    event.model_fields["places"].description = "How many can play."
    event.model_rebuild(force=True)

    written = publish(tmp_path, [event])

    assert f"{GAME}/schema.json" in written
    assert len(versions(tmp_path, GAME)) == 1


def test_a_breaking_change_is_refused_and_nothing_is_written(tmp_path: Path, declare: Declare) -> None:
    publish(tmp_path, [declare(places=field(int))])
    before = files(tmp_path)

    with pytest.raises(ValueError, match=f"{GAME}: the data: places was removed"):
        publish(tmp_path, [declare(game_id=field(UUID, default=None))])

    assert files(tmp_path) == before


def test_a_break_with_the_oldest_version_is_found(tmp_path: Path, declare: Declare) -> None:
    publish(tmp_path, [declare(places=field(int))])
    publish(tmp_path, [declare(places=field(int), open=field(bool, default=True))])

    found = problems(tmp_path, [declare(open=field(bool, default=True))])

    assert [line for line in found if line.startswith(f"{GAME}/history/1: the data: places was removed")]


def test_an_old_example_that_todays_class_refuses_is_found(tmp_path: Path, declare: Declare) -> None:
    publish(tmp_path, [declare(places=field(int, example=3))])

    found = problems(tmp_path, [declare(places=field(Annotated[int, AfterValidator(below_three)], example=2))])

    assert found == [f"{GAME}: its example is refused by GameHeld today, for places"]


def test_a_field_that_an_old_example_has_more_is_ignored(tmp_path: Path, declare: Declare) -> None:
    event = declare(places=field(int))
    publish(tmp_path, [event])
    example = tmp_path / GAME / "example.json"
    example.write_text('{"places": 3, "unknown": 1}')
    relist(tmp_path)

    assert problems(tmp_path, [event]) == []


def test_an_old_schema_that_refuses_todays_example_is_found(tmp_path: Path, declare: Declare) -> None:
    publish(tmp_path, [declare(level=field(Literal["college", "city"], example="city"))])

    found = problems(tmp_path, [declare(level=field(Literal["college", "city", "nation"], example="nation"))])

    assert f"{GAME}: its schema refuses today's example: 'nation' is not one of ['college', 'city']" in found


def test_an_example_that_its_own_schema_refuses_is_found(tmp_path: Path, declare: Declare) -> None:
    unlike = Annotated[str, WithJsonSchema({"type": "integer"})]

    found = problems(tmp_path, [declare(places=field(unlike, example="three"))])

    assert found == [f"{GAME}: its own schema refuses its example: 'three' is not of type 'integer'"]


def test_a_field_without_a_description_or_an_example_is_found(tmp_path: Path, declare: Declare) -> None:
    found = problems(tmp_path, [declare(game_id=field(UUID), places=(int, ...))])

    assert found == [f"{GAME}: without a description or an example: places"]


def test_an_example_that_is_no_event_is_found(tmp_path: Path, declare: Declare) -> None:
    found = problems(tmp_path, [declare(places=field(int, example="many"))])

    assert len(found) == 1
    assert found[0].startswith(f"{GAME}: cannot be described: ")


def test_a_released_type_without_a_class_is_found(tmp_path: Path, declare: Declare) -> None:
    public, restricted = declare(game_id=field(UUID)), declare(RESTRICTED, game_id=field(UUID))
    publish(tmp_path, [public, restricted])

    assert problems(tmp_path, [public]) == [f"{RESTRICTED}: is released and no class has this type any more"]


@pytest.mark.parametrize("name", ["schema.json", "example.json"])
def test_a_released_file_that_is_gone_is_found(tmp_path: Path, game: type[DomainEvent], name: str) -> None:
    publish(tmp_path, [game])
    (tmp_path / GAME / name).unlink()

    assert f"{GAME}/{name}: is released and not there any more" in problems(tmp_path, [game])


def test_a_released_file_that_was_edited_is_found(tmp_path: Path, game: type[DomainEvent]) -> None:
    publish(tmp_path, [game])
    (tmp_path / GAME / "schema.json").write_text("{}")

    assert f"{GAME}/schema.json: is released and was edited" in problems(tmp_path, [game])


def test_a_file_that_was_not_published_is_found(tmp_path: Path, game: type[DomainEvent]) -> None:
    publish(tmp_path, [game])
    (tmp_path / GAME / "other.json").write_text("{}")

    assert f"{GAME}/other.json: is not in released.json" in problems(tmp_path, [game])


def test_an_unfinished_merge_is_named(tmp_path: Path, game: type[DomainEvent]) -> None:
    publish(tmp_path, [game])
    (tmp_path / "released.json").write_text("<<<<<<< HEAD\n")

    assert "released.json: is not JSON; was a merge left unfinished?" in problems(tmp_path, [game])


def test_a_gap_in_the_history_is_found_even_when_the_list_agrees(tmp_path: Path, declare: Declare) -> None:
    for example in (1, 2, 3):
        publish(tmp_path, [declare(places=field(int, example=example))])
    for path in (tmp_path / GAME / "history" / "1").iterdir():
        path.unlink()
    (tmp_path / GAME / "history" / "1").rmdir()
    relist(tmp_path)

    found = problems(tmp_path, [declare(places=field(int, example=3))])

    assert found == [f"{GAME}/history/1: is missing from the history"]


def test_a_schema_without_its_example_is_found_even_when_the_list_agrees(
    tmp_path: Path, game: type[DomainEvent]
) -> None:
    publish(tmp_path, [game])
    (tmp_path / GAME / "example.json").unlink()
    relist(tmp_path)

    assert problems(tmp_path, [game]) == [f"{GAME}/example.json: is missing"]


def test_files_that_are_not_what_the_classes_say_are_found(tmp_path: Path, declare: Declare) -> None:
    publish(tmp_path, [declare(places=field(int))])

    found = drift(tmp_path, [declare(places=field(int), open=field(bool, default=True))])

    assert found == [
        "asyncapi/games.json: is not what the classes say",
        f"{GAME}/example.json: is not what the classes say",
        f"{GAME}/schema.json: is not what the classes say",
    ]


def test_a_document_of_a_service_that_publishes_nothing_is_found_and_removed(
    tmp_path: Path, game: type[DomainEvent]
) -> None:
    publish(tmp_path, [game])
    (tmp_path / "asyncapi" / "gone.json").write_text("{}")

    assert drift(tmp_path, [game]) == ["asyncapi/gone.json: nobody publishes this"]
    publish(tmp_path, [game])
    assert drift(tmp_path, [game]) == []


def test_the_command_writes_then_checks(
    tmp_path: Path, game: type[DomainEvent], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check"], tmp_path, [game]) == 1
    assert main([], tmp_path, [game]) == 0
    assert main(["--check"], tmp_path, [game]) == 0

    said = capsys.readouterr()
    assert f"  {GAME}/schema.json: is not what the classes say" in said.err
    assert f"wrote {GAME}/schema.json" in said.out
    assert "as published and compatible (types: 1)" in said.out


def test_the_command_refuses_what_breaks(tmp_path: Path, declare: Declare, capsys: pytest.CaptureFixture[str]) -> None:
    main([], tmp_path, [declare(places=field(int))])
    without = declare(game_id=field(UUID))

    assert main([], tmp_path, [without]) == 1
    assert main(["--check"], tmp_path, [without]) == 1
    assert f"  {GAME}: the data: places was removed" in capsys.readouterr().err
