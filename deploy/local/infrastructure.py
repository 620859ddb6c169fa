"""The MongoDB and the Kafka that the system stands on: one description, and the ways to get it.

| way | when |
|---|---|
| given | MONGO_URL or KAFKA_BOOTSTRAP_SERVERS is set: that server is used |
| local | the real mongod of a wheel; the real Kafka of Maven Central, or librdkafka's in-process broker |
| containers | tests only, where a Docker engine answers (`deploy/local/containers.py`) |
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local import kafka
from deploy.local.embedded_broker import LACKS, EmbeddedBroker
from deploy.local.errors import LocalStackError
from deploy.local.kafka import KafkaNotToBeHad, KafkaServer
from deploy.local.mongod import MongodServer
from deploy.local.processes import Server
from deploy.local.settings import LocalSettings

_EMBEDDED_FETCH_WAIT_MS = 20

Say = Callable[[str], None]


@dataclass(frozen=True)
class Infrastructure:
    mongo_url: str
    kafka_bootstrap_servers: str
    broker: str
    """What the broker is, for people: `Apache Kafka 4.4.0`."""
    embedded: bool
    """Whether it is the in-process broker, which lacks an admin API and a memory."""
    servers: tuple[Server, ...] = ()
    """Those that were started for this, in the order of their start."""

    def environment(self) -> dict[str, str]:
        """What a service needs to reach them."""
        found = {"MONGO_URL": self.mongo_url, "KAFKA_BOOTSTRAP_SERVERS": self.kafka_bootstrap_servers}
        if self.embedded:
            # It does not wake a fetch that waits when a record arrives.
            found["KAFKA_FETCH_MAX_WAIT_MS"] = str(_EMBEDDED_FETCH_WAIT_MS)
        return found


@dataclass(frozen=True)
class Places:
    """Where the local servers keep their things, and their ports."""

    data: Path
    logs: Path
    downloads: Path
    mongo_port: int
    kafka_port: int
    kafka_controller_port: int


@contextmanager
def provide(settings: LocalSettings, places: Places, say: Say) -> Iterator[Infrastructure]:
    """Start what is not given, and stop it in reverse order. Raises LocalStackError."""
    with ExitStack() as stack:
        servers: list[Server] = []

        def started(server: Server) -> None:
            stack.callback(server.stop)
            server.start()
            servers.append(server)

        if settings.mongo_url is None:
            mongod = MongodServer(data=places.data / "mongodb", log=places.logs / "mongodb.log", port=places.mongo_port)
            started(mongod)
            mongo_url = mongod.url
        else:
            mongo_url = settings.mongo_url.get_secret_value()
            say("MongoDB: the one of MONGO_URL")

        if settings.kafka_bootstrap_servers is not None:
            say(f"Kafka: {settings.kafka_bootstrap_servers}")
            broker, embedded, address = "the given Kafka", False, settings.kafka_bootstrap_servers
        else:
            server = choose_broker(settings, places, say)
            started(server)
            embedded, address = isinstance(server, EmbeddedBroker), server.bootstrap_servers
            broker = "librdkafka's embedded broker" if embedded else f"Apache Kafka {kafka.VERSION}"
        yield Infrastructure(mongo_url, address, broker, embedded, tuple(servers))


def choose_broker(settings: LocalSettings, places: Places, say: Say) -> KafkaServer | EmbeddedBroker:
    """Raises LocalStackError when the real Kafka is insisted on and cannot be had."""
    embedded = EmbeddedBroker(folder=places.data, log=places.logs / "embedded-broker.log")
    if settings.local_broker == "embedded":
        say(f"Kafka: the embedded broker, as LOCAL_BROKER says; it lacks: {LACKS}")
        return embedded
    try:
        libraries = kafka.fetch(places.downloads)
    except KafkaNotToBeHad as reason:
        if settings.local_broker == "kafka":
            raise LocalStackError(
                f"LOCAL_BROKER=kafka, but {reason}: install it, or leave LOCAL_BROKER out to use the embedded broker."
            ) from None
        say(f"Kafka: the embedded broker, because {reason}; it lacks: {LACKS}")
        return embedded
    return KafkaServer(
        libraries,
        data=places.data / "kafka",
        log=places.logs / "kafka.log",
        port=places.kafka_port,
        controller_port=places.kafka_controller_port,
    )
