"""Routes of welfare."""

from services.welfare.api import (
    aid_claims,
    aid_enrolments,
    aid_figures,
    aid_plans,
    card_batches,
    funds,
    pairings,
    policies,
    service_cards,
    visits,
)
from shared.http import access_records

ROUTERS = [
    visits.router,
    policies.router,
    funds.router,
    aid_plans.router,
    aid_enrolments.router,
    aid_claims.router,
    card_batches.router,
    service_cards.router,
    pairings.router,
    aid_figures.router,
    access_records.router,
]
