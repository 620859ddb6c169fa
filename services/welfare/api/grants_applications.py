"""Routes of applications for hardship grants: what members and branches do with them. To everybody else there is none.

What is asked for and why is in the details; who reads these is put on record.
"""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.welfare.api.grants_callers import Applicant, Filer, Reader, Reviewer, Wired
from services.welfare.domain.grants import GrantApplication, ReviewReason, State
from services.welfare.granting import Decide, give_up, go_on, submit
from services.welfare.store import WelfareStores
from shared.access import Caller
from shared.clock import campus_day
from shared.command import Command
from shared.contracts.welfare.grants import HardshipKind
from shared.http.bodies import Body, Day, LongLine, Paragraphs, View, Whole
from shared.http.requests import (
    CHANGE,
    CREATE,
    LIST,
    READ,
    Changed,
    NextCursor,
    Paged,
    Posted,
    ReadingFor,
    answered,
    changed,
    created,
    listed,
    shown,
)
from shared.ids import new_id
from shared.roles import Role

router = APIRouter(prefix="/v1", tags=["hardship grants"])

Fen = Annotated[Whole, Field(ge=0, le=10_000_000_000)]
Asked = Annotated[Whole, Field(gt=0, le=100_000_000, description="In fen.", examples=[300000])]
Household = Annotated[
    tuple[LongLine, ...],
    Field(
        min_length=1,
        max_length=30,
        description="Who lives of it, a line each.",
        examples=[["本人，在职", "配偶，患病"]],
    ),
]


class FileApplication(Body):
    """It is a draft until it is submitted."""

    round_id: UUID
    member_id: Annotated[UUID | None, Field(description="By an officer of the branch; oneself if not given.")] = None
    kind: HardshipKind
    household_members: Household
    yearly_income_fen: Fen
    yearly_expenses_fen: Fen
    circumstances: Paragraphs
    asked_fen: Asked
    covered_by_mutual_aid_fen: Annotated[Fen, Field(description="What mutual aid has paid; it is deducted.")] = 0


class ReviseApplication(Body):
    """What is not given stays."""

    kind: HardshipKind | None = None
    household_members: Household | None = None
    yearly_income_fen: Fen | None = None
    yearly_expenses_fen: Fen | None = None
    circumstances: Paragraphs | None = None
    asked_fen: Asked | None = None
    covered_by_mutual_aid_fen: Fen | None = None


class SupportApplication(Body):
    published_on: Annotated[Day, Field(description="When the branch published it inside the unit.")]
    text: Annotated[Paragraphs, Field(description="What the branch found.")]


class TurnBack(Body):
    reason: ReviewReason
    text: Paragraphs


class EvidenceView(View):
    file_id: UUID
    media_type: str
    size: int
    added_at: datetime


class ApplicationView(View):
    """Where an application stands."""

    id: UUID
    round_id: UUID
    member_id: UUID
    unit_id: UUID
    filed_by: UUID
    state: State
    opened_on: date
    submitted_on: date | None
    evidence: tuple[EvidenceView, ...]
    reviewed_by: UUID | None
    published_on: date | None
    graded_by: UUID | None
    decided_by: UUID | None
    committee_met_on: date | None
    committee_document: str | None
    notice_until: date | None
    spending_id: UUID | None
    policy_id: UUID | None
    paid_by: UUID | None
    paid_on: date | None
    closed_at: datetime | None


class ApplicationDetails(ApplicationView):
    """Null where it has not come so far, and once the member's data were erased."""

    kind: HardshipKind | None
    household_members: tuple[str, ...] | None
    yearly_income_fen: int | None
    yearly_expenses_fen: int | None
    circumstances: str | None
    asked_fen: int | None
    covered_by_mutual_aid_fen: int | None
    review_reason: ReviewReason | None
    review_text: str | None
    grade: str | None
    proposed_fen: int | None
    approved_fen: int | None
    decision_text: str | None


class ApplicationPage(View):
    items: list[ApplicationView]
    next: NextCursor


async def step(
    application_id: UUID, caller: Caller, order: Command, stores: WelfareStores, decide: Decide, *, ends: bool = False
) -> Response:
    """`ends` where what it claims is given back."""
    within = stores.grant_applications.within(caller)
    change = give_up if ends else go_on
    return await answered(change(stores, application_id, decide, order, changed(ApplicationView.of), within))


@router.post("/hardship-applications", status_code=201, response_model=ApplicationView, responses=CREATE)
async def file_hardship_application(body: FileApplication, caller: Filer, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    member = await stores.directory.member(body.member_id or caller.id, field="member_id")
    if member.id != caller.id:
        caller.acting_as(Role.BRANCH_CHAIR, Role.BRANCH_OFFICER).require(member.unit_id, field="member_id")
    await stores.grant_rounds.get(body.round_id)
    application_id = new_id()
    return await answered(
        stores.grant_applications.create(
            lambda: GrantApplication.draft(
                application_id,
                **{**body.model_dump(), "member_id": member.id},
                unit_id=member.unit_id,
                by=caller.id,
                today=campus_day(order.at),
            ),
            order,
            created(ApplicationView.of, "/v1/hardship-applications"),
        )
    )


@router.get("/hardship-applications", response_model=ApplicationPage, responses=LIST)
async def list_hardship_applications(
    caller: Reader,
    page: Paged,
    stores: Wired,
    round_id: Annotated[UUID | None, Query()] = None,
    member_id: Annotated[UUID | None, Query()] = None,
    state: Annotated[State | None, Query()] = None,
) -> Any:
    """A draft is seen by the member, and by who files it for them."""
    asked = {"round_id": round_id, "member_id": member_id, "state": state.value if state else None}
    chosen = {name: value for name, value in asked.items() if value is not None}
    where = {"$and": [chosen, stores.grant_applications.within(caller)]}
    found = await stores.grant_applications.page(where, limit=page.limit, cursor=page.cursor)
    return listed(ApplicationView.of, found)


@router.get("/hardship-applications/{application_id}", response_model=ApplicationView, responses=READ)
async def get_hardship_application(application_id: UUID, caller: Reader, stores: Wired) -> Response:
    found = await stores.grant_applications.get(application_id, stores.grant_applications.within(caller))
    return shown(ApplicationView.of, found)


@router.get("/hardship-applications/{application_id}/details", response_model=ApplicationDetails, responses=READ)
async def read_hardship_application_details(
    application_id: UUID, caller: Reader, reading: ReadingFor, stores: Wired
) -> Response:
    """The household, what is asked for and what was decided. Who reads it, and for what purpose, is put on record."""
    within = stores.grant_applications.within(caller)
    found = await stores.grant_applications.open(application_id, reading(caller), within)
    return shown(ApplicationDetails.of, found)


@router.patch("/hardship-applications/{application_id}", response_model=ApplicationView, responses=CHANGE)
async def revise_hardship_application(
    application_id: UUID, body: ReviseApplication, caller: Applicant, command: Changed, stores: Wired
) -> Response:
    """Until it is submitted, or when it was returned."""
    order = await command(caller)
    change = body.model_dump(exclude_none=True)
    return await step(application_id, caller, order, stores, lambda application, _: application.revise(change))


@router.post("/hardship-applications/{application_id}/submissions", response_model=ApplicationView, responses=CREATE)
async def submit_hardship_application(
    application_id: UUID, caller: Applicant, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    within = stores.grant_applications.within(caller)
    return await answered(submit(stores, application_id, order, changed(ApplicationView.of), within))


@router.post("/hardship-applications/{application_id}/withdrawals", response_model=ApplicationView, responses=CREATE)
async def withdraw_hardship_application(
    application_id: UUID, caller: Applicant, command: Posted, stores: Wired
) -> Response:
    """Until it is paid. Money that was reserved is free again."""
    order = await command(caller)
    return await step(
        application_id, caller, order, stores, lambda application, _: application.withdraw(at=order.at), ends=True
    )


@router.post("/hardship-applications/{application_id}/supports", response_model=ApplicationView, responses=CREATE)
async def support_hardship_application(
    application_id: UUID, body: SupportApplication, caller: Reviewer, command: Posted, stores: Wired
) -> Response:
    """By the branch, which has published it inside the unit; neither by who is a party nor by who filed it."""
    order = await command(caller)
    return await step(
        application_id,
        caller,
        order,
        stores,
        lambda application, household: application.support(
            **body.model_dump(), by=caller.id, household=household, today=campus_day(order.at)
        ),
    )


@router.post("/hardship-applications/{application_id}/returns", response_model=ApplicationView, responses=CREATE)
async def return_hardship_application(
    application_id: UUID, body: TurnBack, caller: Reviewer, command: Posted, stores: Wired
) -> Response:
    """By the branch, to be completed and submitted again."""
    order = await command(caller)
    return await step(
        application_id,
        caller,
        order,
        stores,
        lambda application, household: application.send_back(
            reason=body.reason, text=body.text, by=caller.id, household=household
        ),
        ends=True,
    )


@router.post("/hardship-applications/{application_id}/declinings", response_model=ApplicationView, responses=CREATE)
async def decline_hardship_application(
    application_id: UUID, body: TurnBack, caller: Reviewer, command: Posted, stores: Wired
) -> Response:
    """By the branch."""
    order = await command(caller)
    return await step(
        application_id,
        caller,
        order,
        stores,
        lambda application, household: application.decline(
            reason=body.reason, text=body.text, by=caller.id, household=household, at=order.at
        ),
        ends=True,
    )
