"""Routes of welfare."""

from services.welfare.api import (
    funds,
    grants_applications,
    grants_decisions,
    grants_evidence,
    grants_objections,
    grants_rounds,
    policies,
    visits,
)
from shared.http import access_records

ROUTERS = [
    visits.router,
    policies.router,
    funds.router,
    grants_rounds.router,
    grants_applications.router,
    grants_evidence.router,
    grants_decisions.router,
    grants_objections.router,
    access_records.router,
]
