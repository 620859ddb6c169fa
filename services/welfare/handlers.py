"""What this service does when it hears of something."""

from services.welfare.store import WelfareStores
from shared.contracts.members import MemberJoinedRestricted
from shared.handlers import Handlers, repeatable
from shared.person import STANDING_HANDLERS
from shared.staff_numbers import keep_staff_numbers

HANDLERS: Handlers[WelfareStores] = {
    **STANDING_HANDLERS,
    MemberJoinedRestricted: repeatable(keep_staff_numbers),
}
