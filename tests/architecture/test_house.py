"""Where things are: the same rooms under the same names in every service, and nothing that ties us to one machine."""

import re
import subprocess
from pathlib import Path

import pytest

from deploy.local.settings import SERVICES
from shared.consumer import topics_of
from shared.contracts.base import published_by
from shared.contracts.generate import all_events
from shared.contracts.topics import all_topics
from tests.campus import service_of

ROOT = Path(__file__).parents[2]
LONGEST = 400
MACHINE_PATH = re.compile(r"/(?:work|root|home/\w+|tmp/\w+)/")


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, check=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_there_are_no_services_but_those_that_the_local_stack_starts() -> None:
    found = {path.parent.name for path in (ROOT / "services").glob("*/app.py")}

    assert found == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_rooms_that_every_service_has(service: str) -> None:
    folder = ROOT / "services" / service

    def there(room: str) -> bool:
        return (folder / f"{room}.py").exists() or (folder / room / "__init__.py").exists()

    for room in ("domain", "store", "api"):
        assert there(room), room
    assert there("handlers") == (service_of(service).handlers is not None)


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_publishes_is_declared_in_the_contract_module_of_its_name(service: str) -> None:
    for event in published_by(service):
        assert event.__module__.split(".")[2] in {service, "keys", "persons"}


def test_every_event_is_published_by_a_service_that_there_is() -> None:
    assert {event.service for event in all_events()} <= set(SERVICES)


@pytest.mark.parametrize("service", [name for name in SERVICES if service_of(name).handlers is not None])
def test_a_service_listens_to_topics_that_are_made(service: str) -> None:
    handlers = service_of(service).handlers
    assert handlers is not None

    assert set(topics_of(handlers, "union")) <= set(all_topics("union"))


@pytest.mark.parametrize("path", tracked("shared/*.py", "services/*.py", "deploy/*.py"), ids=str)
def test_no_file_outgrows_a_reader(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST


def test_nothing_names_a_folder_of_somebodys_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()[:80]}"
        for path in tracked()
        if path != Path(__file__)
        for line in path.read_text(errors="replace").splitlines()
        if MACHINE_PATH.search(line)
    ]

    assert found == []


@pytest.mark.parametrize("path", tracked("requirements*.lock"), ids=lambda path: path.name)
def test_a_lock_file_pins_hashes_and_no_address(path: Path) -> None:
    text = path.read_text()

    assert "://" not in text
    pinned = re.findall(r"^[a-z0-9].*==.* \\$", text, re.MULTILINE)
    assert len(pinned) > 10
    assert len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)) == len(pinned)
    assert text.count("--hash=sha256:") >= len(pinned)


def test_every_decision_is_numbered_once_and_says_why() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))

    numbers = [path.name[:4] for path in decisions]
    assert numbers == [f"{number:04d}" for number in range(1, len(decisions) + 1)]
    for path in decisions:
        text = path.read_text()
        for part in ("## Context", "## Decision", "## Consequences", "## Alternatives"):
            assert part in text, f"{path.name}: {part}"


def test_every_library_that_we_ask_for_has_its_sentence() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text()
    documented = (ROOT / "docs" / "dependencies.md").read_text()
    asked = {
        re.split(r"[\[<>=; ]", line.strip().strip('",'))[0]
        for block in re.findall(r"^(?:dependencies|local|dev) = \[\n(.*?)^\]", pyproject, re.MULTILINE | re.DOTALL)
        for line in block.splitlines()
    }

    assert len(asked) > 20
    assert {name for name in asked if f"`{name}`" not in documented} == set()
