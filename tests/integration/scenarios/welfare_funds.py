"""How each route of funds and of policies is asked by the matrix of access. What is there belongs to the section."""

from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from deploy.access_table import Row
from shared import clock
from shared.contracts.welfare.funds import Category
from tests.campus import Campus
from tests.integration.land import Asked, Bearer, Kind, Land, Scenario, Scenarios, listing, send
from tests.money import a_year_of_its_own, envelope_body, open_envelope, open_this_year, policy_body, spend

_DOCUMENT = "校工会〔2022〕2号"
_FAR_DAYS = (date(2090, 1, 1) + timedelta(days=day) for day in count())
"""One rule is adopted for a day, and what the others go by is not to change."""


async def _envelope(land: Land) -> str:
    return await land.once("envelope", lambda: open_envelope(land.campus, land.section))


async def _other_envelope(land: Land) -> str:
    """Of the same year."""
    made = await land.campus.database("welfare")["envelopes"].find_one({"_id": UUID(await _envelope(land))})
    assert made is not None
    change: dict[str, Any] = {"year": made["year"], "category": made["category"]}
    return await land.once("another envelope", lambda: open_envelope(land.campus, land.above, **change))


async def open_an_envelope(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=envelope_body(land.section))
    return answer, answer.is_success


async def raise_envelope(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    body = {"amount_fen": 100, "document": _DOCUMENT}
    answer = await send(campus, row, who, ids={"envelope_id": await _envelope(land)}, body=body)
    return answer, answer.is_success


async def move_money(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    body = {"to_envelope_id": await _other_envelope(land), "amount_fen": 100, "document": _DOCUMENT}
    answer = await send(campus, row, who, ids={"envelope_id": await _envelope(land)}, body=body)
    return answer, answer.is_success


async def list_envelopes(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await _envelope(land)
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def get_envelope(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"envelope_id": await _envelope(land)})
    return answer, answer.is_success


def _decision_body() -> dict[str, Any]:
    return {
        "decided_on": "2022-03-01",
        "subject": "端午节福利",
        "document": "工会委员会纪要〔2022〕4号",
        "granted_fen": 10_000_000,
    }


async def _decision(land: Land) -> str:
    made = await land.campus.post("welfare", "/v1/fund-decisions", _decision_body(), land.campus.officer)
    return str(made["id"])


async def record_decision(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=_decision_body())
    return answer, answer.is_success


async def list_decisions(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("fund decision", lambda: _decision(land))
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def _spending(land: Land) -> str:
    """What it is for has routes of its own: the money alone is asked for here."""

    async def make() -> str:
        await open_this_year(land.campus, land.section, Category.INSTITUTIONS, 1_000_000)
        stores = land.campus.running["welfare"].stores
        return str((await spend(stores, land.section, 60_000, Category.INSTITUTIONS)).id)

    return await land.once("spending", make)


async def list_spendings(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await _spending(land)
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def get_spending(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"spending_id": await _spending(land)})
    return answer, answer.is_success


async def list_journal(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await _spending(land)
    entry = await campus.database("welfare")["journal"].find_one({"spending_id": UUID(made)})
    assert entry is not None
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(str(entry["_id"]), answer)


async def _policy(land: Land) -> str:
    body = policy_body(land.section)
    return str((await land.campus.post("welfare", "/v1/policies", body, land.campus.officer))["id"])


async def adopt_policy(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=policy_body(land.section, effective_from=next(_FAR_DAYS).isoformat()))
    return answer, answer.is_success


async def list_policies(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("policy", lambda: _policy(land))
    answer = await send(campus, row, who, query="?limit=200&kind=visit")
    return answer, listing(made, answer)


async def get_policy(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("policy", lambda: _policy(land))
    answer = await send(campus, row, who, ids={"policy_id": made})
    return answer, answer.is_success


async def get_applicable(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("policy", lambda: _policy(land))
    query = f"?kind=visit&unit_id={land.section}&day={clock.campus_day(clock.now())}"
    answer = await send(campus, row, who, query=query)
    return answer, answer.is_success and answer.json()["id"] == made


def _rule_body() -> dict[str, Any]:
    return {"effective_from": next(_FAR_DAYS).isoformat(), "source": _DOCUMENT, "decision_above_fen": 3_000_000}


async def _rule(land: Land) -> str:
    return str((await land.campus.post("welfare", "/v1/fund-rules", _rule_body(), land.campus.officer))["id"])


async def adopt_rule(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=_rule_body())
    return answer, answer.is_success


async def list_rules(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("fund rule", lambda: _rule(land))
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def _year(land: Land) -> str:
    """With an envelope, and nothing reserved."""
    year = a_year_of_its_own()
    await open_envelope(land.campus, land.section, year=year, category="rights")
    return str(year)


async def read_statement(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("budget year", lambda: _year(land))
    answer = await send(campus, row, who, ids={"year": made})
    return answer, answer.is_success


async def close_year(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    """Who is not to get through leaves it open."""
    made = await land.once("year to be closed", lambda: _year(land))
    answer = await send(campus, row, who, ids={"year": made})
    if answer.is_success:
        del land.made["year to be closed"]
    return answer, answer.is_success


async def export_ledger(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("budget year", lambda: _year(land))
    answer = await send(campus, row, who, query=f"?year={made}")
    return answer, answer.is_success


WELFARE_FUNDS: Scenarios = {
    ("welfare", "open_envelope"): Scenario(Kind.CREATE, open_an_envelope),
    ("welfare", "raise_envelope"): Scenario(Kind.CHANGE, raise_envelope),
    ("welfare", "move_between_envelopes"): Scenario(Kind.CHANGE, move_money),
    ("welfare", "list_envelopes"): Scenario(Kind.LIST, list_envelopes),
    ("welfare", "get_envelope"): Scenario(Kind.READ, get_envelope),
    ("welfare", "read_budget_statement"): Scenario(Kind.READ, read_statement),
    ("welfare", "close_budget_year"): Scenario(Kind.CHANGE, close_year),
    ("welfare", "export_ledger"): Scenario(Kind.READ, export_ledger),
    ("welfare", "record_fund_decision"): Scenario(Kind.CREATE, record_decision),
    ("welfare", "list_fund_decisions"): Scenario(Kind.LIST, list_decisions),
    ("welfare", "list_spendings"): Scenario(Kind.LIST, list_spendings),
    ("welfare", "get_spending"): Scenario(Kind.READ, get_spending),
    ("welfare", "list_journal_entries"): Scenario(Kind.LIST, list_journal),
    ("welfare", "adopt_spending_policy"): Scenario(Kind.CREATE, adopt_policy),
    ("welfare", "list_policies"): Scenario(Kind.LIST, list_policies),
    ("welfare", "get_policy"): Scenario(Kind.READ, get_policy),
    ("welfare", "get_applicable_policy"): Scenario(Kind.READ, get_applicable),
    ("welfare", "adopt_rule_of_funds"): Scenario(Kind.CREATE, adopt_rule),
    ("welfare", "list_fund_rules"): Scenario(Kind.LIST, list_rules),
}
