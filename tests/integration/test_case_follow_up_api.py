"""What follows the handling of cases: progress meetings, outstanding proposals and departments."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.proposals.domain.proposals import Proposal
from services.proposals.store.follow_up import eligible
from shared.contracts.proposals.cases import CaseKind
from shared.roles import Role
from tests.campus import Campus
from tests.integration.casework import Casework, begin_term

HELD = "2022-09-15"


@pytest.fixture(scope="module")
async def work(campus: Campus) -> Casework:
    return await Casework().begin(campus)


@pytest.fixture(scope="module")
async def term(work: Casework) -> str:
    body = {"kind": "staff_congress", "unit_id": work.unit, "name": "示例学院教职工代表大会"}
    made = await work.campus.post("proposals", "/v1/bodies", body, work.campus.officer)
    return str((await begin_term(work.campus, made["id"]))["id"])


async def meet(work: Casework, term: str, *, status: int = 201, **change: Any) -> dict[str, Any]:
    body = {"term_id": term, "held_on": HELD, "reporting_unit_ids": [work.lead], "notes": [], **change}
    return await work.campus.post("proposals", "/v1/progress-meetings", body, work.committee, status=status)


async def choose(work: Casework, year: int, *, status: int = 201, **change: Any) -> dict[str, Any]:
    given = {"unit_id": work.unit, "year": year, "decided_on": "2022-12-20", "document": "校工会〔2022〕9号"}
    body = {**given, "proposal_ids": [], "department_ids": [], **change}
    return await work.campus.post("proposals", "/v1/outstanding-selections", body, work.committee, status=status)


async def form_of(work: Casework, case: str) -> str:
    return str((await work.get(case))["proposal_ids"][0])


async def test_a_meeting_keeps_who_reported_and_a_note_for_each_case(work: Casework, term: str) -> None:
    case = await work.assigned()

    made = await meet(work, term, notes=[{"case_id": case, "note": "设备已到位"}])

    assert (made["unit_id"], made["notes"]) == (work.unit, [{"case_id": case, "note": "设备已到位"}])
    path = f"/v1/progress-meetings?case_id={case}&term_id={term}"
    assert (await work.campus.get("proposals", path, work.committee))["items"] == [made]


async def test_a_department_reads_of_the_meetings_at_which_it_reported(work: Casework, term: str) -> None:
    made = await meet(work, term)
    path = f"/v1/progress-meetings/{made['id']}"

    assert await work.campus.get("proposals", path, work.department()) == made
    await work.campus.get("proposals", path, work.department(work.other), status=404)


async def test_a_department_reads_what_was_noted_of_its_own_cases(work: Casework, term: str) -> None:
    own, other = await work.assigned(CaseKind.FILED, work.helper), await work.open()
    await work.assign(other, lead_unit_id=work.other)
    notes = [{"case_id": own, "note": "设备已到位"}, {"case_id": other, "note": "尚未落实"}]
    made = await meet(work, term, reporting_unit_ids=[work.lead, work.helper, work.other], notes=notes)

    async def read(who: dict[str, str]) -> list[str]:
        found = await work.campus.get("proposals", f"/v1/progress-meetings/{made['id']}", who)
        listed = await work.campus.get("proposals", f"/v1/progress-meetings?term_id={term}&limit=200", who)
        assert found in listed["items"]
        return [note["case_id"] for note in found["notes"]]

    assert await read(work.committee) == [own, other]
    assert await read(work.department()) == await read(work.department(work.helper)) == [own]
    assert await read(work.department(work.other)) == [other]


async def test_what_is_recorded_of_a_meeting_has_happened_and_is_about_the_units_cases(
    work: Casework, term: str
) -> None:
    elsewhere = await Casework().begin(work.campus)
    foreign = await elsewhere.open()

    strange = await meet(work, term, status=409, notes=[{"case_id": foreign, "note": "x"}])
    future = await meet(work, term, status=409, held_on="2100-01-01")
    before = await meet(work, term, status=409, held_on="2020-02-29")
    nobody = await meet(work, term, status=409, reporting_unit_ids=[str(uuid4())])

    assert [refused["type"].rpartition(":")[2] for refused in (strange, future, before, nobody)] == [
        "cases-not-of-the-unit",
        "day-not-reached",
        "term-not-running",
        "unit-not-known",
    ]
    assert strange["case_ids"] == [foreign]


async def test_outstanding_are_cases_and_opinions_that_were_answered(work: Casework) -> None:
    filed = await form_of(work, await work.open())
    opinion = await work.assigned(CaseKind.OPINION)
    advice = await form_of(work, opinion)

    refused = await choose(work, 2022, status=409, proposal_ids=[filed, advice])
    await work.answer(opinion)
    made = await choose(work, 2022, proposal_ids=[filed, advice], department_ids=[work.lead])

    assert (refused["type"].rpartition(":")[2], refused["proposal_ids"]) == ("not-to-be-chosen", [advice])
    anybody = work.campus.issuer.bearer(uuid4())
    path = f"/v1/outstanding-selections?unit_id={work.unit}&year=2022"
    assert (await work.campus.get("proposals", path, anybody))["items"] == [made]


async def test_what_is_taken_back_at_the_same_moment_is_not_chosen(
    work: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await form_of(work, await work.open())

    async def looked(*given: Any) -> dict[UUID, Proposal]:
        found = await eligible(*given)
        path = f"/v1/proposals/{form}/disposition-revocations"
        await work.campus.post("proposals", path, {"note": "依据有误"}, work.committee, status=200)
        return found

    monkeypatch.setattr("services.proposals.api.outstanding_selections.eligible", looked)

    refused = await choose(work, 2019, status=409, decided_on="2019-12-20", proposal_ids=[form])

    assert (refused["type"].rpartition(":")[2], refused["proposal_ids"]) == ("not-to-be-chosen", [form])


async def test_a_unit_chooses_once_a_year_and_something(work: Casework) -> None:
    nothing = await choose(work, 2021, status=409)
    await choose(work, 2021, department_ids=[work.lead])
    again = await choose(work, 2021, status=409, department_ids=[work.other])

    assert nothing["type"].endswith("nothing-chosen")
    assert (again["type"].rpartition(":")[2], again["field"]) == ("already-exists", "unit_id, year")


async def test_nobody_chooses_what_they_have_proposed_or_seconded(work: Casework) -> None:
    form = await form_of(work, await work.open())
    committee = work.campus.issuer.bearer(work.authors[1], (Role.PROPOSAL_COMMITTEE, work.unit))
    body = {"unit_id": work.unit, "year": 2020, "decided_on": "2020-12-20", "document": "决定", "proposal_ids": [form]}

    refused = await work.campus.post("proposals", "/v1/outstanding-selections", body, committee, status=403)

    assert refused["type"].endswith("own-case")
