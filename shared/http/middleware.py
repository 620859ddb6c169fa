"""Plain ASGI, because Starlette's BaseHTTPMiddleware loses context variables."""

import re
import time
from collections.abc import Mapping

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import metrics
from shared.errors import BodyTooLarge
from shared.http.problems import crashed
from shared.ids import new_id
from shared.tracing import Trace, continue_trace, current_trace

log = structlog.get_logger()

_QUIET = {"/livez", "/readyz", "/metrics"}
_CORRELATION_LIMIT = 128


class RequestContext:
    """One correlation id and span for each request, its log line and its time; no stack trace to a caller."""

    def __init__(
        self, app: ASGIApp, *, service: str, body_limit: int, uploads: Mapping[str, int] | None = None
    ) -> None:
        """`uploads` are the paths that take files, each with its own limit in bytes; `{...}` is any one segment."""
        self._app = app
        self._service = service
        self._body_limit = body_limit
        self._uploads = [(_pattern(path), limit) for path, limit in (uploads or {}).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        headers = dict(scope["headers"])
        correlation_id = _correlation_id(headers.get(b"x-correlation-id", b""))
        trace = Trace(correlation_id, continue_trace(headers.get(b"traceparent", b"").decode("latin-1")))
        token = current_trace.set(trace)
        status = 500
        begun = False

        async def answer(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status = message["status"]
                begun = True
                message["headers"] = [*message["headers"], (b"x-correlation-id", correlation_id.encode())]
            await send(message)

        try:
            uploads = (limit for path, limit in self._uploads if path.fullmatch(scope["path"]))
            limit = next(uploads, self._body_limit)
            await self._app(scope, _bounded(receive, limit, headers.get(b"content-length", b"")), answer)
        except Exception as error:
            if begun:
                raise
            response = await crashed(Request(scope), error)
            await response(scope, receive, answer)
        finally:
            seconds = time.perf_counter() - started
            route = getattr(scope.get("route"), "path", "unmatched")
            if scope["path"] not in _QUIET:
                metrics.HTTP_SECONDS.labels(self._service, scope["method"], route, status).observe(seconds)
                log.info(
                    "request.answered",
                    method=scope["method"],
                    route=route,
                    status=status,
                    milliseconds=round(seconds * 1000, 2),
                )
            current_trace.reset(token)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))


def _correlation_id(given: bytes) -> str:
    text = given.decode("latin-1")
    if 0 < len(text) <= _CORRELATION_LIMIT and all((c.isalnum() and c.isascii()) or c in "-_.:" for c in text):
        return text
    return str(new_id())


def _bounded(receive: Receive, limit: int, announced: bytes) -> Receive:
    size = 0
    too_large = announced.isdigit() and int(announced) > limit

    async def bounded() -> Message:
        nonlocal size
        if too_large:
            raise BodyTooLarge(limit_bytes=limit)
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise BodyTooLarge(limit_bytes=limit)
        return message

    return bounded
