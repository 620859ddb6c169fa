"""What holds for every route of every service, read from its declaration and from an app that has no database."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.routing import Route

from deploy import access_table
from deploy.local.settings import SERVICES
from shared import mongo
from shared.contracts.base import published_by
from shared.http.entrances import Unguarded, of_app, of_routers
from shared.http.operations import Readiness
from shared.http.problems import MEDIA_TYPE
from shared.http.requests import OPEN_PATHS
from shared.inbox import Inbox
from shared.service import Running, Service, create_app, lay_foundation, openapi_document
from shared.settings import Settings
from tests.campus import service_of
from tests.keys import SEALING

ONE_OF_A_KIND = {
    "archive",
    "collection",
    "congress-coverage",
    "evidence",
    "inbox",
    "read",
    "report",
    "sheet",
    "similar",
    "stream",
    "unread-count",
}
"""The segments of paths that are no plural: there is one, of the caller or of the request before it."""

ROUTES = [(service, entrance.route) for service in SERVICES for entrance in of_routers(service_of(service).routers)]
OPERATIONS = [
    (service, method, path, operation)
    for service in SERVICES
    for path, methods in openapi_document(service_of(service))["paths"].items()
    for method, operation in methods.items()
]

each_route = pytest.mark.parametrize(
    ("service", "route"), ROUTES, ids=[f"{service} {route.path} {route.methods}" for service, route in ROUTES]
)
each_operation = pytest.mark.parametrize(
    ("service", "method", "path", "operation"),
    OPERATIONS,
    ids=[f"{service} {method} {path}" for service, method, path, _ in OPERATIONS],
)


def test_there_is_something_to_look_at() -> None:
    assert {service for service, _ in ROUTES} == set(SERVICES)
    assert len(ROUTES) == len(OPERATIONS) >= 25


@pytest.mark.parametrize("service", SERVICES)
async def test_every_way_into_the_finished_app_has_its_rule_or_is_open(service: str) -> None:
    with app_of(service) as app:
        found = of_app(app, open_paths=OPEN_PATHS)

    assert {(each.method, each.path) for each in found} == {
        (method, route.path) for name, route in ROUTES if name == service for method in route.methods or ()
    }


def nested(router: APIRouter) -> None:
    inner = APIRouter(prefix="/inner")
    inner.get("/secrets")(_nothing)
    router.include_router(inner)


def nested_twice(router: APIRouter) -> None:
    middle = APIRouter()
    nested(middle)
    router.include_router(middle)


def starlette(router: APIRouter) -> None:
    router.add_route("/v1/secrets", _answer)


def websocket(router: APIRouter) -> None:
    router.websocket("/v1/secrets")(_nothing)


def mounted(router: APIRouter) -> None:
    router.mount("/v1/secrets", FastAPI())


def plain(router: APIRouter) -> None:
    router.get("/v1/secrets")(_nothing)


def disguised(router: APIRouter) -> None:
    router.add_route("/livez", _answer, methods=["POST"])


async def _nothing() -> None:
    raise NotImplementedError


async def _answer(request: Request) -> Response:
    raise NotImplementedError


each_planted = pytest.mark.parametrize(
    "plant", [plain, nested, nested_twice, starlette, websocket, mounted, disguised], ids=lambda plant: plant.__name__
)


@each_planted
def test_a_way_in_without_a_rule_fails_make_check(
    plant: Callable[[APIRouter], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    planted = APIRouter()
    plant(planted)
    welfare = service_of("welfare")
    module = sys.modules["services.welfare.app"]
    monkeypatch.setattr(module, "SERVICE", replace(welfare, routers=[*welfare.routers, planted]))
    monkeypatch.setattr(sys, "argv", ["access_table", "--check"])

    assert access_table.main() == 1
    assert "welfare: " in (said := capsys.readouterr().err)
    assert "rule of access" in said


@each_planted
async def test_an_app_with_a_way_in_without_a_rule_is_not_made(plant: Callable[[APIRouter], None]) -> None:
    planted = APIRouter()
    plant(planted)
    welfare = service_of("welfare")

    with pytest.raises(Unguarded), app_of("welfare", replace(welfare, routers=[*welfare.routers, planted])):
        raise AssertionError("it was made")


async def test_what_is_added_to_the_finished_app_is_seen_too() -> None:
    with app_of("welfare") as app:
        app.add_route("/v1/secrets", _answer)
        with pytest.raises(Unguarded):
            of_app(app, open_paths=OPEN_PATHS)


def test_a_guarded_route_of_a_nested_router_is_in_the_table_by_its_whole_path() -> None:
    outer = APIRouter(prefix="/v1")
    outer.include_router(service_of("reports").routers[0], prefix="/nested")

    (found,) = of_routers([outer])

    assert (found.method, found.path) == ("GET", "/v1/nested/v1/event-counts")


@each_route
def test_a_route_is_versioned(service: str, route: APIRoute) -> None:
    assert route.path.startswith("/v1/")


@each_operation
def test_a_post_takes_an_idempotency_key_and_a_patch_an_if_match(
    service: str, method: str, path: str, operation: dict[str, Any]
) -> None:
    headers = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "header"}

    assert ("Idempotency-Key" in headers) == (method == "post")
    assert ("If-Match" in headers) == (method == "patch")


@each_operation
def test_a_route_documents_its_refusals_as_problems(
    service: str, method: str, path: str, operation: dict[str, Any]
) -> None:
    answers = operation["responses"]
    refusals = {status for status in answers if not status.startswith("2")}

    assert {"401", "403", "422", "503"} <= refusals
    assert not {status for status in answers if status == "default" or status.startswith("5")} - {"503"}
    if method == "patch":
        assert {"409", "412", "428"} <= refusals
    for status in refusals:
        assert list(answers[status]["content"]) == [MEDIA_TYPE]


@each_operation
def test_a_route_asks_for_the_bearer_token_in_its_document(
    service: str, method: str, path: str, operation: dict[str, Any]
) -> None:
    assert operation["security"] == [{"bearer": []}]


@pytest.mark.parametrize("service", SERVICES)
def test_the_names_of_operations_are_unique(service: str) -> None:
    names = [operation["operationId"] for name, _, _, operation in OPERATIONS if name == service]

    assert len(set(names)) == len(names)


@each_route
def test_a_list_has_pages_that_are_bounded(service: str, route: APIRoute) -> None:
    limits = [field for field in _queries(route) if field.name == "limit"]

    if route.name.startswith("list_"):
        (limit,) = limits
        assert "le=200" in repr(limit.field_info.metadata).lower()


def _queries(route: APIRoute) -> list[Any]:
    found = list(route.dependant.query_params)
    for dependant in route.dependant.dependencies:
        found += dependant.query_params
    return found


@contextmanager
def app_of(name: str, service: Service[Any] | None = None) -> Iterator[FastAPI]:
    """The whole app, on a client that connects to nothing until it is asked something."""
    service = service or service_of(name)
    given = {"mongo_url": "mongodb://nowhere.example", "kafka_bootstrap_servers": "x:1", "oidc_issuer": "https://x"}
    settings = Settings.model_validate({**given, **SEALING})
    client = mongo.connect(settings, name="routes")
    foundation = lay_foundation(client, settings, name)
    try:
        yield create_app(
            Running(
                service=service,
                settings=settings,
                foundation=foundation,
                stores=service.wire(foundation),
                inbox=Inbox(foundation.database),
                readiness=Readiness(foundation.database),
            )
        )
    finally:
        client.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_beside_its_routers_an_app_has_the_open_routes_and_no_other(service: str) -> None:
    open_paths = OPEN_PATHS if published_by(service) else OPEN_PATHS - {"/asyncapi.json"}

    with app_of(service) as app:
        own = [route for route in app.router.routes if isinstance(route, Route)]

    assert {route.path for route in own} == open_paths
    assert all(route.methods == {"GET", "HEAD"} for route in own)
    assert len(app.router.routes) == len(own) + len(service_of(service).routers)


@each_route
async def test_a_route_asks_who_calls_before_it_looks_at_what_is_asked(service: str, route: APIRoute) -> None:
    (method,) = route.methods or set()
    path = "/".join(str(uuid4()) if part.startswith("{") else part for part in route.path.split("/"))

    with app_of(service) as app:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            answer = await http.request(method, path, content=b"{")

    assert answer.status_code == 401
    assert answer.headers["content-type"] == MEDIA_TYPE


@each_route
def test_a_path_names_things_in_the_plural(service: str, route: APIRoute) -> None:
    _, _, *segments = route.path.split("/")
    names = {segment for segment in segments if not segment.startswith("{")}

    assert {name for name in names - ONE_OF_A_KIND if not name.endswith("s")} == set()
    assert all(name == name.lower() and "_" not in name for name in names)


@pytest.mark.parametrize("service", SERVICES)
def test_every_schema_that_a_document_refers_to_is_in_it(service: str) -> None:
    document = openapi_document(service_of(service))
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}

    assert set(_references(document)) <= schemas
    assert "#/components/schemas/Problem" in set(_references(document["paths"]))


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)
