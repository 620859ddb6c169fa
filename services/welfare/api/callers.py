"""Who may call the routes of welfare, and how far they reach."""

from typing import Annotated

from services.welfare.store import WelfareStores
from shared.access import Caller, Reach
from shared.http.requests import access, the_stores
from shared.roles import Role

Wired = Annotated[WelfareStores, the_stores]

Everyone = Annotated[Caller, access({Role.MEMBER: Reach.EVERYTHING})]
PolicyMaker = Annotated[Caller, access({Role.UNION_OFFICER: Reach.SCHOOL, Role.ADMINISTRATOR: Reach.SCHOOL})]
Treasurer = Annotated[Caller, access({Role.FINANCE_OFFICER: Reach.SCHOOL})]
"""Who sets up the budget and closes the year."""
Recorder = Annotated[Caller, access({Role.UNION_OFFICER: Reach.SCHOOL})]
"""Who records what the union committee decided."""
AccountReader = Annotated[
    Caller,
    access(
        {
            Role.FINANCE_OFFICER: Reach.SCOPE,
            Role.AUDIT_COMMITTEE: Reach.SCOPE,
            Role.UNION_OFFICER: Reach.SCOPE,
            Role.BRANCH_CHAIR: Reach.SCOPE,
        }
    ),
]
Auditor = Annotated[Caller, access({Role.FINANCE_OFFICER: Reach.SCOPE, Role.AUDIT_COMMITTEE: Reach.SCOPE})]
"""Who reads the ledger: they change nothing by it."""

DriveKeeper = Annotated[Caller, access({Role.UNION_OFFICER: Reach.SCOPE})]
"""Who runs the drives of benefits."""
Signer = Annotated[
    Caller,
    access({Role.UNION_OFFICER: Reach.SCOPE, Role.BRANCH_CHAIR: Reach.SCOPE, Role.BRANCH_OFFICER: Reach.SCOPE}),
]
"""Who records at a branch that something was picked up and signed for."""
Chooser = Annotated[
    Caller,
    access(
        {
            Role.UNION_OFFICER: Reach.SCOPE,
            Role.BRANCH_CHAIR: Reach.SCOPE,
            Role.BRANCH_OFFICER: Reach.SCOPE,
            Role.MEMBER: Reach.OWN,
        }
    ),
]
"""Members for themselves, and their branch on their behalf."""
BenefitReader = Annotated[
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
HandingOutReader = Annotated[
    Caller,
    access(
        {
            Role.UNION_OFFICER: Reach.SCOPE,
            Role.FINANCE_OFFICER: Reach.SCOPE,
            Role.AUDIT_COMMITTEE: Reach.SCOPE,
            Role.BRANCH_CHAIR: Reach.SCOPE,
            Role.BRANCH_OFFICER: Reach.SCOPE,
        }
    ),
]
"""Who reads how much of a drive was handed out in the units that they look after."""
