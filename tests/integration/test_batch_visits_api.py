"""Batch visits: a list by ids or as a sheet, row by row, and the money of all of them."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.person import everything_held
from shared.roles import Role
from tests.campus import Campus, until
from tests.visits import adopt, all_heard_of, figures_of, open_envelope, today

GRANTED, PRICE = 1_000_000, 8_000


class Branch:
    """A unit with a budget, a policy that lets the chair approve alone, and three members."""

    def __init__(self, campus: Campus, unit: str, envelope: str, members: list[str]) -> None:
        self.campus, self.unit, self.envelope, self.members = campus, unit, envelope, members
        bearer = campus.issuer.bearer
        self.proposer_id = str(uuid4())
        self.proposer = bearer(self.proposer_id, (Role.BRANCH_OFFICER, unit))
        self.chair = bearer(uuid4(), (Role.BRANCH_CHAIR, unit))
        self.finance = bearer(uuid4(), (Role.FINANCE_OFFICER, None))

    def body(self, *more: str, **change: Any) -> dict[str, Any]:
        return {
            "title": "高温慰问",
            "occasion": "summer_heat",
            "goods": "清凉饮品一箱",
            "unit_price_fen": PRICE,
            "visited_on": today(),
            "unit_id": self.unit,
            "member_ids": [*self.members, *more],
            **change,
        }

    async def propose(self, *more: str, status: int = 201, **change: Any) -> dict[str, Any]:
        body = self.body(*more, **change)
        return await self.campus.post("welfare", "/v1/batch-visits", body, self.proposer, status=status)

    async def act(
        self, batch: str, step: str, who: dict[str, str], body: dict[str, Any] | None = None, *, status: int = 200
    ) -> dict[str, Any]:
        return await self.campus.post("welfare", f"/v1/batch-visits/{batch}/{step}", body, who, status=status)

    async def approved(self) -> str:
        batch = str((await self.propose())["id"])
        await self.act(batch, "signatures", self.chair, {})
        return batch

    async def figures(self) -> tuple[int, int, int]:
        return await figures_of(self.campus, self.envelope)


@pytest.fixture
async def branch(campus: Campus) -> Branch:
    unit = await campus.unit()
    members = [await campus.member(unit) for _ in range(3)]
    await all_heard_of(campus, members)
    envelope = await open_envelope(campus, unit, GRANTED)
    of_batches = {"kind": "batch_visit", "occasion": "", "forms": ["goods"], "cap_per_occasion_fen": 30_000}
    await adopt(campus, unit, (Role.BRANCH_CHAIR, 0), (Role.UNION_OFFICER, 500_000), **of_batches)
    return Branch(campus, unit, envelope, members)


def rule_of(refused: dict[str, Any]) -> str:
    return str(refused["type"]).rpartition(":")[2]


def outcomes(report: dict[str, Any]) -> list[str]:
    return [row["outcome"] for row in report["rows"]]


async def test_a_batch_goes_from_the_list_to_the_payment_and_back(branch: Branch) -> None:
    report = await branch.propose()
    batch, amount = report["id"], 3 * PRICE

    approved = await branch.act(batch, "signatures", branch.chair, {})
    reserved = await branch.figures()
    paid = await branch.act(batch, "payments", branch.finance)
    spent = await branch.figures()
    part = await branch.act(batch, "refunds", branch.finance, {"reason": "退货", "amount_fen": PRICE})
    after_a_part = await branch.figures()
    whole = await branch.act(batch, "refunds", branch.finance, {"reason": "退货", "amount_fen": 2 * PRICE})

    assert outcomes(report) == ["ok"] * 3
    assert (report["batch"]["members"], report["batch"]["amount_fen"]) == (3, amount)
    assert [each["state"] for each in (approved, paid, part, whole)] == ["approved", "paid", "paid", "refunded"]
    assert reserved == (GRANTED - amount, amount, 0)
    assert spent == (GRANTED - amount, 0, amount)
    assert after_a_part == (GRANTED - 2 * PRICE, 0, 2 * PRICE)
    assert await branch.figures() == (GRANTED, 0, 0)


async def test_every_member_of_the_list_is_told(branch: Branch) -> None:
    batch = (await branch.propose())["id"]

    for member in branch.members:
        assert (await branch.campus.inbox(member, topic="batch-visit-listed"))["subject_id"] == batch


async def test_where_rows_are_bad_nothing_is_taken_and_each_row_says_why(branch: Branch, campus: Campus) -> None:
    stranger = await campus.member(await campus.unit())
    await campus.heard_of("welfare", stranger)

    report = await branch.propose(str(uuid4()), branch.members[0], stranger, branch.proposer_id, status=200)

    assert report["id"] is None
    assert outcomes(report) == ["ok"] * 3 + ["member_unknown", "repeats_a_row", "outside_your_units", "member_unknown"]
    assert report["counts"]["ok"] == 3
    page = await campus.get("welfare", "/v1/batch-visits", branch.proposer)
    assert page["items"] == []


async def test_the_good_rows_are_taken_where_the_caller_says_so(branch: Branch, campus: Campus) -> None:
    report = await branch.propose(str(uuid4()), accept_good_rows=True)

    page = await campus.get("welfare", f"/v1/batch-visits/{report['id']}/members", branch.proposer)

    assert outcomes(report) == ["ok"] * 3 + ["member_unknown"]
    assert report["batch"]["members"] == 3
    assert [member for item in page["items"] for member in item["member_ids"]] == branch.members


async def test_a_list_with_nobody_good_is_no_batch(branch: Branch) -> None:
    refused = await branch.propose(member_ids=[str(uuid4())], accept_good_rows=True, status=409)

    assert rule_of(refused) == "nobody-on-the-list"


async def test_nobody_puts_themself_on_the_list(branch: Branch, campus: Campus) -> None:
    themself = campus.issuer.bearer(branch.members[0], (Role.BRANCH_CHAIR, branch.unit))

    report = await campus.post("welfare", "/v1/batch-visits", branch.body(), themself, status=200)

    assert outcomes(report) == ["own_case", "ok", "ok"]


async def test_who_is_on_the_list_neither_signs_nor_pays(branch: Branch, campus: Campus) -> None:
    listed = campus.issuer.bearer(branch.members[0], (Role.BRANCH_CHAIR, branch.unit), (Role.FINANCE_OFFICER, None))
    batch = (await branch.propose())["id"]

    signing = await branch.act(batch, "signatures", listed, {}, status=403)
    await branch.act(batch, "signatures", branch.chair, {})
    paying = await branch.act(batch, "payments", listed, status=403)

    assert {rule_of(signing), rule_of(paying)} == {"own-case"}


async def test_a_batch_twice_with_one_key_is_one_batch(branch: Branch, campus: Campus) -> None:
    keyed = {**branch.proposer, "Idempotency-Key": uuid4().hex}

    first = await campus.post("welfare", "/v1/batch-visits", branch.body(), keyed)
    again = await campus.post("welfare", "/v1/batch-visits", branch.body(), keyed)

    assert again == first
    page = await campus.get("welfare", "/v1/batch-visits", branch.proposer)
    assert [item["id"] for item in page["items"]] == [first["id"]]


async def test_a_batch_is_paid_once(branch: Branch) -> None:
    batch = await branch.approved()
    keyed = {**branch.finance, "Idempotency-Key": uuid4().hex}

    paid = await branch.act(batch, "payments", keyed)
    again = await branch.act(batch, "payments", keyed)
    refused = await branch.act(batch, "payments", branch.finance, status=409)

    assert again == paid
    assert rule_of(refused) == "wrong-state"
    assert await branch.figures() == (GRANTED - 3 * PRICE, 0, 3 * PRICE)


@pytest.mark.parametrize("approved", [False, True])
async def test_a_batch_that_is_cancelled_gives_back_what_was_reserved(branch: Branch, *, approved: bool) -> None:
    batch = await branch.approved() if approved else (await branch.propose())["id"]

    cancelled = await branch.act(batch, "cancellations", branch.proposer, {"reason": "改期"})

    assert (cancelled["state"], cancelled["reasons"]) == ("cancelled", ["改期"])
    assert await branch.figures() == (GRANTED, 0, 0)


async def test_a_batch_that_is_refused_moves_nothing_and_says_why(branch: Branch) -> None:
    batch = (await branch.propose())["id"]

    refused = await branch.act(batch, "refusals", branch.chair, {"reason": "超出范围"})

    assert (refused["state"], refused["reasons"]) == ("refused", ["超出范围"])
    assert await branch.figures() == (GRANTED, 0, 0)


async def test_the_cap_is_of_one_member(branch: Branch) -> None:
    refused = await branch.propose(unit_price_fen=30_001, status=409)

    assert (rule_of(refused), refused["cap_fen"]) == ("cap-exceeded", 30_000)
    assert (await branch.propose(unit_price_fen=30_000))["batch"]["amount_fen"] == 90_000


async def test_a_sheet_names_members_by_their_numbers_which_are_not_kept(branch: Branch, campus: Campus) -> None:
    member = await campus.get("members", f"/v1/members/{branch.members[0]}", campus.administrator)
    number = member["staff_number"]
    given = {name: str(value) for name, value in branch.body().items() if name != "member_ids"}
    marks = campus.database("welfare")["staff_numbers"]

    async def known() -> Any:
        return await marks.find_one({"_id": UUID(branch.members[0])})

    await until(known, what="the mark of the staff number")
    answer = await campus.http["welfare"].post(
        "/v1/batch-visit-sheets",
        params={**given, "accept_good_rows": "true"},
        content=f"姓名,工号\n某某,{number}\n某某,无\n某某,N999\n".encode(),
        headers={**branch.proposer, "Content-Type": "application/octet-stream"},
    )

    assert answer.status_code == 201, answer.text
    report = answer.json()
    assert [(row["number"], row["outcome"]) for row in report["rows"]] == [
        (2, "ok"),
        (3, "unreadable"),
        (4, "member_unknown"),
    ]
    assert number not in answer.text
    for collection in ("batch_visits", "batch_visit_lists", "staff_numbers"):
        async for row in campus.database("welfare")[collection].find({}):
            assert number not in str(row)


async def test_a_sheet_without_a_column_of_staff_numbers_is_refused(branch: Branch, campus: Campus) -> None:
    given = {name: str(value) for name, value in branch.body().items() if name != "member_ids"}

    answer = await campus.http["welfare"].post(
        "/v1/batch-visit-sheets",
        params=given,
        content="姓名\n某某\n".encode(),
        headers={**branch.proposer, "Content-Type": "application/octet-stream"},
    )

    assert (answer.status_code, rule_of(answer.json())) == (409, "column-of-staff-numbers-missing")


async def test_a_member_is_told_that_they_are_on_a_list_and_not_who_else_is(branch: Branch, campus: Campus) -> None:
    batch = (await branch.propose())["id"]
    run = campus.running["welfare"]

    held = [item async for item in everything_held(run.foundation, run.stores.holders(), UUID(branch.members[0]))]

    (own,) = [item for item in held if item["kind"] == "batch visit list"]
    assert own == {"kind": "batch visit list", "named_as": ["member_ids"], "batch_id": batch}
    assert not any(member in str(held) for member in branch.members[1:])


async def test_a_branch_proposes_for_its_own_units_alone(branch: Branch, campus: Campus) -> None:
    for unit in (None, await campus.unit()):
        refused = await branch.propose(unit_id=unit, status=403)
        assert rule_of(refused) == "outside-your-units"


async def test_a_list_has_at_most_ten_thousand_rows(branch: Branch) -> None:
    refused = await branch.propose(member_ids=[str(UUID(int=number)) for number in range(10_001)], status=422)

    assert [(error["pointer"], error["rule"]) for error in refused["errors"]] == [("/member_ids", "too_long")]
