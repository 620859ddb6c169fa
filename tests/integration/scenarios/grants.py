"""How each route of hardship grants is asked by the matrix of access: of the subject, or somebody of their unit."""

from datetime import date, timedelta
from typing import Any

from deploy.access_table import Row
from shared import clock
from tests.campus import Campus
from tests.integration.granting import (
    APPLICATIONS,
    PDF,
    STEPS,
    application_body,
    applied,
    fund,
    open_round,
    today,
)
from tests.integration.land import Asked, Bearer, Kind, Land, Scenario, Scenarios, listing, send


async def a_round(land: Land) -> str:
    async def make() -> str:
        await fund(land.campus)
        return await open_round(land.campus)

    return await land.once("hardship round", make)


async def colleague(land: Land) -> str:
    made = await land.campus.member(land.section)
    await land.campus.heard_of("welfare", made)
    return made


async def of_subject(land: Land) -> str:
    """Handed in, so that those who look after the unit see it too."""

    async def make() -> str:
        return await applied(land.campus, await a_round(land), land.subject, "supports", kind="disaster")

    return await land.once("hardship application", make)


async def at(land: Land, step: str) -> str:
    """Of somebody of the section, as far as it has to be for the step."""
    return await applied(land.campus, await a_round(land), await colleague(land), step)


def step(name: str) -> Scenario:
    """Who is not to get through leaves it as it was, so that they share one."""

    async def ask(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
        shared = f"hardship application for {name}"
        made = await land.once(shared, lambda: at(land, name))
        answer = await send(campus, row, who, ids={"application_id": made}, body=STEPS[name])
        if answer.is_success:
            del land.made[shared]
        return answer, answer.is_success

    return Scenario(Kind.CHANGE, ask)


def own(name: str, kind: str) -> Scenario:
    """Of the subject, who does it once."""

    async def ask(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
        async def make() -> str:
            return await applied(campus, await a_round(land), land.subject, name, kind=kind)

        made = await land.once(f"own hardship application for {name}", make)
        answer = await send(campus, row, who, ids={"application_id": made}, body=STEPS[name])
        return answer, answer.is_success

    return Scenario(Kind.CHANGE, ask)


async def draft(land: Land) -> str:
    async def make() -> str:
        return await applied(land.campus, await a_round(land), land.subject, "submissions")

    return await land.once("hardship draft", make)


async def file_application(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    body = application_body(await a_round(land), member_id=land.subject)
    answer = await send(campus, row, who, body=body)
    return answer, answer.is_success


async def list_applications(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await of_subject(land)
    answer = await send(campus, row, who, query=f"?member_id={land.subject}&limit=200")
    return answer, listing(made, answer)


async def get_application(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    query = "?purpose=handling" if row.path.endswith("/details") else ""
    answer = await send(campus, row, who, ids={"application_id": await of_subject(land)}, query=query)
    return answer, answer.is_success


async def revise_application(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await draft(land)
    found = await campus.http["welfare"].get(f"{APPLICATIONS}/{made}", headers=campus.issuer.bearer(land.subject))
    changed = {"If-Match": found.headers["etag"]}
    answer = await send(campus, row, who, ids={"application_id": made}, body={"asked_fen": 1}, headers=changed)
    return answer, answer.is_success


async def add_evidence(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    path = row.path.format(application_id=await draft(land))
    answer = await campus.http["welfare"].post(path, content=PDF, headers=who)
    return answer, answer.is_success


async def _file(land: Land, application: str) -> str:
    themself = land.campus.issuer.bearer(land.subject)
    found = await land.campus.get("welfare", f"{APPLICATIONS}/{application}", themself)
    return str(found["evidence"][0]["file_id"])


async def remove_evidence(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    async def make() -> str:
        return await applied(campus, await a_round(land), land.subject, "submissions")

    made = await land.once("hardship draft with a file", make)
    file = await land.once("file of it", lambda: _file(land, made))
    answer = await send(campus, row, who, ids={"application_id": made, "file_id": file})
    return answer, answer.is_success


async def read_evidence(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await of_subject(land)
    ids = {"application_id": made, "file_id": await _file(land, made)}
    answer = await send(campus, row, who, ids=ids, query="?purpose=handling")
    return answer, answer.is_success


async def open_a_round(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    await a_round(land)
    body = {"unit_id": land.school, "title": "某批次", "kinds": ["disaster"], "opens_on": today()}
    answer = await send(campus, row, who, body=body)
    return answer, answer.is_success


async def close_a_round(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    shared = "hardship round to close"
    made = await land.once(shared, lambda: open_round(campus))
    answer = await send(campus, row, who, ids={"round_id": made})
    if answer.is_success:
        del land.made[shared]
    return answer, answer.is_success


async def list_rounds(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await a_round(land)
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def get_round(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"round_id": await a_round(land)})
    return answer, answer.is_success


def rule_body(day: str) -> dict[str, Any]:
    return {
        "effective_from": day,
        "source": "校工发〔2022〕3号",
        "grades": [{"grade": "A", "amount_fen": 500_000}],
        "notice_days": 5,
        "once_a_year": True,
        "couple_once": True,
        "aid_excluded": True,
        "evidence_at_least": 1,
        "evidence_at_most": 10,
        "evidence_bytes": 1_000_000,
    }


async def adopt_rule(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    """Each from a day of its own, far from now."""
    day = date(2060, 1, 1) + timedelta(days=sum(name.startswith("hardship rule ") for name in land.made))
    land.made[f"hardship rule of {day}"] = ""
    answer = await send(campus, row, who, body=rule_body(day.isoformat()))
    return answer, answer.is_success


async def list_rules(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = (await campus.get("welfare", "/v1/hardship-rules", campus.officer))["items"][-1]["id"]
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def read_figures(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, query=f"?year={clock.campus_day(clock.now()).year}")
    return answer, answer.is_success


async def on_notice(land: Land) -> str:
    return await land.once("hardship grant on notice", lambda: at(land, "objections"))


async def list_notices(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await on_notice(land)
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def object_to(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"application_id": await on_notice(land)}, body={"text": "情况不符"})
    return answer, answer.is_success


async def objection(land: Land) -> str:
    """By the subject, to a grant of somebody else."""
    path = f"{APPLICATIONS}/{await on_notice(land)}/objections"
    themself = land.campus.issuer.bearer(land.subject)
    return str((await land.campus.post("welfare", path, {"text": "情况不符"}, themself))["id"])


async def list_objections(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("hardship objection", lambda: objection(land))
    answer = await send(campus, row, who, query=f"?application_id={await on_notice(land)}&limit=200")
    return answer, listing(made, answer)


async def get_objection(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("hardship objection", lambda: objection(land))
    query = "?purpose=handling" if row.path.endswith("/details") else ""
    answer = await send(campus, row, who, ids={"objection_id": made}, query=query)
    return answer, answer.is_success


async def rule_on(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    shared = "hardship objection to rule on"
    made = await land.once(shared, lambda: objection(land))
    answer = await send(campus, row, who, ids={"objection_id": made}, body={"upheld": False, "text": "理由不足"})
    if answer.is_success:
        del land.made[shared]
    return answer, answer.is_success


GRANTS: Scenarios = {
    ("welfare", "open_hardship_round"): Scenario(Kind.CREATE, open_a_round),
    ("welfare", "list_hardship_rounds"): Scenario(Kind.LIST, list_rounds),
    ("welfare", "get_hardship_round"): Scenario(Kind.READ, get_round),
    ("welfare", "close_hardship_round"): Scenario(Kind.CHANGE, close_a_round),
    ("welfare", "adopt_hardship_rule"): Scenario(Kind.CREATE, adopt_rule),
    ("welfare", "list_hardship_rules"): Scenario(Kind.LIST, list_rules),
    ("welfare", "read_hardship_figures"): Scenario(Kind.READ, read_figures),
    ("welfare", "file_hardship_application"): Scenario(Kind.CREATE, file_application),
    ("welfare", "list_hardship_applications"): Scenario(Kind.LIST, list_applications),
    ("welfare", "get_hardship_application"): Scenario(Kind.READ, get_application),
    ("welfare", "read_hardship_application_details"): Scenario(Kind.READ, get_application),
    ("welfare", "revise_hardship_application"): Scenario(Kind.CHANGE, revise_application),
    ("welfare", "add_hardship_evidence"): Scenario(Kind.CHANGE, add_evidence),
    ("welfare", "remove_hardship_evidence"): Scenario(Kind.CHANGE, remove_evidence),
    ("welfare", "read_hardship_evidence"): Scenario(Kind.READ, read_evidence),
    ("welfare", "submit_hardship_application"): own("submissions", "hospital_stay"),
    ("welfare", "withdraw_hardship_application"): own("withdrawals", "hardship"),
    ("welfare", "support_hardship_application"): step("supports"),
    ("welfare", "return_hardship_application"): step("returns"),
    ("welfare", "decline_hardship_application"): step("declinings"),
    ("welfare", "grade_hardship_application"): step("gradings"),
    ("welfare", "grant_hardship_application"): step("grants"),
    ("welfare", "refuse_hardship_application"): step("refusals"),
    ("welfare", "cancel_hardship_application"): step("cancellations"),
    ("welfare", "pay_hardship_application"): step("payments"),
    ("welfare", "list_hardship_notices"): Scenario(Kind.LIST, list_notices),
    ("welfare", "object_to_hardship_grant"): Scenario(Kind.CREATE, object_to),
    ("welfare", "list_hardship_objections"): Scenario(Kind.LIST, list_objections),
    ("welfare", "get_hardship_objection"): Scenario(Kind.READ, get_objection),
    ("welfare", "read_hardship_objection_details"): Scenario(Kind.READ, get_objection),
    ("welfare", "rule_on_hardship_objection"): Scenario(Kind.CHANGE, rule_on),
}
