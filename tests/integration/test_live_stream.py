"""The live stream of the inbox (server-sent events), over a real connection."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from deploy.local.infrastructure import Infrastructure
from shared.ids import new_id
from tests.campus import Issuer, Processes


@pytest.fixture(scope="module")
async def processes(
    infrastructure: Infrastructure, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Processes]:
    folder: Path = tmp_path_factory.mktemp("processes")
    async with Processes(infrastructure, issuer, folder) as started:
        await started.start("events", "api")
        await started.start("notifications", "api")
        await started.start("notifications", "consumer")
        yield started
        await started.drop()


@pytest.fixture
async def member(processes: Processes) -> str:
    member = new_id()
    await processes.database("events")["directory_members"].insert_one(
        {"_id": member, "unit_id": new_id(), "employment": "in_post", "sequence": ""}
    )
    return str(member)


class Stream:
    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()

    async def notice(self) -> dict[str, Any]:
        """The next one, with the id under which the stream can be resumed."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(20):
            async for line in self._lines:
                name, _, value = line.partition(": ")
                if name:
                    fields[name] = value
                elif not line and "data" in fields:
                    return {**json.loads(fields["data"]), "stream_id": fields["id"]}
                elif not line:
                    fields = {}
        raise AssertionError("the stream ended")


@asynccontextmanager
async def listening(processes: Processes, member: str, **headers: str) -> AsyncIterator[Stream]:
    who = {**processes.issuer.bearer(member), **headers}
    async with processes.http["notifications"].stream("GET", "/v1/inbox/stream", headers=who) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Stream(answer)


async def grant(processes: Processes, member: str, title: str) -> str:
    body = {"member_id": member, "title": title, "level": "city", "granted_on": "2022-06-01", "document": "文号"}
    return str((await processes.post("events", "/v1/awards", body, processes.officer))["id"])


async def test_a_notice_comes_while_the_member_listens(processes: Processes, member: str) -> None:
    async with listening(processes, member) as stream:
        award = await grant(processes, member, "学习达人")

        assert (await stream.notice())["subject_id"] == award


async def test_who_comes_back_with_the_last_event_id_gets_what_was_missed(processes: Processes, member: str) -> None:
    async with listening(processes, member) as stream:
        await grant(processes, member, "第一")
        first = await stream.notice()
    missed = {await grant(processes, member, title) for title in ("第二", "第三")}

    async with listening(processes, member, **{"Last-Event-ID": first["stream_id"]}) as stream:
        found = {(await stream.notice())["subject_id"] for _ in missed}

    assert found == missed


async def test_a_notice_that_became_visible_late_is_not_passed_over(processes: Processes, member: str) -> None:
    async with listening(processes, member) as stream:
        await grant(processes, member, "先到")
        first = await stream.notice()
        notices = processes.database("notifications")["notices"]
        row = await notices.find_one({"member_id": UUID(member)})
        assert row is not None
        late = UUID(int=UUID(first["stream_id"]).int - 1)
        await notices.insert_one({**row, "_id": f"{new_id()}|{member}", "subject_id": new_id(), "arrival": late})

        found = await stream.notice()

    assert found["stream_id"] == str(late)
    assert found["subject_id"] != first["subject_id"]


async def test_another_member_hears_nothing(processes: Processes, member: str) -> None:
    other = str(new_id())
    async with listening(processes, other) as stream:
        await grant(processes, member, "别人的")
        await processes.inbox(member, topic="award-granted")

        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await stream.notice()


async def test_a_last_event_id_that_is_none_is_refused(processes: Processes, member: str) -> None:
    who = {**processes.issuer.bearer(member), "Last-Event-ID": "nonsense"}

    refused = await processes.get("notifications", "/v1/inbox/stream", who, status=422)

    assert refused["errors"][0]["pointer"] == "last-event-id"


async def test_a_stream_ends_with_the_token_that_opened_it(processes: Processes, member: str) -> None:
    # The leeway of a minute is over in a second.
    token = processes.issuer.tokens.token(UUID(member), [], seconds=-59)
    who = {"Authorization": f"Bearer {token}"}

    async with (
        asyncio.timeout(10),
        processes.http["notifications"].stream("GET", "/v1/inbox/stream", headers=who) as answer,
    ):
        assert answer.status_code == 200
        assert [line async for line in answer.aiter_lines() if line.startswith("data")] == []
    await processes.get("notifications", "/v1/inbox", who, status=401)


async def test_a_listener_does_not_keep_the_process_from_leaving(
    infrastructure: Infrastructure, issuer: Issuer, tmp_path: Path
) -> None:
    async with Processes(infrastructure, issuer, tmp_path) as own:
        api = await own.start("notifications", "api")
        async with listening(own, str(new_id())):
            api.ask_to_stop()
            await asyncio.to_thread(api.wait, 10)

        assert api.exit_code == 0
        await own.drop()
