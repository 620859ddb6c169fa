"""Who is told of what."""

from collections.abc import Mapping

from services.notifications.handlers.tables import events as of_events
from services.notifications.handlers.tables import members as of_members
from services.notifications.handlers.tables import proposals as of_proposals
from services.notifications.handlers.tables import welfare as of_welfare
from services.notifications.store import NotificationsStores
from shared.contracts.base import DomainEvent
from shared.handlers import Handlers
from shared.people import PEOPLE_HANDLERS
from shared.person import STANDING_HANDLERS

HANDLERS: Handlers[NotificationsStores] = {
    **STANDING_HANDLERS,
    **PEOPLE_HANDLERS,
    **of_proposals.TELLS,
    **of_welfare.TELLS,
    **of_events.TELLS,
}

TELLS_NOBODY: Mapping[type[DomainEvent], str] = {
    **of_members.TELLS_NOBODY,
    **of_proposals.TELLS_NOBODY,
    **of_welfare.TELLS_NOBODY,
    **of_events.TELLS_NOBODY,
}
"""What is published and makes no notice, and why."""
