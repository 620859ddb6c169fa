"""The route by which a member sees who read, or did, what about them; in every service that seals something."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from shared.access import Caller, Reach
from shared.errors import NothingHere
from shared.http.bodies import View
from shared.http.requests import LIST, access, the_stores
from shared.roles import Role

router = APIRouter(prefix="/v1", tags=["access records"])

Reader = Annotated[
    Caller,
    access({Role.AUDIT_COMMITTEE: Reach.SCHOOL, Role.ADMINISTRATOR: Reach.SCHOOL, Role.MEMBER: Reach.OWN}),
]


class AccessRecordView(View):
    """`actor` is null where no person acted. `purpose` is what was said beforehand."""

    id: UUID
    at: datetime
    action: str
    actor: UUID | None
    subject_kind: str
    subject_id: UUID
    fields: list[str]
    purpose: str | None


class AccessRecordPage(View):
    items: list[AccessRecordView]
    next: Annotated[UUID | None, Query(description="`before` of the following page; null on the last.")]


@router.get("/access-records", response_model=AccessRecordPage, responses=LIST)
async def list_access_records(
    caller: Reader,
    stores: Annotated[Any, the_stores],
    member_id: Annotated[UUID | None, Query(description="Whom they concern; oneself if left out.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[UUID | None, Query(description="`next` of the page before.")] = None,
) -> Any:
    """Newest first. Nobody sees those of somebody else but the audit committee and the administrators."""
    person = member_id or caller.id
    if person != caller.id and not caller.everything:
        raise NothingHere(what="member")
    rows, following = await stores.foundation.audit.concerning(person, limit=limit, before=before)
    items = [
        AccessRecordView(
            id=row["_id"],
            at=row["at"],
            action=row["action"],
            actor=row["actor"],
            subject_kind=row["subject"]["kind"],
            subject_id=row["subject"]["id"],
            fields=row["fields"],
            purpose=row["purpose"],
        )
        for row in rows
    ]
    return AccessRecordPage(items=items, next=following)
