"""What routes take from a request, over an app in memory: the command, the version that was seen, the page."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from pydantic import Field

from shared.access import Caller, Reach
from shared.aggregate import Aggregate
from shared.auth import Principal
from shared.command import Answer, Command, IdempotencyKey
from shared.errors import IdempotencyKeyReused, TokenRefused
from shared.http import problems
from shared.http.bodies import Body, Ids, Line, View
from shared.http.middleware import RequestContext
from shared.http.requests import (
    AnsweredBefore,
    Changed,
    Paged,
    Posted,
    access,
    answer_again,
    changed,
    created,
    etag,
    listed,
    shown,
)
from shared.ids import new_id
from shared.roles import Grant, Role
from shared.store import Page, Versioned, read_cursor, write_cursor

CALLER = Principal(new_id(), frozenset())
ID = UUID("01930000-0000-7000-8000-0000000000f1")


class Book(Aggregate):
    title: str
    shelf: str = "of nobody's concern"


class BookView(View):
    id: UUID
    title: str


class NewBook(Body):
    title: Line
    readers: Ids = Field(default_factory=list)


def told(command: Command) -> dict[str, Any]:
    key = command.idempotency
    return {
        "actor": str(command.actor),
        "correlation_id": command.correlation_id,
        "traceparent": command.traceparent,
        "if_match": command.if_match,
        "key": key and key.name,
        "fingerprint": key and key.fingerprint,
    }


BEFORE = Answer(201, b'{"answered":"before"}', (("ETag", '"1"'),))


class Answers:
    """Of the keys `again` (answered before) and `other` (of another request)."""

    async def find(self, keys: list[IdempotencyKey]) -> dict[IdempotencyKey, Answer | IdempotencyKeyReused]:
        known: dict[str, Answer | IdempotencyKeyReused] = {"again": BEFORE, "other": IdempotencyKeyReused()}
        return {key: known[key.key] for key in keys if key.key in known}


class Roster:
    """The caller is a delegate by the roster, whatever the token says."""

    async def grants_of(self, member_id: UUID) -> frozenset[Grant]:
        return frozenset({Grant(Role.DELEGATE)}) if member_id == CALLER.id else frozenset()

    async def units_below(self, unit_ids: list[UUID]) -> list[UUID]:
        return unit_ids


class Nobody:
    """Lets nobody in."""

    async def principal(self, authorization: str | None) -> Principal:
        raise TokenRefused(reason="missing")


class Stranger:
    """Lets somebody in whom the roster does not know."""

    async def principal(self, authorization: str | None) -> Principal:
        return Principal(new_id(), frozenset())


class Everybody:
    """Lets everybody in, as the same member."""

    async def principal(self, authorization: str | None) -> Principal:
        return CALLER


def app() -> FastAPI:
    made = FastAPI()

    @made.post("/books")
    async def add(body: NewBook, command: Posted) -> dict[str, Any]:
        return told(await command(CALLER))

    @made.post("/shelves")
    async def shelve(body: NewBook, command: Posted) -> dict[str, Any]:
        return told(await command(CALLER))

    @made.patch("/books")
    async def change(command: Changed) -> dict[str, Any]:
        return told(await command(CALLER))

    @made.get("/books")
    async def page(page: Paged) -> dict[str, Any]:
        return page.model_dump()

    @made.get("/closed")
    async def closed(
        caller: Annotated[Caller, access({Role.DELEGATE: Reach.OWN, Role.ADMINISTRATOR: Reach.SCHOOL})],
        page: Paged,
        year: int = 2022,
    ) -> dict[str, Any]:
        return {"roles": sorted(caller.roles), "year": year}

    @made.post("/closed")
    async def close(command: Posted) -> dict[str, Any]:
        return told(await command(CALLER))

    made.state.answers = Answers()
    made.state.stores = Roster()
    made.add_exception_handler(AnsweredBefore, answer_again)
    problems.install(made)
    made.add_middleware(RequestContext, service="test", body_limit=10_000)
    return made


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app()), base_url="http://test") as client:
        yield client


async def test_a_command_says_who_asks_and_in_which_trace(http: httpx.AsyncClient) -> None:
    command = (await http.post("/books", json={"title": "a"}, headers={"X-Correlation-Id": "desk-42"})).json()

    assert command["actor"] == str(CALLER.id)
    assert command["correlation_id"] == "desk-42"
    assert command["traceparent"].startswith("00-")


async def test_a_post_without_an_idempotency_key_has_none(http: httpx.AsyncClient) -> None:
    assert (await http.post("/books", json={"title": "a"})).json()["key"] is None


async def test_an_idempotency_key_belongs_to_its_caller(http: httpx.AsyncClient) -> None:
    command = (await http.post("/books", json={"title": "a"}, headers={"Idempotency-Key": "k1"})).json()

    assert command["key"] == [str(CALLER.id), "k1"]


async def test_a_repeat_gets_the_answer_that_was_given_before(http: httpx.AsyncClient) -> None:
    answer = await http.post("/books", json={"title": "a"}, headers={"Idempotency-Key": "again"})

    assert (answer.status_code, answer.content) == (201, BEFORE.body)
    assert answer.headers["etag"] == '"1"'


async def test_a_key_that_stood_for_another_request_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post("/books", json={"title": "a"}, headers={"Idempotency-Key": "other"})

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:campus-union:problem:idempotency-key-reused"


async def test_the_fingerprint_is_that_of_the_method_the_path_and_the_body(http: httpx.AsyncClient) -> None:
    async def fingerprint(path: str, title: str, key: str = "k1") -> str:
        answer = await http.post(path, json={"title": title}, headers={"Idempotency-Key": key})
        return str(answer.json()["fingerprint"])

    first = await fingerprint("/books", "a")

    assert await fingerprint("/books", "a") == first
    assert await fingerprint("/books", "a", key="k2") == first
    assert await fingerprint("/books", "b") != first
    assert await fingerprint("/shelves", "a") != first


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "\x7f", "\t"], ids=repr)
async def test_an_idempotency_key_that_is_unfit_is_malformed(http: httpx.AsyncClient, key: str) -> None:
    answer = await http.post("/books", json={"title": "a"}, headers={"Idempotency-Key": key})

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["Idempotency-Key"]


async def test_the_longest_idempotency_key_that_fits_is_taken(http: httpx.AsyncClient) -> None:
    command = (await http.post("/books", json={"title": "a"}, headers={"Idempotency-Key": "x" * 255})).json()

    assert command["key"][1] == "x" * 255


@pytest.mark.parametrize("given", ['"3"', ' "3" '])
async def test_a_change_names_the_version_that_was_seen(http: httpx.AsyncClient, given: str) -> None:
    assert (await http.patch("/books", headers={"If-Match": given})).json()["if_match"] == 3


async def test_what_we_give_as_an_etag_is_what_we_take(http: httpx.AsyncClient) -> None:
    assert (await http.patch("/books", headers={"If-Match": etag(12)})).json()["if_match"] == 12


async def test_a_change_that_names_no_version_is_told_to_name_one(http: httpx.AsyncClient) -> None:
    answer = await http.patch("/books")

    assert answer.status_code == 428
    assert answer.json()["type"] == "urn:campus-union:problem:if-match-missing"


@pytest.mark.parametrize(
    "given",
    ['W/"3"', '"1", "2"', "*", "3", '"x"', '""', "", '"-1"', "'3'", '"3', '"1' + "0" * 15 + '"', b'"\xb3"'],
    ids=repr,
)
async def test_an_if_match_that_is_no_etag_of_ours_is_malformed(http: httpx.AsyncClient, given: str | bytes) -> None:
    value = given if isinstance(given, bytes) else given.encode()

    answer = await http.patch("/books", headers=[(b"if-match", value)])

    assert answer.status_code == 422
    assert [(error["pointer"], error["rule"]) for error in answer.json()["errors"]] == [("If-Match", "etag")]


async def test_a_page_has_fifty_items_unless_it_is_told(http: httpx.AsyncClient) -> None:
    assert (await http.get("/books")).json() == {"limit": 50, "cursor": None}


async def test_the_cursor_of_a_page_is_taken_as_it_was_given(http: httpx.AsyncClient) -> None:
    cursor = write_cursor(ID)

    assert (await http.get("/books", params={"limit": 200, "cursor": cursor})).json() == {
        "limit": 200,
        "cursor": cursor,
    }


@pytest.mark.parametrize("cursor", ["", "x", "!!!!", "AAAA", "é" * 22, "A" * 23, "A" * 64, "null", str(ID)], ids=repr)
async def test_a_cursor_of_no_list_is_malformed(http: httpx.AsyncClient, cursor: str) -> None:
    answer = await http.get("/books", params={"cursor": cursor})

    assert answer.status_code == 422
    assert [(error["pointer"], error["rule"]) for error in answer.json()["errors"]] == [("cursor", "cursor")]


@pytest.mark.parametrize("limit", ["0", "-1", "201", "x", "1.5", ""])
async def test_a_page_is_bounded(http: httpx.AsyncClient, limit: str) -> None:
    answer = await http.get("/books", params={"limit": limit})

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["limit"]


def test_a_cursor_leads_back_to_where_it_was_made() -> None:
    assert read_cursor(write_cursor(ID)) == ID


@pytest.mark.parametrize("title", ["", "   ", "x" * 65, "a\x00b", 5, None, ["a"]], ids=repr)
async def test_a_line_that_is_empty_too_long_or_no_text_is_malformed(http: httpx.AsyncClient, title: Any) -> None:
    answer = await http.post("/books", json={"title": title})

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/title"]


async def test_an_id_that_is_named_twice_is_malformed(http: httpx.AsyncClient) -> None:
    answer = await http.post("/books", json={"title": "a", "readers": [str(ID), str(ID)]})

    assert [(error["pointer"], error["rule"]) for error in answer.json()["errors"]] == [("/readers", "duplicates")]


async def test_a_route_asks_who_calls_before_anything_else() -> None:
    made = app()
    made.state.verifier = Nobody()

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=made), base_url="http://test") as client:
        answer = await client.get("/closed")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_who_holds_none_of_the_roles_is_told_which_are_needed() -> None:
    made = app()
    made.state.verifier = Stranger()

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=made), base_url="http://test") as client:
        answer = await client.get("/closed")

    assert answer.status_code == 403
    assert answer.json()["needed"] == ["administrator", "delegate"]


def test_what_was_created_is_answered_with_its_place_and_its_version() -> None:
    answer = created(BookView.of, "/v1/books")(Versioned(Book(id=ID, title="a"), 1))

    assert answer.status == 201
    assert dict(answer.headers) == {"ETag": '"1"', "Location": f"/v1/books/{ID}"}


def test_what_was_changed_is_answered_with_its_new_version() -> None:
    answer = changed(BookView.of)(Versioned(Book(id=ID, title="a"), 7))

    assert (answer.status, dict(answer.headers)) == (200, {"ETag": '"7"'})


def test_a_view_shows_what_it_declares_and_nothing_else() -> None:
    answer = shown(BookView.of, Versioned(Book(id=ID, title="a"), 7))

    assert bytes(answer.body) == f'{{"id":"{ID}","title":"a"}}'.encode()
    assert answer.headers["etag"] == '"7"'


def test_a_list_tells_where_the_following_page_begins() -> None:
    page = Page([Versioned(Book(id=ID, title="a"), 1)], write_cursor(ID))

    assert listed(BookView.of, page) == {"items": [BookView(id=ID, title="a")], "next": write_cursor(ID)}


@pytest.fixture
async def opened() -> AsyncIterator[httpx.AsyncClient]:
    made = app()
    made.state.verifier = Everybody()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=made), base_url="http://test") as client:
        yield client


async def test_the_roles_of_the_roster_count_beside_those_of_the_token(opened: httpx.AsyncClient) -> None:
    answer = await opened.get("/closed?year=2023")

    assert answer.json() == {"roles": ["delegate"], "year": 2023}


@pytest.mark.parametrize(
    ("query", "name", "rule"),
    [
        ("yaer=2022", "yaer", "unknown_parameter"),
        ("year=2022&year=2023", "year", "repeated_parameter"),
        ("limit=2&x=1", "x", "unknown_parameter"),
    ],
)
async def test_a_parameter_that_would_be_overlooked_is_refused(
    opened: httpx.AsyncClient, query: str, name: str, rule: str
) -> None:
    answer = await opened.get(f"/closed?{query}")

    assert answer.status_code == 422
    assert [(error["pointer"], error["rule"]) for error in answer.json()["errors"]] == [(name, rule)]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_body_that_does_not_say_that_it_is_json_is_told_so(
    opened: httpx.AsyncClient, content_type: str
) -> None:
    answer = await opened.post("/books", content=b'{"title":"a"}', headers={"Content-Type": content_type})

    assert answer.status_code == 415
    assert answer.json()["expected"] == "application/json"


async def test_a_body_where_none_is_taken_is_not_lost_in_silence(opened: httpx.AsyncClient) -> None:
    answer = await opened.post("/closed", json={"reason": "x"})

    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, "body-unexpected")
    assert (await opened.post("/closed")).status_code == 200


async def test_a_method_that_is_not_there_is_told_those_of_the_whole_path(opened: httpx.AsyncClient) -> None:
    answer = await opened.delete("/books")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, PATCH, POST"


async def test_a_field_with_a_slash_in_its_name_is_pointed_to_as_one_step(opened: httpx.AsyncClient) -> None:
    answer = await opened.post("/books", json={"title": "a", "a/b~c": 1})

    assert [error["pointer"] for error in answer.json()["errors"]] == ["/a~1b~0c"]
