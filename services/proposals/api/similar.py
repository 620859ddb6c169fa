"""The route by which the committee looks for forms of the same content. Nothing is merged by it."""

from typing import Annotated, Any
from uuid import UUID

import anyio
from fastapi import APIRouter, Query

from services.proposals.api.callers import Committee, Wired
from services.proposals.domain.proposals import Proposal, State
from services.proposals.domain.similarity import Text, most_alike
from shared.http.bodies import View
from shared.http.requests import READ

router = APIRouter(prefix="/v1", tags=["proposal figures"])


class SimilarProposal(View):
    """`score` is from 0 to 100. `same_call` is false for one that was filed as a case in an earlier call."""

    proposal_id: UUID
    title: str
    state: State
    call_id: UUID
    same_call: bool
    case_id: UUID | None
    merged_into: UUID | None
    score: float


class SimilarProposals(View):
    """The most alike first. Whether two are of the same content is for the committee to say."""

    items: list[SimilarProposal]


@router.get("/proposals/{proposal_id}/similar", response_model=SimilarProposals, responses=READ)
async def find_similar_proposals(
    proposal_id: UUID,
    caller: Committee,
    stores: Wired,
    threshold: Annotated[float, Query(ge=0, le=100, description="The least score.")] = 30,
    count: Annotated[int, Query(ge=1, le=50, description="How many at the most.")] = 10,
) -> Any:
    """Among the other forms of the call, and the filed ones of earlier calls of the same body."""
    within = stores.proposals.within(caller)
    form = (await stores.proposals.get(proposal_id, within)).state
    others = {other.id: other for other in await stores.proposals.comparable(form, within)}
    texts = [_text(other) for other in others.values()]
    found = await anyio.to_thread.run_sync(lambda: most_alike(_text(form), texts, threshold=threshold, count=count))
    return SimilarProposals(
        items=[
            SimilarProposal(
                proposal_id=alike.id,
                title=others[alike.id].title,
                state=others[alike.id].state,
                call_id=others[alike.id].call_id,
                same_call=others[alike.id].call_id == form.call_id,
                case_id=others[alike.id].case_id,
                merged_into=others[alike.id].merged_into,
                score=alike.score,
            )
            for alike in found
        ]
    )


def _text(form: Proposal) -> Text:
    return Text(form.id, form.title, f"{form.grounds}\n{form.suggestion}")
