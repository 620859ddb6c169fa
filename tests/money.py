"""Envelopes, policies and spendings, as tests of several things need them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from services.welfare import paying
from services.welfare.domain.spendings import Spending
from services.welfare.store import WelfareStores
from shared import clock
from shared.aggregate import Decision
from shared.command import Answer, Command
from shared.contracts.welfare.funds import Category
from shared.contracts.welfare.policies import SpendingKind
from shared.ids import new_id
from shared.roles import Role
from shared.store import Versioned, change_together
from tests.campus import EVERYWHERE, Client

_BUDGETS = count()


_YEARS = count(2030)


def order(at: datetime | None = None) -> Command:
    return Command(actor=uuid4(), at=at or clock.now(), correlation_id="", traceparent="")


def a_year_of_its_own() -> int:
    """In which nothing is spent but by the test that asks for it."""
    return next(_YEARS)


def within(year: int) -> datetime:
    return datetime(year, 6, 1, 4, tzinfo=UTC)


def another_budget() -> dict[str, Any]:
    """A year and a category that no other test has: there is one envelope of each for a unit."""
    year, category = divmod(next(_BUDGETS), len(Category))
    return {"year": 2100 + year, "category": list(Category)[category].value}


def envelope_body(unit: str | None, *, granted_fen: int = 1_000_000, **change: Any) -> dict[str, Any]:
    return {
        **another_budget(),
        "unit_id": unit,
        "granted_fen": granted_fen,
        "document": "校工会〔2022〕1号",
        **change,
    }


def treasurer(client: Client) -> dict[str, str]:
    return client.issuer.bearer(uuid4(), (Role.FINANCE_OFFICER, EVERYWHERE))


async def open_envelope(client: Client, unit: str | None, **change: Any) -> str:
    body = envelope_body(unit, **change)
    return str((await client.post("welfare", "/v1/envelopes", body, treasurer(client)))["id"])


async def open_this_year(client: Client, unit: str, category: Category, granted_fen: int) -> str:
    """What spendings of today are paid from."""
    year = clock.campus_day(clock.now()).year
    return await open_envelope(client, unit, year=year, category=category.value, granted_fen=granted_fen)


def policy_body(unit: str | None, **change: Any) -> dict[str, Any]:
    return {
        "kind": "visit",
        "occasion": "",
        "unit_id": unit,
        "effective_from": clock.campus_day(clock.now()).isoformat(),
        "source": "校工会〔2022〕3号",
        "category": "rights",
        "forms": ["goods"],
        "cap_per_occasion_fen": 50_000,
        **change,
    }


def answer(found: Versioned[Any]) -> Answer:
    return Answer(200, found.state.model_dump_json().encode(), ())


async def together(moves: paying.Moves, command: Command) -> Spending:
    """The movement alone: nothing else changes with it."""

    def decide(*states: Any) -> Sequence[Decision[Any] | None]:
        return moves.decide(*states)

    given = await change_together(list(moves.pieces), decide, command, answer)
    return Spending.model_validate_json(given.body)


async def spend(
    stores: WelfareStores,
    unit: UUID | str | None,
    amount_fen: int,
    category: Category = Category.ACTIVITIES,
    *,
    at: datetime | None = None,
    **more: Any,
) -> Spending:
    """Reserved for an activity of the unit."""
    command = order(at)
    wanted = paying.Wanted(
        kind=SpendingKind.ACTIVITY,
        subject_id=new_id(),
        unit_id=UUID(str(unit)) if unit else None,
        amount_fen=amount_fen,
        category=category,
        **more,
    )
    return await together(await paying.reserve(stores, wanted, command), command)
