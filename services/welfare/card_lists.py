"""How the members of a list are applied for in a batch of service cards, and how the answers of the issuer come in."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.welfare.domain.cards import CardBatch, ServiceCard, State
from services.welfare.domain.member_lists import CARD_NUMBER, Entry, Known, Outcome, Plan, Reason, Verdict, judge
from services.welfare.errors.cards import CardNumberTaken, CardOfAnotherBatch, ServiceCardHeld
from services.welfare.member_lists import by_hundreds, nobody_asks, of_a_row
from services.welfare.store import WelfareStores
from shared.access import Where
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.command import Command
from shared.contracts.welfare.cards import CardRefusal
from shared.errors import AlreadyExists, RuleBroken, WrongState
from shared.ids import new_id
from shared.store import Piece, change_together


async def apply_for_all(
    stores: WelfareStores,
    batch_id: UUID,
    entries: Sequence[Entry],
    known: Known,
    order: Command,
    within: Where,
    *,
    dry_run: bool,
) -> list[Verdict]:
    """What each row comes to. Whoever has a card, or is applied for elsewhere, is refused."""
    judged = judge(entries, known)
    rows = [row for row in judged if isinstance(row, Plan)]
    living = await stores.service_cards.living(row.member_id for row in rows)

    async def write(together: Sequence[Plan]) -> None:
        ids = [new_id() for _ in together]

        def decide(batch: CardBatch, *_: None) -> list[Decision[Any]]:
            applied = [
                ServiceCard.apply(
                    card_id,
                    batch_id=batch.id,
                    member_id=row.member_id,
                    unit_id=row.unit_id,
                    employment=row.employment,
                    by=order.actor,
                    today=campus_day(order.at),
                )
                for card_id, row in zip(ids, together, strict=True)
            ]
            return [batch.add(len(applied)), *applied]

        pieces: list[Piece[Any]] = [Piece(stores.card_batches, batch_id, within)]
        pieces += [Piece(stores.service_cards) for _ in together]
        await change_together(pieces, decide, of_a_row(order), nobody_asks)

    new = [row for row in rows if row.member_id not in living]
    broken = {} if dry_run else await by_hundreds(new, write)
    return [row if isinstance(row, Verdict) else _applied(row, batch_id, living, broken) for row in judged]


def _applied(
    row: Plan, batch_id: UUID, living: Mapping[UUID, ServiceCard], broken: Mapping[int, RuleBroken]
) -> Verdict:
    card, error = living.get(row.member_id), broken.get(row.number)
    if card is not None and card.batch_id == batch_id:
        return row.comes_to(Outcome.UNCHANGED)
    # Somebody else may apply for them at this moment.
    if card is not None or isinstance(error, AlreadyExists):
        return row.comes_to(Outcome.REFUSED, Reason("member_id", ServiceCardHeld.slug()))
    if error is not None:
        return row.comes_to(Outcome.REFUSED, Reason("row", error.slug()))
    return row.comes_to(Outcome.NEW)


async def take_answers(
    stores: WelfareStores,
    batch_id: UUID,
    entries: Sequence[Entry],
    refusals: Mapping[int, CardRefusal],
    known: Known,
    on: date,
    order: Command,
    within: Where,
    *,
    dry_run: bool,
) -> list[Verdict]:
    """What each row comes to: a card with its number, or one of the `refusals`, by the numbers of the rows."""
    judged = judge(entries, known)
    rows = [row for row in judged if isinstance(row, Plan)]
    cards = await stores.service_cards.of_batch(batch_id, (row.member_id for row in rows))
    today = campus_day(order.at)

    async def write(together: Sequence[Plan]) -> None:
        def decide(batch: CardBatch, *found: ServiceCard) -> list[Decision[Any]]:
            answered = [
                card.refuse(refusal=refusals[row.number], by=order.actor)
                if row.number in refusals
                else card.issue(card_number=row.entry.card_number or "", on=on, by=order.actor, today=today)
                for row, card in zip(together, found, strict=True)
            ]
            refused = sum(row.number in refusals for row in together)
            return [batch.take_answers(issued=len(answered) - refused, refused=refused), *answered]

        pieces: list[Piece[Any]] = [Piece(stores.card_batches, batch_id, within)]
        pieces += [Piece(stores.service_cards, cards[row.member_id].id) for row in together]
        await change_together(pieces, decide, of_a_row(order), nobody_asks)

    waiting = [
        row
        for row in rows
        if row.member_id in cards
        and cards[row.member_id].state is State.APPLIED
        and (row.number in refusals or not _wrong(row.entry.card_number))
    ]
    broken = {} if dry_run else await by_hundreds(waiting, write)
    verdicts: list[Verdict] = []
    for row in judged:
        if isinstance(row, Plan):
            card = cards.get(row.member_id)
            if row.number not in refusals and (wrong := _wrong(row.entry.card_number)):
                verdicts.append(row.comes_to(Outcome.REFUSED, Reason("card_number", wrong)))
                continue
            same = card is not None and await _answered_so(stores, card, row, refusals)
            verdicts.append(_answered(row, card, broken.get(row.number), same=same))
        else:
            verdicts.append(row)
    return verdicts


def _wrong(card_number: str | None) -> str:
    if card_number is None:
        return "missing"
    return "" if CARD_NUMBER.fullmatch(card_number) else "string_pattern_mismatch"


async def _answered_so(
    stores: WelfareStores, card: ServiceCard, row: Plan, refusals: Mapping[int, CardRefusal]
) -> bool:
    """Whether this very answer came before."""
    if row.number in refusals:
        return card.refusal is refusals[row.number]
    number = row.entry.card_number
    return (
        card.state is not State.APPLIED
        and number is not None
        and await stores.service_cards.has_number(card.id, number)
    )


def _answered(row: Plan, card: ServiceCard | None, error: RuleBroken | None, *, same: bool) -> Verdict:
    if card is None:
        return row.comes_to(Outcome.REFUSED, Reason("member_id", CardOfAnotherBatch.slug()))
    if same:
        return row.comes_to(Outcome.UNCHANGED)
    if card.state is not State.APPLIED:
        return row.comes_to(Outcome.REFUSED, Reason("row", WrongState.slug()))
    if isinstance(error, AlreadyExists):
        return row.comes_to(Outcome.REFUSED, Reason("card_number", CardNumberTaken.slug()))
    if error is not None:
        return row.comes_to(Outcome.REFUSED, Reason("row", error.slug()))
    return row.comes_to(Outcome.NEW)
