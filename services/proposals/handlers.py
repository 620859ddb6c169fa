"""What this service does when it hears of something."""

import contextlib
from datetime import datetime
from typing import Any
from uuid import UUID

from services.proposals.domain.appeal_hearers import leave
from services.proposals.domain.delegates import Delegate
from services.proposals.errors.appeals import HasAnInterest, NotOfTheCommittee
from services.proposals.errors.congresses import DelegateLeftAlready
from services.proposals.store import ProposalsStores
from shared.clock import campus_day
from shared.command import NOBODY, Answer, Command
from shared.contracts.members import Employment, MemberDeparted, MemberJoinedRestricted
from shared.handlers import Batch, Handlers, Received, repeatable
from shared.people import PEOPLE_HANDLERS, keep_people
from shared.person import STANDING_HANDLERS
from shared.staff_numbers import keep_staff_numbers
from shared.store import Versioned


async def welcome(stores: ProposalsStores, batch: Batch[MemberJoinedRestricted]) -> None:
    """Staff numbers by their marks alone, so that a sheet can name a member; and how to address them."""
    await keep_people(stores, batch)
    await keep_staff_numbers(stores, batch)


async def let_go(stores: ProposalsStores, batch: Batch[MemberDeparted]) -> None:
    """Who leaves the college is a delegate no more, and hears no appeals.

    Who retires keeps the seat: whether they sit on until the term ends is the body's to say, and its managers end the
    seat where it says no.
    """
    await stores.directory.keep(batch)
    known = await stores.directory.known(heard.event.member_id for heard in batch)
    for heard in batch:
        there = known.get(heard.event.member_id)
        if there is not None and there.employment is not Employment.LEFT:
            # Reinstated since, and perhaps elected or named anew: an event that comes again must not end that.
            continue
        for seat in await stores.delegates.seats_of(heard.event.member_id):
            await _end(stores, seat, heard)
        for appeal_id in await stores.appeals.heard_by(heard.event.member_id):
            await _leave(stores, appeal_id, heard)


async def _end(stores: ProposalsStores, seat: Delegate, heard: Received[MemberDeparted]) -> None:
    command = _command(heard)
    today = max(campus_day(command.at), seat.elected_on)
    with contextlib.suppress(DelegateLeftAlready):
        await stores.delegates.change(
            seat.id,
            lambda seat: seat.end(on=today, reason="离职 left the college", by=NOBODY, today=today),
            command,
            _nobody_asks,
        )


async def _leave(stores: ProposalsStores, appeal_id: UUID, heard: Received[MemberDeparted]) -> None:
    member_id = heard.event.member_id
    # They may have stepped aside meanwhile.
    with contextlib.suppress(HasAnInterest, NotOfTheCommittee):
        await stores.appeals.change(
            appeal_id, lambda appeal: leave(appeal, member_id=member_id), _command(heard), _nobody_asks
        )


def _command(heard: Received[MemberDeparted]) -> Command:
    envelope = heard.envelope
    return Command(NOBODY, datetime.fromisoformat(envelope.time), envelope.correlationid, envelope.traceparent)


def _nobody_asks(_: Versioned[Any]) -> Answer:
    return Answer(204, b"")


HANDLERS: Handlers[ProposalsStores] = {
    **STANDING_HANDLERS,
    **PEOPLE_HANDLERS,
    MemberJoinedRestricted: repeatable(welcome),
    MemberDeparted: repeatable(let_go),
}
