"""What routes take from a request: who calls, the command, the page; and how they answer one."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field

from shared import clock
from shared.aggregate import Aggregate
from shared.auth import Principal, Verifier
from shared.command import Answer, Command, IdempotencyKey
from shared.errors import IdempotencyKeyReused, IfMatchMissing, RoleMissing
from shared.http.problems import documented
from shared.reads import SharedReads
from shared.roles import Role
from shared.store import Page, Versioned, read_cursor
from shared.tracing import Trace, current_trace

V = TypeVar("V", bound=Aggregate)

OPEN_PATHS = frozenset(
    {"/livez", "/readyz", "/metrics", "/openapi.json", "/asyncapi.json", "/docs", "/docs/oauth2-redirect"}
)
"""The routes that ask for no role."""

READ = documented(401, 403, 404, 422, 503)
LIST = documented(401, 403, 422, 503)
CREATE = documented(401, 403, 404, 409, 413, 422, 503)
CHANGE = documented(401, 403, 404, 409, 412, 413, 422, 428, 503)


class Allowed(HTTPBearer):
    """The rule of access of a route: one of these roles, in whatever unit. What is visible is the query's part."""

    def __init__(self, *roles: Role) -> None:
        super().__init__(bearerFormat="JWT", scheme_name="bearer", description="An access token of the issuer.")
        self.roles = frozenset(roles)

    async def __call__(self, request: Request) -> Principal:  # type: ignore[override]
        verifier: Verifier = request.app.state.verifier
        principal = await verifier.principal(request.headers.get("authorization"))
        if not principal.holds(*self.roles):
            raise RoleMissing(needed=sorted(self.roles))
        return principal


def allowed(*roles: Role) -> Any:
    """As a parameter's annotation: `caller: Annotated[Principal, allowed(Role.DELEGATE)]`."""
    return Depends(Allowed(*roles))


async def _stores(request: Request) -> Any:
    return request.app.state.stores


the_stores = Depends(_stores)
"""As a parameter's annotation: `stores: Annotated[WelfareStores, the_stores]`."""


IdempotencyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Chosen by the caller. A repeat with the same body takes effect once, with the same answer.",
    ),
]
IfMatchHeader = Annotated[str | None, Header(alias="If-Match", description='The ETag that was read, as in `"3"`.')]
_ETAG = re.compile(r'"([0-9]{1,15})"')


async def _posted(request: Request, idempotency_key: IdempotencyHeader = None) -> "CommandFactory":
    body = await request.body()

    async def make(caller: Principal) -> Command:
        key = None
        if idempotency_key:
            content = b"\n".join((request.method.encode(), request.url.path.encode(), body))
            key = IdempotencyKey(str(caller.id), idempotency_key, hashlib.sha256(content).hexdigest())
            answers: SharedReads[IdempotencyKey, Answer | IdempotencyKeyReused] = request.app.state.answers
            given = (await answers.find([key])).get(key)
            if isinstance(given, IdempotencyKeyReused):
                raise given
            if given is not None:
                raise AnsweredBefore(given)
        return _command(caller, idempotency=key)

    return make


async def _changed(if_match: IfMatchHeader = None) -> "CommandFactory":
    version: int | None = None
    if if_match is not None:
        match = _ETAG.fullmatch(if_match.strip())
        if match is None:
            raise RequestValidationError([{"type": "etag", "loc": ("header", "If-Match"), "msg": "", "input": None}])
        version = int(match[1])

    async def make(caller: Principal) -> Command:
        if version is None:
            raise IfMatchMissing
        return _command(caller, if_match=version)

    return make


def _command(caller: Principal, **options: Any) -> Command:
    trace = current_trace.get() or Trace("", "")
    return Command(
        actor=caller.id,
        at=clock.now(),
        correlation_id=trace.correlation_id,
        traceparent=trace.traceparent,
        **options,
    )


CommandFactory = Callable[[Principal], Awaitable[Command]]
Posted = Annotated[CommandFactory, Depends(_posted)]
"""The command of a POST; it may carry an Idempotency-Key. A route awaits it first: a repeat is answered there and then,
whatever has changed since."""
Changed = Annotated[CommandFactory, Depends(_changed)]
"""The command of a PATCH or PUT; it carries an If-Match."""


def etag(version: int) -> str:
    return f'"{version}"'


def created(view: Callable[[V], BaseModel], at: str) -> Callable[[Versioned[V]], Answer]:
    """201 with the view, its ETag, and `at` joined with the new id as the Location."""

    def respond(found: Versioned[V]) -> Answer:
        headers = (("ETag", etag(found.version)), ("Location", f"{at}/{found.state.id}"))
        return Answer(201, view(found.state).model_dump_json().encode(), headers)

    return respond


def changed(view: Callable[[V], BaseModel]) -> Callable[[Versioned[V]], Answer]:
    def respond(found: Versioned[V]) -> Answer:
        return Answer(200, view(found.state).model_dump_json().encode(), (("ETag", etag(found.version)),))

    return respond


async def answered(answer: Awaitable[Answer]) -> Response:
    return _response(await answer)


class AnsweredBefore(Exception):
    """The request is a repeat; `args[0]` is the Answer that it was given before."""


async def answer_again(request: Request, error: Exception) -> Response:
    """The handler of AnsweredBefore."""
    return _response(error.args[0])


def _response(given: Answer) -> Response:
    return Response(given.body, given.status, dict(given.headers), media_type="application/json")


def shown(view: Callable[[V], BaseModel], found: Versioned[V]) -> Response:
    return Response(
        view(found.state).model_dump_json(),
        headers={"ETag": etag(found.version)},
        media_type="application/json",
    )


class PageRequest(BaseModel):
    limit: int
    cursor: str | None


async def _page(
    limit: Annotated[int, Query(ge=1, le=200, description="How many at the most.")] = 50,
    cursor: Annotated[str | None, Query(max_length=64, description="`next` of the page before.")] = None,
) -> PageRequest:
    if cursor is not None:
        try:
            read_cursor(cursor)
        except ValueError:
            raise RequestValidationError(
                [{"type": "cursor", "loc": ("query", "cursor"), "msg": "", "input": None}]
            ) from None
    return PageRequest(limit=limit, cursor=cursor)


Paged = Annotated[PageRequest, Depends(_page)]

NextCursor = Annotated[str | None, Field(description="The cursor of the following page; null on the last.")]


def listed(view: Callable[[V], BaseModel], page: Page[V]) -> dict[str, Any]:
    return {"items": [view(item.state) for item in page.items], "next": page.next}
