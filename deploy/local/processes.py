"""Child processes that never outlive the stack."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from deploy.local.errors import LocalStackError

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    # When the stack itself is killed there is nobody left to stop its children.
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """A program with a log file, started again and again under one name."""

    def __init__(self, name: str, command: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None):
        self.name = name
        self.command = list(command)
        self.log = log
        self.environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise LocalStackError(f"{self.name} was never started.")
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """Of the last run; negative is the number of the signal that ended it."""
        return None if self._process is None else self._process.poll()

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                # Ctrl-C in the terminal goes to the stack alone, which stops its children in order.
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )

    def signal(self, number: int) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)

    def ask_to_stop(self) -> None:
        self.signal(signal.SIGTERM)

    def wait(self, seconds: float) -> None:
        """Until it has ended, by force when it takes longer."""
        if self._process is None:
            return
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def stop(self, seconds: float = 25) -> None:
        self.ask_to_stop()
        self.wait(seconds)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def last_words(self, lines: int = 3) -> str:
        if not self.log.exists():
            return ""
        written = self.log.read_bytes()[-4000:].decode("utf-8", "replace").strip().splitlines()
        return " / ".join(line.strip()[:300] for line in written[-lines:])


class Server(Protocol):
    """What the supervisor looks after: `start` returns when it answers."""

    name: str

    @property
    def alive(self) -> bool: ...
    @property
    def exit_code(self) -> int | None: ...
    def start(self) -> None: ...
    def ask_to_stop(self) -> None: ...
    def stop(self) -> None: ...


def stop_all(servers: Sequence[Server]) -> None:
    """Ask all at once, then wait for each, the last one started first."""
    for server in reversed(servers):
        server.ask_to_stop()
    for server in reversed(servers):
        server.stop()


def wait_until(ready: Callable[[], bool], child: Child, *, seconds: float, hint: str) -> None:
    """Raises LocalStackError when the child ends or the time is over before it is ready."""
    deadline = time.monotonic() + seconds
    while not ready():
        if not child.alive:
            raise LocalStackError(
                f"{child.name} ended while it was starting (exit code {child.exit_code}); {hint} "
                f"Its log is {child.log}, the last lines: {child.last_words()}"
            )
        if time.monotonic() > deadline:
            child.kill()
            raise LocalStackError(f"{child.name} did not answer within {seconds:.0f} s; {hint} Its log is {child.log}.")
        time.sleep(0.05)


def listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def require_free(port: int, what: str, setting: str) -> None:
    """Raises LocalStackError when something listens there already."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise LocalStackError(
                f"Port {port}, which {what} needs, is taken by another program: "
                f"stop that program, or choose another port with {setting}=<port>."
            ) from None
