"""Routes of welfare."""

from services.welfare.api import funds, policies, visits
from shared.http import access_records

ROUTERS = [
    visits.router,
    policies.router,
    funds.router,
    access_records.router,
]
