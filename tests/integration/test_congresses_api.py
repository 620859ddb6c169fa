"""Congresses, from the body to the resolution: through the running services."""

import asyncio
import io
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared.roles import Role
from shared.sheets import write_sheet
from tests.campus import Campus, until
from tests.integration.conftest import People

BEGIN, FIRST, LAST = "2020-03-01", "2022-03-18", "2022-03-19"
Bearer = dict[str, str]


class Congress:
    """A faculty with a body, a term, and members who may become delegates of it."""

    campus: Campus
    unit: str
    name: str
    body: str
    term: str
    members: list[str]

    async def begin(self, campus: Campus, members: int = 3, **rule: Any) -> "Congress":
        self.campus = campus
        self.name = f"学院{uuid4().hex[:8]}"
        given = {"name": self.name, "name_en": f"{self.name} en", "kind": "faculty"}
        parent = {"parent_id": await campus.school(), "branch_union": True}
        made = await campus.post("members", "/v1/units", {**given, **parent}, campus.administrator)
        self.unit = str(made["id"])
        self.members = [await campus.member(self.unit) for _ in range(members)]
        for member in self.members:
            await campus.heard_of("proposals", member)
        await until(self.unit_is_known, what="the unit in proposals")
        self.body = await self.establish("staff_congress", **rule)
        self.term = str((await self.post(f"/v1/bodies/{self.body}/terms", {"number": 13, "begins_on": BEGIN}))["id"])
        return self

    async def unit_is_known(self) -> Any:
        return await self.campus.database("proposals")["directory_units"].find_one({"_id": UUID(self.unit)})

    async def establish(self, kind: str, **rule: Any) -> str:
        body = {"kind": kind, "unit_id": self.unit, "name": "示例学院教职工代表大会"}
        if rule:
            body["rule"] = {"effective_from": "2020-01-01", "source": "本单位规则", **rule}  # type: ignore[assignment]
        return str((await self.post("/v1/bodies", body))["id"])

    async def post(self, path: str, body: Any = None, *, status: int = 201) -> dict[str, Any]:
        return await self.campus.post("proposals", path, body, self.campus.officer, status=status)

    async def get(self, path: str, *, status: int = 200) -> dict[str, Any]:
        return await self.campus.get("proposals", path, self.campus.officer, status=status)

    async def patch(self, path: str, body: Any, *, status: int = 200, at: str | None = None) -> dict[str, Any]:
        of = at or path
        tag = (await self.campus.http["proposals"].get(of, headers=self.campus.officer)).headers["etag"]
        headers = {**self.campus.officer, "If-Match": tag}
        answer = await self.campus.http["proposals"].patch(path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def seat(self, member: str, *, status: int = 201, **change: Any) -> dict[str, Any]:
        body = {"member_id": member, "how": "elected", "elected_on": BEGIN, **change}
        return await self.post(f"/v1/terms/{self.term}/delegates", body, status=status)

    async def convene(self, number: int = 3, **change: Any) -> dict[str, Any]:
        agenda = [{"title": "校长工作报告", "kind": "report"}, {"title": "章程修订稿", "kind": "resolution"}]
        body = {"number": number, "held_from": FIRST, "held_until": LAST, "agenda": agenda, **change}
        return await self.post(f"/v1/terms/{self.term}/sessions", body)

    async def attend(self, session: str, *present: str, status: int = 200, **more: Any) -> dict[str, Any]:
        path = f"/v1/sessions/{session}"
        body = {"present_ids": list(present), **more}
        return await self.patch(f"{path}/attendances", body, status=status, at=path)

    async def numbers(self) -> list[str]:
        found = [await self.campus.get("members", f"/v1/members/{m}", self.campus.officer) for m in self.members]
        for member in self.members:
            await until(lambda member=member: self.mark_of(member), what="the staff number")  # type: ignore[misc]
        return [str(member["staff_number"]) for member in found]

    async def mark_of(self, member: str) -> Any:
        return await self.campus.database("proposals")["staff_numbers"].find_one({"_id": UUID(member)})

    async def take_in(self, content: bytes, *, dry_run: bool, **headers: str) -> httpx.Response:
        path = f"/v1/terms/{self.term}/delegate-imports?dry_run={str(dry_run).lower()}"
        return await self.campus.http["proposals"].post(
            path, content=content, headers={**self.campus.officer, **headers}
        )

    async def covered(self) -> tuple[list[str] | None, bool]:
        """The sessions by which the unit held its congress in 2022, and whether it is among those that did not."""
        found = await self.get("/v1/congress-coverage?year=2022")
        held = {unit["unit_id"]: unit["session_ids"] for unit in found["held"]}
        return held.get(self.unit), self.unit in [unit["unit_id"] for unit in found["not_held"]]


@pytest.fixture
async def congress(campus: Campus) -> Congress:
    return await Congress().begin(campus)


async def test_a_congress_is_held_from_its_convening_to_its_resolution(congress: Congress) -> None:
    one, two, three = congress.members
    for member in congress.members:
        await congress.seat(member)
    session = await congress.convene(presidium_ids=[one])
    path = f"/v1/sessions/{session['id']}"
    item = session["agenda"][1]["id"]

    too_few = await congress.post(f"{path}/openings", status=409)
    await congress.attend(session["id"], one, two, on_leave_ids=[three])
    opened = await congress.post(f"{path}/openings", status=200)
    noted = await congress.post(f"{path}/deliberations", {"unit_id": congress.unit, "text": "同意"}, status=200)
    body = {"agenda_item_id": item, "title": "关于章程的决议", "votes_abstaining": 0}
    too_many = await congress.post(f"{path}/resolutions", {**body, "votes_for": 2, "votes_against": 1}, status=409)
    voted = await congress.post(f"{path}/resolutions", {**body, "votes_for": 2, "votes_against": 0}, status=200)
    assert await congress.covered() == (None, True)
    closed = await congress.post(f"{path}/closures", status=200)

    assert (too_few["type"].rpartition(":")[2], too_few["needed"], too_few["got"]) == ("quorum-missing", 2, 0)
    assert (opened["state"], opened["due"], opened["present"], opened["on_leave"]) == ("open", 3, 2, 1)
    assert "同意" not in str(noted)
    assert too_many["type"].endswith("votes-do-not-add-up")
    (resolution,) = voted["resolutions"]
    assert (resolution["passed"], resolution["due"], resolution["present"]) == (True, 3, 2)
    assert resolution["rule"]["source"] == "学校教职工代表大会规定（教育部令第32号）"
    assert closed == await congress.get(path)
    assert await congress.covered() == ([session["id"]], False)


async def test_a_body_that_counts_those_present_passes_what_others_would_not(campus: Campus) -> None:
    congress = await Congress().begin(campus, members=3, majority_of="present", majority_numerator=1)
    for member in congress.members:
        await congress.seat(member)
    session = await congress.convene()
    path, item = f"/v1/sessions/{session['id']}", session["agenda"][1]["id"]
    await congress.attend(session["id"], *congress.members[:2])
    await congress.post(f"{path}/openings", status=200)

    votes = {"votes_for": 1, "votes_against": 0, "votes_abstaining": 1}
    voted = await congress.post(f"{path}/resolutions", {"agenda_item_id": item, "title": "决议", **votes}, status=200)

    assert voted["resolutions"][0]["passed"] is False
    assert voted["resolutions"][0]["rule"]["majority_of"] == "present"


async def test_there_is_one_body_of_a_kind_and_one_open_term(congress: Congress) -> None:
    again = {"kind": "staff_congress", "unit_id": congress.unit, "name": "又一个"}
    path = f"/v1/bodies/{congress.body}/terms"

    bodies = await congress.post("/v1/bodies", again, status=409)
    terms = await congress.post(path, {"number": 14, "begins_on": "2022-01-01"}, status=409)
    await congress.post(f"/v1/terms/{congress.term}/endings", {"on": "2022-01-01"}, status=200)
    await congress.post(path, {"number": 14, "begins_on": "2022-01-01"})

    assert bodies["type"].endswith("already-exists")
    assert terms["type"].endswith("already-exists")


async def test_of_two_who_seat_a_member_at_the_same_moment_one_does(congress: Congress) -> None:
    body = {"member_id": congress.members[0], "how": "elected", "elected_on": BEGIN}
    path = f"/v1/terms/{congress.term}/delegates"

    answers = await asyncio.gather(
        *(congress.campus.http["proposals"].post(path, json=body, headers=congress.campus.officer) for _ in range(4))
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len((await congress.get(f"/v1/delegates?term_id={congress.term}"))["items"]) == 1


async def test_whoever_is_seated_has_the_role_of_a_delegate_until_they_leave(congress: Congress) -> None:
    who = congress.campus.issuer.bearer(congress.members[0])
    path = f"/v1/committee-meetings?term_id={congress.term}"

    await congress.campus.get("proposals", path, who, status=403)
    seat = await congress.seat(congress.members[0])
    await congress.campus.get("proposals", path, who)
    left = {"on": "2022-09-01", "reason": "工作调动"}
    await congress.post(f"/v1/delegates/{seat['id']}/endings", left, status=200)
    await congress.campus.get("proposals", path, who, status=403)


async def test_with_the_end_of_the_term_its_delegates_are_delegates_no_more(congress: Congress) -> None:
    who = congress.campus.issuer.bearer(congress.members[0])
    await congress.seat(congress.members[0])
    await congress.campus.get("proposals", "/v1/committee-meetings", who)

    await congress.post(f"/v1/terms/{congress.term}/endings", {"on": "2022-09-01"}, status=200)

    await congress.campus.get("proposals", "/v1/committee-meetings", who, status=403)


async def test_whoever_leaves_the_college_is_a_delegate_no_more(congress: Congress) -> None:
    campus, member = congress.campus, congress.members[0]
    seat = await congress.seat(member)
    body = {"on": "2022-09-01", "reason": "离职"}
    await campus.post("members", f"/v1/members/{member}/departures", body, campus.administrator, status=200)

    async def ended() -> bool:
        return (await congress.get(f"/v1/delegates/{seat['id']}"))["ended_on"] is not None

    await until(ended, what="the end of the seat")
    refused = await congress.seat(member, status=409)
    assert refused["type"].endswith("delegate-not-in-post")


async def test_a_delegate_stands_for_a_unit_of_the_body(congress: Congress, people: People) -> None:
    outside = await congress.seat(people.in_other, status=409)
    unknown = await congress.seat(str(uuid4()), status=409)

    assert (outside["type"].rpartition(":")[2], outside["field"]) == ("outside-the-body", "unit_id")
    assert unknown["type"].endswith("member-unknown")


async def test_nobody_seats_themself_whether_by_hand_or_by_a_sheet(congress: Congress) -> None:
    member = congress.members[0]
    number, *_ = await congress.numbers()
    chair = congress.campus.issuer.bearer(member, (Role.BRANCH_CHAIR, congress.unit))
    path = f"/v1/terms/{congress.term}"
    body = {"member_id": member, "how": "elected", "elected_on": BEGIN}

    by_hand = await congress.campus.post("proposals", f"{path}/delegates", body, chair, status=403)
    by_sheet = await congress.take_in(xlsx((number, None, None)), dry_run=False, **chair)

    assert by_hand["type"].endswith("own-case")
    assert outcomes(by_sheet) == [(2, "refused", ["own-case"])]


async def test_a_delegation_is_led_by_one_of_its_own(congress: Congress) -> None:
    first, second, _ = congress.members
    body = {"name": "第一代表团", "unit_ids": [congress.unit]}
    made = await congress.post(f"/v1/terms/{congress.term}/delegations", body)
    path = f"/v1/delegations/{made['id']}"
    await congress.seat(first, delegation_id=made["id"])
    seat = await congress.seat(second)

    refused = await congress.patch(path, {"leader_id": second}, status=409)
    await congress.post(f"/v1/delegates/{seat['id']}/assignments", {"delegation_id": made["id"]}, status=200)
    led = await congress.patch(path, {"leader_id": second})

    assert refused["type"].endswith("leader-not-of-the-delegation")
    assert led["leader_id"] == second
    of_it = await congress.get(f"/v1/delegates?delegation_id={made['id']}")
    assert {item["member_id"] for item in of_it["items"]} == {first, second}
    again = await congress.post(f"/v1/terms/{congress.term}/delegations", {"name": "第一代表团 "}, status=409)
    assert (again["type"].rpartition(":")[2], again["field"]) == ("already-exists", "name")


async def test_nobody_sits_twice_on_a_day_and_an_old_sheet_brings_nobody_back(congress: Congress) -> None:
    member = congress.members[0]
    number, *_ = await congress.numbers()
    sheet = xlsx((number, None, None))
    assert outcomes(await congress.take_in(sheet, dry_run=False)) == [(2, "new", [])]
    (seat,) = (await congress.get(f"/v1/delegates?term_id={congress.term}"))["items"]
    left = {"on": "2022-09-01", "reason": "调动"}
    await congress.post(f"/v1/delegates/{seat['id']}/endings", left, status=200)

    old_sheet = await congress.take_in(sheet, dry_run=False)
    overlapping = await congress.seat(member, status=409)
    await congress.seat(member, elected_on="2022-09-01")
    seated_again = await congress.take_in(sheet, dry_run=False)

    assert outcomes(old_sheet) == [(2, "refused", ["delegate-left-already"])]
    assert overlapping["type"].endswith("days-reversed")
    assert outcomes(seated_again) == [(2, "unchanged", [])]


def xlsx(*rows: tuple[Any, ...]) -> bytes:
    target = io.BytesIO()
    write_sheet(target, ["工号", "代表团", "单位"], rows)
    return target.getvalue()


def outcomes(answer: httpx.Response) -> list[tuple[int, str, list[str]]]:
    assert answer.status_code == 200, answer.text
    return [(row["number"], row["outcome"], [why["rule"] for why in row["reasons"]]) for row in answer.json()["rows"]]


async def test_a_sheet_of_delegates_is_run_dry_taken_in_and_taken_in_again(congress: Congress) -> None:
    one, two, three = await congress.numbers()
    made = await congress.post(f"/v1/terms/{congress.term}/delegations", {"name": "第一代表团"})
    sheet = xlsx((one, "第一代表团", congress.name), (two, None, None), ("N-0", None, None), (three, "没有", None))
    refused = [(4, "refused", ["member_unknown"]), (5, "refused", ["delegation_unknown"])]
    listing = f"/v1/delegates?term_id={congress.term}"

    dry = await congress.take_in(sheet, dry_run=True)
    nobody = await congress.get(listing)
    first = await congress.take_in(sheet, dry_run=False)
    again = await congress.take_in(sheet, dry_run=False)

    assert outcomes(dry) == outcomes(first) == [(2, "new", []), (3, "new", []), *refused]
    assert nobody["items"] == []
    assert outcomes(again) == [(2, "unchanged", []), (3, "unchanged", []), *refused]
    assert again.json()["counts"] == {"new": 0, "changed": 0, "unchanged": 2, "refused": 2}
    seated = {item["member_id"]: item for item in (await congress.get(listing))["items"]}
    assert set(seated) == set(congress.members[:2])
    assert seated[congress.members[0]]["delegation_id"] == made["id"]
    assert {item["how"] for item in seated.values()} == {"imported"}
    assert one not in first.text


async def test_a_sheet_as_csv_in_gb18030_moves_who_is_there_to_the_delegation_it_names(congress: Congress) -> None:
    one, *_ = await congress.numbers()
    await congress.seat(congress.members[0])
    made = await congress.post(f"/v1/terms/{congress.term}/delegations", {"name": "第二代表团"})

    answer = await congress.take_in(f"职工号,所属代表团\r\n{one},第二代表团\r\n".encode("gb18030"), dry_run=False)

    assert outcomes(answer) == [(2, "changed", [])]
    (seat,) = (await congress.get(f"/v1/delegates?term_id={congress.term}"))["items"]
    assert (seat["delegation_id"], seat["how"]) == (made["id"], "elected")


async def test_an_import_that_is_sent_again_with_its_key_is_answered_the_same(congress: Congress) -> None:
    one, *_ = await congress.numbers()
    key = {"Idempotency-Key": uuid4().hex}
    sheet = xlsx((one, None, None))

    first = await congress.take_in(sheet, dry_run=False, **key)
    again = await congress.take_in(sheet, dry_run=False, **key)

    assert outcomes(first) == [(2, "new", [])]
    assert again.text == first.text


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("姓名,代表团\n某某,一\n".encode(), "staff-number-column-missing"),
        (b"", "sheet-empty"),
        ("工号\n".encode() + b"N1\n" * 2001, "rows-too-many"),
    ],
)
async def test_a_sheet_that_cannot_be_read_is_refused_as_a_whole(
    congress: Congress, content: bytes, problem: str
) -> None:
    answer = await congress.take_in(content, dry_run=True)

    assert answer.json()["type"].endswith(problem), answer.text


async def test_a_staff_number_is_kept_as_its_mark_alone_and_goes_with_its_member(congress: Congress) -> None:
    campus, member = congress.campus, congress.members[0]
    number, *_ = await congress.numbers()
    rows = campus.database("proposals")["staff_numbers"]
    kept = await rows.find_one({"_id": UUID(member)})
    assert kept is not None
    assert set(kept) == {"_id", "mark", "sequence"}
    assert number.encode() not in bytes(kept["mark"])

    stores = campus.running["proposals"].stores
    held = [item async for item in stores.staff_numbers.holdings(UUID(member))]
    await stores.staff_numbers.erase(UUID(member))

    assert held == [{"kind": "staff number", "kept_as": "blind index"}]
    assert await stores.staff_numbers.members([number]) == {}
    assert [item async for item in stores.staff_numbers.holdings(UUID(member))] == []


async def test_attendance_is_taken_on_what_was_read(congress: Congress) -> None:
    await congress.seat(congress.members[0])
    session = await congress.convene()
    path = f"/v1/sessions/{session['id']}/attendances"
    body, who = {"present_ids": [congress.members[0]]}, congress.campus.officer
    http = congress.campus.http["proposals"]

    without = await http.patch(path, json=body, headers=who)
    first = await http.patch(path, json=body, headers={**who, "If-Match": '"1"'})
    stale = await http.patch(path, json=body, headers={**who, "If-Match": '"1"'})
    stranger = await congress.attend(session["id"], congress.members[1], status=409)

    assert [answer.status_code for answer in (without, first, stale)] == [428, 200, 412]
    assert stranger["member_ids"] == [congress.members[1]]


async def test_the_agenda_is_revised_as_a_whole_and_keeps_the_items_that_stay(congress: Congress) -> None:
    session = await congress.convene()
    path, (report, resolution) = f"/v1/sessions/{session['id']}", session["agenda"]
    agenda = [{**resolution, "title": "章程"}, {"title": "其他", "kind": "other"}]

    revised = await congress.patch(path, {"agenda": agenda})
    unknown = await congress.patch(path, {"agenda": [report]}, status=409)

    assert [item["title"] for item in revised["agenda"]] == ["章程", "其他"]
    assert revised["agenda"][0]["id"] == resolution["id"]
    assert unknown["type"].endswith("agenda-item-unknown")


async def test_a_number_that_a_cancelled_session_had_is_free_again(congress: Congress) -> None:
    session = await congress.convene(number=4)
    agenda = {"number": 4, "held_from": FIRST, "held_until": LAST}

    taken = await congress.post(f"/v1/terms/{congress.term}/sessions", agenda, status=409)
    await congress.post(f"/v1/sessions/{session['id']}/cancellations", {"reason": "延期"}, status=200)
    await congress.convene(number=4)

    assert taken["type"].endswith("already-exists")
    ended = await congress.post(f"/v1/terms/{congress.term}/endings", {"on": "2023-01-01"}, status=409)
    assert (ended["type"].rpartition(":")[2], ended["sessions"]) == ("term-has-open-sessions", 1)


async def test_a_term_does_not_end_when_a_session_was_convened_after_they_were_counted(
    congress: Congress, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = congress.campus.running["proposals"].stores.sessions
    count = sessions.not_over

    async def counted(term_id: UUID) -> int:
        found: int = await count(term_id)
        await congress.convene()
        return found

    monkeypatch.setattr(sessions, "not_over", counted)
    ending = {"on": "2023-01-01"}

    refused = await congress.post(f"/v1/terms/{congress.term}/endings", ending, status=409)

    assert refused["type"].endswith("changed-meanwhile")
    assert (await congress.get(f"/v1/terms/{congress.term}"))["state"] == "open"


async def test_a_rule_of_a_body_reaches_back_only_where_it_has_not_met_since(congress: Congress) -> None:
    rule = {"source": "本单位规则", "majority_of": "present"}
    path = f"/v1/bodies/{congress.body}/rules"
    await congress.convene()

    refused = await congress.post(path, {**rule, "effective_from": FIRST}, status=409)
    adopted = await congress.post(path, {**rule, "effective_from": "2022-04-01"}, status=200)

    assert refused["type"].endswith("rule-in-the-past")
    assert [each["effective_from"] for each in adopted["rules"]] == ["2000-01-01", "2022-04-01"]


async def test_two_bodies_meet_together_once(congress: Congress) -> None:
    one = await congress.convene(number=1)
    other_body = await congress.establish("union_members_congress")
    term = await congress.post(f"/v1/bodies/{other_body}/terms", {"number": 14, "begins_on": BEGIN})
    body = {"number": 2, "held_from": FIRST, "held_until": FIRST}
    other = await congress.post(f"/v1/terms/{term['id']}/sessions", body)
    joint = {"session_ids": [one["id"], other["id"]], "held_on": FIRST}

    not_then = await congress.post("/v1/joint-meetings", {**joint, "held_on": LAST}, status=409)
    made = await congress.post("/v1/joint-meetings", joint)
    again = await congress.post("/v1/joint-meetings", joint, status=409)

    assert not_then["type"].endswith("session-not-then")
    assert again["type"].endswith("already-exists")
    assert (await congress.get(f"/v1/joint-meetings?session_id={other['id']}"))["items"] == [made]


async def test_minutes_are_for_those_who_were_there(congress: Congress) -> None:
    one, two, _ = congress.members
    await congress.seat(one)
    session = await congress.convene()
    await congress.attend(session["id"], one)
    path = f"/v1/sessions/{session['id']}/minutes"

    seen = await congress.campus.get("proposals", path, congress.campus.issuer.bearer(one))
    await congress.campus.get("proposals", path, congress.campus.issuer.bearer(two), status=404)

    assert seen["present_ids"] == [one]


async def test_a_branch_chair_manages_the_bodies_of_the_own_unit(campus: Campus, people: People) -> None:
    section = await campus.unit(people.faculty)
    unit = {"kind": "staff_congress", "name": "二级教代会"}

    async def known() -> Any:
        return await campus.database("proposals")["directory_units"].find_one({"_id": UUID(section)})

    await until(known, what="the unit in proposals")
    made = await campus.post("proposals", "/v1/bodies", {**unit, "unit_id": section}, people.chair)
    foreign = await campus.post(
        "proposals", "/v1/bodies", {**unit, "unit_id": people.other_faculty}, people.chair, status=403
    )
    path, body = f"/v1/bodies/{made['id']}/terms", {"number": 1, "begins_on": BEGIN}
    await campus.post("proposals", path, body, people.other_chair, status=404)
    await campus.post("proposals", path, body, people.chair)

    assert foreign["type"].endswith("outside-your-units")


async def test_a_body_belongs_to_a_unit_that_there_is(campus: Campus) -> None:
    body = {"kind": "staff_congress", "unit_id": str(uuid4()), "name": "教代会"}

    refused = await campus.post("proposals", "/v1/bodies", body, campus.officer, status=409)

    assert (refused["type"].rpartition(":")[2], refused["field"]) == ("unit-not-known", "unit_id")


async def test_the_executive_committee_meets_with_its_quorum(congress: Congress) -> None:
    body = {"held_on": "2022-06-15", "due": 9, "topics": "审议分配方案", "decisions": "通过"}
    path = f"/v1/terms/{congress.term}/committee-meetings"

    refused = await congress.post(path, {**body, "present": 5}, status=409)
    made = await congress.post(path, {**body, "present": 6})

    assert (refused["needed"], refused["got"]) == (6, 5)
    assert (await congress.get(f"/v1/committee-meetings?term_id={congress.term}"))["items"] == [made]


async def test_a_person_is_told_of_their_seat_and_of_the_sessions_they_were_at(congress: Congress) -> None:
    one, two, _ = congress.members
    for member in (one, two):
        await congress.seat(member)
    session = await congress.convene()
    await congress.attend(session["id"], one, two)

    stores = congress.campus.running["proposals"].stores
    held = [item for holder in stores.holders() async for item in holder.holdings(UUID(one))]

    kinds = {item["kind"] for item in held}
    assert {"delegate", "session"} <= kinds
    (seen,) = [item for item in held if item["kind"] == "session"]
    assert (seen["id"], seen["named_as"]) == (session["id"], ["present_ids"])
    assert two not in str(held)


async def test_what_others_ask_of_delegates_is_answered_by_day(congress: Congress) -> None:
    one, two, three = congress.members
    made = await congress.post(f"/v1/terms/{congress.term}/delegations", {"name": "第一代表团"})
    await congress.seat(one, delegation_id=made["id"])
    left = await congress.seat(two, delegation_id=made["id"])
    await congress.patch(f"/v1/delegations/{made['id']}", {"leader_id": two})
    await congress.post(f"/v1/delegates/{left['id']}/endings", {"on": "2022-09-01", "reason": "调动"}, status=200)
    stores = congress.campus.running["proposals"].stores
    term, delegation = UUID(congress.term), (await stores.delegations.get(UUID(made["id"]))).state
    before, after = date(2022, 8, 31), date(2022, 9, 1)
    named = [UUID(member) for member in (one, two, three)]

    then, now = [await stores.delegates.of_term(term, named, day) for day in (before, after)]

    assert (set(then), set(now)) == ({UUID(one), UUID(two)}, {UUID(one)})
    assert [await stores.delegates.due(term, day) for day in (before, after)] == [2, 1]
    assert [await stores.delegates.leader_of(delegation, day) for day in (before, after)] == [UUID(two), None]
    assert set(await stores.delegates.of_delegation(delegation.id, after)) == {UUID(one)}
    assert await stores.delegates.delegations_of(term, named, after) == {UUID(one): delegation.id}
    assert (await stores.terms.of_body(UUID(congress.body), after)).id == term
    assert await stores.terms.of_body(UUID(congress.body), date(2020, 2, 29)) is None


async def test_a_branch_officer_convenes_nothing(congress: Congress) -> None:
    who = congress.campus.issuer.bearer(congress.members[0], (Role.BRANCH_OFFICER, congress.unit))

    refused = await congress.campus.post("proposals", f"/v1/terms/{congress.term}/sessions", {}, who, status=403)

    assert refused["needed"] == ["administrator", "branch_chair", "union_officer"]
