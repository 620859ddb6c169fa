"""How each route of what becomes of a visit, and of batch visits, is asked by the matrix of access.

The section has policies of its own, one occasion for each role that signs. Small amounts take nobody's signature in
particular, so that they are approved by the office.
"""

import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import uuid4

from deploy.access_table import Row
from shared.roles import Role
from tests.campus import Campus
from tests.integration.land import Asked, Bearer, Kind, Land, Scenario, Scenarios, listing, send
from tests.visits import adopt, open_envelope, today

SMALL, LARGE = 500, 2_000
_ABOVE = 1_000
_OCCASION: Mapping[Role, str] = {
    Role.BRANCH_CHAIR: "marriage",
    Role.UNION_OFFICER: "birth",
    Role.FINANCE_OFFICER: "hospitalised",
    Role.SCHOOL_LEADER: "retirement",
}
_BATCH: Mapping[Role, tuple[str, str]] = {
    Role.BRANCH_CHAIR: ("section", "summer_heat"),
    Role.UNION_OFFICER: ("section", "on_duty"),
    Role.FINANCE_OFFICER: ("section", "epidemic_duty"),
    Role.SCHOOL_LEADER: ("above", "summer_heat"),
}


async def _policies(land: Land) -> str:
    campus = land.campus
    await open_envelope(campus, land.above)
    for role, occasion in _OCCASION.items():
        await adopt(campus, land.section, (role, _ABOVE), occasion=occasion)
    for role, (unit, occasion) in _BATCH.items():
        more = {"kind": "batch_visit", "occasion": occasion, "forms": ["goods"]}
        await adopt(campus, getattr(land, unit), (role, _ABOVE), **more)
    return "adopted"


def _role_of(land: Land, who: Bearer) -> Role:
    claims = json.loads(base64.urlsafe_b64decode(who["Authorization"].split(".")[1] + "=="))
    if claims["roles"]:
        return Role(claims["roles"][0]["role"])
    return next(role for (role, _), member in land.enrolled.items() if member == claims["sub"])


def _office(land: Land) -> Bearer:
    return land.campus.issuer.bearer(uuid4(), (Role.UNION_OFFICER, None))


def _finance(land: Land) -> Bearer:
    return land.campus.issuer.bearer(uuid4(), (Role.FINANCE_OFFICER, None))


async def _visit(land: Land, role: Role, amount_fen: int) -> str:
    body = {
        "member_id": land.subject,
        "occasion": _OCCASION.get(role, "birth"),
        "visited_on": today(),
        "visitor_ids": [land.caller],
        "form": "money",
        "amount_fen": amount_fen,
    }
    return str((await land.campus.post("welfare", "/v1/visits", body, land.campus.officer))["id"])


async def _batch(land: Land, role: Role, unit_price_fen: int) -> str:
    body = batch_body(land, role, unit_price_fen)
    return str((await land.campus.post("welfare", "/v1/batch-visits", body, land.campus.officer))["id"])


def batch_body(land: Land, role: Role = Role.UNION_OFFICER, unit_price_fen: int = SMALL) -> dict[str, Any]:
    unit, occasion = _BATCH.get(role, ("section", "summer_heat"))
    return {
        "title": "高温慰问",
        "occasion": occasion,
        "goods": "清凉饮品一箱",
        "unit_price_fen": unit_price_fen,
        "visited_on": today(),
        "unit_id": getattr(land, unit),
        "member_ids": [land.subject],
    }


BODIES: Mapping[str, Callable[[Land], dict[str, Any] | None]] = {
    "signatures": lambda land: {},
    "refusals": lambda land: {"reason": "材料不全"},
    "payments": lambda land: None,
    "receipts": lambda land: {"number": "2022-0117", "on": today(), "signed_by": land.subject},
    "cancellations": lambda land: {"reason": "重复申报"},
    "refunds": lambda land: {"reason": "退回", "amount_fen": 1},
}
BEFORE: Mapping[str, tuple[str, ...]] = {
    "signatures": (),
    "refusals": (),
    "payments": ("signatures",),
    "receipts": ("signatures", "payments"),
    "cancellations": ("signatures",),
    "refunds": ("signatures", "payments"),
}


def step(name: str, things: str, parameter: str, make: Callable[[Land, Role, int], Awaitable[str]]) -> Scenario:
    """Who is not to get through leaves it as it was, so that they share one."""
    amount_fen = LARGE if name in ("signatures", "refusals") else SMALL

    async def fresh(land: Land, role: Role) -> str:
        made = await make(land, role, amount_fen)
        for before in BEFORE[name]:
            who = _finance(land) if before == "payments" else _office(land)
            path = f"/v1/{things}/{made}/{before}"
            await land.campus.post("welfare", path, BODIES[before](land), who, status=200)
        return made

    async def ask(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
        await land.once("policies of visits", lambda: _policies(land))
        role = _role_of(land, who)
        shared = f"{things} for {name} by {role if amount_fen == LARGE else 'anybody'}"
        made = await land.once(shared, lambda: fresh(land, role))
        answer = await send(campus, row, who, ids={parameter: made}, body=BODIES[name](land))
        if answer.is_success:
            del land.made[shared]
        return answer, answer.is_success

    return Scenario(Kind.CHANGE, ask)


def of_a_visit(name: str) -> Scenario:
    return step(name, "visits", "visit_id", _visit)


def of_a_batch(name: str) -> Scenario:
    return step(name, "batch-visits", "batch_id", _batch)


async def count_visits(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, query=f"?year=2022&unit_id={land.section}")
    return answer, answer.is_success


async def propose_batch(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=batch_body(land))
    return answer, answer.is_success


async def propose_batch_by_sheet(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    number = (await campus.get("members", f"/v1/members/{land.subject}", campus.administrator))["staff_number"]
    given = {name: str(value) for name, value in batch_body(land).items() if name != "member_ids"}
    answer = await campus.http["welfare"].post(
        row.path,
        params=given,
        content=f"工号\n{number}\n".encode(),
        headers={**who, "Content-Type": "application/octet-stream"},
    )
    return answer, answer.is_success


async def _one_batch(land: Land) -> str:
    return await land.once("batch visit", lambda: _batch(land, Role.UNION_OFFICER, SMALL))


async def list_batches(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await _one_batch(land)
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def get_batch(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"batch_id": await _one_batch(land)})
    return answer, answer.is_success


WELFARE_VISITS: Scenarios = {
    ("welfare", "sign_for_visit"): of_a_visit("signatures"),
    ("welfare", "refuse_visit"): of_a_visit("refusals"),
    ("welfare", "pay_visit"): of_a_visit("payments"),
    ("welfare", "take_visit_receipt"): of_a_visit("receipts"),
    ("welfare", "cancel_visit"): of_a_visit("cancellations"),
    ("welfare", "refund_visit"): of_a_visit("refunds"),
    ("welfare", "count_visits"): Scenario(Kind.CREATE, count_visits),
    ("welfare", "propose_batch_visit"): Scenario(Kind.CREATE, propose_batch),
    ("welfare", "propose_batch_visit_by_sheet"): Scenario(Kind.CREATE, propose_batch_by_sheet),
    ("welfare", "list_batch_visits"): Scenario(Kind.LIST, list_batches),
    ("welfare", "get_batch_visit"): Scenario(Kind.READ, get_batch),
    ("welfare", "list_batch_visit_members"): Scenario(Kind.READ, get_batch),
    ("welfare", "sign_for_batch_visit"): of_a_batch("signatures"),
    ("welfare", "refuse_batch_visit"): of_a_batch("refusals"),
    ("welfare", "pay_batch_visit"): of_a_batch("payments"),
    ("welfare", "cancel_batch_visit"): of_a_batch("cancellations"),
    ("welfare", "refund_batch_visit"): of_a_batch("refunds"),
}
