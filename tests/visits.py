"""Policies, budgets and officers, as the tests of visits need them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from services.welfare.domain.policies import Signer, SpendingPolicy
from shared import clock
from shared.contracts.welfare.funds import Category
from shared.contracts.welfare.policies import SpendingKind
from shared.contracts.welfare.visits import Form
from shared.roles import Role
from tests.campus import Client, until

Bearer = Mapping[str, str]


def policy(*signers: tuple[Role, int], **change: Any) -> SpendingPolicy:
    fields: dict[str, Any] = {
        "id": uuid4(),
        "effective_from": date(2022, 1, 1),
        "source": "校工会〔2022〕3号",
        "kind": SpendingKind.VISIT,
        "occasion": "",
        "unit_id": None,
        "category": Category.RIGHTS,
        "forms": (Form.MONEY, Form.GOODS),
        "cap_per_occasion_fen": 100_000,
        "cap_per_year_fen": None,
        "signers": tuple(Signer(role=role, above_fen=above) for role, above in signers),
    }
    return SpendingPolicy(**{**fields, **change})


def today() -> str:
    return clock.campus_day(clock.now()).isoformat()


async def without_caps(client: Client) -> None:
    """As if the school had never had any: a policy does not reach back, and old visits are judged by old ones."""
    policies = client.database("welfare")["policies"]
    await policies.update_many({"kind": "visit"}, {"$set": {"cap_per_occasion_fen": None}})


async def adopt(client: Client, unit: str, *signers: tuple[Role, int], **change: Any) -> str:
    """A policy of the unit's own, from today on. Its money comes from a category that nothing else is paid from."""
    body = {
        "kind": "visit",
        "occasion": "hospitalised",
        "unit_id": unit,
        "effective_from": today(),
        "source": "校工会〔2022〕3号",
        "category": Category.INSTITUTIONS.value,
        "forms": ["money", "goods"],
        "cap_per_occasion_fen": 100_000,
        "signers": [{"role": role.value, "above_fen": above} for role, above in signers],
        **change,
    }
    return str((await client.post("welfare", "/v1/policies", body, client.officer))["id"])


async def open_envelope(
    client: Client, unit: str, granted_fen: int = 10_000_000, category: Category = Category.INSTITUTIONS
) -> str:
    known: dict[str, Any] = {"_id": UUID(unit), "name": {"$exists": True}}

    async def look() -> Any:
        return await client.database("welfare")["directory_units"].find_one(known)

    await until(look, what=f"the unit {unit} in welfare")
    body = {
        "year": clock.campus_day(clock.now()).year,
        "category": category.value,
        "unit_id": unit,
        "granted_fen": granted_fen,
        "document": "校工会〔2022〕1号",
    }
    treasurer = client.issuer.bearer(uuid4(), (Role.FINANCE_OFFICER, None))
    return str((await client.post("welfare", "/v1/envelopes", body, treasurer))["id"])


async def figures_of(client: Client, envelope: str) -> tuple[int, int, int]:
    """What is available, reserved and spent."""
    treasurer = client.issuer.bearer(uuid4(), (Role.FINANCE_OFFICER, None))
    found = await client.get("welfare", f"/v1/envelopes/{envelope}", treasurer)
    return found["available_fen"], found["reserved_fen"], found["spent_fen"]


async def all_heard_of(client: Client, members: Iterable[str]) -> None:
    for member in members:
        await client.heard_of("welfare", member)
