"""The roster handed in, the rights of two members, the master key changed and the audit log verified: on processes as a
deployment has them, by the commands that an operator types."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from deploy.local.infrastructure import Infrastructure
from shared.audit import ENTRIES_DATABASE
from tests.campus import Issuer, Processes, until
from tests.journeys.sweep import everywhere
from tests.keys import FIRST, SECOND
from tests.rosters import College, xlsx
from tests.visits import without_caps

HOLDING = ("members", "welfare", "events", "proposals", "notifications")
BIRTHDAY, PHONE, OTHER_PHONE = "1903-02-17", "13987654321", "13987654322"
MARKS = (b"1903-02-17", b"1903/2/17", b"13987654321", b"13987654322", b"87654321", b"on_duty")
BOTH, NEW = {"SEALING_MASTER_KEYS": f"second:{SECOND},first:{FIRST}"}, {"SEALING_MASTER_KEYS": f"second:{SECOND}"}


@pytest.fixture(scope="module")
async def system(
    infrastructure: Infrastructure, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator["System"]:
    logs = tmp_path_factory.mktemp("members-journey")
    async with Processes(infrastructure, issuer, logs) as campus:
        found = System(campus, logs)
        await found.start(HOLDING)
        yield found
        await campus.drop_databases()


class System:
    """`processes` are those that run, by service and kind."""

    def __init__(self, campus: Processes, logs: Path) -> None:
        self.campus = campus
        self.logs = logs
        self._processes: dict[tuple[str, str], Any] = {}

    async def start(self, services: tuple[str, ...], **more: str) -> None:
        async def begin(service: str, kind: str) -> None:
            if (service, kind) in self._processes:
                await asyncio.to_thread(self._processes[service, kind].stop)
            self._processes[service, kind] = await self.campus.start(service, kind, LOG_LEVEL="DEBUG", **more)

        for kind in ("api", "consumer"):
            await asyncio.gather(*(begin(service, kind) for service in services))

    async def job(self, service: str, name: str, **more: str) -> dict[str, Any]:
        done = await self.campus.command(service, name, **more)
        assert done.returncode == 0, done.stderr
        report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])["report"]
        return report

    async def verified(self, service: str, *more: str) -> tuple[int, dict[str, Any]]:
        done = await self.campus.command(service, *more, module="shared.audit")
        report: dict[str, Any] = json.loads(done.stdout)
        return done.returncode, report


async def visit(campus: Processes, member: str) -> str:
    for service in HOLDING[1:]:
        await campus.heard_of(service, member)
    body = {
        "member_id": member,
        "occasion": "on_duty",
        "visited_on": "2022-06-01",
        "visitor_ids": [member],
        "form": "goods",
        "amount_fen": 87_654_321,
    }
    await without_caps(campus)
    return str((await campus.post("welfare", "/v1/visits", body, campus.officer))["id"])


async def answered(campus: Processes, request: str, state: str) -> None:
    async def look() -> bool:
        found = await campus.get("members", f"/v1/person-requests/{request}", campus.administrator)
        return bool(found["state"] == state)

    await until(look, seconds=60, what=f"the request to be {state}")


async def test_from_the_sheet_to_the_erasure_and_to_another_master_key(system: System) -> None:
    campus = system.campus
    college = await College(campus).open()

    stays, goes = await _a_roster_is_handed_in_and_taken_away(college)
    seen, unseen = await visit(campus, stays), await visit(campus, goes)
    await _one_gets_everything_that_is_held(campus, stays)
    await _the_other_is_erased(campus, goes)
    await _the_master_key_changes(system)

    themself = campus.issuer.bearer(stays)
    shown = await campus.get("members", f"/v1/members/{stays}/details", themself)
    assert (shown["birth_date"], shown["phone"]) == (BIRTHDAY, f"+86{PHONE}")
    assert (await campus.get("welfare", f"/v1/visits/{seen}/details", themself))["amount_fen"] == 87_654_321
    for service, path in (("members", f"members/{goes}"), ("welfare", f"visits/{unseen}")):
        gone = await campus.get(service, f"/v1/{path}/details?purpose=audit", _reader(campus, service))
        assert {gone.get(name) for name in ("birth_date", "phone", "amount_fen", "occasion")} == {None}
    await _the_audit_log_says_what_was_erased_and_what_was_taken_away(system)
    heard = await everywhere(campus, system.logs)
    assert sum(place.endswith(".log") for place in heard) >= 2 * len(HOLDING)
    assert [place for place, content in heard.items() if any(mark in content for mark in MARKS)] == []


def _reader(campus: Processes, service: str) -> dict[str, str]:
    return campus.administrator if service == "members" else campus.officer


async def _a_roster_is_handed_in_and_taken_away(college: College) -> tuple[str, str]:
    campus = college.campus
    rows = [
        college.row(1, 手机=PHONE, 出生日期="1903/2/17"),
        college.row(2, 手机=OTHER_PHONE, 出生日期="1903/2/17"),
        *(college.row(number) for number in range(3, 30)),
        college.row(30, 部门="没有的单位"),
    ]
    sheet = await college.upload(xlsx(rows))
    dry = await college.run(sheet["id"])
    assert (dry["counts"]["new"], dry["counts"]["refused"], dry["progress"]["done"]) == (29, 1, 30)
    assert (await college.run(sheet["id"], "applications"))["state"] == "applied"

    exported = await campus.http["members"].get("/v1/roster-exports?purpose=handling", headers=campus.administrator)
    again = await college.upload(exported.content)
    done = await college.run(again["id"])
    assert {name: number for name, number in done["counts"].items() if number} == {"unchanged": 29}
    one, other = await college.member(1), await college.member(2)
    assert one["phone"] == f"+86{PHONE}"
    return str(one["id"]), str(other["id"])


async def _one_gets_everything_that_is_held(campus: Processes, member: str) -> None:
    themself = campus.issuer.bearer(member)
    asked = (await campus.post("members", f"/v1/members/{member}/exports", None, themself))["id"]
    await answered(campus, asked, "ready")
    answer = await campus.http["members"].get(f"/v1/person-requests/{asked}/archive", headers=themself)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        held = {name: archive.read(name).decode() for name in archive.namelist()}
    assert set(held) == {"README.txt", *(f"{service}.json" for service in HOLDING)}
    assert "on_duty" in held["welfare.json"]
    assert BIRTHDAY in held["members.json"]
    # Who looked: the dry runs and the export of the roster opened their details.
    actions = {item["action"] for item in json.loads(held["members.json"]) if item["kind"] == "access record"}
    assert {"roster.compared", "roster.exported"} <= actions


async def _the_other_is_erased(campus: Processes, member: str) -> None:
    gone = {"on": "2022-06-01", "reason": "离职"}
    await campus.post("members", f"/v1/members/{member}/departures", gone, campus.administrator, status=200)
    asked = (await campus.post("members", f"/v1/members/{member}/erasures", None, campus.issuer.bearer(member)))["id"]
    # The law makes the welfare service keep a visit that money was spent on.
    await answered(campus, asked, "held")
    confirm = f"/v1/person-requests/{asked}/confirmations"
    refused = await campus.post("members", confirm, None, campus.administrator, status=409)
    assert refused["type"].endswith("erasure-held")

    # Once it need not be kept any more:
    rule = {"kind": "visit", "years": 1, "effective_from": "2022-01-01", "source": "校档案管理规定"}
    identity = {"kind": "visit", "effective_from": "2022-01-01"}
    await campus.database("welfare")["retention_rules"].insert_one({"_id": identity, **rule})
    asked = (await campus.post("members", f"/v1/members/{member}/erasures", None, campus.issuer.bearer(member)))["id"]
    await answered(campus, asked, "ready")
    path = f"/v1/person-requests/{asked}/confirmations"
    assert (await campus.post("members", path, None, campus.administrator, status=200))["state"] == "done"
    assert await campus.database("members")["roster_files"].count_documents({}) == 0

    async def everywhere_destroyed() -> bool:
        rows = [await campus.database(name)["person_keys"].find_one({"_id": UUID(member)}) for name in HOLDING]
        return all(row is not None and row["wrapped"] is None for row in rows)

    await until(everywhere_destroyed, seconds=60, what="the end of the key in every service")


async def _the_master_key_changes(system: System) -> None:
    await system.start(HOLDING, **BOTH)
    assert await system.job("members", "rewrap-keys", **BOTH) == await _all_of_the_first(system)
    for service in HOLDING:

        async def none_left(service: str = service) -> bool:
            found = await system.job(service, "count-keys", **BOTH)
            return bool(found["current"] == "second" and set(found["keys"]) == {"second"})

        await until(none_left, seconds=60, what=f"the keys of {service} under the new master key")
    await system.start(("members", "welfare"), **NEW)


async def _all_of_the_first(system: System) -> dict[str, int]:
    """The keys of the members who are there, and of the two sheets that were handed in."""
    members = await system.campus.database("members")["members"].count_documents({"erased_at": None})
    return {"rewrapped": members + 2, "unreadable": 0, "failed": 0}


async def _the_audit_log_says_what_was_erased_and_what_was_taken_away(system: System) -> None:
    for service in HOLDING:
        code, report = await system.verified(service)
        assert (code, report["broken"]) == (0, None), service
    code, report = await system.verified("members")
    assert report["erased"] >= 1
    kept = f"{report['head_sequence']}:{report['head_hash']}"
    assert (await system.verified("members", "--expect", kept))[0] == 0

    database = system.campus.database("members")
    entries = database.client[f"{database.name}{ENTRIES_DATABASE}"]["audit_entries"]
    last = await entries.find_one({}, sort=[("_id", -1)])
    assert last is not None
    details = await database["audit_details"].find_one({"_id": last["details_id"]})
    assert details is not None
    await database["audit_details"].delete_one({"_id": details["_id"]})
    code, report = await system.verified("members")
    assert (code, report["broken"]) == (1, {"sequence": last["_id"], "fault": "details"})
    await database["audit_details"].insert_one(details)
    assert (await system.verified("members"))[0] == 0
