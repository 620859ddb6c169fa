"""How each route is asked by the matrix of access. A route that is not here fails it."""

import asyncio

import httpx

from deploy.access_table import Row
from shared.roles import Role
from tests.campus import Campus
from tests.integration.land import DAY, Asked, Bearer, Kind, Land, Scenario, listing, send, unique

Scenarios = dict[tuple[str, str], Scenario]


async def visit(land: Land) -> str:
    body = visit_body(land)
    return str((await land.campus.post("welfare", "/v1/visits", body, land.campus.officer))["id"])


def visit_body(land: Land) -> dict[str, object]:
    return {
        "member_id": land.subject,
        "occasion": "hospitalised",
        "visited_on": DAY,
        "visitor_ids": [land.caller],
        "form": "money",
        "amount_fen": 60000,
    }


async def log_visit(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=visit_body(land))
    return answer, answer.is_success


async def list_visits(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("visit", lambda: visit(land))
    answer = await send(campus, row, who, query=f"?member_id={land.subject}&limit=200")
    return answer, listing(made, answer)


async def get_visit(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("visit", lambda: visit(land))
    query = "?purpose=handling" if row.path.endswith("/details") else ""
    answer = await send(campus, row, who, ids={"visit_id": made}, query=query)
    return answer, answer.is_success


WELFARE: Scenarios = {
    ("welfare", "log_visit"): Scenario(Kind.CREATE, log_visit),
    ("welfare", "list_visits"): Scenario(Kind.LIST, list_visits),
    ("welfare", "get_visit"): Scenario(Kind.READ, get_visit),
    ("welfare", "read_visit_details"): Scenario(Kind.READ, get_visit),
}


def proposal_body(land: Land) -> dict[str, object]:
    return {
        "title": "关于增设母婴室的提案",
        "grounds": "案由",
        "suggestion": "建议",
        "category": "other",
        "seconder_ids": land.delegates,
    }


async def proposal(land: Land) -> str:
    return str(
        (await land.campus.post("proposals", "/v1/proposals", proposal_body(land), land.themself(Role.DELEGATE)))["id"]
    )


async def file_proposal(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=proposal_body(land))
    return answer, answer.is_success


async def list_proposals(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("proposal", lambda: proposal(land))
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def get_proposal(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("proposal", lambda: proposal(land))
    answer = await send(campus, row, who, ids={"proposal_id": made})
    return answer, answer.is_success


async def withdraw_proposal(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"proposal_id": await proposal(land)})
    return answer, answer.is_success


PROPOSALS: Scenarios = {
    ("proposals", "file_proposal"): Scenario(Kind.CREATE_OWN, file_proposal),
    ("proposals", "list_proposals"): Scenario(Kind.LIST, list_proposals),
    ("proposals", "get_proposal"): Scenario(Kind.READ, get_proposal),
    ("proposals", "withdraw_proposal"): Scenario(Kind.CHANGE, withdraw_proposal),
}


def award_body(land: Land) -> dict[str, object]:
    return {
        "member_id": land.subject,
        "title": "学习达人",
        "level": "college",
        "granted_on": DAY,
        "document": "校工会〔2022〕1号",
    }


async def award(land: Land) -> str:
    return str((await land.campus.post("events", "/v1/awards", award_body(land), land.campus.officer))["id"])


async def grant_award(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=award_body(land))
    return answer, answer.is_success


async def list_awards(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("award", lambda: award(land))
    answer = await send(campus, row, who, query=f"?member_id={land.subject}&limit=200")
    return answer, listing(made, answer)


async def get_award(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("award", lambda: award(land))
    answer = await send(campus, row, who, ids={"award_id": made})
    return answer, answer.is_success


EVENTS: Scenarios = {
    ("events", "grant_award"): Scenario(Kind.CREATE, grant_award),
    ("events", "list_awards"): Scenario(Kind.LIST, list_awards),
    ("events", "get_award"): Scenario(Kind.READ, get_award),
}


async def notice(land: Land) -> str:
    """In the inbox of the subject."""
    await award(land)
    return str((await land.campus.inbox(land.subject, topic="award-granted"))["id"])


async def list_notices(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("notice", lambda: notice(land))
    answer = await send(campus, row, who)
    return answer, listing(made, answer) == land.is_subject(who)


async def count_unread(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who)
    return answer, answer.is_success


async def mark_read(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("notice", lambda: notice(land))
    answer = await send(campus, row, who, ids={"notice_id": made})
    return answer, answer.is_success


async def stream_notices(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    """A refusal comes at once; a stream that was opened has no end."""
    asking = asyncio.create_task(send(campus, row, who))
    done, _ = await asyncio.wait([asking], timeout=0.05)
    if done:
        return asking.result(), False
    asking.cancel()
    return httpx.Response(200), True


NOTIFICATIONS: Scenarios = {
    ("notifications", "list_notices"): Scenario(Kind.OWN_LIST, list_notices),
    ("notifications", "count_unread"): Scenario(Kind.OWN_LIST, count_unread),
    ("notifications", "mark_read"): Scenario(Kind.CHANGE, mark_read),
    ("notifications", "stream_notices"): Scenario(Kind.OWN_LIST, stream_notices),
}


async def count_events(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, query="?year=2022")
    return answer, answer.is_success


REPORTS: Scenarios = {("reports", "count_events"): Scenario(Kind.READ, count_events)}


def unit_body(land: Land) -> dict[str, object]:
    return {"name": "某科室", "name_en": "A section", "kind": "office", "parent_id": land.section}


async def unit(land: Land) -> str:
    return str((await land.campus.post("members", "/v1/units", unit_body(land), land.campus.administrator))["id"])


async def establish_unit(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=unit_body(land))
    return answer, answer.is_success


async def list_units(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await unit(land)
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def get_unit(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"unit_id": land.section})
    return answer, answer.is_success


async def rename_unit(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await unit(land)
    body = {"name": "某处", "name_en": "An office"}
    answer = await send(campus, row, who, ids={"unit_id": made}, body=body, headers={"If-Match": '"1"'})
    return answer, answer.is_success


def member_body(land: Land) -> dict[str, object]:
    return {
        "staff_number": unique("M"),
        "name": "示例会员",
        "sex": "male",
        "unit_id": land.section,
        "joined_union_on": DAY,
    }


async def enter_member(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=member_body(land))
    return answer, answer.is_success


async def list_members(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, query=f"?unit_id={land.section}&limit=200")
    return answer, listing(land.subject, answer)


async def get_member(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"member_id": land.subject})
    return answer, answer.is_success


async def change_address(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    found = await campus.http["members"].get(f"/v1/members/{land.subject}", headers=campus.administrator)
    headers = {"If-Match": found.headers["etag"]}
    body = {"name": "示例会员", "language": "en"}
    answer = await send(campus, row, who, ids={"member_id": land.subject}, body=body, headers=headers)
    return answer, answer.is_success


def role_body(land: Land) -> dict[str, object]:
    return {
        "member_id": land.subject,
        "role": "branch_officer",
        "unit_id": land.section,
        "from_date": DAY,
        "reason": "选举产生",
    }


async def role_assignment(land: Land) -> str:
    body = role_body(land)
    return str((await land.campus.post("members", "/v1/role-assignments", body, land.campus.administrator))["id"])


async def grant_role(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=role_body(land))
    return answer, answer.is_success


async def list_role_assignments(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("role", lambda: role_assignment(land))
    answer = await send(campus, row, who, query=f"?member_id={land.subject}&limit=200")
    return answer, listing(made, answer)


async def get_role_assignment(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("role", lambda: role_assignment(land))
    answer = await send(campus, row, who, ids={"assignment_id": made})
    return answer, answer.is_success


async def revoke_role(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await role_assignment(land)
    body = {"until_date": "2022-07-01", "reason": "任期届满"}
    answer = await send(campus, row, who, ids={"assignment_id": made}, body=body)
    return answer, answer.is_success


MEMBERS: Scenarios = {
    ("members", "establish_unit"): Scenario(Kind.CREATE, establish_unit),
    ("members", "list_units"): Scenario(Kind.LIST, list_units),
    ("members", "get_unit"): Scenario(Kind.READ, get_unit),
    ("members", "rename_unit"): Scenario(Kind.CHANGE, rename_unit),
    ("members", "enter_member"): Scenario(Kind.CREATE, enter_member),
    ("members", "list_members"): Scenario(Kind.LIST, list_members),
    ("members", "get_member"): Scenario(Kind.READ, get_member),
    ("members", "change_address"): Scenario(Kind.CHANGE, change_address),
    ("members", "grant_role"): Scenario(Kind.CREATE, grant_role),
    ("members", "list_role_assignments"): Scenario(Kind.LIST, list_role_assignments),
    ("members", "get_role_assignment"): Scenario(Kind.READ, get_role_assignment),
    ("members", "revoke_role"): Scenario(Kind.CHANGE, revoke_role),
}

SCENARIOS: Scenarios = {**WELFARE, **PROPOSALS, **EVENTS, **NOTIFICATIONS, **REPORTS, **MEMBERS}
