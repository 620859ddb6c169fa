"""How each route of welfare is asked by the matrix of access."""

from deploy.access_table import Row
from tests.campus import Campus
from tests.integration.land import DAY, Asked, Bearer, Kind, Land, Scenario, Scenarios, listing, send


async def visit(land: Land) -> str:
    body = visit_body(land)
    return str((await land.campus.post("welfare", "/v1/visits", body, land.campus.officer))["id"])


def visit_body(land: Land) -> dict[str, object]:
    return {
        "member_id": land.subject,
        "occasion": "hospitalised",
        "visited_on": DAY,
        "visitor_ids": [land.caller],
        "form": "money",
        "amount_fen": 60000,
    }


async def log_visit(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=visit_body(land))
    return answer, answer.is_success


async def list_visits(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("visit", lambda: visit(land))
    answer = await send(campus, row, who, query=f"?member_id={land.subject}&limit=200")
    return answer, listing(made, answer)


async def get_visit(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("visit", lambda: visit(land))
    query = "?purpose=handling" if row.path.endswith("/details") else ""
    answer = await send(campus, row, who, ids={"visit_id": made}, query=query)
    return answer, answer.is_success


WELFARE: Scenarios = {
    ("welfare", "log_visit"): Scenario(Kind.CREATE, log_visit),
    ("welfare", "list_visits"): Scenario(Kind.LIST, list_visits),
    ("welfare", "get_visit"): Scenario(Kind.READ, get_visit),
    ("welfare", "read_visit_details"): Scenario(Kind.READ, get_visit),
}
