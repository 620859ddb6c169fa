"""Routes of expense claims (报销)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.welfare import paying
from services.welfare.api.callers import Claimant, ClaimReader, Payer, Signatory, Wired
from services.welfare.api.funds import Money
from services.welfare.domain import expense_claims
from services.welfare.domain.expense_claims import ClaimItem, ClaimState, ExpenseClaim
from services.welfare.domain.policies import SpendingPolicy
from services.welfare.errors.expense_claims import ClaimMovedOn, ReceiptClaimedAlready
from services.welfare.store import WelfareStores
from shared.access import Caller
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.command import Answer, Command
from shared.contracts.welfare.funds import Category, SpendingState
from shared.contracts.welfare.policies import SpendingKind
from shared.errors import AlreadyExists
from shared.http.bodies import Body, Day, Line, LongLine, View
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
from shared.roles import Role
from shared.store import Piece, Respond, change_together

router = APIRouter(prefix="/v1", tags=["expense claims"])


class ItemBody(Body):
    what: Annotated[LongLine, Field(examples=["登山活动饮用水"])]
    amount_fen: Money
    spent_on: Annotated[Day, Field(description="Day of the receipt, Asia/Shanghai.")]
    issuer: Annotated[Line, Field(description="Who issued the receipt: name or tax number.", examples=["某超市"])]
    receipt_number: Annotated[Line, Field(examples=["04412200111 12345678"])]


class SubmitExpenseClaim(Body):
    title: Annotated[LongLine, Field(examples=["春季登山活动物资"])]
    category: Category
    items: Annotated[tuple[ItemBody, ...], Field(min_length=1, max_length=50)]


class ApproveExpenseClaim(Body):
    decision_id: Annotated[UUID | None, Field(description="The committee's decision, where it takes one.")] = None


class AnswerExpenseClaim(Body):
    note: Annotated[LongLine, Field(description="Why, for the claimant.", examples=["请补充发票号码"])]


class RefundExpenseClaim(Body):
    amount_fen: Money


class ItemView(View):
    what: str
    amount_fen: int
    spent_on: date
    issuer: str
    receipt_number: str


class SignatureView(View):
    by: UUID
    role: Role | None
    at: datetime


class ExpenseClaimView(View):
    id: UUID
    claimant_id: UUID
    unit_id: UUID
    title: str
    category: Category
    items: tuple[ItemView, ...]
    total_fen: int
    state: ClaimState
    submitted_at: datetime
    signatures: tuple[SignatureView, ...]
    policy_id: UUID | None
    spending_id: UUID | None
    note: str | None
    paid_by: UUID | None
    paid_at: datetime | None


class ExpenseClaimPage(View):
    items: list[ExpenseClaimView]
    next: NextCursor


_Decide = Callable[..., Sequence[Decision[Any] | None]]


async def _changed(
    stores: WelfareStores,
    claim_id: UUID | None,
    caller: Caller,
    decide: _Decide,
    order: Command,
    money: Sequence[Piece[Any]] = (),
    respond: Respond[ExpenseClaim] | None = None,
) -> Answer:
    """Raises ReceiptClaimedAlready."""
    where = stores.expense_claims.within(caller) if claim_id else None
    pieces: list[Piece[Any]] = [Piece(stores.expense_claims, claim_id, where), *money]
    try:
        return await change_together(pieces, decide, order, respond or changed(ExpenseClaimView.of))
    except AlreadyExists as error:
        raise ReceiptClaimedAlready from error


@router.post("/expense-claims", status_code=201, response_model=ExpenseClaimView, responses=CREATE)
async def submit_expense_claim(body: SubmitExpenseClaim, caller: Claimant, command: Posted, stores: Wired) -> Response:
    """For oneself, in one's own unit. A receipt is claimed once in the whole union."""
    order = await command(caller)
    known = await stores.directory.all_of(claimant_id=[caller.id])
    claim = ExpenseClaim(
        id=new_id(),
        claimant_id=caller.id,
        unit_id=known[caller.id].unit_id,
        title=body.title,
        category=body.category,
        items=_items(body),
        submitted_at=order.at,
    )

    def decide(_: None) -> Sequence[Decision[Any]]:
        return [expense_claims.submit(claim, today=campus_day(order.at))]

    respond = created(ExpenseClaimView.of, "/v1/expense-claims")
    return await answered(_changed(stores, None, caller, decide, order, respond=respond))


def _items(body: SubmitExpenseClaim) -> tuple[ClaimItem, ...]:
    return tuple(ClaimItem.model_validate(item) for item in body.items)


@router.get("/expense-claims", response_model=ExpenseClaimPage, responses=LIST)
async def list_expense_claims(
    caller: ClaimReader, page: Paged, stores: Wired, state: Annotated[ClaimState | None, Query()] = None
) -> Any:
    where = {**({"state": state.value} if state else {}), **stores.expense_claims.within(caller)}
    found = await stores.expense_claims.page(where, limit=page.limit, cursor=page.cursor)
    return listed(ExpenseClaimView.of, found)


@router.get("/expense-claims/{claim_id}", response_model=ExpenseClaimView, responses=READ)
async def get_expense_claim(claim_id: UUID, caller: ClaimReader, stores: Wired) -> Response:
    return shown(ExpenseClaimView.of, await stores.expense_claims.get(claim_id, stores.expense_claims.within(caller)))


@router.post("/expense-claims/{claim_id}/revisions", response_model=ExpenseClaimView, responses=CREATE)
async def revise_expense_claim(
    claim_id: UUID, body: SubmitExpenseClaim, caller: Claimant, command: Posted, stores: Wired
) -> Response:
    """What was sent back is changed and submitted again."""
    order = await command(caller)

    def decide(claim: ExpenseClaim) -> Sequence[Decision[Any]]:
        return [
            expense_claims.revise(
                claim,
                title=body.title,
                category=body.category,
                items=_items(body),
                at=order.at,
                today=campus_day(order.at),
            )
        ]

    return await answered(_changed(stores, claim_id, caller, decide, order))


@router.post("/expense-claims/{claim_id}/approvals", response_model=ExpenseClaimView, responses=CREATE)
async def approve_expense_claim(
    claim_id: UUID, body: ApproveExpenseClaim, caller: Signatory, command: Posted, stores: Wired
) -> Response:
    """One signature, in the order of the policy. With the last one the money is reserved."""
    order = await command(caller)
    seen = (await stores.expense_claims.get(claim_id, stores.expense_claims.within(caller))).state
    policy = await stores.policies.judging(SpendingKind.EXPENSE, "", seen.unit_id, campus_day(order.at))
    money = await _reserved(stores, seen, policy, body.decision_id, order)

    def decide(claim: ExpenseClaim, *moved: Any) -> Sequence[Decision[Any] | None]:
        signed = expense_claims.endorse(
            claim,
            policy,
            by=caller.id,
            roles=[role for role in caller.roles if caller.acting_as(role).covers(claim.unit_id)],
            at=order.at,
            spending_id=money.spending_id if money else None,
        )
        if claim != seen:
            raise ClaimMovedOn
        return [signed, *(money.decide(*moved) if money else ())]

    return await answered(_changed(stores, claim_id, caller, decide, order, money.pieces if money else ()))


async def _reserved(
    stores: WelfareStores, claim: ExpenseClaim, policy: SpendingPolicy, decision_id: UUID | None, order: Command
) -> paying.Moves | None:
    """None where it is not the last signature, or not one that can be given."""
    if claim.state is not ClaimState.SUBMITTED or len(claim.missing(policy)) > 1:
        return None
    wanted = paying.Wanted(
        kind=SpendingKind.EXPENSE,
        subject_id=claim.id,
        unit_id=claim.unit_id,
        amount_fen=claim.total_fen,
        policy=policy,
        category=claim.category,
        member_id=claim.claimant_id,
        decision_id=decision_id,
    )
    return await paying.reserve(stores, wanted, order)


@router.post("/expense-claims/{claim_id}/returns", response_model=ExpenseClaimView, responses=CREATE)
async def return_expense_claim(
    claim_id: UUID, body: AnswerExpenseClaim, caller: Signatory, command: Posted, stores: Wired
) -> Response:
    """To be changed and submitted again."""
    order = await command(caller)

    def decide(claim: ExpenseClaim) -> Sequence[Decision[Any]]:
        return [expense_claims.send_back(claim, by=caller.id, note=body.note)]

    return await answered(_changed(stores, claim_id, caller, decide, order))


@router.post("/expense-claims/{claim_id}/rejections", response_model=ExpenseClaimView, responses=CREATE)
async def reject_expense_claim(
    claim_id: UUID, body: AnswerExpenseClaim, caller: Signatory, command: Posted, stores: Wired
) -> Response:
    """For good, until it is paid. What was reserved is given back, and its receipts may be claimed anew."""
    order = await command(caller)
    return await _given_up(
        stores, claim_id, caller, order, lambda claim: expense_claims.reject(claim, by=caller.id, note=body.note)
    )


@router.post("/expense-claims/{claim_id}/withdrawals", response_model=ExpenseClaimView, responses=CREATE)
async def withdraw_expense_claim(claim_id: UUID, caller: Claimant, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    return await _given_up(stores, claim_id, caller, order, expense_claims.withdraw)


async def _given_up(
    stores: WelfareStores,
    claim_id: UUID,
    caller: Caller,
    order: Command,
    give_up: Callable[[ExpenseClaim], Decision[ExpenseClaim]],
) -> Response:
    seen = (await stores.expense_claims.get(claim_id, stores.expense_claims.within(caller))).state
    reserved = seen.spending_id if seen.state is ClaimState.APPROVED else None
    money = await paying.release(stores, reserved, order) if reserved else None

    def decide(claim: ExpenseClaim, *moved: Any) -> Sequence[Decision[Any] | None]:
        given_up = give_up(claim)
        if claim.state is not seen.state:
            raise ClaimMovedOn
        return [given_up, *(money.decide(*moved) if money else ())]

    return await answered(_changed(stores, claim_id, caller, decide, order, money.pieces if money else ()))


@router.post("/expense-claims/{claim_id}/payments", response_model=ExpenseClaimView, responses=CREATE)
async def pay_expense_claim(claim_id: UUID, caller: Payer, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    spending_id = await _spending_of(stores, claim_id, caller)
    money = await paying.commit(stores, spending_id, order) if spending_id else None

    def decide(claim: ExpenseClaim, *moved: Any) -> Sequence[Decision[Any] | None]:
        paid = expense_claims.pay(claim, by=caller.id, at=order.at)
        if money is None:
            raise ClaimMovedOn
        return [paid, *money.decide(*moved)]

    return await answered(_changed(stores, claim_id, caller, decide, order, money.pieces if money else ()))


@router.post("/expense-claims/{claim_id}/refunds", response_model=ExpenseClaimView, responses=CREATE)
async def refund_expense_claim(
    claim_id: UUID, body: RefundExpenseClaim, caller: Payer, command: Posted, stores: Wired
) -> Response:
    """Some or all of what was paid comes back."""
    order = await command(caller)
    spending_id = await _spending_of(stores, claim_id, caller)
    money = await paying.refund(stores, spending_id, body.amount_fen, order) if spending_id else None

    def decide(claim: ExpenseClaim, *moved: Any) -> Sequence[Decision[Any] | None]:
        if money is None:
            expense_claims.refund(claim, by=caller.id, whole=True)
            raise ClaimMovedOn
        movements = money.decide(*moved)
        spending = movements[0]
        whole = spending is not None and spending.state.state is SpendingState.REFUNDED
        return [expense_claims.refund(claim, by=caller.id, whole=whole), *movements]

    return await answered(_changed(stores, claim_id, caller, decide, order, money.pieces if money else ()))


async def _spending_of(stores: WelfareStores, claim_id: UUID, caller: Caller) -> UUID | None:
    """None where it was not approved: the claim then says in which state it is."""
    return (await stores.expense_claims.get(claim_id, stores.expense_claims.within(caller))).state.spending_id
