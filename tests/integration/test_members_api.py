from uuid import uuid4

import pytest

from shared.roles import Role
from tests.campus import Campus
from tests.integration.conftest import People

ENGLISH = {"Accept-Language": "en"}


def member(unit: str, number: str) -> dict[str, str]:
    return {
        "staff_number": number,
        "name": "某某",
        "sex": "male",
        "unit_id": unit,
        "language": "zh-CN",
        "joined_union_on": "2020-09-01",
    }


async def test_a_member_entered_reads_back_with_an_etag_and_a_location(campus: Campus, people: People) -> None:
    body = member(people.faculty, f"A{uuid4().hex[:8]}")

    made = await campus.http["members"].post("/v1/members", json=body, headers=campus.administrator)

    assert made.status_code == 201
    assert made.headers["etag"] == '"1"'
    found = await campus.http["members"].get(made.headers["location"], headers=campus.administrator)
    assert found.json() == made.json()
    assert {name: found.json()[name] for name in body} == body
    assert found.headers["etag"] == '"1"'


async def test_a_staff_number_is_held_by_one_member(campus: Campus, people: People) -> None:
    body = member(people.faculty, f"A{uuid4().hex[:8]}")
    await campus.post("members", "/v1/members", body, campus.administrator)

    refused = await campus.post("members", "/v1/members", body, {**campus.administrator, **ENGLISH}, status=409)

    assert refused["type"] == "urn:campus-union:problem:already-exists"
    assert refused["field"] == "staff_number"
    assert body["staff_number"] not in str(refused)


async def test_there_is_one_school(campus: Campus, people: People) -> None:
    body = {"name": "又一所", "name_en": "Another", "kind": "school"}

    refused = await campus.post("members", "/v1/units", body, campus.administrator, status=409)

    assert refused["field"] == "kind"


async def test_a_unit_that_is_not_there_is_named_by_its_field(campus: Campus) -> None:
    body = member(str(uuid4()), f"A{uuid4().hex[:8]}")

    refused = await campus.post("members", "/v1/members", body, campus.administrator, status=409)

    assert refused["type"] == "urn:campus-union:problem:unit-unknown"
    assert refused["field"] == "unit_id"


async def test_a_change_needs_the_etag_that_was_read(campus: Campus, people: People) -> None:
    found = await campus.http["members"].get(f"/v1/units/{people.section}", headers=campus.administrator)
    path, body = f"/v1/units/{people.section}", {"name": "新名", "name_en": "New name"}

    async def patch(**headers: str) -> int:
        answer = await campus.http["members"].patch(path, json=body, headers={**campus.administrator, **headers})
        return answer.status_code

    assert await patch() == 428
    assert await patch(**{"If-Match": '"0"'}) == 412
    assert await patch(**{"If-Match": "W/nonsense"}) == 422
    assert await patch(**{"If-Match": found.headers["etag"]}) == 200
    assert await patch(**{"If-Match": found.headers["etag"]}) == 412


async def test_members_are_found_by_unit_and_staff_number_page_by_page(campus: Campus, people: People) -> None:
    unit = await campus.unit(people.faculty, branch=False)
    made = [await campus.member(unit) for _ in range(5)]
    seen: list[str] = []
    path = f"/v1/members?unit_id={unit}&limit=2"

    page = await campus.get("members", path, campus.administrator)
    while True:
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        page = await campus.get("members", f"{path}&cursor={page['next']}", campus.administrator)

    assert seen == made[::-1]
    number = page["items"][0]["staff_number"]
    by_number = await campus.get("members", f"/v1/members?staff_number={number}", campus.administrator)
    assert [item["staff_number"] for item in by_number["items"]] == [number]


async def test_members_read_themselves_and_nobody_else(campus: Campus, people: People) -> None:
    one, other = people.delegates[:2]
    who = campus.issuer.bearer(one)

    assert (await campus.get("members", f"/v1/members/{one}", who))["id"] == one
    await campus.get("members", f"/v1/members/{other}", who, status=404)
    assert [item["id"] for item in (await campus.get("members", "/v1/members", who))["items"]] == [one]


async def test_a_role_is_taken_back_once(campus: Campus, people: People) -> None:
    someone = await campus.member(people.faculty)
    body = {
        "member_id": someone,
        "role": Role.JUDGE.value,
        "unit_id": None,
        "from_date": "2022-03-01",
        "reason": "聘任",
    }
    role = await campus.post("members", "/v1/role-assignments", body, campus.administrator)
    path = f"/v1/role-assignments/{role['id']}/revocations"

    too_early = await campus.post(
        "members", path, {"until_date": "2022-02-01", "reason": "误"}, campus.administrator, status=409
    )
    taken = await campus.post(
        "members", path, {"until_date": "2022-09-01", "reason": "届满"}, campus.administrator, status=200
    )
    again = await campus.post(
        "members", path, {"until_date": "2022-10-01", "reason": "届满"}, campus.administrator, status=409
    )

    assert too_early["type"].endswith("role-ends-before-it-begins")
    assert taken["until_date"] == "2022-09-01"
    assert again["type"].endswith("role-revoked-already")
    assert again["until_date"] == "2022-09-01"


@pytest.mark.parametrize(
    ("change", "pointer", "rule"),
    [
        ({"name": ""}, "/name", "string_too_short"),
        ({"name": "x" * 300}, "/name", "string_too_long"),
        ({"sex": "cat"}, "/sex", "literal_error"),
        ({"joined_union_on": "yesterday"}, "/joined_union_on", "date_type"),
        ({"unit_id": "no"}, "/unit_id", "uuid_parsing"),
        ({"nickname": "x"}, "/nickname", "extra_forbidden"),
        ({"name": None}, "/name", "string_type"),
        ({"name": "a\u0000b"}, "/name", "characters"),
        ({"name": "a\nb"}, "/name", "characters"),
        ({"name": "a\u202eb"}, "/name", "characters"),
        ({"name": "\u200b"}, "/name", "nothing_to_see"),
        ({"staff_number": "T 1"}, "/staff_number", "string_pattern_mismatch"),
    ],
)
async def test_bad_input_is_told_by_field_and_rule_in_both_languages(
    campus: Campus, people: People, change: dict[str, object], pointer: str, rule: str
) -> None:
    body = {**member(people.faculty, "B1"), **change}

    chinese = await campus.post("members", "/v1/members", body, campus.administrator, status=422)
    english = await campus.post("members", "/v1/members", body, {**campus.administrator, **ENGLISH}, status=422)

    for told in (chinese, english):
        assert [(error["pointer"], error["rule"]) for error in told["errors"]] == [(pointer, rule)]
    assert not chinese["errors"][0]["detail"].isascii()
    assert english["errors"][0]["detail"].isascii()
