"""Figures of forms and cases beside a recount by hand."""

import random
from collections import Counter
from datetime import datetime
from statistics import mean, median
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.proposals.domain.cases import Case
from services.proposals.domain.proposals import Category, Proposal
from services.proposals.store.proposals import ProposalStore
from shared.clock import CAMPUS
from shared.contracts.proposals.cases import RatingValue
from shared.contracts.proposals.forms import NotFiledReason
from shared.roles import Role
from tests.campus import Campus
from tests.forms_and_cases import TODAY, Place, a_case, a_congress, a_form, committee_of, handle, put, stores_of


def recounted_forms(forms: list[Proposal]) -> dict[str, Any]:
    collected = [form for form in forms if form.state != "withdrawn"]

    def dispositions(some: list[Proposal]) -> dict[str, int]:
        names = ("filed", "opinion", "not_filed", "merged")
        return {"collected": len(some), **{name: len([form for form in some if form.state == name]) for name in names}}

    units = sorted({form.proposer_unit_id for form in collected})
    return {
        **dispositions(collected),
        "withdrawn": len(forms) - len(collected),
        "late": len([form for form in collected if form.late]),
        "forwarded_in": len([form for form in collected if form.forwarded_from]),
        "pending": len([form for form in forms if form.state in ("collected", "referred")]),
        "not_filed_by_reason": {
            reason.value: len([form for form in forms if form.not_filed_reason == reason]) for reason in NotFiledReason
        },
        "by_category": [
            {"category": category.value, **dispositions([form for form in collected if form.category == category])}
            for category in Category
        ],
        "by_unit": [
            {"unit_id": str(unit), **dispositions([form for form in collected if form.proposer_unit_id == unit])}
            for unit in units
        ],
    }


def recounted_cases(all_cases: list[Case]) -> dict[str, Any]:
    cases = [case for case in all_cases if case.state != "cancelled"]
    days = [
        (case.answered_on - case.first_assigned_on).days
        for case in cases
        if case.answered_on and case.first_assigned_on and not case.forwarded_as
    ]
    leads = sorted({case.lead_unit_id for case in cases if case.lead_unit_id})
    return {
        **recounted_handling(cases),
        "forms_behind_filed": sum(len(case.forms) for case in cases if case.kind == "filed"),
        "forms_behind_opinions": sum(len(case.forms) for case in cases if case.kind == "opinion"),
        "forwarded": len([case for case in cases if case.state == "forwarded"]),
        "forwarded_in": len([case for case in cases if case.forwarded_from]),
        "assigned": len([case for case in cases if case.lead_unit_id]),
        "days_to_answer": {
            "median": median(days) if days else None,
            "mean": pytest.approx(mean(days), abs=0.0501) if days else None,
            "longest": max(days, default=None),
        },
        "committed": len([case for case in cases if case.state == "committed"]),
        "reopened": len([case for case in cases if is_reopened(case)]),
        "by_category": [
            {"category": category.value, **recounted_handling([case for case in cases if case.category == category])}
            for category in Category
        ],
        "by_department": [
            {"unit_id": str(lead), **recounted_handling([case for case in cases if case.lead_unit_id == lead])}
            for lead in leads
        ],
    }


def recounted_handling(cases: list[Case]) -> dict[str, Any]:
    here = [case for case in cases if case.state != "forwarded"]
    handled = [case for case in here if case.answered_at]
    late = [case for case in cases if case.state in ("assigned", "answered") and case.due_on and case.due_on < TODAY]
    return {
        "filed": len([case for case in cases if case.kind == "filed"]),
        "opinions": len([case for case in cases if case.kind == "opinion"]),
        "handled": len(handled),
        "handled_percent": pytest.approx(100 * len(handled) / len(here), abs=0.0501) if here else None,
        "overdue_now": len(late),
        "answered_late": len([case for case in cases if case.answered_late]),
    }


def is_reopened(case: Case) -> bool:
    sent = len([answer for answer in case.answers if answer.sent_at])
    return sent > 1 or (sent == 1 and case.state in ("open", "assigned", "answered"))


def recounted_ratings(cases: list[Case]) -> dict[str, Any]:
    counted: Counter[RatingValue] = Counter()
    for case in cases:
        if case.ratings and case.state != "cancelled":
            last = max(rating.round for rating in case.ratings)
            counted.update(rating.value for rating in case.ratings if rating.round == last)
    good = counted[RatingValue.SATISFIED] + counted[RatingValue.BASICALLY_SATISFIED]
    return {
        "rated": counted.total(),
        **{value.value: counted[value] for value in RatingValue},
        "satisfied_percent": pytest.approx(100 * good / counted.total(), abs=0.0501),
    }


async def figures(campus: Campus, query: str, who: dict[str, str] | None = None) -> dict[str, Any]:
    return await campus.get("proposals", f"/v1/proposal-statistics?{query}", who or campus.officer)


@pytest.mark.parametrize("seed", range(5))
async def test_what_is_counted_by_the_database_is_what_is_counted_by_hand(campus: Campus, seed: int) -> None:
    chosen, stores = random.Random(seed), stores_of(campus)  # noqa: S311  the same data in every run
    here, elsewhere = Place(), Place()
    units = [uuid4() for _ in range(3)]
    forms = [a_form(here, chosen, units) for _ in range(150)]
    cases = [a_case(here, chosen) for _ in range(150)]
    await put(stores.proposals, [*forms, *(a_form(elsewhere, chosen, units) for _ in range(30))])
    await put(stores.cases, [*cases, *(a_case(elsewhere, chosen) for _ in range(30))])

    of_call = await figures(campus, f"call_id={here['call_id']}")
    of_term = await figures(campus, f"term_id={here['term_id']}&unit_id={here['unit_id']}")
    of_year = await figures(campus, f"year=2022&unit_id={here['unit_id']}")

    assert of_call["forms"] == recounted_forms(forms)
    assert of_call["cases"] == recounted_cases(cases)
    assert of_call["satisfaction"] == recounted_ratings(cases)
    assert of_term == of_call
    assert of_year["forms"] == recounted_forms([form for form in forms if in_2022(form.filed_at)])
    assert of_year["cases"] == recounted_cases([case for case in cases if in_2022(case.opened_at)])


def in_2022(at: datetime) -> bool:
    return at.astimezone(CAMPUS).year == 2022


async def test_the_forms_of_2022_come_back_as_the_figures_of_2022(campus: Campus) -> None:
    congress, delegates = await a_congress(campus)
    committee = committee_of(congress)
    titles = [f"关于第{number}件事的提案" for number in range(28)]
    made = [
        await congress.seconded(delegates[number % 4], [delegates[number % 4 - at] for at in (1, 2)], title=title)
        for number, title in enumerate(titles)
    ]
    for form in made[:3]:
        await congress.disposed(form, "filed", committee)
    for form in made[3:10]:
        await congress.disposed(form, "opinion", committee)
    await congress.post(f"/v1/proposals/{made[10]}/mergers", {"into": made[3]}, committee)
    for form in made[11:]:
        await congress.disposed(form, "not_filed", committee, reason="already_solved", note="已经解决")

    before = await figures(campus, f"call_id={congress.call}")
    async for row in stores_of(campus).cases.documents.find({"call_id": UUID(congress.call)}, {"_id": 1}):
        await handle(campus, congress, row["_id"])
    after = await figures(campus, f"year={TODAY.year}&unit_id={congress.unit}", committee)

    forms, cases = after["forms"], after["cases"]
    assert {name: forms[name] for name in ("collected", "filed", "opinion", "merged", "not_filed", "pending")} == {
        "collected": 28,
        "filed": 3,
        "opinion": 7,
        "merged": 1,
        "not_filed": 17,
        "pending": 0,
    }
    assert forms["not_filed_by_reason"]["already_solved"] == 17
    assert (cases["filed"], cases["opinions"], cases["forms_behind_opinions"]) == (3, 7, 8)
    assert (before["cases"]["handled_percent"], cases["handled_percent"]) == (0.0, 100.0)
    assert cases["days_to_answer"] == {"median": 0.0, "mean": 0.0, "longest": 0}
    assert (after["satisfaction"]["rated"], after["satisfaction"]["satisfied_percent"]) == (9, 100.0)


async def test_figures_are_asked_for_a_call_a_term_or_a_year(campus: Campus) -> None:
    for path in ("proposal-statistics", "proposal-exports/sheet"):
        answer = await campus.http["proposals"].get(f"/v1/{path}", headers={**campus.officer, "Accept-Language": "en"})

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["rule"] == "period_missing"


async def test_nobody_counts_what_they_do_not_look_after(campus: Campus) -> None:
    place, chosen = Place(), random.Random(1)  # noqa: S311  the same data in every run
    await put(stores_of(campus).proposals, [a_form(place, chosen, [uuid4()])])
    await put(stores_of(campus).cases, [a_case(place, chosen)])
    stranger = campus.issuer.bearer(uuid4(), (Role.PROPOSAL_COMMITTEE, await campus.unit()))

    seen = await figures(campus, f"call_id={place['call_id']}", stranger)

    assert seen["forms"] == recounted_forms([])
    assert seen["cases"]["filed"] + seen["cases"]["opinions"] == 0


async def test_figures_and_files_are_found_by_an_index(campus: Campus) -> None:
    store: ProposalStore = stores_of(campus).proposals
    place, chosen = Place(), random.Random(4)  # noqa: S311  the same data in every run
    await put(store, [a_form(place, chosen, [uuid4()]) for _ in range(20)])

    for where in ({"call_id": place["call_id"]}, {"term_id": place["term_id"]}):
        plan = await store.documents.find(where).sort([("filed_at", 1), ("_id", 1)]).explain()

        assert plan["executionStats"]["totalDocsExamined"] == 20
        assert "SORT" not in str(plan["queryPlanner"]["winningPlan"]).replace("SORT_KEY", "")
