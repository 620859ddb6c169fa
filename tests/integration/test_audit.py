"""The audit log on the real database: one chain whoever writes, and every way of tampering named."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from deploy.local.infrastructure import Infrastructure
from shared import audit, mongo
from shared.audit import ENTRIES_DATABASE, AuditLog, Entry
from shared.chain import Broken, Fault
from shared.ids import new_id
from tests.campus import Issuer, settings_for


class Book:
    """An audit log in a database of its own."""

    def __init__(self, infrastructure: Infrastructure, issuer: Issuer) -> None:
        self.name = f"audit_{uuid4().hex}"
        self.settings = settings_for(infrastructure, issuer, mongo_database=self.name)
        self.client = mongo.connect(self.settings, name="audit")
        self.database = mongo.database(self.client, self.settings, "welfare")
        self.entries = self.client[f"{self.name}{ENTRIES_DATABASE}"]["audit_entries"]
        self.log = self.another()

    def another(self) -> AuditLog:
        return AuditLog(self.client, self.database, timeout_seconds=20)


@pytest.fixture
async def book(infrastructure: Infrastructure, issuer: Issuer) -> AsyncIterator[Book]:
    found = Book(infrastructure, issuer)
    await found.log.prepare()
    yield found
    for end in ("", ENTRIES_DATABASE):
        await found.client.drop_database(f"{found.name}{end}")
    found.client.close()


def entry(*persons: UUID) -> Entry:
    return Entry("visits.opened", uuid4(), persons or (uuid4(),), "visit", uuid4(), ("occasion",), "audit", "desk-1")


async def test_whoever_writes_at_the_same_moment_writes_one_chain(book: Book) -> None:
    logs = [book.log, book.another()]

    numbers = await asyncio.gather(*(logs[turn % 2].append(entry()) for turn in range(200)))

    assert sorted(numbers) == list(range(1, 201))
    verified = await book.log.verify()
    assert (verified.entries, verified.erased, verified.broken) == (200, 0, None)


async def test_a_chain_is_whole_while_others_write_on(book: Book) -> None:
    writing = asyncio.gather(*(book.log.append(entry()) for _ in range(300)))

    while not writing.done():
        assert (await book.another().verify()).broken is None
    await writing


async def test_what_was_erased_leaves_the_chain_whole(book: Book) -> None:
    person = uuid4()
    for concerned in ((uuid4(),), (person,), (uuid4(), person)):
        await book.log.append(entry(*concerned))

    assert await book.log.erase(person) == 2

    verified = await book.log.verify()
    assert (verified.entries, verified.erased, verified.broken) == (4, 2, None)
    assert await book.log.concerning(person, limit=10, before=None) == ([], None)


async def test_details_that_were_taken_away_are_not_taken_for_erased(book: Book) -> None:
    person = uuid4()
    for concerned in (person, uuid4(), uuid4()):
        await book.log.append(entry(concerned))
    await book.log.erase(person)
    (details,) = await book.database["audit_details"].find().sort("_id", -1).skip(1).limit(1).to_list(None)

    await book.database["audit_details"].delete_one({"_id": details["_id"]})

    assert (await book.log.verify()).broken == Broken(3, Fault.DETAILS)


async def test_many_details_are_erased_and_each_is_accounted_for(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_ERASED_AT_ONCE", 10)
    person = uuid4()
    await book.log.append_all(entry(person) for _ in range(25))

    assert await book.log.erase(person) == 25
    assert await book.log.erase(person) == 0

    verified = await book.log.verify()
    assert (verified.entries, verified.erased, verified.broken) == (28, 25, None)


async def test_an_erasure_in_the_middle_of_a_verification_is_no_tampering(book: Book) -> None:
    persons = [uuid4() for _ in range(30)]
    await book.log.append_all(entry(person) for person in persons)
    erasing = asyncio.gather(*(book.log.erase(person) for person in persons))

    while not erasing.done():
        assert (await book.another().verify()).broken is None
    assert sum(await erasing) == 30


async def test_a_person_can_be_told_who_read_what_about_them(book: Book) -> None:
    person = uuid4()
    for concerned in (person, uuid4(), person, person):
        await book.log.append(entry(concerned))

    first, cursor = await book.log.concerning(person, limit=2, before=None)
    rest, end = await book.log.concerning(person, limit=2, before=cursor)

    assert (len(first), len(rest), end) == (2, 1, None)
    assert {row["action"] for row in first + rest} == {"visits.opened"}
    assert [row["_id"] for row in first + rest] == sorted((row["_id"] for row in first + rest), reverse=True)


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (lambda rows: rows.update_one({"_id": 3}, {"$set": {"action": "visits.forgotten"}}), Broken(3, Fault.HASH)),
        (lambda rows: rows.delete_one({"_id": 2}), Broken(2, Fault.MISSING)),
        (lambda rows: rows.delete_many({"_id": {"$gt": 3}}), Broken(4, Fault.HEAD)),
        (lambda rows: rows.insert_one({"_id": 6, "details_id": new_id()}), Broken(6, Fault.HEAD)),
        (lambda rows: rows.update_one({"_id": 4}, {"$set": {"previous": "0" * 64}}), Broken(4, Fault.LINK)),
        (lambda rows: rows.update_one({"_id": 4}, {"$unset": {"previous": 1}}), Broken(4, Fault.HASH)),
        (
            lambda rows: rows.update_one({"_id": 2}, {"$set": {"at": {"$x": 1}, "details_id": [1]}}),
            Broken(2, Fault.HASH),
        ),
        (lambda rows: rows.insert_one({"_id": "another", "details_id": new_id()}), Broken(6, Fault.HEAD)),
    ],
    ids=["changed", "taken out", "cut off", "put on", "linked elsewhere", "unset", "another type", "another number"],
)
async def test_tampering_is_named_by_the_first_entry_that_is_broken(book: Book, tamper: object, found: Broken) -> None:
    for _ in range(5):
        await book.log.append(entry())

    await tamper(book.entries)  # type: ignore[operator]

    assert (await book.log.verify()).broken == found


async def test_an_entry_in_a_transaction_that_is_not_committed_was_never_there(book: Book) -> None:
    async def work(session: mongo.Session) -> None:
        await book.log.append_in([entry(), entry()], session)
        raise LookupError

    with pytest.raises(LookupError):
        await mongo.transaction(book.client, work, timeout_seconds=10)

    assert await book.log.append(entry()) == 1
    assert (await book.log.verify()).broken is None


def verify(book: Book, infrastructure: Infrastructure, issuer: Issuer, *more: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        **infrastructure.environment(),
        **issuer.keys,
        "OIDC_ISSUER": issuer.tokens.url,
        "MONGO_DATABASE": book.name,
    }
    return subprocess.run(
        [sys.executable, "-m", "shared.audit", "services.welfare.app", *more],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


async def test_the_command_says_the_head_and_the_first_broken_entry(
    book: Book, infrastructure: Infrastructure, issuer: Issuer
) -> None:
    for _ in range(3):
        await book.log.append(entry())

    whole = await asyncio.to_thread(verify, book, infrastructure, issuer)
    report = json.loads(whole.stdout)
    assert (whole.returncode, report["entries"], report["broken"]) == (0, 3, None)

    kept = f"{report['head_sequence']}:{report['head_hash']}"
    await book.log.append(entry())
    assert (await asyncio.to_thread(verify, book, infrastructure, issuer, "--expect", kept)).returncode == 0

    await book.entries.update_one({"_id": 2}, {"$set": {"action": "x.y"}})
    tampered = await asyncio.to_thread(verify, book, infrastructure, issuer)
    assert tampered.returncode == 1
    assert json.loads(tampered.stdout)["broken"] == {"sequence": 2, "fault": "hash"}
    assert (await asyncio.to_thread(verify, book, infrastructure, issuer, "--expect", "x")).returncode == 2
