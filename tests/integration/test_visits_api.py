"""A visit from the proposal to the receipt, with the money that it moves."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts.welfare.funds import Category
from shared.contracts.welfare.policies import SpendingKind
from shared.roles import Role
from tests.campus import Campus
from tests.visits import Bearer, adopt, all_heard_of, figures_of, open_envelope, today

GRANTED = 1_000_000


@dataclass(frozen=True)
class House:
    """A faculty with its own budget and policy: the chair signs first, above 500 yuan an officer of the union too."""

    campus: Campus
    unit: str
    envelope: str
    member: str
    chair_id: str
    chair: Bearer
    officer: Bearer
    finance: Bearer

    def body(self, **change: Any) -> dict[str, Any]:
        return {
            "member_id": self.member,
            "occasion": "hospitalised",
            "visited_on": today(),
            "visitor_ids": [self.chair_id],
            "form": "money",
            "amount_fen": 60_000,
            **change,
        }

    async def propose(self, **change: Any) -> str:
        made = await self.campus.post("welfare", "/v1/visits", self.body(**change), self.campus.officer)
        return str(made["id"])

    async def act(
        self, visit: str, step: str, who: Bearer, body: dict[str, Any] | None = None, *, status: int = 200
    ) -> dict[str, Any]:
        return await self.campus.post("welfare", f"/v1/visits/{visit}/{step}", body, who, status=status)

    async def approved(self, **change: Any) -> str:
        visit = await self.propose(**change)
        await self.act(visit, "signatures", self.chair, {})
        if change.get("amount_fen", 60_000) > 50_000:
            await self.act(visit, "signatures", self.officer, {})
        return visit

    async def figures(self) -> tuple[int, int, int]:
        return await figures_of(self.campus, self.envelope)


@pytest.fixture
async def house(campus: Campus) -> House:
    unit = await campus.unit()
    member, chair = await campus.member(unit), await campus.member(unit)
    await all_heard_of(campus, [member, chair])
    envelope = await open_envelope(campus, unit, GRANTED)
    await adopt(campus, unit, (Role.BRANCH_CHAIR, 0), (Role.UNION_OFFICER, 50_000))
    bearer = campus.issuer.bearer
    return House(
        campus,
        unit,
        envelope,
        member,
        chair,
        bearer(chair, (Role.BRANCH_CHAIR, unit)),
        bearer(uuid4(), (Role.UNION_OFFICER, None)),
        bearer(uuid4(), (Role.FINANCE_OFFICER, None)),
    )


def rule_of(refused: dict[str, Any]) -> str:
    return str(refused["type"]).rpartition(":")[2]


async def test_a_visit_goes_from_the_proposal_to_the_receipt_and_the_money_with_it(house: House) -> None:
    visit = await house.propose()
    proposed = await house.campus.get("welfare", f"/v1/visits/{visit}", house.chair)

    signed = await house.act(visit, "signatures", house.chair, {})
    unmoved = await house.figures()
    approved = await house.act(visit, "signatures", house.officer, {})
    reserved = await house.figures()
    paid = await house.act(visit, "payments", house.finance)
    spent = await house.figures()
    receipt = {"number": "2022-0117", "on": today(), "signed_by": house.member}
    receipted = await house.act(visit, "receipts", house.chair, receipt)

    states = [each["state"] for each in (proposed, signed, approved, paid, receipted)]
    assert states == ["proposed", "proposed", "approved", "paid", "receipted"]
    assert unmoved == (GRANTED, 0, 0)
    assert reserved == (GRANTED - 60_000, 60_000, 0)
    assert spent == (GRANTED - 60_000, 0, 60_000)
    assert receipted["signed_as"] == ["branch_chair", "union_officer"]
    assert receipted["receipt_signed_by"] == house.member


async def test_what_was_approved_keeps_the_policy_and_the_headroom(house: House) -> None:
    visit = await house.approved()

    details = await house.campus.get("welfare", f"/v1/visits/{visit}/details?purpose=audit", house.officer)
    spending = await house.campus.get("welfare", f"/v1/spendings/{details['spending_id']}", house.finance)

    assert spending["policy_id"] == details["policy_id"]
    assert (spending["kind"], spending["subject_id"], spending["headroom_fen"]) == ("visit", visit, 40_000)


async def test_an_amount_above_the_cap_is_refused_where_it_is_proposed(house: House) -> None:
    body = house.body(amount_fen=100_001)

    refused = await house.campus.post("welfare", "/v1/visits", body, house.campus.officer, status=409)

    assert (rule_of(refused), refused["cap_fen"]) == ("cap-exceeded", 100_000)


async def test_a_form_that_the_policy_does_not_name_is_refused(house: House) -> None:
    body = house.body(occasion="birthday", visited_on="2022-06-01", amount_fen=100)

    refused = await house.campus.post("welfare", "/v1/visits", body, house.campus.officer, status=409)

    assert (rule_of(refused), refused["allowed"]) == ("form-not-allowed", ["goods"])


async def test_a_day_before_there_were_policies_has_none(house: House) -> None:
    body = house.body(visited_on="2017-12-31")

    refused = await house.campus.post("welfare", "/v1/visits", body, house.campus.officer, status=409)

    assert (rule_of(refused), refused["day"]) == ("policy-missing", "2017-12-31")


async def test_whoever_proposes_neither_signs_nor_pays(house: House) -> None:
    both = house.campus.issuer.bearer(
        uuid4(), (Role.UNION_OFFICER, None), (Role.BRANCH_CHAIR, house.unit), (Role.FINANCE_OFFICER, None)
    )
    visit = str((await house.campus.post("welfare", "/v1/visits", house.body(amount_fen=1), both))["id"])

    signing = await house.act(visit, "signatures", both, {}, status=403)
    await house.act(visit, "signatures", house.chair, {})
    paying = await house.act(visit, "payments", both, status=403)

    assert {rule_of(signing), rule_of(paying)} == {"proposed-by-yourself"}


async def test_the_member_neither_signs_nor_pays(house: House) -> None:
    themself = house.campus.issuer.bearer(
        house.member, (Role.BRANCH_CHAIR, house.unit), (Role.FINANCE_OFFICER, house.unit)
    )
    visit = await house.propose()

    signing = await house.act(visit, "signatures", themself, {}, status=403)
    await house.act(visit, "signatures", house.chair, {})
    await house.act(visit, "signatures", house.officer, {})
    paying = await house.act(visit, "payments", themself, status=403)

    assert {rule_of(signing), rule_of(paying)} == {"own-case"}


async def test_a_signature_out_of_turn_moves_nothing(house: House) -> None:
    visit = await house.propose()

    refused = await house.act(visit, "signatures", house.officer, {}, status=409)

    assert (rule_of(refused), refused["needed"]) == ("not-the-next-signer", ["branch_chair"])
    assert await house.figures() == (GRANTED, 0, 0)


async def test_a_payment_is_made_once_and_answered_again_under_its_key(house: House) -> None:
    visit = await house.approved()
    keyed = {**house.finance, "Idempotency-Key": uuid4().hex}

    paid = await house.act(visit, "payments", keyed)
    again = await house.act(visit, "payments", keyed)
    refused = await house.act(visit, "payments", house.finance, status=409)

    assert again == paid
    assert (rule_of(refused), refused["state"], refused["action"]) == ("wrong-state", "paid", "pay")
    assert await house.figures() == (GRANTED - 60_000, 0, 60_000)


async def test_what_the_budget_has_not_is_not_approved(house: House) -> None:
    for _ in range(GRANTED // 100_000):
        await house.approved(amount_fen=100_000)
    visit = await house.propose(amount_fen=1)

    refused = await house.act(visit, "signatures", house.chair, {}, status=409)

    assert (rule_of(refused), refused["available_fen"]) == ("budget-exceeded", 0)
    assert (await house.campus.get("welfare", f"/v1/visits/{visit}", house.chair))["state"] == "proposed"


async def test_a_refusal_says_why_to_whoever_may_read_it_and_moves_nothing(house: House) -> None:
    visit = await house.propose()

    refused = await house.act(visit, "refusals", house.chair, {"reason": "材料不全"})

    assert refused["state"] == "refused"
    assert "材料不全" not in str(refused)
    details = await house.campus.get("welfare", f"/v1/visits/{visit}/details", house.campus.issuer.bearer(house.member))
    assert details["reasons"] == ["材料不全"]
    kept = await house.campus.database("welfare")["visits"].find_one({"_id": UUID(visit)})
    assert "材料不全" not in str(kept)
    assert await house.figures() == (GRANTED, 0, 0)


@pytest.mark.parametrize("approved", [False, True])
async def test_a_visit_that_is_cancelled_gives_back_what_was_reserved(house: House, *, approved: bool) -> None:
    visit = await (house.approved() if approved else house.propose())

    cancelled = await house.act(visit, "cancellations", house.campus.officer, {"reason": "重复申报"})

    assert cancelled["state"] == "cancelled"
    assert await house.figures() == (GRANTED, 0, 0)


async def test_what_is_paid_back_is_in_the_budget_again_in_part_and_whole(house: House) -> None:
    visit = await house.approved()
    await house.act(visit, "payments", house.finance)

    part = await house.act(visit, "refunds", house.finance, {"reason": "多付", "amount_fen": 10_000})
    after_a_part = await house.figures()
    too_much = await house.act(visit, "refunds", house.finance, {"reason": "多付", "amount_fen": 50_001}, status=409)
    whole = await house.act(visit, "refunds", house.finance, {"reason": "退回", "amount_fen": 50_000})

    assert (part["state"], after_a_part) == ("paid", (GRANTED - 50_000, 0, 50_000))
    assert (rule_of(too_much), too_much["spent_fen"]) == ("more-than-paid", 50_000)
    assert (whole["state"], await house.figures()) == ("refunded", (GRANTED, 0, 0))


async def test_a_cancelled_visit_cannot_be_paid(house: House) -> None:
    visit = await house.approved()
    await house.act(visit, "cancellations", house.campus.officer, {"reason": "重复申报"})

    refused = await house.act(visit, "payments", house.finance, status=409)

    assert rule_of(refused) == "wrong-state"


async def test_a_large_amount_rests_on_a_decision_of_the_committee(house: House) -> None:
    capital = {"category": Category.CAPITAL.value, "cap_per_occasion_fen": None}
    await adopt(house.campus, house.unit, (Role.BRANCH_CHAIR, 0), occasion="death", **capital)
    await open_envelope(house.campus, house.unit, 10_000_000, Category.CAPITAL)
    visit = await house.propose(occasion="death", amount_fen=2_000_001)
    decision = {
        "decided_on": today(),
        "subject": "慰问",
        "document": "工会委员会纪要〔2022〕4号",
        "granted_fen": 3_000_000,
    }
    made = await house.campus.post("welfare", "/v1/fund-decisions", decision, house.officer)

    refused = await house.act(visit, "signatures", house.chair, {}, status=409)
    approved = await house.act(visit, "signatures", house.chair, {"decision_id": made["id"]})

    assert rule_of(refused) == "fund-decision-missing"
    assert approved["state"] == "approved"


async def test_the_people_concerned_are_told_and_not_what_it_is_about(campus: Campus) -> None:
    unit = await campus.unit()
    member, proposer, chair, payer = [await campus.member(unit) for _ in range(4)]
    await all_heard_of(campus, [member, proposer, chair, payer])
    bearers = {
        role: await campus.role(holder, role, unit)
        for holder, role in (
            (proposer, Role.BRANCH_OFFICER),
            (chair, Role.BRANCH_CHAIR),
            (payer, Role.FINANCE_OFFICER),
        )
    }
    for service in ("welfare", "notifications"):
        for holder, role in (
            (proposer, Role.BRANCH_OFFICER),
            (chair, Role.BRANCH_CHAIR),
            (payer, Role.FINANCE_OFFICER),
        ):
            await campus.heard_of(service, holder, role)
    await open_envelope(campus, unit)
    await adopt(campus, unit, (Role.BRANCH_CHAIR, 0))
    house = House(campus, unit, "", member, chair, bearers[Role.BRANCH_CHAIR], campus.officer, campus.officer)
    visit = str((await campus.post("welfare", "/v1/visits", house.body(), bearers[Role.BRANCH_OFFICER]))["id"])

    to_sign = await campus.inbox(chair, topic="visit-to-sign")
    await house.act(visit, "signatures", house.chair, {})
    approved = await campus.inbox(proposer, topic="visit-approved")
    to_pay = await campus.inbox(payer, topic="visit-to-pay")
    await house.act(visit, "payments", bearers[Role.FINANCE_OFFICER])
    paid = await campus.inbox(member, topic="visit-paid")
    other = str((await campus.post("welfare", "/v1/visits", house.body(), bearers[Role.BRANCH_OFFICER]))["id"])
    await house.act(other, "refusals", house.chair, {"reason": "材料不全"})
    refused = await campus.inbox(proposer, topic="visit-refused")

    for notice in (to_sign, approved, to_pay, paid):
        assert notice["subject_id"] == visit
        assert not any(word in notice["title"] + notice["body"] for word in ("hospitalised", "住院", "600"))
    assert refused["subject_id"] == other
    assert "材料不全" not in str(refused)


async def test_figures_count_what_is_sealed_by_its_marks_and_what_was_paid_by_the_accounts(house: House) -> None:
    year = int(today()[:4])
    paid = [await house.approved(amount_fen=10_000) for _ in range(2)]
    for visit in paid:
        await house.act(visit, "payments", house.finance)
    await house.act(paid[0], "refunds", house.finance, {"reason": "多付", "amount_fen": 1_000})
    await house.propose()
    given_up = await house.propose()
    await house.act(given_up, "cancellations", house.campus.officer, {"reason": "重复申报"})
    path = f"/v1/visit-figures?year={year}&unit_id={house.unit}"

    for who in (house.officer, house.finance):
        found = await house.campus.get("welfare", path, who)
        (stays,) = [row for row in found["occasions"] if row["occasion"] == "hospitalised"]
        assert stays == {"occasion": "hospitalised", "logged": 3, "paid": 2, "amount_fen": 19_000}
        assert found["total"] == {"logged": 3, "paid": 2, "amount_fen": 19_000}
    hidden = await house.campus.get("welfare", path, house.chair)
    (stays,) = [row for row in hidden["occasions"] if row["occasion"] == "hospitalised"]
    assert stays == {"occasion": "hospitalised", "logged": None, "paid": None, "amount_fen": None}
    assert hidden["total"] == {"logged": 0, "paid": 0, "amount_fen": 0}


async def test_the_lists_of_what_is_to_be_done_are_by_state(house: House) -> None:
    proposed, approved = await house.propose(), await house.approved()

    async def listed(state: str) -> set[str]:
        page = await house.campus.get("welfare", f"/v1/visits?state={state}&limit=200", house.chair)
        return {item["id"] for item in page["items"]}

    assert await listed("proposed") == {proposed}
    assert await listed("approved") == {approved}


async def test_two_who_sign_last_at_the_same_moment_reserve_once(house: House) -> None:
    visit = await house.propose()
    await house.act(visit, "signatures", house.chair, {})
    another = house.campus.issuer.bearer(uuid4(), (Role.UNION_OFFICER, None))
    path = f"/v1/visits/{visit}/signatures"

    async def both() -> list[int]:
        answers = await asyncio.gather(
            *(house.campus.http["welfare"].post(path, json={}, headers=dict(who)) for who in (house.officer, another))
        )
        return sorted(answer.status_code for answer in answers)

    assert await both() == [200, 409]
    assert await house.figures() == (GRANTED - 60_000, 60_000, 0)


async def test_a_visit_from_before_there_were_policies_is_judged_by_the_one_of_its_day(house: House) -> None:
    visit = await house.propose(amount_fen=10_000, visited_on="2022-06-01", occasion="birth")
    await open_envelope(house.campus, house.unit, GRANTED, Category.ACTIVITIES)
    fresh: dict[str, Any] = {"state": "", "signed_by": "", "signed_as": "", "approved_at": "", "spending_id": ""}
    visits = house.campus.database("welfare")["visits"]
    await visits.update_one({"_id": UUID(visit)}, {"$unset": fresh})

    approved = await house.act(visit, "signatures", house.officer, {})

    assert approved["state"] == "approved"


async def test_two_payments_at_the_same_moment_are_one(house: House) -> None:
    path = f"/v1/visits/{await house.approved()}/payments"
    another = house.campus.issuer.bearer(uuid4(), (Role.FINANCE_OFFICER, None))

    answers = await asyncio.gather(
        *(house.campus.http["welfare"].post(path, headers=dict(who)) for who in (house.finance, another))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await house.figures() == (GRANTED - 60_000, 0, 60_000)


async def test_a_unit_whose_place_is_not_known_yet_is_under_the_policy_of_the_school(campus: Campus) -> None:
    policies = campus.running["welfare"].stores.policies

    policy = await policies.judging(SpendingKind.VISIT, "birth", uuid4(), date(2022, 6, 1))

    assert (policy.unit_id, policy.occasion) == (None, "birth")
