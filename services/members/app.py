"""The members service: who there is."""

from services.members.api import ROUTERS
from services.members.handlers import HANDLERS
from services.members.jobs import JOBS
from services.members.store import MembersStores, wire
from shared.http import access_records
from shared.service import Service

SERVICE: Service[MembersStores] = Service(
    name="members",
    title="Members 会员",
    description="Units, members and the roles that members hold; the rights of each person.",
    wire=wire,
    routers=[*ROUTERS, access_records.router],
    handlers=HANDLERS,
    jobs=JOBS,
    uploads={"/v1/roster-imports": 20_000_000},
)
