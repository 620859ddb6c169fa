"""Who may call the routes of welfare, and how far they reach."""

from typing import Annotated

from services.welfare.domain.signing import SIGNERS
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

Proposer = Annotated[
    Caller,
    access({Role.UNION_OFFICER: Reach.SCOPE, Role.BRANCH_CHAIR: Reach.SCOPE, Role.BRANCH_OFFICER: Reach.SCOPE}),
]
"""Who proposes visits, and withdraws them."""
Signatory = Annotated[Caller, access(dict.fromkeys(SIGNERS, Reach.SCOPE))]
Payer = Annotated[Caller, access({Role.FINANCE_OFFICER: Reach.SCOPE})]
Receiver = Annotated[
    Caller,
    access(
        {
            Role.FINANCE_OFFICER: Reach.SCOPE,
            Role.UNION_OFFICER: Reach.SCOPE,
            Role.BRANCH_CHAIR: Reach.SCOPE,
            Role.BRANCH_OFFICER: Reach.SCOPE,
        }
    ),
]
"""Who files receipts."""
VisitReader = Annotated[
    Caller,
    access(
        {
            Role.UNION_OFFICER: Reach.SCOPE,
            Role.FINANCE_OFFICER: Reach.SCOPE,
            Role.AUDIT_COMMITTEE: Reach.SCOPE,
            Role.SCHOOL_LEADER: Reach.SCOPE,
            Role.BRANCH_CHAIR: Reach.SCOPE,
            Role.BRANCH_OFFICER: Reach.SCOPE,
            Role.MEMBER: Reach.OWN,
        }
    ),
]
VisitCounter = Annotated[
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
BatchReader = Annotated[
    Caller,
    access(
        {
            Role.UNION_OFFICER: Reach.SCOPE,
            Role.FINANCE_OFFICER: Reach.SCOPE,
            Role.AUDIT_COMMITTEE: Reach.SCOPE,
            Role.SCHOOL_LEADER: Reach.SCOPE,
            Role.BRANCH_CHAIR: Reach.SCOPE,
            Role.BRANCH_OFFICER: Reach.SCOPE,
        }
    ),
]
"""A member hears that they are on a list, and not who else is."""
