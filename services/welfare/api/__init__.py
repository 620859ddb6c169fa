"""Routes of welfare."""

from services.welfare.api import (
    batch_visit_steps,
    batch_visits,
    budget_years,
    expense_claims,
    funds,
    policies,
    visit_steps,
    visits,
)
from shared.http import access_records

ROUTERS = [
    visits.router,
    visit_steps.router,
    batch_visits.router,
    batch_visit_steps.router,
    policies.router,
    funds.router,
    budget_years.router,
    expense_claims.router,
    access_records.router,
]
