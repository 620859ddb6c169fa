"""Events that are sealed for a person, with the key there, not there yet, and destroyed."""

from datetime import date
from uuid import UUID

from pytest import MonkeyPatch

from shared import holds
from shared.cloudevents import data_of
from shared.contracts.welfare.visits import Form, Occasion, VisitLoggedRestricted
from shared.ids import new_id
from shared.sealing import PersonKey
from tests.unit.consumer_bench import OTHER, Bench, renamed, withdrawn


def visit(person: UUID) -> VisitLoggedRestricted:
    return VisitLoggedRestricted(
        visit_id=new_id(),
        member_id=person,
        unit_id=new_id(),
        visited_on=date(2022, 6, 1),
        occasion=Occasion.HOSPITALISED,
        form=Form.MONEY,
        amount_fen=100_000,
    )


def key_of(person: UUID) -> PersonKey:
    return PersonKey(person, person.bytes * 2)


async def test_a_sealed_event_is_handled_as_it_was_before_it_was_sealed() -> None:
    bench, event = Bench(), visit(new_id())
    bench.keyring.keys[event.member_id] = key_of(event.member_id)
    bench.topics.add(event, value=key_of(event.member_id).seal_data(data_of(event)))

    assert await bench.run() == 1
    assert bench.handled == [event]


async def test_where_the_key_was_destroyed_the_event_is_left_out_and_the_rest_goes_on() -> None:
    bench, event, after = Bench(), visit(new_id()), renamed()
    bench.keyring.erased.add(event.member_id)
    bench.topics.add(event, value=key_of(event.member_id).seal_data(data_of(event)))
    bench.topics.add(after)

    await bench.run()

    assert bench.handled == [after]
    assert bench.letters.put_aside == []


async def test_where_the_key_has_not_come_its_partition_waits_and_the_others_go_on() -> None:
    bench, before, event, after, elsewhere = Bench(), renamed(), visit(new_id()), renamed(), withdrawn()
    bench.topics.add(before)
    bench.topics.add(event, value=key_of(event.member_id).seal_data(data_of(event)))
    bench.topics.add(after)
    bench.topics.add(elsewhere, OTHER)

    def arrives(heard: object) -> None:
        if heard is elsewhere or heard == elsewhere:
            bench.keyring.keys[event.member_id] = key_of(event.member_id)

    bench.behave = arrives

    await bench.run()

    assert bench.handled == [before, elsewhere, event, after]
    assert bench.letters.put_aside == []


async def test_a_key_that_never_comes_makes_a_dead_letter_in_the_end(monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr(holds, "_LONGEST_HOLD", 0.1)
    bench, event, after = Bench(), visit(new_id()), renamed()
    sealed = bench.topics.add(event, value=key_of(event.member_id).seal_data(data_of(event)))
    bench.topics.add(after)

    await bench.run()

    assert [(record.value, reason) for record, reason, _ in bench.letters.put_aside] == [(sealed.value, "key-missing")]
    assert bench.handled == [after]


async def test_what_is_sealed_under_another_key_or_not_at_all_is_a_dead_letter() -> None:
    bench, event = Bench(), visit(new_id())
    bench.keyring.keys[event.member_id] = key_of(event.member_id)
    bench.topics.add(event, value=PersonKey(event.member_id, bytes(32)).seal_data(data_of(event)))
    bench.topics.add(event, value=data_of(event))
    bench.topics.add(event, value=None)

    await bench.run()

    assert [reason for _, reason, _ in bench.letters.put_aside] == ["malformed"] * 3
    assert not any("hospitalised" in detail for _, _, detail in bench.letters.put_aside)
    assert bench.handled == []
