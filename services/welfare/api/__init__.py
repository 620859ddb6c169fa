"""Routes of welfare."""

from services.welfare.api import (
    batch_visit_steps,
    batch_visits,
    benefit_drives,
    benefit_entitlements,
    benefit_vouchers,
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
    benefit_drives.router,
    benefit_entitlements.router,
    benefit_vouchers.router,
    policies.router,
    funds.router,
    access_records.router,
]
