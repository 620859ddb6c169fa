"""Routes of appeals. Only the appellant, who answers and the committee reach one: to everybody else there is none.

Those who have stepped aside are everybody else. Which of them may take a step, the aggregate says.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.proposals.domain.appeal_committees import AppealCommittee
from services.proposals.domain.appeal_hearers import recuse
from services.proposals.domain.appeals import Appeal, RefusalReason, State
from services.proposals.errors.appeals import RespondentUnitUnknown
from services.proposals.store import ProposalsStores
from shared.access import Caller, Reach
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.command import Command
from shared.contracts.members import Employment
from shared.contracts.proposals.appeals import Outcome
from shared.http.bodies import Body, Day, Ids, LongLine, Paragraphs, View, Whole
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    ReadingFor,
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
Party = Annotated[Caller, access({Role.MEMBER: Reach.OWN})]
Votes = Annotated[Whole, Field(ge=0, le=1000)]


class SubmitAppeal(Body):
    respondent_unit_id: Annotated[UUID, Field(description="The unit whose decision it is.")]
    decided_on: Annotated[Day, Field(description="Day of the decision, Asia/Shanghai.")]
    grounds: Annotated[Paragraphs, Field(description="申诉理由")]
    claim: Annotated[Paragraphs, Field(description="申诉请求")]
    evidence: Annotated[tuple[LongLine, ...], Field(max_length=50, description="What there is to show.")] = ()


class AcceptAppeal(Body):
    respondent_id: Annotated[UUID, Field(description="The member who answers for the unit.")]


class RefuseAppeal(Body):
    reason: RefusalReason
    text: Paragraphs


class OpenMediation(Body):
    mediator_id: Annotated[UUID, Field(description="One of the committee.")]


class RecordMediation(Body):
    text: Annotated[Paragraphs, Field(description="What was agreed on, or why nothing was.")]


class ScheduleHearing(Body):
    on: Day


class HoldHearing(Body):
    present_ids: Annotated[Ids, Field(min_length=1, max_length=50, description="Of the committee.")]
    record: Paragraphs


class DecideAppeal(Body):
    outcome: Outcome
    text: Paragraphs
    votes_for: Votes
    votes_against: Votes
    worse_for_appellant: Annotated[bool, Field(description="Compared with the decision before it; never allowed.")]


class RecuseFromAppeal(Body):
    member_id: Annotated[UUID, Field(description="Oneself, or by the chair's ruling another one.")]
    reason: LongLine


class ChallengeView(View):
    """Null where nobody has ruled on it yet."""

    member_id: UUID
    ruled_by: UUID | None
    upheld: bool | None


class AppealView(View):
    """Where an appeal stands. What anybody has written about it is in its details."""

    id: UUID
    appellant_id: UUID
    respondent_unit_id: UUID
    respondent_id: UUID | None
    committee_ids: tuple[UUID, ...]
    recused_ids: tuple[UUID, ...]
    departed_ids: tuple[UUID, ...]
    stand_in_ids: tuple[UUID, ...]
    challenges: tuple[ChallengeView, ...]
    chair_id: Annotated[UUID | None, Field(description="Null where nobody is left: others have to stand in.")]
    state: State
    decided_on: date
    submitted_on: date
    submitted_at: datetime
    refusal: RefusalReason | None
    mediator_id: UUID | None
    mediation_until: date | None
    hearing_on: date | None
    present_ids: tuple[UUID, ...]
    votes_for: int | None
    votes_against: int | None
    outcome: Outcome | None
    closed_at: datetime | None


class AppealDetails(AppealView):
    """Null where it has not come so far, and once the appellant's data were erased."""

    grounds: str | None
    claim: str | None
    evidence: tuple[str, ...] | None
    refusal_text: str | None
    mediation_outcome: str | None
    recusal_reasons: tuple[str, ...] | None
    stand_in_reasons: tuple[str, ...] | None
    challenge_reasons: tuple[str, ...] | None
    challenge_rulings: tuple[str, ...] | None
    hearing_record: str | None
    decision_text: str | None


class AppealPage(View):
    items: list[AppealView]
    next: NextCursor


async def step(
    appeal_id: UUID,
    caller: Caller,
    order: Command,
    stores: ProposalsStores,
    decide: Callable[[Appeal], Decision[Appeal]],
) -> Response:
    within = stores.appeals.within(caller)
    return await answered(stores.appeals.change(appeal_id, decide, order, changed(AppealView.of), within))


async def in_force(stores: ProposalsStores, on: date) -> AppealCommittee | None:
    """The committee of the day, without who has left the college since it was appointed."""
    committee = await stores.appeal_committees.on(on)
    if committee is None:
        return None
    known = await stores.directory.known(committee.member_ids)
    here = [member.id for member in known.values() if member.employment is not Employment.LEFT]
    return committee.of_those(here)


@router.post("/appeals", status_code=201, response_model=AppealView, responses=CREATE)
async def submit_appeal(body: SubmitAppeal, caller: Party, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    await stores.directory.member(caller.id, field="sub")
    if not await stores.directory.has_unit(body.respondent_unit_id):
        raise RespondentUnitUnknown(field="respondent_unit_id")
    today = campus_day(order.at)
    rule, committee = await stores.appeal_rules.on(today), await in_force(stores, today)
    appeal_id = new_id()
    return await answered(
        stores.appeals.create(
            lambda: Appeal.submit(
                appeal_id,
                **body.model_dump(),
                appellant_id=caller.id,
                committee=committee,
                rule=rule,
                at=order.at,
                today=today,
            ),
            order,
            created(AppealView.of, "/v1/appeals"),
        )
    )


@router.get("/appeals", response_model=AppealPage, responses=LIST)
async def list_appeals(
    caller: Party, page: Paged, stores: Wired, state: Annotated[State | None, Query()] = None
) -> Any:
    """The caller's own, those that they answer, and those that they hear."""
    where = {**({"state": state.value} if state else {}), **stores.appeals.within(caller)}
    return listed(AppealView.of, await stores.appeals.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/appeals/{appeal_id}", response_model=AppealView, responses=READ)
async def get_appeal(appeal_id: UUID, caller: Party, stores: Wired) -> Response:
    return shown(AppealView.of, await stores.appeals.get(appeal_id, stores.appeals.within(caller)))


@router.get("/appeals/{appeal_id}/details", response_model=AppealDetails, responses=READ)
async def read_appeal_details(appeal_id: UUID, caller: Party, reading: ReadingFor, stores: Wired) -> Response:
    """What was written about it. Who reads it, and for what purpose, is put on record."""
    found = await stores.appeals.open(appeal_id, reading(caller), stores.appeals.within(caller))
    return shown(AppealDetails.of, found)


@router.post("/appeals/{appeal_id}/acceptances", response_model=AppealView, responses=CREATE)
async def accept_appeal(appeal_id: UUID, body: AcceptAppeal, caller: Party, command: Posted, stores: Wired) -> Response:
    """By the chair."""
    order = await command(caller)
    found = await stores.appeals.get(appeal_id, stores.appeals.within(caller))
    respondent = await stores.directory.member(body.respondent_id, field="respondent_id")
    units = await stores.directory.units_below([found.state.respondent_unit_id])
    return await step(
        appeal_id,
        caller,
        order,
        stores,
        lambda appeal: appeal.accept(
            respondent_id=respondent.id, of_unit=respondent.unit_id, units=units, by=caller.id
        ),
    )


@router.post("/appeals/{appeal_id}/refusals", response_model=AppealView, responses=CREATE)
async def refuse_appeal(appeal_id: UUID, body: RefuseAppeal, caller: Party, command: Posted, stores: Wired) -> Response:
    """By the chair."""
    order = await command(caller)
    return await step(
        appeal_id,
        caller,
        order,
        stores,
        lambda appeal: appeal.refuse(reason=body.reason, text=body.text, by=caller.id, at=order.at),
    )


@router.post("/appeals/{appeal_id}/mediations", response_model=AppealView, responses=CREATE)
async def open_appeal_mediation(
    appeal_id: UUID, body: OpenMediation, caller: Party, command: Posted, stores: Wired
) -> Response:
    """By the chair, who names the mediator, or another one."""
    order = await command(caller)
    today = campus_day(order.at)
    return await step(
        appeal_id,
        caller,
        order,
        stores,
        lambda appeal: appeal.open_mediation(mediator_id=body.mediator_id, by=caller.id, today=today),
    )


@router.post("/appeals/{appeal_id}/settlements", response_model=AppealView, responses=CREATE)
async def settle_appeal(
    appeal_id: UUID, body: RecordMediation, caller: Party, command: Posted, stores: Wired
) -> Response:
    """By the mediator or the chair."""
    order = await command(caller)
    return await step(
        appeal_id, caller, order, stores, lambda appeal: appeal.settle(text=body.text, by=caller.id, at=order.at)
    )


@router.post("/appeals/{appeal_id}/mediation-failures", response_model=AppealView, responses=CREATE)
async def fail_appeal_mediation(
    appeal_id: UUID, body: RecordMediation, caller: Party, command: Posted, stores: Wired
) -> Response:
    """By the mediator or the chair."""
    order = await command(caller)
    return await step(
        appeal_id, caller, order, stores, lambda appeal: appeal.fail_mediation(text=body.text, by=caller.id)
    )


@router.post("/appeals/{appeal_id}/hearing-days", response_model=AppealView, responses=CREATE)
async def schedule_appeal_hearing(
    appeal_id: UUID, body: ScheduleHearing, caller: Party, command: Posted, stores: Wired
) -> Response:
    """By the chair, when the mediation has failed or its time is out."""
    order = await command(caller)
    today = campus_day(order.at)
    return await step(
        appeal_id, caller, order, stores, lambda appeal: appeal.schedule_hearing(on=body.on, by=caller.id, today=today)
    )


@router.post("/appeals/{appeal_id}/hearings", response_model=AppealView, responses=CREATE)
async def hold_appeal_hearing(
    appeal_id: UUID, body: HoldHearing, caller: Party, command: Posted, stores: Wired
) -> Response:
    """By the chair, who says who was there and what was said."""
    order = await command(caller)
    today = campus_day(order.at)
    return await step(
        appeal_id,
        caller,
        order,
        stores,
        lambda appeal: appeal.hold_hearing(present_ids=body.present_ids, record=body.record, by=caller.id, today=today),
    )


@router.post("/appeals/{appeal_id}/decisions", response_model=AppealView, responses=CREATE)
async def decide_appeal(appeal_id: UUID, body: DecideAppeal, caller: Party, command: Posted, stores: Wired) -> Response:
    """By one of those of the committee who were at the hearing."""
    order = await command(caller)
    return await step(
        appeal_id, caller, order, stores, lambda appeal: appeal.decide(**body.model_dump(), by=caller.id, at=order.at)
    )


@router.post("/appeals/{appeal_id}/recusals", response_model=AppealView, responses=CREATE)
async def recuse_from_appeal(
    appeal_id: UUID, body: RecuseFromAppeal, caller: Party, command: Posted, stores: Wired
) -> Response:
    """By a member of the committee who steps aside; before it is heard also by the chair's ruling. They see no more."""
    order = await command(caller)
    return await step(
        appeal_id, caller, order, stores, lambda appeal: recuse(appeal, **body.model_dump(), by=caller.id)
    )


@router.post("/appeals/{appeal_id}/withdrawals", response_model=AppealView, responses=CREATE)
async def withdraw_appeal(appeal_id: UUID, caller: Party, command: Posted, stores: Wired) -> Response:
    """By the appellant, until it is decided."""
    order = await command(caller)
    return await step(appeal_id, caller, order, stores, lambda appeal: appeal.withdraw(by=caller.id, at=order.at))
