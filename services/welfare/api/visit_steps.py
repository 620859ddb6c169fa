"""Routes of what becomes of a visit: signed for, refused, paid, receipted, cancelled, paid back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import Field

from services.welfare import visiting
from services.welfare.api.callers import Payer, Proposer, Receiver, Signatory, Wired
from services.welfare.api.visits import VisitView
from services.welfare.domain.policies import SpendingPolicy
from services.welfare.domain.visits import Visit
from services.welfare.errors.visits import VisitErased
from services.welfare.paying import Wanted
from services.welfare.store import WelfareStores
from services.welfare.visiting import roles_for
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.contracts.welfare.policies import SpendingKind
from shared.http.bodies import Body, Day, Line, LongLine, Whole
from shared.http.requests import CREATE, Posted, answered, changed
from shared.store import Piece

router = APIRouter(prefix="/v1", tags=["welfare"])

DecisionId = Annotated[
    UUID | None,
    Field(description="The decision of the union committee (集体研究决定) that a large spending rests on."),
]


class SignFor(Body):
    decision_id: DecisionId = None


class GiveReason(Body):
    reason: Annotated[LongLine, Field(description="Sealed where it is about a member.")]


class GiveBack(GiveReason):
    amount_fen: Annotated[Whole, Field(ge=1, le=100_000_000_000, description="What comes back, in fen.")]


class TakeReceipt(Body):
    number: Annotated[Line, Field(description="Number of the receipt.", examples=["2022-0117"])]
    on: Annotated[Day, Field(description="Day of the receipt, Asia/Shanghai.")]
    signed_by: Annotated[UUID, Field(description="Who signed for it: the member, or a colleague.")]


@router.post("/visits/{visit_id}/signatures", response_model=VisitView, responses=CREATE)
async def sign_for_visit(visit_id: UUID, body: SignFor, caller: Signatory, command: Posted, stores: Wired) -> Response:
    """Whose signatures it takes, and in which order, the policy says; where it names nobody, one of the branch chair or
    of a union officer is enough. The last one approves the visit and reserves the money. Neither the proposer signs
    nor the member, and nobody twice.
    """
    order = await command(caller)
    where = stores.visits.within(caller)
    seen = await stores.visits.unsealed(visit_id, where)
    policy = await _policy_of(stores, seen)
    roles = roles_for(caller, seen.unit_id)

    def step(visit: Visit, spending_id: UUID | None) -> Decision[Visit]:
        return visit.sign(policy, roles=roles, by=caller.id, at=order.at, spending_id=spending_id)

    def wanted() -> Wanted:
        return Wanted(
            kind=SpendingKind.VISIT,
            subject_id=seen.id,
            unit_id=seen.unit_id,
            amount_fen=seen.amount_fen or 0,
            policy=policy,
            member_id=seen.member_id,
            decision_id=body.decision_id,
        )

    thing = Piece(stores.visits, visit_id, where)
    return await answered(visiting.sign(stores, thing, seen, step, wanted, order, changed(VisitView.of)))


@router.post("/visits/{visit_id}/refusals", response_model=VisitView, responses=CREATE)
async def refuse_visit(visit_id: UUID, body: GiveReason, caller: Signatory, command: Posted, stores: Wired) -> Response:
    """By whoever might sign now."""
    order = await command(caller)
    where = stores.visits.within(caller)
    seen = await stores.visits.unsealed(visit_id, where)
    policy, roles = await _policy_of(stores, seen), roles_for(caller, seen.unit_id)
    return await answered(
        stores.visits.change(
            visit_id,
            lambda visit: visit.refuse(policy, reason=body.reason, roles=roles, by=caller.id),
            order,
            changed(VisitView.of),
            where,
        )
    )


@router.post("/visits/{visit_id}/payments", response_model=VisitView, responses=CREATE)
async def pay_visit(visit_id: UUID, caller: Payer, command: Posted, stores: Wired) -> Response:
    """What was reserved is paid. By neither the proposer nor the member."""
    order = await command(caller)
    where = stores.visits.within(caller)
    seen = (await stores.visits.get(visit_id, where)).state
    today = campus_day(order.at)

    def step(visit: Visit) -> Decision[Visit]:
        return visit.pay(by=caller.id, at=order.at, on=today)

    thing = Piece(stores.visits, visit_id, where)
    return await answered(visiting.pay(stores, thing, seen, step, order, changed(VisitView.of)))


@router.post("/visits/{visit_id}/receipts", response_model=VisitView, responses=CREATE)
async def take_visit_receipt(
    visit_id: UUID, body: TakeReceipt, caller: Receiver, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    await stores.directory.member(body.signed_by, field="signed_by")
    today = campus_day(order.at)
    return await answered(
        stores.visits.change(
            visit_id,
            lambda visit: visit.take_receipt(**body.model_dump(), today=today),
            order,
            changed(VisitView.of),
            stores.visits.within(caller),
        )
    )


@router.post("/visits/{visit_id}/cancellations", response_model=VisitView, responses=CREATE)
async def cancel_visit(visit_id: UUID, body: GiveReason, caller: Proposer, command: Posted, stores: Wired) -> Response:
    """Before it is paid. What was reserved is given back."""
    order = await command(caller)
    where = stores.visits.within(caller)
    seen = (await stores.visits.get(visit_id, where)).state

    def step(visit: Visit) -> Decision[Visit]:
        return visit.cancel(reason=body.reason, by=caller.id)

    thing = Piece(stores.visits, visit_id, where)
    return await answered(visiting.cancel(stores, thing, seen, step, order, changed(VisitView.of)))


@router.post("/visits/{visit_id}/refunds", response_model=VisitView, responses=CREATE)
async def refund_visit(visit_id: UUID, body: GiveBack, caller: Payer, command: Posted, stores: Wired) -> Response:
    """After it was paid: some or all of it comes back into the budget."""
    order = await command(caller)
    where = stores.visits.within(caller)
    seen = (await stores.visits.get(visit_id, where)).state

    def step(visit: Visit, whole: bool) -> Decision[Visit]:
        return visit.refund(body.amount_fen, whole=whole, reason=body.reason, by=caller.id)

    thing = Piece(stores.visits, visit_id, where)
    return await answered(visiting.give_back(stores, thing, seen, body.amount_fen, step, order, changed(VisitView.of)))


async def _policy_of(stores: WelfareStores, seen: Visit) -> SpendingPolicy:
    """The one that it was judged by. Of a visit from before there were policies, the one of its day.

    Raises VisitErased, PolicyMissing.
    """
    if seen.policy_id is not None:
        return (await stores.policies.get(seen.policy_id)).state
    if seen.occasion is None:
        raise VisitErased
    return await stores.policies.judging(SpendingKind.VISIT, seen.occasion.value, seen.unit_id, seen.visited_on)
