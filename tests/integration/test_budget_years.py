"""A year of money: what became of it, its closing, and the ledger that the audit committee takes away."""

import asyncio
import io
from typing import Any
from urllib.parse import unquote
from uuid import UUID, uuid4

import pytest
from python_calamine import CalamineWorkbook

from services.welfare import paying
from services.welfare.domain.spendings import Spending
from services.welfare.errors.funds import EnvelopeIsClosed
from services.welfare.exports.ledger import JOURNAL, SPENDINGS
from services.welfare.store import WelfareStores
from shared.contracts.welfare.funds import Category
from shared.contracts.welfare.policies import SpendingKind
from shared.roles import Role
from tests.campus import EVERYWHERE, Campus
from tests.integration.conftest import People
from tests.money import a_year_of_its_own, envelope_body, open_envelope, order, spend, together, treasurer, within

GRANTED = 10_000_000


def stores_of(campus: Campus) -> WelfareStores:
    found: WelfareStores = campus.running["welfare"].stores
    return found


async def a_year(campus: Campus, people: People) -> int:
    """With an envelope of the faculty for activities, and one of the school for welfare."""
    year = a_year_of_its_own()
    for unit, category in ((people.faculty, "activities"), (None, "rights")):
        await open_envelope(campus, unit, year=year, category=category, granted_fen=GRANTED)
    return year


async def move(campus: Campus, spending: Spending, how: Any, year: int, *given: Any) -> Spending:
    command = order(within(year))
    return await together(await how(stores_of(campus), spending.id, *given, command), command)


async def close(campus: Campus, year: int, *, status: int = 200) -> dict[str, Any]:
    return await campus.post("welfare", f"/v1/budget-years/{year}/closings", None, treasurer(campus), status=status)


async def test_the_statement_has_each_category_and_a_trial_balance(campus: Campus, people: People) -> None:
    year = await a_year(campus, people)
    body = {"decided_on": "2022-03-01", "subject": "运动会", "document": "纪要", "granted_fen": GRANTED}
    decision = await campus.post("welfare", "/v1/fund-decisions", body, campus.officer)
    stores, at = stores_of(campus), within(year)
    paid = await spend(stores, people.section, 3_000_000, at=at, decision_id=UUID(decision["id"]))
    await move(campus, paid, paying.commit, year)
    await spend(stores, people.faculty, 50_000, Category.RIGHTS, at=at)

    found = await campus.get("welfare", f"/v1/budget-years/{year}", treasurer(campus))

    figures = {
        row["category"]: [row[f"{name}_fen"] for name in ("granted", "reserved", "spent", "available")]
        for row in found["categories"]
    }
    assert figures == {
        "activities": [GRANTED, 0, 3_000_000, GRANTED - 3_000_000],
        "rights": [GRANTED, 50_000, 0, GRANTED - 50_000],
    }
    balance = found["trial_balance"]
    assert balance["debit_fen"] == balance["credit_fen"] == 2 * GRANTED + 2 * 3_000_000 + 50_000
    assert [row["account"] for row in balance["accounts"]] == ["appropriation", "available", "reserved", "spent"]
    assert found["large_spendings"] == {"count": 1, "decided": 1, "percent": 100.0}


async def test_a_year_is_closed_when_nothing_is_reserved_and_nothing_moves_after_it(
    campus: Campus, people: People
) -> None:
    year = await a_year(campus, people)
    stores, at = stores_of(campus), within(year)
    spending = await spend(stores, people.section, 50_000, at=at)
    refused = await close(campus, year, status=409)
    paid = await move(campus, spending, paying.commit, year)

    closed = await close(campus, year)

    assert (refused["type"].split(":")[-1], refused["reserved_fen"]) == ("reservations-open", 50_000)
    assert (closed["year"], closed["state"]) == (year, "closed")
    with pytest.raises(EnvelopeIsClosed):
        await spend(stores, people.section, 1, at=at)
    with pytest.raises(EnvelopeIsClosed):
        await together(await paying.refund(stores, paid.id, 1, order(at)), order(at))
    late = envelope_body(people.other_faculty, year=year, category="other")
    for told in (
        await campus.post("welfare", "/v1/envelopes", late, treasurer(campus), status=409),
        await close(campus, year, status=409),
    ):
        assert told["type"].endswith("envelope-is-closed")
    page = await campus.get("welfare", f"/v1/envelopes?year={year}", treasurer(campus))
    assert [item["state"] for item in page["items"]] == ["closed", "closed"]
    entries = await campus.get("welfare", f"/v1/journal-entries?year={year}", treasurer(campus))
    assert [entry["movement"] for entry in entries["items"]] == ["paid", "reserved", "granted", "granted"]
    statement = await campus.get("welfare", f"/v1/budget-years/{year}", treasurer(campus))
    assert (statement["state"], statement["large_spendings"]["percent"]) == ("closed", None)


async def test_no_envelope_is_opened_behind_a_closing(campus: Campus, people: People) -> None:
    year = await a_year(campus, people)
    bodies = [envelope_body(people.section, year=year, category=each.value) for each in Category]

    told = await asyncio.gather(
        *(campus.http["welfare"].post("/v1/envelopes", json=body, headers=treasurer(campus)) for body in bodies[:3]),
        campus.http["welfare"].post(f"/v1/budget-years/{year}/closings", headers=treasurer(campus)),
        *(campus.http["welfare"].post("/v1/envelopes", json=body, headers=treasurer(campus)) for body in bodies[3:]),
    )

    closing = told[3]
    if closing.status_code == 409:
        assert closing.json()["type"].endswith("budget-year-moved-on")
        await close(campus, year)
    page = await campus.get("welfare", f"/v1/envelopes?year={year}", treasurer(campus))
    opened = [answer for answer in (*told[:3], *told[4:]) if answer.status_code == 201]
    assert [item["state"] for item in page["items"]] == ["closed"] * (2 + len(opened))


async def test_a_year_without_a_budget_is_not_there(campus: Campus) -> None:
    year = a_year_of_its_own()

    await campus.get("welfare", f"/v1/budget-years/{year}", treasurer(campus), status=404)

    await close(campus, year, status=404)


async def test_the_ledger_is_taken_away_by_the_audit_committee(campus: Campus, people: People) -> None:
    year = await a_year(campus, people)
    stores, at = stores_of(campus), within(year)
    command = order(at)
    policy = await stores.policies.judging(SpendingKind.BENEFIT, "birthday", UUID(people.section), command.at.date())
    wanted = paying.Wanted(
        kind=SpendingKind.BENEFIT,
        subject_id=uuid4(),
        unit_id=UUID(people.section),
        amount_fen=20_050,
        policy=policy,
        member_id=UUID(people.in_section),
    )
    spending = await together(await paying.reserve(stores, wanted, command), command)
    auditor = campus.issuer.bearer(uuid4(), (Role.AUDIT_COMMITTEE, EVERYWHERE))

    answer = await campus.http["welfare"].get(f"/v1/ledger-exports?year={year}", headers=auditor)

    assert answer.status_code == 200, answer.text
    assert unquote(answer.headers["content-disposition"].rpartition("UTF-8''")[2]) == f"{year}年账簿.xlsx"
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    journal: list[list[Any]] = workbook.get_sheet_by_name("记账凭证").to_python()
    spendings: list[list[Any]] = workbook.get_sheet_by_name("支出").to_python()
    assert (tuple(journal[0]), tuple(spendings[0])) == (JOURNAL, SPENDINGS)
    debit, credit = (JOURNAL.index(name) for name in ("借方（元）", "贷方（元）"))
    assert sum(row[debit] or 0 for row in journal[1:]) == sum(row[credit] or 0 for row in journal[1:]) == 200_200.5
    (row,) = (dict(zip(SPENDINGS, row, strict=True)) for row in spendings[1:])
    assert (row["支出编号"], row["类型"], row["状态"]) == (str(spending.id), "福利品", "已预留")
    assert (row["批准金额（元）"], row["标准内余额（元）"]) == (200.5, 99.5)
    assert "总工办发〔2017〕32号" in row["标准依据"]
