"""Pairings on the running system: begun, with help written down, paused, ended; and who sees what of them."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from shared.roles import Role
from tests.campus import Campus
from tests.integration.conftest import People
from tests.integration.scenarios.pairings import HELP, pairing_body

SEALED = ("student_number", "student_name", "purpose")


@pytest.fixture
async def pairing(campus: Campus, people: People) -> str:
    made = await campus.post("welfare", "/v1/pairings", pairing_body(people.in_section), people.chair)
    return f"/v1/pairings/{made['id']}"


async def test_a_pairing_goes_from_its_beginning_to_its_end_and_the_mentor_hears_of_it(
    campus: Campus, people: People, pairing: str
) -> None:
    mentor = campus.issuer.bearer(people.in_section)

    async def post(step: str, body: Any = None, *, status: int = 200) -> dict[str, Any]:
        return await campus.post("welfare", f"{pairing}/{step}", body, mentor, status=status)

    gift = {"kind": "gift", "happened_on": "2022-06-01", "text": "一箱牛奶", "amount_fen": 6000}
    await post("logs", HELP, status=201)
    logged = await post("logs", gift, status=201)
    paused = await post("pauses")
    resting = await post("logs", HELP, status=409)
    resumed = await post("resumptions")
    ended = await post("endings", {"on": "2022-12-31", "because": "graduated"})
    over = await post("logs", HELP, status=409)

    assert (paused["state"], resumed["state"], resumed["logs"]) == ("paused", "active", 2)
    assert (resting["state"], over["state"]) == ("paused", "ended")
    assert (ended["ended_on"], ended["because"]) == ("2022-12-31", "graduated")
    details = await campus.get("welfare", f"/v1/pairing-logs/{logged['id']}/details", mentor)
    assert (details["text"], details["amount_fen"]) == ("一箱牛奶", 6000)
    for topic in ("pairing-begun", "pairing-paused", "pairing-resumed", "pairing-ended"):
        assert "示例学生" not in str(await campus.inbox(people.in_section, topic=topic))


async def test_a_branch_sees_that_there_is_a_pairing_and_opens_it_on_record(
    campus: Campus, people: People, pairing: str
) -> None:
    log = await campus.post("welfare", f"{pairing}/logs", HELP, people.chair)
    path = f"/v1/pairing-logs/{log['id']}"

    seen = await campus.get("welfare", pairing, people.chair)
    assert not set(SEALED) & seen.keys()
    assert "text" not in await campus.get("welfare", path, people.chair)
    await campus.get("welfare", f"{pairing}/details", people.chair, status=422)
    opened = await campus.get("welfare", f"{pairing}/details?purpose=handling", people.chair)
    read = await campus.get("welfare", f"{path}/details?purpose=handling", people.chair)
    assert (opened["student_name"], read["text"]) == ("示例学生", HELP["text"])
    newest, _ = await campus.running["welfare"].foundation.audit.concerning(
        UUID(people.in_section), limit=2, before=None
    )
    assert [(row["actor"], row["action"]) for row in newest] == [
        (UUID(people.chair_id), "pairing_logs.opened"),
        (UUID(people.chair_id), "pairings.opened"),
    ]
    for who in (people.other_chair, campus.issuer.bearer(people.in_other)):
        for place in (pairing, f"{pairing}/details?purpose=handling", path):
            await campus.get("welfare", place, who, status=404)


async def test_a_mentor_supports_several_students_and_each_of_them_once(campus: Campus, people: People) -> None:
    first, second = pairing_body(people.in_section), pairing_body(people.in_section)
    mentor = campus.issuer.bearer(people.in_section)

    answers = await asyncio.gather(
        *(campus.http["welfare"].post("/v1/pairings", json=first, headers=mentor) for _ in range(3))
    )
    await campus.post("welfare", "/v1/pairings", second, mentor)

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    (made,) = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["type"].endswith("paired-already")
            assert first["student_number"] not in answer.text
    ending = {"on": "2022-06-01", "because": "other"}
    await campus.post("welfare", f"/v1/pairings/{made}/endings", ending, mentor, status=200)
    await campus.post("welfare", "/v1/pairings", first, mentor)


async def test_nobody_is_made_a_mentor_by_somebody_who_is_no_officer_of_theirs(campus: Campus, people: People) -> None:
    body = pairing_body(people.in_section)

    for who in (people.other_chair, campus.issuer.bearer(people.in_other)):
        refused = await campus.post("welfare", "/v1/pairings", body, who, status=403)
        assert refused["type"].endswith("outside-your-units")


async def test_only_a_gift_has_a_value(campus: Campus, people: People, pairing: str) -> None:
    body = {**HELP, "amount_fen": 100}

    refused = await campus.post("welfare", f"{pairing}/logs", body, people.chair, status=409)

    assert (refused["type"].rpartition(":")[2], refused["given"]) == ("amount-without-gift", "talk")


async def test_who_the_student_is_is_sealed_where_it_is_kept(campus: Campus, people: People) -> None:
    body = pairing_body(people.in_section, student_name="某生甲乙丙", student_number="S-SEALED-1")
    await campus.post("welfare", "/v1/pairings", body, campus.officer)

    for name in await campus.database("welfare").list_collection_names():
        async for document in campus.database("welfare")[name].find({}):
            assert "某生甲乙丙" not in str(document), name
            assert "S-SEALED-1" not in str(document), name


async def test_the_figures_count_mentors_and_students_once(campus: Campus) -> None:
    unit = await campus.unit()
    mentors = [await campus.member(unit) for _ in range(2)]
    for mentor in mentors:
        await campus.heard_of("welfare", mentor)
    auditor = campus.issuer.bearer(mentors[0], (Role.AUDIT_COMMITTEE, unit))
    shared = pairing_body(mentors[0], begun_on="2014-03-01")
    bodies = [
        shared,
        {**shared, "mentor_id": mentors[1], "programme": "另一项目"},
        pairing_body(mentors[1], begun_on="2014-09-01"),
        pairing_body(mentors[1], begun_on="2015-01-01"),
    ]
    made = [(await campus.post("welfare", "/v1/pairings", body, campus.officer))["id"] for body in bodies]
    ending = {"on": "2014-06-30", "because": "goal_reached"}
    await campus.post("welfare", f"/v1/pairings/{made[0]}/endings", ending, campus.officer, status=200)
    help_given = {**HELP, "happened_on": "2014-10-01"}
    await campus.post("welfare", f"/v1/pairings/{made[2]}/logs", help_given, campus.officer)

    async def figures(year: int) -> tuple[int, ...]:
        found = await campus.get("welfare", f"/v1/pairing-figures?year={year}", auditor)
        return found["programmes"], found["mentors"], found["students"], found["logs"]

    assert await figures(2013) == (0, 0, 0, 0)
    assert await figures(2014) == (2, 2, 2, 1)
    assert await figures(2015) == (2, 1, 3, 0)
