"""Routes of forms: filed, seconded, revised, taken back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.proposals.api.callers import Delegate, Reader, Wired
from services.proposals.domain.calls import Window
from services.proposals.domain.proposals import Category, Proposal, Second, State
from services.proposals.errors.proposals import NotADelegate, NotTheLeader, TooManyForms
from services.proposals.store import ProposalsStores
from shared.clock import campus_day
from shared.contracts.proposals.forms import NotFiledReason, SecondAnswer
from shared.http.bodies import Body, Ids, LongLine, Paragraphs, View, Whole
from shared.http.requests import (
    CHANGE,
    CREATE,
    LIST,
    READ,
    Changed,
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

router = APIRouter(prefix="/v1", tags=["proposals"])

Invited = Annotated[Ids, Field(max_length=50, description="附议人")]


class Text(Body):
    title: Annotated[LongLine, Field(description="案名", examples=["关于改善教师午休条件的提案"])]
    grounds: Annotated[Paragraphs, Field(description="案由")]
    suggestion: Annotated[Paragraphs, Field(description="建议")]
    category: Category


class FileProposal(Text):
    call_id: Annotated[UUID, Field(description="征集")]
    seconder_ids: Invited
    delegation_id: Annotated[UUID | None, Field(description="Where its leader files for the delegation (代表团).")] = (
        None
    )


class InviteSeconders(Body):
    seconder_ids: Annotated[Invited, Field(min_length=1)]


class AnswerSecond(Body):
    answer: Literal[SecondAnswer.ACCEPTED, SecondAnswer.DECLINED, SecondAnswer.WITHDRAWN]
    revision: Annotated[Whole, Field(ge=1, description="The draft that was read.")]


class ProposalView(View):
    """Who declined is not shown. `not_filed_reason` and `disposition_note` are the committee's answer to its people.

    `brought_ids` are the other authors of what a unit has forwarded, `rule_id` is by which rule it was judged.
    """

    id: UUID
    call_id: UUID
    term_id: UUID
    body_id: UUID
    unit_id: UUID
    title: str
    grounds: str
    suggestion: str
    category: Category
    proposer_id: UUID
    proposer_unit_id: UUID
    delegation_id: UUID | None
    seconder_ids: tuple[UUID, ...]
    accepted: tuple[UUID, ...]
    co_proposer_ids: tuple[UUID, ...]
    revision: int
    late: bool
    state: State
    filed_at: datetime
    disposed_at: datetime | None
    not_filed_reason: NotFiledReason | None
    disposition_note: str | None
    case_id: UUID | None
    merged_into: UUID | None
    forwarded_from: UUID | None
    brought_ids: tuple[UUID, ...]
    rule_id: UUID | None
    by_presidium: bool


class ProposalPage(View):
    items: list[ProposalView]
    next: NextCursor


class SecondView(View):
    member_id: UUID
    answer: SecondAnswer
    revision: int


class SecondsView(View):
    items: list[SecondView]


@router.post("/proposals", status_code=201, response_model=ProposalView, responses=CREATE)
async def file_proposal(body: FileProposal, caller: Delegate, command: Posted, stores: Wired) -> Response:
    """In the window of a call, in the term of its session. What comes late may only become an opinion.

    A delegation's forms are counted as its own, and not among those of whoever leads it.
    """
    order = await command(caller)
    today = campus_day(order.at)
    call = (await stores.calls.get(body.call_id)).state
    window = call.require(order.at, late_too=True)
    proposer = await stores.directory.member(caller.id, field="sub")
    delegates = await _require_seated(stores, call.term_id, caller.id, body.seconder_ids, today)
    if body.delegation_id is not None:
        delegation = (await stores.delegations.get(body.delegation_id, {"term_id": call.term_id})).state
        if await stores.delegates.leader_of(delegation, today) != caller.id:
            raise NotTheLeader
    rule = await stores.proposal_rules.on(today)
    ordinal = await stores.proposals.free_ordinal(body.delegation_id or caller.id, call.id)
    if ordinal > rule.forms_per_delegate:
        raise TooManyForms(most=rule.forms_per_delegate)
    proposal_id = new_id()
    return await answered(
        stores.proposals.create(
            lambda: Proposal.file(
                proposal_id,
                **body.model_dump(),
                session_id=call.session_id,
                term_id=call.term_id,
                body_id=call.body_id,
                unit_id=call.unit_id,
                proposer_id=caller.id,
                proposer_unit_id=proposer.unit_id,
                delegates=delegates,
                ordinal=ordinal,
                late=window is Window.LATE,
                at=order.at,
            ),
            order,
            created(ProposalView.of, "/v1/proposals"),
        )
    )


@router.get("/proposals", response_model=ProposalPage, responses=LIST)
async def list_proposals(
    caller: Reader,
    page: Paged,
    stores: Wired,
    state: Annotated[State | None, Query()] = None,
    category: Annotated[Category | None, Query()] = None,
    call_id: Annotated[UUID | None, Query()] = None,
    unit_id: Annotated[UUID | None, Query(description="Unit of the body.")] = None,
) -> Any:
    asked = {"state": state, "category": category, "call_id": call_id, "unit_id": unit_id}
    where = {name: value for name, value in asked.items() if value is not None}
    found = await stores.proposals.page(
        {"$and": [where, stores.proposals.within(caller)]}, limit=page.limit, cursor=page.cursor
    )
    return listed(ProposalView.of, found)


@router.get("/proposals/{proposal_id}", response_model=ProposalView, responses=READ)
async def get_proposal(proposal_id: UUID, caller: Reader, stores: Wired) -> Response:
    return shown(ProposalView.of, await stores.proposals.get(proposal_id, stores.proposals.within(caller)))


@router.patch("/proposals/{proposal_id}", response_model=ProposalView, responses=CHANGE)
async def revise_proposal(proposal_id: UUID, body: Text, caller: Delegate, command: Changed, stores: Wired) -> Response:
    """While its call is open. Who has accepted is asked again."""
    order = await command(caller)
    await _require_open(stores, proposal_id, stores.proposals.within(caller), order.at)
    return await answered(
        stores.proposals.change(
            proposal_id,
            lambda proposal: proposal.revise(by=caller.id, **body.model_dump()),
            order,
            changed(ProposalView.of),
            stores.proposals.within(caller),
        )
    )


@router.post("/proposals/{proposal_id}/invitations", response_model=ProposalView, responses=CREATE)
async def invite_seconders(
    proposal_id: UUID, body: InviteSeconders, caller: Delegate, command: Posted, stores: Wired
) -> Response:
    """While its call is open; also those who declined before."""
    order = await command(caller)
    term_id = await _require_open(stores, proposal_id, stores.proposals.within(caller), order.at)
    delegates = await _require_seated(stores, term_id, caller.id, body.seconder_ids, campus_day(order.at))
    return await answered(
        stores.proposals.change(
            proposal_id,
            lambda proposal: proposal.invite(by=caller.id, seconder_ids=body.seconder_ids, delegates=delegates),
            order,
            changed(ProposalView.of),
            stores.proposals.within(caller),
        )
    )


@router.get("/proposals/{proposal_id}/seconds", response_model=SecondsView, responses=READ)
async def read_seconds(proposal_id: UUID, caller: Reader, stores: Wired) -> SecondsView:
    """Who was asked, and what they answered: for the proposer and for those who review it."""
    where = caller.where(unit=stores.proposals.unit, parties=("proposer_id",))
    found: tuple[Second, ...] = (await stores.proposals.get(proposal_id, where)).state.seconds
    return SecondsView(items=[SecondView.of(second) for second in found])


@router.post("/proposals/{proposal_id}/seconds", response_model=ProposalView, responses=CREATE)
async def answer_second(
    proposal_id: UUID, body: AnswerSecond, caller: Delegate, command: Posted, stores: Wired
) -> Response:
    """Accept or decline, or withdraw what was accepted: until there is a disposition, also after the call has closed.

    Who accepts sits in the term on that day; whoever does not any more may still decline or withdraw.
    """
    order = await command(caller)
    where = caller.where(unit="", parties=("seconder_ids",))
    if body.answer is SecondAnswer.ACCEPTED:
        term_id = (await stores.proposals.get(proposal_id, where)).state.term_id
        await _require_seated(stores, term_id, caller.id, (), campus_day(order.at))
    return await answered(
        stores.proposals.change(
            proposal_id,
            lambda proposal: proposal.second(by=caller.id, answer=body.answer, revision=body.revision),
            order,
            changed(ProposalView.of),
            where,
        )
    )


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


async def _require_seated(
    stores: ProposalsStores, term_id: UUID, caller_id: UUID, others: Sequence[UUID], today: date
) -> frozenset[UUID]:
    """Those of the members who are delegates of the term today, the caller among them.

    Raises TermNotRunning, NotADelegate.
    """
    (await stores.terms.get(term_id)).state.require_running(today)
    delegates = await stores.delegates.of_term(term_id, [caller_id, *others], today)
    if caller_id not in delegates:
        raise NotADelegate
    return frozenset(delegates)


async def _require_open(stores: ProposalsStores, proposal_id: UUID, where: Mapping[str, Any], at: datetime) -> UUID:
    """The term, when the call of the form is open. Raises NothingHere, CallNotOpen."""
    proposal = (await stores.proposals.get(proposal_id, where)).state
    call = (await stores.calls.get(proposal.call_id)).state
    call.require(at)
    return call.term_id
