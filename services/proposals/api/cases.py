"""Routes of cases (立案) and opinions (意见建议): read, assigned, handed over, forwarded to the school."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.proposals.api.callers import Committee, Wired
from services.proposals.api.case_callers import CaseReader, of_the_unit
from services.proposals.api.case_views import CasePage, CaseView, by_no_author, change_case
from services.proposals.domain.calls import Window
from services.proposals.domain.cases import Case, State
from services.proposals.domain.handling import hand_over, involve, recall, remind
from services.proposals.domain.proposals import Proposal
from services.proposals.domain.ratings import fulfil
from services.proposals.errors.cases import NotALeader, NotTheSchoolsCall, NoWatcher
from services.proposals.store.units import is_the_school
from shared import clock
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.contracts.proposals.cases import CaseKind
from shared.directory import Directory
from shared.http.bodies import Body, Day, Ids, LongLine, Paragraphs
from shared.http.requests import CREATE, LIST, READ, Paged, Posted, answered, changed, listed, shown
from shared.ids import new_id
from shared.roles import Role
from shared.store import Piece, change_together

router = APIRouter(prefix="/v1", tags=["cases"])


class AssignCase(Body):
    lead_unit_id: Annotated[UUID, Field(description="主办部门")]
    co_unit_ids: Annotated[Ids, Field(max_length=20, description="协办部门")] = []  # noqa: RUF012  pydantic copies it
    leader_id: Annotated[UUID | None, Field(description="分管领导, who signs; an opinion may go without.")] = None
    watcher_id: Annotated[UUID | None, Field(description="The member of the committee who watches over it.")] = None
    due_on: Annotated[Day | None, Field(description="Last day of the answer; that of the rule where left out.")] = None


class HandOverCase(Body):
    leader_id: Annotated[UUID | None, Field(description="The new 分管领导; nobody else where left out.")] = None
    watcher_id: Annotated[UUID | None, Field(description="Who watches over it now; nobody else where left out.")] = None
    reason: LongLine


class RecallCase(Body):
    reason: LongLine


class InvolveDepartments(Body):
    co_unit_ids: Annotated[Ids, Field(max_length=20, description="All 协办部门 from now on.")]


class ForwardCase(Body):
    call_id: Annotated[UUID, Field(description="A call of the school's body.")]


class FulfilCase(Body):
    text: Annotated[Paragraphs, Field(description="What has been carried out.")]


@router.get("/cases", response_model=CasePage, responses=LIST)
async def list_cases(
    caller: CaseReader,
    page: Paged,
    stores: Wired,
    state: Annotated[State | None, Query()] = None,
    kind: Annotated[CaseKind | None, Query()] = None,
    call_id: Annotated[UUID | None, Query()] = None,
    lead_unit_id: Annotated[UUID | None, Query()] = None,
    overdue: Annotated[
        bool | None, Query(description="Whether an answer, or its signature, is awaited past the due date.")
    ] = None,
) -> Any:
    asked = {"state": state, "kind": kind, "call_id": call_id, "lead_unit_id": lead_unit_id}
    where: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if overdue is not None:
        late = stores.cases.overdue(campus_day(clock.now()))
        where = {"$and": [where, late if overdue else {"$nor": [late]}]}
    found = await stores.cases.page(
        {"$and": [where, stores.cases.within(caller)]}, limit=page.limit, cursor=page.cursor
    )
    return listed(CaseView.of, found)


@router.get("/cases/{case_id}", response_model=CaseView, responses=READ)
async def get_case(case_id: UUID, caller: CaseReader, stores: Wired) -> Response:
    return shown(CaseView.of, await stores.cases.get(case_id, stores.cases.within(caller)))


@router.post("/cases/{case_id}/assignments", response_model=CaseView, responses=CREATE)
async def assign_case(case_id: UUID, body: AssignCase, caller: Committee, command: Posted, stores: Wired) -> Response:
    """To a lead department and its co-departments, by the rule of the day."""
    order = await command(caller)
    today, directory = campus_day(order.at), stores.directory
    await stores.cases.get(case_id, of_the_unit(caller))
    await directory.require_units([body.lead_unit_id], field="lead_unit_id")
    await directory.require_units(body.co_unit_ids, field="co_unit_ids")
    await _require_roles(directory, body.leader_id, body.watcher_id, today)
    rule = await stores.handling_rules.on(today)
    return await change_case(
        stores,
        case_id,
        lambda case: case.assign(**body.model_dump(), rule=rule, today=today, by=caller.id),
        order,
        of_the_unit(caller),
    )


@router.post("/cases/{case_id}/hand-overs", response_model=CaseView, responses=CREATE)
async def hand_over_case(
    case_id: UUID, body: HandOverCase, caller: Committee, command: Posted, stores: Wired
) -> Response:
    """To another leader in charge or another watcher, whatever has become of those who were named."""
    order = await command(caller)
    await stores.cases.get(case_id, of_the_unit(caller))
    await _require_roles(stores.directory, body.leader_id, body.watcher_id, campus_day(order.at))
    return await change_case(
        stores,
        case_id,
        lambda case: hand_over(case, **body.model_dump(), by=caller.id, at=order.at),
        order,
        of_the_unit(caller),
    )


@router.post("/cases/{case_id}/recalls", response_model=CaseView, responses=CREATE)
async def recall_case(case_id: UUID, body: RecallCase, caller: Committee, command: Posted, stores: Wired) -> Response:
    """What was assigned to the wrong department is open again, to be assigned elsewhere."""
    order = await command(caller)
    return await change_case(
        stores,
        case_id,
        lambda case: recall(case, reason=body.reason, by=caller.id, at=order.at),
        order,
        of_the_unit(caller),
    )


@router.post("/cases/{case_id}/co-departments", response_model=CaseView, responses=CREATE)
async def involve_departments(
    case_id: UUID, body: InvolveDepartments, caller: Committee, command: Posted, stores: Wired
) -> Response:
    """Other co-departments while the case is handled."""
    order = await command(caller)
    await stores.cases.get(case_id, of_the_unit(caller))
    await stores.directory.require_units(body.co_unit_ids, field="co_unit_ids")
    today = campus_day(order.at)
    return await change_case(
        stores,
        case_id,
        lambda case: involve(case, body.co_unit_ids, by=caller.id, today=today),
        order,
        of_the_unit(caller),
    )


async def _require_roles(directory: Directory, leader_id: UUID | None, watcher_id: UUID | None, on: date) -> None:
    """Raises NotALeader, NoWatcher."""
    if leader_id and not await directory.among([leader_id], Role.SCHOOL_LEADER, on=on):
        raise NotALeader(field="leader_id")
    if watcher_id and not await directory.among([watcher_id], Role.PROPOSAL_COMMITTEE, on=on):
        raise NoWatcher(field="watcher_id")


@router.post("/cases/{case_id}/reminders", response_model=CaseView, responses=CREATE)
async def remind_of_case(case_id: UUID, caller: Committee, command: Posted, stores: Wired) -> Response:
    """催办, beside the reminders that come by themselves."""
    order = await command(caller)
    today = campus_day(order.at)
    return await change_case(stores, case_id, lambda case: remind(case, today=today), order, of_the_unit(caller))


@router.post("/cases/{case_id}/fulfilments", response_model=CaseView, responses=CREATE)
async def fulfil_case(case_id: UUID, body: FulfilCase, caller: Committee, command: Posted, stores: Wired) -> Response:
    """The committee has seen that the plan (B) was carried out."""
    order = await command(caller)
    decide = by_no_author(order, lambda case: fulfil(case, text=body.text, at=order.at))
    return await change_case(stores, case_id, decide, order, of_the_unit(caller))


@router.post("/cases/{case_id}/forwardings", response_model=CaseView, responses=CREATE)
async def forward_case(case_id: UUID, body: ForwardCase, caller: Committee, command: Posted, stores: Wired) -> Response:
    """To the school, as a form in its call (转报学校). The school's answer comes back here, and is rated here.

    It stays the form of all authors of the case, so that none of them decides on it at the school.
    """
    order = await command(caller)
    case = (await stores.cases.get(case_id, of_the_unit(caller))).state
    call = (await stores.calls.get(body.call_id)).state
    if not await is_the_school(stores.directory, call.unit_id):
        raise NotTheSchoolsCall(field="call_id")
    late = call.require(order.at, late_too=True) is Window.LATE
    school = await is_the_school(stores.directory, case.unit_id)
    form = (await stores.proposals.get(case.proposal_ids[0])).state
    form_id = new_id()

    def decide(case: Case, _: None) -> list[Decision[Any]]:
        forwarded = case.forward(form_id, school=school, by=caller.id)
        filed = Proposal.file(
            form_id,
            call_id=call.id,
            session_id=call.session_id,
            term_id=call.term_id,
            body_id=call.body_id,
            unit_id=call.unit_id,
            title=form.title,
            grounds=form.grounds,
            suggestion=form.suggestion,
            category=form.category,
            proposer_id=case.author_ids[0],
            brought_ids=case.author_ids[1:],
            proposer_unit_id=form.proposer_unit_id,
            delegation_id=None,
            seconder_ids=(),
            delegates=frozenset(),
            ordinal=None,
            late=late,
            at=order.at,
            forwarded_from=case.id,
        )
        return [forwarded, filed]

    pieces: list[Piece[Any]] = [Piece(stores.cases, case_id, of_the_unit(caller)), Piece(stores.proposals)]
    return await answered(change_together(pieces, decide, order, changed(CaseView.of)))
