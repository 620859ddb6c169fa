"""Routes of the outstanding proposals and departments of a year (优秀提案、先进承办单位)."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.proposals.api.callers import Committee, Everyone, Wired
from services.proposals.domain.outstanding import OutstandingSelection
from services.proposals.domain.proposals import Proposal
from services.proposals.store.follow_up import eligible
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.http.bodies import Body, Day, Ids, LongLine, View, Whole
from shared.http.requests import CREATE, LIST, READ, NextCursor, Paged, Posted, answered, created, listed, shown
from shared.ids import new_id
from shared.store import Piece, change_together

router = APIRouter(prefix="/v1", tags=["cases"])


class ChooseOutstanding(Body):
    unit_id: Annotated[UUID, Field(description="Unit of the body.")]
    year: Annotated[Whole, Field(ge=1900, le=2100, examples=[2022])]
    proposal_ids: Annotated[Ids, Field(max_length=200, description="优秀提案")] = []  # noqa: RUF012  pydantic copies it
    department_ids: Annotated[Ids, Field(max_length=50, description="先进承办单位")] = []  # noqa: RUF012  as above
    decided_on: Day
    document: Annotated[LongLine, Field(description="The document by which it was decided.")]


class OutstandingSelectionView(View):
    id: UUID
    unit_id: UUID
    year: int
    proposal_ids: tuple[UUID, ...]
    department_ids: tuple[UUID, ...]
    decided_on: date
    document: str


class OutstandingSelectionPage(View):
    items: list[OutstandingSelectionView]
    next: NextCursor


@router.post("/outstanding-selections", status_code=201, response_model=OutstandingSelectionView, responses=CREATE)
async def choose_outstanding(body: ChooseOutstanding, caller: Committee, command: Posted, stores: Wired) -> Response:
    """Once a year: of the proposals cases, and opinions that were answered. Not by one whose proposal is among them."""
    order = await command(caller)
    caller.require(body.unit_id, field="unit_id")
    await stores.directory.require_units([body.unit_id], field="unit_id")
    await stores.directory.require_units(body.department_ids, field="department_ids")
    seen = await eligible(stores.proposals, stores.cases, body.proposal_ids, body.unit_id)
    selection_id, today = new_id(), campus_day(order.at)

    def decide(_: None, *forms: Proposal) -> list[Decision[Any]]:
        # Whose disposition was taken back since is no longer what was found fit; an answer is never taken back.
        fit = {form.id: form.everybody for form in forms if form.case_id == seen[form.id].case_id}
        chosen = OutstandingSelection.choose(selection_id, **body.model_dump(), eligible=fit, by=caller.id, today=today)
        return [chosen, *(Decision(form, ()) for form in forms)]

    of_forms = [Piece(stores.proposals, form_id) for form_id in seen]
    pieces: list[Piece[Any]] = [Piece(stores.outstanding_selections), *of_forms]
    respond = created(OutstandingSelectionView.of, "/v1/outstanding-selections")
    return await answered(change_together(pieces, decide, order, respond))


@router.get("/outstanding-selections", response_model=OutstandingSelectionPage, responses=LIST)
async def list_outstanding_selections(
    caller: Everyone,
    page: Paged,
    stores: Wired,
    unit_id: Annotated[UUID | None, Query()] = None,
    year: Annotated[int | None, Query(ge=1900, le=2100)] = None,
) -> Any:
    asked = {"unit_id": unit_id, "year": year}
    where = {name: value for name, value in asked.items() if value is not None}
    found = await stores.outstanding_selections.page(where, limit=page.limit, cursor=page.cursor)
    return listed(OutstandingSelectionView.of, found)


@router.get("/outstanding-selections/{selection_id}", response_model=OutstandingSelectionView, responses=READ)
async def get_outstanding_selection(selection_id: UUID, caller: Everyone, stores: Wired) -> Response:
    return shown(OutstandingSelectionView.of, await stores.outstanding_selections.get(selection_id))
