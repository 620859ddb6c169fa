"""The real Apache Kafka from Maven Central, in KRaft mode: one node that is broker and controller."""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.local.errors import LocalStackError
from deploy.local.processes import Child, listening, wait_until

VERSION = "4.4.0"

_HERE = Path(__file__).parent
_POM = _HERE / "kafka-pom.xml"
_CHECKSUMS = _HERE / "kafka.sha256"
_JAVA_NEEDED = 17
_CLUSTER_ID = "campus-union-local-000"
_HINT = "if its data folder is broken, `make clean` removes it."
# Starting fast matters more here than running fast for days.
_JVM = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class KafkaNotToBeHad(Exception):
    """Why the real Kafka cannot be used on this machine."""


def java_version(said: str) -> int | None:
    """The major version in what `java -version` printed: 17 of `openjdk version "17.0.15"`, 8 of `"1.8.0_292"`."""
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(found[1]) if found else None


def _require_java() -> None:
    java = shutil.which("java")
    if java is None:
        raise KafkaNotToBeHad(f"Java {_JAVA_NEEDED} or newer is not installed")
    ran = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    version = java_version(ran.stderr + ran.stdout)
    if version is None or version < _JAVA_NEEDED:
        raise KafkaNotToBeHad(f"Java {_JAVA_NEEDED} or newer is needed, and this is {version or 'unknown'}")


def _expected() -> dict[str, str]:
    lines = (line.split() for line in _CHECKSUMS.read_text().splitlines())
    return {name: digest for digest, name in lines}


def _complete(libraries: Path) -> bool:
    """Whether every jar is there and is the one that was pinned."""
    for name, digest in _expected().items():
        jar = libraries / name
        if not jar.exists() or hashlib.sha256(jar.read_bytes()).hexdigest() != digest:
            return False
    return True


def fetch(downloads: Path) -> Path:
    """The folder with Kafka's jars, downloaded when they are not there yet. Raises KafkaNotToBeHad."""
    _require_java()
    libraries = downloads / f"kafka-{VERSION}"
    if _complete(libraries):
        return libraries
    maven = shutil.which("mvn")
    if maven is None:
        raise KafkaNotToBeHad("Maven (mvn), which downloads it, is not installed")
    shutil.rmtree(libraries, ignore_errors=True)
    libraries.mkdir(parents=True)
    _download(maven, libraries)
    if not _complete(libraries):
        raise KafkaNotToBeHad("what Maven downloaded is not what is pinned in deploy/local/kafka.sha256")
    return libraries


def _download(maven: str, libraries: Path) -> None:
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={libraries}"]
    files, problem = 0, ""
    with subprocess.Popen(
        [maven, "--batch-mode", "--strict-checksums", "--file", str(_POM), *goal],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            if "Downloaded from" in line and ".jar" in line:
                files += 1
                if files % 10 == 0 or sys.stdout.isatty():
                    print(f"  Apache Kafka {VERSION} from Maven Central (about 45 MB): {files} files", flush=True)
            elif "[ERROR]" in line and not problem:
                problem = line.replace("[ERROR]", "").strip()[:200]
    if process.returncode != 0:
        raise KafkaNotToBeHad(f"Maven did not download it: {problem or process.returncode}")


class KafkaServer:
    """Start, stop, kill and start again over the same data folder. Topics are never created by themselves."""

    name = "Kafka"

    def __init__(self, libraries: Path, *, data: Path, log: Path, port: int, controller_port: int) -> None:
        self._libraries = libraries
        self._data = data
        self._port = port
        self._properties = data.parent / f"{data.name}.properties"
        self._controller_port = controller_port
        self._child = Child(
            self.name,
            [
                "java",
                *_JVM,
                f"-Dlog4j2.configurationFile={_HERE / 'kafka-log4j2.properties'}",
                "-cp",
                f"{libraries}/*",
                "kafka.Kafka",
                str(self._properties),
            ],
            log=log,
        )

    @property
    def bootstrap_servers(self) -> str:
        return f"127.0.0.1:{self._port}"

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
        """Returns when it answers. Raises LocalStackError."""
        try:
            self._data.mkdir(parents=True, exist_ok=True)
            self._properties.write_text(self._configuration())
        except OSError as error:
            raise LocalStackError(f"The data folder {self._data} cannot be written ({error.strerror}).") from error
        if not (self._data / "meta.properties").exists():
            self._format()
        self._child.start()
        wait_until(lambda: listening(self._port), self._child, seconds=90, hint=_HINT)

    def _configuration(self) -> str:
        broker, controller = f"127.0.0.1:{self._port}", f"127.0.0.1:{self._controller_port}"
        settings = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@{controller}",
            "listeners": f"PLAINTEXT://{broker},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{broker}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "log.dirs": str(self._data),
            "auto.create.topics.enable": "false",
            "offsets.topic.num.partitions": "4",
            "offsets.topic.replication.factor": "1",
            "transaction.state.log.num.partitions": "4",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
        }
        return "".join(f"{name}={value}\n" for name, value in settings.items())

    def _format(self) -> None:
        command = ["java", *_JVM, "-cp", f"{self._libraries}/*", "kafka.tools.StorageTool", "format"]
        command += ["--cluster-id", _CLUSTER_ID, "--config", str(self._properties)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            raise LocalStackError(f"Kafka's data folder {self._data} could not be prepared: {ran.stderr.strip()[:300]}")

    def ask_to_stop(self) -> None:
        self._child.ask_to_stop()

    def stop(self) -> None:
        self._child.stop(30)

    def kill(self) -> None:
        self._child.kill()
