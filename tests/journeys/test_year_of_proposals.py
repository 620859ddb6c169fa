"""The year 2022 of democratic management, entered through the APIs as it happened, and asked for in figures."""

import itertools
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from deploy.local.infrastructure import Infrastructure
from shared.contracts.proposals.forms import NotFiledReason
from shared.roles import Role
from tests.campus import Campus, Issuer, until
from tests.journeys.the_year import THE_YEAR, Calendar

Bearer = dict[str, str]

YEAR = THE_YEAR["proposals"]
DEPARTMENTS = YEAR["progress_meeting"]["departments_reporting"]["value"]
FORMS, FILED, OPINIONS, BEHIND_OPINIONS, NOT_FILED = (
    YEAR[name]["value"] for name in ("forms_collected", "filed", "opinions", "forms_behind_the_opinions", "not_filed")
)


@dataclass
class College:
    """Its departments each have a branch union, a handler and two delegates; the committee is one person."""

    campus: Campus
    school: str
    departments: list[str]
    handlers: list[Bearer]
    delegates: list[str]
    committee: Bearer
    leader: str
    watcher: str

    async def post(self, path: str, body: Any, who: Bearer, *, status: int = 201) -> dict[str, Any]:
        return await self.campus.post("proposals", path, body, who, status=status)

    async def statistics(self) -> dict[str, Any]:
        return await self.campus.get("proposals", "/v1/proposal-statistics?year=2022", self.campus.officer)

    def as_(self, member: str) -> Bearer:
        return self.campus.issuer.bearer(member)


@pytest.fixture(scope="module")
async def college(infrastructure: Infrastructure, issuer: Issuer) -> AsyncIterator[College]:
    """On servers of its own names, as it needs a school of its own."""
    async with Campus(infrastructure, issuer) as campus:
        school = await campus.school()
        departments = [await campus.unit() for _ in range(DEPARTMENTS)]
        delegates = [await campus.member(unit) for unit in departments for _ in range(2)]
        handlers = [await campus.member(unit) for unit in departments]
        committee, leader = await campus.member(departments[0]), await campus.member(departments[1])
        bearers = [
            await campus.role(member, Role.DEPARTMENT_HANDLER, unit)
            for member, unit in zip(handlers, departments, strict=True)
        ]
        reviews = await campus.role(committee, Role.PROPOSAL_COMMITTEE)
        await campus.role(leader, Role.SCHOOL_LEADER)
        for member in (*delegates, *handlers, committee, leader):
            await campus.heard_of("proposals", member)
            await campus.heard_of("notifications", member)
        for member in handlers:
            await campus.heard_of("proposals", member, Role.DEPARTMENT_HANDLER)
            await campus.heard_of("notifications", member, Role.DEPARTMENT_HANDLER)
        await campus.heard_of("proposals", committee, Role.PROPOSAL_COMMITTEE)
        await campus.heard_of("proposals", leader, Role.SCHOOL_LEADER)
        yield College(campus, school, departments, bearers, delegates, reviews, leader, committee)


async def begin_term(college: College, kind: str, number: int, unit: str, delegates: Sequence[str]) -> tuple[str, str]:
    """A body and its term, with delegates: their ids."""
    officer = college.campus.officer
    body = (await college.post("/v1/bodies", {"kind": kind, "unit_id": unit, "name": "示例代表大会"}, officer))["id"]
    term = await college.post(f"/v1/bodies/{body}/terms", {"number": number, "begins_on": "2021-03-01"}, officer)
    for member in delegates:
        seat = {"member_id": member, "how": "elected", "elected_on": "2021-03-01"}
        await college.post(f"/v1/terms/{term['id']}/delegates", seat, officer)
    return body, term["id"]


async def convene(college: College, term: str, number: int, day: str, **more: Any) -> str:
    body = {"number": number, "held_from": day, "held_until": day, **more}
    return str((await college.post(f"/v1/terms/{term}/sessions", body, college.campus.officer))["id"])


async def hold(college: College, session: str, present: Sequence[str], *, resolution: str | None = None) -> None:
    """Opened with its quorum, its resolution voted on, and closed."""
    officer, path = college.campus.officer, f"/v1/sessions/{session}"
    found = await college.campus.http["proposals"].get(path, headers=officer)
    attended = await college.campus.http["proposals"].patch(
        f"{path}/attendances",
        json={"present_ids": list(present)},
        headers={**officer, "If-Match": found.headers["etag"]},
    )
    assert attended.status_code == 200, attended.text
    await college.post(f"{path}/openings", None, officer, status=200)
    if resolution is not None:
        (item,) = found.json()["agenda"]
        votes = {"votes_for": len(present), "votes_against": 0, "votes_abstaining": 0}
        vote = {"agenda_item_id": item["id"], "title": resolution, **votes}
        voted = await college.post(f"{path}/resolutions", vote, officer, status=200)
        assert [each["passed"] for each in voted["resolutions"]] == [True]
    await college.post(f"{path}/closures", None, officer, status=200)


async def file_forms(college: College, call: str) -> list[str]:
    """All forms of the year, each with two seconders who accept."""
    made = []
    for number in range(FORMS):
        proposer, first, second = (college.delegates[(number + shift) % len(college.delegates)] for shift in (0, 1, 2))
        text = {
            "call_id": call,
            "title": f"关于第 {number + 1} 件事项的提案",
            "grounds": f"事项 {number + 1} 的现状",
            "suggestion": f"事项 {number + 1} 的办法",
            "category": "facilities" if number % 2 else "teaching",
            "seconder_ids": [first, second],
        }
        form = (await college.post("/v1/proposals", text, college.as_(proposer)))["id"]
        for seconder in (first, second):
            answer = {"answer": "accepted", "revision": 1}
            await college.post(f"/v1/proposals/{form}/seconds", answer, college.as_(seconder), status=200)
        made.append(form)
    return made


async def review(college: College, forms: Sequence[str]) -> list[str]:
    """As the committee did; the cases and opinions that came of it."""
    filed, merged_away = forms[:FILED], BEHIND_OPINIONS - OPINIONS
    opinions = forms[FILED : FILED + OPINIONS]
    same = forms[FILED + OPINIONS : FILED + OPINIONS + merged_away]
    turned_down = forms[FILED + OPINIONS + merged_away :]
    cases = []
    for form, disposition in [*((each, "filed") for each in filed), *((each, "opinion") for each in opinions)]:
        path = f"/v1/proposals/{form}/dispositions"
        cases.append((await college.post(path, {"disposition": disposition}, college.committee, status=200))["case_id"])
    for form in same:
        body = {"into": opinions[-1], "note": "内容相同"}
        await college.post(f"/v1/proposals/{form}/mergers", body, college.committee, status=200)
    for form, reason in zip(turned_down, itertools.cycle(NotFiledReason), strict=False):
        body = {"disposition": "not_filed", "reason": reason.value, "note": "暂不予立案，理由见上"}
        await college.post(f"/v1/proposals/{form}/dispositions", body, college.committee, status=200)
    assert len(turned_down) == NOT_FILED
    return cases


async def assign(college: College, cases: Sequence[str]) -> None:
    for case, unit in zip(cases, college.departments, strict=True):
        body = {"lead_unit_id": unit, "leader_id": college.leader, "watcher_id": college.watcher}
        await college.post(f"/v1/cases/{case}/assignments", body, college.committee, status=200)


async def answer(college: College, case: str, handler: Bearer) -> None:
    """Answered; that of a case is signed, and rated by everybody whose it is."""
    body = {"type": "A", "text": "已办理完成"}
    answered = await college.post(f"/v1/cases/{case}/answers", body, handler, status=200)
    if answered["kind"] == "filed":
        await college.post(f"/v1/cases/{case}/signatures", None, college.as_(college.leader), status=200)
        for author in answered["author_ids"]:
            path = f"/v1/cases/{case}/ratings"
            rated = await college.post(path, {"value": "satisfied"}, college.as_(author), status=200)
        assert rated["state"] == "closed"


async def test_the_year_of_democratic_management(college: College, monkeypatch: pytest.MonkeyPatch) -> None:
    calendar, officer = Calendar(monkeypatch), college.campus.officer
    _, term = await begin_term(college, "staff_congress", 13, college.school, college.delegates)
    _, union_term = await begin_term(college, "union_members_congress", 14, college.school, college.delegates)

    # The call before the third session, and what is filed in it.
    agenda = [{"title": "学校章程修订稿", "kind": "resolution"}]
    third = await convene(college, term, 3, "2022-03-25", agenda=agenda)
    second = await convene(college, union_term, 2, "2022-03-25")
    window = {"opens_at": "2022-02-21T09:00:00+08:00", "closes_at": "2022-03-12T00:00:00+08:00"}
    call = (await college.post(f"/v1/sessions/{third}/calls", window, officer))["id"]
    calendar.turn("2022-03-01")
    forms = await file_forms(college, call)
    collected = (await college.statistics())["forms"]
    assert (collected["collected"], collected["pending"]) == (FORMS, FORMS)

    # The review: each form has one disposition, and forms and cases are counted apart.
    calendar.turn("2022-03-15")
    cases = await review(college, forms)
    found = await college.statistics()
    counted = found["forms"]
    assert {name: counted[name] for name in ("filed", "opinion", "merged", "not_filed", "pending")} == {
        "filed": FILED,
        "opinion": OPINIONS,
        "merged": BEHIND_OPINIONS - OPINIONS,
        "not_filed": NOT_FILED,
        "pending": 0,
    }
    assert sum(counted["not_filed_by_reason"].values()) == NOT_FILED
    assert (found["cases"]["filed"], found["cases"]["opinions"]) == (FILED, OPINIONS)
    assert found["cases"]["forms_behind_opinions"] == BEHIND_OPINIONS
    assert found["cases"]["handled_percent"] == 0.0

    # The joint meeting, with the charter voted on; then the fourth session, the executive committee, the units.
    calendar.turn("2022-03-25")
    await hold(college, third, college.delegates, resolution="学校章程（修订稿）")
    await hold(college, second, college.delegates)
    joint = {"session_ids": [third, second], "held_on": "2022-03-25"}
    await college.post("/v1/joint-meetings", joint, officer)
    for day in ("2022-04-15", "2022-06-10", "2022-09-02", "2022-11-18"):
        calendar.turn(day)
        if day == "2022-04-15":
            await assign(college, cases)
        meeting = {"held_on": day, "due": 9, "present": 8, "topics": "审议事项"}
        await college.post(f"/v1/terms/{term}/committee-meetings", meeting, officer)
        if day == "2022-06-10":
            for case, handler in list(zip(cases, college.handlers, strict=True))[:6]:
                await answer(college, case, handler)
    for number, unit in enumerate(college.departments[: YEAR["units_that_held_their_own_congress"]["value"]]):
        calendar.turn(f"2022-09-{10 + number}")
        members = college.delegates[2 * number : 2 * number + 2]
        _, own = await begin_term(college, "staff_congress", 1, unit, members)
        session = await convene(college, own, 1, f"2022-09-{10 + number}")
        await hold(college, session, members)
    part = (await college.statistics())["cases"]
    assert (part["handled"], part["handled_percent"], part["overdue_now"]) == (6, 60.0, 4)

    # The departments report in October; by December all is handled.
    calendar.turn(f"2022-{YEAR['progress_meeting']['month']}-20")
    notes = [{"case_id": case, "note": "正在落实"} for case in cases]
    report = {
        "term_id": term,
        "held_on": f"2022-{YEAR['progress_meeting']['month']}-20",
        "reporting_unit_ids": college.departments,
        "notes": notes,
    }
    progress = await college.post("/v1/progress-meetings", report, college.committee)
    assert len(progress["reporting_unit_ids"]) == DEPARTMENTS
    calendar.turn("2022-12-09")
    fourth = await convene(college, term, 4, "2022-12-09")
    await hold(college, fourth, college.delegates)
    for case, handler in list(zip(cases, college.handlers, strict=True))[6:]:
        await answer(college, case, handler)

    done = await college.statistics()
    assert done["cases"]["handled_percent"] == YEAR["handled_by_december_percent"]["value"]
    assert done["cases"]["handled"] == FILED + OPINIONS
    assert (done["cases"]["answered_late"], done["cases"]["overdue_now"]) == (4, 0)
    assert done["satisfaction"]["satisfied_percent"] == 100.0
    assert done["forms"]["collected"] == FORMS
    meetings = await college.campus.get("proposals", f"/v1/committee-meetings?term_id={term}", officer)
    assert len(meetings["items"]) == YEAR["executive_committee_meetings"]["value"]
    coverage = await college.campus.get("proposals", "/v1/congress-coverage?year=2022", officer)
    assert len(coverage["held"]) == YEAR["units_that_held_their_own_congress"]["value"]
    sessions = await college.campus.get("proposals", f"/v1/sessions?term_id={term}", officer)
    assert [each["number"] for each in sessions["items"] if each["state"] == "closed"] == [4, 3]
    await told(college, forms[0])


async def told(college: College, form: str) -> None:
    """The proposer of a filed form has heard of each step."""
    proposer = college.as_(college.delegates[0])

    async def look() -> bool:
        page = await college.campus.get("notifications", "/v1/inbox?limit=200", proposer)
        topics = {item["topic"] for item in page["items"]}
        return topics >= {"second-answered", "proposal-filed", "case-assigned", "case-to-rate", "case-closed"}

    await until(look, what=f"all notices of {form}")
