"""Who reads figures and takes them away, and which forms and cases they ask for."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError

from services.proposals.store.statistics import Wanted
from shared.access import Caller, Reach
from shared.http.requests import access
from shared.roles import Role

Reader = Annotated[
    Caller,
    access(
        {
            Role.PROPOSAL_COMMITTEE: Reach.SCOPE,
            Role.UNION_OFFICER: Reach.SCOPE,
            Role.SCHOOL_LEADER: Reach.SCOPE,
            Role.AUDIT_COMMITTEE: Reach.SCOPE,
            Role.ADMINISTRATOR: Reach.SCOPE,
        }
    ),
]


async def _wanted(
    call_id: Annotated[UUID | None, Query()] = None,
    term_id: Annotated[UUID | None, Query()] = None,
    year: Annotated[
        int | None,
        Query(
            ge=1900,
            le=2100,
            description="Calendar year, Asia/Shanghai: in which a form was filed, or a case was opened.",
            examples=[2022],
        ),
    ] = None,
    unit_id: Annotated[UUID | None, Query(description="The unit of the body.")] = None,
) -> Wanted:
    if call_id is None and term_id is None and year is None:
        raise RequestValidationError(
            [{"type": "period_missing", "loc": ("query", "call_id"), "msg": "", "input": None}]
        )
    return Wanted(call_id=call_id, term_id=term_id, year=year, unit_id=unit_id)


WantedForms = Annotated[Wanted, Depends(_wanted)]
