"""Routes of proposals."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.proposals.domain.proposals import Category, Proposal, State
from services.proposals.store import ProposalsStores
from shared.access import Caller, Reach
from shared.clock import campus_day
from shared.http.bodies import Body, Ids, LongLine, Paragraphs, View
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    access,
    answered,
    changed,
    created,
    listed,
    shown,
    the_stores,
)
from shared.ids import new_id
from shared.roles import Role

router = APIRouter(prefix="/v1", tags=["proposals"])


Wired = Annotated[ProposalsStores, the_stores]
Delegate = Annotated[Caller, access({Role.DELEGATE: Reach.OWN})]
Reader = Annotated[
    Caller,
    access(
        {
            Role.PROPOSAL_COMMITTEE: Reach.SCOPE,
            Role.UNION_OFFICER: Reach.SCOPE,
            Role.SCHOOL_LEADER: Reach.SCOPE,
            Role.MEMBER: Reach.OWN,
        }
    ),
]


class FileProposal(Body):
    title: Annotated[LongLine, Field(description="案名", examples=["关于改善教师午休条件的提案"])]
    grounds: Annotated[Paragraphs, Field(description="案由")]
    suggestion: Annotated[Paragraphs, Field(description="建议")]
    category: Category
    seconder_ids: Annotated[Ids, Field(max_length=50, description="附议人")]


class ProposalView(View):
    id: UUID
    title: str
    grounds: str
    suggestion: str
    category: Category
    proposer_id: UUID
    unit_id: UUID
    seconder_ids: tuple[UUID, ...]
    state: State
    filed_at: datetime


class ProposalPage(View):
    items: list[ProposalView]
    next: NextCursor


@router.post("/proposals", status_code=201, response_model=ProposalView, responses=CREATE)
async def file_proposal(body: FileProposal, caller: Delegate, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    proposer = await stores.directory.member(caller.id, field="sub")
    today = campus_day(order.at)
    delegates = frozenset(await stores.directory.among(body.seconder_ids, Role.DELEGATE, on=today))
    rule = await stores.rules.on(today)
    proposal_id = new_id()
    return await answered(
        stores.proposals.create(
            lambda: Proposal.file(
                proposal_id,
                **body.model_dump(),
                proposer_id=caller.id,
                unit_id=proposer.unit_id,
                delegates=delegates,
                rule=rule,
                at=order.at,
            ),
            order,
            created(ProposalView.of, "/v1/proposals"),
        )
    )


@router.get("/proposals", response_model=ProposalPage, responses=LIST)
async def list_proposals(
    caller: Reader, page: Paged, stores: Wired, state: Annotated[State | None, Query()] = None
) -> Any:
    where = {**({"state": state.value} if state else {}), **stores.proposals.within(caller)}
    return listed(ProposalView.of, await stores.proposals.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/proposals/{proposal_id}", response_model=ProposalView, responses=READ)
async def get_proposal(proposal_id: UUID, caller: Reader, stores: Wired) -> Response:
    return shown(ProposalView.of, await stores.proposals.get(proposal_id, stores.proposals.within(caller)))


@router.post("/proposals/{proposal_id}/withdrawals", response_model=ProposalView, responses=CREATE)
async def withdraw_proposal(proposal_id: UUID, caller: Delegate, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    return await answered(
        stores.proposals.change(
            proposal_id,
            lambda proposal: proposal.withdraw(by=caller.id),
            order,
            changed(ProposalView.of),
            stores.proposals.within(caller),
        )
    )
