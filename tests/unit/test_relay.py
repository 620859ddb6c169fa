"""The relay over an outbox in memory: order, failure of one thing, and the lease."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import pytest
from pymongo.errors import AutoReconnect

from shared.ids import new_id
from shared.outbox import Message, Row
from shared.relay import Relay

ONE, OTHER = new_id(), new_id()


class Outbox:
    def __init__(self, *aggregates: UUID) -> None:
        self.bell = asyncio.Event()
        self.rows = [
            Row(new_id(), each, Message("t", each.bytes, str(n).encode(), ())) for n, each in enumerate(aggregates)
        ]
        self.sent: list[UUID] = []

    async def pending(self, batch: int) -> AsyncIterator[list[Row]]:
        waiting = [row for row in self.rows if row.id not in self.sent]
        for start in range(0, len(waiting), batch):
            yield waiting[start : start + batch]

    async def mark_sent(self, ids: Sequence[UUID]) -> None:
        self.sent += ids


class Broker:
    """Takes what is not of an aggregate in `refusing`."""

    def __init__(self) -> None:
        self.published: list[Message] = []
        self.refusing: set[bytes | None] = set()
        self.down = False
        self.reachable = True

    async def publish(self, messages: Sequence[Message]) -> list[Exception | None]:
        results: list[Exception | None] = []
        self.reachable = not self.down
        for message in messages:
            if self.down or message.key in self.refusing:
                results.append(ConnectionError())
            else:
                self.published.append(message)
                results.append(None)
        return results

    async def discard(self) -> None: ...


class Lease:
    seconds = 0.03
    held = True

    async def acquire(self) -> bool:
        return self.held

    async def release(self) -> None: ...


def relay(outbox: Outbox, broker: Broker, *, batch: int = 100) -> Relay:
    made: Any = Relay(outbox, broker, Lease(), service="test", batch=batch, poll_seconds=1)  # type: ignore[arg-type]
    made._leading = True
    found: Relay = made
    return found


async def test_what_is_pending_is_published_in_order_and_marked() -> None:
    outbox, broker = Outbox(ONE, OTHER, ONE), Broker()

    assert await relay(outbox, broker, batch=2).sweep()

    assert [message.value for message in broker.published] == [b"0", b"1", b"2"]
    assert outbox.sent == [row.id for row in outbox.rows]


async def test_what_was_marked_is_not_published_again() -> None:
    outbox, broker = Outbox(ONE, OTHER), Broker()
    carrying = relay(outbox, broker)

    await carrying.sweep()
    await carrying.sweep()

    assert len(broker.published) == 2


async def test_an_aggregate_that_fails_stops_itself_and_not_the_others() -> None:
    outbox, broker = Outbox(ONE, ONE, OTHER, OTHER), Broker()
    broker.refusing = {ONE.bytes}

    assert await relay(outbox, broker).sweep()

    assert [message.key for message in broker.published] == [OTHER.bytes, OTHER.bytes]
    assert outbox.sent == [row.id for row in outbox.rows[2:]]


async def test_an_aggregate_that_failed_goes_on_in_its_order_when_it_can() -> None:
    outbox, broker = Outbox(ONE, OTHER, ONE), Broker()
    broker.refusing = {ONE.bytes}
    carrying = relay(outbox, broker)
    await carrying.sweep()

    broker.refusing = set()
    await asyncio.sleep(0.25)
    await carrying.sweep()

    assert [message.value for message in broker.published] == [b"1", b"0", b"2"]


async def test_with_the_broker_down_nothing_is_marked_and_the_sweep_says_so() -> None:
    outbox, broker = Outbox(ONE, OTHER), Broker()
    broker.down = True

    assert not await relay(outbox, broker).sweep()

    assert outbox.sent == []


async def test_who_lost_the_lease_publishes_no_more() -> None:
    outbox, broker = Outbox(ONE), Broker()
    carrying = relay(outbox, broker)
    carrying._leading = False

    await carrying.sweep()

    assert broker.published == []


async def test_who_never_gets_the_lease_publishes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    outbox, broker = Outbox(ONE), Broker()
    carrying = relay(outbox, broker)
    carrying._leading = False
    monkeypatch.setattr(Lease, "held", False)

    async def listen() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(outbox, "listen", listen, raising=False)
    running = asyncio.create_task(carrying.run())
    outbox.bell.set()
    await asyncio.sleep(0.1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert broker.published == []


async def test_who_loses_the_lease_in_the_middle_publishes_no_further_batch() -> None:
    outbox, broker = Outbox(ONE, OTHER, new_id()), Broker()
    carrying = relay(outbox, broker, batch=2)
    mark = outbox.mark_sent

    async def lose(ids: Sequence[UUID]) -> None:
        await mark(ids)
        carrying._leading = False

    outbox.mark_sent = lose  # type: ignore[method-assign]

    await carrying.sweep()

    assert [message.value for message in broker.published] == [b"0", b"1"]


async def test_what_follows_a_failure_of_its_aggregate_is_not_marked_even_if_the_broker_took_it() -> None:
    outbox, broker = Outbox(ONE, ONE, OTHER), Broker()
    take = broker.publish

    async def all_but_the_first(messages: Sequence[Message]) -> list[Exception | None]:
        return [ConnectionError(), *(await take(messages[1:]))]

    broker.publish = all_but_the_first  # type: ignore[method-assign]

    await relay(outbox, broker).sweep()

    assert outbox.sent == [outbox.rows[2].id]


async def test_an_aggregate_that_fails_waits_before_it_is_tried_again() -> None:
    outbox, broker = Outbox(ONE, OTHER), Broker()
    broker.refusing = {ONE.bytes}
    carrying = relay(outbox, broker)
    await carrying.sweep()

    broker.refusing = set()
    assert await carrying.sweep()

    assert [message.key for message in broker.published] == [OTHER.bytes]


async def test_what_arrives_while_the_relay_leads_is_published_at_the_ring_of_the_bell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outbox, broker = Outbox(), Broker()
    carrying = relay(outbox, broker)
    discarded: list[str] = []

    async def listen() -> None:
        await asyncio.Event().wait()

    async def discard() -> None:
        discarded.append("producer")

    monkeypatch.setattr(outbox, "listen", listen, raising=False)
    monkeypatch.setattr(broker, "discard", discard)
    running = asyncio.create_task(carrying.run())
    await asyncio.sleep(0.02)
    outbox.rows += Outbox(ONE).rows
    outbox.bell.set()
    await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert outbox.sent == [outbox.rows[0].id]
    assert discarded == ["producer"]


async def test_a_relay_takes_up_its_work_when_the_lease_becomes_free(monkeypatch: pytest.MonkeyPatch) -> None:
    outbox, broker = Outbox(ONE), Broker()
    carrying = relay(outbox, broker)
    carrying._leading = False
    monkeypatch.setattr(Lease, "held", False)

    async def listen() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(outbox, "listen", listen, raising=False)
    running = asyncio.create_task(carrying.run())
    await asyncio.sleep(0.05)
    assert broker.published == []
    monkeypatch.setattr(Lease, "held", True)
    await asyncio.sleep(0.1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert [message.value for message in broker.published] == [b"0"]


async def test_a_database_that_is_away_for_a_moment_does_not_end_the_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    outbox, broker = Outbox(ONE), Broker()
    carrying = relay(outbox, broker)
    failing = 2
    pending = outbox.pending

    async def away(batch: int) -> AsyncIterator[list[Row]]:
        nonlocal failing
        if failing:
            failing -= 1
            raise AutoReconnect
        async for rows in pending(batch):
            yield rows

    async def listen() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(outbox, "listen", listen, raising=False)
    monkeypatch.setattr(outbox, "pending", away)
    running = asyncio.create_task(carrying.run())
    for _ in range(60):
        outbox.bell.set()
        await asyncio.sleep(0.01)
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert outbox.sent == [outbox.rows[0].id]


async def test_what_was_left_out_once_stays_out_for_the_whole_sweep_whatever_the_time_is_by_then() -> None:
    outbox, broker = Outbox(ONE, OTHER, ONE), Broker()
    broker.refusing.add(ONE.bytes)
    carrying = relay(outbox, broker, batch=2)
    marked = outbox.mark_sent

    async def late(ids: Sequence[UUID]) -> None:
        await marked(ids)
        broker.refusing.clear()

    outbox.mark_sent = late  # type: ignore[method-assign]

    await carrying.sweep()
    assert [message.value for message in broker.published] == [b"1"]

    carrying._blocked.clear()
    await carrying.sweep()
    assert [message.value for message in broker.published] == [b"1", b"0", b"2"]


async def test_a_batch_of_which_nothing_can_be_published_does_not_stop_those_behind_it() -> None:
    outbox, broker = Outbox(ONE, ONE, OTHER), Broker()
    broker.refusing.add(ONE.bytes)

    assert await relay(outbox, broker, batch=2).sweep()

    assert [message.value for message in broker.published] == [b"2"]


async def test_an_aggregate_may_fail_for_as_long_as_it_likes() -> None:
    outbox, broker = Outbox(ONE, OTHER), Broker()
    broker.refusing.add(ONE.bytes)
    carrying = relay(outbox, broker)
    carrying._failures[ONE] = 5000

    assert await carrying.sweep()

    assert carrying._blocked[ONE] - time.monotonic() <= 30
