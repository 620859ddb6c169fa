"""Routes of welfare."""

from services.welfare.api import (
    benefit_drives,
    benefit_entitlements,
    benefit_vouchers,
    funds,
    policies,
    visits,
)
from shared.http import access_records

ROUTERS = [
    visits.router,
    benefit_drives.router,
    benefit_entitlements.router,
    benefit_vouchers.router,
    policies.router,
    funds.router,
    access_records.router,
]
