"""How each route of calls, rules, forms and dispositions is asked by the matrix of access."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from deploy.access_table import Row
from shared import clock
from shared.roles import Role
from tests.campus import Campus
from tests.congress import TEXT
from tests.integration.land import Asked, Bearer, Kind, Land, Scenario, Scenarios, listing, send

COMMITTEE = Role.PROPOSAL_COMMITTEE


def committee(land: Land) -> Bearer:
    return land.campus.issuer.bearer(land.caller, (COMMITTEE, None))


async def proposal(land: Land) -> str:
    """Of the subject, seconded by the two others."""
    return await land.congress.seconded(land.subject, land.delegates)


async def elsewhere(land: Land) -> str:
    """Of somebody else; the subject is not asked to second it."""
    return await land.congress.seconded(land.delegates[0], [land.delegates[1]])


async def invited(land: Land) -> str:
    return str((await land.congress.file(land.delegates[0], [land.subject]))["id"])


async def referred(land: Land) -> str:
    made = await elsewhere(land)
    await land.congress.post(f"/v1/proposals/{made}/referrals", {"note": "意见不一"}, committee(land))
    return made


async def merged(land: Land) -> str:
    made, into = await proposal(land), await elsewhere(land)
    await land.congress.post(f"/v1/proposals/{made}/mergers", {"into": into}, committee(land))
    return made


async def not_filed(land: Land) -> str:
    made = await proposal(land)
    await land.congress.disposed(made, "not_filed", committee(land), reason="personal_matter", note="属个人事项")
    return made


async def file_proposal(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, await land.seated(who), body=land.congress.text(land.delegates))
    return answer, answer.is_success


async def list_proposals(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("proposal", lambda: proposal(land))
    answer = await send(campus, row, who, query=f"?limit=200&call_id={land.congress.call}")
    pages = answer
    while pages.is_success and not listing(made, pages) and (cursor := pages.json()["next"]):
        pages = await send(campus, row, who, query=f"?limit=200&call_id={land.congress.call}&cursor={cursor}")
    return answer, listing(made, pages)


async def get_proposal(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("proposal", lambda: proposal(land))
    answer = await send(campus, row, who, ids={"proposal_id": made})
    return answer, answer.is_success


async def revise_proposal(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await proposal(land)
    answer = await send(campus, row, who, ids={"proposal_id": made}, body=TEXT, headers={"If-Match": '"3"'})
    return answer, answer.is_success


def on_a(make: Callable[[Land], Awaitable[str]], body: Callable[[Land], Any]) -> Scenario:
    """A step in the life of a form, each time of another one."""

    async def ask(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
        answer = await send(campus, row, who, ids={"proposal_id": await make(land)}, body=body(land))
        return answer, answer.is_success

    return Scenario(Kind.CHANGE, ask)


async def merge_proposal(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    body = {"into": await land.once("merged into", lambda: elsewhere(land))}
    answer = await send(campus, row, who, ids={"proposal_id": await proposal(land)}, body=body)
    return answer, answer.is_success


async def session(land: Land) -> str:
    """One without a call yet."""
    number = land.made["sessions"] = land.made.get("sessions", 100) + 1
    day = str(clock.campus_day(clock.now()) + timedelta(days=90))
    body = {"number": number, "held_from": day, "held_until": day}
    path = f"/v1/terms/{land.congress.term}/sessions"
    return str((await land.congress.post(path, body, land.campus.officer, status=201))["id"])


def window(days: int) -> dict[str, str]:
    at = clock.now()
    return {"opens_at": str(at), "closes_at": str(at + timedelta(days=days))}


async def announce_call(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"session_id": await session(land)}, body=window(1))
    return answer, answer.is_success


async def call(land: Land) -> str:
    path = f"/v1/sessions/{await session(land)}/calls"
    return str((await land.congress.post(path, window(1), land.campus.officer, status=201))["id"])


async def extend_call(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    body = {"closes_at": window(9)["closes_at"], "reason": "代表要求延长"}
    answer = await send(campus, row, who, ids={"call_id": await call(land)}, body=body)
    return answer, answer.is_success


async def list_calls(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, query=f"?limit=200&term_id={land.congress.term}")
    return answer, listing(land.congress.call, answer)


async def get_call(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"call_id": land.congress.call})
    return answer, answer.is_success


def rule_body(land: Land, **more: Any) -> dict[str, Any]:
    """A rule of its own day, far enough not to be the one in force."""
    days = land.made["rules"] = land.made.get("rules", 1000) + 1
    return {
        "effective_from": str(clock.campus_day(clock.now()) + timedelta(days=days)),
        "source": "校教发〔2022〕3号",
        **more,
    }


async def adopt_proposal_rule(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    body = rule_body(land, minimum_seconders=2, forms_per_delegate=10, delegations_need_seconders=False)
    answer = await send(campus, row, who, body=body)
    return answer, answer.is_success


async def adopt_handling_rule(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    body = rule_body(
        land,
        days="working",
        assign_within=10,
        answer_within=40,
        co_departments_within=20,
        remind_before=[5],
        remind_after=[1],
        escalate_after=10,
        extensions=1,
        extend_by_at_most=20,
        rate_within=10,
        rounds=2,
    )
    answer = await send(campus, row, who, body=body)
    return answer, answer.is_success


async def adopt_appeal_rule(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    share = {"parts": 2, "of": 3}
    body = rule_body(land, deadline_days=30, mediation_days=10, least_members=5, quorum=share, majority=share)
    answer = await send(campus, row, who, body=body)
    return answer, answer.is_success


async def list_rules(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who)
    return answer, answer.is_success and bool(answer.json()["items"])


def ruling(_: Land) -> dict[str, str]:
    return {"disposition": "opinion"}


PROPOSALS: Scenarios = {
    ("proposals", name): scenario
    for name, scenario in {
        "announce_call": Scenario(Kind.CHANGE, announce_call),
        "list_calls": Scenario(Kind.LIST, list_calls),
        "get_call": Scenario(Kind.READ, get_call),
        "extend_call": Scenario(Kind.CHANGE, extend_call),
        "adopt_proposal_rule": Scenario(Kind.CREATE, adopt_proposal_rule),
        "list_proposal_rules": Scenario(Kind.LIST, list_rules),
        "adopt_handling_rule": Scenario(Kind.CREATE, adopt_handling_rule),
        "list_handling_rules": Scenario(Kind.LIST, list_rules),
        "adopt_appeal_rule": Scenario(Kind.CREATE, adopt_appeal_rule),
        "list_appeal_rules": Scenario(Kind.LIST, list_rules),
        "file_proposal": Scenario(Kind.CREATE_OWN, file_proposal),
        "list_proposals": Scenario(Kind.LIST, list_proposals),
        "get_proposal": Scenario(Kind.READ, get_proposal),
        "revise_proposal": Scenario(Kind.CHANGE, revise_proposal),
        "invite_seconders": on_a(
            lambda land: land.congress.seconded(land.subject, []), lambda land: {"seconder_ids": land.delegates}
        ),
        "read_seconds": Scenario(Kind.READ, get_proposal),
        "answer_second": on_a(invited, lambda _: {"answer": "accepted", "revision": 1}),
        "withdraw_proposal": on_a(proposal, lambda _: None),
        "take_back_referral": on_a(referred, lambda _: {"note": "主席团未能开会"}),
        "refer_proposal": on_a(elsewhere, lambda _: {"note": "意见不一"}),
        "dispose_of_proposal": on_a(proposal, ruling),
        "decide_as_presidium": on_a(referred, ruling),
        "merge_proposal": Scenario(Kind.CHANGE, merge_proposal),
        "unmerge_proposal": on_a(merged, lambda _: {"note": "内容不同"}),
        "revoke_disposition": on_a(not_filed, lambda _: {"note": "重新审查"}),
    }.items()
}
