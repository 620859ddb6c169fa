"""Who may call the routes of mutual aid, service cards and pairings, and how far they reach."""

from typing import Annotated

from fastapi import Query

from services.welfare.store import WelfareStores
from shared.access import Caller, Reach
from shared.directory import KnownMember
from shared.http.requests import access, the_stores
from shared.roles import Role

Wired = Annotated[WelfareStores, the_stores]

School = Annotated[Caller, access({Role.UNION_OFFICER: Reach.SCHOOL})]
UnionOfficer = Annotated[Caller, access({Role.UNION_OFFICER: Reach.SCOPE})]
Officer = Annotated[
    Caller,
    access({Role.UNION_OFFICER: Reach.SCOPE, Role.BRANCH_CHAIR: Reach.SCOPE, Role.BRANCH_OFFICER: Reach.SCOPE}),
]
OfficerOrThemself = Annotated[
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
FigureReader = Annotated[
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
Everyone = Annotated[Caller, access({Role.MEMBER: Reach.EVERYTHING})]

Year = Annotated[int, Query(ge=1900, le=2100, description="Calendar year, Asia/Shanghai.", examples=[2022])]


def require_reach(caller: Caller, member: KnownMember, *, field: str) -> None:
    """To what is to be recorded about a member, by an officer of theirs or by themself. Raises OutsideYourUnits."""
    if not (caller.own and member.id == caller.id):
        caller.require(member.unit_id, field=field)


def told_all(caller: Caller) -> bool:
    """Whether small numbers are no secret to them: they handle each case of the school, or audit it."""
    return caller.acting_as(Role.UNION_OFFICER, Role.FINANCE_OFFICER, Role.AUDIT_COMMITTEE).everything
