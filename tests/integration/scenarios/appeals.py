"""How each route of appeals is asked by the matrix of access. The subject appeals, or chairs the committee."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

from deploy.access_table import Row
from shared import clock
from shared.roles import Role
from tests.campus import Campus, Client, until
from tests.integration.land import Asked, Bearer, Kind, Land, Scenario, Scenarios, listing, send

COMMITTEES = "/v1/appeal-committees"


def today() -> str:
    return clock.campus_day(clock.now()).isoformat()


async def committee_body(campus: Client, members: Sequence[str]) -> dict[str, Any]:
    """The first of the members chairs."""
    school = await campus.school()

    async def known() -> Any:
        return await campus.database("proposals")["directory_units"].find_one({"_id": UUID(school), "kind": "school"})

    await until(known, what="the school in proposals")
    return {"unit_id": school, "member_ids": list(members), "chair_id": members[0], "from_day": today()}


async def dissolve(campus: Client) -> None:
    """There is one committee at a time, and the tests share the school."""
    newest = await campus.get("proposals", f"{COMMITTEES}?limit=1", campus.issuer.bearer(uuid4()))
    for committee in newest["items"]:
        if committee["until"] is None:
            path = f"{COMMITTEES}/{committee['id']}/endings"
            await campus.post("proposals", path, {"until": today()}, campus.officer, status=200)


async def seat(campus: Client, members: Sequence[str]) -> str:
    """From now on these are the committee."""
    await dissolve(campus)
    body = await committee_body(campus, members)
    return str((await campus.post("proposals", COMMITTEES, body, campus.officer))["id"])


def appeal_body(unit: str, **change: Any) -> dict[str, Any]:
    return {
        "respondent_unit_id": unit,
        "decided_on": today(),
        "grounds": "考核结果与事实不符",
        "claim": "撤销考核结果",
        "evidence": ["工作记录"],
        **change,
    }


async def _member(land: Land) -> str:
    made = await land.campus.member(land.section)
    await land.campus.heard_of("proposals", made)
    return made


async def _members(land: Land) -> list[str]:
    """The committee: the subject chairs it."""
    others = [await land.once(f"of the committee {number}", lambda: _member(land)) for number in range(2)]
    return [land.subject, *others]


STEPS: dict[str, Callable[[Land], dict[str, Any] | None]] = {
    "acceptances": lambda land: {"respondent_id": land.delegates[1]},
    "refusals": lambda land: {"reason": "other", "text": "不属于受理范围"},
    "mediations": lambda land: {"mediator_id": land.subject},
    "settlements": lambda land: {"text": "双方达成一致"},
    "mediation-failures": lambda land: {"text": "未能达成一致"},
    "hearing-days": lambda land: {"on": today()},
    "hearings": lambda land: {"present_ids": _all_three(land), "record": "听证记录"},
    "decisions": lambda land: {
        "outcome": "changed",
        "text": "变更原决定",
        "votes_for": 3,
        "votes_against": 0,
        "worse_for_appellant": False,
    },
    "recusals": lambda land: {"member_id": land.subject, "reason": "与当事人有利害关系"},
    "challenges": lambda land: {"member_id": land.made["of the committee 0"], "reason": "与答辩人是亲属"},
    "challenge-rulings": lambda land: {
        "member_id": land.made["of the committee 0"],
        "upheld": True,
        "reason": "理由成立",
    },
    "withdrawals": lambda land: None,
}
BEFORE: dict[str, tuple[str, ...]] = {
    "acceptances": (),
    "refusals": (),
    "mediations": ("acceptances",),
    "settlements": ("acceptances", "mediations"),
    "mediation-failures": ("acceptances", "mediations"),
    "hearing-days": ("acceptances", "mediations", "mediation-failures"),
    "hearings": ("acceptances", "mediations", "mediation-failures", "hearing-days"),
    "decisions": ("acceptances", "mediations", "mediation-failures", "hearing-days", "hearings"),
    "recusals": (),
}


def _all_three(land: Land) -> list[str]:
    return [land.subject, *(str(land.made[f"of the committee {number}"]) for number in range(2))]


async def heard_by_subject(land: Land, step: str) -> str:
    """An appeal of a delegate, as far as it has to be for the step. The subject chairs."""
    await seat(land.campus, await _members(land))
    appellant = land.campus.issuer.bearer(land.delegates[0])
    made = await land.campus.post("proposals", "/v1/appeals", appeal_body(land.section), appellant)
    for before in BEFORE[step]:
        path = f"/v1/appeals/{made['id']}/{before}"
        await land.campus.post("proposals", path, STEPS[before](land), land.themself(Role.MEMBER), status=200)
    return str(made["id"])


async def of_subject(land: Land) -> str:
    """An appeal of the subject, heard by others."""
    _, *others = await _members(land)
    await seat(land.campus, [*others, land.delegates[1]])
    body = appeal_body(land.section)
    return str((await land.campus.post("proposals", "/v1/appeals", body, land.themself(Role.MEMBER)))["id"])


async def challenged(land: Land) -> str:
    """An appeal in which the subject, who chairs, is to rule on a challenge."""
    made = await heard_by_subject(land, "recusals")
    appellant = land.campus.issuer.bearer(land.delegates[0])
    path = f"/v1/appeals/{made}/challenges"
    await land.campus.post("proposals", path, STEPS["challenges"](land), appellant, status=200)
    return made


def step(name: str, make: Callable[[Land], Awaitable[str]] | None = None) -> Scenario:
    """Who is not to get through leaves it as it was, so that they share one; the subject has one of their own."""

    async def fresh(land: Land) -> str:
        return await (make(land) if make else heard_by_subject(land, name))

    async def ask(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
        made = await (fresh(land) if land.is_subject(who) else land.once(f"appeal for {name}", lambda: fresh(land)))
        answer = await send(campus, row, who, ids={"appeal_id": made}, body=STEPS[name](land))
        return answer, answer.is_success

    return Scenario(Kind.CHANGE, ask)


async def name_stand_ins(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    """Another one chairs. Who is not to get through leaves it as it was."""
    shared = "appeal whose chair cannot act"
    made = await land.once(shared, lambda: heard_by_subject(land, "recusals"))
    body = {"member_ids": [], "chair_id": land.made["of the committee 0"], "reason": "主任委员病假"}
    answer = await send(campus, row, who, ids={"appeal_id": made}, body=body)
    if answer.is_success:
        del land.made[shared]
    return answer, answer.is_success


async def submit_appeal(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    await seat(campus, await _members(land))
    answer = await send(campus, row, who, body=appeal_body(land.section))
    return answer, answer.is_success


async def list_appeals(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("appeal", lambda: of_subject(land))
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def get_appeal(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("appeal", lambda: of_subject(land))
    query = "?purpose=handling" if row.path.endswith("/details") else ""
    answer = await send(campus, row, who, ids={"appeal_id": made}, query=query)
    return answer, answer.is_success


async def appoint(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    await dissolve(campus)
    answer = await send(campus, row, who, body=await committee_body(campus, await _members(land)))
    return answer, answer.is_success


async def list_committees(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await seat(campus, await _members(land))
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def get_committee(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await seat(campus, await _members(land))
    answer = await send(campus, row, who, ids={"committee_id": made})
    return answer, answer.is_success


async def end_committee(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await seat(campus, await _members(land))
    answer = await send(campus, row, who, ids={"committee_id": made}, body={"until": today()})
    return answer, answer.is_success


APPEALS: Scenarios = {
    ("proposals", "appoint_appeal_committee"): Scenario(Kind.CREATE, appoint),
    ("proposals", "list_appeal_committees"): Scenario(Kind.LIST, list_committees),
    ("proposals", "get_appeal_committee"): Scenario(Kind.READ, get_committee),
    ("proposals", "end_appeal_committee"): Scenario(Kind.CHANGE, end_committee),
    ("proposals", "submit_appeal"): Scenario(Kind.CREATE_OWN, submit_appeal),
    ("proposals", "list_appeals"): Scenario(Kind.LIST, list_appeals),
    ("proposals", "get_appeal"): Scenario(Kind.READ, get_appeal),
    ("proposals", "read_appeal_details"): Scenario(Kind.READ, get_appeal),
    ("proposals", "accept_appeal"): step("acceptances"),
    ("proposals", "refuse_appeal"): step("refusals"),
    ("proposals", "open_appeal_mediation"): step("mediations"),
    ("proposals", "settle_appeal"): step("settlements"),
    ("proposals", "fail_appeal_mediation"): step("mediation-failures"),
    ("proposals", "schedule_appeal_hearing"): step("hearing-days"),
    ("proposals", "hold_appeal_hearing"): step("hearings"),
    ("proposals", "decide_appeal"): step("decisions"),
    ("proposals", "recuse_from_appeal"): step("recusals"),
    ("proposals", "withdraw_appeal"): step("withdrawals", of_subject),
    ("proposals", "name_appeal_stand_ins"): Scenario(Kind.CHANGE, name_stand_ins),
    ("proposals", "challenge_appeal_member"): step("challenges", of_subject),
    ("proposals", "rule_on_appeal_challenge"): step("challenge-rulings", challenged),
}
