"""Starts what dies again, more slowly each time."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

from deploy.local.errors import LocalStackError
from deploy.local.processes import Child, Server
from deploy.local.settings import CONSUMER_PORT_OFFSET, LocalSettings

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_STEADY_SECONDS = 60.0
_READY_SECONDS = 60.0


class HttpProcess(Child):
    """A process of ours, which says by HTTP that it is ready."""

    def __init__(self, *args: object, ready_url: str, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.ready_url = ready_url

    @property
    def ready(self) -> bool:
        try:
            return httpx.get(self.ready_url, timeout=1, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False


def issuer_process(settings: LocalSettings) -> HttpProcess:
    key_file = str(settings.data / "issuer" / "key.json")
    return HttpProcess(
        "issuer",
        [sys.executable, "-m", "deploy.local.issuer", key_file, str(settings.issuer_port)],
        log=settings.logs / "issuer.log",
        ready_url=f"{settings.issuer}/jwks.json",
    )


def service_process(service: str, process: str, settings: LocalSettings, environment: dict[str, str]) -> HttpProcess:
    """`process` is api or consumer. `environment` holds the addresses of the servers."""
    port = settings.port(service) + (CONSUMER_PORT_OFFSET if process == "consumer" else 0)
    return HttpProcess(
        f"{service}-{process}",
        [sys.executable, "-m", "shared.run", f"services.{service}.app", process],
        log=settings.logs / f"{service}-{process}.log",
        environment={**environment, "OIDC_ISSUER": settings.issuer, "HTTP_PORT": str(port)},
        ready_url=f"http://127.0.0.1:{port}/readyz",
    )


def wait_until_ready(processes: list[HttpProcess], seconds: float = _READY_SECONDS) -> None:
    """Raises LocalStackError when one ends or takes too long."""
    deadline = time.monotonic() + seconds
    waiting = list(processes)
    while waiting:
        for process in waiting:
            if not process.alive:
                raise LocalStackError(
                    f"{process.name} ended while it was starting (exit code {process.exit_code}): "
                    f"its log is {process.log}, the last line: {process.last_words(1)}"
                )
        if time.monotonic() > deadline:
            names = ", ".join(process.name for process in waiting)
            raise LocalStackError(f"Not ready after {seconds:.0f} s: {names}. The logs are in {waiting[0].log.parent}.")
        waiting = [process for process in waiting if not process.ready]
        time.sleep(0.05)


@dataclass
class _Watched:
    server: Server
    started_at: float
    pause: float = _FIRST_PAUSE
    due_at: float | None = None


class Supervisor:
    """Over servers that run already."""

    def __init__(
        self, servers: Sequence[Server], say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._say = say
        self._clock = clock
        self._watched = [_Watched(server, started_at=clock()) for server in servers]

    def look(self) -> None:
        """Start again what has ended and whose pause is over. Call it several times a second."""
        now = self._clock()
        for watched in self._watched:
            if watched.server.alive:
                continue
            if watched.due_at is None:
                if now - watched.started_at > _STEADY_SECONDS:
                    watched.pause = _FIRST_PAUSE
                watched.due_at = now + watched.pause
                self._say(
                    f"{watched.server.name} ended (exit code {watched.server.exit_code}); "
                    f"starting it again in {watched.pause:g} s"
                )
                watched.pause = min(watched.pause * 2, _LONGEST_PAUSE)
            elif now >= watched.due_at:
                watched.due_at = None
                watched.started_at = now
                watched.server.start()
