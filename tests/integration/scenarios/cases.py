"""How each route of cases, of progress meetings and of outstanding proposals is asked by the matrix of access."""

import itertools
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from deploy.access_table import Row
from services.proposals.domain.cases import Case
from services.proposals.domain.handling import answer, sign
from services.proposals.domain.ratings import settle
from shared import clock
from shared.aggregate import Decision
from shared.contracts.proposals.cases import AnswerType
from shared.roles import Role
from tests.campus import Campus
from tests.integration.casework import SchoolsCall, change_case, holder, open_case
from tests.integration.land import DAY, Asked, Bearer, Kind, Land, Scenario, Scenarios, listing, send, whole
from tests.integration.scenarios.congresses import one_term, unit

_YEARS = itertools.count(1901)
Ask = Callable[[Campus, Land, Row, Bearer], Awaitable[Asked]]
Make = Callable[[Land], Awaitable[str]]


async def case_of(land: Land, *, subject: bool) -> str:
    """The delegates' and the subject's, or somebody else's."""
    proposer = land.subject if subject else str(uuid4())
    return str((await open_case(land.campus, land.section, [proposer, *land.delegates])).id)


async def opened(land: Land) -> str:
    return await case_of(land, subject=True)


async def lead(land: Land) -> str:
    return await land.once("lead department", lambda: unit(land))


async def helper(land: Land) -> str:
    return await land.once("co-department", lambda: unit(land))


async def assigned(land: Land, *, subject: bool = True, helped: bool = False) -> str:
    """The subject is an author, or else the leader in charge."""
    case = await case_of(land, subject=subject)
    lead_unit, co_units = UUID(await lead(land)), [UUID(await helper(land))] if helped else []
    today = clock.campus_day(clock.now())
    rule = await land.campus.running["proposals"].stores.handling_rules.on(today)
    leader = uuid4() if subject else UUID(land.subject)

    def decide(case: Case) -> Decision[Case]:
        return case.assign(
            lead_unit_id=lead_unit,
            co_unit_ids=co_units,
            leader_id=leader,
            watcher_id=None,
            due_on=None,
            rule=rule,
            today=today,
            by=uuid4(),
        )

    await change_case(land.campus, case, decide)
    return case


async def helped(land: Land) -> str:
    return await assigned(land, helped=True)


async def answered(land: Land, *, subject: bool = False, kind: AnswerType = AnswerType.DONE) -> str:
    case, at = await assigned(land, subject=subject), clock.now()
    today = clock.campus_day(at)
    plan_on = today + timedelta(days=90) if kind is AnswerType.PLANNED else None
    await change_case(
        land.campus,
        case,
        lambda case: answer(case, kind, text="已办理", plan_on=plan_on, by=uuid4(), at=at, today=today),
    )
    return case


async def sent(land: Land, *, kind: AnswerType = AnswerType.DONE) -> str:
    case, at = await answered(land, subject=True, kind=kind), clock.now()

    def decide(case: Case) -> Decision[Case]:
        assert case.leader_id is not None
        return sign(case, by=case.leader_id, at=at, today=clock.campus_day(at))

    await change_case(land.campus, case, decide)
    return case


async def committed(land: Land) -> str:
    case, at = await sent(land, kind=AnswerType.PLANNED), clock.now()
    await change_case(land.campus, case, lambda case: Decision(*settle(case, at=at, today=clock.campus_day(at))))
    return case


def changing(name: str, make: Make, body: Callable[[Land], Awaitable[Any]] | None = None) -> Ask:
    """The same case is asked for until somebody has changed it."""

    async def ask(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
        case = await land.once(f"case {name}", lambda: make(land))
        given = await body(land) if body else None
        found = await send(campus, row, who, ids={"case_id": case}, body=given)
        if found.is_success:
            del land.made[f"case {name}"]
        return found, whole(found)

    return ask


def always(body: dict[str, Any]) -> Callable[[Land], Awaitable[Any]]:
    async def made(_: Land) -> dict[str, Any]:
        return body

    return made


async def assignment(land: Land) -> dict[str, Any]:
    leader = await land.once("leader", lambda: holder(land.campus, land.section, Role.SCHOOL_LEADER))
    return {"lead_unit_id": await lead(land), "leader_id": leader}


async def hand_over(land: Land) -> dict[str, Any]:
    leader = await land.once("another leader", lambda: holder(land.campus, land.section, Role.SCHOOL_LEADER))
    return {"leader_id": leader, "reason": "已调离"}


async def involving(land: Land) -> dict[str, Any]:
    return {"co_unit_ids": [await helper(land)]}


async def forwarding(land: Land) -> dict[str, Any]:
    return {"call_id": await land.once("call of the school", SchoolsCall(land.campus).announce)}


async def extension(_: Land) -> dict[str, Any]:
    return {"due_on": (clock.campus_day(clock.now()) + timedelta(days=90)).isoformat(), "reason": "需要招标"}


async def opinion(land: Land) -> dict[str, Any]:
    return {"unit_id": await helper(land), "text": "同意"}


async def one_case(land: Land) -> str:
    return await land.once("case read", lambda: assigned(land))


async def list_cases(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await one_case(land)
    found = await send(campus, row, who, query=f"?limit=200&state=assigned&kind=filed&lead_unit_id={await lead(land)}")
    return found, listing(made, found)


async def read_case(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    """Also what hangs on it."""
    found = await send(campus, row, who, ids={"case_id": await one_case(land)})
    return found, whole(found)


async def meeting_body(land: Land) -> dict[str, Any]:
    return {"term_id": await one_term(land), "held_on": DAY, "reporting_unit_ids": [await lead(land)]}


async def one_meeting(land: Land) -> str:
    async def make() -> str:
        committee = land.campus.issuer.bearer(uuid4(), (Role.PROPOSAL_COMMITTEE, None))
        made = await land.campus.post("proposals", "/v1/progress-meetings", await meeting_body(land), committee)
        return str(made["id"])

    return await land.once("progress meeting", make)


async def hold_progress_meeting(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    found = await send(campus, row, who, body=await meeting_body(land))
    return found, whole(found)


async def list_progress_meetings(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await one_meeting(land)
    found = await send(campus, row, who, query=f"?limit=200&term_id={await one_term(land)}")
    return found, listing(made, found)


async def get_progress_meeting(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    found = await send(campus, row, who, ids={"meeting_id": await one_meeting(land)})
    return found, whole(found)


async def selection_body(land: Land) -> dict[str, Any]:
    given = {"unit_id": land.section, "year": next(_YEARS), "department_ids": [await lead(land)]}
    return {**given, "decided_on": DAY, "document": "校工会决定"}


async def one_selection(land: Land) -> str:
    async def make() -> str:
        committee = land.campus.issuer.bearer(uuid4(), (Role.PROPOSAL_COMMITTEE, None))
        made = await land.campus.post("proposals", "/v1/outstanding-selections", await selection_body(land), committee)
        return str(made["id"])

    return await land.once("selection", make)


async def choose_outstanding(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    found = await send(campus, row, who, body=await selection_body(land))
    return found, whole(found)


async def list_outstanding_selections(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await one_selection(land)
    found = await send(campus, row, who, query=f"?limit=200&unit_id={land.section}")
    return found, listing(made, found)


async def get_outstanding_selection(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    found = await send(campus, row, who, ids={"selection_id": await one_selection(land)})
    return found, whole(found)


DONE, WHY = {"type": "A", "text": "已经落实"}, {"reason": "不够具体"}

CHANGES: dict[str, Ask] = {
    "assign_case": changing("to assign", opened, assignment),
    "hand_over_case": changing("to hand over", assigned, hand_over),
    "recall_case": changing("to recall", assigned, always(WHY)),
    "involve_departments": changing("to involve others in", assigned, involving),
    "forward_case": changing("to forward", opened, forwarding),
    "remind_of_case": changing("to remind of", assigned),
    "fulfil_case": changing("to fulfil", committed, always({"text": "已建成"})),
    "return_case": changing("to return", assigned, always(WHY)),
    "extend_case": changing("to extend", assigned, extension),
    "give_opinion_on_case": changing("to give an opinion on", helped, opinion),
    "answer_case": changing("to answer", assigned, always(DONE)),
    "sign_answer": changing("to sign", answered),
    "send_back_answer": changing("to send back", answered, always(WHY)),
    "rate_answer": changing("to rate", sent, always({"value": "satisfied"})),
}

CASES: Scenarios = {
    ("proposals", "list_cases"): Scenario(Kind.LIST, list_cases),
    **{("proposals", name): Scenario(Kind.READ, read_case) for name in ("get_case", "read_answers", "read_ratings")},
    **{("proposals", name): Scenario(Kind.CHANGE, ask) for name, ask in CHANGES.items()},
    ("proposals", "hold_progress_meeting"): Scenario(Kind.CREATE, hold_progress_meeting),
    ("proposals", "list_progress_meetings"): Scenario(Kind.LIST, list_progress_meetings),
    ("proposals", "get_progress_meeting"): Scenario(Kind.READ, get_progress_meeting),
    ("proposals", "choose_outstanding"): Scenario(Kind.CREATE, choose_outstanding),
    ("proposals", "list_outstanding_selections"): Scenario(Kind.LIST, list_outstanding_selections),
    ("proposals", "get_outstanding_selection"): Scenario(Kind.READ, get_outstanding_selection),
}
