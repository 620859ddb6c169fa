"""Routes of what becomes of a batch visit: signed for, refused, paid, cancelled, paid back."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from services.welfare import visiting
from services.welfare.api.batch_visits import BatchVisitView
from services.welfare.api.callers import Payer, Proposer, Signatory, Wired
from services.welfare.api.visit_steps import GiveBack, GiveReason, SignFor
from services.welfare.domain.batch_visits import BatchVisit
from services.welfare.paying import Wanted
from services.welfare.visiting import roles_for
from shared.aggregate import Decision
from shared.contracts.welfare.policies import SpendingKind
from shared.http.requests import CREATE, Posted, answered, changed
from shared.store import Piece

router = APIRouter(prefix="/v1", tags=["batch visits"])


@router.post("/batch-visits/{batch_id}/signatures", response_model=BatchVisitView, responses=CREATE)
async def sign_for_batch_visit(
    batch_id: UUID, body: SignFor, caller: Signatory, command: Posted, stores: Wired
) -> Response:
    """As for a visit, by the price of all of them. Nobody who is on the list signs."""
    order = await command(caller)
    where = stores.batch_visits.within(caller)
    seen = (await stores.batch_visits.get(batch_id, where)).state
    policy = (await stores.policies.get(seen.policy_id)).state
    roles, listed = roles_for(caller, seen.unit_id), await stores.batch_visit_lists.names(batch_id, caller.id)

    def step(batch: BatchVisit, spending_id: UUID | None) -> Decision[BatchVisit]:
        return batch.sign(policy, listed=listed, roles=roles, by=caller.id, at=order.at, spending_id=spending_id)

    def wanted() -> Wanted:
        return Wanted(
            kind=SpendingKind.BATCH_VISIT,
            subject_id=seen.id,
            unit_id=seen.unit_id,
            amount_fen=seen.amount_fen,
            policy=policy,
            decision_id=body.decision_id,
            people=seen.members,
        )

    thing = Piece(stores.batch_visits, batch_id, where)
    return await answered(visiting.sign(stores, thing, seen, step, wanted, order, changed(BatchVisitView.of)))


@router.post("/batch-visits/{batch_id}/refusals", response_model=BatchVisitView, responses=CREATE)
async def refuse_batch_visit(
    batch_id: UUID, body: GiveReason, caller: Signatory, command: Posted, stores: Wired
) -> Response:
    """By whoever might sign now."""
    order = await command(caller)
    where = stores.batch_visits.within(caller)
    seen = (await stores.batch_visits.get(batch_id, where)).state
    policy = (await stores.policies.get(seen.policy_id)).state
    roles, listed = roles_for(caller, seen.unit_id), await stores.batch_visit_lists.names(batch_id, caller.id)
    return await answered(
        stores.batch_visits.change(
            batch_id,
            lambda batch: batch.refuse(policy, listed=listed, reason=body.reason, roles=roles, by=caller.id),
            order,
            changed(BatchVisitView.of),
            where,
        )
    )


@router.post("/batch-visits/{batch_id}/payments", response_model=BatchVisitView, responses=CREATE)
async def pay_batch_visit(batch_id: UUID, caller: Payer, command: Posted, stores: Wired) -> Response:
    """The price of all of them. By neither the proposer nor anybody who is on the list."""
    order = await command(caller)
    where = stores.batch_visits.within(caller)
    seen = (await stores.batch_visits.get(batch_id, where)).state
    listed = await stores.batch_visit_lists.names(batch_id, caller.id)

    def step(batch: BatchVisit) -> Decision[BatchVisit]:
        return batch.pay(listed=listed, by=caller.id, at=order.at)

    thing = Piece(stores.batch_visits, batch_id, where)
    return await answered(visiting.pay(stores, thing, seen, step, order, changed(BatchVisitView.of)))


@router.post("/batch-visits/{batch_id}/cancellations", response_model=BatchVisitView, responses=CREATE)
async def cancel_batch_visit(
    batch_id: UUID, body: GiveReason, caller: Proposer, command: Posted, stores: Wired
) -> Response:
    """Before it is paid. What was reserved is given back."""
    order = await command(caller)
    where = stores.batch_visits.within(caller)
    seen = (await stores.batch_visits.get(batch_id, where)).state
    thing = Piece(stores.batch_visits, batch_id, where)

    def step(batch: BatchVisit) -> Decision[BatchVisit]:
        return batch.cancel(reason=body.reason)

    return await answered(visiting.cancel(stores, thing, seen, step, order, changed(BatchVisitView.of)))


@router.post("/batch-visits/{batch_id}/refunds", response_model=BatchVisitView, responses=CREATE)
async def refund_batch_visit(batch_id: UUID, body: GiveBack, caller: Payer, command: Posted, stores: Wired) -> Response:
    """After it was paid: some or all of it comes back into the budget."""
    order = await command(caller)
    where = stores.batch_visits.within(caller)
    seen = (await stores.batch_visits.get(batch_id, where)).state
    listed = await stores.batch_visit_lists.names(batch_id, caller.id)
    thing = Piece(stores.batch_visits, batch_id, where)

    def step(batch: BatchVisit, whole: bool) -> Decision[BatchVisit]:
        return batch.refund(whole=whole, listed=listed, reason=body.reason)

    return await answered(
        visiting.give_back(stores, thing, seen, body.amount_fen, step, order, changed(BatchVisitView.of))
    )
