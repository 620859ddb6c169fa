"""How each route of benefits and of vouchers is asked by the matrix of access. The subject is entitled."""

import itertools
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from deploy.access_table import Row
from shared import clock
from tests.campus import Campus
from tests.integration.benefit_drives import (
    DRIVES,
    MEMBERS,
    announced,
    budget,
    drive_body,
    entitlement,
    frozen,
    handing_out,
    members_of,
    planned,
)
from tests.integration.land import Asked, Bearer, Kind, Land, Scenario, Scenarios, listing, send

Ask = Callable[[Campus, Land, Row, Bearer], Awaitable[Asked]]
Make = Callable[[Land], Awaitable[dict[str, Any]]]

FILMS: dict[str, Any] = {
    "occasion": "film_tickets",
    "packages": [{"name": "观影券", "price_fen": 100, "default": True}, {"name": "双人券", "price_fen": 200}],
}
"""They do not count together: there may be any number in a year, and of any number of members without a decision."""
_DAYS = itertools.count(11)


async def _planned(land: Land) -> dict[str, Any]:
    day = clock.now() + timedelta(days=3)
    ahead = {"snapshot_on": clock.campus_day(day).isoformat(), "choose_by": day + timedelta(days=9)}
    return await planned(land.campus, land.section, **FILMS, **ahead)


async def _frozen(land: Land) -> dict[str, Any]:
    await budget(land.campus, land.section)
    return await frozen(land.campus, land.section, **FILMS, choose_by=clock.now() + timedelta(days=2))


async def _announced(land: Land) -> dict[str, Any]:
    return await announced(land.campus, land.section, **FILMS, choose_by=clock.now() + timedelta(days=2))


async def _handing_out(land: Land) -> dict[str, Any]:
    return await handing_out(land.campus, land.section, **FILMS)


async def _of_the_subject(land: Land, drive: dict[str, Any]) -> str:
    return str((await entitlement(land.campus, drive, land.subject))["id"])


async def _once(land: Land, make: Make) -> dict[str, Any]:
    """A drive that several requests share."""
    name = f"drive {make.__name__}"
    if name not in land.made:
        land.made[name] = await make(land)
    found: dict[str, Any] = land.made[name]
    return found


def _changing(make: Make, body: Callable[[Land], Any], *, kept: bool = False) -> Ask:
    """The same drive is asked for until somebody has changed it; for ever if it can be changed again."""

    async def ask(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
        name = f"{row.name} of a drive"
        if name not in land.made:
            land.made[name] = await make(land)
        found = await send(campus, row, who, ids={"drive_id": land.made[name]["id"]}, body=body(land))
        if found.is_success and not kept:
            del land.made[name]
        return found, found.is_success

    return ask


async def _plan(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=drive_body(land.section, **FILMS))
    return answer, answer.is_success


async def _list_drives(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    drive = await _once(land, _planned)
    answer = await send(campus, row, who, query=f"?year={drive['year']}&limit=200")
    return answer, listing(drive["id"], answer)


async def _get_drive(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    drive = await _once(land, _planned)
    answer = await send(campus, row, who, ids={"drive_id": drive["id"]})
    return answer, answer.is_success


async def _revise(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    drive = await _once(land, _planned)
    place = f"{DRIVES}/{drive['id']}"
    etag = (await campus.http["welfare"].get(place, headers=campus.officer)).headers["ETag"]
    answer = await send(
        campus, row, who, ids={"drive_id": drive["id"]}, body={"title": "观影"}, headers={"If-Match": etag}
    )
    return answer, answer.is_success


async def _counts(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    drive = await _once(land, _handing_out)
    answer = await send(campus, row, who, ids={"drive_id": drive["id"]})
    return answer, answer.is_success and answer.json()["by_branch"] != []


async def _figures(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    drive = await _once(land, _handing_out)
    answer = await send(campus, row, who, query=f"?year={drive['year']}")
    return answer, answer.is_success and answer.json()["drives"] > 0


async def _list_entitlements(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    drive = await _once(land, _announced)
    answer = await send(campus, row, who, query=f"?drive_id={drive['id']}&member_id={land.subject}")
    return answer, listing(await _of_the_subject(land, drive), answer)


async def _get_entitlement(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    found = await _of_the_subject(land, await _once(land, _announced))
    answer = await send(campus, row, who, ids={"entitlement_id": found})
    return answer, answer.is_success


async def _choose(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    drive = await _once(land, _announced)
    ids = {"entitlement_id": await _of_the_subject(land, drive)}
    answer = await send(campus, row, who, ids=ids, body={"package_id": drive["packages"][1]["id"]})
    return answer, answer.is_success


async def _pick_up(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    """What was picked up goes back, so that it can be picked up again."""
    found = await _of_the_subject(land, await _once(land, _handing_out))
    answer = await send(campus, row, who, ids={"entitlement_id": found}, body={})
    if answer.is_success:
        await campus.post("welfare", f"{MEMBERS}/{found}/returns", None, campus.officer, status=200)
    return answer, answer.is_success


async def _return(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    drive = await _once(land, _handing_out)
    found = await _of_the_subject(land, drive)
    if (await entitlement(campus, drive, land.subject))["state"] == "returned":
        await campus.post("welfare", f"{MEMBERS}/{found}/pick-ups", {}, campus.officer, status=200)
    answer = await send(campus, row, who, ids={"entitlement_id": found})
    return answer, answer.is_success


def _list_body(land: Land, drive: dict[str, Any]) -> dict[str, Any]:
    return {"drive_id": drive["id"], "unit_id": land.section, "rows": [{"member_id": land.delegates[0]}]}


async def _record_pick_ups(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=_list_body(land, await _once(land, _handing_out)))
    return answer, answer.is_success


async def _get_pick_up_list(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    async def make() -> str:
        body = _list_body(land, await _once(land, _handing_out))
        return str((await campus.post("welfare", "/v1/pick-up-lists", body, campus.officer))["id"])

    answer = await send(campus, row, who, ids={"list_id": await land.once("pick-up list", make)})
    return answer, answer.is_success


def _later() -> str:
    """Each time a later day."""
    return (clock.campus_day(clock.now()) + timedelta(days=next(_DAYS))).isoformat()


def voucher_drive_body(unit: str | None, **change: Any) -> dict[str, Any]:
    return {
        "unit_id": unit,
        "title": "生日券",
        "year": clock.campus_day(clock.now()).year,
        "value_fen": 20_000,
        "valid_days": 90,
        "most": 5,
        **change,
    }


async def _voucher_drive(land: Land) -> dict[str, Any]:
    await budget(land.campus, land.section)
    return await land.campus.post(
        "welfare", "/v1/voucher-drives", voucher_drive_body(land.section), land.campus.officer
    )


def voucher_list_body(drive_id: str, unit: str, members: list[str]) -> dict[str, Any]:
    month = clock.campus_day(clock.now()).month
    return {"drive_id": drive_id, "unit_id": unit, "month": month, "member_ids": members}


async def _voucher(land: Land, member: str | None = None) -> dict[str, Any]:
    """Of the subject, or of somebody else, in a drive of its own. In a year a member has one."""
    drive = await _voucher_drive(land)
    body = voucher_list_body(drive["id"], land.section, [member or land.subject])
    await land.campus.post("welfare", "/v1/voucher-lists", body, land.campus.officer)
    place = f"/v1/vouchers?drive_id={drive['id']}"
    (found,) = (await land.campus.get("welfare", place, land.campus.officer))["items"]
    return dict(found)


async def _open(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    await budget(campus, land.section)
    answer = await send(campus, row, who, body=voucher_drive_body(land.section))
    return answer, answer.is_success


async def _list_voucher_drives(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    drive = await _once(land, _voucher_drive)
    answer = await send(campus, row, who, query=f"?year={drive['year']}&limit=200")
    return answer, listing(drive["id"], answer)


async def _get_voucher_drive(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"drive_id": (await _once(land, _voucher_drive))["id"]})
    return answer, answer.is_success


async def _record_vouchers(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    drive = await _once(land, _voucher_drive)
    answer = await send(campus, row, who, body=voucher_list_body(drive["id"], land.section, [land.delegates[0]]))
    return answer, answer.is_success


async def _get_voucher_list(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    async def make() -> str:
        body = voucher_list_body((await _once(land, _voucher_drive))["id"], land.section, [land.delegates[1]])
        return str((await campus.post("welfare", "/v1/voucher-lists", body, campus.officer))["id"])

    answer = await send(campus, row, who, ids={"list_id": await land.once("voucher list", make)})
    return answer, answer.is_success


async def _list_vouchers(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    voucher = await _once(land, _voucher)
    answer = await send(campus, row, who, query=f"?drive_id={voucher['drive_id']}&limit=200")
    return answer, listing(voucher["id"], answer)


async def _get_voucher(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"voucher_id": (await _once(land, _voucher))["id"]})
    return answer, answer.is_success


async def _use_voucher(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    if "voucher to use" not in land.made:
        (member,) = await members_of(campus, land.section, 1)
        land.made["voucher to use"] = await _voucher(land, member)
    answer = await send(campus, row, who, ids={"voucher_id": land.made["voucher to use"]["id"]})
    if answer.is_success:
        del land.made["voucher to use"]
    return answer, answer.is_success


def _nothing(_: Land) -> None:
    return None


BENEFITS: Scenarios = {
    ("welfare", "plan_benefit_drive"): Scenario(Kind.CREATE, _plan),
    ("welfare", "list_benefit_drives"): Scenario(Kind.LIST, _list_drives),
    ("welfare", "get_benefit_drive"): Scenario(Kind.READ, _get_drive),
    ("welfare", "revise_benefit_drive"): Scenario(Kind.CHANGE, _revise),
    ("welfare", "include_members"): Scenario(
        Kind.CHANGE, _changing(_planned, lambda land: {"member_ids": [land.subject]}, kept=True)
    ),
    ("welfare", "exclude_members"): Scenario(
        Kind.CHANGE, _changing(_planned, lambda land: {"member_ids": [land.subject]}, kept=True)
    ),
    ("welfare", "announce_benefit_drive"): Scenario(Kind.CHANGE, _changing(_frozen, lambda _: {})),
    ("welfare", "extend_pick_up"): Scenario(
        Kind.CHANGE, _changing(_handing_out, lambda _: {"pick_up_until": _later()}, kept=True)
    ),
    ("welfare", "reconcile_benefit_drive"): Scenario(
        Kind.CHANGE, _changing(_handing_out, lambda _: {"return_uncollected": True})
    ),
    ("welfare", "cancel_benefit_drive"): Scenario(Kind.CHANGE, _changing(_planned, lambda _: {"reason": "取消"})),
    ("welfare", "read_benefit_counts"): Scenario(Kind.LIST, _counts),
    ("welfare", "read_benefit_figures"): Scenario(Kind.LIST, _figures),
    ("welfare", "list_benefit_entitlements"): Scenario(Kind.LIST, _list_entitlements),
    ("welfare", "get_benefit_entitlement"): Scenario(Kind.READ, _get_entitlement),
    ("welfare", "choose_package"): Scenario(Kind.CHANGE, _choose),
    ("welfare", "record_pick_up"): Scenario(Kind.CHANGE, _pick_up),
    ("welfare", "return_benefit"): Scenario(Kind.CHANGE, _return),
    ("welfare", "record_pick_ups"): Scenario(Kind.CREATE, _record_pick_ups),
    ("welfare", "get_pick_up_list"): Scenario(Kind.READ, _get_pick_up_list),
    ("welfare", "open_voucher_drive"): Scenario(Kind.CREATE, _open),
    ("welfare", "list_voucher_drives"): Scenario(Kind.LIST, _list_voucher_drives),
    ("welfare", "get_voucher_drive"): Scenario(Kind.READ, _get_voucher_drive),
    ("welfare", "close_voucher_drive"): Scenario(Kind.CHANGE, _changing(_voucher_drive, _nothing)),
    ("welfare", "record_vouchers"): Scenario(Kind.CREATE, _record_vouchers),
    ("welfare", "get_voucher_list"): Scenario(Kind.READ, _get_voucher_list),
    ("welfare", "list_vouchers"): Scenario(Kind.LIST, _list_vouchers),
    ("welfare", "get_voucher"): Scenario(Kind.READ, _get_voucher),
    ("welfare", "use_voucher"): Scenario(Kind.CHANGE, _use_voucher),
}
