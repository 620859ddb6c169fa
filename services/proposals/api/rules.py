"""Routes of the rules of democratic management, which differ between schools."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import Field

from services.proposals.api.callers import Everyone, RuleMaker, Wired
from services.proposals.domain.appeal_rules import AppealRule, Share, adopt_for_appeals
from services.proposals.domain.rules import HandlingRule, ProposalRule, adopt, adopt_handling
from shared.clock import campus_day
from shared.http.bodies import Body, Day, LongLine, View, Whole
from shared.http.requests import CREATE, LIST, NextCursor, Paged, Posted, answered, created, listed
from shared.ids import new_id
from shared.working_days import Days

router = APIRouter(prefix="/v1", tags=["rules"])

Number = Annotated[Whole, Field(ge=0, le=1000)]
SomeDays = Annotated[Whole, Field(ge=1, le=1000)]
Reminders = Annotated[tuple[SomeDays, ...], Field(max_length=10)]


class AdoptProposalRule(Body):
    effective_from: Annotated[Day, Field(description="First day of the rule: today or later.")]
    source: Annotated[LongLine, Field(description="The document that it rests on.", examples=["校教发〔2022〕3号"])]
    minimum_seconders: Number
    forms_per_delegate: Annotated[Whole, Field(ge=1, le=1000)]
    delegations_need_seconders: bool
    review_within: Annotated[SomeDays, Field(description="Days after a call in which its forms are reviewed.")] = 15


class ProposalRuleView(View):
    id: UUID
    effective_from: date
    source: str
    minimum_seconders: int
    forms_per_delegate: int
    delegations_need_seconders: bool
    review_within: int


class ProposalRulePage(View):
    items: list[ProposalRuleView]
    next: NextCursor


class AdoptHandlingRule(Body):
    effective_from: Annotated[Day, Field(description="First day of the rule: today or later.")]
    source: Annotated[LongLine, Field(description="The document that it rests on.", examples=["校教发〔2022〕3号"])]
    days: Days
    assign_within: Annotated[SomeDays, Field(description="Then the committee is told what nobody has assigned.")]
    answer_within: SomeDays
    co_departments_within: Annotated[SomeDays, Field(description="Not more than answer_within.")]
    remind_before: Annotated[Reminders, Field(description="Days before the due date.")]
    remind_after: Annotated[Reminders, Field(description="Days after the due date.")]
    escalate_after: SomeDays
    extensions: Annotated[Number, Field(description="In each round of handling.")]
    extend_by_at_most: Annotated[SomeDays, Field(description="Days of one extension, from the due date.")]
    rate_within: SomeDays
    rounds: Annotated[Whole, Field(ge=1, le=10, description="Rounds of handling at the most.")]


class HandlingRuleView(View):
    id: UUID
    effective_from: date
    source: str
    days: Days
    assign_within: int
    answer_within: int
    co_departments_within: int
    remind_before: tuple[int, ...]
    remind_after: tuple[int, ...]
    escalate_after: int
    extensions: int
    extend_by_at_most: int
    rate_within: int
    rounds: int


class HandlingRulePage(View):
    items: list[HandlingRuleView]
    next: NextCursor


class ShareBody(Body):
    """A share of a whole, as in 2 of 3."""

    parts: Annotated[Whole, Field(ge=0, le=100)]
    of: Annotated[Whole, Field(ge=1, le=100)]


class AdoptAppealRule(Body):
    effective_from: Annotated[Day, Field(description="First day of the rule: today or later.")]
    source: Annotated[LongLine, Field(description="The document that it rests on.", examples=["校教发〔2022〕3号"])]
    deadline_days: Annotated[SomeDays, Field(description="From the day of the decision.")]
    mediation_days: SomeDays
    least_members: Annotated[Whole, Field(ge=1, le=100, description="Of the standing committee.")]
    quorum: Annotated[ShareBody, Field(description="More than this share hears an appeal.")]
    majority: Annotated[ShareBody, Field(description="At least this share of those present decides it.")]


class AppealRuleView(View):
    id: UUID
    effective_from: date
    source: str
    deadline_days: int
    mediation_days: int
    least_members: int
    quorum: Share
    majority: Share


class AppealRulePage(View):
    items: list[AppealRuleView]
    next: NextCursor


@router.post("/proposal-rules", status_code=201, response_model=ProposalRuleView, responses=CREATE)
async def adopt_proposal_rule(body: AdoptProposalRule, caller: RuleMaker, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    rule = ProposalRule(id=new_id(), **body.model_dump())
    return await answered(
        stores.proposal_rules.create(
            lambda: adopt(rule, today=campus_day(order.at)),
            order,
            created(ProposalRuleView.of, "/v1/proposal-rules"),
        )
    )


@router.get("/proposal-rules", response_model=ProposalRulePage, responses=LIST)
async def list_proposal_rules(caller: Everyone, page: Paged, stores: Wired) -> Any:
    found = await stores.proposal_rules.page({}, limit=page.limit, cursor=page.cursor)
    return listed(ProposalRuleView.of, found)


@router.post("/handling-rules", status_code=201, response_model=HandlingRuleView, responses=CREATE)
async def adopt_handling_rule(body: AdoptHandlingRule, caller: RuleMaker, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    rule = HandlingRule(id=new_id(), **body.model_dump())
    return await answered(
        stores.handling_rules.create(
            lambda: adopt_handling(rule, today=campus_day(order.at)),
            order,
            created(HandlingRuleView.of, "/v1/handling-rules"),
        )
    )


@router.get("/handling-rules", response_model=HandlingRulePage, responses=LIST)
async def list_handling_rules(caller: Everyone, page: Paged, stores: Wired) -> Any:
    found = await stores.handling_rules.page({}, limit=page.limit, cursor=page.cursor)
    return listed(HandlingRuleView.of, found)


@router.post("/appeal-rules", status_code=201, response_model=AppealRuleView, responses=CREATE)
async def adopt_appeal_rule(body: AdoptAppealRule, caller: RuleMaker, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    rule = AppealRule.model_validate({"id": new_id(), **body.model_dump()})
    return await answered(
        stores.appeal_rules.create(
            lambda: adopt_for_appeals(rule, today=campus_day(order.at)),
            order,
            created(AppealRuleView.of, "/v1/appeal-rules"),
        )
    )


@router.get("/appeal-rules", response_model=AppealRulePage, responses=LIST)
async def list_appeal_rules(caller: Everyone, page: Paged, stores: Wired) -> Any:
    found = await stores.appeal_rules.page({}, limit=page.limit, cursor=page.cursor)
    return listed(AppealRuleView.of, found)
