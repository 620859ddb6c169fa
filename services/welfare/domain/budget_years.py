"""Budget years (预算年度): the envelopes of a year, and the day on which all of them are closed together."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.welfare.domain import envelopes
from services.welfare.domain.envelopes import Envelope
from services.welfare.errors.funds import BudgetYearMovedOn, EnvelopeIsClosed, ReservationsOpen
from shared.aggregate import Aggregate, Decision
from shared.contracts.welfare.funds import BudgetYearClosed


class BudgetYearState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class BudgetYear(Aggregate):
    """It knows its envelopes, so that none is opened behind a closing."""

    year: int
    envelope_ids: tuple[UUID, ...] = ()
    state: BudgetYearState = BudgetYearState.OPEN
    closed_by: UUID | None = None
    closed_at: datetime | None = None

    def admit(self, envelope_id: UUID) -> "Decision[BudgetYear]":
        """Raises EnvelopeIsClosed."""
        self._require_open()
        return Decision(self.model_copy(update={"envelope_ids": (*self.envelope_ids, envelope_id)}), ())

    def _require_open(self) -> None:
        if self.state is not BudgetYearState.OPEN:
            raise EnvelopeIsClosed(year=self.year)


def close(year: BudgetYear, of_year: Sequence[Envelope], *, by: UUID, at: datetime) -> Sequence[Decision[Any]]:
    """The year, and then its envelopes in their order. Raises EnvelopeIsClosed, BudgetYearMovedOn, ReservationsOpen."""
    year._require_open()
    if [envelope.id for envelope in of_year] != list(year.envelope_ids):
        raise BudgetYearMovedOn
    if reserved := sum(envelope.reserved_fen for envelope in of_year):
        raise ReservationsOpen(reserved_fen=reserved)
    closed = year.model_copy(update={"state": BudgetYearState.CLOSED, "closed_by": by, "closed_at": at})
    return [Decision(closed, (BudgetYearClosed(year=year.year),)), *(envelopes.close(each) for each in of_year)]
