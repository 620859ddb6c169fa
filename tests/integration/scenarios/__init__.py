"""How each route is asked by the matrix of access. A route that is not here fails it."""

from tests.integration.land import Scenarios
from tests.integration.scenarios.appeals import APPEALS
from tests.integration.scenarios.benefits import BENEFITS
from tests.integration.scenarios.cases import CASES
from tests.integration.scenarios.congresses import CONGRESSES
from tests.integration.scenarios.events import EVENTS
from tests.integration.scenarios.grants import GRANTS
from tests.integration.scenarios.members import MEMBERS
from tests.integration.scenarios.mutual_aid import MUTUAL_AID
from tests.integration.scenarios.notifications import NOTIFICATIONS
from tests.integration.scenarios.pairings import PAIRINGS
from tests.integration.scenarios.proposal_figures import PROPOSAL_FIGURES
from tests.integration.scenarios.proposals import PROPOSALS
from tests.integration.scenarios.records import RECORDS
from tests.integration.scenarios.reports import REPORTS
from tests.integration.scenarios.service_cards import SERVICE_CARDS
from tests.integration.scenarios.welfare import WELFARE
from tests.integration.scenarios.welfare_expense_claims import WELFARE_EXPENSE_CLAIMS
from tests.integration.scenarios.welfare_funds import WELFARE_FUNDS
from tests.integration.scenarios.welfare_visits import WELFARE_VISITS

SCENARIOS: Scenarios = {
    **WELFARE,
    **GRANTS,
    **WELFARE_VISITS,
    **WELFARE_FUNDS,
    **WELFARE_EXPENSE_CLAIMS,
    **MUTUAL_AID,
    **SERVICE_CARDS,
    **PAIRINGS,
    **BENEFITS,
    **PROPOSALS,
    **PROPOSAL_FIGURES,
    **APPEALS,
    **CASES,
    **CONGRESSES,
    **EVENTS,
    **NOTIFICATIONS,
    **REPORTS,
    **MEMBERS,
    **RECORDS,
}
