"""What this service does when it hears of something."""

from services.events.store import EventsStores
from shared.handlers import Handlers
from shared.person import STANDING_HANDLERS

HANDLERS: Handlers[EventsStores] = {**STANDING_HANDLERS}
