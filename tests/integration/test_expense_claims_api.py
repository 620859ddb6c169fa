"""Expense claims through the API: from the receipt to the money, and back."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from shared import clock
from shared.contracts.welfare.funds import Category
from shared.roles import Role
from tests.campus import EVERYWHERE, Campus
from tests.integration.conftest import Bearer, People
from tests.integration.scenarios.welfare_expense_claims import CLAIMS, act, claim_body, item_body
from tests.money import open_envelope, treasurer

GRANTED = 100_000_000


@pytest.fixture(scope="module")
async def envelope(campus: Campus, people: People) -> str:
    """Of the faculty, for operations of this year."""
    year = clock.campus_day(clock.now()).year
    return await open_envelope(campus, people.faculty, year=year, category=Category.OPERATIONS, granted_fen=GRANTED)


@pytest.fixture
def member(campus: Campus, people: People) -> Bearer:
    return campus.issuer.bearer(people.in_section)


async def submitted(campus: Campus, member: Bearer, **change: Any) -> str:
    return str((await campus.post("welfare", CLAIMS, claim_body(**change), member))["id"])


async def figures(campus: Campus, envelope: str) -> tuple[int, int]:
    found = await campus.get("welfare", f"/v1/envelopes/{envelope}", treasurer(campus))
    return found["reserved_fen"], found["spent_fen"]


async def test_a_claim_is_approved_paid_and_comes_back(
    campus: Campus, people: People, envelope: str, member: Bearer
) -> None:
    reserved, spent = await figures(campus, envelope)
    claim = await submitted(campus, member)

    approved = await act(campus, claim, "approvals", {}, people.chair)
    assert (approved["state"], approved["unit_id"]) == ("approved", people.section)
    assert await figures(campus, envelope) == (reserved + 5_000, spent)
    paid = await act(campus, claim, "payments", None, treasurer(campus))
    assert await figures(campus, envelope) == (reserved, spent + 5_000)
    part = await act(campus, claim, "refunds", {"amount_fen": 2_000}, treasurer(campus))
    whole = await act(campus, claim, "refunds", {"amount_fen": 3_000}, treasurer(campus))

    assert [each["state"] for each in (paid, part, whole)] == ["paid", "paid", "refunded"]
    assert await figures(campus, envelope) == (reserved, spent)
    spending = await campus.get("welfare", f"/v1/spendings/{approved['spending_id']}", treasurer(campus))
    assert (spending["subject_id"], spending["policy_id"]) == (claim, approved["policy_id"])
    assert (await campus.inbox(people.in_section, topic="expense-paid"))["subject_id"] == claim


async def test_above_its_amount_the_officer_of_the_union_signs(
    campus: Campus, people: People, envelope: str, member: Bearer
) -> None:
    claim = await submitted(campus, member, amount_fen=50_001)

    refused = await act(campus, claim, "approvals", {}, people.chair, status=409)
    approved = await act(campus, claim, "approvals", {}, campus.officer)

    assert (refused["type"].split(":")[-1], refused["role"]) == ("another-signs", "union_officer")
    assert approved["state"] == "approved"


async def test_nobody_approves_or_pays_their_own(campus: Campus, people: People, envelope: str) -> None:
    claim = await submitted(campus, people.chair)
    refused = await act(campus, claim, "approvals", {}, people.chair, status=403)
    await act(campus, claim, "approvals", {}, campus.officer)

    payer = campus.issuer.bearer(people.chair_id, (Role.FINANCE_OFFICER, EVERYWHERE))
    not_paid = await act(campus, claim, "payments", None, payer, status=403)

    for told in (refused, not_paid):
        assert told["type"].endswith("own-case")


async def test_a_receipt_is_claimed_once_in_the_union_and_the_refusal_names_nobody(
    campus: Campus, people: People, member: Bearer
) -> None:
    receipt = item_body(5_000)
    first = await submitted(campus, member, items=[receipt])
    other = campus.issuer.bearer(people.in_other)
    same = claim_body(items=[{**receipt, "receipt_number": f" {receipt['receipt_number'].lower()} "}])

    refused = await campus.post("welfare", CLAIMS, same, other, status=409)

    assert refused["type"].endswith("receipt-claimed-already")
    assert not {first, people.in_section} & {str(value) for value in refused.values()}
    await act(campus, first, "withdrawals", None, member)
    await campus.post("welfare", CLAIMS, same, other)


async def test_of_two_who_claim_one_receipt_at_the_same_moment_one_does(campus: Campus, people: People) -> None:
    body = claim_body()
    both = [campus.issuer.bearer(member) for member in (people.in_section, people.in_other)]

    told = await asyncio.gather(*(campus.http["welfare"].post(CLAIMS, json=body, headers=who) for who in both))

    assert sorted(answer.status_code for answer in told) == [201, 409]


async def test_what_was_sent_back_is_changed_and_submitted_again(
    campus: Campus, people: People, member: Bearer
) -> None:
    claim = await submitted(campus, member)
    returned = await act(campus, claim, "returns", {"note": "请补充发票号码"}, people.chair)

    revised = await act(campus, claim, "revisions", claim_body(7_000), member)

    assert (returned["state"], returned["note"]) == ("returned", "请补充发票号码")
    assert (revised["state"], revised["note"], revised["total_fen"]) == ("submitted", None, 7_000)


@pytest.mark.parametrize("how", ["rejections", "withdrawals"])
async def test_what_is_given_up_after_its_approval_gives_back_the_money(
    campus: Campus, people: People, envelope: str, member: Bearer, how: str
) -> None:
    before = await figures(campus, envelope)
    claim = await submitted(campus, member)
    await act(campus, claim, "approvals", {}, people.chair)

    who, body = (member, None) if how == "withdrawals" else (people.chair, {"note": "活动取消"})
    await act(campus, claim, how, body, who)

    assert await figures(campus, envelope) == before
    late = await act(campus, claim, "payments", None, treasurer(campus), status=409)
    assert late["type"].endswith("wrong-state")


async def test_a_claim_that_the_budget_does_not_cover_stays_submitted(
    campus: Campus, people: People, envelope: str, member: Bearer
) -> None:
    body = {"decided_on": "2022-03-01", "subject": "设备", "document": "纪要", "granted_fen": 10 * GRANTED}
    decision = (await campus.post("welfare", "/v1/fund-decisions", body, campus.officer))["id"]
    claim = await submitted(campus, member, amount_fen=GRANTED + 1)

    without = await act(campus, claim, "approvals", {}, campus.officer, status=409)
    refused = await act(campus, claim, "approvals", {"decision_id": decision}, campus.officer, status=409)
    unheard = await act(campus, claim, "approvals", {"decision_id": str(uuid4())}, campus.officer, status=404)

    assert [each["type"].split(":")[-1] for each in (without, refused, unheard)] == [
        "fund-decision-missing",
        "budget-exceeded",
        "nothing-here",
    ]
    found = await campus.get("welfare", f"{CLAIMS}/{claim}", member)
    assert (found["state"], found["signatures"]) == ("submitted", [])


async def test_two_payers_at_the_same_moment_pay_once(
    campus: Campus, people: People, envelope: str, member: Bearer
) -> None:
    claim = await submitted(campus, member)
    await act(campus, claim, "approvals", {}, people.chair)
    _, before = await figures(campus, envelope)

    told = await asyncio.gather(
        *(campus.http["welfare"].post(f"{CLAIMS}/{claim}/payments", headers=treasurer(campus)) for _ in range(2))
    )

    assert sorted(answer.status_code for answer in told) == [200, 409]
    assert (await figures(campus, envelope))[1] == before + 5_000
