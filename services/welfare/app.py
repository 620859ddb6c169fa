"""The welfare service: care for members."""

from services.welfare.api import router
from services.welfare.handlers import HANDLERS
from services.welfare.store import WelfareStores, wire
from shared.http import access_records
from shared.person import STANDING_JOBS
from shared.service import Service

SERVICE: Service[WelfareStores] = Service(
    name="welfare",
    title="Welfare 送温暖",
    description="Visits to members.",
    wire=wire,
    routers=[router, access_records.router],
    handlers=HANDLERS,
    jobs=STANDING_JOBS,
)
