"""Who may call the routes of forms and cases, and how far they reach."""

from typing import Annotated

from services.proposals.store import ProposalsStores
from shared.access import Caller, Reach
from shared.http.requests import access, the_stores
from shared.roles import Role

Wired = Annotated[ProposalsStores, the_stores]

Committee = Annotated[Caller, access({Role.PROPOSAL_COMMITTEE: Reach.SCOPE})]
Delegate = Annotated[Caller, access({Role.DELEGATE: Reach.OWN})]
Reader = Annotated[
    Caller,
    access(
        {
            Role.PROPOSAL_COMMITTEE: Reach.SCOPE,
            Role.UNION_OFFICER: Reach.SCOPE,
            Role.SCHOOL_LEADER: Reach.SCOPE,
            Role.MEMBER: Reach.OWN,
        }
    ),
]
Presidium = Annotated[Caller, access({Role.MEMBER: Reach.OWN})]
"""Who is of the presidium, the form says to which it was referred."""
RuleMaker = Annotated[Caller, access({Role.UNION_OFFICER: Reach.SCHOOL, Role.ADMINISTRATOR: Reach.SCHOOL})]
Everyone = Annotated[Caller, access({Role.MEMBER: Reach.EVERYTHING})]
Convener = Annotated[
    Caller,
    access(
        {
            Role.PROPOSAL_COMMITTEE: Reach.SCOPE,
            Role.UNION_OFFICER: Reach.SCOPE,
            Role.ADMINISTRATOR: Reach.SCOPE,
            Role.BRANCH_CHAIR: Reach.SCOPE,
        }
    ),
]
