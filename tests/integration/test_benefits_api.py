import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared import clock
from shared.roles import Role
from tests.campus import Campus, until
from tests.integration.benefit_drives import (
    DRIVES,
    FRUIT,
    MEMBERS,
    STAPLES,
    announced,
    budget,
    choose,
    committee_decision,
    drive_body,
    entitlement,
    frozen,
    handing_out,
    members_of,
    pass_time,
    planned,
    treasurer,
)

Bearer = dict[str, str]


def rule(problem: dict[str, Any]) -> str:
    return str(problem["type"]).rpartition(":")[2]


def branch(campus: Campus, unit: str) -> Bearer:
    return campus.issuer.bearer(uuid4(), (Role.BRANCH_OFFICER, unit))


async def act(
    campus: Campus, place: str, body: dict[str, Any] | None, who: Bearer, *, status: int = 200
) -> dict[str, Any]:
    return await campus.post("welfare", place, body, who, status=status)


async def pick_up(
    campus: Campus, drive: dict[str, Any], member: str, who: Bearer, by: str | None = None, *, status: int = 200
) -> dict[str, Any]:
    place = f"{MEMBERS}/{(await entitlement(campus, drive, member))['id']}/pick-ups"
    return await act(campus, place, {"picked_up_by": by}, who, status=status)


async def envelope(campus: Campus, unit: str) -> dict[str, Any]:
    page = await campus.get("welfare", "/v1/envelopes?limit=200", treasurer(campus))
    return next(dict(each) for each in page["items"] if each["unit_id"] == unit)


async def test_a_roster_is_frozen_by_itself_and_who_joins_or_leaves_later_changes_nothing(campus: Campus) -> None:
    unit = await campus.unit()
    first, leaver = await members_of(campus, unit, 2)
    drive = await frozen(campus, unit)

    (joiner,) = await members_of(campus, unit, 1)
    await campus.post(
        "members",
        f"/v1/members/{leaver}/departures",
        {"on": "2022-06-01", "reason": "调离"},
        campus.administrator,
        status=200,
    )

    found = await campus.get("welfare", f"{MEMBERS}?drive_id={drive['id']}", campus.officer)
    assert {each["member_id"] for each in found["items"]} == {first, leaver}
    assert drive["entitled"] == 2
    mine = await campus.get("welfare", f"{MEMBERS}?drive_id={drive['id']}", campus.issuer.bearer(joiner))
    assert mine["items"] == []


async def test_the_due_work_of_the_service_freezes_a_roster(campus: Campus) -> None:
    unit = await campus.unit()
    await members_of(campus, unit, 1)
    drive = await planned(campus, unit)

    async def is_frozen() -> bool:
        return bool((await campus.get("welfare", f"{DRIVES}/{drive['id']}", campus.officer))["state"] == "frozen")

    await until(is_frozen, what="the frozen roster")


async def test_a_drive_has_its_own_list_before_it_is_announced(campus: Campus) -> None:
    unit, other = await campus.unit(), await campus.unit()
    inside, left_out = await members_of(campus, unit, 2)
    (guest,) = await members_of(campus, other, 1)
    await budget(campus, unit)
    drive = await frozen(campus, unit)
    place = f"{DRIVES}/{drive['id']}"

    await act(campus, f"{place}/inclusions", {"member_ids": [guest]}, campus.officer)
    revised = await act(campus, f"{place}/exclusions", {"member_ids": [left_out]}, campus.officer)

    assert revised["entitled"] == 2
    await act(campus, f"{place}/announcements", {}, campus.officer)
    assert (await entitlement(campus, drive, guest))["state"] == "choosing"
    assert (await entitlement(campus, drive, left_out))["state"] == "excluded"
    assert (await entitlement(campus, drive, inside))["unit_id"] == unit
    refused = await act(campus, f"{place}/exclusions", {"member_ids": [guest]}, campus.officer, status=409)
    assert rule(refused) == "wrong-state"


async def test_who_is_left_out_before_the_snapshot_is_not_entered(campus: Campus) -> None:
    unit = await campus.unit()
    inside, left_out = await members_of(campus, unit, 2)
    tomorrow = clock.now() + timedelta(days=1)
    ahead = {"snapshot_on": clock.campus_day(tomorrow).isoformat(), "choose_by": tomorrow + timedelta(days=2)}
    drive = await planned(campus, unit, **ahead)
    await act(campus, f"{DRIVES}/{drive['id']}/exclusions", {"member_ids": [left_out]}, campus.officer)

    drive = await pass_time(campus, drive["id"], tomorrow)

    assert (drive["state"], drive["entitled"]) == ("frozen", 1)
    assert (await entitlement(campus, drive, inside))["state"] == "choosing"


async def test_what_it_may_cost_is_reserved_and_what_was_picked_up_is_paid(campus: Campus) -> None:
    unit = await campus.unit()
    chooser, silent, absent = await members_of(campus, unit, 3)
    drive = await handing_out(campus, unit, [(chooser, 1)])
    reserved = await envelope(campus, unit)
    officer = branch(campus, unit)
    for member in (chooser, silent):
        await pick_up(campus, drive, member, officer)
    place = f"{DRIVES}/{drive['id']}/reconciliations"

    refused = await act(campus, place, {}, campus.officer, status=409)
    done = await act(campus, place, {"return_uncollected": True}, campus.officer)

    assert reserved["reserved_fen"] == 3 * FRUIT["price_fen"] == drive["reserved_fen"]  # type: ignore[operator]
    assert (rule(refused), refused["uncollected"]) == ("still-to-collect", 1)
    assert (done["state"], done["entitled"], done["picked_up"], done["returned"]) == ("reconciled", 3, 2, 1)
    assert done["amount_fen"] == 50_000
    after = await envelope(campus, unit)
    assert (after["reserved_fen"], after["spent_fen"]) == (0, 50_000)
    assert (await entitlement(campus, drive, absent))["state"] == "returned"
    late = await pick_up(campus, drive, absent, officer, status=409)
    assert rule(late) == "wrong-state"


async def test_a_reconciled_drive_is_counted_by_branch_by_package_and_in_the_year(campus: Campus) -> None:
    unit = await campus.unit()
    one, other = await members_of(campus, unit, 2)
    officer = campus.issuer.bearer(uuid4(), (Role.UNION_OFFICER, unit))
    drive = await handing_out(campus, unit, [(one, 1)])
    await pick_up(campus, drive, one, branch(campus, unit))
    body = {"return_uncollected": True}
    await act(campus, f"{DRIVES}/{drive['id']}/reconciliations", body, campus.officer)

    counts = await campus.get("welfare", f"{DRIVES}/{drive['id']}/counts", officer)
    figures = await campus.get("welfare", f"/v1/benefit-figures?year={drive['year']}", officer)

    assert counts["by_branch"] == [{"id": unit, "entitled": 2, "picked_up": 1, "returned": 1, "uncollected": 0}]
    assert sum(each["entitled"] for each in counts["by_package"]) == 2
    assert sum(each["taken"] for each in counts["stocks"]) == sum(each["picked_up"] for each in counts["stocks"]) == 1
    assert {name: figures[name] for name in ("drives", "entitled", "picked_up", "returned", "total_amount_fen")} == {
        "drives": 1,
        "entitled": 2,
        "picked_up": 1,
        "returned": 1,
        "total_amount_fen": 30_000,
    }
    assert (await entitlement(campus, drive, other))["package_id"] == drive["packages"][0]["id"]


async def test_a_drive_of_which_nothing_was_picked_up_costs_nothing(campus: Campus) -> None:
    unit = await campus.unit()
    await members_of(campus, unit, 1)
    drive = await handing_out(campus, unit)

    body = {"return_uncollected": True}
    done = await act(campus, f"{DRIVES}/{drive['id']}/reconciliations", body, campus.officer)

    assert (done["picked_up"], done["returned"], done["amount_fen"]) == (0, 1, 0)
    assert (await envelope(campus, unit))["reserved_fen"] == 0


async def test_a_cancelled_drive_gives_its_money_back(campus: Campus) -> None:
    unit = await campus.unit()
    (member,) = await members_of(campus, unit, 1)
    drive = await announced(campus, unit)

    cancelled = await act(campus, f"{DRIVES}/{drive['id']}/cancellations", {"reason": "供货商停产"}, campus.officer)

    assert cancelled["state"] == "cancelled"
    assert (await envelope(campus, unit))["reserved_fen"] == 0
    assert rule(await choose(campus, drive, member, 0, status=409)) == "wrong-state"


async def test_a_member_chooses_and_chooses_again_and_sees_it(campus: Campus) -> None:
    unit = await campus.unit()
    (member,) = await members_of(campus, unit, 1)
    drive = await announced(campus, unit)

    await choose(campus, drive, member, 0)
    chosen = await choose(campus, drive, member, 1)

    own = await campus.get("welfare", f"{MEMBERS}/{chosen['id']}", campus.issuer.bearer(member))
    assert own["package_id"] == drive["packages"][1]["id"]
    counts = await campus.get("welfare", f"{DRIVES}/{drive['id']}/counts", campus.officer)
    assert {each["package_id"]: each["taken"] for each in counts["stocks"]} == {
        drive["packages"][0]["id"]: 0,
        drive["packages"][1]["id"]: 1,
    }


async def test_a_branch_chooses_for_its_members_and_another_one_does_not(campus: Campus) -> None:
    unit, other = await campus.unit(), await campus.unit()
    (member,) = await members_of(campus, unit, 1)
    drive = await announced(campus, unit)
    place = f"{MEMBERS}/{(await entitlement(campus, drive, member))['id']}/choices"
    body = {"package_id": drive["packages"][1]["id"]}

    await act(campus, place, body, branch(campus, other), status=404)
    chosen = await act(campus, place, body, branch(campus, unit))

    assert chosen["package_id"] == body["package_id"]


async def test_a_package_of_another_drive_is_none_of_this_one(campus: Campus) -> None:
    unit = await campus.unit()
    (member,) = await members_of(campus, unit, 1)
    drive = await announced(campus, unit)
    place = f"{MEMBERS}/{(await entitlement(campus, drive, member))['id']}/choices"

    refused = await act(campus, place, {"package_id": str(uuid4())}, campus.issuer.bearer(member), status=409)

    assert (rule(refused), refused["field"]) == ("package-unknown", "package_id")


async def test_who_chooses_after_the_deadline_is_told_when_it_was(campus: Campus) -> None:
    unit = await campus.unit()
    (member,) = await members_of(campus, unit, 1)
    drive = await announced(campus, unit, choose_by=clock.now() + timedelta(seconds=3))
    await asyncio.sleep(3)

    refused = await choose(campus, drive, member, 1, status=409)

    assert rule(refused) == "choosing-over"
    assert refused["choose_by"].startswith(drive["choose_by"][:19])

    async def given() -> bool:
        return bool((await entitlement(campus, drive, member))["by_default"])

    await until(given, what="the default package")
    assert (await entitlement(campus, drive, member))["package_id"] == drive["packages"][0]["id"]


async def test_of_two_who_take_the_last_one_at_the_same_moment_one_is_told_that_it_is_gone(campus: Campus) -> None:
    unit = await campus.unit()
    members = await members_of(campus, unit, 40)
    packages = [STAPLES, *({"name": f"礼盒{n}", "price_fen": 20_000, "stock": 1} for n in range(20))]
    drive = await announced(campus, unit, packages=packages)
    pairs = [(members[2 * n], members[2 * n + 1], n + 1) for n in range(20)]

    for one, other, package in pairs:
        places = [f"{MEMBERS}/{(await entitlement(campus, drive, each))['id']}/choices" for each in (one, other)]
        body = {"package_id": drive["packages"][package]["id"]}
        answers = await asyncio.gather(
            *(
                campus.http["welfare"].post(place, json=body, headers=campus.issuer.bearer(member))
                for place, member in zip(places, (one, other), strict=True)
            )
        )

        refused, taken = sorted(answers, key=lambda answer: answer.is_success)
        assert (taken.status_code, refused.status_code) == (200, 409)
        assert rule(refused.json()) == "out-of-stock"
    counts = await campus.get("welfare", f"{DRIVES}/{drive['id']}/counts", campus.officer)
    assert {each["taken"] for each in counts["stocks"] if each["total"] is not None} == {1}


async def test_a_crowd_takes_no_more_than_there_are(campus: Campus) -> None:
    unit = await campus.unit()
    members = await members_of(campus, unit, 30)
    drive = await announced(campus, unit, packages=[STAPLES, {**FRUIT, "stock": 7}])
    places = [f"{MEMBERS}/{(await entitlement(campus, drive, each))['id']}/choices" for each in members]
    body = {"package_id": drive["packages"][1]["id"]}

    answers = await asyncio.gather(
        *(
            campus.http["welfare"].post(place, json=body, headers=campus.issuer.bearer(member))
            for place, member in zip(places, members, strict=True)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [409] * 23


async def test_a_colleague_signs_and_no_officer_for_themself(campus: Campus) -> None:
    unit = await campus.unit()
    member, colleague, officer_id = await members_of(campus, unit, 3)
    officer = campus.issuer.bearer(officer_id, (Role.BRANCH_OFFICER, unit))
    drive = await handing_out(campus, unit)

    refused = [
        await pick_up(campus, drive, member, officer, officer_id, status=403),
        await pick_up(campus, drive, officer_id, officer, colleague, status=403),
        await pick_up(campus, drive, member, officer, str(uuid4()), status=409),
    ]
    signed = await pick_up(campus, drive, member, officer, colleague)

    told = [(rule(each), each["field"]) for each in refused]
    assert told == [("own-case", "picked_up_by"), ("own-case", "member_id"), ("member-unknown", "picked_up_by")]
    assert (signed["picked_up_by"], signed["recorded_by"]) == (colleague, officer_id)
    await campus.post("welfare", f"{MEMBERS}/{signed['id']}/pick-ups", {}, campus.issuer.bearer(member), status=403)


async def test_what_is_brought_back_is_in_stock_again_and_may_be_picked_up_after_all(campus: Campus) -> None:
    unit = await campus.unit()
    (member,) = await members_of(campus, unit, 1)
    officer = branch(campus, unit)
    drive = await handing_out(campus, unit, [(member, 1)], packages=[STAPLES, {**FRUIT, "stock": 1}])
    signed = await pick_up(campus, drive, member, officer)

    back = await act(campus, f"{MEMBERS}/{signed['id']}/returns", None, officer)
    counts = await campus.get("welfare", f"{DRIVES}/{drive['id']}/counts", campus.officer)
    again = await pick_up(campus, drive, member, officer)

    assert (back["state"], again["state"], again["returned_at"]) == ("returned", "picked_up", None)
    stocks = {each["package_id"]: each for each in counts["stocks"]}
    assert {name: stocks[signed["package_id"]][name] for name in ("taken", "picked_up", "returned")} == {
        "taken": 0,
        "picked_up": 0,
        "returned": 1,
    }


async def test_a_list_of_pick_ups_says_what_became_of_each_row(campus: Campus) -> None:
    unit, other = await campus.unit(), await campus.unit()
    good, again, officer_id = await members_of(campus, unit, 3)
    (stranger,) = await members_of(campus, other, 1)
    officer = campus.issuer.bearer(officer_id, (Role.BRANCH_OFFICER, unit))
    drive = await handing_out(campus, unit)
    await pick_up(campus, drive, again, officer)
    rows = [
        {"member_id": good, "picked_up_by": again},
        {"member_id": again},
        {"member_id": again, "picked_up_by": good},
        {"member_id": stranger},
        {"member_id": officer_id},
        {"member_id": good, "picked_up_by": str(uuid4())},
    ]
    body = {"drive_id": drive["id"], "unit_id": unit, "rows": rows}
    keyed = {**officer, "Idempotency-Key": uuid4().hex}

    made = await campus.post("welfare", "/v1/pick-up-lists", body, keyed)

    assert [(row["outcome"], row["rule"]) for row in made["rows"]] == [
        ("picked_up", None),
        ("unchanged", None),
        ("refused", "wrong-state"),
        ("refused", "nothing-here"),
        ("refused", "own-case"),
        ("refused", "member-unknown"),
    ]
    assert await campus.post("welfare", "/v1/pick-up-lists", body, keyed) == made
    assert await campus.get("welfare", f"/v1/pick-up-lists/{made['id']}", officer) == made
    assert (await entitlement(campus, drive, good))["picked_up_by"] == again


async def test_nothing_is_picked_up_before_its_days(campus: Campus) -> None:
    unit = await campus.unit()
    (member,) = await members_of(campus, unit, 1)
    later = clock.campus_day(clock.now()) + timedelta(days=3)
    days = {"pick_up_from": later.isoformat(), "pick_up_until": later.isoformat()}
    drive = await announced(campus, unit, **days)
    drive = await pass_time(campus, drive["id"], clock.now() + timedelta(hours=1))
    assert drive["state"] == "choosing_closed"

    early = await pick_up(campus, drive, member, branch(campus, unit), status=409)
    drive = await pass_time(campus, drive["id"], clock.now() + timedelta(days=4))
    closed = await pick_up(campus, drive, member, branch(campus, unit), status=409)

    assert (rule(early), rule(closed)) == ("wrong-state", "pick-up-closed")
    assert closed["pick_up_from"] == later.isoformat()


async def test_the_days_of_the_pick_up_may_be_more(campus: Campus) -> None:
    unit = await campus.unit()
    await members_of(campus, unit, 1)
    drive = await handing_out(campus, unit)
    later = (clock.campus_day(clock.now()) + timedelta(days=30)).isoformat()

    extended = await act(campus, f"{DRIVES}/{drive['id']}/extensions", {"pick_up_until": later}, campus.officer)

    assert extended["pick_up_until"] == later


async def test_the_holidays_of_a_year_count_together_for_each_member(campus: Campus) -> None:
    unit = await campus.unit()
    await members_of(campus, unit, 2)
    await announced(campus, unit, packages=[{**STAPLES, "price_fen": 100_000}])
    second = await frozen(campus, unit, occasion="national_day", packages=[{**STAPLES, "price_fen": 60_000}])
    films = await frozen(campus, unit, occasion="film_tickets", packages=[{**STAPLES, "price_fen": 60_000}])

    refused = await act(campus, f"{DRIVES}/{second['id']}/announcements", {}, campus.officer, status=409)
    allowed = await act(campus, f"{DRIVES}/{films['id']}/announcements", {}, campus.officer)

    assert rule(refused) == "cap-exceeded"
    facts = {name: refused[name] for name in ("asked_fen", "cap_fen", "used_fen")}
    assert facts == {"asked_fen": 60_000, "cap_fen": 150_000, "used_fen": 100_000}
    assert allowed["state"] == "announced"


async def test_two_holidays_announced_at_the_same_moment_know_of_each_other(campus: Campus) -> None:
    unit = await campus.unit()
    await members_of(campus, unit, 1)
    await budget(campus, unit)
    drives = [await frozen(campus, unit, packages=[{**STAPLES, "price_fen": 80_000}]) for _ in range(2)]

    answers = await asyncio.gather(
        *(
            campus.http["welfare"].post(f"{DRIVES}/{drive['id']}/announcements", json={}, headers=campus.officer)
            for drive in drives
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (refused,) = [answer.json() for answer in answers if not answer.is_success]
    assert rule(refused) in ("cap-exceeded", "drive-changed-meanwhile")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"packages": [{**STAPLES, "form": "money"}]}, "form-not-allowed"),
        ({"packages": [{**STAPLES, "stock": 1}]}, "default-package-scarce"),
        ({"budget_fen": 30_000}, "budget-too-small"),
        ({"packages": [{**STAPLES, "price_fen": 150_001}]}, "cap-exceeded"),
    ],
)
async def test_what_cannot_be_handed_out_is_not_announced(campus: Campus, change: dict[str, Any], told: str) -> None:
    unit = await campus.unit()
    await members_of(campus, unit, 2)
    await budget(campus, unit)
    drive = await frozen(campus, unit, **change)

    refused = await act(campus, f"{DRIVES}/{drive['id']}/announcements", {}, campus.officer, status=409)

    assert rule(refused) == told
    assert (await envelope(campus, unit))["reserved_fen"] == 0


async def test_a_drive_is_revised_until_it_is_announced(campus: Campus) -> None:
    unit = await campus.unit()
    await members_of(campus, unit, 1)
    drive = await frozen(campus, unit)
    answer = await campus.http["welfare"].get(f"{DRIVES}/{drive['id']}", headers=campus.officer)
    headers = {**campus.officer, "If-Match": answer.headers["ETag"]}

    revised = await campus.http["welfare"].patch(
        f"{DRIVES}/{drive['id']}", json={"title": "国庆节慰问品", "packages": [STAPLES]}, headers=headers
    )

    assert revised.status_code == 200, revised.text
    assert (revised.json()["title"], len(revised.json()["packages"])) == ("国庆节慰问品", 1)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"snapshot_on": "2022-06-01"}, "drive-days-out-of-order"),
        ({"pick_up_until": "2022-06-01"}, "drive-days-out-of-order"),
        ({"packages": [FRUIT]}, "one-default-package"),
        ({"packages": [STAPLES, STAPLES]}, "one-default-package"),
    ],
)
async def test_a_plan_that_does_not_fit_is_refused(campus: Campus, change: dict[str, Any], told: str) -> None:
    unit = await campus.unit()

    refused = await campus.post("welfare", DRIVES, drive_body(unit, **change), campus.officer, status=409)

    assert rule(refused) == told


async def test_members_hear_of_it_and_of_who_has_signed(campus: Campus) -> None:
    unit = await campus.unit()
    member, colleague = await members_of(campus, unit, 2)
    await campus.heard_of("notifications", member)
    drive = await handing_out(campus, unit)
    await pass_time(campus, drive["id"])
    await pick_up(campus, drive, member, branch(campus, unit), colleague)

    for topic in ("benefit-opened", "benefit-to-collect", "benefit-picked-up"):
        assert await campus.inbox(member, topic=topic)


async def test_who_has_not_chosen_is_reminded_and_nobody_else(campus: Campus) -> None:
    unit = await campus.unit()
    chooser, silent = await members_of(campus, unit, 2)
    for member in (chooser, silent):
        await campus.heard_of("notifications", member)
    choose_by = clock.now() + timedelta(days=2)
    drive = await announced(campus, unit, choose_by=choose_by, remind_days=1)
    await choose(campus, drive, chooser, 1)

    await pass_time(campus, drive["id"], choose_by - timedelta(hours=12))

    assert await campus.inbox(silent, topic="benefit-choose-soon")
    page = await campus.get("notifications", "/v1/inbox", campus.issuer.bearer(chooser))
    assert "benefit-choose-soon" not in [item["topic"] for item in page["items"]]


async def test_two_thousand_members_are_entitled_told_and_given_the_default(campus: Campus) -> None:
    unit = await campus.unit()
    await members_of(campus, unit, 1)
    rows = [
        {"_id": uuid4(), "unit_id": UUID(unit), "employment": "in_post", "sequence": "0" * 20} for _ in range(1_999)
    ]
    await campus.database("welfare")["directory_members"].insert_many(rows)
    await budget(campus, unit)
    packages = [{**STAPLES, "price_fen": 1_000, "stock": 2_000}]

    drive = await frozen(campus, unit, packages=packages, choose_by=clock.now() + timedelta(minutes=5))
    decision = await committee_decision(campus, 2_000_000)
    place = f"{DRIVES}/{drive['id']}/announcements"
    announced = await act(campus, place, {"decision_id": decision}, campus.officer)
    closed = await pass_time(campus, drive["id"], clock.now() + timedelta(minutes=6))

    assert (announced["state"], announced["entitled"], announced["reserved_fen"]) == ("announced", 2_000, 2_000_000)
    assert closed["state"] == "handing_out"
    counts = await campus.get("welfare", f"{DRIVES}/{drive['id']}/counts", campus.officer)
    assert [(each["total"], each["taken"]) for each in counts["stocks"]] == [(2_000, 2_000)]
    body = {"return_uncollected": True}
    done = await act(campus, f"{DRIVES}/{drive['id']}/reconciliations", body, campus.officer)
    assert (done["picked_up"], done["returned"]) == (0, 2_000)


async def test_a_roster_that_was_begun_by_a_process_that_died_is_finished_by_another(campus: Campus) -> None:
    unit = await campus.unit()
    await members_of(campus, unit, 1)
    rows = [{"_id": uuid4(), "unit_id": UUID(unit), "employment": "in_post", "sequence": "0" * 20} for _ in range(250)]
    await campus.database("welfare")["directory_members"].insert_many(rows)
    tomorrow = clock.now() + timedelta(days=1)
    ahead = {"snapshot_on": clock.campus_day(tomorrow).isoformat(), "choose_by": tomorrow + timedelta(days=2)}
    drive = await planned(campus, unit, **ahead)
    store = campus.running["welfare"].stores.benefit_drives
    await store.do(UUID(drive["id"]), tomorrow)
    begun = await campus.get("welfare", f"{DRIVES}/{drive['id']}", campus.officer)

    done = await pass_time(campus, drive["id"], tomorrow)

    assert (begun["state"], begun["entitled"]) == ("freezing", 200)
    assert (done["state"], done["entitled"]) == ("frozen", 251)
    refused = await act(campus, f"{DRIVES}/{drive['id']}/announcements", {}, treasurer(campus), status=403)
    assert rule(refused) == "role-missing"
