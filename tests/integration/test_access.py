"""Who is let in: tokens, roles, and what an outsider is told."""

from typing import Any
from uuid import uuid4

import pytest

from deploy.local.issuer import LocalIssuer
from shared.service import openapi_document
from tests.campus import Campus, service_of

ROUTES = [
    (service, method.upper(), path)
    for service in ("members", "proposals", "welfare", "events", "notifications", "reports")
    for path, operations in openapi_document(service_of(service))["paths"].items()
    for method in operations
]


def filled(path: str) -> str:
    notice = f"{uuid4()}|{uuid4()}"
    return "/".join(
        (notice if "notice" in part else str(uuid4())) if part.startswith("{") else part for part in path.split("/")
    )


@pytest.mark.parametrize(("service", "method", "path"), ROUTES)
async def test_no_route_answers_without_a_token(campus: Campus, service: str, method: str, path: str) -> None:
    answer = await campus.http[service].request(method, filled(path))

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "header",
    ["Basic YTpi", "Bearer", "Bearer ", "Bearer a.b.c", "bearer nonsense", "Bearer " + "x" * 5000],
)
async def test_what_is_no_token_is_refused(campus: Campus, header: str) -> None:
    answer = await campus.http["members"].get("/v1/units", headers={"Authorization": header})

    assert answer.status_code == 401


async def test_a_token_of_another_issuer_is_refused(campus: Campus, tmp_path: Any) -> None:
    forger = LocalIssuer(tmp_path / "key.json", campus.issuer.tokens.url)
    token = forger.token(uuid4(), [{"role": "administrator", "unit_id": None}])

    answer = await campus.http["members"].get("/v1/units", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401


async def test_a_token_that_has_run_out_is_refused(campus: Campus) -> None:
    token = campus.issuer.tokens.token(uuid4(), [], seconds=-120)

    answer = await campus.http["members"].get("/v1/units", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/openapi.json", "/docs"])
async def test_what_an_operator_asks_needs_no_token(campus: Campus, path: str) -> None:
    for http in campus.http.values():
        assert (await http.get(path)).status_code == 200


async def test_metrics_tell_of_outbox_lag_and_request_times(campus: Campus) -> None:
    await campus.get("members", "/v1/units", campus.administrator)

    metrics = (await campus.http["members"].get("/metrics")).text

    for name in ("union_outbox_pending", "union_outbox_oldest_seconds", "union_http_request_seconds_bucket"):
        assert f"{name}{{" in metrics
    assert 'route="/v1/units"' in metrics


async def test_a_path_that_is_not_there_is_a_problem_too(campus: Campus) -> None:
    answer = await campus.http["members"].get("/v1/nothing", headers=campus.administrator)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(campus: Campus) -> None:
    answer = await campus.http["members"].post(
        "/v1/units", content=b'{"name": "' + b"x" * 1_100_000 + b'"}', headers=campus.administrator
    )

    assert answer.status_code == 413
    assert answer.json()["limit_bytes"] == 1_048_576


async def test_the_correlation_id_of_the_caller_comes_back(campus: Campus) -> None:
    given = await campus.http["members"].get(
        "/v1/units", headers={**campus.administrator, "X-Correlation-Id": "desk-42"}
    )
    made = await campus.http["members"].get("/v1/units", headers=campus.administrator)
    unfit = await campus.http["members"].get(
        "/v1/units", headers={**campus.administrator, "X-Correlation-Id": "a b\tc"}
    )

    assert given.headers["x-correlation-id"] == "desk-42"
    assert made.headers["x-correlation-id"]
    assert unfit.headers["x-correlation-id"] not in ("", "a b\tc")
