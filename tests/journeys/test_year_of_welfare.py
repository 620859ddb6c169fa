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
from tests.integration.granting import APPLICATIONS, application_body, attach
from tests.integration.scenarios.mutual_aid import plan_body
from tests.integration.scenarios.pairings import pairing_body
from tests.integration.scenarios.service_cards import card_number
from tests.journeys.the_year import THE_YEAR, Calendar
from tests.rosters import College as Roster
from tests.rosters import xlsx

Bearer = Mapping[str, str]

YEAR = THE_YEAR["welfare"]
STAFF = 200
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
    """Staff in one faculty; whoever decides is of no faculty, and nobody's spouse."""

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


async def grant_all(college: College, calendar: Calendar) -> None:
    """Asked for and decided in January, after the notice paid."""
    given = YEAR["hardship_grants"]
    members = college.staff[150 : 150 + given["recipients"]["value"]]
    round_ = {
        "unit_id": college.school,
        "title": "大病、住院和困难补助",
        "kinds": ["serious_illness", "hospital_stay", "hardship"],
        "opens_on": "2022-01-05",
        "closes_on": "2022-01-31",
    }
    round_id = (await college.post("/v1/hardship-rounds", round_, college.officer))["id"]
    made = []
    for member, amount in zip(members, shares(fen(given["total_amount"]["value"]), len(members)), strict=True):
        asked = await college.post(
            APPLICATIONS, application_body(round_id, asked_fen=amount), college.campus.issuer.bearer(member)
        )
        path = f"{APPLICATIONS}/{asked['id']}"
        await attach(college.campus, asked["id"], college.campus.issuer.bearer(member))
        minutes = {"met_on": "2022-01-06", "document": "工会委员会纪要〔2022〕1号"}
        for step, body, who in (
            ("submissions", None, college.campus.issuer.bearer(member)),
            ("supports", {"published_on": "2022-01-06", "text": "情况属实"}, college.officer),
            ("gradings", {"grade": "A", "proposed_fen": amount}, college.officer),
            ("grants", {**minutes, "amount_fen": amount}, college.officer),
        ):
            await college.post(f"{path}/{step}", body, who, status=200)
        made.append(path)
    calendar.turn("2022-01-20")
    for path in made:

        async def approved(path: str = path) -> bool:
            return bool((await college.campus.get("welfare", path, college.officer))["state"] == "approved")

        await until(approved, what="the end of the notice")
        await college.post(f"{path}/payments", None, college.finance, status=200)


async def aid_cards_and_pairings(college: College) -> None:
    """Claims of mutual aid that were paid, cards for new staff, mentors with their students."""
    officer, insured = college.officer, college.staff[180 : 180 + YEAR["city_mutual_aid_for_hospital_stays"]["value"]]
    plan = (await college.post("/v1/aid-plans", plan_body(), officer))["id"]
    await college.post(f"/v1/aid-plans/{plan}/enrolment-batches", {"member_ids": insured}, officer, status=200)
    for member in insured:
        claim = {"member_id": member, "plan_id": plan, "matter": "hospital_stay", "happened_on": "2022-05-20"}
        made = (await college.post("/v1/aid-claims", {**claim, "asked_fen": 100_000}, officer))["id"]
        paid = {"paid_fen": 80_000, "paid_on": "2022-07-01"}
        for step, body in (("submissions", None), ("acceptances", None), ("payments", paid)):
            await college.post(f"/v1/aid-claims/{made}/{step}", body, officer, status=200)
    new_staff = college.staff[: YEAR["service_cards_issued_to_new_staff"]["value"]]
    batch = f"/v1/card-batches/{(await college.post('/v1/card-batches', {}, officer))['id']}"
    answers = [{"member_id": member, "card_number": card_number()} for member in new_staff]
    await college.post(f"{batch}/applications", {"member_ids": new_staff}, officer, status=200)
    await college.post(f"{batch}/submissions", None, officer, status=200)
    await college.post(f"{batch}/answers", {"on": "2022-07-10", "answers": answers}, officer, status=200)
    mentors = college.staff[100 : 100 + YEAR["pairings"]["mentors"]["value"]]
    for number in range(YEAR["pairings"]["students"]["value"]):
        await college.post("/v1/pairings", pairing_body(mentors[number % len(mentors)]), officer)


async def hand_out(college: College, calendar: Calendar, occasion: str, month: int, price_fen: int) -> None:
    """A drive for everybody, by a decision of the committee: announced, picked up by lists, reconciled."""
    calendar.turn(f"2022-{month:02}-01")
    decision = {
        "decided_on": f"2022-{month:02}-01",
        "subject": "职工福利",
        "document": f"工会委员会纪要〔2022〕{month}号",
        "granted_fen": price_fen * STAFF,
    }
    decision_id = (await college.post("/v1/fund-decisions", decision, college.officer))["id"]
    plan = {
        "unit_id": None,
        "occasion": occasion,
        "title": "职工福利",
        "packages": [{"name": "福利品", "price_fen": price_fen, "default": True}],
        "snapshot_on": f"2022-{month:02}-01",
        "choose_by": f"2022-{month:02}-05T12:00:00+08:00",
        "remind_days": None,
        "pick_up_from": f"2022-{month:02}-06",
        "pick_up_until": f"2022-{month:02}-20",
    }
    drive = (await college.post("/v1/benefit-drives", plan, college.officer))["id"]

    async def reach(state: str) -> None:
        async def reached() -> bool:
            found = await college.campus.get("welfare", f"/v1/benefit-drives/{drive}", college.officer)
            return bool(found["state"] == state)

        await until(reached, seconds=60, what=f"{state} of {occasion}")

    await reach("frozen")
    body = {"decision_id": decision_id}
    await college.post(f"/v1/benefit-drives/{drive}/announcements", body, college.officer, status=200)
    calendar.turn(f"2022-{month:02}-06")
    await reach("handing_out")
    rows = [{"member_id": member} for member in college.staff]
    listed = {"drive_id": drive, "unit_id": college.school, "rows": rows}
    await college.post("/v1/pick-up-lists", listed, college.officer)
    await college.post(f"/v1/benefit-drives/{drive}/reconciliations", {}, college.officer, status=200)


async def give_vouchers(college: College, calendar: Calendar, value_fen: int) -> None:
    """For a birthday cake: to everybody in the month of theirs, and used."""
    calendar.turn("2022-01-10")
    decision = {
        "decided_on": "2022-01-10",
        "subject": "生日蛋糕券",
        "document": "工会委员会纪要〔2022〕2号",
        "granted_fen": value_fen * STAFF,
    }
    decision_id = (await college.post("/v1/fund-decisions", decision, college.officer))["id"]
    plan = {"title": "生日蛋糕券", "year": 2022, "value_fen": value_fen, "valid_days": 90, "most": STAFF}
    drive = (await college.post("/v1/voucher-drives", {**plan, "decision_id": decision_id}, college.officer))["id"]
    for month in (1, 2):
        calendar.turn(f"2022-{month:02}-12")
        half = college.staff[(month - 1) * 100 : month * 100]
        listed = {"drive_id": drive, "unit_id": college.school, "month": month, "member_ids": half}
        await college.post("/v1/voucher-lists", listed, college.officer)
    for voucher in [str(row["_id"]) async for row in college.campus.database("welfare")["vouchers"].find({})]:
        await college.post(f"/v1/vouchers/{voucher}/uses", None, college.officer, status=200)
    await college.post(f"/v1/voucher-drives/{drive}/closings", None, college.officer, status=200)


async def test_the_year_of_welfare_comes_out_to_the_fen(college: College, monkeypatch: pytest.MonkeyPatch) -> None:
    calendar = Calendar(monkeypatch)
    for category, granted in BUDGET_FEN.items():
        envelope = {"year": 2022, "category": category, "granted_fen": granted, "document": "2022年度工会经费预算"}
        await college.post("/v1/envelopes", envelope, college.finance)
    for occasion in VISITS:
        await adopt(college, "visit", occasion, "rights", 150_000, ["money", "goods"])
    await adopt(college, "batch_visit", "", "rights", 30_000, ["goods"])
    # Few stand here for the thousand of a college, and each has as much as five.
    await adopt(college, "benefit", "", "activities", 750_000, ["goods"])
    await adopt(college, "benefit", "birthday", "activities", 50_000, ["goods"])

    calendar.turn("2022-01-06")
    await grant_all(college, calendar)
    await give_vouchers(college, calendar, 50_000)
    await hand_out(college, calendar, "spring_festival", 2, 300_000)
    calendar.turn("2022-05-11")
    await visit_all(college)
    await hand_out(college, calendar, "dragon_boat", 6, 200_000)
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

    calendar.turn("2022-08-01")
    await aid_cards_and_pairings(college)
    await hand_out(college, calendar, "mid_autumn", 9, 200_000)
    await hand_out(college, calendar, "film_tickets", 11, 41_150)
    calendar.turn("2022-12-30")

    visits = await college.figures("visit-figures")
    assert {each["occasion"]: each["paid"] for each in visits["occasions"] if each["paid"]} == VISITS
    assert visits["total"]["amount_fen"] == fen(YEAR["visits"]["total_amount"]["value"])

    batched = {each["occasion"]: each for each in (await college.figures("batch-visit-figures"))["occasions"]}
    assert batched["summer_heat"]["visits"] == heat
    assert batched["on_duty"]["visits"] == on_duty
    assert batched["summer_heat"]["amount_fen"] + batched["on_duty"]["amount_fen"] == sum(together)
    assert batched["epidemic_duty"]["visits"] == epidemic["value"]
    assert batched["epidemic_duty"]["amount_fen"] == fen(epidemic["total_amount_of_goods"])
    grants = await college.figures("hardship-figures")
    assert grants["recipients"] == YEAR["hardship_grants"]["recipients"]["value"]
    assert grants["total_amount_fen"] == fen(YEAR["hardship_grants"]["total_amount"]["value"])
    aid = await college.figures("mutual-aid-figures")
    assert aid["paid_claims"] == YEAR["city_mutual_aid_for_hospital_stays"]["value"]
    cards = await college.figures("service-card-figures")
    assert cards["issued"] == YEAR["service_cards_issued_to_new_staff"]["value"]
    pairings = await college.figures("pairing-figures")
    for who in ("mentors", "students"):
        assert pairings[who] == YEAR["pairings"][who]["value"]
    benefits = await college.figures("benefit-figures")
    assert benefits["drives"] >= YEAR["benefits"]["drives"]["at_least"]
    assert benefits["total_amount_fen"] == fen(YEAR["benefits"]["total_amount"]["value"])
    statement = await college.campus.get("welfare", "/v1/budget-years/2022", college.audit)
    assert statement["large_spendings"]["percent"] == YEAR["major_budgets_decided_by_the_committee_percent"]["value"]
