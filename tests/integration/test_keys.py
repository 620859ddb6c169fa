"""Master keys that change, and contents that go when their time is over, on the running system."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from deploy.local.infrastructure import Infrastructure
from services.members.jobs import count_keys as members_keys
from services.members.jobs import rewrap_keys
from shared.person import apply_retention
from shared.sealing import MasterKeys, read_key, read_master_keys
from tests.campus import Campus, Issuer, until
from tests.keys import FIRST, INDEX, SECOND
from tests.rosters import College, xlsx
from tests.visits import today


@pytest.fixture(scope="module")
async def own(infrastructure: Infrastructure, issuer: Issuer) -> AsyncIterator[Campus]:
    async with Campus(infrastructure, issuer) as opened:
        yield opened


async def visited(campus: Campus, member: str, day: str = "2022-06-01") -> str:
    body = {
        "member_id": member,
        "occasion": "hospitalised",
        "visited_on": day,
        "visitor_ids": [member],
        "form": "money",
        "amount_fen": 60_000,
    }
    return str((await campus.post("welfare", "/v1/visits", body, campus.officer))["id"])


async def details(campus: Campus, visit: str, *, status: int = 200) -> dict[str, Any]:
    return await campus.get("welfare", f"/v1/visits/{visit}/details?purpose=audit", campus.officer, status=status)


def start_again_with(campus: Campus, keys: str) -> None:
    """As every process would after its settings were changed."""
    for run in campus.running.values():
        run.foundation.keyring.masters = MasterKeys(read_master_keys(keys), read_key(INDEX))


async def test_the_master_key_changes_and_everything_can_still_be_read(own: Campus) -> None:
    member = await own.member(await own.unit())
    await own.heard_of("welfare", member)
    before = await visited(own, member)

    start_again_with(own, f"second:{SECOND},first:{FIRST}")
    meanwhile = await visited(own, member)
    report = await rewrap_keys(own.running["members"].stores)

    assert report["rewrapped"] >= 1
    assert report["unreadable"] == 0
    for name in ("members", "proposals", "welfare", "events", "notifications"):

        async def none_left(name: str = name) -> bool:
            found = await own.running[name].service.jobs["count-keys"](own.running[name].stores)
            return bool(found["current"] == "second" and set(found["keys"]) == {"second"})

        await until(none_left, what=f"the keys of {name} under the new master key")
    start_again_with(own, f"second:{SECOND}")
    for visit in (before, meanwhile, await visited(own, member)):
        assert (await details(own, visit))["amount_fen"] == 60_000
    nothing = {"rewrapped": 0, "unreadable": 0, "failed": 0}
    assert await rewrap_keys(own.running["members"].stores) == nothing
    await _no_key_is_left_in_the_history(own)
    start_again_with(own, f"first:{FIRST}")
    assert (await details(own, before, status=503))["type"].endswith("unavailable")
    start_again_with(own, f"second:{SECOND},first:{FIRST}")


async def _no_key_is_left_in_the_history(own: Campus) -> None:
    async def sent() -> bool:
        rows = own.database("members")["outbox"]
        return await rows.count_documents({"holds_key": True, "value": {"$exists": True}}) == 0

    await until(sent, what="the keys to leave the outbox")


async def test_the_key_of_a_roster_sheet_is_wrapped_anew_too(own: Campus) -> None:
    college = await College(own).open()
    start_again_with(own, f"first:{FIRST},second:{SECOND}")
    sheet = await college.upload(xlsx([college.row(1)]))

    start_again_with(own, f"second:{SECOND},first:{FIRST}")
    stores = own.running["members"].stores
    assert (await members_keys(stores))["keys"]["first"] == 1
    assert (await rewrap_keys(stores))["rewrapped"] == 1

    assert set((await members_keys(stores))["keys"]) == {"second"}
    start_again_with(own, f"second:{SECOND}")
    assert (await college.run(sheet["id"]))["state"] == "checked"
    start_again_with(own, f"first:{FIRST}")
    path = f"/v1/roster-imports/{sheet['id']}"
    for method, what, body in (("POST", "dry-runs", {}), ("GET", "report", None)):
        answer = await own.http["members"].request(method, f"{path}/{what}", json=body, headers=own.administrator)
        assert answer.status_code == 503, answer.text
    start_again_with(own, f"second:{SECOND},first:{FIRST}")


async def test_a_member_whose_key_cannot_be_wrapped_keeps_no_other_one_back(
    own: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_again_with(own, f"first:{FIRST},second:{SECOND}")
    unit = await own.unit()
    bad, *good = [await own.member(unit) for _ in range(3)]
    start_again_with(own, f"second:{SECOND},first:{FIRST}")
    stores = own.running["members"].stores
    real = stores.members.change

    async def change(member: UUID, *given: Any) -> Any:
        if str(member) == bad:
            raise LookupError
        return await real(member, *given)

    with monkeypatch.context() as patch:
        patch.setattr(stores.members, "change", change)
        assert await rewrap_keys(stores) == {"rewrapped": len(good), "unreadable": 0, "failed": 1}
    assert await rewrap_keys(stores) == {"rewrapped": 1, "unreadable": 0, "failed": 0}


async def everything_is_sent(campus: Campus, service: str) -> None:
    async def sent() -> bool:
        return await campus.database(service)["outbox"].count_documents({"state": "pending"}) == 0

    await until(sent, what="the events to leave")


async def is_in_the_history(campus: Campus, service: str, aggregate: str) -> bool:
    """Whether what the events of the thing said, sealed for a person, is still there."""
    sealed = {"aggregate": UUID(aggregate), "person": {"$ne": None}}
    rows = await campus.database(service)["outbox"].find(sealed).to_list(None)
    (there,) = {"value" in row for row in rows}
    return there


async def test_what_is_sealed_of_who_has_left_goes_after_its_time_from_the_history_too(own: Campus) -> None:
    unit = await own.unit()
    body = {"name": "示例会员", "sex": "female", "unit_id": unit, "joined_union_on": "2010-09-01"}
    members = []
    for number, path in enumerate(("departures", "membership-endings", None)):
        given = {**body, "staff_number": f"K{number}{unit[-8:]}", "phone": "+8613800138000"}
        members.append(str((await own.post("members", "/v1/members", given, own.administrator))["id"]))
        if path:
            gone = {"on": "2015-06-01", "reason": "离职"}
            await own.post("members", f"/v1/members/{members[-1]}/{path}", gone, own.administrator, status=200)
    await everything_is_sent(own, "members")

    report = {row["kind"]: row for row in await apply_retention(own.running["members"].stores)}

    assert report["member"]["expired"] == 2
    assert report["couple"]["rule"]["years"] == 2
    phones = []
    for member in members:
        path = f"/v1/members/{member}/details?purpose=audit"
        phones.append((await own.get("members", path, own.administrator))["phone"])
    assert phones == [None, None, "+8613800138000"]
    assert [await is_in_the_history(own, "members", member) for member in members] == [False, False, True]
    again = {row["kind"]: row["expired"] for row in await apply_retention(own.running["members"].stores)}
    assert again["member"] == 0


async def test_contents_go_when_their_time_is_over_and_the_record_stays(own: Campus) -> None:
    member = await own.member(await own.unit())
    await own.heard_of("welfare", member)
    old, new = await visited(own, member, "2018-06-01"), await visited(own, member, today())
    rule = {"kind": "visit", "years": 5, "effective_from": "2020-01-01", "source": "校档案管理规定"}
    await own.database("welfare")["retention_rules"].insert_one(
        {"_id": {"kind": "visit", "effective_from": "2020-01-01"}, **rule}
    )
    stores = own.running["welfare"].stores
    await everything_is_sent(own, "welfare")

    report = {row["kind"]: row for row in await apply_retention(stores)}

    assert report["visit"]["expired"] == 1
    assert report["visit"]["rule"]["source"] == "校档案管理规定"
    assert date.fromisoformat(report["visit"]["before"]).year == date.today().year - 5  # noqa: DTZ011
    gone, kept = await details(own, old), await details(own, new)
    assert [await is_in_the_history(own, "welfare", visit) for visit in (old, new)] == [False, True]
    assert (gone["amount_fen"], gone["occasion"], gone["visited_on"]) == (None, None, "2018-06-01")
    assert kept["amount_fen"] == 60_000
    assert {row["kind"]: row["expired"] for row in await apply_retention(stores)}["visit"] == 0
    assert (await stores.foundation.audit.verify()).broken is None


async def test_notices_that_were_read_go_after_two_years(own: Campus) -> None:
    notices = own.database("notifications")["notices"]
    member = UUID(int=7)
    row = {"member_id": member, "topic": "award-granted", "at": "x"}
    from shared.clock import begin_of

    await notices.insert_many(
        [
            {**row, "_id": "old read", "at": begin_of(date(2019, 1, 1)), "read_at": begin_of(date(2019, 1, 2))},
            {**row, "_id": "old unread", "at": begin_of(date(2019, 1, 1)), "read_at": None},
        ]
    )

    await apply_retention(own.running["notifications"].stores)

    assert [found["_id"] async for found in notices.find({"member_id": member})] == ["old unread"]
    await notices.delete_many({"member_id": member})


async def test_a_job_is_a_command_that_says_what_it_did(own: Campus, infrastructure: Infrastructure) -> None:
    environment = {
        **os.environ,
        **infrastructure.environment(),
        **own.issuer.keys,
        "OIDC_ISSUER": own.issuer.tokens.url,
        "MONGO_DATABASE": own.database_name("welfare"),
        "TOPIC_PREFIX": own.settings.topic_prefix,
    }

    def run(process: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "shared.run", "services.welfare.app", process]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)

    done, refused = run("retention"), run("nonsense")

    report = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, report["service"], report["job"]) == (0, "welfare", "retention")
    assert {row["kind"] for row in report["report"]} >= {"visit", "directory entry"}
    assert refused.returncode == 2
    assert "welfare has the processes api, consumer, redrive, retention, count-keys" in refused.stderr
