from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.roles import Role
from tests.campus import Campus
from tests.integration.conftest import People


def proposal(seconders: list[str], **change: Any) -> dict[str, Any]:
    return {
        "title": "关于改善午休条件的提案",
        "grounds": "没有休息的地方",
        "suggestion": "开放一间休息室",
        "category": "welfare",
        "seconder_ids": seconders,
        **change,
    }


def delegate(campus: Campus, member: str) -> dict[str, str]:
    return campus.issuer.bearer(member, (Role.DELEGATE, None))


async def test_a_proposal_reads_back_as_filed_by_its_proposer_in_their_unit(campus: Campus, people: People) -> None:
    proposer, *seconders = people.delegates[:3]
    body = proposal(seconders)

    made = await campus.post("proposals", "/v1/proposals", body, delegate(campus, proposer))

    found = await campus.get("proposals", f"/v1/proposals/{made['id']}", delegate(campus, proposer))
    assert found == made
    assert {name: found[name] for name in body} == body
    assert (found["proposer_id"], found["unit_id"], found["state"]) == (proposer, people.faculty, "filed")


@pytest.mark.parametrize(
    ("pick", "problem"),
    [
        (lambda people: people.delegates[1:2], "seconders-missing"),
        (lambda people: [], "seconders-missing"),
        (lambda people: people.delegates[:2], "proposer-seconds-own"),
        (lambda people: [people.delegates[1], people.in_other], "not-delegates"),
        (lambda people: [people.delegates[1], str(uuid4())], "not-delegates"),
    ],
)
async def test_seconders_are_two_other_delegates(campus: Campus, people: People, pick: Any, problem: str) -> None:
    body = proposal(pick(people))

    refused = await campus.post("proposals", "/v1/proposals", body, delegate(campus, people.delegates[0]), status=409)

    assert refused["type"] == f"urn:campus-union:problem:{problem}"


async def test_the_same_seconder_twice_is_malformed(campus: Campus, people: People) -> None:
    body = proposal([people.delegates[1]] * 2)

    refused = await campus.post("proposals", "/v1/proposals", body, delegate(campus, people.delegates[0]), status=422)

    assert refused["errors"][0]["pointer"] == "/seconder_ids"
    assert refused["errors"][0]["rule"] == "duplicates"


async def test_only_delegates_file(campus: Campus, people: People) -> None:
    body = proposal(people.delegates[1:3])

    refused = await campus.post("proposals", "/v1/proposals", body, campus.issuer.bearer(people.in_other), status=403)

    assert refused["needed"] == ["delegate"]


async def test_a_proposal_is_seen_by_its_people_and_the_committee_and_nobody_else(
    campus: Campus, people: People
) -> None:
    proposer, first, second, stranger = people.delegates
    made = await campus.post("proposals", "/v1/proposals", proposal([first, second]), delegate(campus, proposer))
    path = f"/v1/proposals/{made['id']}"
    committee = campus.issuer.bearer(uuid4(), (Role.PROPOSAL_COMMITTEE, None))

    for who in (delegate(campus, proposer), delegate(campus, first), committee):
        await campus.get("proposals", path, who)
        assert made["id"] in [item["id"] for item in (await campus.get("proposals", "/v1/proposals", who))["items"]]
    for who in (delegate(campus, stranger), campus.administrator):
        await campus.get("proposals", path, who, status=404)
        assert (await campus.get("proposals", "/v1/proposals", who))["items"] == [
            item for item in (await campus.get("proposals", "/v1/proposals", who))["items"] if item["id"] != made["id"]
        ]


async def test_a_proposal_is_withdrawn_once_and_by_its_proposer(campus: Campus, people: People) -> None:
    proposer, first, second, _ = people.delegates
    made = await campus.post("proposals", "/v1/proposals", proposal([first, second]), delegate(campus, proposer))
    path = f"/v1/proposals/{made['id']}/withdrawals"

    by_seconder = await campus.post("proposals", path, None, delegate(campus, first), status=403)
    withdrawn = await campus.post("proposals", path, None, delegate(campus, proposer), status=200)
    again = await campus.post("proposals", path, None, delegate(campus, proposer), status=409)

    assert by_seconder["type"].endswith("not-the-proposer")
    assert withdrawn["state"] == "withdrawn"
    assert again["type"].endswith("wrong-state")
    assert (again["state"], again["action"]) == ("withdrawn", "withdraw")
    assert (await campus.inbox(first, topic="proposal-withdrawn"))["subject_id"] == made["id"]


async def test_the_list_is_filtered_by_state(campus: Campus, people: People) -> None:
    proposer, first, second, _ = people.delegates
    made = await campus.post("proposals", "/v1/proposals", proposal([first, second]), delegate(campus, proposer))
    await campus.post(
        "proposals", f"/v1/proposals/{made['id']}/withdrawals", None, delegate(campus, proposer), status=200
    )

    filed = await campus.get("proposals", "/v1/proposals?state=filed&limit=200", delegate(campus, proposer))
    withdrawn = await campus.get("proposals", "/v1/proposals?state=withdrawn&limit=200", delegate(campus, proposer))

    assert {item["state"] for item in filed["items"]} <= {"filed"}
    assert made["id"] in [item["id"] for item in withdrawn["items"]]


async def test_a_repeat_is_answered_the_same_although_a_seconder_is_a_delegate_no_longer(
    campus: Campus, people: People
) -> None:
    proposer = people.delegates[0]
    seconders = [await campus.member(people.faculty) for _ in range(2)]
    for seconder in seconders:
        await campus.role(seconder, Role.DELEGATE)
        await campus.heard_of("proposals", seconder, Role.DELEGATE)
    who = {**delegate(campus, proposer), "Idempotency-Key": uuid4().hex}
    body = proposal(seconders)
    first = await campus.http["proposals"].post("/v1/proposals", json=body, headers=who)
    await campus.database("proposals")["directory_roles"].delete_many({"member_id": UUID(seconders[0])})

    again = await campus.http["proposals"].post("/v1/proposals", json=body, headers=who)
    anew = await campus.http["proposals"].post("/v1/proposals", json=body, headers=delegate(campus, proposer))

    assert (first.status_code, again.status_code, anew.status_code) == (201, 201, 409)
    assert again.text == first.text
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["etag"] == first.headers["etag"]
