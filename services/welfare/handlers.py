"""What this service does when it hears of something."""

from services.welfare.store import WelfareStores
from shared.handlers import Handlers
from shared.person import STANDING_HANDLERS

HANDLERS: Handlers[WelfareStores] = {**STANDING_HANDLERS}
