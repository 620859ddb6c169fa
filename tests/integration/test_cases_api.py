"""Cases, from the form to the end: through the running services, with the clock where it is wanted."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared import clock
from shared.contracts.proposals.cases import CaseKind
from shared.due_work import DueWork
from shared.lease import Lease
from shared.roles import Role
from shared.service import Running, running
from tests.campus import Campus, service_of
from tests.integration.casework import Casework, SchoolsCall, announce_call, begin_term, holder

OPENED, DUE = "2022-03-01", "2022-04-30"
Travel = Callable[[str], None]


@pytest.fixture(autouse=True)
def travel(monkeypatch: pytest.MonkeyPatch) -> Travel:
    """To the morning of a day, in every process of the campus. It begins when cases are opened."""

    def to(day: str) -> None:
        moment = datetime.combine(date.fromisoformat(day), time(1), UTC)
        monkeypatch.setattr(clock, "now", lambda: moment)

    to(OPENED)
    return to


@pytest.fixture(scope="module")
async def work(campus: Campus) -> Casework:
    return await Casework().begin(campus)


def due_work(run: Running[Any]) -> DueWork:
    """With a lease of its own, so that nothing but the versions keeps it from what others do too."""
    lease = Lease(run.foundation.database, uuid4().hex, 30)
    return DueWork(run.stores.due_stores(), lease, service="proposals", poll_seconds=1)


async def sweep(campus: Campus) -> None:
    await due_work(campus.running["proposals"]).sweep()


def rule_of(refused: dict[str, Any]) -> str:
    return str(refused["type"].rpartition(":")[2])


async def form(work: Casework) -> str:
    """Filed in a call of the unit, and seconded."""
    campus, seconders = work.campus, work.authors[1:]
    body = {"kind": "staff_congress", "unit_id": work.unit, "name": "示例学院教职工代表大会"}
    made = await campus.post("proposals", "/v1/bodies", body, campus.officer)
    made = await begin_term(campus, made["id"])
    for member in work.authors:
        seat = {"member_id": member, "how": "elected", "elected_on": "2020-03-01"}
        await campus.post("proposals", f"/v1/terms/{made['id']}/delegates", seat, campus.officer)
    given = {"title": "关于延长图书馆开放时间的提案", "grounds": "案由", "suggestion": "建议", "category": "other"}
    filing = {**given, "call_id": await announce_call(campus, made["id"]), "seconder_ids": seconders}
    filed = await campus.post("proposals", "/v1/proposals", filing, work.author())
    for number in range(1, len(work.authors)):
        answer = {"answer": "accepted", "revision": 1}
        await campus.post("proposals", f"/v1/proposals/{filed['id']}/seconds", answer, work.author(number), status=200)
    return str(filed["id"])


async def test_a_form_becomes_a_case_that_is_assigned_answered_signed_rated_and_closed(
    work: Casework, travel: Travel
) -> None:
    path, ruling = f"/v1/proposals/{await form(work)}/dispositions", {"disposition": "filed"}
    case = str((await work.campus.post("proposals", path, ruling, work.committee, status=200))["case_id"])

    assigned = await work.assign(case, co_unit_ids=[work.helper])
    travel("2022-03-20")
    opinion = {"unit_id": work.helper, "text": "同意"}
    await work.do(case, "opinions", work.department(work.helper), opinion)
    answered = await work.answer(case)
    signed = await work.do(case, "signatures", work.signer)
    rated = [await work.rate(case, number) for number in range(3)]

    assert (assigned["state"], assigned["due_on"], assigned["co_until"]) == ("assigned", DUE, "2022-03-31")
    assert (answered["state"], answered["answered_on"]) == ("answered", None)
    assert (signed["state"], signed["answered_on"], signed["answered_late"]) == ("sent", "2022-03-20", False)
    assert [view["state"] for view in rated] == ["sent", "sent", "closed"]
    assert rated[-1] == await work.get(case, work.author())
    assert await work.told(case, "case-closed") == 1


async def test_an_opinion_is_answered_without_a_leader_and_needs_no_rating(work: Casework) -> None:
    case = await work.open(CaseKind.OPINION)

    await work.assign(case, leader_id=None)
    closed = await work.answer(case, type="C", text="因经费所限暂不能办理")

    assert closed["state"] == "closed"
    (told,) = (await work.get(case, work.author(), of="/answers"))["answers"]
    assert (told["type"], told["text"]) == ("C", "因经费所限暂不能办理")


async def test_a_case_is_not_assigned_without_who_signs_its_answer(work: Casework) -> None:
    case = await work.open()

    refused = await work.assign(case, leader_id=None, status=409)

    assert rule_of(refused) == "leader-missing"


async def test_the_leader_and_the_watcher_hold_their_roles_on_that_day(work: Casework) -> None:
    case, nobody = await work.open(), str(uuid4())

    no_leader = await work.assign(case, leader_id=work.watcher, status=409)
    no_watcher = await work.assign(case, watcher_id=nobody, status=409)
    no_unit = await work.assign(case, lead_unit_id=nobody, status=409)
    no_co_unit = await work.assign(case, co_unit_ids=[nobody], status=409)

    assert [(rule_of(refused), refused["field"]) for refused in (no_leader, no_watcher, no_unit, no_co_unit)] == [
        ("not-a-leader", "leader_id"),
        ("no-watcher", "watcher_id"),
        ("unit-not-known", "lead_unit_id"),
        ("unit-not-known", "co_unit_ids"),
    ]


async def test_nobody_handles_what_they_wrote_themself(work: Casework) -> None:
    case = await work.assigned()
    author = work.authors[1]
    issuer = work.campus.issuer
    handler = issuer.bearer(author, (Role.DEPARTMENT_HANDLER, work.lead))
    committee = issuer.bearer(author, (Role.PROPOSAL_COMMITTEE, work.unit))

    answered = await work.answer(case, who=handler, status=403)
    returned = await work.do(case, "returns", handler, {"reason": "不属本部门"}, status=403)
    extended = await work.do(case, "extensions", committee, {"due_on": "2022-06-20", "reason": "x"}, status=403)
    ratings = await work.get(case, committee, of="/ratings", status=403)

    assert {rule_of(refused) for refused in (answered, returned, extended, ratings)} == {"own-case"}


async def test_an_answer_after_the_due_date_is_taken_and_counts_as_late(work: Casework, travel: Travel) -> None:
    case = await work.assigned()
    travel("2022-05-02")

    await work.answer(case)
    signed = await work.do(case, "signatures", work.signer)

    assert (signed["state"], signed["answered_late"]) == ("sent", True)


async def test_a_department_returns_a_case_once_and_sees_it_no_more(work: Casework) -> None:
    case, why = await work.assigned(), {"reason": "不属本部门职责"}

    returned = await work.do(case, "returns", work.department(), why)
    await work.get(case, work.department(), status=404)
    await work.assign(case)
    again = await work.do(case, "returns", work.department(), why, status=409)
    await work.do(case, "extensions", work.committee, {"due_on": "2022-06-20", "reason": "重新交办"})

    assert (returned["state"], returned["lead_unit_id"]) == ("open", None)
    assert rule_of(again) == "returned-already"


async def test_the_committee_takes_back_what_it_assigned_to_the_wrong_department(work: Casework) -> None:
    case, why = await work.assigned(), {"reason": "交办有误"}

    await work.do(case, "recalls", work.department(), why, status=403)
    recalled = await work.do(case, "recalls", work.committee, why)
    await work.get(case, work.department(), status=404)
    assigned = await work.assign(case, lead_unit_id=work.other)

    assert (recalled["state"], [each["unit_id"] for each in recalled["recalls"]]) == ("open", [work.lead])
    assert (assigned["state"], assigned["lead_unit_id"], assigned["round"]) == ("assigned", work.other, 1)


async def test_a_case_is_extended_once_by_the_lead_department_and_by_no_other(work: Casework) -> None:
    case, later = await work.assigned(), {"due_on": "2022-06-20", "reason": "需要招标"}

    await work.do(case, "extensions", work.department(work.other), later, status=404)
    extended = await work.do(case, "extensions", work.department(), later)
    again = await work.do(case, "extensions", work.committee, {**later, "due_on": "2022-07-30"}, status=409)

    assert extended["due_on"] == "2022-06-20"
    assert (rule_of(again), again["most"]) == ("no-more-extensions", 1)


async def test_no_extension_goes_further_than_the_rule(work: Casework) -> None:
    case = await work.assigned()

    refused = await work.do(case, "extensions", work.department(), {"due_on": "2099-12-31", "reason": "x"}, status=409)

    assert (rule_of(refused), refused["latest"]) == ("extension-too-long", "2022-06-29")


async def test_a_case_whose_leader_has_gone_is_handed_over_to_one_who_signs(work: Casework) -> None:
    case = await work.answered()
    leader = await holder(work.campus, work.unit, Role.SCHOOL_LEADER)
    signer = work.campus.issuer.bearer(leader, (Role.SCHOOL_LEADER, None))

    nobody = await work.do(case, "hand-overs", work.committee, {"leader_id": work.watcher, "reason": "x"}, status=409)
    handed = await work.do(case, "hand-overs", work.committee, {"leader_id": leader, "reason": "原分管领导已调离"})
    await work.do(case, "signatures", work.signer, status=404)
    signed = await work.do(case, "signatures", signer)

    assert (rule_of(nobody), nobody["field"]) == ("not-a-leader", "leader_id")
    assert (handed["state"], handed["leader_id"], handed["watcher_id"]) == ("answered", leader, work.watcher)
    assert [each["leader_id"] for each in handed["hand_overs"]] == [work.leader]
    assert signed["state"] == "sent"


async def test_nobody_hands_over_what_they_wrote_and_nothing_is_handed_to_who_wrote_it(work: Casework) -> None:
    work = await Casework().begin(work.campus)
    case, author = await work.assigned(), work.authors[1]
    await work.campus.role(author, Role.SCHOOL_LEADER, None)
    await work.campus.heard_of("proposals", author, Role.SCHOOL_LEADER)
    committee = work.campus.issuer.bearer(author, (Role.PROPOSAL_COMMITTEE, work.unit))

    by = await work.do(case, "hand-overs", committee, {"watcher_id": work.watcher, "reason": "x"}, status=403)
    to = await work.do(case, "hand-overs", work.committee, {"leader_id": author, "reason": "x"}, status=403)

    assert {rule_of(by), rule_of(to)} == {"own-case"}


async def test_who_is_of_the_department_and_handles_nothing_does_not_see_the_case(work: Casework) -> None:
    case, bearer = await work.answered(), work.campus.issuer.bearer

    for role in (Role.UNION_OFFICER, Role.PROPOSAL_COMMITTEE, Role.SCHOOL_LEADER):
        await work.get(case, bearer(uuid4(), (role, work.lead)), of="/answers", status=404)
        assert (await work.get(case, bearer(uuid4(), (role, work.unit)), of="/answers"))["answers"]
    await work.get(case, work.department(work.unit), status=404)


async def test_the_units_of_one_role_do_not_widen_another(work: Casework) -> None:
    case, later = await work.assigned(), {"due_on": "2022-06-20", "reason": "x"}
    crossed = work.campus.issuer.bearer(
        uuid4(), (Role.PROPOSAL_COMMITTEE, work.lead), (Role.DEPARTMENT_HANDLER, work.unit)
    )

    await work.get(case, crossed, status=404)
    await work.do(case, "extensions", crossed, later, status=404)


async def test_what_co_departments_said_in_an_earlier_round_is_still_read(work: Casework) -> None:
    case = await work.assigned(CaseKind.FILED, work.helper)
    await work.do(case, "opinions", work.department(work.helper), {"unit_id": work.helper, "text": "同意"})
    await work.answer(case)
    await work.do(case, "signatures", work.signer)
    for number in range(3):
        await work.rate(case, number, "dissatisfied")
    await work.do(case, "opinions", work.department(work.helper), {"unit_id": work.helper, "text": "再次同意"})

    opinions = (await work.get(case, work.department(), of="/answers"))["opinions"]

    assert [(each["round"], each["opinion"]) for each in opinions] == [(1, "同意"), (2, "再次同意")]


async def test_the_committee_changes_the_co_departments_while_a_case_is_handled(work: Casework) -> None:
    case = await work.assigned(CaseKind.FILED, work.helper)
    await work.do(case, "opinions", work.department(work.helper), {"unit_id": work.helper, "text": "同意"})

    changed = await work.do(case, "co-departments", work.committee, {"co_unit_ids": [work.other]})
    await work.do(case, "co-departments", work.department(), {"co_unit_ids": []}, status=403)
    missing = await work.answer(case, status=409)
    await work.get(case, work.department(work.helper), status=404)

    assert [each["unit_id"] for each in changed["co_departments"]] == [work.other]
    assert (rule_of(missing), missing["unit_ids"]) == ("opinions-missing", [work.other])
    assert [each["opinion"] for each in (await work.get(case, of="/answers"))["opinions"]] == ["同意"]


async def test_what_nobody_assigns_is_told_to_the_committee(work: Casework, travel: Travel) -> None:
    case, assigned = await work.open(), await work.assigned()

    await sweep(work.campus)
    early = await work.told(case, "case-awaits-assignment")
    travel("2022-03-17")
    await sweep(work.campus)

    assert (early, await work.told(case, "case-awaits-assignment")) == (0, 1)
    assert await work.told(assigned, "case-awaits-assignment") == 0


async def test_co_departments_are_heard_first_unless_their_time_has_run_out(work: Casework, travel: Travel) -> None:
    case = await work.assigned(CaseKind.FILED, work.helper)

    too_early = await work.answer(case, status=409)
    foreign = await work.do(
        case, "opinions", work.department(work.helper), {"unit_id": work.other, "text": "同意"}, status=403
    )
    travel("2022-04-01")
    await sweep(work.campus)
    answered = await work.answer(case)

    assert (rule_of(too_early), too_early["unit_ids"]) == ("opinions-missing", [work.helper])
    assert rule_of(foreign) == "outside-your-units"
    assert answered["co_departments"] == [{"unit_id": work.helper, "given_at": None, "timed_out": True}]
    assert await work.told(case, "case-opinion-given") == 1


async def test_authors_see_what_was_signed_and_nothing_before(work: Casework) -> None:
    case = await work.assigned(CaseKind.FILED, work.helper)
    opinion = {"unit_id": work.helper, "text": "协办意见"}
    await work.do(case, "opinions", work.department(work.helper), opinion)
    await work.answer(case, text="初稿")

    before = await work.get(case, work.author(), of="/answers")
    handled = await work.get(case, work.department(), of="/answers")
    await work.do(case, "send-backs", work.signer, {"reason": "不够具体"})
    await work.answer(case, text="修改稿")
    await work.do(case, "signatures", work.signer)
    after = await work.get(case, work.author(), of="/answers")

    assert before == {"answers": [], "opinions": []}
    assert ([each["text"] for each in handled["answers"]], len(handled["opinions"])) == (["初稿"], 1)
    assert ([each["text"] for each in after["answers"]], after["opinions"]) == (["修改稿"], [])
    for who in (work.author(), work.author(1)):
        assert "初稿" not in str(await work.get(case, who))


async def test_who_is_author_and_of_a_department_sees_what_authors_see(work: Casework) -> None:
    case = await work.answered()
    both = work.campus.issuer.bearer(work.authors[2], (Role.DEPARTMENT_HANDLER, work.lead))

    assert (await work.get(case, both, of="/answers"))["answers"] == []


@pytest.mark.parametrize("other", [("signatures", None), ("send-backs", {"reason": "再改"})], ids=["sign", "send back"])
async def test_of_two_decisions_of_the_leader_at_the_same_moment_one_wins(work: Casework, other: Any) -> None:
    case = await work.answered()
    http, (action, body) = work.campus.http["proposals"], other

    answers = await asyncio.gather(
        http.post(f"/v1/cases/{case}/signatures", headers=work.signer),
        http.post(f"/v1/cases/{case}/{action}", json=body, headers=work.signer),
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await work.told(case, "case-answer-sent") + await work.told(case, "case-answer-declined") == 1


async def test_of_two_answers_at_the_same_moment_one_wins(work: Casework) -> None:
    case = await work.assigned()
    http = work.campus.http["proposals"]

    answers = await asyncio.gather(
        *(
            http.post(f"/v1/cases/{case}/answers", json={"type": "A", "text": text}, headers=work.department())
            for text in ("甲稿", "乙稿")
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await work.told(case, "case-answered") == 1


async def test_only_its_authors_rate_an_answer_and_each_once(work: Casework) -> None:
    case = await work.sent()
    stranger = work.campus.issuer.bearer(uuid4())

    await work.do(case, "ratings", stranger, {"value": "satisfied"}, status=404)
    await work.rate(case, 0, "basically_satisfied")
    again = await work.rate(case, 0, status=409)

    assert (rule_of(again), again["round"]) == ("rated-already", 1)
    (seen,) = (await work.get(case, of="/ratings"))["ratings"]
    assert (seen["member_id"], seen["value"], seen["comment"]) == (work.authors[0], "basically_satisfied", "评语")
    assert "评语" not in str(await work.get(case, work.author(1)))


async def test_a_person_is_told_of_their_own_rating_and_of_no_other(work: Casework) -> None:
    case = await work.sent()
    await work.rate(case, 0, "dissatisfied")
    await work.rate(case, 1)

    stores = work.campus.running["proposals"].stores
    held = [item async for item in stores.cases.holdings(UUID(work.authors[0])) if item["id"] == case]

    (seen,) = held
    assert (seen["named_as"], [rating["value"] for rating in seen["ratings"]]) == (
        ["author_ids", "ratings.member_id"],
        ["dissatisfied"],
    )
    assert work.authors[1] not in str(seen)


async def test_who_is_dissatisfied_has_it_handled_once_more_and_then_it_is_closed(
    work: Casework, travel: Travel
) -> None:
    case = await work.sent()

    for number, value in enumerate(("satisfied", "satisfied", "dissatisfied")):
        again = await work.rate(case, number, value)
    travel("2022-03-10")
    await work.answer(case, text="再次办理结果")
    await work.do(case, "signatures", work.signer)
    for number in range(3):
        closed = await work.rate(case, number, "dissatisfied")

    assert (again["state"], again["round"], again["lead_unit_id"]) == ("assigned", 2, work.lead)
    assert (closed["state"], closed["round"]) == ("closed", 2)
    assert await work.told(case, "case-handled-again") == 1


async def test_the_time_for_ratings_runs_out(work: Casework, travel: Travel) -> None:
    case = await work.sent()
    await work.rate(case, 0)

    travel("2022-03-16")
    await sweep(work.campus)
    still = await work.get(case)
    travel("2022-03-17")
    await sweep(work.campus)

    assert (still["state"], (await work.get(case))["state"]) == ("sent", "closed")


async def test_a_plan_is_tracked_until_it_was_carried_out(work: Casework) -> None:
    case = await work.sent("B", plan_on="2022-06-30")
    for number in range(3):
        tracked = await work.rate(case, number)

    fulfilled = await work.do(case, "fulfilments", work.committee, {"text": "已建成"})

    assert (tracked["state"], fulfilled["state"], fulfilled["fulfilment"]) == ("committed", "closed", "已建成")


async def test_a_plan_whose_date_passes_unmet_opens_the_case_again(work: Casework, travel: Travel) -> None:
    case = await work.sent("B", plan_on="2022-06-30")
    for number in range(3):
        await work.rate(case, number)

    travel("2022-07-01")
    await sweep(work.campus)
    reopened = await work.get(case)
    late = await work.do(case, "fulfilments", work.committee, {"text": "已建成"}, status=409)

    assert (reopened["state"], reopened["round"], reopened["due_on"]) == ("assigned", 2, "2022-08-30")
    assert rule_of(late) == "wrong-state"
    assert await work.told(case, "case-reopened") == 1


@pytest.fixture
async def another_process(campus: Campus) -> AsyncIterator[Running[Any]]:
    """On a connection of its own, to the same database."""
    named = campus.settings.model_copy(update={"mongo_database": campus.database_name("proposals")})
    async with running(service_of("proposals"), named) as run:
        yield run


@pytest.mark.parametrize(
    ("day", "reminded", "escalated"),
    [("2022-04-14", 0, 0), ("2022-04-15", 1, 0), ("2022-05-01", 1, 0), ("2022-05-15", 1, 1)],
)
async def test_what_falls_due_is_done_once_however_many_look(
    work: Casework, travel: Travel, another_process: Running[Any], day: str, reminded: int, escalated: int
) -> None:
    cases = [await work.assigned() for _ in range(5)]
    processes = work.campus.running["proposals"], another_process

    travel(day)
    await asyncio.gather(*(due_work(run).sweep() for run in processes))
    await sweep(work.campus)

    assert [await work.told(case, "case-reminded") for case in cases] == [reminded] * 5
    assert [await work.told(case, "case-escalated") for case in cases] == [escalated] * 5


async def test_the_committee_reminds_whenever_it_sees_fit(work: Casework) -> None:
    case = await work.assigned()

    await work.do(case, "reminders", work.committee)
    await work.do(case, "reminders", work.department(), status=403)

    assert await work.told(case, "case-reminded") == 1


async def test_the_list_is_filtered_and_holds_what_is_within_reach(work: Casework) -> None:
    filed, opinion = await work.assigned(), await work.assigned(CaseKind.OPINION)

    async def ids(who: dict[str, str], query: str) -> set[str]:
        found = await work.campus.get("proposals", f"/v1/cases?limit=200&{query}", who)
        return {item["id"] for item in found["items"]} & {filed, opinion}

    assert await ids(work.committee, f"kind=opinion&lead_unit_id={work.lead}") == {opinion}
    assert await ids(work.department(), "state=assigned") == {filed, opinion}
    assert await ids(work.department(work.other), "state=assigned") == set()
    assert await ids(work.author(1), "state=assigned&kind=filed") == {filed}
    assert await ids(work.signer, "state=closed") == set()


async def test_what_is_overdue_can_be_asked_for(work: Casework, travel: Travel) -> None:
    late, extended, answered = await work.assigned(), await work.assigned(), await work.answered()
    await work.do(extended, "extensions", work.committee, {"due_on": "2022-06-20", "reason": "需要招标"})
    travel("2022-05-01")

    async def among(query: str) -> set[str]:
        found = await work.campus.get("proposals", f"/v1/cases?limit=200&{query}", work.committee)
        return {item["id"] for item in found["items"]} & {late, extended, answered}

    assert await among("overdue=true") == {late, answered}
    assert await among("overdue=false") == {extended}


async def test_a_repeat_is_told_the_same_although_the_case_has_moved_on(work: Casework) -> None:
    case = await work.assigned()
    who = {**work.department(), "Idempotency-Key": uuid4().hex}

    first = await work.answer(case, who=who)
    await work.do(case, "signatures", work.signer)
    again = await work.answer(case, who=who)

    assert again == first


async def forwarded(work: Casework, school: SchoolsCall) -> tuple[str, str]:
    """A case of the unit, and the form as which it was forwarded."""
    case = await work.open()
    made = await work.do(case, "forwardings", work.committee, {"call_id": await school.announce()})
    assert made["state"] == "forwarded"
    return case, made["forwarded_as"]


async def test_a_case_that_was_forwarded_gets_the_answer_of_the_school_and_is_rated_by_its_authors(
    work: Casework,
) -> None:
    school = SchoolsCall(work.campus)
    case, proposal = await forwarded(work, school)

    filed = await school.dispose(proposal, "filed")
    at_school = filed["case_id"]
    await work.do(at_school, "assignments", school.committee, {"lead_unit_id": work.lead, "leader_id": work.leader})
    await work.answer(at_school, text="学校已统一办理")
    waiting = await work.get(case)
    await work.do(at_school, "signatures", work.signer)
    received = await work.get(case)
    (told,) = (await work.get(case, work.author(2), of="/answers"))["answers"]
    rated = [await work.rate(case, number) for number in range(3)]

    assert (filed["proposer_id"], filed["forwarded_from"]) == (work.authors[0], case)
    assert (waiting["state"], received["state"], told["text"]) == ("forwarded", "sent", "学校已统一办理")
    assert rated[-1]["state"] == "closed"


async def test_a_second_answer_of_the_school_leaves_the_case_of_the_unit_as_it_is(work: Casework) -> None:
    school = SchoolsCall(work.campus)
    case, proposal = await forwarded(work, school)
    at_school = (await school.dispose(proposal, "filed"))["case_id"]
    given = {"lead_unit_id": work.lead, "leader_id": work.leader}
    await work.do(at_school, "assignments", school.committee, given)
    await work.answer(at_school)
    await work.do(at_school, "signatures", work.signer)

    for number in range(3):
        again = await work.rate(at_school, number, "dissatisfied")
    await work.answer(at_school, text="再次答复")
    signed = await work.do(at_school, "signatures", work.signer)

    assert (again["state"], signed["state"], signed["round"]) == ("assigned", "sent", 2)
    assert len((await work.get(case, of="/answers"))["answers"]) == 1


async def test_cases_that_were_merged_at_the_school_all_get_its_answer(work: Casework) -> None:
    school = SchoolsCall(work.campus)
    (one, merged), (two, kept) = [await forwarded(work, school) for _ in range(2)]
    path = f"/v1/proposals/{merged}/mergers"
    await work.campus.post("proposals", path, {"into": kept}, school.committee, status=200)

    at_school = (await school.dispose(kept, "opinion"))["case_id"]
    await work.do(at_school, "assignments", school.committee, {"lead_unit_id": work.lead})
    await work.answer(at_school)

    assert [(await work.get(case))["state"] for case in (one, two)] == ["sent", "sent"]


async def test_the_plan_of_the_school_is_tracked_at_the_school(work: Casework, travel: Travel) -> None:
    school = SchoolsCall(work.campus)
    case, proposal = await forwarded(work, school)
    at_school = (await school.dispose(proposal, "opinion"))["case_id"]
    await work.do(at_school, "assignments", school.committee, {"lead_unit_id": work.lead})

    planned = await work.answer(at_school, type="B", plan_on="2022-06-30")
    for number in range(3):
        rated = await work.rate(case, number)
    travel("2022-07-01")
    await sweep(work.campus)

    assert (planned["state"], rated["state"]) == ("committed", "closed")
    assert [(await work.get(each, school.committee))["state"] for each in (at_school, case)] == ["assigned", "closed"]


async def test_a_case_that_the_school_does_not_take_up_comes_back(work: Casework) -> None:
    school = SchoolsCall(work.campus)
    case, proposal = await forwarded(work, school)

    await school.dispose(proposal, "not_filed", reason="already_solved", note="学校已有安排")
    back = await work.get(case)
    assigned = await work.assign(case)

    assert (back["state"], back["forwarded_as"]) == ("open", None)
    assert assigned["state"] == "assigned"


async def test_a_case_comes_back_when_the_form_that_its_own_was_merged_into_is_turned_down(work: Casework) -> None:
    school = SchoolsCall(work.campus)
    (one, merged), (two, kept) = [await forwarded(work, school) for _ in range(2)]
    path = f"/v1/proposals/{merged}/mergers"
    await work.campus.post("proposals", path, {"into": kept}, school.committee, status=200)

    await school.dispose(kept, "not_filed", reason="already_solved", note="学校已有安排")

    found = [await work.get(case) for case in (one, two)]
    assert [(case["state"], case["forwarded_as"]) for case in found] == [("open", None)] * 2


async def test_none_for_whom_a_unit_forwarded_it_decides_at_the_school_or_takes_it_back(work: Casework) -> None:
    school = SchoolsCall(work.campus)
    _, proposal = await forwarded(work, school)
    path, body = f"/v1/proposals/{proposal}", {"disposition": "filed"}

    for author in work.authors:
        who = work.campus.issuer.bearer(author, (Role.PROPOSAL_COMMITTEE, None), (Role.DELEGATE, None))
        seen = await work.campus.get("proposals", path, work.campus.issuer.bearer(author))
        refused = await work.campus.post("proposals", f"{path}/dispositions", body, who, status=403)
        assert (seen["id"], rule_of(refused)) == (proposal, "own-case")
    first = work.campus.issuer.bearer(work.authors[0], (Role.DELEGATE, None))
    kept = await work.campus.post("proposals", f"{path}/withdrawals", None, first, status=409)
    filed = await school.dispose(proposal, "filed")
    at_school = await work.get(filed["case_id"], school.committee)

    assert rule_of(kept) == "forwarded-by-a-unit"
    assert (filed["proposer_id"], filed["brought_ids"]) == (work.authors[0], work.authors[1:])
    assert at_school["author_ids"] == work.authors


async def test_only_a_call_of_the_school_takes_what_is_forwarded(work: Casework) -> None:
    case, at_school = await work.open(), SchoolsCall(work.campus)
    call = await at_school.announce()
    body = {"kind": "union_members_congress", "unit_id": work.unit, "name": "示例学院工会会员代表大会"}
    made = await work.campus.post("proposals", "/v1/bodies", body, work.campus.officer)
    own = await announce_call(work.campus, (await begin_term(work.campus, made["id"]))["id"])

    refused = await work.do(case, "forwardings", work.committee, {"call_id": own}, status=409)
    await work.do(case, "forwardings", work.committee, {"call_id": call})
    again = await work.do(case, "forwardings", work.committee, {"call_id": call}, status=409)

    assert (rule_of(refused), refused["field"]) == ("not-the-schools-call", "call_id")
    assert (rule_of(again), again["state"]) == ("wrong-state", "forwarded")
