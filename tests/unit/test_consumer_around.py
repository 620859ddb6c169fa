"""What lies around the table of the consumer loop: traces, commits, partitions that come and go, the end."""

import itertools
from types import SimpleNamespace

import pytest
from aiokafka.errors import KafkaConnectionError
from pymongo.errors import AutoReconnect

from shared import consumer as loop
from shared.cloudevents import sequence
from shared.consumer import TRIES, Stuck
from shared.contracts.base import DomainEvent
from shared.contracts.members import UnitRenamed
from shared.contracts.proposals.forms import ProposalWithdrawn
from shared.errors import WrongState
from shared.handlers import Batch, repeatable
from shared.kafka import Partition
from shared.tracing import Trace, current_trace
from tests.unit.consumer_bench import ONE, OTHER, Bench, Record, renamed, withdrawn


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_FIRST_PAUSE", 0.001)
    monkeypatch.setattr("shared.holds._FIRST_PAUSE", 0.001)


async def test_a_handler_hears_who_sent_the_event_and_works_in_its_trace() -> None:
    heard: list[tuple[str, str, str]] = []
    traces: list[Trace | None] = []
    bench = Bench()

    async def listen(stores: None, batch: Batch[UnitRenamed]) -> None:
        heard.extend((received.source, received.id, received.envelope.sequence) for received in batch)
        traces.append(current_trace.get())

    bench.loop._reader._reactions = {UnitRenamed.type.encode(): (UnitRenamed, repeatable(listen))}
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    bench.topics.add(renamed(), ce_id=b"e1", ce_correlationid=b"desk-42", ce_traceparent=traceparent.encode())

    await bench.run()

    assert heard == [("/union/x", "e1", sequence(1))]
    (trace,) = traces
    assert trace
    assert trace.correlation_id == "desk-42"
    assert trace.traceparent.split("-")[1] == traceparent.split("-")[1]
    assert trace.traceparent != traceparent
    assert current_trace.get() is None


@pytest.mark.parametrize("name", ["ce_traceparent", "ce_correlationid"])
@pytest.mark.parametrize("value", [None, b"", b"\xff\xfe", b"nonsense"])
async def test_an_event_without_a_trace_that_we_can_read_is_handled_all_the_same(
    name: str, value: bytes | None
) -> None:
    bench = Bench()
    event = renamed()
    bench.topics.add(event, **{name: value})

    await bench.run()

    assert bench.handled == [event]
    assert bench.letters.put_aside == []


async def test_a_broken_rule_is_the_handlers_failure_and_not_an_outage() -> None:
    def behave(event: DomainEvent) -> None:
        raise WrongState(state="filed", action="withdraw")

    bench = Bench(behave)
    record = bench.topics.add(renamed())

    await bench.run()

    assert bench.letters.put_aside == [(record, "handler-failed", "WrongState")]


async def test_an_outage_takes_none_of_the_tries_of_a_handler() -> None:
    outcomes: list[Exception | None] = [ValueError(), *[AutoReconnect()] * TRIES, *[ValueError()] * (TRIES - 1), None]

    def behave(event: DomainEvent) -> None:
        if outcome := outcomes.pop(0):
            raise outcome

    bench = Bench(behave)
    event = renamed()
    bench.topics.add(event)

    await bench.run()

    assert bench.handled == [event]
    assert bench.letters.put_aside == []


async def test_poison_in_one_partition_stops_no_other() -> None:
    def behave(event: DomainEvent) -> None:
        if isinstance(event, UnitRenamed):
            raise ValueError

    bench = Bench(behave)
    bench.topics.add(renamed(), ONE)
    good = withdrawn()
    bench.topics.add(good, OTHER)

    await bench.run()

    assert bench.handled == [good]
    assert bench.topics.committed == {ONE: 1, OTHER: 1}


async def test_told_to_stop_it_finishes_and_commits_what_is_in_flight() -> None:
    bench = Bench()
    bench.behave = lambda event: bench.loop.stop()
    event, later = renamed(), withdrawn()
    bench.topics.add(event, ONE)
    bench.topics.add(later, OTHER)

    assert await bench.loop.run() == 1

    assert bench.handled == [event]
    assert bench.topics.committed == {ONE: 1}


async def test_a_commit_that_fails_is_made_up_for_by_a_later_one(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    failing = True
    commit = bench.topics.commit

    async def unsure(offsets: dict[Partition, int]) -> None:
        nonlocal failing
        if failing:
            failing = False
            raise KafkaConnectionError
        await commit(offsets)

    monkeypatch.setattr(bench.topics, "commit", unsure)
    bench.topics.add(renamed())
    await bench.run()
    assert bench.topics.committed == {}

    bench.topics.add(renamed())
    await bench.run()

    assert bench.topics.committed == {ONE: 2}


async def test_a_broker_that_cannot_be_read_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    failing = True
    fetch = bench.topics.getmany

    async def away(*, timeout_ms: int, max_records: int) -> dict[Partition, list[Record]]:
        nonlocal failing
        if failing:
            failing = False
            raise KafkaConnectionError
        return await fetch(timeout_ms=timeout_ms, max_records=max_records)

    monkeypatch.setattr(bench.topics, "getmany", away)
    event = renamed()
    bench.topics.add(event)

    await bench.run()

    assert bench.handled == [event]


async def test_a_partition_that_went_to_another_consumer_is_not_committed() -> None:
    bench = Bench()

    def behave(event: DomainEvent) -> None:
        bench.topics.records.pop(ONE, None)
        if isinstance(event, ProposalWithdrawn):
            bench.loop.stop()

    bench.behave = behave
    bench.topics.add(renamed(), ONE)
    bench.topics.add(withdrawn(), OTHER)

    await bench.loop.run()

    assert bench.topics.committed == {OTHER: 1}


async def test_a_dead_letter_that_is_never_taken_ends_the_process() -> None:
    bench = Bench(stuck_seconds=0.05)
    bench.topics.add(renamed(), ce_id=None)
    bench.letters.failing = 10**6

    with pytest.raises(Stuck):
        await bench.run()

    assert bench.topics.committed == {}


async def test_while_nothing_waits_being_idle_is_no_being_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_LAG_EVERY_SECONDS", 0)
    seconds, bench = itertools.count(), Bench(stuck_seconds=20)

    def look() -> int:
        """A second later each time, until it has been long enough."""
        now = next(seconds)
        if now >= 200:
            bench.loop.stop()
        return now

    monkeypatch.setattr(loop, "time", SimpleNamespace(monotonic=look))
    bench.loop._progress_at = 0

    assert await bench.loop.run() == 0
