"""Routes of funds (经费): envelopes, committee decisions, spendings, the ledger."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.welfare.api.callers import AccountReader, Auditor, DecisionReader, Recorder, Treasurer, Wired
from services.welfare.domain import envelopes, movements
from services.welfare.domain.budget_years import BudgetYear
from services.welfare.domain.envelopes import Envelope, EnvelopeState
from services.welfare.domain.ledger import Account, Movement
from services.welfare.domain.movements import Posting
from services.welfare.domain.spendings import FundDecision, record_decision
from services.welfare.errors.funds import EnvelopesUnlike
from shared.clock import campus_day
from shared.command import Command
from shared.contracts.welfare.funds import Category, SpendingState
from shared.contracts.welfare.policies import SpendingKind
from shared.http.bodies import Body, Day, LongLine, View, Whole
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
from shared.store import Piece, change_together

router = APIRouter(prefix="/v1", tags=["funds"])

Year = Annotated[Whole, Field(ge=2000, le=2200, examples=[2022])]
YearAsked = Annotated[int, Query(ge=2000, le=2200, examples=[2022])]
Money = Annotated[Whole, Field(ge=1, le=100_000_000_000, description="In fen.", examples=[5000000])]
Document = Annotated[LongLine, Field(description="The document that it rests on.", examples=["校工会〔2022〕1号"])]


class OpenEnvelope(Body):
    year: Year
    category: Category
    unit_id: Annotated[UUID | None, Field(description="The unit that spends it; null for the school's own.")] = None
    granted_fen: Money
    document: Document


class RaiseEnvelope(Body):
    amount_fen: Money
    document: Document


class MoveMoney(Body):
    to_envelope_id: UUID
    amount_fen: Money
    document: Document


class EnvelopeView(View):
    id: UUID
    year: int
    category: Category
    unit_id: UUID | None
    document: str
    state: EnvelopeState
    granted_fen: int
    reserved_fen: int
    spent_fen: int
    available_fen: int


class EnvelopePage(View):
    items: list[EnvelopeView]
    next: NextCursor


class RecordDecision(Body):
    decided_on: Annotated[Day, Field(description="Day of the meeting, Asia/Shanghai.")]
    subject: Annotated[LongLine, Field(description="What is to be spent on.", examples=["端午节福利"])]
    document: Annotated[LongLine, Field(description="The minutes.", examples=["工会委员会纪要〔2022〕4号"])]
    granted_fen: Money


class FundDecisionView(View):
    id: UUID
    decided_on: date
    subject: str
    document: str
    granted_fen: int
    used_fen: int


class FundDecisionPage(View):
    items: list[FundDecisionView]
    next: NextCursor


class SpendingView(View):
    id: UUID
    kind: SpendingKind
    subject_id: UUID
    envelope_id: UUID
    unit_id: UUID | None
    state: SpendingState
    amount_fen: int
    reserved_fen: int
    spent_fen: int
    policy_id: UUID | None
    headroom_fen: int | None
    decision_id: UUID | None
    approved_by: UUID
    approved_at: datetime
    paid_by: UUID | None
    paid_at: datetime | None


class SpendingPage(View):
    items: list[SpendingView]
    next: NextCursor


class LineView(View):
    envelope_id: UUID
    account: Account
    debit_fen: int
    credit_fen: int


class JournalEntryView(View):
    id: UUID
    year: int
    unit_id: UUID | None
    movement: Movement
    spending_id: UUID | None
    document: str | None
    lines: tuple[LineView, ...]
    posted_by: UUID
    posted_at: datetime


class JournalPage(View):
    items: list[JournalEntryView]
    next: NextCursor


@router.post("/envelopes", status_code=201, response_model=EnvelopeView, responses=CREATE)
async def open_envelope(body: OpenEnvelope, caller: Treasurer, command: Posted, stores: Wired) -> Response:
    """What a category of a year's budget has for the school's own use, or for a unit's."""
    order = await command(caller)
    await stores.directory.require_units([body.unit_id] if body.unit_id else [], field="unit_id")
    envelope_id, posting = new_id(), _posting(order, body.document)
    year_id = await stores.budget_years.of(body.year)

    def decide(_: None, __: None, year: BudgetYear) -> movements.Moved:
        opened = envelopes.open_envelope(envelope_id, **body.model_dump())
        return [*movements.grant(opened, posting), year.admit(envelope_id)]

    pieces: list[Piece[Any]] = [
        Piece(stores.envelopes),
        Piece(stores.journal),
        Piece(stores.budget_years, year_id),
    ]
    return await answered(change_together(pieces, decide, order, created(EnvelopeView.of, "/v1/envelopes")))


@router.post("/envelopes/{envelope_id}/increases", response_model=EnvelopeView, responses=CREATE)
async def raise_envelope(
    envelope_id: UUID, body: RaiseEnvelope, caller: Treasurer, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    posting = _posting(order, body.document)

    def decide(envelope: Envelope, _: None) -> movements.Moved:
        return movements.raise_grant(envelope, body.amount_fen, posting)

    pieces: list[Piece[Any]] = [
        Piece(stores.envelopes, envelope_id, stores.envelopes.within(caller)),
        Piece(stores.journal),
    ]
    return await answered(change_together(pieces, decide, order, changed(EnvelopeView.of)))


@router.post("/envelopes/{envelope_id}/transfers", response_model=EnvelopeView, responses=CREATE)
async def move_between_envelopes(
    envelope_id: UUID, body: MoveMoney, caller: Treasurer, command: Posted, stores: Wired
) -> Response:
    """What one envelope has left goes to another of the same year."""
    order = await command(caller)
    posting = _posting(order, body.document)
    if body.to_envelope_id == envelope_id:
        raise EnvelopesUnlike

    def decide(source: Envelope, target: Envelope, _: None) -> movements.Moved:
        return movements.move(source, target, body.amount_fen, posting)

    where = stores.envelopes.within(caller)
    pieces: list[Piece[Any]] = [
        Piece(stores.envelopes, envelope_id, where),
        Piece(stores.envelopes, body.to_envelope_id, where),
        Piece(stores.journal),
    ]
    return await answered(change_together(pieces, decide, order, changed(EnvelopeView.of)))


def _posting(order: Command, document: str) -> Posting:
    return Posting(entry_id=new_id(), by=order.actor, at=order.at, on=campus_day(order.at), document=document)


@router.get("/envelopes", response_model=EnvelopePage, responses=LIST)
async def list_envelopes(caller: AccountReader, page: Paged, stores: Wired, year: YearAsked | None = None) -> Any:
    where = {**({"year": year} if year else {}), **stores.envelopes.within(caller)}
    return listed(EnvelopeView.of, await stores.envelopes.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/envelopes/{envelope_id}", response_model=EnvelopeView, responses=READ)
async def get_envelope(envelope_id: UUID, caller: AccountReader, stores: Wired) -> Response:
    return shown(EnvelopeView.of, await stores.envelopes.get(envelope_id, stores.envelopes.within(caller)))


@router.post("/fund-decisions", status_code=201, response_model=FundDecisionView, responses=CREATE)
async def record_fund_decision(body: RecordDecision, caller: Recorder, command: Posted, stores: Wired) -> Response:
    """A decision of the union committee (集体研究决定), which large spendings rest on."""
    order = await command(caller)
    decision = FundDecision(id=new_id(), **body.model_dump())
    return await answered(
        stores.fund_decisions.create(
            lambda: record_decision(decision, today=campus_day(order.at)),
            order,
            created(FundDecisionView.of, "/v1/fund-decisions"),
        )
    )


@router.get("/fund-decisions", response_model=FundDecisionPage, responses=LIST)
async def list_fund_decisions(caller: DecisionReader, page: Paged, stores: Wired) -> Any:
    found = await stores.fund_decisions.page({}, limit=page.limit, cursor=page.cursor)
    return listed(FundDecisionView.of, found)


@router.get("/spendings", response_model=SpendingPage, responses=LIST)
async def list_spendings(
    caller: AccountReader,
    page: Paged,
    stores: Wired,
    envelope_id: Annotated[UUID | None, Query()] = None,
    subject_id: Annotated[UUID | None, Query(description="What it was approved for.")] = None,
) -> Any:
    given = {"envelope_id": envelope_id, "subject_id": subject_id}
    where = {name: value for name, value in given.items() if value is not None}
    where |= stores.spendings.within(caller)
    return listed(SpendingView.of, await stores.spendings.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/spendings/{spending_id}", response_model=SpendingView, responses=READ)
async def get_spending(spending_id: UUID, caller: AccountReader, stores: Wired) -> Response:
    """By which policy it was judged, and what that left."""
    return shown(SpendingView.of, await stores.spendings.get(spending_id, stores.spendings.within(caller)))


@router.get("/journal-entries", response_model=JournalPage, responses=LIST)
async def list_journal_entries(
    caller: Auditor,
    page: Paged,
    stores: Wired,
    year: YearAsked | None = None,
    envelope_id: Annotated[UUID | None, Query()] = None,
) -> Any:
    """The ledger. The debits of each entry equal its credits."""
    where = {
        **({"year": year} if year else {}),
        **({"lines.envelope_id": envelope_id} if envelope_id else {}),
        **stores.journal.within(caller),
    }
    return listed(JournalEntryView.of, await stores.journal.page(where, limit=page.limit, cursor=page.cursor))
