"""Routes of who hears an appeal: those of the school that name stand-ins see nothing of it by that."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import Field

from services.proposals.api.appeals import AppealView, Party, Wired, in_force, step
from services.proposals.domain.appeal_hearers import challenge, rule_on_challenge, stand_in
from shared.access import Caller, Reach
from shared.clock import campus_day
from shared.http.bodies import Body, Ids, LongLine, View
from shared.http.requests import CREATE, Posted, access, answered, changed
from shared.roles import Role

router = APIRouter(prefix="/v1", tags=["appeals"])

School = Annotated[Caller, access({Role.UNION_OFFICER: Reach.SCHOOL})]


class NameStandIns(Body):
    member_ids: Annotated[
        Ids, Field(max_length=50, description="Of the committee in force; nobody where only the chair changes.")
    ]
    chair_id: Annotated[
        UUID | None, Field(description="Who chairs from now on, where the one who does cannot; else it stays.")
    ] = None
    reason: LongLine


class ChallengeMember(Body):
    member_id: Annotated[UUID, Field(description="One of the committee.")]
    reason: Annotated[LongLine, Field(description="申请回避的理由")]


class RuleOnChallenge(Body):
    member_id: Annotated[UUID, Field(description="Who was challenged.")]
    upheld: bool
    reason: LongLine


class StandInsView(View):
    """Nothing else of the appeal is shown."""

    id: UUID
    stand_in_ids: tuple[UUID, ...]


@router.post("/appeals/{appeal_id}/stand-ins", response_model=StandInsView, responses=CREATE)
async def name_appeal_stand_ins(
    appeal_id: UUID, body: NameStandIns, caller: School, command: Posted, stores: Wired
) -> Response:
    """Where too few of the committee are left, or its chair cannot act. It is no look at the appeal."""
    order = await command(caller)
    committee = await in_force(stores, campus_day(order.at))
    return await answered(
        stores.appeals.change(
            appeal_id,
            lambda appeal: stand_in(appeal, **body.model_dump(), committee=committee, by=caller.id),
            order,
            changed(StandInsView.of),
            stores.appeals.within(caller),
        )
    )


@router.post("/appeals/{appeal_id}/challenges", response_model=AppealView, responses=CREATE)
async def challenge_appeal_member(
    appeal_id: UUID, body: ChallengeMember, caller: Party, command: Posted, stores: Wired
) -> Response:
    """By the appellant, who asks that one of the committee steps aside."""
    order = await command(caller)
    return await step(
        appeal_id, caller, order, stores, lambda appeal: challenge(appeal, **body.model_dump(), by=caller.id)
    )


@router.post("/appeals/{appeal_id}/challenge-rulings", response_model=AppealView, responses=CREATE)
async def rule_on_appeal_challenge(
    appeal_id: UUID, body: RuleOnChallenge, caller: Party, command: Posted, stores: Wired
) -> Response:
    """By the chair; on the chair by the next in order. It is neither heard nor decided before."""
    order = await command(caller)
    return await step(
        appeal_id, caller, order, stores, lambda appeal: rule_on_challenge(appeal, **body.model_dump(), by=caller.id)
    )
