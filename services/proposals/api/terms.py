"""Routes of terms."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.proposals.api.congress_callers import AnyMember, Manager, Wired
from services.proposals.domain.terms import Term, TermState
from services.proposals.errors.congresses import ChangedMeanwhile
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.http.bodies import Body, Day, View, Whole
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    answered,
    changed,
    created,
    listed,
    shown,
)
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["congresses"])


class BeginTerm(Body):
    number: Annotated[Whole, Field(ge=1, le=1000, description="第几届", examples=[13])]
    begins_on: Day


class EndTerm(Body):
    on: Annotated[Day, Field(description="First day without the term.")]


class TermView(View):
    id: UUID
    body_id: UUID
    unit_id: UUID
    number: int
    begins_on: date
    ends_on: date | None
    state: TermState


class TermPage(View):
    items: list[TermView]
    next: NextCursor


@router.post("/bodies/{body_id}/terms", status_code=201, response_model=TermView, responses=CREATE)
async def begin_term(body_id: UUID, body: BeginTerm, caller: Manager, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    found = (await stores.bodies.get(body_id, stores.bodies.within(caller))).state
    term_id = new_id()
    return await answered(
        stores.terms.create(
            lambda: Term.begin(
                term_id, body_id=found.id, unit_id=found.unit_id, number=body.number, begins_on=body.begins_on
            ),
            order,
            created(TermView.of, "/v1/terms"),
        )
    )


@router.get("/terms", response_model=TermPage, responses=LIST)
async def list_terms(
    caller: AnyMember, page: Paged, stores: Wired, body_id: Annotated[UUID | None, Query()] = None
) -> Any:
    where = {**({"body_id": body_id} if body_id else {}), **stores.terms.within(caller)}
    return listed(TermView.of, await stores.terms.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/terms/{term_id}", response_model=TermView, responses=READ)
async def get_term(term_id: UUID, caller: AnyMember, stores: Wired) -> Response:
    return shown(TermView.of, await stores.terms.get(term_id, stores.terms.within(caller)))


@router.post("/terms/{term_id}/endings", response_model=TermView, responses=CREATE)
async def end_term(term_id: UUID, body: EndTerm, caller: Manager, command: Posted, stores: Wired) -> Response:
    """When its sessions are over and its forms reviewed. Its delegates are delegates no more from that day."""
    order = await command(caller)
    within, today = stores.terms.within(caller), campus_day(order.at)
    seen = (await stores.terms.get(term_id, within)).state
    not_over, pending = await stores.sessions.not_over(term_id), await stores.proposals.pending(term_id)

    def decide(term: Term) -> Decision[Term]:
        ended = term.end(on=body.on, today=today, sessions_not_over=not_over, forms_pending=pending)
        if term.sessions != seen.sessions:
            # One was convened after they were counted.
            raise ChangedMeanwhile(what=stores.terms.what)
        return ended

    return await answered(stores.terms.change(term_id, decide, order, changed(TermView.of), within))
