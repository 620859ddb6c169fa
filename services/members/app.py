"""The members service: who there is."""

from services.members.api import router
from services.members.store import MembersStores, wire
from shared.service import Service

SERVICE: Service[MembersStores] = Service(
    name="members",
    title="Members 会员",
    description="Units, members and the roles that members hold.",
    wire=wire,
    routers=[router],
)
