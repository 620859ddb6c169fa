"""Who is told of what the events service publishes."""

from collections.abc import Mapping

from services.notifications.handlers import (
    events,
)
from services.notifications.handlers.notices import tell
from services.notifications.store import NotificationsStores
from shared.contracts.base import DomainEvent
from shared.contracts.events import (
    AwardGranted,
    AwardGrantedRestricted,
)
from shared.handlers import Handlers

TELLS: Handlers[NotificationsStores] = {
    AwardGrantedRestricted: tell("award_id", events.award_granted),
}

_TWIN = "The restricted event of the same happening tells who is concerned"

TELLS_NOBODY: Mapping[type[DomainEvent], str] = {
    AwardGranted: _TWIN,
}
"""What is published and makes no notice, and why."""
