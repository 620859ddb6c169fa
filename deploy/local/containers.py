"""MongoDB and Kafka as containers, for tests on a machine where a Docker engine answers."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.local.errors import LocalStackError
from deploy.local.infrastructure import Infrastructure

_MONGO_IMAGE = "mongo:8.0"
_PRIMARY_SECONDS = 30


def engine_answers() -> bool:
    if not os.environ.get("DOCKER_HOST") and not _listens(Path("/var/run/docker.sock")):
        return False
    try:
        import docker
    except ImportError:
        return False
    try:
        client = docker.from_env(timeout=3)
    except docker.errors.DockerException:
        return False
    client.close()
    return True


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        return probe.connect_ex(str(path)) == 0


@contextmanager
def provide_containers() -> Iterator[Infrastructure]:
    """Raises LocalStackError."""
    from testcontainers.community.kafka import KafkaContainer
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy

    mongo = DockerContainer(_MONGO_IMAGE).with_exposed_ports(27017).with_command("--replSet rs0 --bind_ip_all")
    mongo.waiting_for(LogMessageWaitStrategy("Waiting for connections"))
    kafka = KafkaContainer().with_kraft().with_env("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
    with mongo, kafka:
        url = f"mongodb://{mongo.get_container_host_ip()}:{mongo.get_exposed_port(27017)}/?directConnection=true"
        _initiate(url)
        yield Infrastructure(url, kafka.get_bootstrap_server(), f"Kafka in a container ({kafka.image})", False)


def _initiate(url: str) -> None:
    members = [{"_id": 0, "host": "127.0.0.1:27017"}]
    client: MongoClient[dict[str, object]] = MongoClient(url, serverSelectionTimeoutMS=_PRIMARY_SECONDS * 1000)
    try:
        client.admin.command("replSetInitiate", {"_id": "rs0", "members": members})
    except PyMongoError as error:
        raise LocalStackError(
            f"The replica set in the container was not initiated ({type(error).__name__})."
        ) from error
    finally:
        client.close()
