"""How each route of pairings is asked by the matrix of access. The subject is the mentor."""

import itertools
from typing import Any

from deploy.access_table import Row
from tests.campus import Campus
from tests.integration.land import DAY, Asked, Bearer, Kind, Land, Scenario, Scenarios, listing, send

_students = itertools.count()
HELP = {"kind": "talk", "happened_on": DAY, "text": "谈学习计划"}
STEPS: dict[str, Any] = {
    "pauses": None,
    "resumptions": None,
    "endings": {"on": DAY, "because": "graduated"},
    "logs": HELP,
}


def pairing_body(mentor: str, **change: Any) -> dict[str, Any]:
    return {
        "mentor_id": mentor,
        "programme": "丁香妈妈",
        "student_number": f"S{next(_students):08d}",
        "student_name": "示例学生",
        "purpose": "学业与生活帮扶",
        "begun_on": "2022-03-01",
        **change,
    }


async def pairing(land: Land, *steps: str) -> str:
    officer = land.campus.officer
    made = await land.campus.post("welfare", "/v1/pairings", pairing_body(land.subject), officer)
    for step in steps:
        await land.campus.post("welfare", f"/v1/pairings/{made['id']}/{step}", STEPS[step], officer, status=200)
    return str(made["id"])


async def log(land: Land) -> str:
    path = f"/v1/pairings/{await pairing(land)}/logs"
    return str((await land.campus.post("welfare", path, HELP, land.campus.officer))["id"])


async def begin_pairing(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=pairing_body(land.subject))
    return answer, answer.is_success


async def list_pairings(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("listed pairing", lambda: pairing(land))
    answer = await send(campus, row, who, query=f"?mentor_id={land.subject}&limit=200")
    return answer, listing(made, answer)


async def get_pairing(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("pairing", lambda: pairing(land))
    query = "?purpose=handling" if row.path.endswith("/details") else ""
    answer = await send(campus, row, who, ids={"pairing_id": made}, query=query)
    return answer, answer.is_success


async def change_pairing(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    step = row.path.rpartition("/")[2]
    made = await pairing(land, *(("pauses",) if step == "resumptions" else ()))
    answer = await send(campus, row, who, ids={"pairing_id": made}, body=STEPS[step])
    return answer, answer.is_success


async def list_pairing_logs(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("listed pairing log", lambda: log(land))
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def get_pairing_log(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("pairing log", lambda: log(land))
    query = "?purpose=handling" if row.path.endswith("/details") else ""
    answer = await send(campus, row, who, ids={"log_id": made}, query=query)
    return answer, answer.is_success


async def read_pairing_figures(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    await land.once("listed pairing", lambda: pairing(land))
    answer = await send(campus, row, who, query="?year=2022")
    return answer, answer.is_success and answer.json()["mentors"] > 0


PAIRINGS: Scenarios = {
    ("welfare", "begin_pairing"): Scenario(Kind.CREATE, begin_pairing),
    ("welfare", "list_pairings"): Scenario(Kind.LIST, list_pairings),
    ("welfare", "get_pairing"): Scenario(Kind.READ, get_pairing),
    ("welfare", "read_pairing_details"): Scenario(Kind.READ, get_pairing),
    ("welfare", "pause_pairing"): Scenario(Kind.CHANGE, change_pairing),
    ("welfare", "resume_pairing"): Scenario(Kind.CHANGE, change_pairing),
    ("welfare", "end_pairing"): Scenario(Kind.CHANGE, change_pairing),
    ("welfare", "log_pairing_help"): Scenario(Kind.CHANGE, change_pairing),
    ("welfare", "list_pairing_logs"): Scenario(Kind.LIST, list_pairing_logs),
    ("welfare", "get_pairing_log"): Scenario(Kind.READ, get_pairing_log),
    ("welfare", "read_pairing_log_details"): Scenario(Kind.READ, get_pairing_log),
    ("welfare", "read_pairing_figures"): Scenario(Kind.LIST, read_pairing_figures),
}
