"""Routes of the roster and of the rights of persons."""

from services.members.api import consents, couples, members, requests, roles, rosters, units

ROUTERS = [
    units.router,
    members.router,
    couples.router,
    roles.router,
    rosters.router,
    requests.router,
    consents.router,
]
