"""How each route of proposals is asked by the matrix of access."""

from deploy.access_table import Row
from shared.roles import Role
from tests.campus import Campus
from tests.integration.land import Asked, Bearer, Kind, Land, Scenario, Scenarios, listing, send


def proposal_body(land: Land) -> dict[str, object]:
    return {
        "title": "关于增设母婴室的提案",
        "grounds": "案由",
        "suggestion": "建议",
        "category": "other",
        "seconder_ids": land.delegates,
    }


async def proposal(land: Land) -> str:
    return str(
        (await land.campus.post("proposals", "/v1/proposals", proposal_body(land), land.themself(Role.DELEGATE)))["id"]
    )


async def file_proposal(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=proposal_body(land))
    return answer, answer.is_success


async def list_proposals(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("proposal", lambda: proposal(land))
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def get_proposal(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("proposal", lambda: proposal(land))
    answer = await send(campus, row, who, ids={"proposal_id": made})
    return answer, answer.is_success


async def withdraw_proposal(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"proposal_id": await proposal(land)})
    return answer, answer.is_success


PROPOSALS: Scenarios = {
    ("proposals", "file_proposal"): Scenario(Kind.CREATE_OWN, file_proposal),
    ("proposals", "list_proposals"): Scenario(Kind.LIST, list_proposals),
    ("proposals", "get_proposal"): Scenario(Kind.READ, get_proposal),
    ("proposals", "withdraw_proposal"): Scenario(Kind.CHANGE, withdraw_proposal),
}
