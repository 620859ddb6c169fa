"""Who may call the routes of hardship grants, and how far they reach."""

from typing import Annotated

from services.welfare.store import WelfareStores
from shared.access import Caller, Reach
from shared.http.requests import access, the_stores
from shared.roles import Role

Wired = Annotated[WelfareStores, the_stores]
Everyone = Annotated[Caller, access({Role.MEMBER: Reach.EVERYTHING})]
RuleMaker = Annotated[Caller, access({Role.UNION_OFFICER: Reach.SCHOOL, Role.ADMINISTRATOR: Reach.SCHOOL})]
Office = Annotated[Caller, access({Role.UNION_OFFICER: Reach.SCHOOL})]
"""The union office, which also records what the committee has decided."""
Payer = Annotated[Caller, access({Role.FINANCE_OFFICER: Reach.SCHOOL})]
Filer = Annotated[
    Caller,
    access({Role.BRANCH_CHAIR: Reach.SCOPE, Role.BRANCH_OFFICER: Reach.SCOPE, Role.MEMBER: Reach.OWN}),
]
"""Members for themselves, and officers of a branch for its members."""
Applicant = Annotated[Caller, access({Role.MEMBER: Reach.OWN})]
"""The member, and who has filed it on their behalf."""
Reviewer = Annotated[
    Caller,
    access({Role.BRANCH_CHAIR: Reach.SCOPE, Role.BRANCH_OFFICER: Reach.SCOPE, Role.UNION_OFFICER: Reach.SCHOOL}),
]
"""The branch; an officer of the school where nobody else of the branch is left to do it."""
Reader = Annotated[
    Caller,
    access(
        {
            Role.UNION_OFFICER: Reach.SCOPE,
            Role.FINANCE_OFFICER: Reach.SCOPE,
            Role.AUDIT_COMMITTEE: Reach.SCOPE,
            Role.BRANCH_CHAIR: Reach.SCOPE,
            Role.BRANCH_OFFICER: Reach.SCOPE,
            Role.MEMBER: Reach.OWN,
        }
    ),
]
ObjectionReader = Annotated[Caller, access({Role.UNION_OFFICER: Reach.SCHOOL, Role.MEMBER: Reach.OWN})]
FigureReader = Annotated[
    Caller,
    access(
        {
            Role.UNION_OFFICER: Reach.SCHOOL,
            Role.FINANCE_OFFICER: Reach.SCHOOL,
            Role.AUDIT_COMMITTEE: Reach.SCHOOL,
            Role.MEMBER: Reach.EVERYTHING,
        }
    ),
]
