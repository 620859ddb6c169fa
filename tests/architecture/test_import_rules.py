"""Every import rule, with a violation planted in a copy of the tree and seen to be caught."""

import configparser
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = Path(sys.executable).parent / "lint-imports"


@dataclass(frozen=True)
class Planted:
    """`line`, put into `file`, breaks the contract of that id."""

    contract: str
    file: str
    line: str

    def __str__(self) -> str:
        return f"{self.contract}: {self.file}: {self.line}"


def domain_of(service: str) -> str:
    """A file of the service's domain, which is a module or a package."""
    folder = ROOT / "services" / service
    if (folder / "domain.py").exists():
        return f"services/{service}/domain.py"
    first = min(module.name for module in (folder / "domain").glob("[a-z]*.py"))
    return f"services/{service}/domain/{first}"


PLANTED = [
    Planted("independent", "services/welfare/domain/visits.py", "import services.events.domain"),
    Planted("independent", "services/notifications/handlers/cases.py", "from services.proposals import store"),
    Planted("shared", "shared/clock.py", "import services.members.domain"),
    Planted("layers", "services/proposals/domain/proposals.py", "import services.proposals.store"),
    Planted("layers", "services/proposals/store/proposals.py", "import services.proposals.api"),
    Planted("layers", "services/proposals/store/proposals.py", "import services.proposals.handlers"),
    Planted("layers", "services/proposals/api/proposals.py", "import services.proposals.app"),
    Planted("layers", "services/proposals/api/proposals.py", "import services.proposals.handlers"),
    Planted("layers", "services/proposals/handlers.py", "import services.proposals.api"),
    Planted("layers", "services/notifications/handlers/cases.py", "import services.notifications.api"),
    Planted("layers", "services/notifications/store.py", "import services.notifications.handlers.notices"),
    Planted("between", "services/proposals/store/proposals.py", "import services.proposals.disposing"),
    Planted("between", "services/members/domain/roles.py", "import services.members.imports"),
    Planted("errors", "services/proposals/errors/cases.py", "import services.proposals.domain.cases"),
    Planted("errors", "services/welfare/errors/visits.py", "import services.welfare.store"),
    *(
        Planted("domain", domain_of(service), f"import {framework}")
        for service, framework in zip(
            ("members", "proposals", "welfare", "events", "notifications", "reports", "members", "welfare"),
            ("fastapi", "starlette", "motor", "pymongo", "bson", "aiokafka", "structlog", "httpx"),
            strict=True,
        )
    ),
    Planted("kafka", "services/notifications/handlers/notices.py", "import aiokafka"),
    Planted("kafka", "shared/relay.py", "import aiokafka"),
    Planted("motor", "services/members/store/members.py", "import motor.motor_asyncio"),
    Planted("motor", "shared/store.py", "import motor.motor_asyncio"),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for folder in ("shared", "services"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "published"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINTER, "--no-cache"], cwd=tree, capture_output=True, text=True, check=False)


def contracts() -> dict[str, str]:
    """The name of each contract, by id."""
    parsed = configparser.ConfigParser()
    parsed.read(ROOT / ".importlinter")
    prefix = "importlinter:contract:"
    return {name.removeprefix(prefix): parsed[name]["name"] for name in parsed if name.startswith(prefix)}


def test_the_tree_as_it_is_breaks_no_rule(tree: Path) -> None:
    found = lint(tree)

    assert found.returncode == 0, found.stdout
    assert f"{len(contracts())} kept, 0 broken" in found.stdout


@pytest.mark.parametrize("planted", PLANTED, ids=str)
def test_a_planted_violation_is_caught_by_its_rule(tree: Path, planted: Planted) -> None:
    file = tree / planted.file
    file.write_text(f"{planted.line}\n{file.read_text()}")

    found = lint(tree)

    assert found.returncode == 1
    assert f"{contracts()[planted.contract]} BROKEN" in found.stdout


def test_every_rule_has_a_planted_violation() -> None:
    assert {planted.contract for planted in PLANTED} == set(contracts())
