"""The rights of a person on the running system: everything held about them, and its erasure where the law allows it."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared import clock
from shared.mongo import Document
from shared.roles import Role
from tests.campus import Campus, until
from tests.rosters import College, xlsx

BIRTHDAY, PHONE = "1985-03-04", "+8613800138000"
GONE = {"on": "2022-06-01", "reason": "离职"}


async def somebody(campus: Campus) -> str:
    """A member of a faculty, with a visit by its chair, an award and a seconding behind them."""
    body = {
        "staff_number": f"P{uuid4().hex[:10]}",
        "name": "示例会员甲",
        "sex": "female",
        "unit_id": await campus.unit(),
        "joined_union_on": "2020-09-01",
        "birth_date": BIRTHDAY,
        "phone": PHONE,
    }
    keyed = {**campus.administrator, "Idempotency-Key": uuid4().hex}
    member = str((await campus.post("members", "/v1/members", body, keyed))["id"])
    for service in ("proposals", "welfare", "events", "notifications"):
        await campus.heard_of(service, member)
    return member


async def visited(campus: Campus, member: str) -> str:
    body = {
        "member_id": member,
        "occasion": "hospitalised",
        "visited_on": "2022-06-01",
        "visitor_ids": [member],
        "form": "money",
        "amount_fen": 54_321,
    }
    return str((await campus.post("welfare", "/v1/visits", body, campus.officer))["id"])


async def honoured(campus: Campus, member: str) -> None:
    body = {
        "member_id": member,
        "title": "学习达人",
        "level": "college",
        "granted_on": "2022-06-01",
        "document": "校工会〔2022〕1号",
    }
    await campus.post("events", "/v1/awards", body, campus.officer)
    await campus.inbox(member, topic="award-granted")


async def state_of(campus: Campus, request: str, wanted: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        found = await campus.get("members", f"/v1/person-requests/{request}", campus.administrator)
        return found if found["state"] == wanted else None

    return await until(look, what=f"the request to be {wanted}")


async def ask(campus: Campus, member: str, right: str, who: dict[str, str]) -> str:
    return str((await campus.post("members", f"/v1/members/{member}/{right}", None, who))["id"])


async def documents(campus: Campus, service: str, collection: str, where: Document) -> list[Document]:
    return await campus.database(service)[collection].find(where).to_list(None)


async def test_a_person_gets_everything_that_is_held_about_them_in_one_archive(campus: Campus) -> None:
    member = await somebody(campus)
    await visited(campus, member)
    await honoured(campus, member)
    themself = campus.issuer.bearer(member)
    request = await ask(campus, member, "exports", themself)
    await state_of(campus, request, "ready")

    answer = await campus.http["members"].get(f"/v1/person-requests/{request}/archive", headers=themself)

    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        held = {name: archive.read(name).decode() for name in archive.namelist()}
    assert set(held) == {
        "README.txt",
        *(f"{name}.json" for name in ("events", "members", "notifications", "proposals", "welfare")),
    }
    (visit,) = [item for item in json.loads(held["welfare.json"]) if item["kind"] == "visit"]
    assert (visit["occasion"], visit["amount_fen"], visit["named_as"]) == (
        "hospitalised",
        54_321,
        ["member_id", "visitor_ids"],
    )
    (myself,) = [item for item in json.loads(held["members.json"]) if item["kind"] == "member"]
    assert (myself["birth_date"], myself["phone"]) == (BIRTHDAY, PHONE)
    assert "学习达人" in held["events.json"]
    assert "award-granted" in held["notifications.json"]


async def test_an_archive_is_for_the_person_alone_and_on_record(campus: Campus) -> None:
    member = await somebody(campus)
    request = await ask(campus, member, "exports", campus.administrator)
    await state_of(campus, request, "ready")
    path = f"/v1/person-requests/{request}/archive"

    assert (await campus.http["members"].get(path, headers=campus.administrator)).status_code == 404
    await campus.http["members"].get(path, headers=campus.issuer.bearer(member))

    audit = campus.running["members"].foundation.audit
    rows, _ = await audit.concerning(UUID(member), limit=10, before=None)
    assert [row["action"] for row in rows] == ["person-archive.fetched"]
    async for part in campus.database("members")["person_archives"].find({"request_id": UUID(request)}):
        assert b"birth_date" not in part["sealed"]


async def test_what_is_large_comes_in_parts_and_is_whole_again(campus: Campus) -> None:
    member = await somebody(campus)
    notices = campus.database("notifications")["notices"]
    (template,) = await documents(campus, "notifications", "notices", {"member_id": UUID(await _told(campus))})
    rows = [
        {**template, "_id": f"{uuid4()}|{member}", "member_id": UUID(member), "facts": {"title": f"{n}" * 400}}
        for n in range(900)
    ]
    await notices.insert_many(rows)
    request = await ask(campus, member, "exports", campus.issuer.bearer(member))
    await state_of(campus, request, "ready")

    answer = await campus.http["members"].get(
        f"/v1/person-requests/{request}/archive", headers=campus.issuer.bearer(member)
    )

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert len(json.loads(archive.read("notifications.json"))) >= 900
    parts = await documents(campus, "members", "person_archives", {"service": "notifications"})
    assert max(part["part"] for part in parts) > 1


async def _told(campus: Campus) -> str:
    other = await somebody(campus)
    await honoured(campus, other)
    return other


async def test_who_has_left_is_erased_everywhere_and_cannot_be_read_by_anybody(campus: Campus) -> None:
    member = await somebody(campus)
    await honoured(campus, member)
    await campus.post("members", f"/v1/members/{member}/departures", GONE, campus.administrator, status=200)
    request = await ask(campus, member, "erasures", campus.issuer.bearer(member))
    await state_of(campus, request, "ready")

    path = f"/v1/person-requests/{request}/confirmations"
    await campus.post("members", path, None, campus.issuer.bearer(member), status=403)
    done = await campus.post("members", path, None, campus.administrator, status=200)

    assert done["state"] == "done"
    shown = await campus.get("members", f"/v1/members/{member}/details?purpose=audit", campus.administrator)
    assert (shown["name"], shown["birth_date"], shown["phone"]) == ("—", None, None)

    async def erased() -> bool:
        keys = [await documents(campus, name, "person_keys", {"_id": UUID(member)}) for name in ("welfare", "events")]
        people = await documents(campus, "notifications", "people", {"_id": UUID(member)})
        notices = await documents(campus, "notifications", "notices", {"member_id": UUID(member)})
        return all(rows[0]["wrapped"] is None for rows in keys) and people[0]["name"] is None and not notices

    await until(erased, what="the erasure in every service")
    for name in ("members", "welfare", "events", "notifications", "proposals"):
        for collection in await campus.database(name).list_collection_names():
            async for row in campus.database(name)[collection].find({}):
                if str(member) in str(row):
                    for mark in ("示例会员甲", repr("示例会员甲".encode())[2:-1], PHONE):
                        assert mark not in str(row), (name, collection)
        assert (await campus.running[name].foundation.audit.verify()).broken is None
    refused = await campus.post(
        "welfare",
        "/v1/visits",
        {
            "member_id": member,
            "occasion": "birth",
            "visited_on": "2022-06-01",
            "visitor_ids": [member],
            "form": "goods",
            "amount_fen": 1,
        },
        campus.officer,
        status=409,
    )
    assert refused["type"].endswith("member-unknown")


async def test_what_the_law_makes_us_keep_is_not_erased_and_the_rule_is_named(campus: Campus) -> None:
    member = await somebody(campus)
    visit = await visited(campus, member)
    await campus.post("members", f"/v1/members/{member}/departures", GONE, campus.administrator, status=200)
    request = await ask(campus, member, "erasures", campus.administrator)

    held = await state_of(campus, request, "held")

    assert held["held_until"] == "2052-06-01"
    assert "会计档案管理办法" in held["source"]
    path = f"/v1/person-requests/{request}/confirmations"
    refused = await campus.post("members", path, None, campus.administrator, status=409)
    assert (refused["type"].rpartition(":")[2], refused["until"]) == ("erasure-held", "2052-06-01")
    kept = await campus.get("welfare", f"/v1/visits/{visit}/details?purpose=audit", campus.officer)
    assert kept["amount_fen"] == 54_321


async def test_who_is_still_a_member_is_not_erased(campus: Campus) -> None:
    member = await somebody(campus)
    request = await ask(campus, member, "erasures", campus.administrator)
    await state_of(campus, request, "ready")

    path = f"/v1/person-requests/{request}/confirmations"
    refused = await campus.post("members", path, None, campus.administrator, status=409)

    assert refused["type"].endswith("still-a-member")
    assert (await state_of(campus, request, "ready"))["confirmed_by"] is None


async def test_what_is_sealed_is_found_by_its_whole_value_alone(campus: Campus) -> None:
    member = await somebody(campus)
    phone = f"139{uuid4().int % 10**8:08d}"
    found = await campus.http["members"].get(f"/v1/members/{member}", headers=campus.administrator)
    await campus.http["members"].patch(
        f"/v1/members/{member}",
        json={"phone": phone},
        headers={**campus.issuer.bearer(member), "If-Match": found.headers["etag"]},
    )

    for asked, ids in ((phone, [member]), (f"%2B86{phone}", [member]), (f"{phone[:-1]}x", None)):
        status = 422 if ids is None else 200
        listed = await campus.get("members", f"/v1/members?phone={asked}", campus.administrator, status=status)
        if ids is not None:
            assert [item["id"] for item in listed["items"]] == ids


async def test_members_change_how_they_are_reached_and_nothing_else(campus: Campus) -> None:
    member = await somebody(campus)
    themself = {**campus.issuer.bearer(member), "If-Match": '"1"'}

    refused = await campus.http["members"].patch(
        f"/v1/members/{member}", json={"name": "某某", "email": "a@b.example"}, headers=themself
    )
    changed = await campus.http["members"].patch(
        f"/v1/members/{member}", json={"email": "A@B.example"}, headers=themself
    )

    assert (refused.status_code, refused.json()["fields"]) == (403, ["name"])
    assert changed.status_code == 200
    shown = await campus.get("members", f"/v1/members/{member}/details", campus.issuer.bearer(member))
    assert (shown["email"], shown["name"], shown["phone"]) == ("a@b.example", "示例会员甲", PHONE)


async def test_a_role_of_the_roster_counts_from_its_day_until_it_is_taken(campus: Campus) -> None:
    member = await somebody(campus)
    await campus.get("reports", "/v1/event-counts?year=2022", campus.issuer.bearer(member), status=403)
    who = await _officer(campus, member)
    listed = await campus.get("members", f"/v1/role-assignments?member_id={member}", campus.administrator)
    path = f"/v1/role-assignments/{listed['items'][0]['id']}/revocations"
    taken = {"until_date": "2022-02-01", "reason": "届满"}
    await campus.post("members", path, taken, campus.administrator, status=200)

    async def may_not() -> bool:
        return (await campus.http["reports"].get("/v1/event-counts?year=2022", headers=who)).status_code == 403

    await until(may_not, what="the end of the role in the reports")


async def test_the_roles_of_who_has_left_count_no_more(campus: Campus) -> None:
    member = await somebody(campus)
    who = await _officer(campus, member)
    await campus.post("members", f"/v1/members/{member}/departures", GONE, campus.administrator, status=200)

    async def shut_out() -> bool:
        return (await campus.http["reports"].get("/v1/event-counts?year=2022", headers=who)).status_code == 403

    await until(shut_out, what="the end of the roles")
    listed = await campus.get("members", "/v1/members?limit=200", who)
    assert [item["id"] for item in listed["items"]] == [member]


async def _officer(campus: Campus, member: str) -> dict[str, str]:
    body = {
        "member_id": member,
        "role": Role.UNION_OFFICER.value,
        "unit_id": None,
        "from_date": "2022-01-01",
        "reason": "聘任",
    }
    await campus.post("members", "/v1/role-assignments", body, campus.administrator)
    who = campus.issuer.bearer(member)

    async def may() -> bool:
        return (await campus.http["reports"].get("/v1/event-counts?year=2022", headers=who)).status_code == 200

    await until(may, what="the role in the reports")
    return who


async def _ready_erasure(campus: Campus, member: str) -> str:
    await campus.post("members", f"/v1/members/{member}/departures", GONE, campus.administrator, status=200)
    request = await ask(campus, member, "erasures", campus.issuer.bearer(member))
    await state_of(campus, request, "ready")
    return f"/v1/person-requests/{request}/confirmations"


async def test_an_archive_of_which_a_part_is_gone_is_not_given_for_the_whole(campus: Campus) -> None:
    member = await somebody(campus)
    themself = campus.issuer.bearer(member)
    request = await ask(campus, member, "exports", themself)
    await state_of(campus, request, "ready")
    parts = campus.database("members")["person_archives"]

    # As the server does after seven days, a row at a time.
    await parts.delete_many({"request_id": UUID(request), "service": "welfare"})

    path = f"/v1/person-requests/{request}/archive"
    refused = await campus.get("members", path, themself, status=409)
    assert (refused["type"].rpartition(":")[2], refused["days"]) == ("archive-gone", 7)
    await parts.delete_many({"request_id": UUID(request)})
    assert (await campus.get("members", path, themself, status=409))["type"].endswith("archive-gone")


async def test_what_names_the_person_elsewhere_is_in_the_archive_too(campus: Campus) -> None:
    member, chair = await somebody(campus), await somebody(campus)
    administrator = campus.issuer.bearer(member, (Role.ADMINISTRATOR, None))
    sheet = await campus.http["members"].post("/v1/roster-imports", content="工号\n1\n".encode(), headers=administrator)
    assert sheet.status_code == 201, sheet.text
    row = {"_id": f"{uuid4()}|{chair}", "member_id": UUID(chair), "topic": "visit-logged", "subject_id": uuid4()}
    row |= {"facts": {"visited_on": "2022-06-01"}, "people": {"member": UUID(member)}, "event_id": "x"}
    row |= {"correlation_id": "x", "at": datetime(2022, 6, 1, tzinfo=UTC), "read_at": None, "arrival": uuid4()}
    await campus.database("notifications")["notices"].insert_one(row)
    await campus.get("members", f"/v1/members/{member}/details?purpose=audit", campus.administrator)
    themself = campus.issuer.bearer(member)
    request = await ask(campus, member, "exports", themself)
    await state_of(campus, request, "ready")

    answer = await campus.http["members"].get(f"/v1/person-requests/{request}/archive", headers=themself)

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        held = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
    (imported,) = [item for item in held["members.json"] if item["kind"] == "roster import"]
    assert imported["named_as"] == ["uploaded_by"]
    assert "key" not in imported
    assert "members.opened" in [item["action"] for item in held["members.json"] if item["kind"] == "access record"]
    (notice,) = [item for item in held["notifications.json"] if item.get("named_as") == ["member"]]
    assert notice["topic"] == "visit-logged"
    assert chair not in json.dumps(notice)


async def test_an_erasure_is_confirmed_by_who_looks_after_the_member_today(campus: Campus) -> None:
    member = await somebody(campus)
    old = (await campus.get("members", f"/v1/members/{member}", campus.administrator))["unit_id"]
    request = await ask(campus, member, "erasures", campus.issuer.bearer(member))
    await state_of(campus, request, "ready")
    body = {"unit_id": await campus.unit(), "on": "2022-06-01", "reason": "调动"}
    await campus.post("members", f"/v1/members/{member}/transfers", body, campus.administrator, status=200)
    await campus.post("members", f"/v1/members/{member}/departures", GONE, campus.administrator, status=200)
    path = f"/v1/person-requests/{request}/confirmations"

    of_the_old_unit = campus.issuer.bearer(uuid4(), (Role.ADMINISTRATOR, old))
    await campus.post("members", path, None, of_the_old_unit, status=404)

    assert await _on_record(campus, request) == 0
    shown = await campus.get("members", f"/v1/members/{member}", campus.administrator)
    assert shown["name"] == "示例会员甲"
    await campus.post("members", path, None, campus.administrator, status=200)
    assert await _on_record(campus, request) == 1


async def _on_record(campus: Campus, request: str) -> int:
    count: int = await campus.database("members")["audit_details"].count_documents({"subject.id": UUID(request)})
    return count


async def test_a_refused_erasure_is_not_on_record_as_one(campus: Campus) -> None:
    member = await somebody(campus)
    request = await ask(campus, member, "erasures", campus.issuer.bearer(member))
    await state_of(campus, request, "ready")

    path = f"/v1/person-requests/{request}/confirmations"
    refused = await campus.post("members", path, None, campus.administrator, status=409)

    assert refused["type"].endswith("still-a-member")
    assert await _on_record(campus, request) == 0


async def test_answers_of_the_day_before_yesterday_are_asked_for_again(campus: Campus) -> None:
    member = await somebody(campus)
    path = await _ready_erasure(campus, member)
    requests = campus.database("members")["person_requests"]
    long_ago = clock.now() - timedelta(hours=25)
    await requests.update_one({"_id": UUID(path.split("/")[3])}, {"$set": {"answered_at": long_ago}})

    refused = await campus.post("members", path, None, campus.administrator, status=409)

    assert refused["type"].endswith("answers-outdated")
    again = await ask(campus, member, "erasures", campus.issuer.bearer(member))
    await state_of(campus, again, "ready")
    await campus.post("members", f"/v1/person-requests/{again}/confirmations", None, campus.administrator, status=200)


async def test_with_a_person_the_sheets_go_that_name_them(campus: Campus) -> None:
    college = await College(campus).open()
    sheet = await college.upload(xlsx([college.row(1)]))
    await college.run(sheet["id"])
    member = await somebody(campus)

    await campus.post("members", await _ready_erasure(campus, member), None, campus.administrator, status=200)

    for collection in ("roster_files", "roster_verdicts"):
        assert await documents(campus, "members", collection, {}) == []
    path = f"/v1/roster-imports/{sheet['id']}/dry-runs"
    assert (await campus.post("members", path, {}, campus.administrator, status=409))["type"].endswith("sheet-gone")


async def test_roles_end_with_the_membership_of_the_union_too(campus: Campus) -> None:
    member = await somebody(campus)
    who = await _officer(campus, member)
    await campus.post("members", f"/v1/members/{member}/membership-endings", GONE, campus.administrator, status=200)

    async def shut_out() -> bool:
        return (await campus.http["reports"].get("/v1/event-counts?year=2022", headers=who)).status_code == 403

    await until(shut_out, what="the end of the roles")
    listed = await campus.get("members", "/v1/members?limit=200", who)
    assert [item["id"] for item in listed["items"]] == [member]
