"""Pages of the list of forms: median milliseconds at 100,000 forms beside those at 1,000."""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.proposals.domain.proposals import Category, Proposal, State
from shared.clock import CAMPUS
from shared.ids import first_id_at
from shared.mongo import CODEC
from shared.roles import Role
from shared.store import write_cursor
from tests.benchmarks.report import Ratio, medians
from tests.benchmarks.setting import Setting

FEW, MANY = 1_000, 100_000
AT_MOST = 2
REQUESTS = 50
_AT_ONCE = 5_000
_BEGIN = datetime(2000, 1, 1, tzinfo=CAMPUS)
_COMMON, _RARE = State.NOT_FILED, State.MERGED
"""Nine in ten of the forms, and one in twenty: as many as a page takes where there are few."""

Ids = dict[str, UUID]


def _form(number: int, ids: Ids) -> dict[str, Any]:
    """In the order of the numbers, all of one call."""
    at = _BEGIN + timedelta(minutes=number)
    state = _RARE if number % 20 == 0 else State.COLLECTED if number % 20 == 10 else _COMMON
    form = Proposal(
        id=first_id_at(at),
        **ids,
        proposer_id=uuid4(),
        ordinal=None,
        proposer_unit_id=uuid4(),
        title=f"关于第{number}件事的提案",
        grounds="案由" * 100,
        suggestion="建议" * 100,
        category=Category.OTHER,
        state=state,
        filed_at=at,
    )
    fields = form.model_dump()
    return {"_id": fields.pop("id"), "version": 1, **fields}


async def _api(setting: Setting, forms: int) -> httpx.AsyncClient:
    """Over a database with so many forms, evenly mixed, so that a filter finds the same share of them everywhere."""
    name = f"{setting.campus.database_name('proposals')}_{forms}"
    await setting.campus.start("proposals", "api", MONGO_DATABASE=name)
    documents = setting.campus.database("proposals").client.get_database(name, codec_options=CODEC)["proposals"]
    ids = {name: uuid4() for name in ("call_id", "session_id", "term_id", "body_id", "unit_id")}
    for begin in range(0, forms, _AT_ONCE):
        await documents.insert_many([_form(number, ids) for number in range(begin, min(begin + _AT_ONCE, forms))])
    return setting.campus.http["proposals"]


async def _milliseconds(http: httpx.AsyncClient, query: str, who: Mapping[str, str]) -> float:
    started = time.perf_counter()
    answer = await http.get(f"/v1/proposals?limit=50{query}", headers=who)
    taken = 1000 * (time.perf_counter() - started)
    if answer.status_code != 200 or not answer.json()["items"]:
        raise AssertionError(f"{query}: {answer.status_code}, nothing found")
    return taken


def _pages(forms: int) -> dict[str, str]:
    deep = write_cursor(first_id_at(_BEGIN + timedelta(minutes=forms // 10)))
    return {
        "first page": "",
        "deep page": f"&cursor={deep}",
        "first page of a common state": f"&state={_COMMON.value}",
        "first page of a rare state": f"&state={_RARE.value}",
        "deep page of a common state": f"&state={_COMMON.value}&cursor={deep}",
    }


async def measure(setting: Setting, runs: int) -> list[Ratio]:
    who = setting.campus.issuer.bearer(uuid4(), (Role.UNION_OFFICER, None))
    apis = {forms: await _api(setting, forms) for forms in (FEW, MANY)}
    found: dict[int, dict[str, list[float]]] = {forms: {what: [] for what in _pages(forms)} for forms in apis}
    for run in range(-1, runs):
        for what in _pages(FEW):
            taken: dict[int, list[float]] = {forms: [] for forms in apis}
            for _ in range(REQUESTS):
                # In turns, so that whatever else the machine does slows both alike.
                for forms, http in apis.items():
                    taken[forms].append(await _milliseconds(http, _pages(forms)[what], who))
            if run >= 0:
                for forms, each in taken.items():
                    found[forms][what].append(median(each))
    return [
        Ratio(
            f"{what}, {MANY:,} forms",
            f"{FEW:,} forms",
            medians(found[MANY][what]),
            medians(found[FEW][what]),
            unit="ms",
            at_most=AT_MOST,
        )
        for what in _pages(FEW)
    ]
