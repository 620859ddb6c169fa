from datetime import timedelta
from typing import Any
from uuid import uuid4

from shared import clock
from shared.roles import Role
from tests.campus import Campus
from tests.integration.conftest import People


def visit(member: str, **change: Any) -> dict[str, Any]:
    return {
        "member_id": member,
        "occasion": "hospitalised",
        "visited_on": "2022-06-01",
        "visitor_ids": [str(uuid4())],
        "form": "money",
        "amount_fen": 60000,
        **change,
    }


async def test_a_visit_reads_back_with_the_unit_of_the_member(campus: Campus, people: People) -> None:
    body = visit(people.in_section)

    made = await campus.post("welfare", "/v1/visits", body, campus.officer)

    found = await campus.get("welfare", f"/v1/visits/{made['id']}", campus.officer)
    assert found == made
    assert {name: found[name] for name in body} == body
    assert found["unit_id"] == people.section


async def test_a_branch_logs_visits_in_its_units_and_below_and_nowhere_else(campus: Campus, people: People) -> None:
    await campus.post("welfare", "/v1/visits", visit(people.in_section), people.chair)

    refused = await campus.post("welfare", "/v1/visits", visit(people.in_other), people.chair, status=403)

    assert refused["type"].endswith("outside-your-units")


async def test_a_visit_is_seen_by_its_branch_and_the_member_and_not_by_another_branch(
    campus: Campus, people: People
) -> None:
    made = await campus.post("welfare", "/v1/visits", visit(people.in_section), campus.officer)
    path = f"/v1/visits/{made['id']}"

    for who in (people.chair, campus.issuer.bearer(people.in_section)):
        await campus.get("welfare", path, who)
        listed = await campus.get("welfare", f"/v1/visits?member_id={people.in_section}&limit=200", who)
        assert made["id"] in [item["id"] for item in listed["items"]]
    for who in (people.other_chair, campus.issuer.bearer(people.in_other)):
        await campus.get("welfare", path, who, status=404)
        listed = await campus.get("welfare", f"/v1/visits?member_id={people.in_section}&limit=200", who)
        assert listed["items"] == []


async def test_a_visit_is_not_in_the_future(campus: Campus, people: People) -> None:
    tomorrow = clock.campus_day(clock.now()) + timedelta(days=1)

    refused = await campus.post(
        "welfare", "/v1/visits", visit(people.in_section, visited_on=tomorrow.isoformat()), campus.officer, status=409
    )

    assert refused["type"].endswith("visit-in-the-future")


async def test_a_member_who_is_not_known_is_named_by_the_field(campus: Campus) -> None:
    refused = await campus.post("welfare", "/v1/visits", visit(str(uuid4())), campus.officer, status=409)

    assert (refused["type"].split(":")[-1], refused["field"]) == ("member-unknown", "member_id")


async def test_money_is_whole_fen_and_not_negative(campus: Campus, people: People) -> None:
    for amount, rule in ((-1, "greater_than_equal"), (1.5, "int_from_float"), ("x", "int_parsing")):
        refused = await campus.post(
            "welfare", "/v1/visits", visit(people.in_section, amount_fen=amount), campus.officer, status=422
        )
        assert [(error["pointer"], error["rule"]) for error in refused["errors"]] == [("/amount_fen", rule)]


async def test_the_public_event_says_nothing_of_the_case(campus: Campus, people: People) -> None:
    made = await campus.post("welfare", "/v1/visits", visit(people.in_section), campus.officer)

    rows = await campus.database("welfare")["outbox"].find({"key": made["id"].encode()}).to_list(None)

    public = next(row for row in rows if "restricted" not in row["topic"])
    restricted = next(row for row in rows if "restricted" in row["topic"])
    for word in (b"hospitalised", b"60000", b"money"):
        assert word not in public["value"]
        assert word in restricted["value"]


async def test_who_may_not_log_is_told_which_roles_may(campus: Campus, people: People) -> None:
    delegate = campus.issuer.bearer(people.delegates[0], (Role.DELEGATE, None))

    refused = await campus.post("welfare", "/v1/visits", visit(people.in_section), delegate, status=403)

    assert refused["needed"] == ["branch_chair", "branch_officer", "union_officer"]
