"""How each route of congresses is asked by the matrix of access."""

import itertools
from datetime import date, timedelta
from uuid import UUID

from deploy.access_table import Row
from tests.campus import Campus, until
from tests.integration.land import DAY, Asked, Bearer, Kind, Land, Scenario, Scenarios, listing, send, unique, whole

_COUNT = itertools.count(1)
BEGIN, END = "2020-03-01", "2024-03-01"


async def post(land: Land, path: str, body: object = None, *, status: int = 201) -> str:
    given = body if isinstance(body, dict) else None
    made = await land.campus.post("proposals", path, given, land.campus.administrator, status=status)
    return str(made["id"])


async def unit(land: Land) -> str:
    """Below the section, and known to proposals."""
    given = {"name": unique("科室"), "name_en": unique("U"), "kind": "office", "parent_id": land.section}
    made = str((await land.campus.post("members", "/v1/units", given, land.campus.administrator))["id"])

    async def heard() -> object:
        return await land.campus.database("proposals")["directory_units"].find_one({"_id": UUID(made)})

    await until(heard, what="the unit in proposals")
    return made


async def member(land: Land) -> str:
    """Of the section; neither the subject nor the caller becomes a delegate."""
    made = await land.campus.member(land.section)
    await land.campus.heard_of("proposals", made)
    return made


def body_of(unit_id: str, kind: str = "staff_congress") -> dict[str, object]:
    return {"kind": kind, "unit_id": unit_id, "name": "某单位教职工代表大会"}


async def body(land: Land, kind: str = "staff_congress") -> str:
    return await post(land, "/v1/bodies", body_of(await unit(land), kind))


async def one_body(land: Land) -> str:
    return await land.once("body", lambda: body(land))


def term_body() -> dict[str, object]:
    return {"number": 1, "begins_on": BEGIN}


async def term(land: Land) -> str:
    return await post(land, f"/v1/bodies/{await body(land)}/terms", term_body())


async def one_term(land: Land) -> str:
    """Of the section itself, so that its members are elected by it."""

    async def make() -> str:
        made = await post(land, "/v1/bodies", body_of(land.section))
        return await post(land, f"/v1/bodies/{made}/terms", term_body())

    return await land.once("term", make)


def delegation_body() -> dict[str, object]:
    return {"name": unique("代表团"), "unit_ids": []}


async def one_delegation(land: Land) -> str:
    async def make() -> str:
        return await post(land, f"/v1/terms/{await one_term(land)}/delegations", delegation_body())

    return await land.once("delegation", make)


async def seat_body(land: Land) -> dict[str, object]:
    return {"member_id": await member(land), "how": "elected", "elected_on": BEGIN}


async def delegate(land: Land) -> str:
    return await post(land, f"/v1/terms/{await one_term(land)}/delegates", await seat_body(land))


async def one_delegate(land: Land) -> str:
    return await land.once("delegate", lambda: delegate(land))


async def sitting(land: Land, kind: str = "staff_congress") -> tuple[str, str]:
    """A term with one delegate, whom no other scenario changes."""

    async def make() -> str:
        given = {**body_of(await unit(land), kind)}
        made = await post(land, "/v1/bodies", given)
        found = await post(land, f"/v1/bodies/{made}/terms", term_body())
        who = await member(land)
        seat = {"member_id": who, "unit_id": given["unit_id"], "how": "ex_officio", "elected_on": BEGIN}
        await post(land, f"/v1/terms/{found}/delegates", seat)
        return f"{found} {who}"

    found, who = (await land.once(f"sitting {kind}", make)).split()
    return found, who


def session_body() -> dict[str, object]:
    agenda = [{"title": "章程修订稿", "kind": "resolution"}]
    return {"number": next(_COUNT), "held_from": DAY, "held_until": DAY, "agenda": agenda}


async def session(land: Land, kind: str = "staff_congress") -> str:
    found, _ = await sitting(land, kind)
    return await post(land, f"/v1/terms/{found}/sessions", session_body())


async def one_session(land: Land) -> str:
    return await land.once("session", lambda: session(land))


async def attended(land: Land) -> str:
    made = await session(land)
    _, who = await sitting(land)
    headers = {**land.campus.administrator, "If-Match": '"1"'}
    path, given = f"/v1/sessions/{made}/attendances", {"present_ids": [who]}
    answer = await land.campus.http["proposals"].patch(path, json=given, headers=headers)
    assert answer.status_code == 200, answer.text
    return made


async def opened(land: Land) -> str:
    made = await attended(land)
    return await post(land, f"/v1/sessions/{made}/openings", status=200)


async def one_open_session(land: Land) -> str:
    return await land.once("open session", lambda: opened(land))


async def etag(land: Land, path: str) -> dict[str, str]:
    found = await land.campus.http["proposals"].get(path, headers=land.campus.administrator)
    return {"If-Match": found.headers["etag"]}


async def establish_body(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=body_of(await unit(land)))
    return answer, whole(answer)


async def list_bodies(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await one_body(land)
    unit_id = (await campus.get("proposals", f"/v1/bodies/{made}", campus.administrator))["unit_id"]
    answer = await send(campus, row, who, query=f"?unit_id={unit_id}&kind=staff_congress")
    return answer, listing(made, answer)


async def get_body(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"body_id": await one_body(land)})
    return answer, whole(answer)


async def adopt_body_rule(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    day = date(2001, 1, 1) + timedelta(days=next(_COUNT))
    given = {"effective_from": day.isoformat(), "source": "本单位规则"}
    answer = await send(campus, row, who, ids={"body_id": await one_body(land)}, body=given)
    return answer, whole(answer)


async def read_congress_coverage(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, query="?year=2022")
    return answer, whole(answer)


async def begin_term(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"body_id": await body(land)}, body=term_body())
    return answer, whole(answer)


async def list_terms(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await one_term(land)
    body_id = (await campus.get("proposals", f"/v1/terms/{made}", campus.administrator))["body_id"]
    answer = await send(campus, row, who, query=f"?body_id={body_id}")
    return answer, listing(made, answer)


async def get_term(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"term_id": await one_term(land)})
    return answer, whole(answer)


async def end_term(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"term_id": await term(land)}, body={"on": END})
    return answer, whole(answer)


async def form_delegation(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"term_id": await one_term(land)}, body=delegation_body())
    return answer, whole(answer)


async def list_delegations(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made, of = await one_delegation(land), await one_term(land)
    answer = await send(campus, row, who, query=f"?term_id={of}&limit=200")
    return answer, listing(made, answer)


async def get_delegation(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"delegation_id": await one_delegation(land)})
    return answer, whole(answer)


async def revise_delegation(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await one_delegation(land)
    headers = await etag(land, f"/v1/delegations/{made}")
    given = {"name": unique("代表团")}
    answer = await send(campus, row, who, ids={"delegation_id": made}, body=given, headers=headers)
    return answer, whole(answer)


async def seat_delegate(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"term_id": await one_term(land)}, body=await seat_body(land))
    return answer, whole(answer)


async def list_delegates(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await one_delegate(land)
    member_id = (await campus.get("proposals", f"/v1/delegates/{made}", campus.administrator))["member_id"]
    answer = await send(campus, row, who, query=f"?member_id={member_id}")
    return answer, listing(made, answer)


async def get_delegate(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"delegate_id": await one_delegate(land)})
    return answer, whole(answer)


async def assign_delegate(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    given = {"delegation_id": await one_delegation(land)}
    answer = await send(campus, row, who, ids={"delegate_id": await one_delegate(land)}, body=given)
    return answer, whole(answer)


async def end_delegate(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    given = {"on": DAY, "reason": "工作调动"}
    answer = await send(campus, row, who, ids={"delegate_id": await delegate(land)}, body=given)
    return answer, whole(answer)


async def import_delegates(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    path = row.path.format(term_id=await one_term(land)) + "?dry_run=false"
    answer = await campus.http["proposals"].post(path, content="工号\nX-1\n".encode(), headers=dict(who))
    return answer, whole(answer)


async def convene_session(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    found, _ = await sitting(land)
    answer = await send(campus, row, who, ids={"term_id": found}, body=session_body())
    return answer, whole(answer)


async def list_sessions(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    """Of a term of its own, as there are many."""

    async def make() -> str:
        return await post(land, f"/v1/terms/{await one_term(land)}/sessions", session_body())

    made = await land.once("listed session", make)
    answer = await send(campus, row, who, query=f"?term_id={await one_term(land)}&limit=200")
    return answer, listing(made, answer)


async def of_a_session(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"session_id": await one_session(land)})
    return answer, whole(answer)


async def revise_session(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await one_session(land)
    headers = await etag(land, f"/v1/sessions/{made}")
    answer = await send(campus, row, who, ids={"session_id": made}, body={"agenda": []}, headers=headers)
    return answer, whole(answer)


async def take_attendance(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await one_session(land)
    headers = await etag(land, f"/v1/sessions/{made}")
    answer = await send(campus, row, who, ids={"session_id": made}, body={"present_ids": []}, headers=headers)
    return answer, whole(answer)


async def open_session(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"session_id": await attended(land)})
    return answer, whole(answer)


async def note_deliberation(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    given = {"unit_id": land.section, "text": "讨论情况"}
    answer = await send(campus, row, who, ids={"session_id": await one_open_session(land)}, body=given)
    return answer, whole(answer)


async def vote_on_resolution(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await opened(land)
    (item,) = (await campus.get("proposals", f"/v1/sessions/{made}", campus.administrator))["agenda"]
    votes = {"votes_for": 1, "votes_against": 0, "votes_abstaining": 0}
    given = {"agenda_item_id": item["id"], "title": "关于章程的决议", **votes}
    answer = await send(campus, row, who, ids={"session_id": made}, body=given)
    return answer, whole(answer)


async def close_session(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"session_id": await opened(land)})
    return answer, whole(answer)


async def cancel_session(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"session_id": await session(land)}, body={"reason": "延期"})
    return answer, whole(answer)


async def joint_body(land: Land) -> dict[str, object]:
    return {"session_ids": [await session(land), await session(land, "union_members_congress")], "held_on": DAY}


async def one_joint_meeting(land: Land) -> str:
    async def make() -> str:
        return await post(land, "/v1/joint-meetings", await joint_body(land))

    return await land.once("joint meeting", make)


async def hold_joint_meeting(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=await joint_body(land))
    return answer, whole(answer)


async def list_joint_meetings(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await one_joint_meeting(land)
    found = await campus.get("proposals", f"/v1/joint-meetings/{made}", campus.administrator)
    answer = await send(campus, row, who, query=f"?session_id={found['session_ids'][1]}")
    return answer, listing(made, answer)


async def get_joint_meeting(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"meeting_id": await one_joint_meeting(land)})
    return answer, whole(answer)


def meeting_body() -> dict[str, object]:
    return {"held_on": DAY, "due": 9, "present": 7, "topics": "审议事项", "decisions": "通过"}


async def one_committee_meeting(land: Land) -> str:
    async def make() -> str:
        return await post(land, f"/v1/terms/{await one_term(land)}/committee-meetings", meeting_body())

    return await land.once("committee meeting", make)


async def hold_committee_meeting(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    found, _ = await sitting(land)
    answer = await send(campus, row, who, ids={"term_id": found}, body=meeting_body())
    return answer, whole(answer)


async def list_committee_meetings(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await one_committee_meeting(land)
    answer = await send(campus, row, who, query=f"?term_id={await one_term(land)}&limit=200")
    return answer, listing(made, answer)


async def get_committee_meeting(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"meeting_id": await one_committee_meeting(land)})
    return answer, whole(answer)


CONGRESSES: Scenarios = {
    ("proposals", "establish_body"): Scenario(Kind.CREATE, establish_body),
    ("proposals", "list_bodies"): Scenario(Kind.LIST, list_bodies),
    ("proposals", "get_body"): Scenario(Kind.READ, get_body),
    ("proposals", "adopt_body_rule"): Scenario(Kind.CHANGE, adopt_body_rule),
    ("proposals", "read_congress_coverage"): Scenario(Kind.READ, read_congress_coverage),
    ("proposals", "begin_term"): Scenario(Kind.CHANGE, begin_term),
    ("proposals", "list_terms"): Scenario(Kind.LIST, list_terms),
    ("proposals", "get_term"): Scenario(Kind.READ, get_term),
    ("proposals", "end_term"): Scenario(Kind.CHANGE, end_term),
    ("proposals", "form_delegation"): Scenario(Kind.CHANGE, form_delegation),
    ("proposals", "list_delegations"): Scenario(Kind.LIST, list_delegations),
    ("proposals", "get_delegation"): Scenario(Kind.READ, get_delegation),
    ("proposals", "revise_delegation"): Scenario(Kind.CHANGE, revise_delegation),
    ("proposals", "seat_delegate"): Scenario(Kind.CHANGE, seat_delegate),
    ("proposals", "list_delegates"): Scenario(Kind.LIST, list_delegates),
    ("proposals", "get_delegate"): Scenario(Kind.READ, get_delegate),
    ("proposals", "assign_delegate"): Scenario(Kind.CHANGE, assign_delegate),
    ("proposals", "end_delegate"): Scenario(Kind.CHANGE, end_delegate),
    ("proposals", "import_delegates"): Scenario(Kind.CHANGE, import_delegates),
    ("proposals", "convene_session"): Scenario(Kind.CHANGE, convene_session),
    ("proposals", "list_sessions"): Scenario(Kind.LIST, list_sessions),
    ("proposals", "get_session"): Scenario(Kind.READ, of_a_session),
    ("proposals", "read_session_minutes"): Scenario(Kind.READ, of_a_session, own_is_theirs=False),
    ("proposals", "revise_session"): Scenario(Kind.CHANGE, revise_session),
    ("proposals", "take_attendance"): Scenario(Kind.CHANGE, take_attendance),
    ("proposals", "open_session"): Scenario(Kind.CHANGE, open_session),
    ("proposals", "note_deliberation"): Scenario(Kind.CHANGE, note_deliberation),
    ("proposals", "vote_on_resolution"): Scenario(Kind.CHANGE, vote_on_resolution),
    ("proposals", "close_session"): Scenario(Kind.CHANGE, close_session),
    ("proposals", "cancel_session"): Scenario(Kind.CHANGE, cancel_session),
    ("proposals", "hold_joint_meeting"): Scenario(Kind.CREATE, hold_joint_meeting),
    ("proposals", "list_joint_meetings"): Scenario(Kind.LIST, list_joint_meetings),
    ("proposals", "get_joint_meeting"): Scenario(Kind.READ, get_joint_meeting),
    ("proposals", "hold_committee_meeting"): Scenario(Kind.CHANGE, hold_committee_meeting),
    ("proposals", "list_committee_meetings"): Scenario(Kind.LIST, list_committee_meetings),
    ("proposals", "get_committee_meeting"): Scenario(Kind.READ, get_committee_meeting),
}
