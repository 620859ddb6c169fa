from datetime import timedelta
from typing import Any

from shared import clock
from shared.roles import Role
from tests.campus import Campus
from tests.integration.conftest import People


def award(member: str, **change: Any) -> dict[str, Any]:
    return {
        "member_id": member,
        "title": "学习达人",
        "level": "college",
        "granted_on": "2022-06-01",
        "document": "示例工会〔2022〕1号",
        **change,
    }


async def test_an_award_reads_back_for_every_member(campus: Campus, people: People) -> None:
    body = award(people.in_section)

    made = await campus.post("events", "/v1/awards", body, campus.officer)

    found = await campus.get("events", f"/v1/awards/{made['id']}", campus.issuer.bearer(people.in_other))
    assert found == made
    assert {name: found[name] for name in body} == body
    assert found["unit_id"] == people.section


async def test_awards_are_listed_by_member_and_by_unit(campus: Campus, people: People) -> None:
    recipient = await campus.member(people.other_faculty)
    await campus.heard_of("events", recipient)
    made = [(await campus.post("events", "/v1/awards", award(recipient), campus.officer))["id"] for _ in range(3)]
    who = campus.issuer.bearer(recipient)

    by_member = await campus.get("events", f"/v1/awards?member_id={recipient}", who)
    by_unit = await campus.get("events", f"/v1/awards?unit_id={people.other_faculty}&limit=200", who)

    assert [item["id"] for item in by_member["items"]] == made[::-1]
    assert set(made) <= {item["id"] for item in by_unit["items"]}


async def test_nobody_grants_an_award_to_themselves(campus: Campus, people: People) -> None:
    officer = campus.issuer.bearer(people.in_section, (Role.UNION_OFFICER, None))

    refused = await campus.post("events", "/v1/awards", award(people.in_section), officer, status=409)

    assert refused["type"].endswith("granted-to-oneself")


async def test_an_award_is_not_in_the_future(campus: Campus, people: People) -> None:
    tomorrow = clock.campus_day(clock.now()) + timedelta(days=1)

    refused = await campus.post(
        "events", "/v1/awards", award(people.in_section, granted_on=tomorrow.isoformat()), campus.officer, status=409
    )

    assert refused["type"].endswith("award-in-the-future")
