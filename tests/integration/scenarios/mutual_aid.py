"""How each route of mutual aid is asked by the matrix of access. The subject is enrolled, and claims."""

import itertools
from datetime import date, timedelta
from typing import Any

from deploy.access_table import Row
from tests.campus import Campus
from tests.integration.land import DAY, Asked, Bearer, Kind, Land, Scenario, Scenarios, listing, send

_days = itertools.count()
SHEET = "工号\nNOBODY\n"


def plan_body(**change: Any) -> dict[str, Any]:
    return {
        "name": "市总会员住院免费专享保障",
        "matters": ["serious_illness", "hospital_stay", "accident"],
        "premium_fen": 0,
        "covers_from": "2010-01-01",
        "covers_until": "2030-12-31",
        "source": "市总工会〔2022〕3号",
        **change,
    }


async def plan(land: Land) -> str:
    return str((await land.campus.post("welfare", "/v1/aid-plans", plan_body(), land.campus.officer))["id"])


async def one_plan(land: Land) -> str:
    return await land.once("aid plan", lambda: plan(land))


async def enrolment(land: Land) -> str:
    """Of the subject in the one plan."""
    path = f"/v1/aid-plans/{await one_plan(land)}/enrolment-batches"
    await land.campus.post("welfare", path, {"member_ids": [land.subject]}, land.campus.officer, status=200)
    listed = f"/v1/aid-enrolments?plan_id={await one_plan(land)}&member_id={land.subject}"
    (found,) = (await land.campus.get("welfare", listed, land.campus.officer))["items"]
    return str(found["id"])


async def one_enrolment(land: Land) -> str:
    return await land.once("aid enrolment", lambda: enrolment(land))


async def claim_body(land: Land) -> dict[str, Any]:
    await one_enrolment(land)
    day = date(2010, 1, 1) + timedelta(days=next(_days))
    return {
        "member_id": land.subject,
        "plan_id": await one_plan(land),
        "matter": "hospital_stay",
        "happened_on": day.isoformat(),
        "asked_fen": 200_000,
    }


STEPS: dict[str, Any] = {
    "submissions": None,
    "acceptances": None,
    "refusals": {"text": "材料不全"},
    "payments": {"paid_fen": 150_000, "paid_on": DAY},
    "withdrawals": None,
}
BEFORE: dict[str, tuple[str, ...]] = {
    "submissions": (),
    "acceptances": ("submissions",),
    "refusals": ("submissions",),
    "payments": ("submissions", "acceptances"),
    "withdrawals": (),
}


async def claim(land: Land, *steps: str) -> str:
    officer = land.campus.officer
    made = await land.campus.post("welfare", "/v1/aid-claims", await claim_body(land), officer)
    for step in steps:
        path = f"/v1/aid-claims/{made['id']}/{step}"
        await land.campus.post("welfare", path, STEPS[step], officer, status=200)
    return str(made["id"])


async def establish_aid_plan(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=plan_body())
    return answer, answer.is_success


async def list_aid_plans(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("listed aid plan", lambda: plan(land))
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def get_aid_plan(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"plan_id": await one_plan(land)})
    return answer, answer.is_success


async def end_aid_plan(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    body = {"covers_until": "2029-12-31"}
    answer = await send(campus, row, who, ids={"plan_id": await plan(land)}, body=body)
    return answer, answer.is_success


async def enrol_members(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    body = {"member_ids": [land.subject], "unit_id": land.section}
    answer = await send(campus, row, who, ids={"plan_id": await one_plan(land)}, body=body)
    return answer, answer.is_success


async def import_enrolments(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    path = row.path.format(plan_id=await one_plan(land)) + f"?unit_id={land.section}"
    answer = await campus.http[row.service].post(path, content=SHEET.encode(), headers=who)
    return answer, answer.is_success


async def list_aid_enrolments(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await one_enrolment(land)
    answer = await send(campus, row, who, query=f"?plan_id={await one_plan(land)}&member_id={land.subject}")
    return answer, listing(made, answer)


async def get_aid_enrolment(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"enrolment_id": await one_enrolment(land)})
    return answer, answer.is_success


async def change_aid_enrolment(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    """Ended and resumed in turn: brought to where the route begins, whatever was there."""
    path = f"/v1/aid-enrolments/{await one_enrolment(land)}"
    ending = {"on": DAY, "because": "at_own_wish"}
    ends = row.path.endswith("/endings")
    other, given = ("resumptions", None) if ends else ("endings", ending)
    await campus.http["welfare"].post(f"{path}/{other}", json=given, headers=campus.officer)
    ids = {"enrolment_id": await one_enrolment(land)}
    answer = await send(campus, row, who, ids=ids, body=ending if ends else None)
    await campus.http["welfare"].post(f"{path}/resumptions", headers=campus.officer)
    return answer, answer.is_success


async def record_aid_claim(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=await claim_body(land))
    return answer, answer.is_success


async def list_aid_claims(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("listed aid claim", lambda: claim(land))
    answer = await send(campus, row, who, query=f"?member_id={land.subject}&limit=200")
    return answer, listing(made, answer)


async def get_aid_claim(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("aid claim", lambda: claim(land))
    query = "?purpose=handling" if row.path.endswith("/details") else ""
    answer = await send(campus, row, who, ids={"claim_id": made}, query=query)
    return answer, answer.is_success


async def revise_aid_claim(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    ids, headers = {"claim_id": await claim(land)}, {"If-Match": '"1"'}
    answer = await send(campus, row, who, ids=ids, body={"asked_fen": 100_000}, headers=headers)
    return answer, answer.is_success


async def change_aid_claim(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    step = row.path.rpartition("/")[2]
    answer = await send(campus, row, who, ids={"claim_id": await claim(land, *BEFORE[step])}, body=STEPS[step])
    return answer, answer.is_success


async def read_mutual_aid_figures(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    await one_enrolment(land)
    answer = await send(campus, row, who, query="?year=2021")
    return answer, answer.is_success and answer.json()["enrolled"] > 0


MUTUAL_AID: Scenarios = {
    ("welfare", "establish_aid_plan"): Scenario(Kind.CREATE, establish_aid_plan),
    ("welfare", "list_aid_plans"): Scenario(Kind.LIST, list_aid_plans),
    ("welfare", "get_aid_plan"): Scenario(Kind.READ, get_aid_plan),
    ("welfare", "end_aid_plan"): Scenario(Kind.CHANGE, end_aid_plan),
    ("welfare", "enrol_members"): Scenario(Kind.CREATE, enrol_members),
    ("welfare", "import_enrolments"): Scenario(Kind.CREATE, import_enrolments),
    ("welfare", "list_aid_enrolments"): Scenario(Kind.LIST, list_aid_enrolments),
    ("welfare", "get_aid_enrolment"): Scenario(Kind.READ, get_aid_enrolment),
    ("welfare", "end_aid_enrolment"): Scenario(Kind.CHANGE, change_aid_enrolment),
    ("welfare", "resume_aid_enrolment"): Scenario(Kind.CHANGE, change_aid_enrolment),
    ("welfare", "record_aid_claim"): Scenario(Kind.CREATE, record_aid_claim),
    ("welfare", "list_aid_claims"): Scenario(Kind.LIST, list_aid_claims),
    ("welfare", "get_aid_claim"): Scenario(Kind.READ, get_aid_claim),
    ("welfare", "read_aid_claim_details"): Scenario(Kind.READ, get_aid_claim),
    ("welfare", "revise_aid_claim"): Scenario(Kind.CHANGE, revise_aid_claim),
    **{
        ("welfare", f"{action}_aid_claim"): Scenario(Kind.CHANGE, change_aid_claim)
        for action in ("submit", "accept", "refuse", "pay", "withdraw")
    },
    ("welfare", "read_mutual_aid_figures"): Scenario(Kind.LIST, read_mutual_aid_figures),
}
