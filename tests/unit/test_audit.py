"""The chain of the audit log: whatever is done to it shows, and at which entry."""

import copy
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.audit import Entry
from shared.chain import BEGIN, Broken, Fault, Head, canonical, commitment, entry_hash, verify_chain
from shared.purposes import Purpose

Link = tuple[dict[str, Any], dict[str, Any] | None]
AT = datetime(2022, 6, 1, 8, tzinfo=UTC)
LENGTH = 5


def chain(length: int = LENGTH) -> tuple[list[Link], Head]:
    links: list[Link] = []
    previous = BEGIN
    for number in range(1, length + 1):
        details = Entry("visits.opened", uuid4(), (uuid4(),), "visit", uuid4(), ("occasion",), Purpose.AUDIT).details()
        salt = bytes([number]) * 32
        entry: dict[str, Any] = {
            "_id": number,
            "at": AT + timedelta(seconds=number),
            "action": "visits.opened",
            "details_id": uuid4(),
            "commitment": commitment(salt, details),
            "previous": previous,
        }
        previous = entry["hash"] = entry_hash(entry)
        links.append((entry, {"_id": entry["details_id"], "salt": salt, **details}))
    return links, Head(length, previous)


async def broken(links: list[Link], head: Head, expected: Head | None = None) -> Broken | None:
    async def stream() -> AsyncIterator[Link]:
        for link in links:
            yield link

    return (await verify_chain(stream(), head, expected)).broken


async def test_a_chain_that_nobody_touched_is_whole() -> None:
    for length in range(4):
        assert await broken(*chain(length)) is None


CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "at": lambda entry: entry["at"] + timedelta(milliseconds=1),
    "action": lambda entry: "visits.closed",
    "details_id": lambda entry: uuid4(),
    "commitment": lambda entry: "0" * 64,
    "hash": lambda entry: "0" * 64,
}


@pytest.mark.parametrize("number", range(1, LENGTH + 1))
@pytest.mark.parametrize("field", CHANGES)
async def test_an_entry_that_was_changed_is_named(number: int, field: str) -> None:
    links, head = chain()
    entry = links[number - 1][0]
    entry[field] = CHANGES[field](entry)

    assert await broken(links, head) == Broken(number, Fault.HASH)


@pytest.mark.parametrize("number", range(1, LENGTH + 1))
async def test_an_entry_that_follows_another_one_is_named(number: int) -> None:
    links, head = chain()
    links[number - 1][0]["previous"] = "f" * 64

    assert await broken(links, head) == Broken(number, Fault.LINK)


@pytest.mark.parametrize("number", range(1, LENGTH + 1))
@pytest.mark.parametrize(
    ("field", "value"),
    [("actor", uuid4()), ("persons", []), ("fields", []), ("purpose", "own"), ("correlation_id", "x"), ("salt", b"")],
)
async def test_details_that_were_changed_are_named_by_their_entry(number: int, field: str, value: Any) -> None:
    links, head = chain()
    details = links[number - 1][1]
    assert details is not None
    details[field] = value

    assert await broken(links, head) == Broken(number, Fault.COMMITMENT)


def with_erasure(links: list[Link], head: Head, *numbers: int) -> Head:
    """What `erase` does: the details of these entries go, and the next entry says so."""
    gone = []
    for number in numbers:
        entry = links[number - 1][0]
        gone.append(entry["details_id"])
        links[number - 1] = (entry, None)
    details = Entry("details.erased", None, (), "member", uuid4(), erased=tuple(gone)).details()
    row: dict[str, Any] = {
        "_id": head.sequence + 1,
        "at": AT,
        "action": "details.erased",
        "details_id": uuid4(),
        "commitment": commitment(b"salt", details),
        "previous": head.hash,
    }
    row["hash"] = entry_hash(row)
    links.append((row, {"_id": row["details_id"], "salt": b"salt", **details}))
    return Head(row["_id"], row["hash"])


@pytest.mark.parametrize("number", range(1, LENGTH + 1))
async def test_details_that_were_erased_leave_the_chain_whole(number: int) -> None:
    links, head = chain()

    assert await broken(links, with_erasure(links, head, number)) is None


@pytest.mark.parametrize("number", range(1, LENGTH + 1))
async def test_details_that_are_gone_without_an_erasure_are_named(number: int) -> None:
    links, head = chain()
    erased = number % LENGTH + 1
    head = with_erasure(links, head, erased)
    links[number - 1] = (links[number - 1][0], None)

    assert await broken(links, head) == Broken(number, Fault.DETAILS)


async def test_an_erasure_whose_own_details_are_gone_accounts_for_nothing() -> None:
    links, head = chain()
    head = with_erasure(links, head, 2)
    links[-1] = (links[-1][0], None)

    assert await broken(links, head) == Broken(2, Fault.DETAILS)


def _make_odd(row: dict[str, Any] | None, field: str, odd: Any, *, gone: bool) -> None:
    assert row is not None
    row[field] = odd
    if gone:
        del row[field]


ODD: tuple[Any, ...] = (None, 1, [], {}, b"x", 1.5, "x")


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("field", ["at", "action", "details_id", "commitment", "previous", "hash", "_id"])
async def test_an_entry_of_another_form_is_named(field: str, odd: Any) -> None:
    for gone in (True, False):
        links, head = chain()
        _make_odd(links[2][0], field, odd, gone=gone)

        found = await broken(links, head)

        assert found is not None
        assert found.sequence == 3


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("field", ["salt", "actor", "persons", "subject", "fields", "purpose", "correlation_id"])
async def test_details_of_another_form_are_named_by_their_entry(field: str, odd: Any) -> None:
    for gone in (True, False):
        links, head = chain()
        _make_odd(links[2][1], field, odd, gone=gone)

        assert await broken(links, head) == Broken(3, Fault.COMMITMENT)


@pytest.mark.parametrize("number", range(1, LENGTH))
async def test_an_entry_that_was_taken_out_is_named(number: int) -> None:
    links, head = chain()
    del links[number - 1]

    assert await broken(links, head) == Broken(number, Fault.MISSING)


@pytest.mark.parametrize("left", range(LENGTH))
async def test_entries_that_were_cut_off_the_end_are_missed(left: int) -> None:
    links, head = chain()

    assert await broken(links[:left], head) == Broken(left + 1, Fault.HEAD)


async def test_two_entries_that_changed_places_are_named() -> None:
    links, head = chain()
    links[1], links[2] = links[2], links[1]

    assert await broken(links, head) == Broken(2, Fault.MISSING)


async def test_an_entry_that_was_put_in_is_named() -> None:
    links, head = chain()
    forged = copy.deepcopy(links[1])
    forged[0]["hash"] = entry_hash(forged[0])
    links.insert(2, forged)

    assert await broken(links, head) == Broken(3, Fault.MISSING)


async def test_a_chain_that_was_made_anew_does_not_hold_what_was_kept_of_the_old_one() -> None:
    old, kept = chain()
    made_anew, head = chain(LENGTH + 2)

    assert await broken(made_anew, head) is None
    assert await broken(made_anew, head, expected=kept) == Broken(LENGTH, Fault.HEAD)
    assert await broken(old, kept, expected=Head(3, old[2][0]["hash"])) is None
    assert await broken(old, kept, expected=Head(0, BEGIN)) is None
    assert await broken(old, kept, expected=Head(99, "f" * 64)) == Broken(LENGTH + 1, Fault.HEAD)


def test_equal_values_have_one_text() -> None:
    person = UUID("01930000-0000-7000-8000-0000000000b1")

    text = canonical({"b": [person], "a": AT, "ü": "查阅"})

    assert text == (
        '{"a":"2022-06-01T08:00:00.000+00:00","b":["01930000-0000-7000-8000-0000000000b1"],"ü":"查阅"}'.encode()
    )
    assert canonical({"ü": "查阅", "a": AT, "b": [person]}) == text


def test_what_has_no_one_text_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no canonical form"):
        canonical({"a": {1}})


def test_the_same_details_committed_to_with_another_salt_look_different() -> None:
    details = Entry("a.b", None, (), "visit", uuid4()).details()

    assert commitment(b"1", details) != commitment(b"2", details)
