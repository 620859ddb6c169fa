"""Routes of the union office, the committee and the accounts for hardship grants, and of the public notice."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import Field

from services.welfare.api.grants_applications import ApplicationView, step
from services.welfare.api.grants_callers import Everyone, Office, Payer, Wired
from services.welfare.domain import grants_decisions
from services.welfare.domain.grants import GrantApplication, State
from services.welfare.domain.grants_notices import masked
from services.welfare.granting import Granted, grant, pay
from shared.http.bodies import Body, Day, Line, LongLine, Paragraphs, View, Whole
from shared.http.requests import CREATE, LIST, NextCursor, Paged, Posted, answered, changed
from shared.people import Person

router = APIRouter(prefix="/v1", tags=["hardship grants"])

Fen = Annotated[Whole, Field(gt=0, le=100_000_000, description="In fen.", examples=[200000])]
MetOn = Annotated[Day, Field(description="Day of the committee's meeting, Asia/Shanghai.")]
Minutes = Annotated[LongLine, Field(description="The document of the meeting.", examples=["工会委员会纪要〔2022〕4号"])]


class GradeApplication(Body):
    grade: Annotated[Line, Field(description="One of the rule.", examples=["A"])]
    proposed_fen: Annotated[Fen | None, Field(description="All that the grade allows if not given.")] = None


class GrantIt(Body):
    met_on: MetOn
    document: Minutes
    amount_fen: Fen
    fund_decision_id: Annotated[
        UUID | None, Field(description="Of the union committee, where the amount takes one.")
    ] = None


class RefuseIt(Body):
    met_on: MetOn
    document: Minutes
    text: Paragraphs


class CancelIt(Body):
    text: Annotated[Paragraphs, Field(description="What has turned out to be wrong.")]


class NoticeView(View):
    """For whom, without saying it. `id` is that of the application."""

    id: UUID
    unit_id: UUID
    masked_name: Annotated[str, Field(examples=["张*丽"])]
    notice_until: date | None


class NoticePage(View):
    items: list[NoticeView]
    next: NextCursor


@router.post("/hardship-applications/{application_id}/gradings", response_model=ApplicationView, responses=CREATE)
async def grade_hardship_application(
    application_id: UUID, body: GradeApplication, caller: Office, command: Posted, stores: Wired
) -> Response:
    """Until the committee has met it may be graded again."""
    order = await command(caller)
    return await step(
        application_id,
        caller,
        order,
        stores,
        lambda application, household: grants_decisions.grade(
            application, **body.model_dump(), by=caller.id, household=household
        ),
    )


@router.post("/hardship-applications/{application_id}/grants", response_model=ApplicationView, responses=CREATE)
async def grant_hardship_application(
    application_id: UUID, body: GrantIt, caller: Office, command: Posted, stores: Wired
) -> Response:
    """What the committee has granted: the money is reserved, and it goes on notice."""
    order = await command(caller)
    granted, within = Granted(**body.model_dump()), stores.grant_applications.within(caller)
    return await answered(grant(stores, application_id, granted, order, changed(ApplicationView.of), within))


@router.post("/hardship-applications/{application_id}/refusals", response_model=ApplicationView, responses=CREATE)
async def refuse_hardship_application(
    application_id: UUID, body: RefuseIt, caller: Office, command: Posted, stores: Wired
) -> Response:
    """What the committee has refused."""
    order = await command(caller)
    return await step(
        application_id,
        caller,
        order,
        stores,
        lambda application, household: grants_decisions.refuse(
            application, **body.model_dump(), by=caller.id, household=household, at=order.at
        ),
        ends=True,
    )


@router.post("/hardship-applications/{application_id}/cancellations", response_model=ApplicationView, responses=CREATE)
async def cancel_hardship_application(
    application_id: UUID, body: CancelIt, caller: Office, command: Posted, stores: Wired
) -> Response:
    """After it was granted and before it is paid. The money is free again."""
    order = await command(caller)
    return await step(
        application_id,
        caller,
        order,
        stores,
        lambda application, household: grants_decisions.cancel(
            application, text=body.text, by=caller.id, household=household, at=order.at
        ),
        ends=True,
    )


@router.post("/hardship-applications/{application_id}/payments", response_model=ApplicationView, responses=CREATE)
async def pay_hardship_application(application_id: UUID, caller: Payer, command: Posted, stores: Wired) -> Response:
    """When the notice is over and no objection is left."""
    order = await command(caller)
    within = stores.grant_applications.within(caller)
    return await answered(pay(stores, application_id, order, changed(ApplicationView.of), within))


@router.get("/hardship-notices", response_model=NoticePage, responses=LIST)
async def list_hardship_notices(caller: Everyone, page: Paged, stores: Wired) -> Any:
    """The grants that are on notice, for every member, who may object."""
    on_notice = {"state": State.ON_NOTICE.value}
    found = await stores.grant_applications.page(on_notice, limit=page.limit, cursor=page.cursor)
    people = await stores.people.find(item.state.member_id for item in found.items)
    return {"items": [_notice(item.state, people) for item in found.items], "next": found.next}


def _notice(application: GrantApplication, people: Mapping[UUID, Person]) -> NoticeView:
    person = people.get(application.member_id)
    return NoticeView(
        id=application.id,
        unit_id=application.unit_id,
        masked_name=masked(person.name if person else ""),
        notice_until=application.notice_until,
    )
