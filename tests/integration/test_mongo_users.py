"""A MongoDB that asks for passwords, as compose starts it: what the user of a service may, and may not."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.compose.mongo_init import grant, initiate
from deploy.local.errors import LocalStackError
from deploy.local.mongod import checked_binary
from deploy.local.processes import Child, free_port, listening, wait_until
from deploy.local.settings import SERVICES
from shared.audit import Entry
from shared.service import Running, running
from shared.settings import Settings
from tests.campus import service_of
from tests.keys import SEALING

NOT_AUTHORISED = 13


@pytest.fixture(scope="module")
async def port(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[int]:
    folder, port = tmp_path_factory.mktemp("mongod"), free_port()
    try:
        binary = checked_binary()
    except LocalStackError as error:
        pytest.skip(str(error))
    mongod = Child("mongod", _command(binary, folder, port), log=folder / "mongod.log")
    mongod.start()
    try:
        await asyncio.to_thread(wait_until, lambda: listening(port), mongod, seconds=20, hint="")
        await asyncio.to_thread(_set_up, port)
        yield port
    finally:
        await asyncio.to_thread(mongod.stop, 10)


def _command(binary: Path, folder: Path, port: int) -> list[str]:
    key = folder / "keyfile"
    key.touch(mode=0o600)
    key.write_text("c2VjcmV0" * 8)
    (folder / "data").mkdir()
    place = ["--dbpath", str(folder / "data"), "--port", str(port), "--bind_ip", "127.0.0.1", "--nounixsocket"]
    return [str(binary), *place, "--replSet", "rs0", "--keyFile", str(key), "--wiredTigerCacheSizeGB", "0.25"]


def _set_up(port: int) -> None:
    host = f"127.0.0.1:{port}"
    # As nobody is there yet, who comes from this machine may make the first user.
    with MongoClient[dict[str, Any]](host, directConnection=True) as first:
        first.admin.command("replSetInitiate", {"_id": "rs0", "members": [{"_id": 0, "host": host}]})
        while not first.admin.command("hello")["isWritablePrimary"]:
            pass
        first.admin.command("createUser", "root", pwd="secret", roles=["root"])
    with MongoClient[dict[str, Any]](host, directConnection=True, username="root", password="secret") as root:
        initiate(root, host)
        for _ in range(2):
            # May run as often as wanted.
            for service in SERVICES:
                grant(root, service, "secret")


def settings(port: int, service: str) -> Settings:
    url = f"mongodb://{service}:secret@127.0.0.1:{port}/?replicaSet=rs0&authSource=union_{service}"
    given = {"mongo_url": url, "kafka_bootstrap_servers": "x:1", "oidc_issuer": "https://x", **SEALING}
    return Settings.model_validate(given)


def entry() -> Entry:
    return Entry("visits.opened", uuid4(), (uuid4(),), "visit", uuid4(), ("occasion",), "audit", "x")


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_makes_what_it_needs_and_keeps_its_audit_log(port: int, service: str) -> None:
    async with running(service_of(service), settings(port, service)) as run:
        audit, gone = run.foundation.audit, entry()
        await audit.append_all([entry(), gone, entry()])

        assert await audit.erase(gone.persons[0]) == 1
        verified = await audit.verify()
        assert (verified.entries, verified.erased, verified.broken) == (4, 1, None)


async def test_what_is_in_the_audit_log_is_neither_changed_nor_removed_by_the_service(port: int) -> None:
    async with running(service_of("welfare"), settings(port, "welfare")) as run:
        await run.foundation.audit.append(entry())
        entries = _apart(run)["audit_entries"]

        for attempt in (
            lambda: entries.update_one({"_id": 1}, {"$set": {"action": "x"}}),
            lambda: entries.replace_one({"_id": 1}, {"action": "x"}),
            lambda: entries.delete_many({}),
            lambda: entries.drop(),
            lambda: run.foundation.client.drop_database("union_welfare_audit"),
            lambda: entries.rename("others"),
            lambda: run.foundation.client["union_members"]["members"].find_one({}),
            lambda: run.foundation.client["union_members_audit"]["audit_entries"].insert_one({"_id": 1}),
        ):
            with pytest.raises(OperationFailure) as refused:
                await attempt()
            assert refused.value.code == NOT_AUTHORISED
        assert (await run.foundation.audit.verify()).broken is None


def _apart(run: Running[Any]) -> Any:
    return run.foundation.client["union_welfare_audit"]
