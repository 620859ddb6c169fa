"""Who may call the routes of this service, and how far they reach."""

from typing import Annotated

from services.members.store import MembersStores
from shared.access import Caller, Reach
from shared.http.requests import access, the_stores
from shared.roles import Permit, Role

Wired = Annotated[MembersStores, the_stores]

AnyMember = Annotated[Caller, access({Role.MEMBER: Reach.EVERYTHING})]
UnitReader = Annotated[
    Caller,
    access({Role.MEMBER: Reach.EVERYTHING, Role.SERVICE_ACCOUNT: Reach.SCOPE}, permit=Permit.UNITS_READ),
]
Oneself = Annotated[Caller, access({Role.MEMBER: Reach.OWN})]
Administrator = Annotated[Caller, access({Role.ADMINISTRATOR: Reach.SCOPE})]
AdministratorOfTheSchool = Annotated[Caller, access({Role.ADMINISTRATOR: Reach.SCHOOL})]
AdministratorOrOneself = Annotated[Caller, access({Role.ADMINISTRATOR: Reach.SCOPE, Role.MEMBER: Reach.OWN})]
Officer = Annotated[
    Caller,
    access({Role.ADMINISTRATOR: Reach.SCOPE, Role.UNION_OFFICER: Reach.SCOPE, Role.MEMBER: Reach.OWN}),
]
_ROSTER = {
    Role.ADMINISTRATOR: Reach.SCOPE,
    Role.UNION_OFFICER: Reach.SCOPE,
    Role.BRANCH_CHAIR: Reach.SCOPE,
    Role.BRANCH_OFFICER: Reach.SCOPE,
    Role.MEMBER: Reach.OWN,
}
RosterReader = Annotated[Caller, access({**_ROSTER, Role.SERVICE_ACCOUNT: Reach.SCOPE}, permit=Permit.MEMBERS_READ)]
DetailsReader = Annotated[Caller, access(_ROSTER)]
"""What is sealed is opened by people, who say what for."""
