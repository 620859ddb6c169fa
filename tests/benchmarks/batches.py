"""A batch visit to 5,000 members: until it is accepted, and until the last of their inboxes has it.

The floor inserts as many notices, in as large pieces, and does no more.
"""

import asyncio
import time
from typing import Any
from uuid import UUID, uuid4

from shared.ids import new_id
from shared.keyring import COLLECTION as PERSON_KEYS
from shared.roles import Role
from tests.benchmarks.report import Ratio, medians
from tests.benchmarks.setting import Setting
from tests.campus import until

MEMBERS = 5_000
AT_ONCE = 500
MOST_SECONDS = 5
MOST_SECONDS_TOLD = 30


async def _known_members(setting: Setting) -> list[UUID]:
    """In the directory of the service, with their keys, as its consumer would have put them there."""
    members, unit = [uuid4() for _ in range(MEMBERS)], uuid4()
    keys, database = setting.campus.settings.master_keys(), setting.campus.database("welfare")
    wrapped = [{"_id": member, "wrapped": keys.new_key(), "sequence": "0" * 20} for member in members]
    known = [{"_id": member, "unit_id": unit, "employment": "in_post", "sequence": "0" * 20} for member in members]
    await database[PERSON_KEYS].insert_many(wrapped)
    await database["directory_members"].insert_many(known)
    return members


async def _ours(setting: Setting, members: list[UUID]) -> tuple[float, float]:
    """Seconds until the answer, and from it until the last inbox."""
    campus = setting.campus
    body = {
        "title": "高温慰问",
        "occasion": "summer_heat",
        "goods": "清凉饮品一箱",
        "unit_price_fen": 8_000,
        "visited_on": "2022-07-15",
        "member_ids": [str(member) for member in members],
    }
    officer = {
        **campus.issuer.bearer(uuid4(), (Role.UNION_OFFICER, None)),
        "Idempotency-Key": uuid4().hex,
    }
    started = time.perf_counter()
    report: dict[str, Any] = await campus.post("welfare", "/v1/batch-visits", body, officer)
    accepted = time.perf_counter()
    assert report["counts"]["ok"] == MEMBERS
    notices = campus.database("notifications")["notices"]
    of_the_batch = {"subject_id": UUID(report["id"])}

    async def everybody() -> bool:
        return bool(await notices.count_documents(of_the_batch) == MEMBERS)

    await until(everybody, seconds=120, what="the last of the inboxes")
    return accepted - started, time.perf_counter() - accepted


async def _floor(setting: Setting, members: list[UUID]) -> float:
    rows = setting.campus.database("floor")["notices"]
    await rows.create_index([("member_id", 1), ("_id", -1)])
    started = time.perf_counter()
    for at in range(0, MEMBERS, AT_ONCE):
        piece = [{"_id": f"{new_id()}|{member}", "member_id": member} for member in members[at : at + AT_ONCE]]
        await rows.insert_many(piece, ordered=False)
    return time.perf_counter() - started


async def measure(setting: Setting, runs: int) -> list[Ratio]:
    await setting.campus.start("welfare", "api")
    await asyncio.gather(
        setting.campus.start("notifications", "api"), setting.campus.start("notifications", "consumer")
    )
    members = await _known_members(setting)
    ours = [await _ours(setting, members) for _ in range(runs)]
    floor = medians([await _floor(setting, members) for _ in range(runs)])
    return [
        Ratio(
            f"batch visit of {MEMBERS:,} members, accepted",
            "as many bare inserts",
            medians([accepted for accepted, _ in ours]),
            floor,
            unit="s",
            ours_at_most=MOST_SECONDS,
        ),
        Ratio(
            "from there to the last of their inboxes",
            "as many bare inserts",
            medians([told for _, told in ours]),
            floor,
            unit="s",
            ours_at_most=MOST_SECONDS_TOLD,
        ),
    ]
