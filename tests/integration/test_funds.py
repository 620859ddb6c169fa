"""Money over real servers: however many approve at once, an envelope gives what it has and no more."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.welfare import paying
from services.welfare.domain.spendings import Spending
from services.welfare.errors.funds import BudgetExceeded
from services.welfare.store import WelfareStores
from shared import clock
from shared.contracts.welfare.funds import Category, SpendingState
from shared.service import running
from tests.campus import Campus, service_of
from tests.integration.conftest import People
from tests.money import another_budget, envelope_body, open_envelope, order, policy_body, spend, together, treasurer

EACH = 50_000
ENOUGH_FOR = 20
ASKED = 50


@pytest.fixture
async def processes(campus: Campus) -> AsyncIterator[list[WelfareStores]]:
    """Two, each with its own connection and its own writer, on one database."""
    settings = campus.settings.model_copy(update={"mongo_database": campus.database_name("welfare")})
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(running(service_of("welfare"), settings)) for _ in range(2)]
        yield [run.stores for run in opened]


async def a_branch_with(campus: Campus, granted_fen: int) -> tuple[str, str]:
    """A unit, and its envelope of this year for activities."""
    unit = await known_unit(campus)
    year = clock.campus_day(clock.now()).year
    made = await open_envelope(campus, unit, year=year, category="activities", granted_fen=granted_fen)
    return unit, made


async def known_unit(campus: Campus, parent: str | None = None) -> str:
    """That welfare has heard of."""
    unit = await campus.unit(parent)
    await campus.heard_of("welfare", await campus.member(unit))
    return unit


async def ledger_of(campus: Campus, envelope_id: str) -> Counter[str]:
    """The balance of each account, by its lines."""
    balances: Counter[str] = Counter()
    async for entry in campus.database("welfare")["journal"].find({"lines.envelope_id": UUID(envelope_id)}):
        assert sum(line["debit_fen"] for line in entry["lines"]) == sum(line["credit_fen"] for line in entry["lines"])
        for line in entry["lines"]:
            balances[line["account"]] += line["debit_fen"] - line["credit_fen"]
    return balances


async def move(stores: WelfareStores, spending: Spending, how: Any, *given: Any) -> Spending:
    command = order()
    return await together(await how(stores, spending.id, *given, command), command)


async def test_of_fifty_approvals_at_once_an_envelope_with_money_for_twenty_takes_twenty(
    campus: Campus, processes: list[WelfareStores]
) -> None:
    unit, made = await a_branch_with(campus, ENOUGH_FOR * EACH)

    async def approve(number: int) -> Spending:
        return await spend(processes[number % 2], unit, EACH)

    told = await asyncio.gather(*(approve(number) for number in range(ASKED)), return_exceptions=True)

    taken = [each for each in told if isinstance(each, Spending)]
    refused = [each for each in told if isinstance(each, BudgetExceeded)]
    assert (len(taken), len(refused)) == (ENOUGH_FOR, ASKED - ENOUGH_FOR)
    envelope = await campus.get("welfare", f"/v1/envelopes/{made}", treasurer(campus))
    assert (envelope["reserved_fen"], envelope["available_fen"]) == (ENOUGH_FOR * EACH, 0)
    balances = await ledger_of(campus, made)
    assert (balances["reserved"], balances["available"]) == (ENOUGH_FOR * EACH, 0)
    assert sum(balances.values()) == 0

    halves = (taken[: ENOUGH_FOR // 2], taken[ENOUGH_FOR // 2 :])
    done: Sequence[Spending] = await asyncio.gather(
        *(move(processes[number % 2], each, paying.commit) for number, each in enumerate(halves[0])),
        *(move(processes[number % 2], each, paying.release) for number, each in enumerate(halves[1])),
    )

    assert Counter(each.state for each in done) == {SpendingState.PAID: 10, SpendingState.RELEASED: 10}
    envelope = await campus.get("welfare", f"/v1/envelopes/{made}", treasurer(campus))
    half = ENOUGH_FOR * EACH // 2
    assert [envelope[name] for name in ("reserved_fen", "spent_fen", "available_fen")] == [0, half, half]
    balances = await ledger_of(campus, made)
    assert [balances[name] for name in ("reserved", "spent", "available", "appropriation")] == [
        0,
        half,
        half,
        -ENOUGH_FOR * EACH,
    ]


async def test_one_spending_is_paid_once_however_often_it_is_asked_for_at_the_same_moment(
    campus: Campus, processes: list[WelfareStores]
) -> None:
    unit, made = await a_branch_with(campus, EACH)
    spending = await spend(processes[0], unit, EACH)

    told = await asyncio.gather(
        *(move(processes[number % 2], spending, paying.commit) for number in range(6)), return_exceptions=True
    )

    assert len([each for each in told if isinstance(each, Spending)]) == 1
    envelope = await campus.get("welfare", f"/v1/envelopes/{made}", treasurer(campus))
    assert (envelope["reserved_fen"], envelope["spent_fen"]) == (0, EACH)


async def test_a_spending_and_what_it_moved_read_back(campus: Campus) -> None:
    stores = campus.running["welfare"].stores
    unit, made = await a_branch_with(campus, 3 * EACH)
    spending = await spend(stores, unit, EACH)
    command = order()
    await together(await paying.commit(stores, spending.id, command, EACH - 1), command)
    refunded = order()
    await together(await paying.refund(stores, spending.id, 9, refunded), refunded)

    found = await campus.get("welfare", f"/v1/spendings?envelope_id={made}", treasurer(campus))
    journal = await campus.get("welfare", f"/v1/journal-entries?envelope_id={made}", treasurer(campus))

    (item,) = found["items"]
    assert (item["id"], item["state"], item["reserved_fen"], item["spent_fen"]) == (
        str(spending.id),
        "paid",
        0,
        EACH - 10,
    )
    assert [entry["movement"] for entry in journal["items"]] == ["refunded", "paid", "reserved", "granted"]


async def test_a_unit_without_an_envelope_spends_from_the_one_above_it(campus: Campus) -> None:
    stores = campus.running["welfare"].stores
    unit, made = await a_branch_with(campus, EACH)
    section = await known_unit(campus, unit)

    spending = await spend(stores, section, EACH)

    assert (str(spending.envelope_id), str(spending.unit_id)) == (made, section)


# Envelopes


async def test_a_budget_is_opened_once(campus: Campus) -> None:
    unit = await known_unit(campus)
    body = envelope_body(unit)
    await campus.post("welfare", "/v1/envelopes", body, treasurer(campus))

    refused = await campus.post("welfare", "/v1/envelopes", body, treasurer(campus), status=409)

    assert refused["type"].endswith("already-exists")
    assert "category" in refused["field"]


async def test_a_repeat_by_its_key_is_the_same_envelope(campus: Campus) -> None:
    unit = await known_unit(campus)
    body, who = envelope_body(unit), {**treasurer(campus), "Idempotency-Key": uuid4().hex}

    first = await campus.post("welfare", "/v1/envelopes", body, who)
    again = await campus.post("welfare", "/v1/envelopes", body, who)

    assert first == again


async def test_what_is_raised_is_in_the_ledger_with_its_document(campus: Campus) -> None:
    unit = await known_unit(campus)
    made = await open_envelope(campus, unit, granted_fen=EACH)
    body = {"amount_fen": 1_000, "document": "校工会〔2022〕9号"}

    raised = await campus.post("welfare", f"/v1/envelopes/{made}/increases", body, treasurer(campus), status=200)

    assert (raised["granted_fen"], raised["available_fen"]) == (EACH + 1_000, EACH + 1_000)
    journal = await campus.get("welfare", f"/v1/journal-entries?envelope_id={made}", treasurer(campus))
    assert [entry["document"] for entry in journal["items"]] == ["校工会〔2022〕9号", "校工会〔2022〕1号"]


async def test_no_more_is_moved_than_is_available(campus: Campus) -> None:
    budget = another_budget()
    source = await open_envelope(campus, await known_unit(campus), granted_fen=EACH, **budget)
    target = await open_envelope(campus, await known_unit(campus), granted_fen=EACH, **budget)
    path, who = f"/v1/envelopes/{source}/transfers", treasurer(campus)
    body = {"to_envelope_id": target, "amount_fen": EACH + 1, "document": "校工会〔2022〕2号"}

    refused = await campus.post("welfare", path, body, who, status=409)
    moved = await campus.post("welfare", path, {**body, "amount_fen": EACH}, who, status=200)

    assert (refused["type"].split(":")[-1], refused["available_fen"]) == ("budget-exceeded", EACH)
    assert moved["available_fen"] == 0
    joined = await campus.get("welfare", f"/v1/envelopes/{target}", who)
    assert joined["available_fen"] == 2 * EACH


# Policies


async def judged_by(campus: Campus, unit: str, **query: Any) -> dict[str, Any]:
    given = {"kind": "visit", "unit_id": unit, "day": clock.campus_day(clock.now()).isoformat(), **query}
    asked = "&".join(f"{name}={value}" for name, value in given.items())
    return await campus.get("welfare", f"/v1/applicable-policies?{asked}", campus.officer)


async def test_the_policy_of_a_unit_comes_before_that_of_the_school_from_its_day_on(campus: Campus) -> None:
    unit = await known_unit(campus)
    section = await known_unit(campus, unit)
    tomorrow = (clock.campus_day(clock.now()) + timedelta(days=1)).isoformat()
    before = await judged_by(campus, section, occasion="marriage")

    made = await campus.post("welfare", "/v1/policies", policy_body(unit, effective_from=tomorrow), campus.officer)

    assert (before["unit_id"], before["cap_per_occasion_fen"]) == (None, 60_000)
    assert await judged_by(campus, section, occasion="marriage") == before
    assert await judged_by(campus, section, occasion="marriage", day=tomorrow) == made
    elsewhere = await judged_by(campus, await known_unit(campus), occasion="marriage", day=tomorrow)
    assert elsewhere == before


async def test_one_policy_is_adopted_for_a_day(campus: Campus) -> None:
    unit = await known_unit(campus)
    await campus.post("welfare", "/v1/policies", policy_body(unit), campus.officer)

    refused = await campus.post("welfare", "/v1/policies", policy_body(unit), campus.officer, status=409)

    assert refused["type"].endswith("already-exists")


@pytest.mark.parametrize("source", [None, "", "  "])
async def test_a_policy_without_a_source_is_refused_and_the_field_is_named(
    campus: Campus, people: People, source: str | None
) -> None:
    body = policy_body(people.faculty, source=source)
    if source is None:
        del body["source"]

    refused = await campus.post("welfare", "/v1/policies", body, campus.officer, status=422)

    assert [error["pointer"] for error in refused["errors"]] == ["/source"]


async def test_the_starting_policies_name_their_source(campus: Campus, people: People) -> None:
    for kind in ("visit", "hardship_grant", "benefit", "activity", "expense", "mutual_aid"):
        found = await judged_by(campus, people.section, kind=kind, day="2022-06-01")
        assert "总工办发〔2017〕32号" in found["source"]


async def test_a_large_spending_rests_on_a_decision_of_the_committee(campus: Campus) -> None:
    stores = campus.running["welfare"].stores
    unit, made = await a_branch_with(campus, 10_000_000)

    with pytest.raises(Exception, match="decision of the union committee"):
        await spend(stores, unit, 2_000_001, Category.ACTIVITIES)

    envelope = await campus.get("welfare", f"/v1/envelopes/{made}", treasurer(campus))
    assert envelope["available_fen"] == 10_000_000
