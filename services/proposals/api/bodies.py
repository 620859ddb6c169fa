"""Routes of bodies, and of which units held a congress of their own."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.proposals.api.congress_callers import AnyMember, Manager, Wired
from services.proposals.domain.bodies import Body, BodyRule, MajorityOf, starting_rule
from services.proposals.store.units import units_below_the_school, units_with_branch_union
from shared.clock import campus_day
from shared.contracts.proposals.congresses import BodyKind
from shared.http.bodies import Body as RequestBody
from shared.http.bodies import Day, LongLine, View, Whole
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    answered,
    changed,
    created,
    listed,
    shown,
)
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["congresses"])

Part = Annotated[Whole, Field(ge=1, le=1000)]


class BodyRuleBody(RequestBody):
    """By what it counts: at least the quorum of those due, and more than the fraction for a majority."""

    effective_from: Day
    quorum_numerator: Part = 2
    quorum_denominator: Part = 3
    majority_of: MajorityOf = MajorityOf.DUE
    majority_numerator: Part = 1
    majority_denominator: Part = 2
    source: Annotated[LongLine, Field(description="The document that it rests on.")]

    def rule(self) -> BodyRule:
        return BodyRule.model_validate(self.model_dump())


class EstablishBody(RequestBody):
    kind: BodyKind
    unit_id: Annotated[UUID, Field(description="The school, or the unit whose own it is (二级).")]
    name: Annotated[LongLine, Field(examples=["示例学院教职工代表大会"])]
    rule: Annotated[BodyRuleBody | None, Field(description="Its first rule; without one it starts by the usual.")] = (
        None
    )


class BodyRuleView(View):
    effective_from: date
    quorum_numerator: int
    quorum_denominator: int
    majority_of: MajorityOf
    majority_numerator: int
    majority_denominator: int
    source: str


class BodyView(View):
    id: UUID
    kind: BodyKind
    unit_id: UUID
    name: str
    rules: tuple[BodyRuleView, ...]


class BodyPage(View):
    items: list[BodyView]
    next: NextCursor


class UnitCoverage(View):
    unit_id: UUID
    branch_union: bool
    session_ids: list[UUID]


class CoverageView(View):
    """`held` by a closed session that began in the year. Without one: the units with a branch union alone."""

    year: int
    held: list[UnitCoverage]
    not_held: list[UnitCoverage]


@router.post("/bodies", status_code=201, response_model=BodyView, responses=CREATE)
async def establish_body(body: EstablishBody, caller: Manager, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    caller.require(body.unit_id, field="unit_id")
    await stores.directory.require_units([body.unit_id], field="unit_id")
    body_id, rule = new_id(), body.rule.rule() if body.rule else starting_rule(body.kind)
    return await answered(
        stores.bodies.create(
            lambda: Body.establish(body_id, kind=body.kind, unit_id=body.unit_id, name=body.name, rule=rule),
            order,
            created(BodyView.of, "/v1/bodies"),
        )
    )


@router.get("/bodies", response_model=BodyPage, responses=LIST)
async def list_bodies(
    caller: AnyMember,
    page: Paged,
    stores: Wired,
    unit_id: Annotated[UUID | None, Query()] = None,
    kind: Annotated[BodyKind | None, Query()] = None,
) -> Any:
    where = {
        **({"unit_id": unit_id} if unit_id else {}),
        **({"kind": kind.value} if kind else {}),
        **stores.bodies.within(caller),
    }
    return listed(BodyView.of, await stores.bodies.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/bodies/{body_id}", response_model=BodyView, responses=READ)
async def get_body(body_id: UUID, caller: AnyMember, stores: Wired) -> Response:
    return shown(BodyView.of, await stores.bodies.get(body_id, stores.bodies.within(caller)))


@router.post("/bodies/{body_id}/rules", response_model=BodyView, responses=CREATE)
async def adopt_body_rule(
    body_id: UUID, body: BodyRuleBody, caller: Manager, command: Posted, stores: Wired
) -> Response:
    """From its day on the body counts by this rule: today or later, unless the body has not met since.

    What was counted before keeps the rule that it was judged by, and so does a session that has opened.
    """
    order = await command(caller)
    rule, today = body.rule(), campus_day(order.at)
    met = await stores.sessions.met_since(body_id, rule.effective_from, today)
    return await answered(
        stores.bodies.change(
            body_id,
            lambda found: found.adopt(rule, today=today, met_since=met),
            order,
            changed(BodyView.of),
            stores.bodies.within(caller),
        )
    )


@router.get("/congress-coverage", response_model=CoverageView, responses=LIST)
async def read_congress_coverage(
    caller: AnyMember, stores: Wired, year: Annotated[int, Query(ge=1900, le=2100, examples=[2022])]
) -> Any:
    """Which units held a congress of their own in the year, and which of those with a branch union did not."""
    closed = await stores.sessions.closed_in(year)
    branches = await units_with_branch_union(stores.directory, year)
    below = await units_below_the_school(stores.directory)
    units = [
        UnitCoverage(unit_id=unit, branch_union=unit in branches, session_ids=closed.get(unit, []))
        for unit in sorted(branches | (closed.keys() & below))
    ]
    return CoverageView(
        year=year,
        held=[unit for unit in units if unit.session_ids],
        not_held=[unit for unit in units if not unit.session_ids],
    )
