"""What an image of a service holds and how it runs, read from deploy/Dockerfile."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
REQUIRED_ENVIRONMENT = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
    "HTTP_HOST": "0.0.0.0",
    "HTTP_PORT": "8000",
}


def read() -> list[tuple[str, str]]:
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "deploy/Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines if line.strip()]


INSTRUCTIONS = read()
LAST_FROM = max(index for index, (word, _) in enumerate(INSTRUCTIONS) if word == "FROM")
BUILDER, FINAL = INSTRUCTIONS[:LAST_FROM], INSTRUCTIONS[LAST_FROM:]


def of(word: str, stage: list[tuple[str, str]]) -> list[str]:
    return [rest for found, rest in stage if found == word]


def position(word: str, beginning: str) -> int:
    return next(index for index, (found, rest) in enumerate(FINAL) if found == word and rest.startswith(beginning))


def containers() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return found


def test_an_image_holds_what_is_shared_and_one_service() -> None:
    copied = [rest for rest in of("COPY", FINAL) if not rest.startswith("--from=")]

    assert copied == [
        "shared/ shared/",
        "services/__init__.py services/",
        "services/${SERVICE}/ services/${SERVICE}/",
    ]
    assert not of("ADD", INSTRUCTIONS)


def test_nothing_comes_over_from_the_builder_but_the_packages() -> None:
    assert [rest for rest in of("COPY", FINAL) if rest.startswith("--from=")] == [
        "--from=packages /opt/venv /opt/venv",
    ]
    assert of("COPY", BUILDER) == ["requirements.lock /"]


def test_an_image_without_a_service_is_not_built() -> None:
    assert "SERVICE" in of("ARG", FINAL), "a default would build the wrong service in silence"
    assert position("RUN", ': "${SERVICE:?') < position("COPY", "services/${SERVICE}/")


def test_packages_are_installed_with_their_hashes_and_without_building() -> None:
    (install,) = [rest for rest in of("RUN", BUILDER) if "install" in rest]
    words = json.loads(install)

    assert words[words.index("-r") + 1] == "/requirements.lock"
    assert "--require-hashes" in words
    assert words[words.index("--only-binary") + 1] == ":all:"


def test_nothing_is_installed_into_the_final_stage() -> None:
    assert not [rest for rest in of("RUN", FINAL) if re.search(r"\b(apt|apt-get|pip|gcc|curl|wget)\b", rest)]


def test_both_stages_stand_on_the_oldest_python_that_the_project_supports() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    oldest = project["requires-python"].removeprefix(">=")

    assert [rest.split()[0] for rest in of("FROM", INSTRUCTIONS)] == [f"python:{oldest}-slim"] * 2


def test_processes_run_as_a_user_that_is_not_root_and_is_the_one_of_compose() -> None:
    (user,) = of("USER", FINAL)
    numbers = [int(number) for number in user.split(":")]

    assert min(numbers) > 0
    assert {container["user"] for container in containers().values() if "build" in container} == {user}


def test_what_the_service_needs_is_tried_while_the_image_is_built_as_that_user() -> None:
    assert (
        position("USER", "") < position("RUN", 'python -c "import services.${SERVICE}.app') < position("ENTRYPOINT", "")
    )


def test_a_process_is_started_without_a_shell_and_told_to_stop_by_sigterm() -> None:
    (entrypoint,) = of("ENTRYPOINT", FINAL)

    assert json.loads(entrypoint) == ["python", "-m", "shared.run"]
    assert of("STOPSIGNAL", FINAL) == ["SIGTERM"]
    assert not of("CMD", INSTRUCTIONS)


@pytest.mark.parametrize(("name", "value"), REQUIRED_ENVIRONMENT.items())
def test_the_environment_suits_a_container(name: str, value: str) -> None:
    given = dict(word.split("=", 1) for rest in of("ENV", FINAL) for word in rest.split())

    assert given[name] == value
    assert given["PATH"].startswith("/opt/venv/bin:")


def test_the_port_that_is_exposed_is_the_one_listened_on() -> None:
    assert of("EXPOSE", FINAL) == [REQUIRED_ENVIRONMENT["HTTP_PORT"]]


def test_nothing_enters_the_build_but_what_is_copied() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    copied = {rest.split()[0].split("/")[0] for rest in of("COPY", INSTRUCTIONS) if not rest.startswith("--from=")}

    assert rules[0] == "*"
    assert {rule[1:].rstrip("/") for rule in rules if rule.startswith("!")} == copied
    assert "**/__pycache__/" in rules[rules.index("!services/") :]
