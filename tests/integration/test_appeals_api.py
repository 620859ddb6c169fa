"""Appeals through the API: who sees one, who takes which step, and that nobody else hears of it."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.proposals.domain.appeals import Appeal
from shared import clock
from shared.roles import Role
from shared.sealing import PersonKey, sensitive_fields
from shared.service import create_app, running
from tests.campus import Campus, service_of, until
from tests.integration.conftest import Bearer, People
from tests.integration.scenarios.appeals import appeal_body, committee_body, dissolve, seat, today

TEXTS = {
    "grounds": "MARK-grounds",
    "claim": "MARK-claim",
    "evidence": ["MARK-evidence"],
}
DECISION = {
    "outcome": "changed",
    "text": "MARK-decision",
    "votes_for": 3,
    "votes_against": 1,
    "worse_for_appellant": False,
}
PEOPLE = tuple(role for role in Role if role is not Role.SERVICE_ACCOUNT)
STEPS: dict[str, Any] = {
    "acceptances": {"respondent_id": str(uuid4())},
    "refusals": {"reason": "other", "text": "x"},
    "mediations": {"mediator_id": str(uuid4())},
    "settlements": {"text": "x"},
    "mediation-failures": {"text": "x"},
    "hearing-days": {"on": "2099-01-01"},
    "hearings": {"present_ids": [str(uuid4())], "record": "x"},
    "decisions": DECISION,
    "recusals": {"member_id": str(uuid4()), "reason": "x"},
    "challenges": {"member_id": str(uuid4()), "reason": "x"},
    "challenge-rulings": {"member_id": str(uuid4()), "upheld": True, "reason": "x"},
    "withdrawals": None,
}


@dataclass(frozen=True)
class Case:
    """An appellant, who answers, and five who hear it: the first of them chairs, the second mediates."""

    campus: Campus
    unit: str
    appellant: str
    respondent: str
    members: list[str]

    def as_(self, member: str) -> Bearer:
        return self.campus.issuer.bearer(member)

    @property
    def chair(self) -> Bearer:
        return self.as_(self.members[0])

    async def submit(self, **change: Any) -> str:
        body = appeal_body(self.unit, **TEXTS, **change)
        return str((await self.campus.post("proposals", "/v1/appeals", body, self.as_(self.appellant)))["id"])

    async def step(
        self, appeal: str, name: str, body: Any, who: Bearer | None = None, status: int = 200
    ) -> dict[str, Any]:
        path = f"/v1/appeals/{appeal}/{name}"
        return await self.campus.post("proposals", path, body, who or self.chair, status=status)

    async def accepted(self) -> str:
        appeal = await self.submit()
        await self.step(appeal, "acceptances", {"respondent_id": self.respondent})
        return appeal

    async def mediated(self) -> str:
        appeal = await self.accepted()
        await self.step(appeal, "mediations", {"mediator_id": self.members[1]})
        return appeal

    async def scheduled(self) -> str:
        appeal = await self.mediated()
        await self.step(appeal, "mediation-failures", {"text": "MARK-mediation"}, self.as_(self.members[1]))
        await self.step(appeal, "hearing-days", {"on": today()})
        return appeal

    async def heard(self) -> str:
        appeal = await self.scheduled()
        await self.step(appeal, "hearings", {"present_ids": self.members[:4], "record": "MARK-record"})
        return appeal

    async def sees(self, appeal: str, who: Bearer) -> bool:
        """Whether one gets it, its details, and has it in the list: all of it, or nothing of it."""
        http, found = self.campus.http["proposals"], []
        for path in (f"/v1/appeals/{appeal}", f"/v1/appeals/{appeal}/details?purpose=handling"):
            answer = await http.get(path, headers=who)
            assert answer.status_code in (200, 404)
            found.append(answer.status_code == 200)
        listed = await self.campus.get("proposals", "/v1/appeals?limit=200", who)
        found.append(appeal in [item["id"] for item in listed["items"]])
        assert len(set(found)) == 1, found
        return found[0]


@pytest.fixture(scope="module")
async def people_of_case(campus: Campus, people: People) -> list[str]:
    """Who answers is of a unit below the one whose decision it is."""
    units = [people.other_faculty, people.section, *[people.other_faculty] * 5]
    return await known_members(campus, units)


async def known_members(campus: Campus, units: list[str]) -> list[str]:
    members = [await campus.member(unit) for unit in units]
    for member in members:
        for service in ("proposals", "notifications"):
            await campus.heard_of(service, member)
    return members


@pytest.fixture
async def case(campus: Campus, people: People, people_of_case: list[str]) -> Case:
    appellant, respondent, *members = people_of_case
    await seat(campus, members)
    return Case(campus, people.faculty, appellant, respondent, members)


def slug(problem: dict[str, Any]) -> str:
    return str(problem["type"].rpartition(":")[2])


async def test_an_appeal_is_mediated_heard_and_decided(campus: Campus, case: Case) -> None:
    appeal = await case.heard()

    decided = await case.step(appeal, "decisions", DECISION, case.as_(case.members[2]))

    assert (decided["state"], decided["outcome"], decided["votes_for"]) == ("decided", "changed", 3)
    assert (decided["chair_id"], decided["mediator_id"]) == (case.members[0], case.members[1])
    assert "MARK" not in str(decided)
    details = await campus.get("proposals", f"/v1/appeals/{appeal}/details", case.as_(case.appellant))
    assert {name: details[name] for name in TEXTS} == TEXTS
    assert (details["mediation_outcome"], details["hearing_record"], details["decision_text"]) == (
        "MARK-mediation",
        "MARK-record",
        "MARK-decision",
    )
    assert (details["refusal_text"], details["recusal_reasons"]) == (None, None)


async def test_those_whom_it_concerns_are_told_that_there_is_something_and_nothing_of_what(
    campus: Campus, case: Case
) -> None:
    appeal = await case.heard()
    await case.step(appeal, "decisions", DECISION)
    told = {
        "appeal-submitted": case.members,
        "appeal-accepted": [case.appellant, case.respondent],
        "appeal-mediation": [case.appellant, case.respondent, case.members[1]],
        "appeal-mediation-failed": [case.appellant, case.respondent, *case.members],
        "appeal-hearing": [case.appellant, case.respondent, *case.members],
        "appeal-heard": [case.appellant, case.respondent, *case.members],
        "appeal-decided": [case.appellant, case.respondent],
    }

    for topic, audience in told.items():
        for member in audience:
            notice = await told_of(campus, member, topic, appeal)
            assert "MARK" not in str(notice)
            assert "changed" not in str(notice)
    seen = await topics_of_appeal(campus, case.members[4], appeal)
    assert seen == {"appeal-submitted", "appeal-mediation-failed", "appeal-hearing", "appeal-heard"}


async def told_of(campus: Campus, member: str, topic: str, appeal: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        page = await campus.get("notifications", "/v1/inbox?limit=200", campus.issuer.bearer(member))
        return next(
            (item for item in page["items"] if (item["topic"], item["subject_id"]) == (topic, appeal)),
            None,
        )

    return await until(look, what=f"{topic} of {member}")


async def topics_of_appeal(campus: Campus, member: str, appeal: str) -> set[str]:
    page = await campus.get("notifications", "/v1/inbox?limit=200", campus.issuer.bearer(member))
    return {item["topic"] for item in page["items"] if item["subject_id"] == appeal}


async def test_a_mediation_settles_an_appeal(campus: Campus, case: Case) -> None:
    appeal = await case.mediated()

    settled = await case.step(appeal, "settlements", {"text": "MARK-mediation"}, case.as_(case.members[1]))

    assert settled["state"] == "settled"
    for member in (case.appellant, case.respondent):
        await told_of(campus, member, "appeal-settled", appeal)


async def test_a_refusal_says_why_to_those_who_may_read_it(campus: Campus, case: Case) -> None:
    appeal = await case.submit()

    refused = await case.step(appeal, "refusals", {"reason": "outside_authority", "text": "MARK-refusal"})

    assert (refused["state"], refused["refusal"]) == ("refused", "outside_authority")
    details = await campus.get("proposals", f"/v1/appeals/{appeal}/details", case.as_(case.appellant))
    assert details["refusal_text"] == "MARK-refusal"
    await told_of(campus, case.appellant, "appeal-refused", appeal)


async def test_an_appeal_is_seen_by_its_parties_and_the_committee(case: Case) -> None:
    appeal = await case.submit()
    assert not await case.sees(appeal, case.as_(case.respondent))

    await case.step(appeal, "acceptances", {"respondent_id": case.respondent})

    for member in (case.appellant, case.respondent, *case.members):
        assert await case.sees(appeal, case.as_(member))


async def test_the_account_of_another_system_has_nothing_to_do_with_appeals(campus: Campus, case: Case) -> None:
    account = campus.issuer.bearer(uuid4(), (Role.SERVICE_ACCOUNT, None))

    refused = await campus.get("proposals", f"/v1/appeals/{await case.accepted()}", account, status=403)

    assert slug(refused) == "role-missing"


async def test_to_everybody_else_there_is_none_whatever_their_role(campus: Campus, people: People, case: Case) -> None:
    appeal = await case.accepted()
    everybody_else = [
        campus.administrator,
        campus.officer,
        people.chair,
        campus.issuer.bearer(people.in_other),
        *(campus.issuer.bearer(uuid4(), (role, None)) for role in PEOPLE),
        campus.issuer.bearer(uuid4(), *((role, None) for role in PEOPLE)),
    ]

    for who in everybody_else:
        assert not await case.sees(appeal, who)
        for name, body in STEPS.items():
            if name == "acceptances":
                body = {"respondent_id": case.respondent}
            refused = await case.step(appeal, name, body, who, status=404)
            assert slug(refused) == "nothing-here"
    unchanged = await campus.get("proposals", f"/v1/appeals/{appeal}", case.chair)
    assert unchanged["state"] == "accepted"


async def test_who_has_stepped_aside_sees_it_no_more(campus: Campus, case: Case) -> None:
    appeal = await case.heard()
    by_themself, by_ruling = case.members[2], case.members[3]

    left = await case.step(
        appeal, "recusals", {"member_id": by_themself, "reason": "MARK-reason"}, case.as_(by_themself)
    )
    ruling = {"member_id": by_ruling, "reason": "MARK-reason"}
    assert slug(await case.step(appeal, "recusals", ruling, status=409)) == "hearing-held-already"
    await case.step(appeal, "hearing-days", {"on": today()})
    await case.step(appeal, "recusals", ruling)

    assert "MARK" not in str(left)
    for member in (by_themself, by_ruling):
        assert not await case.sees(appeal, case.as_(member))
        await case.step(appeal, "decisions", DECISION, case.as_(member), status=404)
        await told_of(campus, member, "appeal-recused", appeal)
        store = campus.running["proposals"].stores.appeals
        assert str(appeal) not in [item["id"] async for item in store.holdings(UUID(member))]
    now = await campus.get("proposals", f"/v1/appeals/{appeal}", case.chair)
    assert (now["recused_ids"], now["present_ids"]) == ([by_themself, by_ruling], [])
    await case.step(appeal, "withdrawals", None, case.as_(case.appellant))
    await told_of(campus, case.members[4], "appeal-withdrawn", appeal)
    assert "appeal-withdrawn" not in await topics_of_appeal(campus, by_themself, appeal)


async def test_a_party_is_told_that_it_is_not_theirs_to_decide(case: Case) -> None:
    appeal = await case.heard()

    for party in (case.appellant, case.respondent):
        assert slug(await case.step(appeal, "decisions", DECISION, case.as_(party), status=403)) == "has-an-interest"
    of_the_committee = await case.step(appeal, "hearing-days", {"on": today()}, case.as_(case.members[4]), status=403)
    assert (slug(of_the_committee), of_the_committee["chair_id"]) == ("the-chair-acts", case.members[0])
    assert slug(await case.step(appeal, "withdrawals", None, status=403)) == "not-the-appellant"


async def test_the_committee_hears_it_with_a_quorum(campus: Campus, case: Case) -> None:
    appeal = await case.scheduled()

    refused = await case.step(
        appeal, "hearings", {"present_ids": case.members[:3], "record": "MARK-record"}, status=409
    )

    assert (slug(refused), refused["needed"], refused["present"]) == ("appeal-quorum-missing", 4, 3)
    assert "MARK" not in str(refused)


async def test_two_thirds_of_those_present_decide_and_never_to_the_harm_of_the_appellant(case: Case) -> None:
    appeal = await case.heard()

    few = await case.step(appeal, "decisions", {**DECISION, "votes_for": 2, "votes_against": 2}, status=409)
    worse = await case.step(appeal, "decisions", {**DECISION, "worse_for_appellant": True}, status=409)

    assert (slug(few), few["needed"]) == ("appeal-majority-missing", 3)
    assert slug(worse) == "never-to-the-appellants-harm"
    assert (await case.step(appeal, "decisions", DECISION))["state"] == "decided"


async def test_a_hearing_comes_after_the_mediation(case: Case) -> None:
    accepted, mediated = await case.accepted(), await case.mediated()

    for appeal in (accepted, mediated):
        refused = await case.step(appeal, "hearing-days", {"on": today()}, status=409)
        assert slug(refused) == "mediation-first"


async def test_the_appellant_withdraws_until_it_is_decided(case: Case) -> None:
    appeal, decided = await case.scheduled(), await case.heard()
    await case.step(decided, "decisions", DECISION)

    withdrawn = await case.step(appeal, "withdrawals", None, case.as_(case.appellant))
    too_late = await case.step(decided, "withdrawals", None, case.as_(case.appellant), status=409)

    assert withdrawn["state"] == "withdrawn"
    assert (slug(too_late), too_late["state"]) == ("wrong-state", "decided")


@pytest.mark.parametrize(("days_ago", "problem"), [(30, None), (31, "appeal-too-late"), (-1, "decision-in-the-future")])
async def test_an_appeal_comes_within_thirty_days(
    campus: Campus, case: Case, days_ago: int, problem: str | None
) -> None:
    decided_on = clock.campus_day(clock.now()) - timedelta(days=days_ago)
    body = appeal_body(case.unit, **TEXTS, decided_on=decided_on.isoformat())

    answer = await campus.http["proposals"].post("/v1/appeals", json=body, headers=case.as_(case.appellant))

    if problem is None:
        assert answer.status_code == 201
    else:
        assert (answer.status_code, slug(answer.json())) == (409, problem)
        assert "MARK" not in answer.text


async def test_the_unit_and_who_answers_for_it_are_known(campus: Campus, case: Case) -> None:
    body = appeal_body(str(uuid4()))
    refused = await campus.post("proposals", "/v1/appeals", body, case.as_(case.appellant), status=409)
    assert (slug(refused), refused["field"]) == ("respondent-unit-unknown", "respondent_unit_id")

    nobody = await case.step(await case.submit(), "acceptances", {"respondent_id": str(uuid4())}, status=409)
    assert (slug(nobody), nobody["field"]) == ("member-unknown", "respondent_id")


async def test_who_answers_is_of_the_unit_or_of_one_below_it(people: People, case: Case) -> None:
    appeal = await case.submit()

    refused = await case.step(appeal, "acceptances", {"respondent_id": people.in_other}, status=409)

    assert (slug(refused), refused["member_id"]) == ("respondent-of-another-unit", people.in_other)
    assert (await case.step(appeal, "acceptances", {"respondent_id": people.in_section}))["state"] == "accepted"


async def test_where_the_chair_leaves_the_college_the_next_chairs_and_they_see_nothing_any_more(
    campus: Campus, people: People, case: Case
) -> None:
    case = replace(case, members=await known_members(campus, [people.other_faculty] * 4))
    await seat(campus, case.members)
    gone, following, *_ = case.members
    closed, appeal = await case.submit(), await case.accepted()
    await case.step(closed, "refusals", {"reason": "other", "text": "MARK-refusal"})
    body = {"on": "2022-09-01", "reason": "离职"}
    await campus.post("members", f"/v1/members/{gone}/departures", body, campus.administrator, status=200)

    async def they_see_it_no_more() -> bool:
        page = await campus.get("proposals", "/v1/appeals?limit=200", case.as_(gone))
        return not page["items"]

    await until(they_see_it_no_more, what="the end of their sight")

    for each in (closed, appeal):
        assert not await case.sees(each, case.as_(gone))
    now = await campus.get("proposals", f"/v1/appeals/{appeal}", case.as_(following))
    assert (now["chair_id"], now["departed_ids"], now["committee_ids"]) == (following, [gone], case.members[1:])
    await told_of(campus, following, "appeal-to-chair", appeal)
    mediating = await case.step(appeal, "mediations", {"mediator_id": following}, case.as_(following))
    assert mediating["state"] == "mediation"
    anew = await campus.get("proposals", f"/v1/appeals/{await case.submit()}", case.as_(case.appellant))
    assert (anew["committee_ids"], anew["chair_id"]) == (case.members[1:], following)


async def test_the_school_names_stand_ins_when_too_few_are_left_and_sees_nothing_by_it(
    campus: Campus, people: People, case: Case
) -> None:
    officer = await campus.member(people.other_faculty)
    of_the_school = await campus.role(officer, Role.UNION_OFFICER)
    await campus.heard_of("notifications", officer, Role.UNION_OFFICER)
    appeal, stand_in = await case.accepted(), people.delegates[0]
    for member in case.members[2:]:
        await case.step(appeal, "recusals", {"member_id": member, "reason": "MARK-reason"}, case.as_(member))
    await told_of(campus, officer, "appeal-short-of-members", appeal)
    body = {"member_ids": [stand_in], "reason": "MARK-reason"}

    unappointed = await case.step(appeal, "stand-ins", body, of_the_school, status=409)
    await seat(campus, [*case.members, stand_in])
    named = await case.step(appeal, "stand-ins", body, of_the_school)

    assert slug(unappointed) == "not-of-the-committee-in-force"
    assert named == {"id": appeal, "stand_in_ids": [stand_in]}
    assert not await case.sees(appeal, of_the_school)
    assert await case.sees(appeal, case.as_(stand_in))
    await told_of(campus, stand_in, "appeal-submitted", appeal)
    for party in (case.appellant, case.respondent):
        await told_of(campus, party, "appeal-committee-changed", appeal)
    enough = await case.step(await case.accepted(), "stand-ins", body, of_the_school, status=409)
    assert (slug(enough), enough["needed"]) == ("stand-ins-not-needed", 3)


async def test_where_the_chair_cannot_act_the_school_names_another_of_the_committee(campus: Campus, case: Case) -> None:
    appeal, other = await case.accepted(), case.members[3]

    await case.step(appeal, "stand-ins", {"member_ids": [], "chair_id": other, "reason": "病假"}, campus.officer)

    await told_of(campus, other, "appeal-to-chair", appeal)
    assert slug(await case.step(appeal, "mediations", {"mediator_id": other}, status=403)) == "the-chair-acts"
    await case.step(appeal, "mediations", {"mediator_id": other}, case.as_(other))


async def test_the_chair_does_not_decide_alone_whoever_has_stepped_aside(case: Case) -> None:
    appeal = await case.heard()
    for member in case.members[1:4]:
        await case.step(appeal, "recusals", {"member_id": member, "reason": "MARK-reason"}, case.as_(member))

    refused = await case.step(appeal, "decisions", {**DECISION, "votes_for": 1, "votes_against": 0}, status=409)

    assert (slug(refused), refused["needed"], refused["present"]) == ("appeal-quorum-missing", 3, 1)


async def test_the_appellant_challenges_the_chair_and_the_next_in_order_rules(campus: Campus, case: Case) -> None:
    appeal, (chair, following, *_) = await case.scheduled(), case.members
    body = {"member_id": chair, "reason": "MARK-reason"}
    ruling = {**body, "upheld": True}

    assert slug(await case.step(appeal, "challenges", body, status=403)) == "not-the-appellant"
    await case.step(appeal, "challenges", body, case.as_(case.appellant))
    await told_of(campus, following, "appeal-challenge-to-rule-on", appeal)
    hearing = {"present_ids": case.members, "record": "MARK-record"}
    assert slug(await case.step(appeal, "hearings", hearing, status=409)) == "challenge-pending"
    assert slug(await case.step(appeal, "challenge-rulings", ruling, status=403)) == "another-rules-on-it"
    ruled = await case.step(appeal, "challenge-rulings", ruling, case.as_(following))

    assert (ruled["chair_id"], ruled["recused_ids"]) == (following, [chair])
    assert ruled["challenges"] == [{"member_id": chair, "ruled_by": following, "upheld": True}]
    assert "MARK" not in str(ruled)
    assert not await case.sees(appeal, case.as_(chair))
    for party in (case.appellant, case.respondent):
        await told_of(campus, party, "appeal-challenge-ruled", appeal)
    await told_of(campus, following, "appeal-to-chair", appeal)


async def test_what_is_written_is_sealed_wherever_it_is_kept(campus: Campus, case: Case) -> None:
    key = {**case.as_(case.appellant), "Idempotency-Key": uuid4().hex}
    body = appeal_body(case.unit, **TEXTS)
    appeal = str((await campus.post("proposals", "/v1/appeals", body, key))["id"])
    keyed = {**case.chair, "Idempotency-Key": uuid4().hex}
    await case.step(appeal, "refusals", {"reason": "other", "text": "MARK-refusal"}, keyed)
    heard = await case.heard()
    stepping, (chair, second, challenged, *_, last) = {"reason": "MARK-reason"}, case.members
    for name, who, body in (
        ("recusals", case.as_(last), {"member_id": last, **stepping}),
        ("challenges", case.as_(case.appellant), {"member_id": challenged, **stepping}),
        ("challenge-rulings", case.chair, {"member_id": challenged, "upheld": False, **stepping}),
        ("stand-ins", campus.officer, {"member_ids": [], "chair_id": second, **stepping}),
        ("decisions", case.as_(chair), DECISION),
    ):
        await case.step(heard, name, body, keyed_once(who))

    for service in ("proposals", "notifications", "members"):
        database = campus.database(service)
        for name in await database.list_collection_names():
            async for document in database[name].find({}):
                assert "MARK-" not in str(document), f"{service}.{name}"
    kept = await campus.database("proposals")["appeals"].find_one({"_id": UUID(heard)})
    assert kept is not None
    assert "sealed" in kept
    assert not {*sensitive_fields(Appeal)} & kept.keys()
    details = await campus.get("proposals", f"/v1/appeals/{heard}/details", case.as_(case.appellant))
    for name in ("recusal_reasons", "challenge_reasons", "challenge_rulings", "stand_in_reasons"):
        assert details[name] == ["MARK-reason"]


def keyed_once(who: Bearer) -> Bearer:
    return {**who, "Idempotency-Key": uuid4().hex}


async def test_its_events_are_restricted_and_sealed_for_the_appellant(campus: Campus, case: Case) -> None:
    appeal = await case.heard()
    await case.step(appeal, "decisions", DECISION)

    rows = await campus.database("proposals")["outbox"].find({"key": appeal.encode()}).to_list(None)

    found = await campus.running["proposals"].foundation.keyring.find([UUID(case.appellant)])
    key: PersonKey = found[UUID(case.appellant)]
    assert len(rows) == 7
    for row in rows:
        assert row["topic"].endswith(".proposals.restricted.v1")
        for member in (case.appellant, case.respondent, *case.members):
            assert member.encode() not in row["value"]
        assert case.appellant.encode() in key.open_data(row["value"])
        assert b"MARK" not in key.open_data(row["value"])


async def test_who_reads_the_details_is_on_record_and_only_the_appellant_sees_the_record(
    campus: Campus, case: Case
) -> None:
    appeal = await case.accepted()
    path = f"/v1/appeals/{appeal}/details"
    no_purpose = await campus.get("proposals", path, case.chair, status=422)
    assert slug(no_purpose) == "purpose-missing"

    await campus.get("proposals", f"{path}?purpose=handling", case.chair)
    await campus.get("proposals", path, case.as_(case.appellant))

    records = await campus.get("proposals", "/v1/access-records?limit=2", case.as_(case.appellant))
    assert [(item["actor"], item["purpose"], item["subject_id"], item["action"]) for item in records["items"]] == [
        (case.appellant, "own", appeal, "appeals.opened"),
        (case.members[0], "handling", appeal, "appeals.opened"),
    ]
    assert {"grounds", "claim", "decision_text"} <= set(records["items"][0]["fields"])
    auditor = campus.issuer.bearer(uuid4(), (Role.AUDIT_COMMITTEE, None))
    for who in (campus.administrator, auditor, case.chair, case.as_(case.respondent)):
        await campus.get("proposals", f"/v1/access-records?member_id={case.appellant}", who, status=404)


async def test_of_two_who_decide_at_the_same_moment_one_does(campus: Campus, case: Case) -> None:
    database = {"mongo_database": campus.database_name("proposals")}
    settings = campus.settings.model_copy(update=database)
    async with running(service_of("proposals"), settings) as run:
        transport = httpx.ASGITransport(app=create_app(run), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://other") as other:
            for _ in range(5):
                appeal = await case.heard()
                path = f"/v1/appeals/{appeal}/decisions"
                both = (
                    campus.http["proposals"].post(path, json={**DECISION, "outcome": "changed"}, headers=case.chair),
                    other.post(path, json={**DECISION, "outcome": "revoked"}, headers=case.as_(case.members[2])),
                )
                answers = await asyncio.gather(*both)

                assert sorted(answer.status_code for answer in answers) == [200, 409]
                won = next(answer.json() for answer in answers if answer.status_code == 200)
                lost = next(answer.json() for answer in answers if answer.status_code == 409)
                assert (slug(lost), lost["state"]) == ("wrong-state", "decided")
                now = await campus.get("proposals", f"/v1/appeals/{appeal}", case.chair)
                assert now == won
                rows = campus.database("proposals")["outbox"]
                assert await rows.count_documents({"key": appeal.encode()}) == 7


async def test_an_appeal_holds_the_erasure_of_its_appellant_and_of_nobody_else(campus: Campus, case: Case) -> None:
    await case.accepted()
    stores = campus.running["proposals"].stores
    day = clock.campus_day(clock.now())

    rule = await stores.retention.on(stores.appeals.kind, day)

    assert rule is not None
    assert rule.years == 10
    assert "申诉" not in rule.source
    assert "appeal" not in rule.source
    assert await stores.appeals.newest(UUID(case.appellant)) == day
    assert await stores.appeals.newest(UUID(case.members[0])) is None


async def test_an_appeal_is_in_what_is_held_about_its_people_and_open_to_its_appellant_alone(
    campus: Campus, case: Case
) -> None:
    appeal = await case.accepted()
    store = campus.running["proposals"].stores.appeals

    async def held(member: str) -> dict[str, Any]:
        found = [item async for item in store.holdings(UUID(member))]
        (one,) = [item for item in found if item["id"] == appeal]
        return dict(one)

    assert (await held(case.appellant))["grounds"] == TEXTS["grounds"]
    for member in (case.respondent, case.members[0]):
        assert "MARK" not in str(await held(member))


async def test_an_appeal_stays_with_the_committee_to_which_it_was_made(
    campus: Campus, people: People, case: Case
) -> None:
    appeal = await case.submit()
    await seat(campus, people.delegates)

    assert await case.sees(appeal, case.chair)
    assert not await case.sees(appeal, case.as_(people.delegates[0]))


async def test_without_a_committee_nobody_appeals(campus: Campus, case: Case) -> None:
    await dissolve(campus)

    refused = await campus.post(
        "proposals", "/v1/appeals", appeal_body(case.unit), case.as_(case.appellant), status=409
    )

    assert slug(refused) == "appeal-committee-missing"


async def test_one_committee_of_the_school_is_in_force(campus: Campus, people: People, case: Case) -> None:
    await dissolve(campus)
    body = await committee_body(campus, case.members)
    path = "/v1/appeal-committees"

    for change, problem in (
        ({"member_ids": case.members[:2]}, "appeal-committee-too-small"),
        ({"chair_id": case.appellant}, "chair-not-a-member"),
        ({"unit_id": people.faculty}, "not-the-school"),
        ({"member_ids": [*case.members, str(uuid4())]}, "member-unknown"),
    ):
        assert slug(await campus.post("proposals", path, {**body, **change}, campus.officer, status=409)) == problem
    both = await asyncio.gather(
        *(campus.http["proposals"].post(path, json=body, headers=campus.officer) for _ in range(2))
    )
    assert sorted(answer.status_code for answer in both) == [201, 409]
    again = await campus.post("proposals", path, body, campus.administrator, status=409)
    assert slug(again) == "appeal-committee-in-force"
    seen = await campus.get("proposals", f"{path}?limit=1", case.as_(case.appellant))
    assert (seen["items"][0]["member_ids"], seen["items"][0]["until"]) == (case.members, None)


async def test_those_of_a_committee_are_told_of_its_beginning_and_its_end(campus: Campus, case: Case) -> None:
    committee = await seat(campus, case.members)
    await dissolve(campus)

    for topic in ("appeal-committee-appointed", "appeal-committee-ended"):
        for member in case.members:
            await told_of(campus, member, topic, committee)


async def test_nobody_appoints_themself(campus: Campus, case: Case) -> None:
    await dissolve(campus)
    body = await committee_body(campus, case.members)
    officer = campus.issuer.bearer(case.members[2], (Role.UNION_OFFICER, None))

    refused = await campus.post("proposals", "/v1/appeal-committees", body, officer, status=403)

    assert (slug(refused), refused["field"]) == ("own-case", "member_ids")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"quorum": {"parts": 1, "of": 1}}, "appeal-quorum-impossible"),
        ({"majority": {"parts": 0, "of": 3}}, "appeal-majority-impossible"),
        ({"majority": {"parts": 4, "of": 3}}, "appeal-majority-impossible"),
    ],
)
async def test_a_rule_that_nobody_can_keep_is_not_adopted(campus: Campus, change: dict[str, Any], problem: str) -> None:
    share = {"parts": 2, "of": 3}
    body = {
        "effective_from": "2098-01-01",
        "source": "校工发〔2022〕1号",
        "deadline_days": 30,
        "mediation_days": 15,
        "least_members": 3,
        "quorum": share,
        "majority": share,
        **change,
    }

    refused = await campus.post("proposals", "/v1/appeal-rules", body, campus.officer, status=409)

    assert slug(refused) == problem
