"""Every role on every route, in every scope that matters: what is inside one's reach answers, the rest is not found.

Roles come by the token and by the roster; accounts of other systems with the permit of the route alone, and with all
the others. What is expected is worked out here from the table of rules alone; what is asked goes through the running
services.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

import httpx
import pytest

from deploy.access_table import routes
from shared.access import Reach
from shared.roles import Role
from tests.campus import Campus
from tests.integration.land import Held, Kind, Land, lay_out
from tests.integration.scenarios import SCENARIOS

ROWS = {(row.service, row.name): row for row in routes()}
SCOPES = ("school", "above", "elsewhere")


def test_every_route_is_in_the_matrix_and_nothing_else_is() -> None:
    assert set(SCENARIOS) == set(ROWS)


class Outcome(StrEnum):
    INSIDE = "inside"
    OUTSIDE = "outside"
    REFUSED = "refused"


def expected(rules: Mapping[Role, Reach], role: Role, scope: str, *, own: bool) -> Outcome:
    """Everybody is a member too, for the whole school, but for the accounts of other systems."""
    found = Outcome.REFUSED
    beside = () if role is Role.SERVICE_ACCOUNT else ((Role.MEMBER, "school"),)
    for held, at in ((role, scope), *beside):
        reach = rules.get(held)
        if reach is None or (reach is Reach.SCHOOL and at != "school"):
            continue
        inside = (
            reach in (Reach.EVERYTHING, Reach.SCHOOL)
            or (reach is Reach.SCOPE and at != "elsewhere")
            or (reach is Reach.OWN and own)
        )
        if inside:
            return Outcome.INSIDE
        found = Outcome.OUTSIDE
    return found


def asked(rules: Mapping[Role, Reach]) -> Iterator[tuple[Role, str]]:
    """A role that the rules do not name is held for the whole school: where it reaches furthest, and gives nothing."""
    for role in Role:
        for scope in SCOPES if role in rules else SCOPES[:1]:
            yield role, scope


@pytest.fixture(scope="module")
async def land(campus: Campus) -> Land:
    return await lay_out(campus)


@pytest.mark.parametrize(("service", "name"), sorted(ROWS), ids=[f"{s} {n}" for s, n in sorted(ROWS)])
async def test_a_route_answers_those_within_reach_and_nobody_else(
    campus: Campus, land: Land, service: str, name: str
) -> None:
    row, scenario = ROWS[service, name], SCENARIOS[service, name]
    rules = row.rules.access.rules
    wrong = []
    for role, scope in asked(rules):
        outcome = expected(rules, role, scope, own=scenario.kind in (Kind.OWN_LIST, Kind.CREATE_OWN))
        for how, who in land.holders(role, scope, row.rules.access.permit).items():
            if role not in rules and how is Held.BY_THE_ROSTER:
                # What gives nothing gives nothing whoever says so: how the roster is read, the named roles show.
                continue
            due = Outcome.REFUSED if how is Held.BY_ANOTHER_PERMIT else outcome
            answer, there = await scenario.ask(campus, land, row, who)
            if told := complaint(scenario.kind, due, answer, there):
                wrong.append(f"{role} in {scope} {how} is {due}: {told}")
    for role, reach in rules.items():
        if role is not Role.SERVICE_ACCOUNT and reach in (Reach.OWN, Reach.EVERYTHING):
            outcome = Outcome.INSIDE if scenario.own_is_theirs or reach is Reach.EVERYTHING else Outcome.OUTSIDE
            answer, there = await scenario.ask(campus, land, row, land.themself(role))
            if told := complaint(scenario.kind, outcome, answer, there):
                wrong.append(f"the person themself as {role} is {outcome}: {told}")
    assert wrong == []


def complaint(kind: Kind, outcome: Outcome, answer: httpx.Response, there: bool) -> str:
    """What is wrong with the answer; empty where nothing is."""
    problem = answer.json().get("type", "").rpartition(":")[2] if answer.status_code >= 400 else ""
    told = f"{answer.status_code} {problem}"
    if outcome is Outcome.REFUSED:
        return "" if told == "403 role-missing" else told
    if kind in (Kind.LIST, Kind.OWN_LIST):
        seen = answer.status_code == 200 and there
        fits = answer.status_code == 200 and there == (outcome is Outcome.INSIDE)
        return "" if fits else f"{told}, {'seen' if seen else 'not seen'}"
    if outcome is Outcome.INSIDE:
        return "" if answer.is_success else told
    if kind in (Kind.CREATE, Kind.CREATE_OWN):
        return "" if told == "403 outside-your-units" else told
    return "" if told == "404 nothing-here" else told
