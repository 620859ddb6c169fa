"""The welfare service: care for members."""

from services.welfare.api import ROUTERS
from services.welfare.api.grants_evidence import UPLOADS
from services.welfare.handlers import HANDLERS
from services.welfare.store import WelfareStores, wire
from shared.person import STANDING_JOBS
from shared.service import Service

SERVICE: Service[WelfareStores] = Service(
    name="welfare",
    title="Welfare 送温暖",
    description="Care for members, and the money that it takes.",
    wire=wire,
    routers=ROUTERS,
    handlers=HANDLERS,
    jobs=STANDING_JOBS,
    uploads=UPLOADS,
)
