"""What falls due is done once, whoever does it, and not before its time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pymongo.errors import AutoReconnect

from deploy.local.infrastructure import Infrastructure
from shared import clock, metrics, mongo
from shared.aggregate import Aggregate, Decision
from shared.command import Answer, Command
from shared.contracts.proposals.calls import CallExtended
from shared.due_work import DueStore, DueWork
from shared.errors import Conflict, NothingDue, Text, Unavailable
from shared.ids import new_id
from shared.lease import Lease
from shared.service import lay_foundation
from shared.settings import Settings
from shared.store import Versioned
from tests.campus import Issuer, settings_for, until

BEGIN = datetime(2022, 3, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Refused(Conflict):
    title = detail = Text(zh="否", en="No")


class Egg(Aggregate):
    """Rings at its times, each once."""

    rings: tuple[datetime, ...]
    rung: int = 0
    broken: str = ""


class Eggs(DueStore[Egg]):
    model = Egg
    collection = "eggs"
    what = "egg"

    def due_at(self, state: Egg) -> datetime | None:
        return state.rings[0] if state.rings else None

    def fall_due(self, state: Egg, at: datetime) -> Decision[Egg]:
        if state.broken == "by a bug":
            raise ZeroDivisionError
        if state.broken == "by a rule":
            raise Refused
        left = tuple(moment for moment in state.rings if moment > at)
        if left == state.rings or state.broken == "nothing":
            raise NothingDue
        event = CallExtended(call_id=state.id, unit_id=state.id, closes_at=at, late_until=at)
        return Decision(state.model_copy(update={"rings": left, "rung": state.rung + 1}), (event,))


class Kitchen:
    """A database of its own, and as many processes as a test wants, with a clock that the test sets."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.now = BEGIN
        self.clients: list[mongo.Client] = []
        self.eggs = self.process()

    def process(self) -> Eggs:
        client = mongo.connect(self.settings, name="tests")
        self.clients.append(client)
        return Eggs(lay_foundation(client, self.settings, self.settings.mongo_database or ""))

    def work(self, store: Eggs | None = None, *, lease: float = 5) -> DueWork:
        store = store or self.eggs
        held = Lease(store._foundation.database, "due-work", lease)
        return DueWork([store], held, service=store._foundation.service, poll_seconds=0.01)

    async def lay(self, *hours: int, broken: str = "") -> UUID:
        egg = Egg(id=new_id(), rings=tuple(BEGIN + hour * HOUR for hour in hours), broken=broken)
        command = Command(actor=uuid4(), at=BEGIN, correlation_id="c", traceparent="")
        await self.eggs.create(lambda: Decision(egg, ()), command, lambda _: Answer(201, b""))
        return egg.id

    async def rung(self, egg: UUID) -> int:
        return (await self.eggs.get(egg)).state.rung

    async def told(self, egg: UUID) -> int:
        return int(await self.eggs._foundation.outbox.rows.count_documents({"aggregate": egg}))

    def count(self, of: Any) -> float:
        return float(of.labels(self.eggs._foundation.service)._value.get())


@pytest.fixture
async def kitchen(
    infrastructure: Infrastructure, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Kitchen]:
    name = f"due_{uuid4().hex[:12]}"
    made = Kitchen(settings_for(infrastructure, issuer, mongo_database=name))
    monkeypatch.setattr(clock, "now", lambda: made.now)
    await made.eggs.prepare()
    await made.eggs._foundation.outbox.prepare()
    yield made
    await made.clients[0].drop_database(name)
    for client in made.clients:
        client.close()


async def test_nothing_is_done_before_its_time_and_then_it_is_done_once(kitchen: Kitchen) -> None:
    egg, never = await kitchen.lay(3), await kitchen.lay()
    work = kitchen.work()

    kitchen.now = BEGIN + 3 * HOUR - timedelta(milliseconds=1)
    assert await work.sweep() == 0
    kitchen.now = BEGIN + 3 * HOUR
    assert await work.sweep() == 1
    assert await work.sweep() == 0

    assert (await kitchen.rung(egg), await kitchen.told(egg)) == (1, 1)
    assert (await kitchen.eggs.get(never)).version == 1
    assert await kitchen.eggs.documents.count_documents({"derived.due_at": {"$exists": True}}) == 0


async def test_the_longest_due_comes_first_and_more_than_fit_into_a_round_are_all_done(kitchen: Kitchen) -> None:
    eggs = [await kitchen.lay(hour) for hour in (3, 1, 2)]
    many = [await kitchen.lay(4) for _ in range(120)]

    assert await kitchen.eggs.due(BEGIN + 5 * HOUR, limit=3) == [eggs[1], eggs[2], eggs[0]]
    kitchen.now = BEGIN + 5 * HOUR
    assert await kitchen.work().sweep() == 123

    assert [await kitchen.rung(egg) for egg in (*eggs, *many[:3])] == [1] * 6


async def test_what_is_due_is_done_once_though_two_sweep_at_the_same_moment(kitchen: Kitchen) -> None:
    eggs = [await kitchen.lay(1) for _ in range(30)]
    kitchen.now = BEGIN + HOUR
    works = [kitchen.work(), kitchen.work(kitchen.process()), kitchen.work(kitchen.process())]
    before = kitchen.count(metrics.DUE_DONE)

    done = await asyncio.gather(*(work.sweep() for work in works))

    assert [await kitchen.rung(egg) for egg in eggs] == [1] * 30
    assert [await kitchen.told(egg) for egg in eggs] == [1] * 30
    assert sum(done) == kitchen.count(metrics.DUE_DONE) - before == 30


async def test_only_who_holds_the_lease_sweeps(kitchen: Kitchen) -> None:
    egg = await kitchen.lay(1)
    kitchen.now = BEGIN + HOUR
    held = Lease(kitchen.eggs._foundation.database, "due-work", 60)
    assert await held.acquire()
    running = asyncio.create_task(kitchen.work().run())
    try:
        await asyncio.sleep(0.3)
        assert await kitchen.rung(egg) == 0
        await held.release()
        await until(lambda: kitchen.rung(egg), what="what is due")
    finally:
        running.cancel()


async def test_it_survives_a_restart(kitchen: Kitchen) -> None:
    early, late = await kitchen.lay(1, 3), await kitchen.lay(2)
    kitchen.now = BEGIN + HOUR
    assert await kitchen.work().sweep() == 1

    # The process is gone, and another one starts long after.
    kitchen.eggs = kitchen.process()
    kitchen.now = BEGIN + 100 * HOUR
    assert await kitchen.work().sweep() == 2

    assert [await kitchen.rung(egg) for egg in (early, late)] == [2, 1]


@pytest.mark.parametrize("broken", ["by a bug", "by a rule"])
async def test_one_that_fails_does_not_stop_the_others_and_is_counted(kitchen: Kitchen, broken: str) -> None:
    bad = await kitchen.lay(1, broken=broken)
    good = [await kitchen.lay(2) for _ in range(3)]
    kitchen.now = BEGIN + 2 * HOUR
    failed, done = kitchen.count(metrics.DUE_FAILED), kitchen.count(metrics.DUE_DONE)

    async with asyncio.timeout(20):
        assert await kitchen.work().sweep() == 3

    assert [await kitchen.rung(egg) for egg in good] == [1, 1, 1]
    assert await kitchen.rung(bad) == 0
    assert (kitchen.count(metrics.DUE_FAILED) - failed, kitchen.count(metrics.DUE_DONE) - done) == (1, 3)


async def test_a_whole_round_of_those_that_fail_does_not_hide_the_others(kitchen: Kitchen) -> None:
    for _ in range(101):
        await kitchen.lay(1, broken="by a rule")
    good = await kitchen.lay(2)
    kitchen.now = BEGIN + 2 * HOUR

    async with asyncio.timeout(30):
        assert await kitchen.work().sweep() == 1

    assert await kitchen.rung(good) == 1


async def test_what_says_that_nothing_is_due_is_not_asked_for_ever(kitchen: Kitchen) -> None:
    await kitchen.lay(1, broken="nothing")
    kitchen.now = BEGIN + HOUR

    async with asyncio.timeout(10):
        assert await kitchen.work().sweep() == 0


@pytest.mark.parametrize("error", [Unavailable(), AutoReconnect("gone")])
async def test_when_the_database_is_away_it_goes_on_afterwards(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    egg = await kitchen.lay(1)
    kitchen.now = BEGIN + HOUR
    asked: list[datetime] = []
    find: Callable[..., Any] = kitchen.eggs.due

    async def away_at_first(at: datetime, limit: int) -> list[UUID]:
        asked.append(at)
        if len(asked) == 1:
            raise error
        found: list[UUID] = await find(at, limit)
        return found

    monkeypatch.setattr(kitchen.eggs, "due", away_at_first)
    running = asyncio.create_task(kitchen.work().run())
    try:
        await until(lambda: kitchen.rung(egg), what="what is due")
    finally:
        running.cancel()
    assert len(asked) >= 2


async def test_who_asked_for_it_is_nobody(kitchen: Kitchen) -> None:
    egg = await kitchen.lay(1)
    kitchen.now = BEGIN + HOUR

    await kitchen.eggs.do(egg, kitchen.now)
    with pytest.raises(NothingDue):
        await kitchen.eggs.do(egg, kitchen.now)

    row = await kitchen.eggs._foundation.outbox.rows.find_one({"aggregate": egg})
    assert row is not None
    assert (row["actor"], row["recorded_at"], row["version"]) == (UUID(int=0), kitchen.now, 2)
    assert await kitchen.eggs.get(egg) == Versioned(Egg(id=egg, rings=(), rung=1), 2)
