from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared import clock
from shared.roles import Role
from tests.campus import Campus
from tests.integration.conftest import People
from tests.visits import adopt, today

SENSITIVE = ("occasion", "amount_fen", "policy_id", "reasons")


def visit(member: str, **change: Any) -> dict[str, Any]:
    return {
        "member_id": member,
        "occasion": "hospitalised",
        "visited_on": "2022-06-01",
        "visitor_ids": [member],
        "form": "money",
        "amount_fen": 60000,
        **change,
    }


async def test_a_visit_reads_back_with_the_unit_of_the_member(campus: Campus, people: People) -> None:
    body = visit(people.in_section)

    made = await campus.post("welfare", "/v1/visits", body, campus.officer)

    found = await campus.get("welfare", f"/v1/visits/{made['id']}", campus.officer)
    assert found == made
    assert found["unit_id"] == people.section
    assert not set(SENSITIVE) & found.keys()
    details = await campus.get("welfare", f"/v1/visits/{made['id']}/details?purpose=handling", campus.officer)
    assert {name: details[name] for name in body} == body


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
    for amount, rule in ((-1, "greater_than_equal"), (6.0, "int_type"), ("600", "int_type"), (True, "int_type")):
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
        assert word not in restricted["value"]
    keys = await campus.running["welfare"].foundation.keyring.find([UUID(people.in_section)])
    assert b"hospitalised" in keys[UUID(people.in_section)].open_data(restricted["value"])


async def test_what_a_visit_was_about_is_sealed_where_it_is_kept(campus: Campus, people: People) -> None:
    key = {**campus.officer, "Idempotency-Key": uuid4().hex}
    policy = await adopt(campus, people.section, cap_per_occasion_fen=None)
    body = visit(people.in_section, amount_fen=98_765_43, visited_on=today())
    made = await campus.post("welfare", "/v1/visits", body, key)

    for name in await campus.database("welfare").list_collection_names():
        async for document in campus.database("welfare")[name].find({}):
            assert "9876543" not in str(document), name
    kept = await campus.database("welfare")["visits"].find_one({"_id": UUID(made["id"])})
    assert kept is not None
    assert not set(SENSITIVE) & kept.keys()
    assert policy not in str(kept)


async def test_who_reads_what_a_visit_was_about_is_on_record(campus: Campus, people: People) -> None:
    made = await campus.post("welfare", "/v1/visits", visit(people.in_section), campus.officer)
    path = f"/v1/visits/{made['id']}/details"

    await campus.get("welfare", f"{path}?purpose=payment", people.chair)
    await campus.get("welfare", path, campus.issuer.bearer(people.in_section))

    audit = campus.running["welfare"].foundation.audit
    newest, _ = await audit.concerning(UUID(people.in_section), limit=2, before=None)
    assert [(row["actor"], row["purpose"], row["subject"]["id"], row["fields"]) for row in newest] == [
        (UUID(people.in_section), "own", UUID(made["id"]), list(SENSITIVE)),
        (UUID(people.chair_id), "payment", UUID(made["id"]), list(SENSITIVE)),
    ]


async def test_who_reads_what_is_about_somebody_else_says_what_for(campus: Campus, people: People) -> None:
    made = await campus.post("welfare", "/v1/visits", visit(people.in_section), campus.officer)

    for purpose in ("", "?purpose=own"):
        refused = await campus.get("welfare", f"/v1/visits/{made['id']}/details{purpose}", people.chair, status=422)
        assert (refused["type"].rpartition(":")[2], refused["field"]) == ("purpose-missing", "purpose")


async def test_a_seal_that_was_moved_from_another_visit_is_broken(campus: Campus, people: People) -> None:
    first = await campus.post("welfare", "/v1/visits", visit(people.in_section), campus.officer)
    second = await campus.post("welfare", "/v1/visits", visit(people.in_section, amount_fen=1), campus.officer)
    visits = campus.database("welfare")["visits"]
    other = await visits.find_one({"_id": UUID(second["id"])})
    assert other is not None

    await visits.update_one({"_id": UUID(first["id"])}, {"$set": {"sealed": other["sealed"]}})

    refused = await campus.get("welfare", f"/v1/visits/{first['id']}/details?purpose=audit", campus.officer, status=409)
    assert refused["type"].endswith("seal-broken")


async def test_nobody_logs_a_visit_to_themself(campus: Campus, people: People) -> None:
    refused = await campus.post("welfare", "/v1/visits", visit(people.chair_id), people.chair, status=403)

    assert refused["type"].endswith("own-case")


async def test_visitors_are_members(campus: Campus, people: People) -> None:
    body = visit(people.in_section, visitor_ids=[people.chair_id, str(uuid4())])

    refused = await campus.post("welfare", "/v1/visits", body, campus.officer, status=409)

    assert (refused["type"].rpartition(":")[2], refused["field"]) == ("member-unknown", "visitor_ids")


@pytest.mark.parametrize("day", [0, 86400, "1580688000", "2022-6-1", "2022-06-01T00:00:00", "1899-12-31", "2101-01-01"])
async def test_a_day_is_written_as_one(campus: Campus, people: People, day: object) -> None:
    refused = await campus.post(
        "welfare", "/v1/visits", visit(people.in_section, visited_on=day), campus.officer, status=422
    )

    assert [error["pointer"] for error in refused["errors"]] == ["/visited_on"]


async def test_who_may_not_log_is_told_which_roles_may(campus: Campus, people: People) -> None:
    delegate = campus.issuer.bearer(people.delegates[0], (Role.DELEGATE, None))

    refused = await campus.post("welfare", "/v1/visits", visit(people.in_section), delegate, status=403)

    assert refused["needed"] == ["branch_chair", "branch_officer", "union_officer"]
    assert "分工会主席" in refused["detail"]
    assert "Role." not in refused["detail"]
