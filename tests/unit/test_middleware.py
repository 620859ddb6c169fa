"""What surrounds every request: its correlation id and trace, the bound on its body, and its end when all fails."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.types import Message, Receive, Scope, Send

from shared.http import problems
from shared.http.middleware import RequestContext
from shared.tracing import Trace, current_trace

LIMIT = 100
TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]")
CALLERS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

App = Callable[[Scope, Receive, Send], Awaitable[None]]


def app() -> FastAPI:
    made = FastAPI()

    @made.get("/trace")
    async def trace() -> dict[str, str]:
        found = current_trace.get()
        assert found
        return {"correlation_id": found.correlation_id, "traceparent": found.traceparent}

    @made.post("/size")
    async def size(request: Request) -> dict[str, int]:
        return {"size": len(await request.body())}

    problems.install(made)
    return made


def around(inner: App) -> RequestContext:
    return RequestContext(inner, service="test", body_limit=LIMIT)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=around(app()))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def asked(inner: App, scope: dict[str, Any]) -> list[Message]:
    """What is sent in answer to a request without a body."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    whole = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", **scope}
    await around(inner)(whole, receive, send)
    return sent


async def test_a_correlation_id_of_the_caller_is_known_inside_and_told_back(http: httpx.AsyncClient) -> None:
    answer = await http.get("/trace", headers={"X-Correlation-Id": "desk-42:A_b.c"})

    assert answer.json()["correlation_id"] == "desk-42:A_b.c"
    assert answer.headers["x-correlation-id"] == "desk-42:A_b.c"


@pytest.mark.parametrize(
    "unfit",
    [b"", b"a b", b"x" * 129, "某某".encode(), b"\xff", b"a\tb", b'"}', b"<script>"],
    ids=repr,
)
async def test_a_correlation_id_that_is_unfit_for_a_log_is_replaced(http: httpx.AsyncClient, unfit: bytes) -> None:
    answer = await http.get("/trace", headers=[(b"x-correlation-id", unfit)])

    made = answer.headers["x-correlation-id"]
    assert re.fullmatch(r"[0-9a-f-]{36}", made)
    assert answer.json()["correlation_id"] == made


async def test_the_longest_correlation_id_that_fits_is_kept(http: httpx.AsyncClient) -> None:
    answer = await http.get("/trace", headers={"X-Correlation-Id": "x" * 128})

    assert answer.headers["x-correlation-id"] == "x" * 128


async def test_the_trace_of_the_caller_goes_on_in_a_span_of_our_own(http: httpx.AsyncClient) -> None:
    answer = await http.get("/trace", headers={"traceparent": CALLERS})

    ours = answer.json()["traceparent"]
    assert TRACEPARENT.fullmatch(ours)
    assert ours.split("-")[1] == CALLERS.split("-")[1]
    assert ours.split("-")[2] != CALLERS.split("-")[2]


async def test_what_the_caller_does_not_sample_is_not_sampled_here(http: httpx.AsyncClient) -> None:
    answer = await http.get("/trace", headers={"traceparent": CALLERS[:-2] + "00"})

    assert answer.json()["traceparent"].endswith("-00")


@pytest.mark.parametrize("given", [None, "", "nonsense", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", CALLERS[:-10]])
async def test_without_a_trace_that_is_valid_a_new_one_begins(http: httpx.AsyncClient, given: str | None) -> None:
    headers = {} if given is None else {"traceparent": given}

    traces = [(await http.get("/trace", headers=headers)).json()["traceparent"] for _ in range(2)]

    assert all(TRACEPARENT.fullmatch(trace) for trace in traces)
    assert traces[0].split("-")[1] != traces[1].split("-")[1]


async def test_a_traceparent_that_is_not_text_begins_a_new_trace(http: httpx.AsyncClient) -> None:
    answer = await http.get("/trace", headers=[(b"traceparent", b"\xff\xfe")])

    assert TRACEPARENT.fullmatch(answer.json()["traceparent"])


async def test_a_body_as_large_as_is_allowed_is_taken(http: httpx.AsyncClient) -> None:
    answer = await http.post("/size", content=b"x" * LIMIT)

    assert answer.json() == {"size": LIMIT}


async def test_a_body_one_byte_larger_is_refused_with_the_limit(http: httpx.AsyncClient) -> None:
    answer = await http.post("/size", content=b"x" * (LIMIT + 1))

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["limit_bytes"] == LIMIT


async def test_a_body_that_does_not_say_its_size_is_read_up_to_the_limit_and_no_further(
    http: httpx.AsyncClient,
) -> None:
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        for _ in range(1000):
            given += 10
            yield b"x" * 10

    answer = await http.post("/size", content=endless())

    assert answer.status_code == 413
    assert given == LIMIT + 10


async def test_a_size_that_is_announced_wrongly_does_not_let_more_in(http: httpx.AsyncClient) -> None:
    answer = await http.post("/size", content=b"x" * (LIMIT * 2), headers={"Content-Length": "1"})

    assert answer.status_code == 413


async def test_a_body_that_is_not_read_is_no_reason_to_refuse_however_it_is_announced() -> None:
    answer = await asked(app(), {"path": "/trace", "headers": [(b"content-length", b"999999")]})

    assert answer[0]["status"] == 200


async def test_what_the_app_does_not_catch_ends_as_a_problem_without_its_words() -> None:
    async def crashing(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("某某的身份证号")

    start, body = await asked(crashing, {"headers": [(b"x-correlation-id", b"desk-42"), (b"accept-language", b"en")]})

    assert start["status"] == 500
    headers = dict(start["headers"])
    assert headers[b"content-type"] == b"application/problem+json"
    assert headers[b"x-correlation-id"] == b"desk-42"
    assert b"desk-42" in body["body"]
    for word in ("某某", "RuntimeError", "Traceback", ".py"):
        assert word not in body["body"].decode()


async def test_an_answer_that_has_begun_is_not_followed_by_a_second_one() -> None:
    sent: list[Message] = []

    async def breaking_off(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    with pytest.raises(RuntimeError):
        await around(breaking_off)(scope, receive, send)

    assert [message["type"] for message in sent] == ["http.response.start"]


async def test_a_trace_ends_with_its_request() -> None:
    outside = Trace("outside", "")
    token = current_trace.set(outside)
    try:
        await asked(app(), {"path": "/trace"})

        assert current_trace.get() == outside
    finally:
        current_trace.reset(token)


async def test_what_is_no_request_goes_through_untouched() -> None:
    seen: list[str] = []

    async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])
        assert current_trace.get() is None

    await asked(lifespan, {"type": "lifespan"})

    assert seen == ["lifespan"]


@pytest.mark.parametrize(
    ("path", "taken"),
    [("/size", True), ("/things/7/files", True), ("/things/7/8/files", False), ("/thingsX/files", False)],
)
async def test_a_path_that_takes_files_has_a_limit_of_its_own(path: str, taken: bool) -> None:
    made = FastAPI()

    @made.post("/{rest:path}")
    async def size(request: Request) -> dict[str, int]:
        return {"size": len(await request.body())}

    problems.install(made)
    uploads = {"/size": 2 * LIMIT, "/things/{thing_id}/files": 2 * LIMIT}
    limited = RequestContext(made, service="test", body_limit=LIMIT, uploads=uploads)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=limited), base_url="http://test") as client:
        answers = [(await client.post(path, content=bytes(length))).status_code for length in (LIMIT, LIMIT + 1)]

    assert answers == [200, 200 if taken else 413]
