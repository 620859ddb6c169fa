"""Mutual aid on the running system: a list of members enrolled, a claim from its record to its payment, the figures."""

import asyncio
import io
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts.welfare.aid import AidMatter
from shared.roles import Role
from shared.sheets import write_sheet
from tests.campus import Campus, until
from tests.integration.conftest import People
from tests.integration.scenarios.mutual_aid import plan_body

SEALED = ("matter", "happened_on", "asked_fen", "refusal_text", "paid_fen")


def xlsx(header: list[str], rows: list[list[Any]]) -> bytes:
    target = io.BytesIO()
    write_sheet(target, header, rows)
    return target.getvalue()


async def staff_number(campus: Campus, member: str) -> str:
    """The one of a member whom a list in welfare can name by it."""
    found = await campus.get("members", f"/v1/members/{member}", campus.administrator)
    rows = campus.database("welfare")["staff_numbers"]
    await until(lambda: rows.find_one({"_id": UUID(member)}), what="the staff number")
    return str(found["staff_number"])


class Scheme:
    """One of its own for a test, with a member enrolled in it."""

    def __init__(self, campus: Campus, people: People) -> None:
        self.campus, self.people = campus, people
        self.member = people.in_section
        self.id = ""

    async def open(self, **change: Any) -> "Scheme":
        body = plan_body(**change)
        self.id = str((await self.campus.post("welfare", "/v1/aid-plans", body, self.campus.officer))["id"])
        await self.enrol([self.member])
        return self

    async def enrol(self, members: list[str], who: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
        path, body = f"/v1/aid-plans/{self.id}/enrolment-batches", {"member_ids": members, **more}
        return await self.campus.post("welfare", path, body, who or self.campus.officer, status=200)

    async def enrolments(self) -> dict[str, dict[str, Any]]:
        listed = await self.campus.get(
            "welfare", f"/v1/aid-enrolments?plan_id={self.id}&limit=200", self.campus.officer
        )
        return {item["member_id"]: item for item in listed["items"]}

    def claim_body(self, **change: Any) -> dict[str, Any]:
        return {
            "member_id": self.member,
            "plan_id": self.id,
            "matter": "hospital_stay",
            "happened_on": "2022-05-20",
            "asked_fen": 200_000,
            **change,
        }

    async def claim(self, *steps: str, who: dict[str, str] | None = None, **change: Any) -> str:
        body = self.claim_body(**change)
        made = await self.campus.post("welfare", "/v1/aid-claims", body, who or self.campus.officer)
        for step in steps:
            await self.step(str(made["id"]), step)
        return str(made["id"])

    async def step(self, claim: str, step: str, who: dict[str, str] | None = None, status: int = 200) -> dict[str, Any]:
        bodies: dict[str, dict[str, Any]] = {
            "refusals": {"text": "材料不全"},
            "payments": {"paid_fen": 150_000, "paid_on": "2022-07-01"},
        }
        path = f"/v1/aid-claims/{claim}/{step}"
        return await self.campus.post("welfare", path, bodies.get(step), who or self.campus.officer, status=status)

    @property
    def themself(self) -> dict[str, str]:
        return self.campus.issuer.bearer(self.member)


@pytest.fixture
async def scheme(campus: Campus, people: People) -> Scheme:
    return await Scheme(campus, people).open()


async def test_a_list_is_taken_in_row_by_row_and_once_more_changes_nothing(campus: Campus, people: People) -> None:
    scheme = await Scheme(campus, people).open()
    number = await staff_number(campus, people.in_other)
    nobody = str(uuid4())

    first = await scheme.enrol([people.in_section, nobody, *people.delegates], staff_numbers=[number, "X-0"])
    again = await scheme.enrol([people.in_section, nobody, *people.delegates], staff_numbers=[number, "X-0"])

    assert first["counts"] == {"new": 5, "unchanged": 1, "refused": 2}
    assert again["counts"] == {"new": 0, "unchanged": 6, "refused": 2}
    refused = [row for row in first["rows"] if row["outcome"] == "refused"]
    assert [(row["number"], row["reasons"][0]["rule"]) for row in refused] == [
        (2, "member_unknown"),
        (8, "member_unknown"),
    ]
    assert nobody not in str(first)
    assert set(await scheme.enrolments()) == {people.in_section, people.in_other, *people.delegates}


async def test_the_same_request_again_is_answered_as_before(campus: Campus, people: People, scheme: Scheme) -> None:
    keyed = {**campus.officer, "Idempotency-Key": uuid4().hex}

    first = await scheme.enrol([people.in_other], keyed)
    again = await scheme.enrol([people.in_other], keyed)

    assert first == again
    assert first["counts"]["new"] == 1


async def test_a_sheet_is_tried_and_then_taken_in(campus: Campus, people: People, scheme: Scheme) -> None:
    numbers = [await staff_number(campus, member) for member in (people.in_other, people.delegates[0])]
    sheet = xlsx(["姓名", "工号"], [["示例会员", numbers[0]], ["示例会员", numbers[1]], ["某某", numbers[0]]])
    path = f"/v1/aid-plans/{scheme.id}/enrolment-imports"

    dry = await campus.http["welfare"].post(path, content=sheet, headers=campus.officer)
    assert set(await scheme.enrolments()) == {people.in_section}
    done = await campus.http["welfare"].post(f"{path}?dry_run=false", content=sheet, headers=campus.officer)

    assert (dry.json()["id"], dry.json()["counts"]) == (None, {"new": 2, "unchanged": 0, "refused": 1})
    assert done.json()["counts"] == dry.json()["counts"]
    assert [row["reasons"] and row["reasons"][0]["rule"] for row in done.json()["rows"]] == [[], [], "repeats_a_row"]
    assert set(await scheme.enrolments()) == {people.in_section, people.in_other, people.delegates[0]}
    headless = await campus.http["welfare"].post(path, content="姓名\n某某\n".encode(), headers=campus.officer)
    assert (headless.status_code, headless.json()["field"]) == (409, "staff_number")


async def test_a_branch_enrols_its_own_and_nobody_else(people: People, scheme: Scheme) -> None:
    done = await scheme.enrol([people.delegates[1], people.in_other], people.chair, unit_id=people.faculty)

    assert [row["outcome"] for row in done["rows"]] == ["new", "refused"]
    assert done["rows"][1]["member_id"] is None
    path = f"/v1/aid-plans/{scheme.id}/enrolment-batches"
    for unit in (None, people.other_faculty):
        body = {"member_ids": [people.in_other], "unit_id": unit}
        refused = await scheme.campus.post("welfare", path, body, people.chair, status=403)
        assert refused["type"].endswith("outside-your-units")


async def test_nobody_enrols_themself(people: People, scheme: Scheme) -> None:
    done = await scheme.enrol([people.chair_id], people.chair, unit_id=people.faculty)

    assert done["rows"][0]["reasons"][0]["rule"] == "own-case"


async def test_an_enrolment_that_ended_is_brought_back_by_no_list(campus: Campus, scheme: Scheme) -> None:
    enrolment = (await scheme.enrolments())[scheme.member]
    path = f"/v1/aid-enrolments/{enrolment['id']}"
    body = {"on": "2022-05-01", "because": "at_own_wish"}
    ended = await campus.post("welfare", f"{path}/endings", body, campus.officer, status=200)

    again = await scheme.enrol([scheme.member])
    claimed = await campus.post("welfare", "/v1/aid-claims", scheme.claim_body(), campus.officer, status=409)
    resumed = await campus.post("welfare", f"{path}/resumptions", None, campus.officer, status=200)

    assert (ended["state"], resumed["state"], resumed["ended_on"]) == ("ended", "enrolled", None)
    assert again["rows"][0]["reasons"][0]["rule"] == "aid-enrolment-ended-before"
    assert claimed["type"].endswith("aid-day-not-covered")
    await campus.inbox(scheme.member, topic="aid-enrolment-ended")


async def test_a_claim_goes_from_its_record_to_its_payment_and_the_member_hears_of_it(
    campus: Campus, scheme: Scheme
) -> None:
    officer = await campus.member(scheme.people.other_faculty)
    bearer = await campus.role(officer, Role.UNION_OFFICER)
    for service in ("welfare", "notifications"):
        await campus.heard_of(service, officer)
        await campus.heard_of(service, officer, Role.UNION_OFFICER)

    claim = await scheme.claim(who=scheme.themself)
    await campus.inbox(officer, topic="aid-claim-to-submit")
    for step, state in (("submissions", "submitted"), ("acceptances", "accepted"), ("payments", "paid")):
        assert (await scheme.step(claim, step, bearer))["state"] == state

    for topic in ("aid-claim-recorded", "aid-claim-submitted", "aid-claim-accepted", "aid-claim-paid"):
        notice = await campus.inbox(scheme.member, topic=topic)
        assert "住院" not in str(notice)
        assert "1500" not in str(notice)
    path = f"/v1/aid-claims/{claim}"
    assert not set(SEALED) & (await campus.get("welfare", path, bearer)).keys()
    details = await campus.get("welfare", f"{path}/details", scheme.themself)
    assert [details[name] for name in SEALED] == ["hospital_stay", "2022-05-20", 200_000, None, 150_000]


async def test_a_claim_that_is_refused_says_why_to_the_member(campus: Campus, scheme: Scheme) -> None:
    claim = await scheme.claim("submissions", "refusals")

    details = await campus.get("welfare", f"/v1/aid-claims/{claim}/details", scheme.themself)
    assert (details["state"], details["refusal_text"]) == ("refused", "材料不全")
    assert "材料" not in str(await campus.inbox(scheme.member, topic="aid-claim-refused"))
    await scheme.claim("withdrawals", happened_on="2022-05-20")


async def test_nobody_decides_a_claim_of_their_own(campus: Campus, scheme: Scheme) -> None:
    themself = campus.issuer.bearer(scheme.member, (Role.UNION_OFFICER, None))
    claim = await scheme.claim(who=themself)

    for step in ("submissions", "acceptances", "refusals", "payments"):
        refused = await scheme.step(claim, step, themself, status=403)
        assert (refused["type"].rpartition(":")[2], refused["field"]) == ("own-case", "claim_id")


async def test_a_member_claims_for_themself_alone(campus: Campus, people: People, scheme: Scheme) -> None:
    other = campus.issuer.bearer(people.in_other)

    refused = await campus.post("welfare", "/v1/aid-claims", scheme.claim_body(), other, status=403)
    claim = await scheme.claim()

    assert refused["type"].endswith("outside-your-units")
    await scheme.step(claim, "withdrawals", other, status=404)
    assert (await scheme.step(claim, "withdrawals", scheme.themself))["state"] == "withdrawn"


async def test_one_matter_of_one_day_is_claimed_once_also_at_the_same_moment(campus: Campus, scheme: Scheme) -> None:
    body = scheme.claim_body(happened_on="2022-05-21")

    answers = await asyncio.gather(
        *(campus.http["welfare"].post("/v1/aid-claims", json=body, headers=campus.officer) for _ in range(4))
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    (made,) = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["type"].endswith("aid-claimed-already")
    await scheme.step(made, "withdrawals")
    again = await campus.post("welfare", "/v1/aid-claims", body, campus.officer)
    assert again["state"] == "draft"


async def test_a_claim_is_put_right_before_it_is_submitted(campus: Campus, scheme: Scheme) -> None:
    claim = await scheme.claim()
    path = f"/v1/aid-claims/{claim}"
    headers = {**campus.officer, "If-Match": '"1"'}

    answer = await campus.http["welfare"].patch(path, json={"happened_on": "2021-04-01"}, headers=headers)
    stale = await campus.http["welfare"].patch(path, json={"asked_fen": 1}, headers=headers)
    await scheme.step(claim, "submissions")
    late = await campus.http["welfare"].patch(
        path, json={"asked_fen": 1}, headers={**campus.officer, "If-Match": '"3"'}
    )

    assert (answer.status_code, answer.json()["year"]) == (200, 2021)
    assert (stale.status_code, late.status_code) == (412, 409)
    details = await campus.get("welfare", f"{path}/details", scheme.themself)
    assert (details["matter"], details["asked_fen"]) == ("hospital_stay", 200_000)


async def test_what_is_not_covered_or_not_enrolled_is_not_claimed(
    campus: Campus, people: People, scheme: Scheme
) -> None:
    wrong = {
        "aid-matter-not-covered": {"matter": "death"},
        "aid-day-not-covered": {"happened_on": "2009-12-31"},
        "aid-not-enrolled": {"member_id": people.in_other},
        "day-still-to-come": {"happened_on": "2030-01-01"},
    }
    for slug, change in wrong.items():
        refused = await campus.post(
            "welfare", "/v1/aid-claims", scheme.claim_body(**change), campus.officer, status=409
        )
        assert refused["type"].endswith(slug)


async def test_what_is_accepted_or_paid_covers_its_matter_of_its_year(campus: Campus, scheme: Scheme) -> None:
    scheme.member = await campus.member(scheme.people.section)
    await campus.heard_of("welfare", scheme.member)
    await scheme.enrol([scheme.member])
    claims = campus.running["welfare"].stores.aid_claims

    async def covering(matter: AidMatter, year: int) -> bool:
        return bool(await claims.covering(UUID(scheme.member), matter, year))

    claim = await scheme.claim("submissions")
    assert not await covering(AidMatter.HOSPITAL_STAY, 2022)

    for step in ("acceptances", "payments"):
        await scheme.step(claim, step)
        assert await covering(AidMatter.HOSPITAL_STAY, 2022)
    assert not await covering(AidMatter.HOSPITAL_STAY, 2021)
    assert not await covering(AidMatter.SERIOUS_ILLNESS, 2022)
    where = {"member_id": UUID(scheme.member), "year": 2022, "blind.matter": b"", "state": {"$in": ["paid"]}}
    plan = await campus.database("welfare")["aid_claims"].find(where).explain()
    assert "COLLSCAN" not in str(plan)


async def test_what_a_claim_is_about_is_sealed_where_it_is_kept(campus: Campus, scheme: Scheme) -> None:
    claim = await scheme.claim("submissions", "acceptances", "payments", asked_fen=71_717_171)

    for name in await campus.database("welfare").list_collection_names():
        async for document in campus.database("welfare")[name].find({}):
            assert "71717171" not in str(document), name
    kept = await campus.database("welfare")["aid_claims"].find_one({"_id": UUID(claim)})
    assert kept is not None
    assert not set(SEALED) & kept.keys()
    rows = await campus.database("welfare")["outbox"].find({"key": claim.encode()}).to_list(None)
    assert rows
    for row in rows:
        assert not any(word in row["value"] for word in (b"hospital", b"71717171", b"150000", b"2022-05"))


async def test_the_figures_of_a_branch_hide_few_and_those_of_the_school_do_not(campus: Campus) -> None:
    faculty = await campus.unit()
    members = [await campus.member(faculty) for _ in range(6)]
    chair = await campus.member(faculty)
    bearer = await campus.role(chair, Role.BRANCH_CHAIR, faculty)
    for member in (*members, chair):
        await campus.heard_of("welfare", member)
    await campus.heard_of("welfare", chair, Role.BRANCH_CHAIR)
    of_the_faculty = campus.issuer.bearer(uuid4(), (Role.AUDIT_COMMITTEE, faculty))
    year = 2013
    officer, people_of = campus.officer, {"plan": plan_body(covers_from="2013-01-01", covers_until="2013-12-31")}
    plan = (await campus.post("welfare", "/v1/aid-plans", people_of["plan"], officer))["id"]
    body: dict[str, Any] = {"member_ids": members}
    await campus.post("welfare", f"/v1/aid-plans/{plan}/enrolment-batches", body, officer, status=200)

    async def pay(member: str) -> None:
        claim = {"member_id": member, "plan_id": plan, "matter": "accident", "happened_on": "2013-05-01"}
        made = await campus.post("welfare", "/v1/aid-claims", {**claim, "asked_fen": 300_000}, officer)
        payment = {"paid_fen": 100_000, "paid_on": "2013-06-01"}
        for step, given in (("submissions", None), ("acceptances", None), ("payments", payment)):
            await campus.post("welfare", f"/v1/aid-claims/{made['id']}/{step}", given, officer, status=200)

    async def figures(who: dict[str, str]) -> dict[str, Any]:
        return await campus.get("welfare", f"/v1/mutual-aid-figures?year={year}", who)

    for member in members[:4]:
        await pay(member)
    few = await figures(bearer)
    assert (few["claims"]["paid"], few["claims"]["refused"]) == (None, 0)
    assert (few["enrolled"], few["paid_claims"], few["paid_fen"]) == (6, None, None)
    assert (await figures(of_the_faculty))["paid_fen"] is None
    all_of_it = await figures(officer)
    assert (all_of_it["claims"]["paid"], all_of_it["paid_claims"], all_of_it["paid_fen"]) == (4, 4, 400_000)
    await pay(members[4])
    enough = await figures(bearer)
    assert (enough["claims"]["paid"], enough["paid_claims"], enough["paid_fen"]) == (5, 5, 500_000)
    newest, _ = await campus.running["welfare"].foundation.audit.concerning(UUID(members[0]), limit=1, before=None)
    assert [(row["actor"], row["action"], row["purpose"]) for row in newest] == [
        (UUID(chair), "aid_claims.added-up", "statistics")
    ]
