"""What a caller is told when something is wrong, over an app in memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from pydantic import Field
from pymongo.errors import AutoReconnect

from shared.errors import Conflict, NothingHere, Text, TokenRefused, Unavailable
from shared.http import problems
from shared.http.bodies import Body, Ids
from shared.http.messages import FALLBACK, field_message
from shared.http.middleware import RequestContext
from shared.http.problems import prefers_english

SECRET = "王某某的身份证号"
LIMIT = 1000


@dataclass(eq=False)
class TooMany(Conflict):
    title = Text(zh="太多", en="Too many")
    detail = Text(zh="最多 {most} 个", en="At most {most}")

    most: int


class Order(Body):
    number: Annotated[int, Field(ge=1, le=9)]
    ids: Ids = Field(default_factory=list)


def app() -> FastAPI:
    made = FastAPI()

    @made.post("/orders/{place}")
    async def order(place: int, body: Order, day: int | None = None) -> dict[str, int]:
        return {"number": body.number}

    @made.get("/broken")
    async def broken() -> None:
        raise TooMany(most=3)

    @made.get("/nothing")
    async def nothing() -> None:
        raise NothingHere(what="order")

    @made.get("/token")
    async def token() -> None:
        raise TokenRefused(reason="expired_token")

    @made.get("/unavailable")
    async def unavailable() -> None:
        raise Unavailable

    @made.get("/database")
    async def database() -> None:
        raise AutoReconnect(SECRET)

    @made.get("/crash")
    async def crash() -> None:
        raise ValueError(SECRET)

    @made.get("/teapot")
    async def teapot() -> None:
        raise HTTPException(418)

    problems.install(made)
    made.add_middleware(RequestContext, service="test", body_limit=LIMIT)
    return made


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_a_broken_rule_is_told_with_its_name_and_its_facts(http: httpx.AsyncClient) -> None:
    answer = await http.get("/broken")

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "zh-CN"
    told = answer.json()
    assert told.pop("correlation_id") == answer.headers["x-correlation-id"]
    assert told == {
        "type": "urn:campus-union:problem:too-many",
        "title": "太多",
        "status": 409,
        "detail": "最多 3 个",
        "most": 3,
    }


async def test_it_is_told_in_english_to_who_asks_for_it(http: httpx.AsyncClient) -> None:
    answer = await http.get("/broken", headers={"Accept-Language": "en-GB,zh;q=0.5"})

    assert answer.headers["content-language"] == "en"
    assert (answer.json()["title"], answer.json()["detail"]) == ("Too many", "At most 3")


@pytest.mark.parametrize(
    ("header", "english"),
    [
        ("", False),
        ("zh-CN", False),
        ("en", True),
        ("en-US,en;q=0.9", True),
        ("zh-CN,zh;q=0.9,en;q=0.8", False),
        ("en;q=0.5,zh;q=0.9", False),
        ("fr", False),
        ("fr,en;q=0.1", True),
        ("en;q=nonsense", False),
        ("*", False),
        (";;,,q=,", False),
    ],
)
def test_chinese_unless_english_comes_before_it(header: str, english: bool) -> None:
    assert prefers_english(header) is english


async def test_each_kind_has_its_status_and_headers(http: httpx.AsyncClient) -> None:
    nothing, token, unavailable = [await http.get(path) for path in ("/nothing", "/token", "/unavailable")]

    assert nothing.status_code == 404
    assert (token.status_code, token.headers["www-authenticate"]) == (401, "Bearer")
    assert (unavailable.status_code, unavailable.headers["retry-after"]) == (503, "5")


async def test_a_database_that_is_away_is_503_and_says_nothing_of_it(http: httpx.AsyncClient) -> None:
    answer = await http.get("/database")

    assert answer.status_code == 503
    assert SECRET not in answer.text


async def test_a_crash_says_nothing_to_the_caller(http: httpx.AsyncClient) -> None:
    answer = await http.get("/crash")

    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:campus-union:problem:internal-error"
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("path", "body", "errors"),
    [
        ("/orders/1", {"number": 0}, [("/number", "greater_than_equal")]),
        ("/orders/1", {"number": 10}, [("/number", "less_than_equal")]),
        ("/orders/1", {}, [("/number", "missing")]),
        ("/orders/1", {"number": 1, "more": 1}, [("/more", "extra_forbidden")]),
        ("/orders/1", {"number": "x"}, [("/number", "int_parsing")]),
        ("/orders/1", {"number": 1, "ids": ["x"]}, [("/ids/0", "uuid_parsing")]),
        ("/orders/1", [], [("", "model_attributes_type")]),
        ("/orders/x", {"number": 1}, [("place", "int_parsing")]),
        ("/orders/1?day=x", {"number": 1}, [("day", "int_parsing")]),
        ("/orders/x", {"number": 0}, [("place", "int_parsing"), ("/number", "greater_than_equal")]),
    ],
    ids=str,
)
async def test_malformed_input_is_told_by_field_and_rule(
    http: httpx.AsyncClient, path: str, body: Any, errors: list[tuple[str, str]]
) -> None:
    answer = await http.post(path, json=body)

    assert answer.status_code == 422
    assert [(error["pointer"], error["rule"]) for error in answer.json()["errors"]] == errors
    assert all(error["detail"] != FALLBACK.zh for error in answer.json()["errors"])


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"", b'{"number": 1'])
async def test_a_body_that_is_no_json_is_malformed(http: httpx.AsyncClient, body: bytes) -> None:
    answer = await http.post("/orders/1", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert answer.json()["errors"]


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_that_is_too_large_is_413(http: httpx.AsyncClient, announced: bool) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100

    content: Any = b"x" * 2000 if announced else pieces()
    answer = await http.post("/orders/1", content=content, headers={"Content-Type": "application/json"})

    assert answer.status_code == 413
    assert answer.json()["limit_bytes"] == LIMIT


async def test_what_the_framework_refuses_is_a_problem_too(http: httpx.AsyncClient) -> None:
    for path, method, status in (("/none", "GET", 404), ("/broken", "POST", 405), ("/teapot", "GET", 418)):
        answer = await http.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


async def test_the_trace_of_the_caller_goes_on(http: httpx.AsyncClient) -> None:
    answer = await http.get("/broken", headers={"X-Correlation-Id": "desk-42"})
    made = await http.get("/broken")
    unfit = await http.get("/broken", headers={"X-Correlation-Id": "x" * 200})

    assert answer.headers["x-correlation-id"] == "desk-42"
    assert len(made.headers["x-correlation-id"]) == 36
    assert len(unfit.headers["x-correlation-id"]) == 36


def test_a_message_without_its_facts_falls_back_instead_of_failing() -> None:
    assert field_message("string_too_long", {}) == FALLBACK
    assert field_message("never_heard_of", {"x": "y"}) == FALLBACK


def test_choices_are_joined_in_the_language_of_the_message() -> None:
    told = field_message("enum", {"expected": "'a', 'b' or 'c'"})

    assert told.zh == "应为 'a'、'b'、'c' 之一"
    assert told.en == "must be 'a', 'b' or 'c'"
