"""Drives of benefits as tests bring them about: money for them, and the time that passes."""

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared import clock
from shared.errors import NothingDue
from shared.roles import Role
from tests.campus import Campus, until

DRIVES = "/v1/benefit-drives"
MEMBERS = "/v1/benefit-entitlements"
STAPLES = {"name": "米面油", "price_fen": 20_000, "default": True}
FRUIT = {"name": "水果", "price_fen": 30_000}


def treasurer(campus: Campus) -> dict[str, str]:
    return campus.issuer.bearer(uuid4(), (Role.FINANCE_OFFICER, None))


async def budget(campus: Campus, unit: str, granted_fen: int = 100_000_000) -> None:
    """Of this year, for the unit; what is there already stays."""

    async def known() -> Any:
        return await campus.database("welfare")["directory_units"].find_one({"_id": UUID(unit), "kind": "faculty"})

    await until(known, what="the unit in welfare")
    body = {
        "year": clock.campus_day(clock.now()).year,
        "category": "activities",
        "unit_id": unit,
        "granted_fen": granted_fen,
        "document": "校工会〔2022〕1号",
    }
    answer = await campus.http["welfare"].post("/v1/envelopes", json=body, headers=treasurer(campus))
    assert answer.status_code == 201 or answer.json()["type"].endswith("already-exists"), answer.text


async def committee_decision(campus: Campus, granted_fen: int) -> str:
    body = {
        "decided_on": clock.campus_day(clock.now()).isoformat(),
        "subject": "节日福利",
        "document": "工会委员会纪要〔2022〕4号",
        "granted_fen": granted_fen,
    }
    return str((await campus.post("welfare", "/v1/fund-decisions", body, campus.officer))["id"])


def drive_body(unit: str | None, **change: Any) -> dict[str, Any]:
    """Chosen until a minute from now, picked up from that day on."""
    choose_by = change.pop("choose_by", clock.now() + timedelta(minutes=1))
    first = clock.campus_day(choose_by)
    return {
        "unit_id": unit,
        "occasion": "mid_autumn",
        "title": "中秋节慰问品",
        "packages": [STAPLES, FRUIT],
        "snapshot_on": clock.campus_day(clock.now()).isoformat(),
        "choose_by": choose_by.isoformat(),
        "remind_days": None,
        "pick_up_from": first.isoformat(),
        "pick_up_until": (first + timedelta(days=10)).isoformat(),
        **change,
    }


async def planned(campus: Campus, unit: str | None, **change: Any) -> dict[str, Any]:
    return await campus.post("welfare", DRIVES, drive_body(unit, **change), campus.officer)


async def pass_time(campus: Campus, drive_id: str, at: datetime | None = None) -> dict[str, Any]:
    """All that is due at the moment, which may lie ahead. Others may be doing the same."""
    store = campus.running["welfare"].stores.benefit_drives
    for _ in itertools.repeat(None, 1000):
        try:
            await store.do(UUID(drive_id), at or clock.now())
        except NothingDue:
            state = (await store.get(UUID(drive_id))).state
            due = store.due_at(state)
            if due is None or due > (at or clock.now()):
                break
    return await campus.get("welfare", f"{DRIVES}/{drive_id}", campus.officer)


async def frozen(campus: Campus, unit: str | None, **change: Any) -> dict[str, Any]:
    drive = await pass_time(campus, (await planned(campus, unit, **change))["id"])
    assert drive["state"] == "frozen"
    return drive


async def announced(campus: Campus, unit: str | None, **change: Any) -> dict[str, Any]:
    if unit is not None:
        await budget(campus, unit)
    drive = await frozen(campus, unit, **change)
    await campus.post("welfare", f"{DRIVES}/{drive['id']}/announcements", {}, campus.officer, status=200)
    return await pass_time(campus, drive["id"])


async def handing_out(
    campus: Campus, unit: str | None, choices: Sequence[tuple[str, int]] = (), **change: Any
) -> dict[str, Any]:
    """After the choices (whose, and the place of the package) the deadline passes."""
    drive = await announced(campus, unit, **change)
    for member, package in choices:
        await choose(campus, drive, member, package)
    found = await pass_time(campus, drive["id"], datetime.fromisoformat(drive["choose_by"]))
    assert found["state"] == "handing_out"
    return found


async def entitlement(campus: Campus, drive: dict[str, Any], member: str) -> dict[str, Any]:
    query = f"?drive_id={drive['id']}&member_id={member}"
    (found,) = (await campus.get("welfare", f"{MEMBERS}{query}", campus.officer))["items"]
    return dict(found)


async def choose(
    campus: Campus, drive: dict[str, Any], member: str, package: int, *, status: int = 200
) -> dict[str, Any]:
    """As the member."""
    place = f"{MEMBERS}/{(await entitlement(campus, drive, member))['id']}/choices"
    body = {"package_id": drive["packages"][package]["id"]}
    return await campus.post("welfare", place, body, campus.issuer.bearer(member), status=status)


async def members_of(campus: Campus, unit: str, number: int) -> list[str]:
    made = [await campus.member(unit) for _ in range(number)]
    for member in made:
        await campus.heard_of("welfare", member)
    return made
