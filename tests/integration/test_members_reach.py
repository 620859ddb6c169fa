"""What a request names in its body lies within reach too; and nobody acts in their own case, whatever they hold."""

from typing import Any
from uuid import uuid4

import pytest

from shared.roles import Role
from tests.campus import Campus
from tests.integration.land import DAY, Land, lay_out, unique
from tests.integration.scenarios.members import member, unit

HAPPENED = {"on": DAY, "reason": "办理"}


@pytest.fixture(scope="module")
async def land(campus: Campus) -> Land:
    return await lay_out(campus)


async def retired(land: Land) -> str:
    made = await member(land)
    path = f"/v1/members/{made}/retirements"
    await land.campus.post("members", path, HAPPENED, land.campus.administrator, status=200)
    return made


async def bodies(land: Land, target: str) -> list[tuple[str, dict[str, Any], str]]:
    """What an administrator of the faculty asks for, that ends in the unit: path, body, and the field that names it."""
    entered = {"staff_number": unique("T"), "name": "某", "sex": "male", "unit_id": target, "joined_union_on": DAY}
    role = {"member_id": await member(land), "role": "branch_officer", "from_date": DAY, "reason": "选举"}
    below = {"name": "某科", "name_en": "A section", "kind": "office", "parent_id": target}
    return [
        (f"/v1/members/{await member(land)}/transfers", {**HAPPENED, "unit_id": target}, "unit_id"),
        (f"/v1/members/{await retired(land)}/reinstatements", {**HAPPENED, "unit_id": target}, "unit_id"),
        (f"/v1/units/{await unit(land)}/moves", {"parent_id": target, "reason": "机构调整"}, "parent_id"),
        ("/v1/units", below, "parent_id"),
        ("/v1/members", entered, "unit_id"),
        ("/v1/role-assignments", {**role, "unit_id": target}, "unit_id"),
    ]


@pytest.mark.parametrize("by", ["token", "roster"])
async def test_nothing_is_taken_to_where_the_caller_does_not_reach(campus: Campus, land: Land, by: str) -> None:
    if by == "token":
        administrator = campus.issuer.bearer(uuid4(), (Role.ADMINISTRATOR, land.above))
    else:
        administrator = campus.issuer.bearer(land.enrolled[Role.ADMINISTRATOR, "above"])

    for target in (land.elsewhere, land.school):
        for path, body, field in await bodies(land, target):
            refused = await campus.post("members", path, body, administrator, status=403)
            assert (refused["type"].rpartition(":")[2], refused["field"]) == ("outside-your-units", field), path
    whole = {"member_id": await member(land), "role": "branch_officer", "from_date": DAY, "reason": "选举"}
    await campus.post("members", "/v1/role-assignments", {**whole, "unit_id": None}, administrator, status=403)
    for path, body, _ in await bodies(land, land.above):
        answer = await campus.http["members"].post(path, json=body, headers=administrator)
        assert answer.is_success, answer.text


async def test_nothing_is_taken_from_where_the_caller_does_not_reach(campus: Campus, land: Land) -> None:
    elsewhere = campus.issuer.bearer(uuid4(), (Role.ADMINISTRATOR, land.elsewhere))

    for path, body, _ in await bodies(land, land.elsewhere):
        if path.endswith(("transfers", "reinstatements", "moves")):
            await campus.post("members", path, body, elsewhere, status=404)


OWN = [
    ("transfers", {"unit_id": "above"}),
    ("retirements", {}),
    ("departures", {}),
    ("reinstatements", {"unit_id": "above"}),
    ("membership-endings", {}),
    ("membership-resumptions", {}),
]


@pytest.mark.parametrize(("what", "more"), OWN, ids=[what for what, _ in OWN])
async def test_an_administrator_is_one_of_the_others_to_themself(
    campus: Campus, land: Land, what: str, more: dict[str, str]
) -> None:
    myself = await member(land)
    administrator = campus.issuer.bearer(myself, (Role.ADMINISTRATOR, None))
    body = {**HAPPENED, **{name: getattr(land, value) for name, value in more.items()}}

    refused = await campus.post("members", f"/v1/members/{myself}/{what}", body, administrator, status=403)

    assert refused["type"].endswith("own-case")


@pytest.mark.parametrize("scope", ["school", "above", "elsewhere"])
@pytest.mark.parametrize("field", [{"name": "另一名"}, {"sex": "female"}, {"birth_date": "1990-01-01"}], ids=str)
async def test_an_administrator_of_whatever_unit_changes_their_own_details_as_a_member_does(
    campus: Campus, land: Land, scope: str, field: dict[str, str]
) -> None:
    myself = await member(land)
    administrator = campus.issuer.bearer(myself, (Role.ADMINISTRATOR, land.unit(scope)))
    path, headers = f"/v1/members/{myself}", {**administrator, "If-Match": '"1"'}

    refused = await campus.http["members"].patch(path, json=field, headers=headers)
    taken = await campus.http["members"].patch(path, json={"phone": "13900000000"}, headers=headers)

    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (403, "own-case")
    assert taken.status_code == 200, taken.text


async def test_a_couple_of_oneself_is_recorded_and_ended_by_somebody_else(campus: Campus, land: Land) -> None:
    myself, other = await member(land), await member(land)
    administrator = campus.issuer.bearer(myself, (Role.ADMINISTRATOR, None))
    body = {"member_ids": [myself, other], "since": DAY}
    await campus.post("members", "/v1/couples", body, administrator, status=403)
    couple = (await campus.post("members", "/v1/couples", body, campus.administrator))["id"]

    path = f"/v1/couples/{couple}/endings"
    refused = await campus.post("members", path, HAPPENED, administrator, status=403)
    ended = await campus.post("members", path, HAPPENED, campus.administrator, status=200)

    assert refused["type"].endswith("own-case")
    assert ended["end_reason"] == "办理"


async def test_the_reasons_can_be_read_afterwards(campus: Campus, land: Land) -> None:
    one, place = await member(land), await unit(land)
    for path, body in (
        (f"members/{one}/transfers", {**HAPPENED, "unit_id": land.above, "reason": "工作调动"}),
        (f"members/{one}/membership-endings", {**HAPPENED, "reason": "本人申请"}),
        (f"units/{place}/moves", {"parent_id": land.above, "reason": "机构调整"}),
        (f"units/{place}/closures", {**HAPPENED, "reason": "撤并"}),
    ):
        await campus.post("members", f"/v1/{path}", body, campus.administrator, status=200)

    shown = await campus.get("members", f"/v1/members/{one}/details?purpose=audit", campus.administrator)
    closed = await campus.get("members", f"/v1/units/{place}", campus.administrator)

    assert shown["history"][-1]["reason"] == "工作调动"
    assert shown["membership"] == [{"ended": True, "on": DAY, "reason": "本人申请"}]
    assert (closed["moves"][0]["reason"], closed["close_reason"]) == ("机构调整", "撤并")


async def test_a_role_is_given_until_a_day_and_taken_before_it(campus: Campus, land: Land) -> None:
    body = {
        "member_id": await member(land),
        "role": "branch_chair",
        "unit_id": land.section,
        "from_date": DAY,
        "until_date": "2099-06-01",
        "reason": "选举产生",
    }
    given = await campus.post("members", "/v1/role-assignments", body, campus.administrator)
    path = f"/v1/role-assignments/{given['id']}/revocations"

    later = {"until_date": "2099-07-01", "reason": "延长"}
    assert (await campus.post("members", path, later, campus.administrator, status=409))["until_date"] == "2099-06-01"
    taken = await campus.post(
        "members", path, {"until_date": "2022-07-01", "reason": "辞职"}, campus.administrator, status=200
    )

    assert (taken["until_date"], taken["reason"], taken["revoke_reason"]) == ("2022-07-01", "选举产生", "辞职")


async def test_an_account_is_no_member_and_has_a_permit(campus: Campus, land: Land) -> None:
    account = {"role": "service_account", "unit_id": land.section, "from_date": DAY, "reason": "图书馆系统"}
    permits = {"permits": ["units:read"]}

    for body, slug in (
        ({**account, "member_id": str(uuid4())}, "permits-mismatch"),
        ({**account, **permits, "member_id": await member(land)}, "account-is-a-member"),
        ({**account, **permits, "member_id": await member(land), "role": "branch_chair"}, "permits-mismatch"),
    ):
        refused = await campus.post("members", "/v1/role-assignments", body, campus.administrator, status=409)
        assert refused["type"].endswith(slug)
    subject = str(uuid4())
    await campus.post(
        "members", "/v1/role-assignments", {**account, **permits, "member_id": subject}, campus.administrator
    )
    seen = await campus.get("members", "/v1/units?limit=200", campus.issuer.bearer(subject))
    assert land.section in {item["id"] for item in seen["items"]}
    assert land.elsewhere not in {item["id"] for item in seen["items"]}
    await campus.get("members", "/v1/members", campus.issuer.bearer(subject), status=403)
    await campus.get(
        "notifications", "/v1/inbox", campus.issuer.bearer(subject, (Role.SERVICE_ACCOUNT, None)), status=403
    )
