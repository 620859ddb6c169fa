"""Routes of proposals."""

from services.proposals.api import appeal_committees, appeals, proposals
from shared.http import access_records

ROUTERS = [proposals.router, appeal_committees.router, appeals.router, access_records.confidential]
