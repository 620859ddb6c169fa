"""How each route of reports is asked by the matrix of access."""

from deploy.access_table import Row
from tests.campus import Campus
from tests.integration.land import Asked, Bearer, Kind, Land, Scenario, Scenarios, send


async def count_events(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, query="?year=2022")
    return answer, answer.is_success


REPORTS: Scenarios = {("reports", "count_events"): Scenario(Kind.READ, count_events)}
