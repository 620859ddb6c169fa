"""What routes take from a request: who calls, the command, the page; and how they answer one."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, NamedTuple, TypeVar

from fastapi import Depends, Header, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field

from shared import clock
from shared.access import Access, Caller, Reach
from shared.aggregate import Aggregate
from shared.auth import Principal
from shared.command import Answer, Command, IdempotencyKey
from shared.errors import BodyUnexpected, IdempotencyKeyReused, IfMatchMissing, MediaTypeUnsupported
from shared.http.problems import documented
from shared.purposes import Purpose, Reading
from shared.reads import SharedReads
from shared.roles import Permit, Role
from shared.store import Page, Versioned, read_cursor
from shared.tracing import Trace, current_trace

V = TypeVar("V", bound=Aggregate)

OPEN_PATHS = frozenset(
    {"/livez", "/readyz", "/metrics", "/openapi.json", "/asyncapi.json", "/docs", "/docs/oauth2-redirect"}
)
"""The routes that ask for no role."""

READ = documented(401, 403, 404, 409, 422, 503)
LIST = documented(401, 403, 422, 503)
CREATE = documented(401, 403, 404, 409, 413, 415, 422, 503)
CHANGE = documented(401, 403, 404, 409, 412, 413, 415, 422, 428, 503)


class Guard(HTTPBearer):
    """The rule of access of a route, applied before anything else of it."""

    def __init__(self, access: Access) -> None:
        super().__init__(bearerFormat="JWT", scheme_name="bearer", description="An access token of the issuer.")
        self.access = access

    async def __call__(self, request: Request) -> Caller:  # type: ignore[override]
        state = request.app.state
        principal = await state.verifier.principal(request.headers.get("authorization"))
        roster = await state.stores.grants_of(principal.id)
        caller = await self.access.grant(principal.beside(roster), state.stores.units_below)
        _refuse_unknown_parameters(request)
        return caller


def access(rules: Mapping[Role, Reach], *, permit: Permit | None = None) -> Any:
    """As a parameter's annotation: `caller: Annotated[Caller, access({Role.DELEGATE: Reach.OWN})]`.

    `permit` is what it takes of another system's account, where the rules name SERVICE_ACCOUNT.
    """
    return Depends(Guard(Access(rules, permit)))


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


async def _body_of(request: Request) -> bytes:
    """Raises MediaTypeUnsupported, BodyUnexpected."""
    body = await request.body()
    route: APIRoute = request.scope["route"]
    if body and route.body_field is None:
        raise BodyUnexpected
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and given != "application/json" and not (given.startswith("application/") and given.endswith("+json")):
        raise MediaTypeUnsupported(expected="application/json")
    return body


def _refuse_unknown_parameters(request: Request) -> None:
    """A filter that is misspelt must not show everything."""
    if not request.scope["query_string"]:
        return
    route: APIRoute = request.scope["route"]
    known = _parameters(route.dependant)
    errors = [
        {"type": kind, "loc": ("query", name), "msg": "", "input": None}
        for name in dict.fromkeys(request.query_params)
        for kind, wrong in (
            ("unknown_parameter", name not in known),
            ("repeated_parameter", name in known and len(request.query_params.getlist(name)) > 1),
        )
        if wrong
    ]
    if errors:
        raise RequestValidationError(errors)


def _parameters(dependant: Dependant) -> set[str]:
    """The names of the query parameters. None of ours may be repeated."""
    found = {field.alias for field in dependant.query_params}
    for inner in dependant.dependencies:
        found |= _parameters(inner)
    return found


async def _posted(request: Request, idempotency_key: IdempotencyHeader = None) -> "CommandFactory":
    body = await _body_of(request)
    return factory(request, idempotency_key, fingerprint(request, body))


def fingerprint(request: Request, body: bytes = b"") -> "hashlib._Hash":
    """Of the request that a key stands for; a body that arrives in pieces is added to it."""
    return hashlib.sha256(b"\n".join((request.method.encode(), request.url.path.encode(), body)))


def factory(request: Request, idempotency_key: str | None, digest: "hashlib._Hash") -> "CommandFactory":
    async def make(caller: Principal | Caller) -> Command:
        key = None
        if idempotency_key:
            key = IdempotencyKey(str(caller.id), idempotency_key, digest.hexdigest())
            answers: SharedReads[IdempotencyKey, Answer | IdempotencyKeyReused] = request.app.state.answers
            given = (await answers.find([key])).get(key)
            if isinstance(given, IdempotencyKeyReused):
                raise given
            if given is not None:
                raise AnsweredBefore(given)
        return _command(caller, idempotency=key)

    return make


async def _uploaded(request: Request, idempotency_key: IdempotencyHeader = None) -> "Upload":
    body = await request.body()
    return Upload(body, factory(request, idempotency_key, fingerprint(request, body)))


async def _changed(request: Request, if_match: IfMatchHeader = None) -> "CommandFactory":
    await _body_of(request)
    version: int | None = None
    if if_match is not None:
        match = _ETAG.fullmatch(if_match.strip())
        if match is None:
            raise RequestValidationError([{"type": "etag", "loc": ("header", "If-Match"), "msg": "", "input": None}])
        version = int(match[1])

    async def make(caller: Principal | Caller) -> Command:
        if version is None:
            raise IfMatchMissing
        return _command(caller, if_match=version)

    return make


def _command(caller: Principal | Caller, **options: Any) -> Command:
    trace = current_trace.get() or Trace("", "")
    return Command(
        actor=caller.id,
        at=clock.now(),
        correlation_id=trace.correlation_id,
        traceparent=trace.traceparent,
        **options,
    )


CommandFactory = Callable[[Principal | Caller], Awaitable[Command]]
Posted = Annotated[CommandFactory, Depends(_posted)]
"""The command of a POST; it may carry an Idempotency-Key. A route awaits it first: a repeat is answered there and then,
whatever has changed since."""


class Upload(NamedTuple):
    """A file, as the body of a POST, and the command of it."""

    content: bytes
    command: CommandFactory


Uploaded = Annotated[Upload, Depends(_uploaded)]
Changed = Annotated[CommandFactory, Depends(_changed)]
"""The command of a PATCH or PUT; it carries an If-Match."""


async def _reading(
    purpose: Annotated[
        Purpose | None, Query(description="What for. Needed for what is about somebody else; it is put on record.")
    ] = None,
) -> "ReadingFactory":
    def make(caller: Caller) -> Reading:
        trace = current_trace.get() or Trace("", "")
        return Reading(caller.id, purpose, trace.correlation_id)

    return make


ReadingFactory = Callable[[Caller], Reading]
ReadingFor = Annotated[ReadingFactory, Depends(_reading)]
"""Opens what is sealed: `stores.visits.open(visit_id, reading(caller), ...)`."""


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
