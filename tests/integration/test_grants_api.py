"""Hardship grants through the API: from the application to the payment, and what is in the way of it."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.person import apply_retention, everything_held
from shared.roles import Role
from tests.campus import Campus, until
from tests.integration.conftest import People
from tests.integration.granting import (
    APPLICATIONS,
    PDF,
    STEPS,
    Bearer,
    application_body,
    applied,
    attach,
    end_notice,
    finance,
    fund,
    open_round,
    take,
    today,
)

YEAR = int(today()[:4])


@pytest.fixture(scope="module")
async def opened(campus: Campus) -> str:
    await fund(campus)
    return await open_round(campus)


async def colleague(campus: Campus, unit: str, name: str = "某某") -> str:
    made = await campus.member(unit, name=name)
    await campus.heard_of("welfare", made)
    return made


async def couple(campus: Campus, unit: str) -> tuple[str, str]:
    """Two who are married to each other, as this service knows."""
    two = await colleague(campus, unit), await colleague(campus, unit)
    await campus.post("members", "/v1/couples", {"member_ids": list(two), "since": "2020-01-01"}, campus.administrator)

    async def known() -> Any:
        return await campus.database("welfare")["couples"].find_one({"member_ids": UUID(two[0])})

    await until(known, what="the couple in welfare")
    return two


async def refused(
    campus: Campus, path: str, body: Any, who: Mapping[str, str], *, status: int = 409
) -> tuple[str, dict[str, Any]]:
    """By which rule, and all that is told."""
    told = await campus.post("welfare", path, body, who, status=status)
    return told["type"].rpartition(":")[2], told


async def spending(campus: Campus, application: str) -> dict[str, Any]:
    kept = await campus.database("welfare")["grant_applications"].find_one({"_id": UUID(application)})
    assert kept is not None
    found = await campus.database("welfare")["spendings"].find_one({"_id": kept["spending_id"]})
    assert found is not None
    return found


async def test_a_grant_goes_from_the_application_to_the_payment(campus: Campus, people: People, opened: str) -> None:
    member = await colleague(campus, people.section, "江云帆")
    themself = campus.issuer.bearer(member)
    body = application_body(opened, covered_by_mutual_aid_fen=100_000)
    made = await campus.post("welfare", APPLICATIONS, body, themself)
    path = f"{APPLICATIONS}/{made['id']}"

    await attach(campus, made["id"], themself)
    await campus.post("welfare", f"{path}/submissions", None, themself, status=200)
    await campus.post("welfare", f"{path}/supports", STEPS["supports"], people.chair, status=200)
    await campus.post("welfare", f"{path}/gradings", {"grade": "A"}, campus.officer, status=200)
    await campus.post("welfare", f"{path}/grants", STEPS["grants"], campus.officer, status=200)
    reserved = await spending(campus, made["id"])
    notices = await campus.get("welfare", "/v1/hardship-notices?limit=200", campus.issuer.bearer(people.in_other))
    await end_notice(campus, made["id"])
    paid = await campus.post("welfare", f"{path}/payments", None, finance(campus), status=200)

    assert (reserved["state"], reserved["reserved_fen"]) == ("reserved", 300_000)
    (notice,) = [each for each in notices["items"] if each["id"] == made["id"]]
    assert notice["masked_name"] == "江*帆"
    assert member not in str(notice)
    assert (paid["state"], paid["paid_on"]) == ("paid", today())
    settled = await spending(campus, made["id"])
    assert (settled["state"], settled["spent_fen"]) == ("paid", 300_000)
    details = await campus.get("welfare", f"{path}/details", themself)
    assert (details["kind"], details["grade"], details["approved_fen"]) == ("serious_illness", "A", 300_000)
    assert details["proposed_fen"] == 400_000
    await campus.inbox(member, topic="hardship-paid")


async def test_what_is_asked_for_is_in_no_view_but_the_details(campus: Campus, people: People, opened: str) -> None:
    made = await applied(campus, opened, await colleague(campus, people.section), "supports")

    shown = await campus.get("welfare", f"{APPLICATIONS}/{made}", people.chair)

    assert not {name for name in shown if "fen" in name or "text" in name or "reason" in name or name == "kind"}
    await campus.get("welfare", f"{APPLICATIONS}/{made}/details", people.chair, status=422)
    await campus.get("welfare", f"{APPLICATIONS}/{made}/details?purpose=handling", people.chair)


async def test_a_draft_is_seen_by_the_member_and_who_files_it_alone(
    campus: Campus, people: People, opened: str
) -> None:
    member = await colleague(campus, people.section)
    made = await applied(campus, opened, member, "submissions")

    await campus.get("welfare", f"{APPLICATIONS}/{made}", campus.issuer.bearer(member))
    for who in (people.chair, campus.officer):
        await campus.get("welfare", f"{APPLICATIONS}/{made}", who, status=404)


async def test_a_branch_files_for_its_members_and_does_not_review_what_it_filed(
    campus: Campus, people: People, opened: str
) -> None:
    member = await colleague(campus, people.section)
    body = application_body(opened, member_id=member)
    made = await campus.post("welfare", APPLICATIONS, body, people.chair)
    path = f"{APPLICATIONS}/{made['id']}"
    await attach(campus, made["id"], people.chair)
    await campus.post("welfare", f"{path}/submissions", None, people.chair, status=200)

    rule, _ = await refused(campus, f"{path}/supports", STEPS["supports"], people.chair, status=403)

    assert (made["member_id"], made["filed_by"], rule) == (member, people.chair_id, "filed-by-reviewer")
    await campus.inbox(member, topic="hardship-filed-for-you")
    elsewhere = application_body(opened, member_id=people.in_other)
    assert (await refused(campus, APPLICATIONS, elsewhere, people.chair, status=403))[0] == "outside-your-units"


@pytest.mark.parametrize("step", ["supports", "gradings", "grants", "payments"])
async def test_the_applicant_does_not_decide(campus: Campus, people: People, opened: str, step: str) -> None:
    member = await colleague(campus, people.section)
    made = await applied(campus, opened, member, step)
    held: Bearer = campus.issuer.bearer(
        member, (Role.BRANCH_CHAIR, people.faculty), (Role.UNION_OFFICER, None), (Role.FINANCE_OFFICER, None)
    )

    rule, _ = await refused(campus, f"{APPLICATIONS}/{made}/{step}", STEPS[step], held, status=403)

    assert rule == "own-case"


async def test_nor_does_whom_they_are_married_to(campus: Campus, people: People, opened: str) -> None:
    she, he = await couple(campus, people.section)
    made = await applied(campus, opened, she, "gradings")
    officer = campus.issuer.bearer(he, (Role.UNION_OFFICER, None))

    rule, _ = await refused(campus, f"{APPLICATIONS}/{made}/gradings", STEPS["gradings"], officer, status=403)

    assert rule == "of-own-household"


async def test_a_member_asks_once_a_year_for_each_kind(campus: Campus, people: People, opened: str) -> None:
    member = await colleague(campus, people.section)
    first = await applied(campus, opened, member, "supports")
    other = await applied(campus, opened, member, "submissions", kind="disaster")
    again = await applied(campus, opened, member, "submissions")
    themself = campus.issuer.bearer(member)
    path = f"{APPLICATIONS}/{again}/submissions"

    rule, _ = await refused(campus, path, None, themself)
    await take(campus, other, "submissions", member)
    await take(campus, first, "declinings", member)

    assert rule == "once-a-year"
    await campus.post("welfare", path, None, themself, status=200)


async def test_a_couple_asks_once_and_the_second_learns_neither_who_nor_what(
    campus: Campus, people: People, opened: str
) -> None:
    she, he = await couple(campus, people.section)
    first = await applied(campus, opened, she, "supports")
    second = await applied(campus, opened, he, "submissions")

    rule, told = await refused(campus, f"{APPLICATIONS}/{second}/submissions", None, campus.issuer.bearer(he))

    assert rule == "asked-within-the-household"
    said = {name: value for name, value in told.items() if name not in ("correlation_id", "instance")}
    assert set(said) == {"type", "title", "status", "detail", "year"}
    assert not [each for each in (she, first, "serious_illness", "配偶", "spouse") if each in str(said)]


async def test_of_two_who_ask_at_the_same_moment_one_is_turned_down(
    campus: Campus, people: People, opened: str
) -> None:
    she, he = await couple(campus, people.section)
    made = {member: await applied(campus, opened, member, "submissions") for member in (she, he)}

    async def submit(member: str) -> int:
        path = f"{APPLICATIONS}/{made[member]}/submissions"
        return (await campus.http["welfare"].post(path, headers=campus.issuer.bearer(member))).status_code

    assert sorted(await asyncio.gather(submit(she), submit(he))) == [200, 409]


async def test_an_objection_that_is_upheld_gives_the_money_back(campus: Campus, people: People, opened: str) -> None:
    member = await colleague(campus, people.section)
    made = await applied(campus, opened, member, "objections")
    objector = campus.issuer.bearer(people.in_other)
    filed = await campus.post("welfare", f"{APPLICATIONS}/{made}/objections", {"text": "情况不符"}, objector)
    path = f"/v1/hardship-objections/{filed['id']}"

    ruling = {"upheld": True, "text": "异议成立"}
    ruled = await campus.post("welfare", f"{path}/rulings", ruling, campus.officer, status=200)

    assert ruled["state"] == "upheld"
    given_back = await spending(campus, made)
    assert (given_back["state"], given_back["reserved_fen"]) == ("released", 0)
    themself = campus.issuer.bearer(member)
    assert (await campus.get("welfare", f"{APPLICATIONS}/{made}", themself))["state"] == "cancelled"
    again = await applied(campus, opened, member, "supports")
    assert again != made
    assert (await campus.get("welfare", f"{path}/details", objector))["ruling_text"] == "异议成立"
    await campus.inbox(people.in_other, topic="hardship-objection-ruled")


async def test_the_applicant_learns_of_no_objection_whatever_they_are(
    campus: Campus, people: People, opened: str
) -> None:
    member = await colleague(campus, people.section)
    made = await applied(campus, opened, member, "objections")
    objector = campus.issuer.bearer(people.in_other)
    filed = await campus.post("welfare", f"{APPLICATIONS}/{made}/objections", {"text": "情况不符"}, objector)
    officer = campus.issuer.bearer(member, (Role.UNION_OFFICER, None))
    path = f"/v1/hardship-objections/{filed['id']}"

    await campus.get("welfare", path, officer, status=404)
    assert (await refused(campus, f"{path}/rulings", {"upheld": False, "text": "无"}, officer, status=404))[0]
    assert filed["id"] not in str(await campus.get("welfare", "/v1/hardship-objections?limit=200", officer))
    assert filed["id"] not in str(await campus.get("welfare", f"{APPLICATIONS}/{made}", officer))
    own = f"{APPLICATIONS}/{made}/objections"
    assert (await refused(campus, own, {"text": "无"}, officer, status=403))[0] == "own-case"


async def test_a_notice_waits_for_the_ruling(campus: Campus, people: People, opened: str) -> None:
    made = await applied(campus, opened, await colleague(campus, people.section), "objections")
    path = f"{APPLICATIONS}/{made}/objections"
    filed = await campus.post("welfare", path, {"text": "情况不符"}, campus.issuer.bearer(people.in_other))
    ruling = {"upheld": False, "text": "理由不足"}

    await campus.post("welfare", f"/v1/hardship-objections/{filed['id']}/rulings", ruling, campus.officer, status=200)
    await end_notice(campus, made)

    paid = await campus.post("welfare", f"{APPLICATIONS}/{made}/payments", None, finance(campus), status=200)
    assert paid["state"] == "paid"


async def test_what_is_withdrawn_or_cancelled_gives_the_money_back(campus: Campus, people: People, opened: str) -> None:
    for step in ("cancellations", "withdrawals"):
        member = await colleague(campus, people.section)
        made = await applied(campus, opened, member, "cancellations")
        who = campus.issuer.bearer(member) if step == "withdrawals" else campus.officer

        await campus.post("welfare", f"{APPLICATIONS}/{made}/{step}", STEPS[step], who, status=200)

        assert (await spending(campus, made))["state"] == "released"


async def test_nothing_is_paid_while_it_is_on_notice(campus: Campus, people: People, opened: str) -> None:
    made = await applied(campus, opened, await colleague(campus, people.section), "objections")

    for application in (made, await applied(campus, opened, await colleague(campus, people.section), "gradings")):
        rule, _ = await refused(campus, f"{APPLICATIONS}/{application}/payments", None, finance(campus))
        assert rule == "wrong-state"


async def test_a_round_that_is_closed_takes_nothing(campus: Campus, people: People) -> None:
    closing = await open_round(campus)
    member = await colleague(campus, people.section)
    made = await applied(campus, closing, member, "submissions")
    await campus.post("welfare", f"/v1/hardship-rounds/{closing}/closings", None, campus.officer, status=200)

    rule, _ = await refused(campus, f"{APPLICATIONS}/{made}/submissions", None, campus.issuer.bearer(member))

    assert rule == "round-not-open"


async def test_a_round_is_of_the_school(campus: Campus, people: People) -> None:
    body = {"unit_id": people.faculty, "title": "某批次", "kinds": ["disaster"], "opens_on": today()}

    assert (await refused(campus, "/v1/hardship-rounds", body, campus.officer))[0] == "round-of-the-school"


async def test_everyone_is_told_when_a_round_is_opened(campus: Campus, people: People) -> None:
    await open_round(campus)

    found = await campus.inbox(people.in_other, topic="hardship-round-opened")

    assert "困难补助" in found["title"]


async def test_figures_are_whole_for_the_accounts_and_hide_what_is_small(
    campus: Campus, people: People, opened: str
) -> None:
    path = f"/v1/hardship-figures?year={YEAR}"
    before = await campus.get("welfare", path, finance(campus))
    await applied(campus, opened, await colleague(campus, people.section), "paid", kind="disaster")

    after = await campus.get("welfare", path, finance(campus))

    assert after["applications"] == before["applications"] + 1
    assert after["recipients"] == before["recipients"] + 1
    assert after["total_amount_fen"] == before["total_amount_fen"] + 300_000
    shown = await campus.get("welfare", path, campus.issuer.bearer(people.in_other))
    for each in (shown, *shown["by_kind"]):
        assert all(each[name] is None or not 0 < each[name] < 5 for name in ("applications", "recipients"))
    empty = await campus.get("welfare", "/v1/hardship-figures?year=1999", finance(campus))
    assert (empty["applications"], empty["recipients"], empty["total_amount_fen"]) == (0, 0, 0)


async def test_a_repeated_submission_is_answered_as_before(campus: Campus, people: People, opened: str) -> None:
    member = await colleague(campus, people.section)
    made = await applied(campus, opened, member, "submissions")
    keyed = {**campus.issuer.bearer(member), "Idempotency-Key": uuid4().hex}
    path = f"{APPLICATIONS}/{made}/submissions"

    first = await campus.post("welfare", path, None, keyed, status=200)

    assert await campus.post("welfare", path, None, keyed, status=200) == first


async def test_evidence_reads_back_as_it_was_and_on_record(campus: Campus, people: People, opened: str) -> None:
    member = await colleague(campus, people.section)
    content = PDF * 400
    made = await applied(campus, opened, member, "submissions")
    attached = await attach(campus, made, campus.issuer.bearer(member), content)
    await take(campus, made, "submissions", member)
    file = attached["evidence"][-1]["file_id"]
    path = f"{APPLICATIONS}/{made}/evidence/{file}"

    answer = await campus.http["welfare"].get(f"{path}?purpose=handling", headers=people.chair)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content == content
    rows, _ = await campus.running["welfare"].foundation.audit.concerning(UUID(member), limit=1, before=None)
    assert [(row["action"], str(row["actor"]), row["purpose"]) for row in rows] == [
        ("grant_evidence.opened", people.chair_id, "handling")
    ]
    await campus.get("welfare", path, people.chair, status=422)
    await campus.get("welfare", f"{path}?purpose=handling", people.other_chair, status=404)


async def test_evidence_cannot_be_read_in_the_database(campus: Campus, people: People, opened: str) -> None:
    member = await colleague(campus, people.section)
    mark = b"canary-evidence-2f1c"
    made = await applied(campus, opened, member, "submissions")
    await attach(campus, made, campus.issuer.bearer(member), PDF + mark * 20_000)

    database = campus.database("welfare")
    chunks = await database["grant_evidence.chunks"].find({}).to_list(None)

    assert len(chunks) > 3
    for name in await database.list_collection_names():
        async for row in database[name].find({}):
            assert mark not in repr(row).encode(), name
            assert b"proof of a stay" not in repr(row).encode(), name
    for row in await database["grant_evidence.files"].find({}).to_list(None):
        assert row["filename"] == str(row["_id"])
        assert set(row["metadata"]) == {"person", "day"}


async def test_evidence_that_was_tampered_with_is_not_given_out(campus: Campus, people: People, opened: str) -> None:
    member = await colleague(campus, people.section)
    themself = campus.issuer.bearer(member)
    made = await applied(campus, opened, member, "submissions")
    attached = await attach(campus, made, themself, PDF * 400)
    file = UUID(attached["evidence"][-1]["file_id"])
    chunks = campus.database("welfare")["grant_evidence.chunks"]
    found = await chunks.find({"files_id": file}).sort("n", 1).to_list(None)

    await chunks.update_one({"_id": found[0]["_id"]}, {"$set": {"data": found[1]["data"]}})

    answer = await campus.http["welfare"].get(f"{APPLICATIONS}/{made}/evidence/{file}", headers=themself)
    assert PDF not in answer.content


@pytest.mark.parametrize(
    ("content", "status", "rule"),
    [
        (b"MZ\x90\x00 a program", 415, "file-type-not-taken"),
        (b"", 415, "file-type-not-taken"),
        (PDF + bytes(10_000_000), 413, "body-too-large"),
        (PDF + bytes(20_000_001), 413, "body-too-large"),
    ],
    ids=["a program", "nothing", "more than the rule allows", "more than a request may be"],
)
async def test_a_file_of_another_type_or_size_is_not_taken(
    campus: Campus, people: People, opened: str, content: bytes, status: int, rule: str
) -> None:
    member = await colleague(campus, people.section)
    made = await applied(campus, opened, member, "submissions")

    told = await attach(campus, made, campus.issuer.bearer(member), content, status=status)

    assert told["type"].endswith(rule)
    kept = campus.database("welfare")["grant_evidence.files"]
    assert await kept.count_documents({"metadata.person": UUID(member)}) == 1


async def test_a_repeated_upload_is_answered_as_before_and_kept_once(
    campus: Campus, people: People, opened: str
) -> None:
    member = await colleague(campus, people.section)
    made = await applied(campus, opened, member, "submissions")
    keyed = {**campus.issuer.bearer(member), "Idempotency-Key": uuid4().hex}

    first = await attach(campus, made, keyed)

    assert await attach(campus, made, keyed) == first
    kept = campus.database("welfare")["grant_evidence.files"]
    assert await kept.count_documents({"metadata.person": UUID(member)}) == 2


async def test_evidence_goes_with_the_draft_it_is_taken_from_and_with_the_person(
    campus: Campus, people: People, opened: str
) -> None:
    member = await colleague(campus, people.section)
    themself = campus.issuer.bearer(member)
    made = await applied(campus, opened, member, "submissions")
    attached = await attach(campus, made, themself)
    first, second = (each["file_id"] for each in attached["evidence"])
    files = campus.running["welfare"].stores.grant_evidence

    await campus.post("welfare", f"{APPLICATIONS}/{made}/evidence/{first}/removals", None, themself, status=200)
    left = [row["_id"] async for row in files.files.find({"metadata.person": UUID(member)})]
    erased = await files.erase(UUID(member))

    assert (left, erased) == ([UUID(second)], 1)
    assert await campus.database("welfare")["grant_evidence.chunks"].find_one({"files_id": UUID(second)}) is None


async def test_what_need_not_be_kept_any_more_is_taken_out(campus: Campus, people: People, opened: str) -> None:
    member = await colleague(campus, people.section)
    made = await applied(campus, opened, member, "objections")
    objector = campus.issuer.bearer(people.in_other)
    filed = await campus.post("welfare", f"{APPLICATIONS}/{made}/objections", {"text": "情况不符"}, objector)
    database, stores = campus.database("welfare"), campus.running["welfare"].stores
    old = "1980-01-01"
    await database["grant_applications"].update_one({"_id": UUID(made)}, {"$set": {"opened_on": old}})
    await database["grant_evidence.files"].update_many(
        {"metadata.person": UUID(member)}, {"$set": {"metadata.day": old}}
    )
    past = {"$set": {"filed_at": datetime(1980, 1, 1, tzinfo=UTC)}}
    await database["grant_objections"].update_one({"_id": UUID(filed["id"])}, past)

    report = {row["kind"]: row["expired"] for row in await apply_retention(stores)}

    kinds = (stores.grant_applications.kind, stores.grant_objections.kind, stores.grant_evidence.kind)
    assert [report[kind] for kind in kinds] == [1, 1, 1]
    details = await campus.get("welfare", f"{APPLICATIONS}/{made}/details", campus.issuer.bearer(member))
    assert (details["circumstances"], details["approved_fen"]) == (None, None)
    assert (await campus.get("welfare", f"/v1/hardship-objections/{filed['id']}/details", objector))["text"] is None


async def test_a_couple_that_has_ended_is_no_household(campus: Campus, people: People, opened: str) -> None:
    she, he = await couple(campus, people.section)
    await applied(campus, opened, she, "supports")
    path = f"/v1/couples?member_id={she}"
    (known,) = (await campus.get("members", path, campus.administrator))["items"]
    ending = {"on": today(), "reason": "婚姻关系解除"}
    await campus.post("members", f"/v1/couples/{known['id']}/endings", ending, campus.administrator, status=200)

    async def ended() -> Any:
        return await campus.database("welfare")["couples"].find_one({"_id": UUID(known["id"]), "ended": True})

    await until(ended, what="the end of the couple in welfare")

    found = await applied(campus, opened, he, "supports")
    assert (await campus.get("welfare", f"{APPLICATIONS}/{found}", campus.officer))["state"] == "submitted"


async def test_a_member_is_given_what_is_held_about_their_grants(campus: Campus, people: People, opened: str) -> None:
    member = await colleague(campus, people.section)
    await applied(campus, opened, member, "gradings")
    stores = campus.running["welfare"].stores

    held = [item async for item in everything_held(stores.foundation, stores.holders(), UUID(member))]

    (application,) = [item for item in held if item["kind"] == "hardship application"]
    assert (application["of_kind"], application["circumstances"]) == ("serious_illness", "家人患病，支出较大")
    assert "evidence file" in {item["kind"] for item in held}
