"""Routes of welfare."""

from services.welfare.api import budget_years, expense_claims, funds, policies, visits
from shared.http import access_records

ROUTERS = [
    visits.router,
    policies.router,
    funds.router,
    budget_years.router,
    expense_claims.router,
    access_records.router,
]
