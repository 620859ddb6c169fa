"""What an operator and a machine ask of every process: alive, ready, metrics."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pymongo.errors import PyMongoError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared import metrics
from shared.mongo import Database
from shared.outbox import Outbox

_READY_SECONDS = 2


class Readiness:
    """Ready when the database answers and the process is not leaving. Kafka is no condition: the outbox takes it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.leaving = asyncio.Event()

    async def failing(self) -> str | None:
        if self.leaving.is_set():
            return "leaving"
        try:
            async with asyncio.timeout(_READY_SECONDS):
                await self._database.command("ping")
        except (PyMongoError, TimeoutError):
            return "database"
        return None


def routes(service: str, readiness: Readiness, outbox: Outbox | None) -> list[Route]:
    async def livez(request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readyz(request: Request) -> Response:
        failing = await readiness.failing()
        return JSONResponse({"status": failing or "ready"}, 503 if failing else 200)

    async def measured(request: Request) -> Response:
        if outbox is not None:
            await _measure(outbox, service)
        return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    table: list[tuple[str, Callable[[Request], Awaitable[Response]]]] = [
        ("/livez", livez),
        ("/readyz", readyz),
        ("/metrics", measured),
    ]
    return [Route(path, endpoint, include_in_schema=False) for path, endpoint in table]


async def _measure(outbox: Outbox, service: str) -> None:
    backlog = await outbox.backlog()
    metrics.OUTBOX_DEPTH.labels(service).set(backlog.depth)
    age = (datetime.now(UTC) - backlog.oldest).total_seconds() if backlog.oldest else 0
    metrics.OUTBOX_AGE.labels(service).set(max(0, age))
