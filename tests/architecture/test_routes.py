"""What holds for every route of every service, read from its declaration."""

from typing import Any

import pytest
from fastapi.routing import APIRoute

from deploy.local.settings import SERVICES
from shared.http.problems import MEDIA_TYPE
from shared.http.requests import Allowed
from shared.service import openapi_document
from tests.campus import service_of

ROUTES = [
    (service, route)
    for service in SERVICES
    for router in service_of(service).routers
    for route in router.routes
    if isinstance(route, APIRoute)
]
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


@each_route
def test_a_route_says_which_roles_may_call_it(service: str, route: APIRoute) -> None:
    rules = [dependant.call for dependant in route.dependant.dependencies if isinstance(dependant.call, Allowed)]

    assert len(rules) == 1
    assert rules[0].roles


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
