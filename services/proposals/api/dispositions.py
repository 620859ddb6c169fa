"""Routes of what becomes of forms: referred, disposed of, merged, and taken back."""

from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.proposals.api.callers import Committee, Presidium, Wired
from services.proposals.api.proposals import ProposalView
from services.proposals.disposing import Ruling, dispose_of, merge_into, revoke, take_back_merger
from services.proposals.domain.dispositions import refer, take_back
from shared.contracts.proposals.forms import Disposition, NotFiledReason
from shared.http.bodies import Body, Paragraphs
from shared.http.requests import CREATE, Posted, answered, changed

router = APIRouter(prefix="/v1", tags=["dispositions"])


class Dispose(Body):
    disposition: Literal[Disposition.FILED, Disposition.OPINION, Disposition.NOT_FILED]
    reason: Annotated[NotFiledReason | None, Field(description="Why it is not filed; for nothing else.")] = None
    note: Annotated[Paragraphs | None, Field(description="What its people are told; needed where it is not filed.")] = (
        None
    )

    @model_validator(mode="after")
    def _says_why_not(self) -> Self:
        turned_down = self.disposition is Disposition.NOT_FILED
        if (self.reason is not None) != turned_down or (turned_down and self.note is None):
            raise PydanticCustomError(
                "reason_with_not_filed", "a reason and a note belong to not_filed, a reason to nothing else"
            )
        return self


class Refer(Body):
    note: Annotated[Paragraphs, Field(description="What is disputed.")]


class Merge(Body):
    into: Annotated[UUID, Field(description="The form of the same content that it is merged into.")]
    note: Paragraphs | None = None


class TakeBack(Body):
    note: Annotated[Paragraphs, Field(description="Why.")]


@router.post("/proposals/{proposal_id}/referrals", response_model=ProposalView, responses=CREATE)
async def refer_proposal(proposal_id: UUID, body: Refer, caller: Committee, command: Posted, stores: Wired) -> Response:
    """To the presidium of the session, where the committee cannot agree; again, where the presidium has changed."""
    order = await command(caller)
    where = stores.proposals.within(caller)
    session = (await stores.sessions.get((await stores.proposals.get(proposal_id, where)).state.session_id)).state
    return await answered(
        stores.proposals.change(
            proposal_id,
            lambda proposal: refer(proposal, by=caller.id, presidium_ids=session.presidium_ids, note=body.note),
            order,
            changed(ProposalView.of),
            where,
        )
    )


@router.post("/proposals/{proposal_id}/referral-revocations", response_model=ProposalView, responses=CREATE)
async def take_back_referral(
    proposal_id: UUID, body: TakeBack, caller: Committee, command: Posted, stores: Wired
) -> Response:
    """Where the presidium does not come to decide: the committee does."""
    order = await command(caller)
    return await answered(
        stores.proposals.change(
            proposal_id,
            lambda proposal: take_back(proposal, by=caller.id, note=body.note),
            order,
            changed(ProposalView.of),
            stores.proposals.within(caller),
        )
    )


@router.post("/proposals/{proposal_id}/dispositions", response_model=ProposalView, responses=CREATE)
async def dispose_of_proposal(
    proposal_id: UUID, body: Dispose, caller: Committee, command: Posted, stores: Wired
) -> Response:
    """Filed (立案), opinion (意见建议) or not filed (暂不予立案); merging has a route of its own."""
    order = await command(caller)
    ruling = Ruling(body.disposition, body.reason, body.note)
    where = stores.proposals.within(caller)
    return await answered(dispose_of(stores, proposal_id, ruling, order, changed(ProposalView.of), where))


@router.post("/proposals/{proposal_id}/presidium-decisions", response_model=ProposalView, responses=CREATE)
async def decide_as_presidium(
    proposal_id: UUID, body: Dispose, caller: Presidium, command: Posted, stores: Wired
) -> Response:
    """The same, of a form that was referred, by one of the presidium on its behalf."""
    order = await command(caller)
    ruling = Ruling(body.disposition, body.reason, body.note, as_presidium=True)
    where = caller.where(unit="", parties=("presidium_ids",))
    return await answered(dispose_of(stores, proposal_id, ruling, order, changed(ProposalView.of), where))


@router.post("/proposals/{proposal_id}/mergers", response_model=ProposalView, responses=CREATE)
async def merge_proposal(proposal_id: UUID, body: Merge, caller: Committee, command: Posted, stores: Wired) -> Response:
    """Into another form. Its proposer and seconders become co-proposers there, get every reply and rate it."""
    order = await command(caller)
    where = stores.proposals.within(caller)
    return await answered(merge_into(stores, proposal_id, body.into, body.note, order, changed(ProposalView.of), where))


@router.post("/proposals/{proposal_id}/merger-revocations", response_model=ProposalView, responses=CREATE)
async def unmerge_proposal(
    proposal_id: UUID, body: TakeBack, caller: Committee, command: Posted, stores: Wired
) -> Response:
    """It stands by itself again, with everybody who was its own, and is to get another disposition."""
    order = await command(caller)
    where = stores.proposals.within(caller)
    return await answered(take_back_merger(stores, proposal_id, body.note, order, changed(ProposalView.of), where))


@router.post("/proposals/{proposal_id}/disposition-revocations", response_model=ProposalView, responses=CREATE)
async def revoke_disposition(
    proposal_id: UUID, body: TakeBack, caller: Committee, command: Posted, stores: Wired
) -> Response:
    """With a reason on record, as long as nobody handles the case that it became. The presidium's goes back to it."""
    order = await command(caller)
    where = stores.proposals.within(caller)
    return await answered(revoke(stores, proposal_id, body.note, order, changed(ProposalView.of), where))
