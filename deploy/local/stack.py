"""Start everything in order, say what to try, stop everything in reverse order."""

import asyncio
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.local import sample, welcome
from deploy.local.errors import LocalStackError
from deploy.local.infrastructure import Infrastructure, Places, provide
from deploy.local.issuer import LocalIssuer
from deploy.local.keys import sealing_keys
from deploy.local.processes import Server, require_free, stop_all
from deploy.local.settings import CONSUMER_PORT_OFFSET, ROOT, SERVICES, LocalSettings
from deploy.local.supervisor import Supervisor, issuer_process, service_process, wait_until_ready
from shared import kafka
from shared.contracts.topics import all_topics
from shared.settings import KafkaSettings

_UP_SECONDS = 300
_HIGHEST_PORT = 65535
_DOWN_SECONDS = 90


def say(line: str) -> None:
    print(line, flush=True)


def issuer_of(settings: LocalSettings) -> LocalIssuer:
    return LocalIssuer(settings.data / "issuer" / "key.json", settings.issuer)


def issuer_in_use(settings: LocalSettings) -> LocalIssuer:
    """The one that the stack over this folder was started with, whatever the settings of this shell are."""
    noted = _issuer_note(settings)
    return LocalIssuer(settings.data / "issuer" / "key.json", noted.read_text() if noted.exists() else settings.issuer)


def _issuer_note(settings: LocalSettings) -> Path:
    return settings.data / "issuer" / "url"


def run(settings: LocalSettings) -> None:
    """In the foreground, until SIGINT or SIGTERM. Raises LocalStackError."""
    # Also where a shell has started us in the background, with Ctrl-C switched off.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    with _sole(settings):
        try:
            with ExitStack() as stack:
                _start(settings, stack)
        except KeyboardInterrupt:
            say("Stopped.")


def _start(settings: LocalSettings, stack: ExitStack) -> None:
    """Returns never but by an exception; `stack` stops what was started."""
    began = time.monotonic()
    _require_free_ports(settings)
    _put_old_logs_aside(settings)
    places = Places(
        data=settings.data,
        logs=settings.logs,
        downloads=settings.downloads,
        mongo_port=settings.local_mongo_port,
        kafka_port=settings.local_kafka_port,
        kafka_controller_port=settings.local_kafka_controller_port,
    )
    say("Starting MongoDB and Kafka ...")
    infrastructure = stack.enter_context(provide(settings, places, say))
    _require_replica_set(infrastructure)
    _make_topics(infrastructure)

    say(f"Starting {len(SERVICES)} services on MongoDB and {infrastructure.broker} ...")
    issuer = issuer_of(settings)
    _issuer_note(settings).write_text(issuer.url)
    processes = [issuer_process(settings)]
    environment = {**infrastructure.environment(), **sealing_keys(settings.data / "sealing" / "keys.json")}
    processes += [
        service_process(name, kind, settings, environment) for name in SERVICES for kind in processes_of(name)
    ]
    stack.callback(_stop, processes)
    for process in processes:
        process.start()
    wait_until_ready(processes)

    known, entered = sample.load(settings, issuer)
    if entered:
        say(f"Entered a sample of {len(known.units)} units and {len(known.members)} invented members.")
    welcome.show(settings, infrastructure, issuer, known, seconds=time.monotonic() - began)
    _ready(settings).touch()
    stack.callback(_ready(settings).unlink, missing_ok=True)
    supervisor = Supervisor([*infrastructure.servers, *processes], say)
    while True:
        supervisor.look()
        time.sleep(0.2)


def _stop(processes: Sequence[Server]) -> None:
    # Another Ctrl-C must not cut short what keeps the data whole.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    say("Stopping ...")
    stop_all(processes)


def processes_of(service: str) -> list[str]:
    """api, and consumer where the service has handlers."""
    consumes = import_module(f"services.{service}.app").SERVICE.handlers is not None
    return ["api", "consumer"] if consumes else ["api"]


def _require_unlike_ports(settings: LocalSettings) -> None:
    taken: dict[int, str] = {}
    for setting, port in settings.ports().items():
        if port > _HIGHEST_PORT:
            raise LocalStackError(
                f"{setting} is too high: its consumer would listen on {port}, and ports end at {_HIGHEST_PORT}."
            )
        if port in taken:
            raise LocalStackError(f"{setting} and {taken[port]} both lead to port {port}: set one of them to another.")
        taken[port] = setting


def _require_free_ports(settings: LocalSettings) -> None:
    _require_unlike_ports(settings)
    require_free(settings.issuer_port, "the local token issuer", "ISSUER_PORT")
    for service in SERVICES:
        port, setting = settings.port(service), f"{service.upper()}_PORT"
        require_free(port, f"the {service} API", setting)
        if "consumer" in processes_of(service):
            require_free(port + CONSUMER_PORT_OFFSET, f"the {service} consumer", setting)
    if settings.mongo_url is None:
        require_free(settings.local_mongo_port, "the local MongoDB", "LOCAL_MONGO_PORT")
    if settings.kafka_bootstrap_servers is None and settings.local_broker != "embedded":
        require_free(settings.local_kafka_port, "the local Kafka", "LOCAL_KAFKA_PORT")
        require_free(settings.local_kafka_controller_port, "the local Kafka", "LOCAL_KAFKA_CONTROLLER_PORT")


def _put_old_logs_aside(settings: LocalSettings) -> None:
    for log in settings.logs.glob("*.log"):
        if log.name != _STACK_LOG:
            log.replace(log.with_suffix(".log.previous"))


def _require_replica_set(infrastructure: Infrastructure) -> None:
    client: MongoClient[dict[str, object]] = MongoClient(infrastructure.mongo_url, serverSelectionTimeoutMS=5000)
    try:
        if "setName" not in client.admin.command("hello"):
            raise LocalStackError(
                "The MongoDB of MONGO_URL is no replica set, so it has no transactions: "
                "start it with --replSet and run rs.initiate() once."
            )
    except PyMongoError as error:
        raise LocalStackError(
            f"MongoDB does not answer at the address of MONGO_URL ({type(error).__name__}): "
            "is it up, and the address right?"
        ) from error
    finally:
        client.close()


def _make_topics(infrastructure: Infrastructure) -> None:
    if infrastructure.embedded:
        return
    settings = KafkaSettings(kafka_bootstrap_servers=infrastructure.kafka_bootstrap_servers)

    async def make() -> None:
        async with asyncio.timeout(60):
            await kafka.ensure_topics(settings, all_topics(settings.topic_prefix))

    try:
        asyncio.run(make())
    except kafka.UNREACHABLE as error:
        raise LocalStackError(
            f"Kafka at {infrastructure.kafka_bootstrap_servers} did not create the topics ({type(error).__name__}): "
            "is it up, and the address right?"
        ) from error


_STACK_LOG = "stack.log"


def _ready(settings: LocalSettings) -> Path:
    return settings.local_folder / "ready"


def _lock_file(settings: LocalSettings) -> Path:
    return settings.local_folder / "stack.lock"


@contextmanager
def _sole(settings: LocalSettings) -> Iterator[None]:
    """One stack a folder. The file holds the number of its process."""
    try:
        settings.local_folder.mkdir(parents=True, exist_ok=True)
        lock = _lock_file(settings).open("a+")
    except OSError as error:
        raise LocalStackError(
            f"The folder {settings.local_folder} cannot be written ({error.strerror}): "
            "choose another with LOCAL_FOLDER=<path>."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LocalStackError(
                f"The system runs already (process {_lock_file(settings).read_text()}): stop it with `make down`."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        _ready(settings).unlink(missing_ok=True)
        yield
        lock.truncate(0)


def running(settings: LocalSettings) -> int | None:
    """The process of the stack that runs over this folder."""
    if not _lock_file(settings).exists():
        return None
    with _lock_file(settings).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return int(lock.read() or 0) or None
    return None


def up(settings: LocalSettings) -> None:
    """The same in the background; returns when it is ready. Raises LocalStackError."""
    if (pid := running(settings)) is not None:
        raise LocalStackError(f"The system runs already (process {pid}): stop it with `make down`.")
    _ready(settings).unlink(missing_ok=True)
    settings.logs.mkdir(parents=True, exist_ok=True)
    log = settings.logs / _STACK_LOG
    # It holds tokens.
    log.touch(mode=0o600)
    log.chmod(0o600)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "run"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=ROOT,
        )
    shown = 0
    deadline = time.monotonic() + _UP_SECONDS
    while True:
        ready, ended = _ready(settings).exists(), process.poll() is not None
        with log.open("rb") as written:
            written.seek(shown)
            new = written.read()
        shown += len(new)
        sys.stdout.write(new.decode("utf-8", "replace"))
        sys.stdout.flush()
        if ready:
            say(f"In the background as process {process.pid}; `make down` stops it. Its log is {log}.")
            return
        if ended:
            raise LocalStackError("The system did not start; the reason is above.")
        if time.monotonic() > deadline:
            process.send_signal(signal.SIGTERM)
            raise LocalStackError(
                f"The system was not ready after {_UP_SECONDS} s and is being stopped. Its log is {log}."
            )
        time.sleep(0.1)


def down(settings: LocalSettings) -> None:
    """Raises LocalStackError when it does not stop."""
    pid = running(settings)
    if pid is None:
        say("Nothing runs.")
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _DOWN_SECONDS
    while running(settings) is not None:
        if time.monotonic() > deadline:
            raise LocalStackError(f"Process {pid} did not stop within {_DOWN_SECONDS} s: end it with `kill -9 {pid}`.")
        time.sleep(0.1)
    say("Stopped.")


def clean(settings: LocalSettings) -> None:
    """Remove the data and the logs; downloads stay. Raises LocalStackError."""
    if (pid := running(settings)) is not None:
        raise LocalStackError(f"The system runs (process {pid}): stop it with `make down` first.")
    for folder in (settings.data, settings.logs):
        shutil.rmtree(folder, ignore_errors=True)
    say("The data and logs of the local stack are removed.")
