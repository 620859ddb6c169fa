"""Who may call the routes of cases, and which of them are theirs."""

from typing import Annotated

from services.proposals.domain.cases import Case
from shared.access import Caller, Reach, Where, any_of
from shared.http.requests import access
from shared.roles import Role

CaseReader = Annotated[
    Caller,
    access(
        {
            Role.PROPOSAL_COMMITTEE: Reach.SCOPE,
            Role.UNION_OFFICER: Reach.SCOPE,
            Role.DEPARTMENT_HANDLER: Reach.SCOPE,
            Role.SCHOOL_LEADER: Reach.SCOPE,
            Role.MEMBER: Reach.OWN,
        }
    ),
]
"""An author is told less than the others: no drafts, no opinions of departments, no ratings."""
Department = Annotated[Caller, access({Role.DEPARTMENT_HANDLER: Reach.SCOPE})]
CommitteeOrDepartment = Annotated[
    Caller, access({Role.PROPOSAL_COMMITTEE: Reach.SCOPE, Role.DEPARTMENT_HANDLER: Reach.SCOPE})
]
LeaderInCharge = Annotated[Caller, access({Role.SCHOOL_LEADER: Reach.OWN})]
Author = Annotated[Caller, access({Role.MEMBER: Reach.OWN})]
FollowingUp = Annotated[
    Caller,
    access(
        {
            Role.PROPOSAL_COMMITTEE: Reach.SCOPE,
            Role.UNION_OFFICER: Reach.SCOPE,
            Role.DEPARTMENT_HANDLER: Reach.SCOPE,
            Role.SCHOOL_LEADER: Reach.SCOPE,
        }
    ),
]


def of_the_unit(caller: Caller) -> Where:
    """Cases of a body of the caller's units: its committee's."""
    return caller.where(unit="unit_id", parties=())


def led_by(caller: Caller) -> Where:
    """Cases whose lead department is one of the caller's units."""
    return caller.where(unit="lead_unit_id", parties=())


def of_the_unit_or_led_by(caller: Caller) -> Where:
    """The committee's by the unit of the body, the department's by the lead department: each by its own units."""
    return any_of(
        of_the_unit(caller.acting_as(Role.PROPOSAL_COMMITTEE)), led_by(caller.acting_as(Role.DEPARTMENT_HANDLER))
    )


def is_author(caller: Caller, case: Case) -> bool:
    """Whatever else they may be: who wrote it is told what authors are told."""
    return caller.id in case.author_ids
