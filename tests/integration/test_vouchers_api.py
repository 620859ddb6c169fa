import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from shared import clock
from shared.roles import Role
from tests.campus import Campus
from tests.integration.benefit_drives import budget, members_of, treasurer
from tests.integration.scenarios.benefits import voucher_drive_body, voucher_list_body

DRIVES, LISTS, VOUCHERS = "/v1/voucher-drives", "/v1/voucher-lists", "/v1/vouchers"


def rule(problem: dict[str, Any]) -> str:
    return str(problem["type"]).rpartition(":")[2]


async def opened(campus: Campus, unit: str, **change: Any) -> dict[str, Any]:
    await budget(campus, unit)
    return await campus.post("welfare", DRIVES, voucher_drive_body(unit, **change), campus.officer)


async def issued(campus: Campus, drive: dict[str, Any], members: list[str]) -> list[dict[str, Any]]:
    """The vouchers, in the order of the members."""
    body = voucher_list_body(drive["id"], drive["unit_id"], members)
    await campus.post("welfare", LISTS, body, campus.officer)
    page = await campus.get("welfare", f"{VOUCHERS}?drive_id={drive['id']}", campus.officer)
    theirs = {each["member_id"]: each for each in page["items"]}
    return [theirs[member] for member in members]


async def envelope(campus: Campus, unit: str) -> dict[str, Any]:
    page = await campus.get("welfare", "/v1/envelopes?limit=200", treasurer(campus))
    return next(dict(each) for each in page["items"] if each["unit_id"] == unit)


async def expire(campus: Campus, voucher: dict[str, Any]) -> None:
    """Its last day passes."""
    await campus.running["welfare"].stores.vouchers.do(UUID(voucher["id"]), clock.now() + timedelta(days=400))


async def test_a_list_says_what_became_of_each_member(campus: Campus) -> None:
    unit, other = await campus.unit(), await campus.unit()
    member, officer_id = await members_of(campus, unit, 2)
    (stranger,) = await members_of(campus, other, 1)
    officer = campus.issuer.bearer(officer_id, (Role.UNION_OFFICER, unit))
    drive = await opened(campus, unit)
    body = voucher_list_body(drive["id"], unit, [member, member, stranger, officer_id, str(uuid4())])
    keyed = {**officer, "Idempotency-Key": uuid4().hex}

    made = await campus.post("welfare", LISTS, body, keyed)

    assert [(row["outcome"], row["rule"]) for row in made["rows"]] == [
        ("issued", None),
        ("unchanged", None),
        ("refused", "member-unknown"),
        ("refused", "own-case"),
        ("refused", "member-unknown"),
    ]
    assert await campus.post("welfare", LISTS, body, keyed) == made
    assert (await campus.get("welfare", f"{DRIVES}/{drive['id']}", campus.officer))["issued"] == 1


async def test_a_member_sees_their_own_voucher_and_hears_of_it(campus: Campus) -> None:
    unit = await campus.unit()
    member, other = await members_of(campus, unit, 2)
    await campus.heard_of("notifications", member)
    (voucher,) = await issued(campus, await opened(campus, unit), [member])

    own = await campus.get("welfare", f"{VOUCHERS}/{voucher['id']}", campus.issuer.bearer(member))

    assert (own["value_fen"], own["state"]) == (20_000, "issued")
    await campus.get("welfare", f"{VOUCHERS}/{voucher['id']}", campus.issuer.bearer(other), status=404)
    assert await campus.inbox(member, topic="voucher-issued")


async def test_a_voucher_is_used_once(campus: Campus) -> None:
    unit = await campus.unit()
    (member,) = await members_of(campus, unit, 1)
    (voucher,) = await issued(campus, await opened(campus, unit), [member])
    officers = [campus.issuer.bearer(uuid4(), (Role.BRANCH_OFFICER, unit)) for _ in range(2)]

    answers = await asyncio.gather(
        *(campus.http["welfare"].post(f"{VOUCHERS}/{voucher['id']}/uses", headers=officer) for officer in officers)
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_a_voucher_expires_by_itself_and_is_taken_no_more(campus: Campus) -> None:
    unit = await campus.unit()
    (member,) = await members_of(campus, unit, 1)
    drive = await opened(campus, unit)
    (voucher,) = await issued(campus, drive, [member])

    await expire(campus, voucher)

    refused = await campus.post("welfare", f"{VOUCHERS}/{voucher['id']}/uses", None, campus.officer, status=409)
    assert (rule(refused), refused["state"]) == ("wrong-state", "expired")
    assert (await campus.get("welfare", f"{DRIVES}/{drive['id']}", campus.officer))["expired"] == 1


async def test_what_was_used_is_paid_when_none_is_open_and_the_rest_given_back(campus: Campus) -> None:
    unit = await campus.unit()
    user, absent = await members_of(campus, unit, 2)
    drive = await opened(campus, unit)
    used, left = await issued(campus, drive, [user, absent])
    await campus.post("welfare", f"{VOUCHERS}/{used['id']}/uses", None, campus.officer, status=200)
    place = f"{DRIVES}/{drive['id']}/closings"
    reserved = await envelope(campus, unit)

    refused = await campus.post("welfare", place, None, campus.officer, status=409)
    await expire(campus, left)
    closed = await campus.post("welfare", place, None, campus.officer, status=200)

    assert reserved["reserved_fen"] == 5 * 20_000
    assert (rule(refused), refused["open"]) == ("vouchers-still-open", 1)
    assert (closed["state"], closed["amount_fen"]) == ("closed", 20_000)
    after = await envelope(campus, unit)
    assert (after["reserved_fen"], after["spent_fen"]) == (0, 20_000)
    figures = await campus.get(
        "welfare",
        f"/v1/benefit-figures?year={drive['year']}",
        campus.issuer.bearer(uuid4(), (Role.UNION_OFFICER, unit)),
    )
    assert (figures["vouchers_issued"], figures["vouchers_used"], figures["total_amount_fen"]) == (2, 1, 20_000)


async def test_a_member_has_no_more_in_a_year_than_the_policy_allows_whatever_the_drive(campus: Campus) -> None:
    unit = await campus.unit()
    (member,) = await members_of(campus, unit, 1)
    first, second = await opened(campus, unit), await opened(campus, unit)
    (voucher,) = await issued(campus, first, [member])
    body = voucher_list_body(second["id"], unit, [member])

    over = await campus.post("welfare", LISTS, body, campus.officer)
    await expire(campus, voucher)
    again = await campus.post("welfare", LISTS, body, campus.officer)

    assert [(row["outcome"], row["rule"]) for row in over["rows"]] == [("refused", "cap-exceeded")]
    assert [row["outcome"] for row in again["rows"]] == ["issued"]


async def test_a_voucher_above_the_cap_and_one_too_many_are_refused(campus: Campus) -> None:
    unit = await campus.unit()
    members = await members_of(campus, unit, 2)
    drive = await opened(campus, unit, most=1)

    refused = await campus.post(
        "welfare", DRIVES, voucher_drive_body(unit, value_fen=30_001), campus.officer, status=409
    )
    made = await campus.post("welfare", LISTS, voucher_list_body(drive["id"], unit, members), campus.officer)

    assert rule(refused) == "cap-exceeded"
    assert [row["rule"] for row in made["rows"]] == [None, "vouchers-used-up"]


async def test_a_month_that_has_not_begun_has_no_list(campus: Campus) -> None:
    unit = await campus.unit()
    (member,) = await members_of(campus, unit, 1)
    year = clock.campus_day(clock.now()).year + 1
    drive = await opened(campus, unit, year=year)

    body = voucher_list_body(drive["id"], unit, [member])
    refused = await campus.post("welfare", LISTS, body, campus.officer, status=409)

    assert rule(refused) == "not-of-the-month"
