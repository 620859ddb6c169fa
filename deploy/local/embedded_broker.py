"""librdkafka's in-process broker, for machines without Java: `python -m deploy.local.embedded_broker <address file>`.

It speaks the Kafka protocol over TCP, on a port of its own choice, and forgets everything when it ends.
"""

import signal
import sys
import time
from pathlib import Path

from deploy.local.errors import LocalStackError
from deploy.local.processes import Child, wait_until

LACKS = (
    "events are kept in memory only (what no service has read when it stops is lost), "
    "no admin API (topics appear when first used), no access control"
)


class EmbeddedBroker:
    name = "embedded broker"

    def __init__(self, *, folder: Path, log: Path) -> None:
        self._address = folder / "embedded-broker.address"
        self._child = Child(
            self.name, [sys.executable, "-m", "deploy.local.embedded_broker", str(self._address)], log=log
        )

    @property
    def bootstrap_servers(self) -> str:
        return self._address.read_text()

    @property
    def alive(self) -> bool:
        return self._child.alive

    @property
    def exit_code(self) -> int | None:
        return self._child.exit_code

    def start(self) -> None:
        if self.exit_code is not None:
            raise LocalStackError("The embedded broker ended, and its events with it: start the system again.")
        self._address.parent.mkdir(parents=True, exist_ok=True)
        self._address.unlink(missing_ok=True)
        self._child.start()
        wait_until(self._address.exists, self._child, seconds=20, hint="run `make clean` and try again.")

    def ask_to_stop(self) -> None:
        self._child.ask_to_stop()

    def stop(self) -> None:
        self._child.stop(5)

    def kill(self) -> None:
        self._child.kill()


def main() -> None:
    from confluent_kafka import Producer

    address = Path(sys.argv[1])
    broker = Producer({"bootstrap.servers": "unused:1", "test.mock.num.brokers": 1, "log_level": 0})
    found = next(iter(broker.list_topics(timeout=10).brokers.values()))
    written = address.with_suffix(".new")
    written.write_text(f"{found.host}:{found.port}")
    written.rename(address)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main()
