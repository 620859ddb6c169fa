import asyncio

import pytest

from shared.reads import SharedReads


class Database:
    """Answers when it is let; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.open = asyncio.Event()
        self.failing = False

    async def read(self, ids: list[int]) -> dict[int, str]:
        self.asked.append(sorted(ids))
        await self.open.wait()
        if self.failing:
            raise ConnectionError
        return {number: str(number) for number in ids if number < 100}


async def test_reads_that_come_while_one_is_on_its_way_share_the_next() -> None:
    database = Database()
    reads = SharedReads(database.read)

    first = asyncio.create_task(reads.find([1]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [asyncio.create_task(reads.find([number, 1])) for number in (2, 3, 3)]
    await asyncio.sleep(0)
    database.open.set()

    assert await first == {1: "1"}
    assert await asyncio.gather(*others) == [{2: "2", 1: "1"}, {3: "3", 1: "1"}, {3: "3", 1: "1"}]
    assert database.asked == [[1], [1, 2, 3]]


async def test_what_is_not_there_is_left_out() -> None:
    database = Database()
    database.open.set()

    assert await SharedReads(database.read).find([1, 200]) == {1: "1"}


async def test_a_failure_is_told_to_everyone_who_asked_and_the_next_read_is_a_new_one() -> None:
    database = Database()
    reads = SharedReads(database.read)
    database.failing = True
    database.open.set()

    outcomes = await asyncio.gather(reads.find([1]), reads.find([2]), return_exceptions=True)
    database.failing = False

    assert [type(outcome) for outcome in outcomes] == [ConnectionError, ConnectionError]
    assert outcomes[0] is not outcomes[1]
    assert await reads.find([1]) == {1: "1"}


async def test_one_who_gives_up_does_not_take_the_answer_from_the_others() -> None:
    database = Database()
    reads = SharedReads(database.read)
    impatient = asyncio.create_task(reads.find([1]))
    patient = asyncio.create_task(reads.find([1]))
    await asyncio.sleep(0)

    impatient.cancel()
    database.open.set()

    assert await patient == {1: "1"}
    with pytest.raises(asyncio.CancelledError):
        await impatient
