"""Routes of welfare."""

from services.welfare.api import visits
from shared.http import access_records

ROUTERS = [
    visits.router,
    access_records.router,
]
