"""What this service does when it hears of something."""

from services.proposals.store import ProposalsStores
from shared.handlers import Handlers
from shared.person import STANDING_HANDLERS

HANDLERS: Handlers[ProposalsStores] = {**STANDING_HANDLERS}
