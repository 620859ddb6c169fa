"""Routes of the committees that hear appeals. Who they are, every member may know."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import Field

from services.proposals.domain.appeal_committees import AppealCommittee
from services.proposals.errors.appeals import NotTheSchool
from services.proposals.store import ProposalsStores
from shared.access import Caller, Reach
from shared.clock import campus_day
from shared.contracts.members import UnitKind
from shared.http.bodies import Body, Day, Ids, View
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    access,
    answered,
    changed,
    created,
    listed,
    shown,
    the_stores,
)
from shared.ids import new_id
from shared.roles import Role

router = APIRouter(prefix="/v1", tags=["appeals"])


Wired = Annotated[ProposalsStores, the_stores]
Appointing = Annotated[Caller, access({Role.UNION_OFFICER: Reach.SCHOOL, Role.ADMINISTRATOR: Reach.SCHOOL})]
Anybody = Annotated[Caller, access({Role.MEMBER: Reach.EVERYTHING})]


class AppointAppealCommittee(Body):
    unit_id: Annotated[UUID, Field(description="The school.")]
    member_ids: Annotated[Ids, Field(min_length=1, max_length=50, description="In the order in which they stand in.")]
    chair_id: Annotated[UUID, Field(description="One of the members.")]
    from_day: Day


class EndAppealCommittee(Body):
    until: Annotated[Day, Field(description="First day without the committee.")]


class AppealCommitteeView(View):
    id: UUID
    unit_id: UUID
    member_ids: tuple[UUID, ...]
    chair_id: UUID
    from_day: date
    until: date | None
    appointed_by: UUID


class AppealCommitteePage(View):
    items: list[AppealCommitteeView]
    next: NextCursor


@router.post("/appeal-committees", status_code=201, response_model=AppealCommitteeView, responses=CREATE)
async def appoint_appeal_committee(
    body: AppointAppealCommittee, caller: Appointing, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    if not await stores.directory.has_unit(body.unit_id, UnitKind.SCHOOL):
        raise NotTheSchool(field="unit_id")
    await stores.directory.all_of(member_ids=body.member_ids)
    rule = await stores.appeal_rules.on(campus_day(order.at))
    before = await stores.appeal_committees.last()
    committee_id = new_id()
    return await answered(
        stores.appeal_committees.create(
            lambda: AppealCommittee.appoint(committee_id, **body.model_dump(), before=before, rule=rule, by=caller.id),
            order,
            created(AppealCommitteeView.of, "/v1/appeal-committees"),
        )
    )


@router.get("/appeal-committees", response_model=AppealCommitteePage, responses=LIST)
async def list_appeal_committees(caller: Anybody, page: Paged, stores: Wired) -> Any:
    found = await stores.appeal_committees.page(
        stores.appeal_committees.within(caller), limit=page.limit, cursor=page.cursor
    )
    return listed(AppealCommitteeView.of, found)


@router.get("/appeal-committees/{committee_id}", response_model=AppealCommitteeView, responses=READ)
async def get_appeal_committee(committee_id: UUID, caller: Anybody, stores: Wired) -> Response:
    found = await stores.appeal_committees.get(committee_id, stores.appeal_committees.within(caller))
    return shown(AppealCommitteeView.of, found)


@router.post("/appeal-committees/{committee_id}/endings", response_model=AppealCommitteeView, responses=CREATE)
async def end_appeal_committee(
    committee_id: UUID, body: EndAppealCommittee, caller: Appointing, command: Posted, stores: Wired
) -> Response:
    """Appeals that were submitted before stay with it."""
    order = await command(caller)
    return await answered(
        stores.appeal_committees.change(
            committee_id,
            lambda committee: committee.end(until=body.until),
            order,
            changed(AppealCommitteeView.of),
            stores.appeal_committees.within(caller),
        )
    )
