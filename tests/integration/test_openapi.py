"""What the OpenAPI documents promise, tried with generated requests, good and bad, on the running services.

Every answer has a documented status, media type and shape, and none is a 500.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deploy.local.infrastructure import Infrastructure
from deploy.local.settings import SERVICES
from shared.roles import Role
from shared.service import openapi_document
from tests.campus import Issuer, Processes, service_of
from tests.congress import convene

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
tried = settings(
    max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@dataclass(frozen=True)
class Live:
    addresses: dict[str, str]
    bearer: dict[str, str]
    known: dict[str, list[str]]


@pytest.fixture(scope="module")
async def live(
    infrastructure: Infrastructure, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Live]:
    """All services as processes, some members that they know, and a caller with every role."""
    folder: Path = tmp_path_factory.mktemp("processes")
    async with Processes(infrastructure, issuer, folder) as campus:
        for name in SERVICES:
            await campus.start(name, "api")
            if service_of(name).handlers is not None:
                await campus.start(name, "consumer")
        unit = await campus.unit()
        members = [await campus.member(unit) for _ in range(3)]
        for member in members:
            for service in ("proposals", "welfare", "events"):
                await campus.heard_of(service, member)
        congress = await convene(campus, unit, members, presidium=members[2:])
        yield Live(
            {name: str(http.base_url) for name, http in campus.http.items()},
            issuer.bearer(members[0], *((role, None) for role in Role)),
            {
                "member": members[1:],
                "visitor": members[1:],
                "seconder": members[1:],
                "unit": [unit],
                "parent": [unit],
                "call": [congress.call],
            },
        )
        await campus.drop()


def schema_of(service: str) -> Any:
    # The live stream never ends; it has a test of its own.
    return schemathesis.openapi.from_dict(openapi_document(service_of(service))).exclude(path="/v1/inbox/stream")


def check(case: Case[Any], live: Live, service: str) -> None:
    if isinstance(case.body, dict):
        case.body = {name: _known(name, value, live) for name, value in case.body.items()}
    case.call_and_validate(base_url=live.addresses[service], headers=live.bearer, checks=CHECKS)


def _known(name: str, value: Any, live: Live) -> Any:
    """A generated id stands for nobody, so a good request would never get far: put one that there is in its place."""
    if name.endswith("_id") and _is_id(value):
        return live.known.get(name.removesuffix("_id"), [value])[0]
    if name.endswith("_ids") and isinstance(value, list) and value and all(map(_is_id, value)):
        return live.known.get(name.removesuffix("_ids"), value)
    return value


def _is_id(value: Any) -> bool:
    try:
        return bool(UUID(value))
    except (ValueError, TypeError, AttributeError):
        return False


@schema_of("members").parametrize()
@tried
def test_members(case: Case[Any], live: Live) -> None:
    check(case, live, "members")


@schema_of("proposals").parametrize()
@tried
def test_proposals(case: Case[Any], live: Live) -> None:
    check(case, live, "proposals")


@schema_of("welfare").parametrize()
@tried
def test_welfare(case: Case[Any], live: Live) -> None:
    check(case, live, "welfare")


@schema_of("events").parametrize()
@tried
def test_events(case: Case[Any], live: Live) -> None:
    check(case, live, "events")


@schema_of("notifications").parametrize()
@tried
def test_notifications(case: Case[Any], live: Live) -> None:
    check(case, live, "notifications")


@schema_of("reports").parametrize()
@tried
def test_reports(case: Case[Any], live: Live) -> None:
    check(case, live, "reports")
