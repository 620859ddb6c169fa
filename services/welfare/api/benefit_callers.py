"""Who may call the routes of benefits and vouchers, and how far they reach."""

from typing import Annotated

from shared.access import Caller, Reach
from shared.http.requests import access
from shared.roles import Role

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
