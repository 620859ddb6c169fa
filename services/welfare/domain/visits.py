"""Visits (慰问) to members."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from services.welfare.errors.visits import VisitInTheFuture
from shared.aggregate import Aggregate, Decision
from shared.contracts.welfare.visits import Form, Occasion, VisitLogged, VisitLoggedRestricted
from shared.sealing import Sensitive


class Visit(Aggregate):
    """`amount_fen` is the value of the money or goods, in fen. It tells what the visit was about, as caps differ."""

    member_id: UUID
    unit_id: UUID
    visited_on: date
    visitor_ids: tuple[UUID, ...]
    form: Form
    logged_by: UUID
    logged_at: datetime
    occasion: Annotated[Occasion | None, Sensitive()] = None
    amount_fen: Annotated[int | None, Sensitive()] = None

    @classmethod
    def log(
        cls,
        visit_id: UUID,
        *,
        member_id: UUID,
        unit_id: UUID,
        occasion: Occasion,
        visited_on: date,
        visitor_ids: list[UUID],
        form: Form,
        amount_fen: int,
        logged_by: UUID,
        at: datetime,
        today: date,
    ) -> "Decision[Visit]":
        """`unit_id` is the member's unit at the time. Raises VisitInTheFuture."""
        if visited_on > today:
            raise VisitInTheFuture(today=today.isoformat())
        visit = cls(
            id=visit_id,
            member_id=member_id,
            unit_id=unit_id,
            occasion=occasion,
            visited_on=visited_on,
            visitor_ids=tuple(visitor_ids),
            form=form,
            amount_fen=amount_fen,
            logged_by=logged_by,
            logged_at=at,
        )
        public = VisitLogged(visit_id=visit_id, member_id=member_id, unit_id=unit_id)
        restricted = VisitLoggedRestricted(
            **public.model_dump(), visited_on=visited_on, occasion=occasion, form=form, amount_fen=amount_fen
        )
        return Decision(visit, (public, restricted))
