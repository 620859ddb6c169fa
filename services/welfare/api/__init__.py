"""Routes of welfare."""

from services.welfare.api import (
    aid_claims,
    aid_enrolments,
    aid_figures,
    aid_plans,
    batch_visit_steps,
    batch_visits,
    card_batches,
    funds,
    pairings,
    policies,
    service_cards,
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
    aid_plans.router,
    aid_enrolments.router,
    aid_claims.router,
    card_batches.router,
    service_cards.router,
    pairings.router,
    aid_figures.router,
    access_records.router,
]
