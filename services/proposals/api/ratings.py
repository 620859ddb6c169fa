"""Routes of how the authors rate the answer of their case."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import Field

from services.proposals.api.callers import Committee, Wired
from services.proposals.api.case_callers import Author, of_the_unit
from services.proposals.api.case_views import CaseView, RatingsView, change_case
from services.proposals.domain.ratings import rate
from shared.clock import campus_day
from shared.contracts.proposals.cases import RatingValue
from shared.http.bodies import Body, Paragraphs
from shared.http.requests import CREATE, READ, Posted, shown

router = APIRouter(prefix="/v1", tags=["cases"])


class RateAnswer(Body):
    value: RatingValue
    comment: Annotated[Paragraphs | None, Field(description="For the committee alone.")] = None


@router.post("/cases/{case_id}/ratings", response_model=CaseView, responses=CREATE)
async def rate_answer(case_id: UUID, body: RateAnswer, caller: Author, command: Posted, stores: Wired) -> Response:
    """Each author once a round. With the last one, or when the time is over, the outcome is settled."""
    order = await command(caller)
    today = campus_day(order.at)
    return await change_case(
        stores,
        case_id,
        lambda case: rate(case, body.value, by=caller.id, comment=body.comment, at=order.at, today=today),
        order,
        caller.where(unit="", parties=("author_ids",)),
    )


@router.get("/cases/{case_id}/ratings", response_model=RatingsView, responses=READ)
async def read_ratings(case_id: UUID, caller: Committee, stores: Wired) -> Response:
    """Who has rated it how. Raises OwnCase for an author who is of the committee."""
    found = await stores.cases.get(case_id, of_the_unit(caller))
    found.state.require_no_author(caller.id)
    return shown(RatingsView.of, found)
