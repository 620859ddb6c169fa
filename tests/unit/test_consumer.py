"""The table at the top of `shared/consumer.py`, row by row, over a topic in memory."""

import asyncio
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from shared import consumer as loop
from shared.consumer import TRIES, Stuck
from shared.contracts.base import DomainEvent
from shared.contracts.members import UnitRenamed
from shared.contracts.proposals.forms import ProposalWithdrawn
from shared.handlers import NotYet
from tests.unit.consumer_bench import ONE, OTHER, Bench, Record, renamed, withdrawn


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_FIRST_PAUSE", 0.001)
    monkeypatch.setattr("shared.holds._FIRST_PAUSE", 0.001)


async def test_events_are_handled_in_order_in_batches_of_one_handler_and_committed() -> None:
    bench = Bench()
    events: list[DomainEvent] = [renamed(), renamed(), withdrawn(), renamed()]
    for event in events:
        bench.topics.add(event)

    assert await bench.run() == 4

    assert bench.handled == events
    assert [len(call) for call in bench.calls] == [2, 1, 1]
    assert bench.topics.committed == {ONE: 4}


async def test_a_type_that_nobody_handles_is_passed_over() -> None:
    bench = Bench()
    bench.topics.add(renamed(), ce_type=b"union.members.something-else.v1")
    event = renamed()
    bench.topics.add(event)

    await bench.run()

    assert bench.handled == [event]
    assert bench.letters.put_aside == []
    assert bench.topics.committed == {ONE: 2}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"ce_id": None}, "the header ce_id is missing"),
        ({"ce_source": None}, "the header ce_source is missing"),
        ({"ce_type": None}, "the header ce_type is missing"),
        ({"ce_specversion": None}, "the header ce_specversion is missing"),
        ({"ce_specversion": b"0.3"}, "ce_specversion is not 1.0"),
        ({"ce_id": b""}, "ce_id or ce_source is empty"),
        ({"ce_id": b"\xff\xfe"}, "a header is not UTF-8"),
        ({"value": None}, "the value is null"),
        ({"value": b"\xff\xfe"}, "the data do not fit"),
        ({"value": b'{"unit_id": '}, "the data do not fit"),
        ({"value": b"[]"}, "the data do not fit"),
        ({"value": b'{"unit_id": "secret"}'}, "the data do not fit"),
    ],
    ids=str,
)
async def test_what_is_no_event_is_put_aside_at_once_and_the_rest_goes_on(change: dict[str, Any], why: str) -> None:
    bench = Bench()
    before, after = renamed(), renamed()
    bench.topics.add(before)
    poison = bench.topics.add(renamed(), **change)
    bench.topics.add(after)

    await bench.run()

    assert bench.handled == [before, after]
    ((record, reason, detail),) = bench.letters.put_aside
    assert record is poison
    assert reason == "malformed"
    assert why in detail
    assert "secret" not in detail
    assert bench.topics.committed == {ONE: 3}


async def test_a_handler_that_fails_has_five_tries_and_then_the_rest_goes_on() -> None:
    bad, good = renamed("bad"), renamed("good")
    tries = 0

    def behave(event: DomainEvent) -> None:
        nonlocal tries
        if event == bad:
            tries += 1
            raise ValueError("name of a person")

    bench = Bench(behave)
    record = bench.topics.add(bad)
    bench.topics.add(good)

    await bench.run()

    assert tries == 1 + TRIES
    assert bench.handled == [good]
    assert bench.letters.put_aside == [(record, "handler-failed", "ValueError")]


async def test_a_handler_that_recovers_is_not_put_aside() -> None:
    left = 3

    def behave(event: DomainEvent) -> None:
        nonlocal left
        if left:
            left -= 1
            raise ValueError

    bench = Bench(behave)
    event = renamed()
    bench.topics.add(event)

    await bench.run()

    assert bench.handled == [event]
    assert bench.letters.put_aside == []


async def test_an_outage_is_waited_out_however_long_and_never_put_aside() -> None:
    left = 5 * TRIES

    def behave(event: DomainEvent) -> None:
        nonlocal left
        if left:
            left -= 1
            raise AutoReconnect

    bench = Bench(behave)
    event = renamed()
    bench.topics.add(event)
    # The pauses between the tries grow; they are not what is tested.
    loop_pause = loop._LONGEST_PAUSE
    loop._LONGEST_PAUSE = 0.002
    try:
        await bench.run()
    finally:
        loop._LONGEST_PAUSE = loop_pause

    assert bench.handled == [event]
    assert bench.letters.put_aside == []


async def test_nothing_is_committed_while_a_dead_letter_cannot_be_sent() -> None:
    bench = Bench()
    bench.topics.add(renamed(), ce_id=None)
    bench.letters.failing = 10**6

    running = asyncio.create_task(bench.loop.run())
    await asyncio.sleep(0.05)
    bench.loop.stop()
    await running

    assert bench.letters.put_aside == []
    assert bench.topics.committed == {}


async def test_a_dead_letter_is_sent_when_that_is_possible_again() -> None:
    bench = Bench()
    record = bench.topics.add(renamed(), ce_id=None)
    bench.letters.failing = 3

    await bench.run()

    assert [aside[0] for aside in bench.letters.put_aside] == [record]
    assert bench.topics.committed == {ONE: 1}


async def test_an_event_that_comes_too_early_holds_its_partition_and_no_other() -> None:
    early = withdrawn()
    missing = True

    def behave(event: DomainEvent) -> None:
        nonlocal missing
        if event == early and missing:
            raise NotYet
        if isinstance(event, UnitRenamed):
            missing = False

    bench = Bench(behave)
    behind = withdrawn()
    bench.topics.add(early, OTHER)
    bench.topics.add(behind, OTHER)
    needed = renamed()
    bench.topics.add(needed, ONE)
    # The partition of the early event is read first.
    bench.topics.records = {OTHER: bench.topics.records[OTHER], ONE: bench.topics.records[ONE]}

    await bench.run()

    assert bench.handled == [needed, early, behind]
    assert bench.letters.put_aside == []
    assert bench.topics.committed == {ONE: 1, OTHER: 2}


async def test_what_it_waits_for_may_never_come() -> None:
    def behave(event: DomainEvent) -> None:
        if isinstance(event, ProposalWithdrawn):
            raise NotYet

    bench = Bench(behave)
    record = bench.topics.add(withdrawn(), OTHER)
    held = 0

    def too_long(asked: Record) -> bool:
        nonlocal held
        held += 1
        return held > 3

    bench.loop._holds.too_long = too_long  # type: ignore[method-assign,assignment]

    await bench.run()

    assert bench.letters.put_aside == [(record, "handler-failed", "NotYet")]


async def test_told_to_stop_it_leaves_while_it_waits_for_an_outage_to_end() -> None:
    def behave(event: DomainEvent) -> None:
        raise AutoReconnect

    bench = Bench(behave)
    bench.topics.add(renamed())

    running = asyncio.create_task(bench.loop.run())
    await asyncio.sleep(0.02)
    bench.loop.stop()

    assert await asyncio.wait_for(running, 5) == 0
    assert bench.topics.committed == {}


async def test_without_progress_while_events_wait_the_process_ends() -> None:
    def behave(event: DomainEvent) -> None:
        raise AutoReconnect

    bench = Bench(behave, stuck_seconds=0.05)
    bench.topics.add(renamed())

    with pytest.raises(Stuck):
        await bench.run()


async def test_an_event_seen_twice_in_a_row_reaches_a_repeatable_handler_twice() -> None:
    bench = Bench()
    event = renamed()
    for _ in range(2):
        bench.topics.add(event)

    await bench.run()

    assert bench.handled == [event, event]
