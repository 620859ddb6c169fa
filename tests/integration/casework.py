"""Cases to work on: forms that have become cases, made through the stores, as their routes have tests of their own."""

import itertools
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from services.proposals.domain.cases import Case
from services.proposals.domain.dispositions import dispose
from services.proposals.domain.proposals import Category, Proposal
from shared import clock
from shared.aggregate import Decision
from shared.command import Answer, Command
from shared.contracts.proposals.cases import CaseKind
from shared.contracts.proposals.forms import Disposition, SecondAnswer
from shared.ids import new_id
from shared.roles import Role
from shared.store import Piece, change_together
from shared.tracing import continue_trace
from tests.campus import Campus, until

Bearer = dict[str, str]


async def open_case(campus: Campus, unit_id: str, authors: Sequence[str], kind: CaseKind = CaseKind.FILED) -> Case:
    """A form of the body of the unit, by the first of the authors and seconded by the others, that became a case."""
    stores, at = campus.running["proposals"].stores, clock.now()
    today = clock.campus_day(at)
    proposer, *seconders = [UUID(author) for author in authors]
    call, session, term, body = (new_id() for _ in range(4))
    filed = Proposal.file(
        new_id(),
        call_id=call,
        session_id=session,
        term_id=term,
        body_id=body,
        unit_id=UUID(unit_id),
        title="关于增设母婴室的提案",
        grounds="案由",
        suggestion="建议",
        category=Category.FACILITIES,
        proposer_id=proposer,
        proposer_unit_id=UUID(unit_id),
        delegation_id=None,
        seconder_ids=seconders,
        delegates=frozenset(seconders),
        ordinal=1,
        late=False,
        at=at,
    )
    proposal = filed.state
    for seconder in seconders:
        proposal = proposal.second(by=seconder, answer=SecondAnswer.ACCEPTED, revision=1).state
    case_id = new_id()
    disposed = dispose(
        proposal,
        Disposition(kind.value),
        by=uuid4(),
        rule=await stores.proposal_rules.on(today),
        note=None,
        reason=None,
        case_id=case_id,
        at=at,
    )
    opened = Case.open(case_id, disposed.state, kind=kind, absorbed=(), at=at, on=today)
    await change_together(
        [Piece(stores.proposals), Piece(stores.cases)],
        lambda *_: [Decision(disposed.state, filed.events), opened],
        _command(),
        lambda _: Answer(204, b""),
    )
    return opened.state


async def change_case(campus: Campus, case_id: str, decide: Callable[[Case], Decision[Case]]) -> None:
    """Past the routes, for what they would ask of the directory."""
    stores = campus.running["proposals"].stores
    await stores.cases.change(UUID(case_id), decide, _command(), lambda _: Answer(204, b""))


def _command() -> Command:
    return Command(uuid4(), clock.now(), str(new_id()), continue_trace(""))


async def known(campus: Campus, unit_id: str) -> str:
    """The unit, when proposals has heard of it."""

    async def look() -> Any:
        return await campus.database("proposals")["directory_units"].find_one({"_id": UUID(unit_id)})

    await until(look, what=f"unit {unit_id} in proposals")
    return unit_id


async def holder(campus: Campus, unit_id: str, role: Role, scope: str | None = None) -> str:
    """A member of the unit who holds the role, as proposals knows."""
    member = await campus.member(unit_id)
    await campus.role(member, role, scope)
    await campus.heard_of("proposals", member, role)
    return member


class Casework:
    """A unit with authors, a committee, two departments that handle and one that helps, and a leader in charge."""

    campus: Campus
    unit: str
    lead: str
    other: str
    helper: str
    authors: list[str]
    leader: str
    watcher: str

    async def begin(self, campus: Campus) -> "Casework":
        self.campus = campus
        self.unit, self.lead, self.other, self.helper = [await campus.unit() for _ in range(4)]
        self.authors = [await campus.member(self.unit) for _ in range(3)]
        self.leader = await holder(campus, self.unit, Role.SCHOOL_LEADER)
        self.watcher = await holder(campus, self.unit, Role.PROPOSAL_COMMITTEE, self.unit)
        for unit in (self.unit, self.lead, self.other, self.helper):
            await known(campus, unit)
        return self

    @property
    def committee(self) -> Bearer:
        return self.campus.issuer.bearer(self.watcher, (Role.PROPOSAL_COMMITTEE, self.unit))

    @property
    def signer(self) -> Bearer:
        return self.campus.issuer.bearer(self.leader, (Role.SCHOOL_LEADER, None))

    def department(self, unit_id: str | None = None) -> Bearer:
        return self.campus.issuer.bearer(uuid4(), (Role.DEPARTMENT_HANDLER, unit_id or self.lead))

    def author(self, number: int = 0) -> Bearer:
        return self.campus.issuer.bearer(self.authors[number])

    async def open(self, kind: CaseKind = CaseKind.FILED) -> str:
        return str((await open_case(self.campus, self.unit, self.authors, kind)).id)

    async def assigned(self, kind: CaseKind = CaseKind.FILED, *helpers: str) -> str:
        case = await self.open(kind)
        await self.assign(case, co_unit_ids=list(helpers))
        return case

    async def answered(self, type_: str = "A", **more: Any) -> str:
        case = await self.assigned()
        await self.answer(case, type=type_, **more)
        return case

    async def sent(self, type_: str = "A", **more: Any) -> str:
        case = await self.answered(type_, **more)
        await self.do(case, "signatures", self.signer)
        return case

    async def do(
        self, case: str, action: str, who: Bearer, body: dict[str, Any] | None = None, *, status: int = 200
    ) -> dict[str, Any]:
        return await self.campus.post("proposals", f"/v1/cases/{case}/{action}", body, who, status=status)

    async def assign(self, case: str, *, status: int = 200, **change: Any) -> dict[str, Any]:
        body = {"lead_unit_id": self.lead, "leader_id": self.leader, "watcher_id": self.watcher, **change}
        return await self.do(case, "assignments", self.committee, body, status=status)

    async def answer(self, case: str, *, status: int = 200, who: Bearer | None = None, **change: Any) -> dict[str, Any]:
        body = {"type": "A", "text": "已经落实", **change}
        return await self.do(case, "answers", who or self.department(), body, status=status)

    async def rate(self, case: str, number: int, value: str = "satisfied", *, status: int = 200) -> dict[str, Any]:
        return await self.do(case, "ratings", self.author(number), {"value": value, "comment": "评语"}, status=status)

    async def get(self, case: str, who: Bearer | None = None, *, of: str = "", status: int = 200) -> dict[str, Any]:
        path = f"/v1/cases/{case}{of}"
        return await self.campus.get("proposals", path, who or self.committee, status=status)

    async def told(self, case: str, event: str) -> int:
        """How often the event was recorded of the case."""
        named = {"aggregate": UUID(case), "headers": ["ce_type", f"union.proposals.{event}.v1".encode()]}
        return int(await self.campus.database("proposals")["outbox"].count_documents(named))


class SchoolsCall:
    """A call of the school's staff congress, open now. There is one school, and one term of its congress."""

    def __init__(self, campus: Campus) -> None:
        self.campus = campus
        self.committee = campus.issuer.bearer(uuid4(), (Role.PROPOSAL_COMMITTEE, None))

    async def announce(self) -> str:
        school = await self.campus.school()
        await known(self.campus, school)
        found = await self._get(f"/v1/bodies?unit_id={school}&kind=staff_congress")
        given = {"kind": "staff_congress", "unit_id": school, "name": "学校教职工代表大会"}
        body = next(iter(found["items"]), None) or await self._post("/v1/bodies", given)
        found = await self._get(f"/v1/terms?body_id={body['id']}")
        term = next(iter(found["items"]), None) or await begin_term(self.campus, str(body["id"]))
        return await announce_call(self.campus, str(term["id"]))

    async def dispose(self, proposal: str, disposition: str, **more: str) -> dict[str, Any]:
        path, body = f"/v1/proposals/{proposal}/dispositions", {"disposition": disposition, **more}
        return await self.campus.post("proposals", path, body, self.committee, status=200)

    async def _get(self, path: str) -> dict[str, Any]:
        return await self.campus.get("proposals", path, self.campus.officer)

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return await self.campus.post("proposals", path, body, self.campus.officer)


_NUMBER = itertools.count(100)


async def begin_term(campus: Campus, body_id: str) -> dict[str, Any]:
    body = {"number": 1, "begins_on": "2020-03-01"}
    return await campus.post("proposals", f"/v1/bodies/{body_id}/terms", body, campus.officer)


async def announce_call(campus: Campus, term_id: str) -> str:
    """Before a session of its own, and open now."""
    now = clock.now()
    day = clock.campus_day(now + timedelta(days=30)).isoformat()
    session = {"number": next(_NUMBER), "held_from": day, "held_until": day}
    made = await campus.post("proposals", f"/v1/terms/{term_id}/sessions", session, campus.officer)
    window = {"opens_at": (now - timedelta(days=1)).isoformat(), "closes_at": (now + timedelta(days=9)).isoformat()}
    return str((await campus.post("proposals", f"/v1/sessions/{made['id']}/calls", window, campus.officer))["id"])
