"""Routes of service cards that were applied for."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.welfare.api.aid_callers import Officer, OfficerOrThemself, Reader, UnionOfficer, Wired
from services.welfare.api.member_lists import CardNumber
from services.welfare.domain.cards import Cancellation, CardBatch, ServiceCard, State
from services.welfare.store import WelfareStores
from services.welfare.store.cards import numbered_once
from shared.access import Caller
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.command import Command
from shared.contracts.welfare.cards import CardRefusal
from shared.http.bodies import Body, Day, View
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    ReadingFor,
    answered,
    changed,
    listed,
    shown,
)
from shared.store import Piece, change_together

router = APIRouter(prefix="/v1", tags=["service cards"])


class OnDay(Body):
    on: Day


class ReplaceCard(Body):
    on: Annotated[Day, Field(description="When the other card was issued.")]
    card_number: CardNumber


class CancelCard(Body):
    because: Cancellation


class ServiceCardView(View):
    """`last_digits` are of the card that there is now."""

    id: UUID
    member_id: UUID
    unit_id: UUID
    batch_id: UUID
    state: State
    applied_on: date
    issued_on: date | None
    replaced_on: date | None
    last_digits: str | None
    refusal: CardRefusal | None
    picked_up_on: date | None
    lost_on: date | None
    replacements: int
    cancellation: Cancellation | None


class ServiceCardDetails(ServiceCardView):
    """Null once the member's data were erased."""

    card_number: str | None


class ServiceCardPage(View):
    items: list[ServiceCardView]
    next: NextCursor


@router.get("/service-cards", response_model=ServiceCardPage, responses=LIST)
async def list_service_cards(
    caller: Reader,
    page: Paged,
    stores: Wired,
    member_id: Annotated[UUID | None, Query()] = None,
    batch_id: Annotated[UUID | None, Query()] = None,
    state: Annotated[State | None, Query()] = None,
) -> Any:
    given = {"member_id": member_id, "batch_id": batch_id, "state": state.value if state else None}
    where = {**{name: value for name, value in given.items() if value}, **stores.service_cards.within(caller)}
    return listed(ServiceCardView.of, await stores.service_cards.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/service-cards/{card_id}", response_model=ServiceCardView, responses=READ)
async def get_service_card(card_id: UUID, caller: Reader, stores: Wired) -> Response:
    return shown(ServiceCardView.of, await stores.service_cards.get(card_id, stores.service_cards.within(caller)))


@router.get("/service-cards/{card_id}/details", response_model=ServiceCardDetails, responses=READ)
async def read_service_card_details(card_id: UUID, caller: Reader, reading: ReadingFor, stores: Wired) -> Response:
    """With its whole number. Who reads it, and for what purpose, is put on record."""
    found = await stores.service_cards.open(card_id, reading(caller), stores.service_cards.within(caller))
    return shown(ServiceCardDetails.of, found)


@router.post("/service-cards/{card_id}/pick-ups", response_model=ServiceCardView, responses=CREATE)
async def pick_up_service_card(card_id: UUID, body: OnDay, caller: Officer, command: Posted, stores: Wired) -> Response:
    """The member has got it."""
    order = await command(caller)
    today = campus_day(order.at)
    return await _changed(
        stores, card_id, caller, order, lambda card: card.pick_up(on=body.on, by=caller.id, today=today)
    )


@router.post("/service-cards/{card_id}/losses", response_model=ServiceCardView, responses=CREATE)
async def report_service_card_lost(
    card_id: UUID, body: OnDay, caller: OfficerOrThemself, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    today = campus_day(order.at)
    return await _changed(stores, card_id, caller, order, lambda card: card.report_lost(on=body.on, today=today))


@router.post("/service-cards/{card_id}/replacements", response_model=ServiceCardView, responses=CREATE)
async def replace_service_card(
    card_id: UUID, body: ReplaceCard, caller: UnionOfficer, command: Posted, stores: Wired
) -> Response:
    """The issuer has given another one for one that was lost."""
    order = await command(caller)

    def decide(card: ServiceCard) -> Decision[ServiceCard]:
        return card.replace(card_number=body.card_number, on=body.on, by=caller.id, today=campus_day(order.at))

    return await _changed(stores, card_id, caller, order, decide)


async def _changed(
    stores: WelfareStores,
    card_id: UUID,
    caller: Caller,
    order: Command,
    decide: Callable[[ServiceCard], Decision[ServiceCard]],
) -> Response:
    within = stores.service_cards.within(caller)
    respond = changed(ServiceCardView.of)
    return await answered(numbered_once(stores.service_cards.change(card_id, decide, order, respond, within)))


@router.post("/service-cards/{card_id}/cancellations", response_model=ServiceCardView, responses=CREATE)
async def cancel_service_card(
    card_id: UUID, body: CancelCard, caller: Officer, command: Posted, stores: Wired
) -> Response:
    """The card, or the application. Another one may be applied for then."""
    order = await command(caller)
    within = stores.service_cards.within(caller)
    batch_id = (await stores.service_cards.get(card_id, within)).state.batch_id

    def decide(card: ServiceCard, batch: CardBatch) -> list[Decision[Any]]:
        waiting = card.state is State.APPLIED
        cancelled = card.cancel(because=body.because, by=caller.id)
        return [cancelled, batch.drop() if waiting else Decision(batch, ())]

    pieces: list[Piece[Any]] = [Piece(stores.service_cards, card_id, within), Piece(stores.card_batches, batch_id)]
    return await answered(change_together(pieces, decide, order, changed(ServiceCardView.of)))
