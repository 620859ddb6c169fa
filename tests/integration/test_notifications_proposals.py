"""Whom the events of the proposals service tell, and what they read: through the topics and the inboxes.

What tells nobody else than those named is looked up in the inbox of everybody of the college.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from shared import clock
from shared.contracts.base import DomainEvent
from shared.contracts.proposals import calls, cases, congresses, follow_up, forms
from shared.contracts.proposals.forms import Disposition
from shared.ids import new_id
from shared.roles import Role
from tests.campus import Campus, until
from tests.integration.test_consumer import publish

TITLE = "关于改善教师午休条件的提案"
Told = Mapping[str, str]
"""The topic, by the name of whom it is told to."""


@dataclass(frozen=True)
class College:
    """`people` by what they are; those without a part are there to be told nothing."""

    people: Mapping[str, UUID]
    faculty: UUID
    lead: UUID
    co: UUID
    bare: UUID

    def ids(self, *names: str) -> tuple[UUID, ...]:
        return tuple(self.people[name] for name in names)


FORM = ("proposer", "seconder", "another_seconder", "co_proposer", "presidium", "leader", "watcher")
HANDLERS = ("lead_handler", "handler_above", "co_handler", "handler_elsewhere", "handler_of_school")
COMMITTEE = ("committee_of_unit", "committee_of_school", "committee_elsewhere")
DELEGATES = ("delegate", "delegate_who_left", "delegate_of_another_term")
PEOPLE = (*FORM, *HANDLERS, *COMMITTEE, *DELEGATES, "bystander", "marker")


@pytest.fixture(scope="module")
async def college(campus: Campus) -> College:
    """The lead department lies below the faculty; nobody handles anything for `bare`."""
    faculty, elsewhere = await campus.unit(), await campus.unit()
    lead, co, bare = await campus.unit(faculty, branch=False), await campus.unit(), await campus.unit()
    people = {name: await campus.member(faculty, name=name) for name in PEOPLE}
    roles: dict[str, tuple[Role, str | None]] = {
        "lead_handler": (Role.DEPARTMENT_HANDLER, lead),
        "handler_above": (Role.DEPARTMENT_HANDLER, faculty),
        "co_handler": (Role.DEPARTMENT_HANDLER, co),
        "handler_elsewhere": (Role.DEPARTMENT_HANDLER, elsewhere),
        "handler_of_school": (Role.DEPARTMENT_HANDLER, None),
        "committee_of_unit": (Role.PROPOSAL_COMMITTEE, faculty),
        "committee_of_school": (Role.PROPOSAL_COMMITTEE, None),
        "committee_elsewhere": (Role.PROPOSAL_COMMITTEE, elsewhere),
    }
    for name, (role, unit) in roles.items():
        await campus.role(people[name], role, unit)
        await campus.heard_of("notifications", people[name], role)
    return College({name: UUID(member) for name, member in people.items()}, *map(UUID, (faculty, lead, co, bare)))


async def inbox(campus: Campus, member: UUID) -> list[dict[str, Any]]:
    page = await campus.get("notifications", "/v1/inbox?limit=200", campus.issuer.bearer(member))
    found: list[dict[str, Any]] = page["items"]
    return found


async def told(campus: Campus, college: College, events: list[DomainEvent], key: UUID) -> list[Told]:
    """Who of the college is told of each of the events, which are of one topic and follow one another."""
    published = [await publish(campus, event, key, version=number) for number, event in enumerate(events, 1)]
    await handled(campus, college, events[-1], key)
    found: dict[str, dict[str, str]] = {event_id: {} for event_id in published}
    for name, member in college.people.items():
        for item in await inbox(campus, member):
            if item["event_id"] in found:
                assert name not in found[item["event_id"]], "told twice of one event"
                found[item["event_id"]][name] = item["topic"]
    return list(found.values())


async def handled(campus: Campus, college: College, event: DomainEvent, key: UUID) -> None:
    """What lies behind in the same partition tells the marker, when all before it was handled."""
    kind = forms.ProposalFiledRestricted if event.restricted else forms.SecondersInvited
    who = "seconder_ids" if event.restricted else "invited_ids"
    last = made(kind, proposal_id=new_id(), **{who: college.ids("marker")})
    marked = await publish(campus, last, key)

    async def look() -> bool:
        return marked in [item["event_id"] for item in await inbox(campus, college.people["marker"])]

    await until(look, what="the marker")


def made(event: type[DomainEvent], /, **fields: Any) -> DomainEvent:
    """The example of the kind, with these fields."""
    known = {name: value for name, value in fields.items() if name in event.model_fields}
    return event.example().model_copy(update=known)


def everybody(topic: str, *names: str) -> Told:
    return dict.fromkeys(names, topic)


EVERYBODY = ("proposer", "seconder", "another_seconder", "co_proposer")
FORMS: list[tuple[type[DomainEvent], dict[str, Any], Told]] = [
    (forms.SecondersInvited, {}, {"another_seconder": "seconding-requested"}),
    (forms.ProposalRevised, {}, everybody("seconding-renewed", "seconder", "another_seconder")),
    (forms.SecondAnswered, {}, {"proposer": "second-answered"}),
    (forms.ProposalWithdrawn, {}, everybody("proposal-withdrawn", "seconder", "another_seconder")),
    (
        forms.ProposalReferred,
        {},
        {
            "presidium": "proposal-to-decide",
            **everybody("proposal-referred", *EVERYBODY),
        },
    ),
    (
        forms.ReferralTakenBack,
        {},
        {
            "presidium": "not-to-decide",
            **everybody("referral-taken-back", *EVERYBODY),
        },
    ),
    *(
        (
            forms.ProposalDisposed,
            {"disposition": disposition},
            everybody(topic, *EVERYBODY),
        )
        for disposition, topic in {
            Disposition.FILED: "proposal-filed",
            Disposition.OPINION: "proposal-taken-as-opinion",
            Disposition.NOT_FILED: "proposal-not-filed",
        }.items()
    ),
    (
        forms.ProposalDisposed,
        {"disposition": Disposition.MERGED, "merged_into": new_id()},
        everybody("proposal-merged", *EVERYBODY),
    ),
    (forms.ProposalsMerged, {}, everybody("proposals-merged", *EVERYBODY)),
    (forms.ProposalsUnmerged, {}, everybody("proposals-unmerged", *EVERYBODY)),
    (forms.DispositionRevoked, {"presidium_ids": ()}, everybody("disposition-revoked", *EVERYBODY)),
    (
        forms.DispositionRevoked,
        {},
        {**everybody("disposition-revoked", *EVERYBODY), "presidium": "proposal-to-decide"},
    ),
    (forms.ProposalFiled, {}, {}),
]
DEPARTMENTS = ("lead_handler", "handler_above", "co_handler")
AUTHORS = ("proposer", "seconder")
CASES: list[tuple[type[DomainEvent], dict[str, Any], Told]] = [
    (cases.CaseOpened, {}, {}),
    (cases.CaseAuthorsChanged, {}, {}),
    (cases.CaseRated, {}, {}),
    (
        cases.CaseAssigned,
        {},
        {
            **everybody("case-to-lead", "lead_handler", "handler_above"),
            "co_handler": "case-to-support",
            "leader": "case-in-charge",
            "watcher": "case-to-watch",
            **everybody("case-assigned", *AUTHORS),
        },
    ),
    (cases.CaseAwaitsAssignment, {}, everybody("case-to-assign", "committee_of_unit", "committee_of_school")),
    (
        cases.CaseHandedOver,
        {},
        {
            "leader": "case-taken-over",
            **everybody("case-handed-over", "bystander", "watcher", "lead_handler", "handler_above"),
        },
    ),
    (
        cases.CaseReturned,
        {},
        everybody("case-returned", "watcher", "committee_of_unit", "committee_of_school"),
    ),
    (cases.CaseRecalled, {}, everybody("case-recalled", *DEPARTMENTS, "leader", "watcher")),
    (cases.CaseExtended, {}, everybody("case-extended", *DEPARTMENTS, "leader", "watcher", *AUTHORS)),
    (cases.CaseReminded, {"days_overdue": -7}, everybody("case-due-soon", *DEPARTMENTS)),
    (cases.CaseReminded, {"days_overdue": 0}, everybody("case-due-soon", *DEPARTMENTS)),
    (cases.CaseReminded, {"days_overdue": 7}, everybody("case-overdue", *DEPARTMENTS)),
    (cases.CaseEscalated, {}, everybody("case-escalated", "watcher", "leader")),
    (cases.CaseEscalated, {"awaits_signature": True}, everybody("case-unsigned", "watcher", "leader")),
    (
        cases.CaseEscalated,
        {"leader_id": None, "watcher_id": None},
        everybody("case-escalated", "committee_of_unit", "committee_of_school"),
    ),
    (
        cases.CaseCoDepartmentsChanged,
        {},
        {"co_handler": "case-to-support", **everybody("case-co-departments", "lead_handler", "handler_above")},
    ),
    (cases.CaseOpinionGiven, {"given": True}, everybody("case-opinion-given", "lead_handler", "handler_above")),
    (
        cases.CaseOpinionGiven,
        {"given": False, "in_time": False},
        everybody("case-opinion-late", "lead_handler", "handler_above"),
    ),
    (cases.CaseAnswered, {}, {"leader": "case-to-sign"}),
    (cases.CaseAnswered, {"leader_id": None}, {}),
    (cases.CaseAnswerDeclined, {}, everybody("case-answer-declined", "lead_handler", "handler_above")),
    (cases.CaseAnswerSent, {"kind": cases.CaseKind.FILED}, everybody("case-to-rate", *AUTHORS)),
    (cases.CaseAnswerSent, {"kind": cases.CaseKind.OPINION}, everybody("opinion-answered", *AUTHORS)),
    (
        cases.CaseHandledAgain,
        {},
        {
            **everybody("case-to-handle-again", *DEPARTMENTS),
            **everybody("case-handled-again", "leader", "watcher", *AUTHORS),
        },
    ),
    (
        cases.CaseReopened,
        {},
        {**everybody("case-plan-lapsed", *DEPARTMENTS), **everybody("case-reopened", "leader", "watcher", *AUTHORS)},
    ),
    (cases.CaseClosed, {"dissatisfied": False, "committed_on": None}, everybody("case-closed", *AUTHORS)),
    (
        cases.CaseClosed,
        {"dissatisfied": False, "committed_on": date(2022, 12, 31)},
        everybody("case-closed-with-plan", *AUTHORS),
    ),
    (
        cases.CaseClosed,
        {"dissatisfied": True, "committed_on": None},
        {**everybody("case-closed", *AUTHORS), **everybody("case-closed-dissatisfied", "leader", "watcher")},
    ),
    (
        cases.CaseClosed,
        {"dissatisfied": True, "committed_on": None, "leader_id": None, "watcher_id": None},
        {
            **everybody("case-closed", *AUTHORS),
            **everybody("case-closed-dissatisfied", "committee_of_unit", "committee_of_school"),
        },
    ),
    (cases.CommitmentMet, {}, everybody("commitment-met", *AUTHORS)),
    (cases.CaseForwarded, {}, everybody("case-forwarded", *AUTHORS)),
    (
        cases.CaseCameBack,
        {},
        {
            **everybody("case-came-back", *AUTHORS),
            **everybody("case-to-assign", "committee_of_unit", "committee_of_school"),
        },
    ),
    (cases.CaseCancelled, {}, everybody("case-cancelled", *AUTHORS)),
]


def of_a_form(college: College) -> dict[str, Any]:
    return {
        "proposal_id": new_id(),
        "unit_id": college.faculty,
        "proposer_id": college.people["proposer"],
        "seconder_ids": college.ids("seconder", "another_seconder"),
        "seconder_id": college.people["seconder"],
        "invited_ids": college.ids("another_seconder"),
        "presidium_ids": college.ids("presidium"),
        "co_proposer_ids": college.ids("co_proposer"),
        "merged_id": new_id(),
        "unmerged_id": new_id(),
    }


def of_a_case(college: College) -> dict[str, Any]:
    return {
        "case_id": new_id(),
        "unit_id": college.faculty,
        "author_ids": college.ids(*AUTHORS),
        "lead_unit_id": college.lead,
        "co_unit_ids": (college.co,),
        "co_unit_id": college.co,
        "added_unit_ids": (college.co,),
        "removed_unit_ids": (),
        "leader_id": college.people["leader"],
        "watcher_id": college.people["watcher"],
        "former_leader_id": college.people["bystander"],
        "former_watcher_id": college.people["watcher"],
    }


async def test_of_a_form_exactly_those_are_told_whom_it_concerns(campus: Campus, college: College) -> None:
    common, key = of_a_form(college), new_id()
    events = [made(kind, **{**common, **fields}) for kind, fields, _ in FORMS]

    found = await told(campus, college, events, key)

    for event, got, (_, _, expected) in zip(events, found, FORMS, strict=True):
        assert got == expected, event.type


async def test_of_a_case_exactly_those_are_told_whom_it_concerns(campus: Campus, college: College) -> None:
    common, key = of_a_case(college), new_id()
    events = [made(kind, **{**common, **fields}) for kind, fields, _ in CASES]

    found = await told(campus, college, events, key)

    for event, got, (_, _, expected) in zip(events, found, CASES, strict=True):
        assert got == expected, event.type


def test_every_event_of_forms_and_cases_is_tried() -> None:
    declared = {
        kind
        for module in (forms, cases)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, DomainEvent) and kind is not DomainEvent and not kind.restricted
    }

    assert {kind for kind, _, _ in (*FORMS, *CASES)} == declared


async def test_the_seconders_of_a_filed_form_are_asked_and_its_proposer_is_not(
    campus: Campus, college: College
) -> None:
    filed = made(forms.ProposalFiledRestricted, **of_a_form(college))

    assert await told(campus, college, [filed], new_id()) == [
        everybody("seconding-requested", "seconder", "another_seconder")
    ]


async def test_whoever_is_in_two_groups_is_told_once(campus: Campus, college: College) -> None:
    common = of_a_case(college)
    common |= {"leader_id": college.people["watcher"], "author_ids": college.ids("proposer", "co_handler")}

    (found,) = await told(campus, college, [made(cases.CaseAssigned, **common)], new_id())

    assert found["co_handler"] == "case-to-support"
    assert found["watcher"] == "case-in-charge"
    assert "leader" not in found


async def test_a_department_without_a_handler_is_that_of_the_whole_school(campus: Campus, college: College) -> None:
    common = {**of_a_case(college), "lead_unit_id": college.bare, "co_unit_ids": ()}

    (found,) = await told(campus, college, [made(cases.CaseReminded, **common, days_overdue=1)], new_id())

    assert found == {"handler_of_school": "case-overdue"}


async def test_the_leader_who_declined_an_answer_is_not_told_as_a_handler(campus: Campus, college: College) -> None:
    common = {**of_a_case(college), "leader_id": college.people["handler_above"]}

    assert await told(campus, college, [made(cases.CaseAnswerDeclined, **common)], new_id()) == [
        {"lead_handler": "case-answer-declined"}
    ]


async def test_an_event_that_comes_again_tells_nobody_twice(campus: Campus, college: College) -> None:
    key, met = new_id(), made(cases.CommitmentMet, **of_a_case(college))
    first = await publish(campus, met, key)
    await publish(campus, met, key, event_id=first)

    await handled(campus, college, met, key)

    for name in AUTHORS:
        assert [item["event_id"] for item in await inbox(campus, college.people[name])].count(first) == 1


async def test_an_event_that_comes_before_its_unit_waits_for_it(campus: Campus, college: College) -> None:
    """And others do not: what is on another topic goes on."""
    unit = new_id()
    early = await publish(campus, made(cases.CaseReturned, **{**of_a_case(college), "unit_id": unit}), new_id())

    async def has_it(name: str) -> bool:
        return early in [item["event_id"] for item in await inbox(campus, college.people[name])]

    await handled(campus, college, made(forms.ProposalFiledRestricted), new_id())
    assert not await has_it("watcher")

    await campus.database("notifications")["directory_units"].insert_one(
        {"_id": unit, "parent_id": college.faculty, "branch_union": True, "sequence": ""}
    )

    for name in ("watcher", "committee_of_unit", "committee_of_school"):
        await until(partial(has_it, name), what=f"the notice of {name}")
    assert not await has_it("committee_elsewhere")


async def test_a_title_is_looked_up_when_the_notice_is_read(campus: Campus, college: College) -> None:
    common, key = of_a_form(college), new_id()
    other = new_id()
    event = made(
        forms.ProposalDisposed, **{**common, "disposition": Disposition.MERGED, "merged_into": other, "case_id": None}
    )
    event_id = await publish(campus, event, key)
    await handled(campus, college, event, key)

    async def reads(*phrases: str) -> bool:
        item = next(item for item in await inbox(campus, college.people["proposer"]) if item["event_id"] == event_id)
        assert item["subject_id"] == str(common["proposal_id"])
        return all(phrase in item["title"] + item["body"] for phrase in phrases)

    assert await reads("一件提案已并案")

    filed = made(forms.ProposalFiledRestricted, **{**common, "title": TITLE})
    await publish(campus, filed, key)
    await until(lambda: reads(f"《{TITLE}》已并案", "与一件提案内容相近"), what="the title")

    revised = made(forms.ProposalRevisedRestricted, proposal_id=common["proposal_id"], title="另一个题目")
    await publish(campus, revised, key, version=2)
    await publish(campus, made(forms.ProposalRevisedRestricted, proposal_id=other, title="甲案"), key)
    await until(lambda: reads("《另一个题目》已并案", "与《甲案》内容相近"), what="the newer titles")

    await publish(campus, filed, key)
    await handled(campus, college, filed, key)
    assert await reads("《另一个题目》已并案")


async def test_a_case_is_read_in_the_language_of_the_reader(campus: Campus) -> None:
    author = await campus.member(await campus.unit(), language="en")

    async def addressed() -> Any:
        return await campus.database("notifications")["people"].find_one({"_id": UUID(author)})

    await until(addressed, what="the address")
    case, key = new_id(), new_id()
    await publish(campus, made(cases.CaseOpenedRestricted, case_id=case, title=TITLE), key)
    await publish(campus, made(cases.CaseAnswerSent, case_id=case, author_ids=(UUID(author),)), key)

    async def look() -> dict[str, Any] | None:
        found = await campus.inbox(author, topic="case-to-rate")
        return found if TITLE in found["title"] else None

    notice = await until(look, what="the title")
    assert notice["title"] == f'Answered, please rate: "{TITLE}"'
    assert "adopted and done (A)" in notice["body"]


async def seated(campus: Campus, college: College, term: UUID) -> None:
    """Three: one of the term, one who left it, one of another term."""
    seats = {"delegate": term, "delegate_who_left": term, "delegate_of_another_term": new_id()}
    for name, of_term in seats.items():
        delegate = new_id()
        fields = {"delegate_id": delegate, "term_id": of_term, "member_id": college.people[name]}
        await publish(campus, made(congresses.DelegateSeated, **fields), delegate)
        if name == "delegate_who_left":
            await publish(campus, made(congresses.DelegateLeft, **fields), delegate, version=2)

    async def look() -> bool:
        kept = campus.database("notifications")["delegates"]
        known = await kept.count_documents({"member_id": {"$in": college.ids(*seats)}})
        left = await kept.count_documents(
            {"member_id": college.people["delegate_who_left"], "until_date": {"$ne": None}}
        )
        return bool(known == len(seats) and left)

    await until(look, what="the delegates")


async def test_a_call_and_a_session_are_told_to_the_delegates_of_the_term(campus: Campus, college: College) -> None:
    term, call, key = new_id(), new_id(), new_id()
    await seated(campus, college, term)
    common = {"term_id": term, "call_id": call}

    found = await told(
        campus,
        college,
        [
            made(calls.CallAnnounced, **common),
            made(calls.CallExtended, **common),
            made(congresses.SessionConvened, **common),
            made(congresses.SessionCancelled, **common),
            made(congresses.TermEnded, **common),
        ],
        key,
    )

    assert found == [
        {"delegate": "call-announced"},
        {"delegate": "call-extended"},
        {"delegate": "session-convened"},
        {"delegate": "session-cancelled"},
        {},
    ]
    texts = {item["topic"]: item for item in await inbox(campus, college.people["delegate"])}
    assert "2022年3月21日 00:00" in texts["call-announced"]["body"]
    assert texts["session-convened"]["title"] == "请您出席教职工代表大会第 3 次会议"


async def test_the_committee_is_told_of_forms_that_wait_and_authors_of_what_was_chosen(
    campus: Campus, college: College
) -> None:
    common = {"unit_id": college.faculty, "author_ids": college.ids("proposer", "co_proposer")}

    found = await told(
        campus,
        college,
        [
            made(calls.FormsAwaitReview, **common),
            made(calls.CallCancelled, **common),
            made(follow_up.OutstandingProposalsChosen, **common),
        ],
        new_id(),
    )

    assert found == [
        everybody("forms-await-review", "committee_of_unit", "committee_of_school"),
        {},
        everybody("proposal-outstanding", "proposer", "co_proposer"),
    ]


async def test_the_copy_of_a_delegate_is_shown_and_goes_with_the_person(campus: Campus) -> None:
    delegates = campus.running["notifications"].stores.delegates
    seat, member, term = new_id(), new_id(), new_id()
    today = clock.campus_day(clock.now())
    fields = {
        "term_id": term,
        "member_id": member,
        "from_date": (today - timedelta(days=1)).isoformat(),
        "until_date": None,
    }
    await delegates.keep([(seat, "1", fields)])

    assert [item["kind"] async for item in delegates.holdings(member)] == ["delegate"]
    assert await delegates.of_term(term, today) == {member}

    assert await delegates.erase(member) == 1
    await delegates.keep([(seat, "1", fields)])
    assert await delegates.of_term(term, today) == set()
    assert [item async for item in delegates.holdings(member)] == []
