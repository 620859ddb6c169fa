"""How each route of events is asked by the matrix of access."""

from deploy.access_table import Row
from tests.campus import Campus
from tests.integration.land import DAY, Asked, Bearer, Kind, Land, Scenario, Scenarios, listing, send


def award_body(land: Land) -> dict[str, object]:
    return {
        "member_id": land.subject,
        "title": "学习达人",
        "level": "college",
        "granted_on": DAY,
        "document": "校工会〔2022〕1号",
    }


async def award(land: Land) -> str:
    return str((await land.campus.post("events", "/v1/awards", award_body(land), land.campus.officer))["id"])


async def grant_award(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=award_body(land))
    return answer, answer.is_success


async def list_awards(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("award", lambda: award(land))
    answer = await send(campus, row, who, query=f"?member_id={land.subject}&limit=200")
    return answer, listing(made, answer)


async def get_award(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("award", lambda: award(land))
    answer = await send(campus, row, who, ids={"award_id": made})
    return answer, answer.is_success


EVENTS: Scenarios = {
    ("events", "grant_award"): Scenario(Kind.CREATE, grant_award),
    ("events", "list_awards"): Scenario(Kind.LIST, list_awards),
    ("events", "get_award"): Scenario(Kind.READ, get_award),
}
