"""The reports service: figures computed from everyone's events."""

from services.reports.api import router
from services.reports.handlers import HANDLERS
from services.reports.store import ReportsStores, wire
from shared.service import Service

SERVICE: Service[ReportsStores] = Service(
    name="reports",
    title="Reports 报表",
    description="How often what happened in a year.",
    wire=wire,
    routers=[router],
    handlers=HANDLERS,
)
