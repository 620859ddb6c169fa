"""The year 2022 of welfare, entered through the APIs as it happened, and asked for in figures."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from uuid import uuid4

import pytest

from deploy.local.infrastructure import Infrastructure
from shared.roles import Role
from tests.campus import Campus, Issuer, until
from tests.journeys.the_year import THE_YEAR, Calendar
from tests.rosters import College as Roster
from tests.rosters import xlsx

Bearer = Mapping[str, str]

YEAR = THE_YEAR["welfare"]
STAFF = 1_000
BUDGET_FEN = {"activities": 250_000_000, "rights": 30_000_000}
VISITS: Mapping[str, int] = {name: each["value"] for name, each in YEAR["visits"].items() if name != "total_amount"}


def fen(yuan: float) -> int:
    return round(yuan * 100)


def shares(total_fen: int, number: int) -> list[int]:
    """The total in so many parts that are as equal as can be."""
    part, rest = divmod(total_fen, number)
    return [part + (place < rest) for place in range(number)]


@dataclass
class College:
    """A thousand of staff in one faculty; whoever decides is of no faculty, and nobody's spouse."""

    campus: Campus
    school: str
    staff: Sequence[str]
    proposer: Bearer
    officer: Bearer
    finance: Bearer
    audit: Bearer

    async def post(self, path: str, body: Any, who: Bearer, *, status: int = 201) -> dict[str, Any]:
        return await self.campus.post("welfare", path, body, who, status=status)

    async def figures(self, of: str) -> dict[str, Any]:
        return await self.campus.get("welfare", f"/v1/{of}?year=2022", self.audit)


@pytest.fixture(scope="module")
async def college(infrastructure: Infrastructure, issuer: Issuer) -> AsyncIterator[College]:
    """On servers of its own names, as it needs a school of its own."""
    async with Campus(infrastructure, issuer) as campus:
        roster = await Roster(campus).open()
        sheet = await roster.upload(xlsx([roster.row(number) for number in range(STAFF)]))
        await roster.run(sheet["id"])
        await roster.run(sheet["id"], "applications")
        rows = campus.database("welfare")["directory_members"]

        async def everybody() -> list[str] | None:
            found = [str(row["_id"]) async for row in rows.find({"unit_id": {"$ne": None}}, {"_id": 1})]
            return found if len(found) == STAFF else None

        staff = await until(everybody, seconds=60, what="the staff in welfare")

        def bearer(role: Role) -> Bearer:
            return campus.issuer.bearer(uuid4(), (role, None))

        proposer, officer = bearer(Role.UNION_OFFICER), bearer(Role.UNION_OFFICER)
        finance, audit = bearer(Role.FINANCE_OFFICER), bearer(Role.AUDIT_COMMITTEE)
        yield College(campus, await campus.school(), staff, proposer, officer, finance, audit)


async def adopt(college: College, kind: str, occasion: str, category: str, cap_fen: int, forms: Sequence[str]) -> None:
    """The school's own, as its province allows more than the starting policies do."""
    policy = {
        "kind": kind,
        "occasion": occasion,
        "effective_from": "2022-01-04",
        "source": "校工会〔2022〕1号",
        "category": category,
        "forms": forms,
        "cap_per_occasion_fen": cap_fen,
        "signers": [{"role": "union_officer", "above_fen": 0}],
    }
    await college.post("/v1/policies", policy, college.officer)


async def visit_all(college: College) -> None:
    """Every visit is proposed, signed for by another officer, and paid."""
    occasions = [occasion for occasion, number in VISITS.items() for _ in range(number)]
    amounts = shares(fen(YEAR["visits"]["total_amount"]["value"]), len(occasions))

    async def visit(number: int) -> None:
        body = {
            "member_id": college.staff[number],
            "occasion": occasions[number],
            "visited_on": "2022-05-10",
            "visitor_ids": [college.staff[-1]],
            "form": "goods" if occasions[number] == "retirement" else "money",
            "amount_fen": amounts[number],
        }
        made = await college.post("/v1/visits", body, college.proposer)
        await college.post(f"/v1/visits/{made['id']}/signatures", {}, college.officer, status=200)
        await college.post(f"/v1/visits/{made['id']}/payments", None, college.finance, status=200)

    await asyncio.gather(*(visit(number) for number in range(len(occasions))))


async def visit_together(college: College, occasion: str, amounts_fen: Sequence[int]) -> None:
    """A batch is of one price: there are as many as there are prices."""
    for each_fen, those in itertools.groupby(zip(amounts_fen, college.staff, strict=False), key=itemgetter(0)):
        body = {
            "title": "送清凉与值守慰问",
            "occasion": occasion,
            "goods": "慰问品",
            "unit_price_fen": each_fen,
            "visited_on": "2022-07-20",
            "member_ids": [member for _, member in those],
        }
        made = (await college.post("/v1/batch-visits", body, college.proposer))["id"]
        await college.post(f"/v1/batch-visits/{made}/signatures", {}, college.officer, status=200)
        await college.post(f"/v1/batch-visits/{made}/payments", None, college.finance, status=200)


async def test_the_year_of_welfare_comes_out_to_the_fen(college: College, monkeypatch: pytest.MonkeyPatch) -> None:
    calendar = Calendar(monkeypatch)
    for category, granted in BUDGET_FEN.items():
        envelope = {"year": 2022, "category": category, "granted_fen": granted, "document": "2022年度工会经费预算"}
        await college.post("/v1/envelopes", envelope, college.finance)
    for occasion in VISITS:
        await adopt(college, "visit", occasion, "rights", 150_000, ["money", "goods"])
    await adopt(college, "batch_visit", "", "rights", 30_000, ["goods"])

    calendar.turn("2022-05-11")
    await visit_all(college)
    calendar.turn("2022-07-21")
    batches = YEAR["batch_visits"]
    heat, on_duty = (
        batches[name]["value"] for name in ("summer_heat_and_outdoor_workers", "on_duty_over_spring_festival")
    )
    together = shares(fen(batches["total_amount_of_goods"]["value"]), heat + on_duty)
    epidemic = batches["on_duty_during_the_epidemic"]
    await visit_together(college, "summer_heat", together[:heat])
    await visit_together(college, "on_duty", together[heat:])
    await visit_together(college, "epidemic_duty", shares(fen(epidemic["total_amount_of_goods"]), epidemic["value"]))

    visits = await college.figures("visit-figures")
    assert {each["occasion"]: each["paid"] for each in visits["occasions"] if each["paid"]} == VISITS
    assert visits["total"]["amount_fen"] == fen(YEAR["visits"]["total_amount"]["value"])

    batched = {each["occasion"]: each for each in (await college.figures("batch-visit-figures"))["occasions"]}
    assert batched["summer_heat"]["visits"] == heat
    assert batched["on_duty"]["visits"] == on_duty
    assert batched["summer_heat"]["amount_fen"] + batched["on_duty"]["amount_fen"] == sum(together)
    assert batched["epidemic_duty"]["visits"] == epidemic["value"]
    assert batched["epidemic_duty"]["amount_fen"] == fen(epidemic["total_amount_of_goods"])
