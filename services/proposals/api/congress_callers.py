"""Who may call the routes of congresses, and how far they reach."""

from typing import Annotated

from services.proposals.store import ProposalsStores
from shared.access import Caller, Reach
from shared.http.requests import access, the_stores
from shared.roles import Role

Wired = Annotated[ProposalsStores, the_stores]

_MANAGERS = {Role.UNION_OFFICER: Reach.SCOPE, Role.ADMINISTRATOR: Reach.SCOPE, Role.BRANCH_CHAIR: Reach.SCOPE}

AnyMember = Annotated[Caller, access({Role.MEMBER: Reach.EVERYTHING})]
Manager = Annotated[Caller, access(_MANAGERS)]
ManagerOrAttendee = Annotated[Caller, access({**_MANAGERS, Role.SCHOOL_LEADER: Reach.SCOPE, Role.MEMBER: Reach.OWN})]
"""Who sees what was said and who was there: those who manage it, the leaders, and whoever was there too."""
ManagerOrDelegate = Annotated[
    Caller, access({**_MANAGERS, Role.SCHOOL_LEADER: Reach.SCOPE, Role.DELEGATE: Reach.EVERYTHING})
]
