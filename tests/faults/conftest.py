"""Servers of their own for each module: they are killed here."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.local.embedded_broker import EmbeddedBroker
from deploy.local.infrastructure import Infrastructure, provide
from deploy.local.kafka import KafkaServer
from deploy.local.mongod import MongodServer
from deploy.local.settings import LocalSettings
from tests.campus import Issuer, Processes
from tests.conftest import local_places


@dataclass(frozen=True)
class Servers:
    infrastructure: Infrastructure
    mongod: MongodServer
    broker: KafkaServer | EmbeddedBroker


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    settings = LocalSettings().model_copy(update={"mongo_url": None, "kafka_bootstrap_servers": None})
    with provide(settings, local_places(tmp_path_factory.mktemp("servers")), print) as found:
        mongod, broker = found.servers
        assert isinstance(mongod, MongodServer)
        assert isinstance(broker, (KafkaServer, EmbeddedBroker))
        yield Servers(found, mongod, broker)


@pytest.fixture(scope="module")
def infrastructure(servers: Servers) -> Infrastructure:
    """In place of the shared ones."""
    return servers.infrastructure


@pytest.fixture
async def campus(servers: Servers, issuer: Issuer, tmp_path: Path) -> AsyncIterator[Processes]:
    settings: dict[str, Any] = {}
    async with Processes(servers.infrastructure, issuer, tmp_path, **settings) as opened:
        yield opened
