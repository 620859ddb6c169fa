"""What this service does when it hears of something."""

from services.welfare import funding
from services.welfare.store import WelfareStores
from shared.contracts.events import (
    ActivityFundsRequestedRestricted,
    ActivityFundsReturnedRestricted,
    ActivityFundsSettledRestricted,
)
from shared.contracts.members import CoupleEnded, CoupleRecorded, MemberJoinedRestricted
from shared.handlers import Batch, Handlers, repeatable
from shared.people import PEOPLE_HANDLERS, keep_people
from shared.person import STANDING_HANDLERS
from shared.staff_numbers import keep_staff_numbers


async def welcome(stores: WelfareStores, batch: Batch[MemberJoinedRestricted]) -> None:
    """How to address them, and by which staff number a sheet names them."""
    await keep_people(stores, batch)
    await keep_staff_numbers(stores, batch)


async def keep_couples(stores: WelfareStores, batch: Batch[CoupleRecorded | CoupleEnded]) -> None:
    await stores.couples.keep(
        (
            heard.event.couple_id,
            heard.envelope.sequence,
            heard.event.member_ids,
            isinstance(heard.event, CoupleEnded),
        )
        for heard in batch
    )


async def reserve_for_activity(stores: WelfareStores, batch: Batch[ActivityFundsRequestedRestricted]) -> None:
    for heard in batch:
        await funding.request(stores, heard)


async def settle_activity(stores: WelfareStores, batch: Batch[ActivityFundsSettledRestricted]) -> None:
    for heard in batch:
        await funding.settle(stores, heard)


async def give_back_for_activity(stores: WelfareStores, batch: Batch[ActivityFundsReturnedRestricted]) -> None:
    for heard in batch:
        await funding.give_back(stores, heard)


HANDLERS: Handlers[WelfareStores] = {
    **STANDING_HANDLERS,
    **PEOPLE_HANDLERS,
    MemberJoinedRestricted: repeatable(welcome),
    CoupleRecorded: repeatable(keep_couples),
    CoupleEnded: repeatable(keep_couples),
    ActivityFundsRequestedRestricted: repeatable(reserve_for_activity),
    ActivityFundsSettledRestricted: repeatable(settle_activity),
    ActivityFundsReturnedRestricted: repeatable(give_back_for_activity),
}
