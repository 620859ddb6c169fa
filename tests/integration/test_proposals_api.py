"""Forms through the API: filed, seconded, revised, disposed of; who sees them, and what happens at the same moment."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared import clock
from shared.roles import Role
from tests.campus import Campus
from tests.congress import TEXT, Congress, convene
from tests.integration.conftest import People

Bearer = dict[str, str]


@pytest.fixture(scope="module")
async def congress(campus: Campus) -> AsyncIterator[Congress]:
    """Of a faculty of its own, with six delegates; the last is its presidium."""
    unit = await campus.unit()
    members = [await campus.member(unit) for _ in range(6)]
    for member in members:
        await campus.heard_of("proposals", member)
        await campus.heard_of("notifications", member)
    yield await convene(campus, unit, members, presidium=members[5:])


@pytest.fixture(scope="module")
async def delegates(congress: Congress) -> list[str]:
    page = await congress.campus.get("proposals", f"/v1/delegates?term_id={congress.term}", congress.campus.officer)
    return [item["member_id"] for item in page["items"]][::-1]


@pytest.fixture(scope="module")
def committee(campus: Campus) -> Bearer:
    return campus.issuer.bearer(uuid4(), (Role.PROPOSAL_COMMITTEE, None))


def kind(problem: dict[str, Any]) -> str:
    return str(problem["type"]).removeprefix("urn:campus-union:problem:")


async def test_a_form_reads_back_as_filed_by_its_proposer(congress: Congress, delegates: list[str]) -> None:
    made = await congress.file(delegates[0], delegates[1:3])

    found = await congress.campus.get(
        "proposals", f"/v1/proposals/{made['id']}", congress.campus.issuer.bearer(delegates[0])
    )
    assert found == made
    assert {name: found[name] for name in TEXT} == TEXT
    assert (found["proposer_id"], found["unit_id"], found["state"]) == (delegates[0], congress.unit, "collected")
    assert (found["seconder_ids"], found["accepted"], found["late"]) == (delegates[1:3], [], False)


async def test_the_proposer_cannot_second(congress: Congress, delegates: list[str]) -> None:
    who = congress.campus.issuer.bearer(delegates[0])

    refused = await congress.post("/v1/proposals", congress.text([delegates[0]]), who, status=409)

    assert kind(refused) == "proposer-seconds-own"


async def test_only_delegates_of_the_term_second(congress: Congress, people: People, delegates: list[str]) -> None:
    who, stranger = congress.campus.issuer.bearer(delegates[0]), people.delegates[0]

    refused = await congress.post("/v1/proposals", congress.text([stranger]), who, status=409)

    assert (kind(refused), refused["member_ids"]) == ("not-delegates", [stranger])


async def test_the_same_seconder_twice_is_malformed(congress: Congress, delegates: list[str]) -> None:
    who = congress.campus.issuer.bearer(delegates[0])

    refused = await congress.post("/v1/proposals", congress.text([delegates[1]] * 2), who, status=422)

    assert [(error["pointer"], error["rule"]) for error in refused["errors"]] == [("/seconder_ids", "duplicates")]


async def test_only_delegates_file(campus: Campus, congress: Congress, people: People) -> None:
    member, other_delegate = campus.issuer.bearer(people.in_other), campus.issuer.bearer(people.delegates[0])

    nobody = await congress.post("/v1/proposals", congress.text(), member, status=403)
    of_another = await congress.post("/v1/proposals", congress.text(), other_delegate, status=403)

    assert (kind(nobody), nobody["needed"]) == ("role-missing", ["delegate"])
    assert kind(of_another) == "not-a-delegate"


async def test_a_form_is_seen_by_its_people_and_the_committee_and_nobody_else(
    campus: Campus, congress: Congress, delegates: list[str], committee: Bearer
) -> None:
    made = await congress.file(delegates[0], delegates[1:3])
    path, listing = f"/v1/proposals/{made['id']}", f"/v1/proposals?call_id={congress.call}&limit=200"

    for who in (campus.issuer.bearer(delegates[0]), campus.issuer.bearer(delegates[1]), committee):
        await campus.get("proposals", path, who)
        assert made["id"] in [item["id"] for item in (await campus.get("proposals", listing, who))["items"]]
    for who in (campus.issuer.bearer(delegates[4]), campus.administrator):
        await campus.get("proposals", path, who, status=404)
    mine = await campus.get("proposals", listing, campus.issuer.bearer(delegates[4]))
    assert made["id"] not in [item["id"] for item in mine["items"]]


async def test_it_is_filed_when_enough_have_accepted(
    campus: Campus, congress: Congress, delegates: list[str], committee: Bearer
) -> None:
    made = (await congress.file(delegates[0], delegates[1:4]))["id"]
    await congress.second(made, delegates[1])
    await congress.second(made, delegates[2], "declined")

    early = await congress.post(f"/v1/proposals/{made}/dispositions", {"disposition": "filed"}, committee, status=409)
    await congress.second(made, delegates[3])
    filed = await congress.disposed(made, "filed", committee)

    assert (kind(early), early["needed"], early["got"]) == ("seconders-missing", 2, 1)
    assert filed["state"] == "filed"
    assert filed["accepted"] == [delegates[1], delegates[3]]
    seconds = await campus.get("proposals", f"/v1/proposals/{made}/seconds", campus.issuer.bearer(delegates[0]))
    assert {item["member_id"]: item["answer"] for item in seconds["items"]}[delegates[2]] == "declined"
    case = await campus.database("proposals")["cases"].find_one({"_id": UUID(filed["case_id"])})
    assert case is not None
    assert set(map(str, case["author_ids"])) == {delegates[0], delegates[1], delegates[3]}


async def test_a_seconder_who_withdraws_does_not_count(
    congress: Congress, delegates: list[str], committee: Bearer
) -> None:
    made = await congress.seconded(delegates[0], delegates[1:3])
    await congress.second(made, delegates[1], "withdrawn")

    refused = await congress.post(f"/v1/proposals/{made}/dispositions", {"disposition": "filed"}, committee, status=409)

    assert (kind(refused), refused["got"]) == ("seconders-missing", 1)


async def test_whoever_seconded_another_text_is_asked_again(
    campus: Campus, congress: Congress, delegates: list[str], committee: Bearer
) -> None:
    made = await congress.seconded(delegates[0], delegates[1:3])
    proposer = campus.issuer.bearer(delegates[0])
    path = f"/v1/proposals/{made}"

    changed = await campus.http["proposals"].patch(
        path, json={**TEXT, "suggestion": "每层设一间"}, headers={**proposer, "If-Match": '"3"'}
    )

    assert (changed.status_code, changed.json()["revision"], changed.json()["accepted"]) == (200, 2, [])
    early = await congress.post(f"{path}/dispositions", {"disposition": "filed"}, committee, status=409)
    assert kind(early) == "seconders-missing"
    old = {"answer": "accepted", "revision": 1}
    moved_on = await congress.post(f"{path}/seconds", old, campus.issuer.bearer(delegates[1]), status=409)
    assert (kind(moved_on), moved_on["given"], moved_on["current"]) == ("text-moved-on", 1, 2)
    for seconder in delegates[1:3]:
        await congress.second(made, seconder, revision=2)
    assert (await congress.disposed(made, "filed", committee))["state"] == "filed"


async def test_a_reviewer_who_read_another_version_is_told(congress: Congress, delegates: list[str]) -> None:
    made = (await congress.file(delegates[0], delegates[1:3]))["id"]
    who = congress.campus.issuer.bearer(delegates[0])
    await congress.second(made, delegates[1])

    stale = await congress.campus.http["proposals"].patch(
        f"/v1/proposals/{made}", json=TEXT, headers={**who, "If-Match": '"1"'}
    )

    assert stale.status_code == 412


async def test_two_reviewers_at_the_same_moment_give_one_disposition(
    campus: Campus, congress: Congress, delegates: list[str], committee: Bearer
) -> None:
    made = await congress.seconded(delegates[0], delegates[1:3])
    other = campus.issuer.bearer(uuid4(), (Role.PROPOSAL_COMMITTEE, None))
    path = f"/v1/proposals/{made}/dispositions"

    answers = await asyncio.gather(
        *(
            campus.http["proposals"].post(path, json=body, headers=who)
            for who, body in (
                (committee, {"disposition": "filed"}),
                (other, {"disposition": "opinion"}),
                (committee, {"disposition": "not_filed", "reason": "already_solved", "note": "已解决"}),
            )
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    found = await campus.get("proposals", f"/v1/proposals/{made}", committee)
    cases = await campus.database("proposals")["cases"].count_documents({"forms.proposal_id": UUID(made)})
    assert cases == (0 if found["state"] == "not_filed" else 1)


async def test_what_is_not_filed_says_why(congress: Congress, delegates: list[str], committee: Bearer) -> None:
    made = (await congress.file(delegates[0]))["id"]
    path = f"/v1/proposals/{made}/dispositions"

    bare = await congress.post(path, {"disposition": "not_filed"}, committee, status=422)
    turned_down = await congress.disposed(made, "not_filed", committee, reason="personal_matter", note="属个人事项")

    assert bare["errors"][0]["rule"] == "reason_with_not_filed"
    assert (turned_down["state"], turned_down["not_filed_reason"]) == ("not_filed", "personal_matter")


async def test_nobody_disposes_of_their_own(campus: Campus, congress: Congress, delegates: list[str]) -> None:
    made = await congress.seconded(delegates[0], delegates[1:3])
    for member in delegates[:2]:
        who = campus.issuer.bearer(member, (Role.PROPOSAL_COMMITTEE, None))

        refused = await congress.post(f"/v1/proposals/{made}/dispositions", {"disposition": "filed"}, who, status=403)

        assert kind(refused) == "own-case"


async def test_not_even_an_administrator_goes_round_the_table(
    campus: Campus, congress: Congress, delegates: list[str], committee: Bearer
) -> None:
    made = (await congress.file(delegates[0]))["id"]
    await congress.disposed(made, "opinion", committee)
    every = campus.issuer.bearer(uuid4(), (Role.PROPOSAL_COMMITTEE, None), (Role.ADMINISTRATOR, None))

    refused = await congress.post(f"/v1/proposals/{made}/dispositions", {"disposition": "filed"}, every, status=409)

    assert (kind(refused), refused["state"], refused["action"]) == ("wrong-state", "opinion", "file")


async def test_the_presidium_decides_what_was_referred_to_it(
    campus: Campus, congress: Congress, delegates: list[str], committee: Bearer
) -> None:
    made = await congress.seconded(delegates[0], delegates[1:3])
    path = f"/v1/proposals/{made}"
    await congress.post(f"{path}/referrals", {"note": "是否立案意见不一"}, committee)

    by_committee = await congress.post(f"{path}/dispositions", {"disposition": "filed"}, committee, status=403)
    stranger = campus.issuer.bearer(delegates[4])
    unseen = await congress.post(f"{path}/presidium-decisions", {"disposition": "filed"}, stranger, status=404)
    presidium = campus.issuer.bearer(delegates[5])
    decided = await congress.post(f"{path}/presidium-decisions", {"disposition": "filed"}, presidium)

    assert (kind(by_committee), kind(unseen)) == ("not-of-the-presidium", "nothing-here")
    assert decided["state"] == "filed"


async def test_what_the_presidium_decided_goes_back_to_it_and_may_be_taken_back_from_it(
    campus: Campus, congress: Congress, delegates: list[str], committee: Bearer
) -> None:
    made = await congress.seconded(delegates[0], delegates[1:3])
    path, presidium = f"/v1/proposals/{made}", campus.issuer.bearer(delegates[5])
    await congress.post(f"{path}/referrals", {"note": "是否立案意见不一"}, committee)
    again = await congress.post(f"{path}/referrals", {"note": "主席团已调整"}, committee)
    decided = await congress.post(f"{path}/presidium-decisions", {"disposition": "opinion"}, presidium)

    back = await congress.post(f"{path}/disposition-revocations", {"note": "应为立案"}, committee)
    refused = await congress.post(f"{path}/dispositions", {"disposition": "filed"}, committee, status=403)
    taken = await congress.post(f"{path}/referral-revocations", {"note": "主席团未能开会"}, committee)
    filed = await congress.disposed(made, "filed", committee)

    assert (again["state"], decided["by_presidium"]) == ("referred", True)
    assert (back["state"], kind(refused), taken["state"]) == ("referred", "not-of-the-presidium", "collected")
    assert (filed["state"], filed["by_presidium"], filed["rule_id"]) == ("filed", False, decided["rule_id"])
    await campus.get("proposals", path, presidium, status=404)


async def test_who_sits_in_the_term_no_more_accepts_nothing_and_may_still_decline(
    campus: Campus, congress: Congress, delegates: list[str]
) -> None:
    seconder = await campus.member(congress.unit)
    await campus.heard_of("proposals", seconder)
    await congress.seat(seconder)
    made = (await congress.file(delegates[0], [seconder]))["id"]
    await campus.database("proposals")["delegates"].delete_many({"member_id": UUID(seconder)})
    who = campus.issuer.bearer(seconder, (Role.DELEGATE, None))
    path = f"/v1/proposals/{made}/seconds"

    refused = await congress.post(path, {"answer": "accepted", "revision": 1}, who, status=403)
    declined = await congress.post(path, {"answer": "declined", "revision": 1}, who)

    assert kind(refused) == "not-a-delegate"
    assert declined["seconder_ids"] == []


async def a_session(congress: Congress, number: int, days: int = 40) -> str:
    day = str(clock.campus_day(clock.now()) + timedelta(days=days))
    body = {"number": number, "held_from": day, "held_until": day}
    path = f"/v1/terms/{congress.term}/sessions"
    return str((await congress.post(path, body, congress.campus.officer, status=201))["id"])


async def test_a_call_closes_before_its_session_and_ends_with_it(
    campus: Campus, congress: Congress, delegates: list[str]
) -> None:
    now, session = clock.now(), await a_session(congress, 21)
    path, opens = f"/v1/sessions/{session}/calls", str(now - timedelta(hours=1))
    too_long = {"opens_at": opens, "closes_at": str(now + timedelta(days=41))}
    outlasting = await congress.post(path, too_long, campus.officer, status=409)
    window = {"opens_at": opens, "closes_at": str(now + timedelta(days=30))}
    call = (await congress.post(path, window, campus.officer, status=201))["id"]
    filed = await congress.file(delegates[0], call_id=call)
    longer = {"closes_at": too_long["closes_at"], "reason": "延长"}
    extended = await congress.post(f"/v1/calls/{call}/extensions", longer, campus.officer, status=409)

    await congress.post(f"/v1/sessions/{session}/cancellations", {"reason": "疫情"}, campus.officer)
    who = campus.issuer.bearer(delegates[0])
    refused = await congress.post("/v1/proposals", congress.text(call_id=call), who, status=409)
    other = await a_session(congress, 22)
    await congress.post(f"/v1/sessions/{other}/cancellations", {"reason": "疫情"}, campus.officer)
    never = await congress.post(f"/v1/sessions/{other}/calls", window, campus.officer, status=409)

    assert (kind(outlasting), kind(extended)) == ("call-outlasts-beginning", "call-outlasts-beginning")
    assert (filed["state"], kind(refused)) == ("collected", "session-of-call-cancelled")
    assert (await campus.get("proposals", f"/v1/calls/{call}", who))["cancelled"] is True
    assert (kind(never), never["action"]) == ("wrong-state", "call")


async def test_what_an_extension_covers_is_late_no_more(
    campus: Campus, congress: Congress, delegates: list[str], committee: Bearer
) -> None:
    now, session = clock.now(), await a_session(congress, 23)
    window = {
        "opens_at": str(now - timedelta(days=3)),
        "closes_at": str(now - timedelta(days=1)),
        "late_until": str(now + timedelta(days=9)),
    }
    call = (await congress.post(f"/v1/sessions/{session}/calls", window, campus.officer, status=201))["id"]
    made = await congress.seconded(delegates[0], delegates[1:3], call_id=call)
    path = f"/v1/proposals/{made}/dispositions"

    late = await congress.post(path, {"disposition": "filed"}, committee, status=409)
    longer = {"closes_at": str(now + timedelta(days=9)), "reason": "延长"}
    await congress.post(f"/v1/calls/{call}/extensions", longer, campus.officer)
    filed = await congress.disposed(made, "filed", committee)

    assert kind(late) == "late-only-opinion"
    assert (filed["state"], filed["late"]) == ("filed", False)


async def test_a_term_does_not_end_while_forms_wait_and_the_committee_is_reminded_of_them(
    campus: Campus,
) -> None:
    unit = await campus.unit()
    member, reviewer = [await campus.member(unit) for _ in range(2)]
    await campus.heard_of("proposals", member)
    await campus.role(reviewer, Role.PROPOSAL_COMMITTEE, unit)
    await campus.heard_of("notifications", reviewer, Role.PROPOSAL_COMMITTEE)
    congress = await convene(campus, unit, [member])
    made = (await congress.file(member))["id"]
    await congress.post(f"/v1/sessions/{congress.session}/cancellations", {"reason": "疫情"}, campus.officer)
    ending, path = {"on": str(clock.campus_day(clock.now()))}, f"/v1/terms/{congress.term}/endings"
    calls = campus.running["proposals"].stores.calls
    due = (await calls.get(UUID(congress.call))).state.review_at

    refused = await congress.post(path, ending, campus.officer, status=409)
    await calls.do(UUID(congress.call), due)
    told = await campus.inbox(reviewer, topic="forms-await-review")
    await congress.disposed(made, "opinion", campus.issuer.bearer(reviewer, (Role.PROPOSAL_COMMITTEE, unit)))
    await calls.do(UUID(congress.call), due + timedelta(days=30))
    ended = await congress.post(path, ending, campus.officer)

    assert (kind(refused), refused["forms"]) == ("term-has-pending-forms", 1)
    assert (told["subject_id"], told["title"]) == (congress.call, "还有 1 件提案待审查")
    assert (await calls.get(UUID(congress.call))).state.review_at is None
    assert ended["state"] == "ended"


async def test_merged_authors_are_authors_of_the_case_and_back_on_their_own_when_it_is_undone(
    campus: Campus, congress: Congress, delegates: list[str], committee: Bearer
) -> None:
    target = await congress.seconded(delegates[0], delegates[1:3])
    case = (await congress.disposed(target, "filed", committee))["case_id"]
    other = await congress.seconded(delegates[3], [delegates[4], delegates[1]])

    merged = await congress.post(f"/v1/proposals/{other}/mergers", {"into": target}, committee)

    async def authors() -> set[str]:
        row = await campus.database("proposals")["cases"].find_one({"_id": UUID(case)})
        assert row is not None
        return set(map(str, row["author_ids"]))

    assert (merged["state"], merged["merged_into"]) == ("merged", target)
    assert await authors() == set(delegates[:5])
    seen = await campus.get("proposals", f"/v1/proposals/{target}", campus.issuer.bearer(delegates[4]))
    assert set(seen["co_proposer_ids"]) == {delegates[3], delegates[4]}
    undone = await congress.post(f"/v1/proposals/{other}/merger-revocations", {"note": "内容不同"}, committee)
    assert (undone["state"], undone["accepted"]) == ("collected", [delegates[4], delegates[1]])
    assert await authors() == set(delegates[:3])
    assert (await congress.disposed(other, "opinion", committee))["state"] == "opinion"


async def test_forms_merged_into_each_other_at_the_same_moment_make_no_ring(
    campus: Campus, congress: Congress, delegates: list[str], committee: Bearer
) -> None:
    one, two = [(await congress.file(delegates[0]))["id"] for _ in range(2)]

    answers = await asyncio.gather(
        *(
            campus.http["proposals"].post(f"/v1/proposals/{this}/mergers", json={"into": that}, headers=committee)
            for this, that in ((one, two), (two, one))
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_a_disposition_is_taken_back_with_its_case(
    campus: Campus, congress: Congress, delegates: list[str], committee: Bearer
) -> None:
    made = await congress.seconded(delegates[0], delegates[1:3])
    case = (await congress.disposed(made, "filed", committee))["case_id"]

    back = await congress.post(f"/v1/proposals/{made}/disposition-revocations", {"note": "应为意见建议"}, committee)

    assert (back["state"], back["case_id"]) == ("collected", None)
    row = await campus.database("proposals")["cases"].find_one({"_id": UUID(case)})
    assert row is not None
    assert row["state"] == "cancelled"
    assert (await congress.disposed(made, "opinion", committee))["state"] == "opinion"


async def test_a_form_is_withdrawn_once_and_by_its_proposer(
    campus: Campus, congress: Congress, delegates: list[str]
) -> None:
    made = (await congress.file(delegates[0], delegates[1:3]))["id"]
    path = f"/v1/proposals/{made}/withdrawals"
    proposer = campus.issuer.bearer(delegates[0])

    by_seconder = await congress.post(path, None, campus.issuer.bearer(delegates[1]), status=403)
    withdrawn = await congress.post(path, None, proposer)
    again = await congress.post(path, None, proposer, status=409)

    assert kind(by_seconder) == "not-the-proposer"
    assert withdrawn["state"] == "withdrawn"
    assert (kind(again), again["state"], again["action"]) == ("wrong-state", "withdrawn", "withdraw")
    assert (await campus.inbox(delegates[1], topic="proposal-withdrawn"))["subject_id"] == made


async def test_only_the_leader_files_for_a_delegation_and_needs_no_seconders(
    campus: Campus, congress: Congress, delegates: list[str], committee: Bearer
) -> None:
    body = {"name": f"第{uuid4().hex[:4]}代表团"}
    group = await congress.post(f"/v1/terms/{congress.term}/delegations", body, campus.officer, status=201)
    seats = await campus.get("proposals", f"/v1/delegates?term_id={congress.term}&limit=200", campus.officer)
    for seat in seats["items"]:
        if seat["member_id"] in delegates[:2]:
            path = f"/v1/delegates/{seat['id']}/assignments"
            await congress.post(path, {"delegation_id": group["id"]}, campus.officer)
    led = await campus.http["proposals"].patch(
        f"/v1/delegations/{group['id']}",
        json={"leader_id": delegates[0]},
        headers={**campus.officer, "If-Match": '"1"'},
    )
    assert led.status_code == 200, led.text
    text = congress.text(delegation_id=group["id"])

    refused = await congress.post("/v1/proposals", text, campus.issuer.bearer(delegates[1]), status=403)
    made = await congress.post("/v1/proposals", text, campus.issuer.bearer(delegates[0]), status=201)
    filed = await congress.disposed(made["id"], "filed", committee)

    row = await campus.database("proposals")["proposals"].find_one({"_id": UUID(made["id"])})

    assert kind(refused) == "not-the-leader"
    assert row is not None
    assert row["ordinal"] == 1, "the delegation's first, however many its leader has filed"
    assert (filed["state"], filed["delegation_id"]) == ("filed", group["id"])


async def test_what_comes_late_may_only_become_an_opinion_and_later_nothing(
    campus: Campus, congress: Congress, delegates: list[str], committee: Bearer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    body = {"closes_at": str(now + timedelta(days=31)), "late_until": str(now + timedelta(days=40)), "reason": "延长"}
    await congress.post(f"/v1/calls/{congress.call}/extensions", body, campus.officer)
    early = await congress.file(delegates[0])

    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=35))
    late = await congress.file(delegates[0])
    stale = await campus.http["proposals"].patch(
        f"/v1/proposals/{early['id']}", json=TEXT, headers={**campus.issuer.bearer(delegates[0]), "If-Match": '"1"'}
    )
    refused = await congress.post(
        f"/v1/proposals/{late['id']}/dispositions", {"disposition": "filed"}, committee, status=409
    )
    taken = await congress.disposed(late["id"], "opinion", committee)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=41))
    over = await congress.post("/v1/proposals", congress.text(), campus.issuer.bearer(delegates[0]), status=409)

    assert late["late"] is True
    assert kind(stale.json()) == "call-not-open"
    assert (kind(refused), taken["state"], kind(over)) == ("late-only-opinion", "opinion", "call-not-open")


async def test_a_repeat_is_answered_the_same_although_a_seconder_is_a_delegate_no_longer(
    campus: Campus, congress: Congress, delegates: list[str]
) -> None:
    seconder = await campus.member(congress.unit)
    await campus.heard_of("proposals", seconder)
    await congress.seat(seconder)
    who = {**campus.issuer.bearer(delegates[0]), "Idempotency-Key": uuid4().hex}
    first = await campus.http["proposals"].post("/v1/proposals", json=congress.text([seconder]), headers=who)
    await campus.database("proposals")["delegates"].delete_many({"member_id": UUID(seconder)})

    again = await campus.http["proposals"].post("/v1/proposals", json=congress.text([seconder]), headers=who)
    anew = await congress.post(
        "/v1/proposals", congress.text([seconder]), campus.issuer.bearer(delegates[0]), status=409
    )

    assert (first.status_code, again.status_code, kind(anew)) == (201, 201, "not-delegates")
    assert (again.text, again.headers["etag"]) == (first.text, first.headers["etag"])


async def test_a_delegate_files_no_more_forms_in_a_call_than_the_rule_says_also_at_the_same_moment(
    campus: Campus, congress: Congress, delegates: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    then = clock.now() + timedelta(days=400)
    monkeypatch.setattr(clock, "now", lambda: then)
    await congress.many_forms(most=2)
    held = str(clock.campus_day(then) + timedelta(days=20))
    session = {"number": 9, "held_from": held, "held_until": held}
    made = await congress.post(f"/v1/terms/{congress.term}/sessions", session, campus.officer, status=201)
    window = {"opens_at": str(then), "closes_at": str(then + timedelta(days=9))}
    call = await congress.post(f"/v1/sessions/{made['id']}/calls", window, campus.officer, status=201)
    who, text = campus.issuer.bearer(delegates[0]), congress.text(call_id=call["id"])

    answers = await asyncio.gather(
        *(campus.http["proposals"].post("/v1/proposals", json=text, headers=who) for _ in range(6))
    )

    filed = await campus.get("proposals", f"/v1/proposals?call_id={call['id']}", who)
    assert len(filed["items"]) == sum(answer.status_code == 201 for answer in answers) <= 2
    await campus.http["proposals"].post("/v1/proposals", json=text, headers=who)
    refused = await congress.post("/v1/proposals", text, who, status=409)
    assert (kind(refused), refused["most"]) == ("too-many-forms", 2)
    path = f"/v1/proposals/{filed['items'][0]['id']}/withdrawals"
    await congress.post(path, None, who)
    assert (await congress.post("/v1/proposals", text, who, status=201))["state"] == "collected"
