"""The proposals service: democratic management."""

from services.proposals.api import ROUTERS
from services.proposals.handlers import HANDLERS
from services.proposals.store import ProposalsStores, wire
from shared.person import STANDING_JOBS
from shared.service import Service

SERVICE: Service[ProposalsStores] = Service(
    name="proposals",
    title="Proposals 提案",
    description="Congresses; proposals from the call to the commitment; appeals of members.",
    wire=wire,
    routers=ROUTERS,
    handlers=HANDLERS,
    jobs=STANDING_JOBS,
)
