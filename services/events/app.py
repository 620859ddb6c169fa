"""The events service: activities, contests and recognition."""

from services.events.api import router
from services.events.handlers import HANDLERS
from services.events.store import EventsStores, wire
from shared.person import STANDING_JOBS
from shared.service import Service

SERVICE: Service[EventsStores] = Service(
    name="events",
    title="Events 活动与评优",
    description="Awards granted to members.",
    wire=wire,
    routers=[router],
    handlers=HANDLERS,
    jobs=STANDING_JOBS,
)
