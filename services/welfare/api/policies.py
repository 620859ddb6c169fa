"""Routes of policies: what may be spent on what, and by which document."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field, StringConstraints

from services.welfare.api.callers import Everyone, PolicyMaker, Wired
from services.welfare.domain.policies import FundRule, SpendingPolicy, adopt_fund_rule, adopt_policy
from shared.clock import campus_day
from shared.contracts.welfare.funds import Category
from shared.contracts.welfare.policies import SpendingKind
from shared.contracts.welfare.visits import Form
from shared.http.bodies import Body, Day, LongLine, View, Whole
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    answered,
    created,
    listed,
    shown,
)
from shared.ids import new_id
from shared.roles import Role

router = APIRouter(prefix="/v1", tags=["policies"])

Amount = Annotated[Whole, Field(ge=0, le=100_000_000_000, description="In fen.", examples=[60000])]
Occasion = Annotated[str, StringConstraints(max_length=32, pattern=r"^[a-z_]*$")]


class SignerBody(Body):
    role: Literal[Role.BRANCH_CHAIR, Role.UNION_OFFICER, Role.FINANCE_OFFICER, Role.SCHOOL_LEADER]
    above_fen: Amount


class SignerView(View):
    role: Role
    above_fen: int


class AdoptPolicy(Body):
    kind: SpendingKind
    occasion: Annotated[
        Occasion, Field(description="Narrows the kind, as the occasion of a visit; empty for all of it.")
    ] = ""
    unit_id: Annotated[UUID | None, Field(description="Whose own it is; null for the whole school.")] = None
    effective_from: Annotated[Day, Field(description="First day of the policy: today or later.")]
    source: Annotated[LongLine, Field(description="The document that it rests on.", examples=["校工会〔2022〕3号"])]
    category: Category
    forms: Annotated[tuple[Form, ...], Field(min_length=1, max_length=2)]
    cap_per_occasion_fen: Annotated[Amount | None, Field(description="Null for no cap.")] = None
    cap_per_year_fen: Annotated[Amount | None, Field(description="Of one member; null for no cap.")] = None
    signers: Annotated[
        tuple[SignerBody, ...], Field(max_length=4, description="Whose signature it takes above which amount.")
    ] = ()


class PolicyView(View):
    id: UUID
    kind: SpendingKind
    occasion: str
    unit_id: UUID | None
    effective_from: date
    source: str
    category: Category
    forms: tuple[Form, ...]
    cap_per_occasion_fen: int | None
    cap_per_year_fen: int | None
    signers: tuple[SignerView, ...]


class PolicyPage(View):
    items: list[PolicyView]
    next: NextCursor


class AdoptFundRule(Body):
    effective_from: Annotated[Day, Field(description="First day of the rule: today or later.")]
    source: Annotated[LongLine, Field(description="The document that it rests on.", examples=["校工会〔2022〕3号"])]
    decision_above_fen: Annotated[Amount, Field(description="Above it the union committee decides.")]


class FundRuleView(View):
    id: UUID
    effective_from: date
    source: str
    decision_above_fen: int


class FundRulePage(View):
    items: list[FundRuleView]
    next: NextCursor


@router.post("/policies", status_code=201, response_model=PolicyView, responses=CREATE)
async def adopt_spending_policy(body: AdoptPolicy, caller: PolicyMaker, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    await stores.directory.require_units([body.unit_id] if body.unit_id else [], field="unit_id")
    policy = SpendingPolicy.model_validate({"id": new_id(), **body.model_dump()})
    return await answered(
        stores.policies.create(
            lambda: adopt_policy(policy, today=campus_day(order.at)), order, created(PolicyView.of, "/v1/policies")
        )
    )


@router.get("/policies", response_model=PolicyPage, responses=LIST)
async def list_policies(
    caller: Everyone, page: Paged, stores: Wired, kind: Annotated[SpendingKind | None, Query()] = None
) -> Any:
    where = {"kind": kind.value} if kind else {}
    return listed(PolicyView.of, await stores.policies.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/policies/{policy_id}", response_model=PolicyView, responses=READ)
async def get_policy(policy_id: UUID, caller: Everyone, stores: Wired) -> Response:
    return shown(PolicyView.of, await stores.policies.get(policy_id))


@router.get("/applicable-policies", response_model=PolicyView, responses=READ)
async def get_applicable_policy(
    caller: Everyone,
    stores: Wired,
    kind: SpendingKind,
    day: Annotated[Day, Query(description="What would have applied on that day.")],
    occasion: Annotated[Occasion, Query()] = "",
    unit_id: Annotated[UUID | None, Query(description="The unit that spends; none is the school.")] = None,
) -> Any:
    """The one that a spending of that day is judged by: of the nearest unit before the school's, for the occasion
    before the one for all.
    """
    return PolicyView.of(await stores.policies.judging(kind, occasion, unit_id, day))


@router.post("/fund-rules", status_code=201, response_model=FundRuleView, responses=CREATE)
async def adopt_rule_of_funds(body: AdoptFundRule, caller: PolicyMaker, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    rule = FundRule(id=new_id(), **body.model_dump())
    return await answered(
        stores.fund_rules.create(
            lambda: adopt_fund_rule(rule, today=campus_day(order.at)), order, created(FundRuleView.of, "/v1/fund-rules")
        )
    )


@router.get("/fund-rules", response_model=FundRulePage, responses=LIST)
async def list_fund_rules(caller: Everyone, page: Paged, stores: Wired) -> Any:
    return listed(FundRuleView.of, await stores.fund_rules.page({}, limit=page.limit, cursor=page.cursor))
