"""What this service does when it hears of something."""

from services.welfare.store import WelfareStores
from shared.contracts.members import CoupleEnded, CoupleRecorded
from shared.handlers import Batch, Handlers, repeatable
from shared.people import PEOPLE_HANDLERS
from shared.person import STANDING_HANDLERS


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


HANDLERS: Handlers[WelfareStores] = {
    **STANDING_HANDLERS,
    **PEOPLE_HANDLERS,
    CoupleRecorded: repeatable(keep_couples),
    CoupleEnded: repeatable(keep_couples),
}
