"""The notifications service: who is told what."""

from services.notifications.api import router
from services.notifications.handlers import HANDLERS
from services.notifications.store import NotificationsStores, wire
from shared.person import STANDING_JOBS
from shared.service import Service

SERVICE: Service[NotificationsStores] = Service(
    name="notifications",
    title="Notifications 通知",
    description="Each member's inbox, kept by the events of the other services.",
    wire=wire,
    routers=[router],
    handlers=HANDLERS,
    jobs=STANDING_JOBS,
)
