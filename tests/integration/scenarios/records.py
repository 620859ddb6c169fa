"""How each route of access records is asked by the matrix of access."""

from deploy.access_table import Row
from shared.roles import Role
from tests.campus import Campus
from tests.integration.land import Asked, Bearer, Kind, Land, Scenario, Scenarios, send
from tests.integration.scenarios.welfare import visit


async def list_access_records(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    """Of the subject, about whom something was read just now."""
    made, themself = await land.once("visit", lambda: visit(land)), land.themself(Role.MEMBER)
    paths = {"welfare": f"/v1/visits/{made}/details", "members": f"/v1/members/{land.subject}/details"}
    await campus.get(row.service, paths[row.service], themself)
    answer = await send(campus, row, who, query=f"?member_id={land.subject}")
    return answer, answer.is_success and bool(answer.json()["items"])


RECORDS: Scenarios = {
    (service, "list_access_records"): Scenario(Kind.READ, list_access_records) for service in ("members", "welfare")
}
