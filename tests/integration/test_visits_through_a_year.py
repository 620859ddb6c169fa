"""A cap that changes in mid-year: what was made before is judged by the old one, what comes after it by the new one."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from deploy.local.infrastructure import Infrastructure
from shared.roles import Role
from tests.campus import Campus, Issuer
from tests.journeys.the_year import Calendar
from tests.visits import adopt


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    return Calendar(monkeypatch)


@pytest.fixture
async def own(infrastructure: Infrastructure, issuer: Issuer, calendar: Calendar) -> AsyncIterator[Campus]:
    async with Campus(infrastructure, issuer) as opened:
        yield opened


async def test_a_visit_is_judged_by_the_cap_of_its_day(own: Campus, calendar: Calendar) -> None:
    unit = await own.unit()
    member, visitor = await own.member(unit), await own.member(unit)
    for each in (member, visitor):
        await own.heard_of("welfare", each)
    school: Any = None
    calendar.turn("2022-06-20")
    new = await adopt(own, school, (Role.UNION_OFFICER, 0), effective_from="2022-07-01", cap_per_occasion_fen=200_000)

    async def log(day: str, amount_fen: int, *, status: int = 201) -> dict[str, Any]:
        body = {
            "member_id": member,
            "occasion": "hospitalised",
            "visited_on": day,
            "visitor_ids": [visitor],
            "form": "money",
            "amount_fen": amount_fen,
        }
        return await own.post("welfare", "/v1/visits", body, own.officer, status=status)

    async def policy_of(visit: dict[str, Any]) -> str:
        found = await own.get("welfare", f"/v1/visits/{visit['id']}/details?purpose=audit", own.officer)
        return str(found["policy_id"])

    calendar.turn("2022-06-30")
    before = await log("2022-06-30", 100_000)
    refused = await log("2022-06-30", 100_001, status=409)
    calendar.turn("2022-07-05")
    late = await log("2022-06-30", 100_001, status=409)
    after = await log("2022-07-01", 200_000)
    above = await log("2022-07-01", 200_001, status=409)

    assert [each["cap_fen"] for each in (refused, late, above)] == [100_000, 100_000, 200_000]
    assert await policy_of(after) == new
    assert await policy_of(before) != new
