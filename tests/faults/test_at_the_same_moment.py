"""The same request at the same moment, through two processes of one service."""

import asyncio
from uuid import uuid4

import httpx
import pytest

from tests.campus import Processes, client_of
from tests.faults.college import award, put_in_directory, unit


async def test_one_key_at_the_same_moment_makes_one_entity_and_one_answer(campus: Processes) -> None:
    member = await put_in_directory(campus, "events")
    first, second = await campus.start("events", "api"), await campus.start("events", "api")

    async with client_of(first) as one, client_of(second) as other:
        for _ in range(10):
            key = uuid4().hex
            answers = await asyncio.gather(*(_grant(campus, http, member, key) for http in (one, other) for _ in "123"))
            # Who comes while the first one is being written may be asked to come again.
            answers = [
                answer if answer.status_code == 201 else await _grant(campus, one, member, key) for answer in answers
            ]

            assert {answer.status_code for answer in answers} == {201}
            assert len({answer.text for answer in answers}) == 1
            assert len({answer.headers["etag"] for answer in answers}) == 1

    assert await campus.database("events")["awards"].count_documents({}) == 10
    assert await campus.database("events")["outbox"].count_documents({}) == 20


async def test_one_key_with_another_body_is_refused(campus: Processes) -> None:
    member = await put_in_directory(campus, "events")
    api = await campus.start("events", "api")
    key = uuid4().hex

    async with client_of(api) as http:
        first = await _grant(campus, http, member, key)
        other = await _grant(campus, http, member, key, title="另一个")

    assert first.status_code == 201
    assert other.status_code == 422
    assert other.json()["type"] == "urn:campus-union:problem:idempotency-key-reused"
    assert await campus.database("events")["awards"].count_documents({}) == 1


@pytest.mark.parametrize("attempt", [1, 2, 3])
async def test_of_two_clients_that_change_one_document_one_is_told_so(campus: Processes, attempt: int) -> None:
    first, second = await campus.start("members", "api"), await campus.start("members", "api")
    made = await campus.post("members", "/v1/units", unit("后勤处", await campus.school()), campus.administrator)
    path = f"/v1/units/{made['id']}"

    async with client_of(first) as one, client_of(second) as other:
        etag = (await one.get(path, headers=campus.administrator)).headers["etag"]
        headers = {**campus.administrator, "If-Match": etag}
        answers = await asyncio.gather(
            *(
                http.patch(path, json={"name": name, "name_en": "x"}, headers=headers)
                for http, name in ((one, "甲"), (other, "乙"))
            )
        )
        now = (await one.get(path, headers=campus.administrator)).json()

    assert sorted(answer.status_code for answer in answers) == [200, 412]
    winner = next(answer for answer in answers if answer.status_code == 200)
    assert now == winner.json()


async def _grant(
    campus: Processes, http: httpx.AsyncClient, member: str, key: str, title: str = "学习达人"
) -> httpx.Response:
    return await http.post("/v1/awards", json=award(member, title), headers={**campus.officer, "Idempotency-Key": key})
