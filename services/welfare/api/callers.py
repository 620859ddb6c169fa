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
DecisionReader = Annotated[
    Caller,
    access(
        {
            Role.FINANCE_OFFICER: Reach.EVERYTHING,
            Role.AUDIT_COMMITTEE: Reach.EVERYTHING,
            Role.UNION_OFFICER: Reach.EVERYTHING,
            Role.BRANCH_CHAIR: Reach.EVERYTHING,
        }
    ),
]
"""A decision of the committee is of the school, and whoever approves what rests on it names it."""
Auditor = Annotated[Caller, access({Role.FINANCE_OFFICER: Reach.SCOPE, Role.AUDIT_COMMITTEE: Reach.SCOPE})]
"""Who reads the ledger: they change nothing by it."""
StatementReader = Annotated[
    Caller,
    access(
        {
            Role.FINANCE_OFFICER: Reach.SCHOOL,
            Role.AUDIT_COMMITTEE: Reach.SCHOOL,
            Role.UNION_OFFICER: Reach.SCHOOL,
        }
    ),
]
LedgerTaker = Annotated[Caller, access({Role.FINANCE_OFFICER: Reach.SCHOOL, Role.AUDIT_COMMITTEE: Reach.SCHOOL})]

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
Claimant = Annotated[Caller, access({Role.MEMBER: Reach.OWN})]
ClaimReader = Annotated[
    Caller,
    access(
        {
            Role.BRANCH_CHAIR: Reach.SCOPE,
            Role.UNION_OFFICER: Reach.SCOPE,
            Role.FINANCE_OFFICER: Reach.SCOPE,
            Role.SCHOOL_LEADER: Reach.SCOPE,
            Role.AUDIT_COMMITTEE: Reach.SCOPE,
            Role.MEMBER: Reach.OWN,
        }
    ),
]
