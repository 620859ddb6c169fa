"""The route by which a member sees who read, or did, what about them; in every service that seals something.

Where it is confidential that there is something to read at all, nobody else sees these records: `confidential`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from shared.access import Caller, Reach
from shared.errors import NothingHere
from shared.http.bodies import View
from shared.http.problems import documented
from shared.http.requests import access, the_stores
from shared.roles import Role


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


def _routes(rules: Mapping[Role, Reach]) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["access records"])

    @router.get("/access-records", response_model=AccessRecordPage, responses=documented(401, 403, 404, 422, 503))
    async def list_access_records(
        caller: Annotated[Caller, access(rules)],
        stores: Annotated[Any, the_stores],
        member_id: Annotated[UUID | None, Query(description="Whom they concern; oneself if left out.")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        before: Annotated[UUID | None, Query(description="`next` of the page before.")] = None,
    ) -> Any:
        """Newest first. Nobody sees those of somebody else but those whose role reaches everything."""
        person = member_id or caller.id
        if person != caller.id and not caller.everything:
            raise NothingHere(what="member")
        rows, following = await stores.foundation.audit.concerning(person, limit=limit, before=before)
        return AccessRecordPage(items=[_view(row) for row in rows], next=following)

    return router


def _view(row: Mapping[str, Any]) -> AccessRecordView:
    return AccessRecordView(
        id=row["_id"],
        at=row["at"],
        action=row["action"],
        actor=row["actor"],
        subject_kind=row["subject"]["kind"],
        subject_id=row["subject"]["id"],
        fields=row["fields"],
        purpose=row["purpose"],
    )


router = _routes({Role.AUDIT_COMMITTEE: Reach.SCHOOL, Role.ADMINISTRATOR: Reach.SCHOOL, Role.MEMBER: Reach.OWN})
confidential = _routes({Role.MEMBER: Reach.OWN})
