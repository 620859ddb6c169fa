"""The servers that tests stand on: those that are given, containers where Docker answers, or local ones."""

from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter
from motor.frameworks import asyncio as motor_asyncio

from deploy.local.containers import engine_answers, provide_containers
from deploy.local.infrastructure import Infrastructure, Places, provide
from deploy.local.processes import free_port, listening, wait_until
from deploy.local.settings import LocalSettings
from shared import logging
from tests.campus import Campus, Issuer

NEEDS_KAFKA = "needs_kafka"
_MOTOR_THREADS = 40
_BROKER = pytest.StashKey[str]()
_LEFT_OUT = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    # Each relay of a campus waits for others' rows in a thread of Motor's. Two campuses in this process have more of
    # them than Motor has threads on two cores, and everything else would wait for one.
    motor_asyncio._EXECUTOR = ThreadPoolExecutor(max_workers=_MOTOR_THREADS)
    config.addinivalue_line("markers", f"{NEEDS_KAFKA}(why): cannot run on the embedded broker")
    config.stash[_LEFT_OUT] = []
    logging.configure("tests", "tests", "WARNING")


def local_places(folder: Path) -> Places:
    """Ports that are free, data that go with the folder, downloads that stay."""
    return Places(
        data=folder / "data",
        logs=folder / "logs",
        downloads=LocalSettings().downloads,
        mongo_port=free_port(),
        kafka_port=free_port(),
        kafka_controller_port=free_port(),
    )


def _provided(folder: Path) -> AbstractContextManager[Infrastructure]:
    settings = LocalSettings()
    given = settings.mongo_url is not None or settings.kafka_bootstrap_servers is not None
    if not given and settings.local_broker == "auto" and engine_answers():
        return provide_containers()
    return provide(settings, local_places(folder), print)


@pytest.fixture(scope="session")
def infrastructure(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Infrastructure]:
    with _provided(tmp_path_factory.mktemp("servers")) as found:
        pytestconfig.stash[_BROKER] = found.broker
        yield found


@pytest.fixture(autouse=True)
def _leave_out_what_the_broker_lacks(request: pytest.FixtureRequest) -> None:
    marker = request.node.get_closest_marker(NEEDS_KAFKA)
    if marker is None:
        return
    found: Infrastructure = request.getfixturevalue("infrastructure")
    if found.embedded:
        why = str(marker.args[0])
        request.config.stash[_LEFT_OUT].append(f"{request.node.nodeid}: {why}")
        pytest.skip(f"the embedded broker: {why}")


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    broker = config.stash.get(_BROKER, None)
    if broker is not None:
        left_out = config.stash[_LEFT_OUT]
        terminalreporter.section("servers")
        terminalreporter.line(f"MongoDB and {broker}; left out because of the broker: {len(left_out)}")
        for line in left_out:
            terminalreporter.line(f"  {line}")


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    found = Issuer(tmp_path_factory.mktemp("issuer"))
    found.process.start()
    try:
        wait_until(lambda: listening(found.port), found.process, seconds=20, hint="")
        yield found
    finally:
        found.process.stop(5)


@pytest.fixture(scope="session")
async def campus(infrastructure: Infrastructure, issuer: Issuer) -> AsyncIterator[Campus]:
    """Shared by all tests of a run: each brings members of its own."""
    async with Campus(infrastructure, issuer) as opened:
        yield opened
