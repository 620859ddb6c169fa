"""How each route of access records is asked by the matrix of access."""

from collections.abc import Awaitable, Callable

from deploy.access_table import Row
from shared.roles import Role
from tests.campus import Campus
from tests.integration.land import Asked, Bearer, Kind, Land, Scenario, Scenarios, send
from tests.integration.scenarios.appeals import of_subject
from tests.integration.scenarios.welfare import visit


async def _visit(land: Land) -> str:
    return f"/v1/visits/{await land.once('visit', lambda: visit(land))}/details"


async def _appeal(land: Land) -> str:
    return f"/v1/appeals/{await land.once('appeal', lambda: of_subject(land))}/details"


async def _member(land: Land) -> str:
    return f"/v1/members/{land.subject}/details"


PATHS: dict[str, Callable[[Land], Awaitable[str]]] = {"welfare": _visit, "members": _member, "proposals": _appeal}


async def list_access_records(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    """Of the subject, about whom something was read just now."""
    themself = land.themself(Role.MEMBER)
    await campus.get(row.service, await PATHS[row.service](land), themself)
    answer = await send(campus, row, who, query=f"?member_id={land.subject}")
    return answer, answer.is_success and bool(answer.json()["items"])


RECORDS: Scenarios = {(service, "list_access_records"): Scenario(Kind.READ, list_access_records) for service in PATHS}
