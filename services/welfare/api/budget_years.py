"""Routes of budget years: the year's statement, its closing, and the ledger to take away."""

import tempfile
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import Field

from services.welfare.api.callers import LedgerTaker, StatementReader, Treasurer, Wired
from services.welfare.api.funds import YearAsked
from services.welfare.domain import budget_years
from services.welfare.domain.budget_years import BudgetYear, BudgetYearState
from services.welfare.domain.envelopes import Envelope
from services.welfare.domain.ledger import Account
from services.welfare.exports.ledger import write_ledger
from shared.aggregate import Decision
from shared.contracts.welfare.funds import Category
from shared.http.bodies import View
from shared.http.downloads import XLSX, attached, file_of, streamed
from shared.http.requests import CREATE, LIST, READ, Posted, answered, changed
from shared.store import Piece, change_together

router = APIRouter(prefix="/v1", tags=["budget years"])

OfYear = Annotated[int, Path(ge=2000, le=2200, examples=[2022])]


class BudgetYearView(View):
    id: UUID
    year: int
    state: BudgetYearState
    closed_by: UUID | None
    closed_at: datetime | None


class CategoryView(View):
    category: Category
    granted_fen: int
    reserved_fen: int
    spent_fen: int
    available_fen: int


class AccountView(View):
    account: Account
    debit_fen: int
    credit_fen: int


class TrialBalanceView(View):
    """Of the year's ledger (试算平衡): both totals are equal."""

    accounts: list[AccountView]
    debit_fen: int
    credit_fen: int


class LargeSpendingsView(View):
    """Those that need a decision of the union committee (集体研究决定), and how many of them rest on one."""

    count: int
    decided: int
    percent: Annotated[float | None, Field(description="Null where there is none.", examples=[100.0])]


class StatementView(View):
    year: int
    state: BudgetYearState
    categories: list[CategoryView]
    trial_balance: TrialBalanceView
    large_spendings: LargeSpendingsView


@router.get("/budget-years/{year}", response_model=StatementView, responses=READ)
async def read_budget_statement(year: OfYear, caller: StatementReader, stores: Wired) -> Any:
    """What each category was granted and what became of it, as the envelopes and the ledger have it at one moment."""
    of_year = (await stores.budget_years.get(stores.budget_years.identity(year))).state
    found = await stores.statements.of(year)
    return StatementView(
        year=year,
        state=of_year.state,
        categories=[CategoryView.of(row) for row in found.categories],
        trial_balance=TrialBalanceView(
            accounts=[AccountView.of(row) for row in found.accounts],
            debit_fen=sum(row.debit_fen for row in found.accounts),
            credit_fen=sum(row.credit_fen for row in found.accounts),
        ),
        large_spendings=LargeSpendingsView(
            count=found.large,
            decided=found.decided,
            percent=round(100 * found.decided / found.large, 1) if found.large else None,
        ),
    )


@router.post("/budget-years/{year}/closings", response_model=BudgetYearView, responses=CREATE)
async def close_budget_year(year: OfYear, caller: Treasurer, command: Posted, stores: Wired) -> Response:
    """All envelopes of the year at once (结账). Nothing may be reserved any more, and nothing moves after it."""
    order = await command(caller)
    year_id = stores.budget_years.identity(year)
    seen = (await stores.budget_years.get(year_id)).state

    def decide(of_year: BudgetYear, *envelopes: Envelope) -> Sequence[Decision[Any]]:
        return budget_years.close(of_year, envelopes, by=order.actor, at=order.at)

    pieces: list[Piece[Any]] = [
        Piece(stores.budget_years, year_id),
        *(Piece(stores.envelopes, envelope_id) for envelope_id in seen.envelope_ids),
    ]
    return await answered(change_together(pieces, decide, order, changed(BudgetYearView.of)))


@router.get("/ledger-exports", response_class=Response, responses={**LIST, **file_of(XLSX)})
async def export_ledger(caller: LedgerTaker, stores: Wired, year: YearAsked) -> Response:
    """A workbook: a row for each line of the year's journal, and on a second sheet one for each spending."""
    file = tempfile.TemporaryFile(prefix="ledger-")  # noqa: SIM115  the answer closes it when it was sent
    try:
        await write_ledger(file, stores, year)
    except BaseException:
        file.close()
        raise
    return streamed(file, XLSX, attached(f"ledger-{year}.xlsx", f"{year}年账簿.xlsx"))
