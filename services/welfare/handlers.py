"""What this service does when it hears of something."""

from services.welfare import funding
from services.welfare.store import WelfareStores
from shared.contracts.events import (
    ActivityFundsRequestedRestricted,
    ActivityFundsReturnedRestricted,
    ActivityFundsSettledRestricted,
)
from shared.contracts.members import MemberJoinedRestricted
from shared.handlers import Batch, Handlers, repeatable
from shared.person import STANDING_HANDLERS
from shared.staff_numbers import keep_staff_numbers


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
    MemberJoinedRestricted: repeatable(keep_staff_numbers),
    ActivityFundsRequestedRestricted: repeatable(reserve_for_activity),
    ActivityFundsSettledRestricted: repeatable(settle_activity),
    ActivityFundsReturnedRestricted: repeatable(give_back_for_activity),
}
