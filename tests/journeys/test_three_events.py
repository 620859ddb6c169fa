"""What the system is for: something happens, and the members concerned find it in their inbox."""

from uuid import uuid4

import pytest

from shared import clock
from shared.roles import Role
from tests.campus import Campus, until
from tests.congress import convene

CORRELATION = "x-correlation-id"
SPAN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture(scope="module")
async def faculty(campus: Campus) -> str:
    return await campus.unit()


async def test_the_seconders_find_a_filed_proposal_in_their_inbox(campus: Campus, faculty: str) -> None:
    proposer, first, second = [await campus.member(faculty, name=name) for name in ("甲某", "乙某", "丙某")]
    for member in (proposer, first, second):
        await campus.heard_of("proposals", member)
    congress = await convene(campus, faculty, [proposer, first, second])
    body = {
        "call_id": congress.call,
        "title": "关于改善午休条件的提案",
        "grounds": "没有休息的地方",
        "suggestion": "开放一间休息室",
        "category": "welfare",
        "seconder_ids": [first, second],
    }

    correlation = uuid4().hex
    proposal = await campus.post(
        "proposals",
        "/v1/proposals",
        body,
        {**campus.issuer.bearer(proposer), CORRELATION: correlation, "traceparent": SPAN},
    )

    for seconder in (first, second):
        notice = await campus.inbox(seconder, topic="seconding-requested")
        assert notice["subject_id"] == proposal["id"]
        assert notice["correlation_id"] == correlation
        assert "甲某" in notice["body"]
        assert body["title"] in notice["title"] + notice["body"]
        assert notice["read_at"] is None


async def test_the_branch_chair_and_the_officers_of_the_unit_hear_of_a_visit(campus: Campus, faculty: str) -> None:
    chair, officer, visited = [await campus.member(faculty) for _ in range(3)]
    await campus.role(chair, Role.BRANCH_CHAIR, faculty)
    await campus.role(officer, Role.BRANCH_OFFICER, faculty)
    for service in ("welfare", "notifications"):
        await campus.heard_of(service, visited)
        await campus.heard_of(service, chair, Role.BRANCH_CHAIR)
        await campus.heard_of(service, officer, Role.BRANCH_OFFICER)

    visit = await campus.post(
        "welfare",
        "/v1/visits",
        {
            "member_id": visited,
            "occasion": "hospitalised",
            "visited_on": "2022-06-01",
            "visitor_ids": [chair],
            "form": "money",
            "amount_fen": 60000,
        },
        campus.officer,
    )

    for told in (chair, officer):
        assert (await campus.inbox(told, topic="visit-logged"))["subject_id"] == visit["id"]
    own = await campus.get("notifications", "/v1/inbox", campus.issuer.bearer(visited))
    assert own["items"] == []


async def test_the_recipient_of_an_award_is_congratulated_in_their_language(campus: Campus, faculty: str) -> None:
    recipient = await campus.member(faculty, language="en")
    for service in ("events", "notifications"):
        await campus.heard_of(service, recipient)

    award = await campus.post(
        "events",
        "/v1/awards",
        {
            "member_id": recipient,
            "title": "学习达人",
            "level": "college",
            "granted_on": "2022-06-01",
            "document": "示例工会〔2022〕1号",
        },
        campus.officer,
    )

    notice = await campus.inbox(recipient, topic="award-granted")
    assert notice["subject_id"] == award["id"]
    assert "学习达人" in notice["body"] + notice["title"]
    assert notice["body"].isascii() or "Congratulations" in notice["title"] + notice["body"]


async def test_a_read_notice_is_counted_no_longer(campus: Campus, faculty: str) -> None:
    recipient = await campus.member(faculty)
    for service in ("events", "notifications"):
        await campus.heard_of(service, recipient)
    body = {"member_id": recipient, "title": "奖", "level": "city", "granted_on": "2022-06-01", "document": "文号"}
    await campus.post("events", "/v1/awards", body, campus.officer)
    notice = await campus.inbox(recipient, topic="award-granted")
    who = campus.issuer.bearer(recipient)
    assert (await campus.get("notifications", "/v1/inbox/unread-count", who))["unread"] == 1

    read = await campus.http["notifications"].put(f"/v1/inbox/{notice['id']}/read", headers=who)

    assert read.status_code == 204
    assert (await campus.get("notifications", "/v1/inbox/unread-count", who))["unread"] == 0
    assert (await campus.get("notifications", "/v1/inbox?unread=true", who))["items"] == []


async def test_the_reports_count_each_kind_of_event_of_the_year(campus: Campus, faculty: str) -> None:
    recipient = await campus.member(faculty)
    await campus.heard_of("events", recipient)
    year = clock.now().astimezone(clock.CAMPUS).year

    async def counts() -> dict[str, int]:
        found = await campus.get("reports", f"/v1/event-counts?year={year}", campus.officer)
        return {item["type"]: item["count"] for item in found["counts"]}

    before = (await counts())["union.events.award-granted.v1"]
    body = {"member_id": recipient, "title": "奖", "level": "city", "granted_on": "2022-06-01", "document": "文号"}
    for _ in range(3):
        await campus.post("events", "/v1/awards", body, campus.officer)

    async def counted() -> bool:
        return (await counts())["union.events.award-granted.v1"] == before + 3

    await until(counted, what="the count")
