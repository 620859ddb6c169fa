"""How each route of figures, exports and forms that are alike is asked by the matrix of access."""

from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.access_table import Row
from shared.sheets import open_sheet
from tests.campus import Campus
from tests.integration.land import Asked, Bearer, Kind, Land, Scenario, Scenarios, send
from tests.integration.scenarios.proposals import proposal


async def one_proposal(land: Land) -> str:
    return await land.once("proposal", lambda: proposal(land))


async def read_proposal_statistics(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    await one_proposal(land)
    answer = await send(campus, row, who, query=f"?call_id={land.congress.call}")
    return answer, answer.is_success and answer.json()["forms"]["collected"] > 0


async def export_proposal_sheet(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await one_proposal(land)
    answer = await send(campus, row, who, query=f"?call_id={land.congress.call}")
    return answer, answer.is_success and made in ids_in(answer.content)


async def export_proposal_collection(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, query=f"?call_id={land.congress.call}")
    return answer, answer.is_success


async def find_similar_proposals(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"proposal_id": await one_proposal(land)})
    return answer, answer.is_success


def ids_in(workbook: bytes) -> set[object]:
    """What is in the first column of the first sheet."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        path.write_bytes(workbook)
        with open_sheet(path) as sheet:
            return {row.cells[0] for row in sheet.rows()}


PROPOSAL_FIGURES: Scenarios = {
    ("proposals", "read_proposal_statistics"): Scenario(Kind.LIST, read_proposal_statistics),
    ("proposals", "export_proposal_sheet"): Scenario(Kind.LIST, export_proposal_sheet),
    ("proposals", "export_proposal_collection"): Scenario(Kind.READ, export_proposal_collection),
    ("proposals", "find_similar_proposals"): Scenario(Kind.READ, find_similar_proposals),
}
