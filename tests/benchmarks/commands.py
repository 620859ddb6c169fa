"""Commands per second: ours (roles, validation, idempotency, outbox, relay at work) beside a bare app.

An award is the same two inserts as the bare app's. What a visit was about is sealed besides, twice.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from deploy.local.processes import free_port
from deploy.local.supervisor import HttpProcess, wait_until_ready
from shared.roles import Role
from tests.benchmarks import load
from tests.benchmarks.report import Ratio, medians
from tests.benchmarks.setting import Setting

REQUESTS = 3000
WARM_UP = 500


@contextmanager
def _bare(setting: Setting) -> Iterator[int]:
    port = free_port()
    process = HttpProcess(
        "bare app",
        [sys.executable, "-m", "tests.benchmarks.bare"],
        log=setting.folder / "bare.log",
        environment={
            "MONGO_URL": setting.campus.infrastructure.mongo_url,
            "MONGO_DATABASE": f"bare_{uuid4().hex}",
            "HTTP_PORT": str(port),
        },
        ready_url=f"http://127.0.0.1:{port}/readyz",
    )
    process.start()
    try:
        wait_until_ready([process])
        yield port
    finally:
        process.stop()


async def measure(setting: Setting, runs: int) -> list[Ratio]:
    officer = uuid4()
    bearer = setting.campus.issuer.bearer(officer, (Role.UNION_OFFICER, None))
    award = json.dumps(
        {
            "member_id": await setting.known_member("events"),
            "title": "学习达人",
            "level": "college",
            "granted_on": "2022-06-01",
            "document": "校工会〔2022〕1号",
        }
    ).encode()
    visited = await setting.known_member("welfare")
    visit = json.dumps(
        {
            "member_id": visited,
            "occasion": "birth",
            "visited_on": "2022-06-01",
            "visitor_ids": [visited],
            "form": "money",
            "amount_fen": 60000,
        }
    ).encode()

    def ours(number: int) -> bytes:
        return load.post("/v1/awards", award, bearer)

    def keyed(number: int) -> bytes:
        return load.post("/v1/awards", award, {**bearer, "Idempotency-Key": uuid4().hex})

    def sealed(number: int) -> bytes:
        return load.post("/v1/visits", visit, bearer)

    def bare(number: int) -> bytes:
        return load.post("/v1/awards", award, {})

    ratios = []
    events = await setting.campus.start("events", "api")
    welfare = await setting.campus.start("welfare", "api")
    ports = {name: int(api.environment["HTTP_PORT"]) for name, api in (("events", events), ("welfare", welfare))}
    with _bare(setting) as bare_port:
        loads = (
            ("commands/s, 32 connections", "events", 32, REQUESTS, ours, 0.8),
            ("the same with an Idempotency-Key each", "events", 32, REQUESTS, keyed, None),
            ("visits/s, whose subject is sealed, 32 connections", "welfare", 32, REQUESTS, sealed, None),
            ("commands/s, one connection", "events", 1, REQUESTS // 5, ours, None),
        )
        for what, service, connections, requests, make, at_least in loads:
            rates: dict[str, list[float]] = {"ours": [], "bare": []}
            for run in range(-1, runs):
                number = requests if run >= 0 else WARM_UP
                for name, at, request in (("bare", bare_port, bare), ("ours", ports[service], make)):
                    done = await load.run(at, request, connections=connections, requests=number, expect=201)
                    if done.failures:
                        raise AssertionError(f"{name}: {done.failures} of {number} requests failed")
                    if run >= 0:
                        rates[name].append(done.rate)
            mine, theirs = medians(rates["ours"]), medians(rates["bare"])
            ratios.append(Ratio(what, "bare FastAPI + Motor", mine, theirs, unit="/s", at_least=at_least))
    events.stop()
    welfare.stop()
    return ratios
