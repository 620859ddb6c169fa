"""What the events service asks money for, over a real topic: reserved once, then settled or given back."""

from typing import Any
from uuid import UUID

import pytest

from shared import clock
from shared.contracts.base import DomainEvent
from shared.contracts.events import (
    ActivityFundsRequestedRestricted,
    ActivityFundsReturnedRestricted,
    ActivityFundsSettledRestricted,
)
from shared.contracts.welfare.funding import (
    ActivityFundsRefused,
    ActivityFundsRefusedRestricted,
    ActivityFundsReserved,
)
from shared.contracts.welfare.funds import Category
from shared.ids import new_id
from tests.campus import Campus, until
from tests.integration.conftest import People
from tests.integration.test_consumer import publish
from tests.money import open_envelope, treasurer

GRANTED = 5_000_000


@pytest.fixture(scope="module")
async def envelope(campus: Campus, people: People) -> str:
    """Of the faculty, for activities of this year."""
    year = clock.campus_day(clock.now()).year
    return await open_envelope(campus, people.faculty, year=year, category="activities", granted_fen=GRANTED)


def request(people: People, **change: Any) -> ActivityFundsRequestedRestricted:
    fields: dict[str, Any] = {
        "request_id": new_id(),
        "activity_id": new_id(),
        "unit_id": people.section,
        "category": Category.ACTIVITIES,
        "amount_fen": 500_000,
        "decision_id": None,
        **change,
    }
    return ActivityFundsRequestedRestricted.model_validate(fields)


async def answers(campus: Campus, request_id: UUID) -> list[DomainEvent]:
    """What welfare has to say of the request, when it has."""
    rows = campus.database("welfare")["outbox"]
    kinds = {kind.type: kind for kind in (ActivityFundsReserved, ActivityFundsRefused, ActivityFundsRefusedRestricted)}

    async def look() -> list[Any]:
        return await rows.find({"aggregate": request_id}).sort("position", 1).to_list(None)

    found = await until(look, what="the answer of welfare")
    return [kinds[dict(row["headers"])["ce_type"].decode()].parse(row["value"]) for row in found]


async def ended(campus: Campus, event: ActivityFundsRequestedRestricted, state: str) -> None:
    async def look() -> Any:
        where = {"_id": event.request_id, "state": state}
        return await campus.database("welfare")["funding_requests"].find_one(where)

    await until(look, what=f"the request as {state}")


async def figures(campus: Campus, envelope: str) -> tuple[int, int]:
    found = await campus.get("welfare", f"/v1/envelopes/{envelope}", treasurer(campus))
    return found["reserved_fen"], found["spent_fen"]


async def spendings_of(campus: Campus, event: ActivityFundsRequestedRestricted) -> list[dict[str, Any]]:
    path = f"/v1/spendings?subject_id={event.activity_id}"
    found: list[dict[str, Any]] = (await campus.get("welfare", path, treasurer(campus)))["items"]
    return found


async def test_money_is_reserved_once_though_it_is_asked_for_twice_and_settled_for_what_it_took(
    campus: Campus, people: People, envelope: str
) -> None:
    asked = request(people)
    reserved, spent = await figures(campus, envelope)
    await publish(campus, asked, asked.request_id)
    await publish(campus, asked, asked.request_id)
    (answer,) = await answers(campus, asked.request_id)

    settled = ActivityFundsSettledRestricted(request_id=asked.request_id, spent_fen=480_000)
    await publish(campus, settled, asked.request_id)
    await publish(campus, settled, asked.request_id)
    await ended(campus, asked, "settled")

    (spending,) = await spendings_of(campus, asked)
    assert answer == ActivityFundsReserved(
        request_id=asked.request_id, activity_id=asked.activity_id, spending_id=UUID(spending["id"])
    )
    assert (spending["kind"], spending["state"], spending["spent_fen"]) == ("activity", "paid", 480_000)
    assert await figures(campus, envelope) == (reserved, spent + 480_000)


async def test_of_an_activity_that_is_cancelled_the_money_is_given_back(
    campus: Campus, people: People, envelope: str
) -> None:
    asked, before = request(people), await figures(campus, envelope)
    await publish(campus, asked, asked.request_id)
    await answers(campus, asked.request_id)

    await publish(campus, ActivityFundsReturnedRestricted(request_id=asked.request_id), asked.request_id)
    await ended(campus, asked, "given_back")

    assert await figures(campus, envelope) == before
    assert [each["state"] for each in await spendings_of(campus, asked)] == ["released"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"category": Category.CAPITAL}, "no_envelope"),
        ({"amount_fen": 2_000_001}, "decision_missing"),
        ({"decision_id": new_id()}, "decision_missing"),
    ],
)
async def test_what_cannot_be_reserved_is_refused_and_why_is_restricted(
    campus: Campus, people: People, envelope: str, change: dict[str, Any], reason: str
) -> None:
    asked, before = request(people, **change), await figures(campus, envelope)

    await publish(campus, asked, asked.request_id)

    public, restricted = await answers(campus, asked.request_id)
    assert public == ActivityFundsRefused(request_id=asked.request_id, activity_id=asked.activity_id)
    assert isinstance(restricted, ActivityFundsRefusedRestricted)
    assert restricted.reason == reason
    assert await spendings_of(campus, asked) == []
    assert await figures(campus, envelope) == before


@pytest.mark.parametrize(
    ("amount_fen", "decided_fen", "reason"),
    [(2_000_001, 2_000_000, "decision_exceeded"), (2 * GRANTED, 2 * GRANTED, "budget_exceeded")],
)
async def test_more_than_the_committee_decided_or_the_budget_has_is_refused(
    campus: Campus, people: People, envelope: str, amount_fen: int, decided_fen: int, reason: str
) -> None:
    body = {"decided_on": "2022-03-01", "subject": "运动会", "document": "纪要", "granted_fen": decided_fen}
    decision = await campus.post("welfare", "/v1/fund-decisions", body, campus.officer)
    asked = request(people, amount_fen=amount_fen, decision_id=decision["id"])

    await publish(campus, asked, asked.request_id)

    _, restricted = await answers(campus, asked.request_id)
    assert isinstance(restricted, ActivityFundsRefusedRestricted)
    assert restricted.reason == reason


async def test_a_settlement_that_comes_before_its_request_waits_for_it(
    campus: Campus, people: People, envelope: str
) -> None:
    asked, before = request(people), await figures(campus, envelope)
    settled = ActivityFundsSettledRestricted(request_id=asked.request_id, spent_fen=1)
    early = UUID(int=1)
    await publish(campus, settled, early)

    for number in range(2, 5):
        # By other keys: one of them at least is of another partition.
        await publish(campus, asked, UUID(int=number))
    await ended(campus, asked, "settled")

    assert [each["spent_fen"] for each in await spendings_of(campus, asked)] == [1]
    assert await figures(campus, envelope) == (before[0], before[1] + 1)
