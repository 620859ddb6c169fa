"""Routes of the rounds of hardship grants, of their rules and of their figures."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.welfare.api.grants_callers import Everyone, FigureReader, Office, RuleMaker, Wired
from services.welfare.api.grants_evidence import MOST_BYTES
from services.welfare.domain.grants_figures import KindFigures
from services.welfare.domain.grants_rounds import GrantRound, RoundState
from services.welfare.domain.grants_rules import GrantRule, adopt_for_grants
from services.welfare.errors.grants import RoundOfTheSchool
from shared.clock import campus_day
from shared.contracts.members import UnitKind
from shared.contracts.welfare.grants import HardshipKind
from shared.http.bodies import Body, Day, Line, LongLine, View, Whole
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
from shared.roles import Role

router = APIRouter(prefix="/v1", tags=["hardship grants"])


class OpenRound(Body):
    unit_id: Annotated[UUID, Field(description="The school.")]
    title: LongLine
    kinds: Annotated[tuple[HardshipKind, ...], Field(min_length=1, max_length=len(HardshipKind))]
    opens_on: Day
    closes_on: Annotated[Day | None, Field(description="Last day; open all year if not given.")] = None


class RoundView(View):
    id: UUID
    unit_id: UUID
    title: str
    kinds: tuple[HardshipKind, ...]
    opens_on: date
    closes_on: date | None
    state: RoundState
    opened_by: UUID
    closed_at: datetime | None


class RoundPage(View):
    items: list[RoundView]
    next: NextCursor


class GradeBody(Body):
    """The most that a grade gives."""

    grade: Line
    amount_fen: Annotated[Whole, Field(gt=0, le=100_000_000)]


class AdoptGrantRule(Body):
    effective_from: Annotated[Day, Field(description="First day of the rule: today or later.")]
    source: Annotated[LongLine, Field(description="The document that it rests on.", examples=["校工发〔2022〕3号"])]
    grades: Annotated[tuple[GradeBody, ...], Field(min_length=1, max_length=20)]
    notice_days: Annotated[Whole, Field(ge=1, le=60, description="Working days of the public notice.")]
    once_a_year: Annotated[bool, Field(description="For each kind.")]
    couple_once: Annotated[bool, Field(description="Not both of a married couple for the same matter.")]
    aid_excluded: Annotated[bool, Field(description="Not what mutual aid has covered.")]
    evidence_at_least: Annotated[Whole, Field(ge=0, le=50)]
    evidence_at_most: Annotated[Whole, Field(ge=1, le=50)]
    evidence_bytes: Annotated[Whole, Field(ge=1, le=MOST_BYTES, description="Of one file.")]


class GradeView(View):
    grade: str
    amount_fen: int


class GrantRuleView(View):
    id: UUID
    effective_from: date
    source: str
    grades: tuple[GradeView, ...]
    notice_days: int
    once_a_year: bool
    couple_once: bool
    aid_excluded: bool
    evidence_at_least: int
    evidence_at_most: int
    evidence_bytes: int


class GrantRulePage(View):
    items: list[GrantRuleView]
    next: NextCursor


class FiguresView(View):
    """What is null is hidden, as small numbers point at somebody."""

    year: int
    applications: int | None
    recipients: Annotated[int | None, Field(description="Distinct members who were paid.")]
    total_amount_fen: int | None
    by_kind: tuple[KindFigures, ...]


@router.post("/hardship-rounds", status_code=201, response_model=RoundView, responses=CREATE)
async def open_hardship_round(body: OpenRound, caller: Office, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    if not await stores.directory.has_unit(body.unit_id, UnitKind.SCHOOL):
        raise RoundOfTheSchool(field="unit_id")
    round_id = new_id()
    return await answered(
        stores.grant_rounds.create(
            lambda: GrantRound.open(round_id, **body.model_dump(), by=caller.id, today=campus_day(order.at)),
            order,
            created(RoundView.of, "/v1/hardship-rounds"),
        )
    )


@router.get("/hardship-rounds", response_model=RoundPage, responses=LIST)
async def list_hardship_rounds(caller: Everyone, page: Paged, stores: Wired) -> Any:
    return listed(RoundView.of, await stores.grant_rounds.page({}, limit=page.limit, cursor=page.cursor))


@router.get("/hardship-rounds/{round_id}", response_model=RoundView, responses=READ)
async def get_hardship_round(round_id: UUID, caller: Everyone, stores: Wired) -> Response:
    return shown(RoundView.of, await stores.grant_rounds.get(round_id))


@router.post("/hardship-rounds/{round_id}/closings", response_model=RoundView, responses=CREATE)
async def close_hardship_round(round_id: UUID, caller: Office, command: Posted, stores: Wired) -> Response:
    """Before its last day, or where it is open all year. What was handed in goes on."""
    order = await command(caller)
    return await answered(
        stores.grant_rounds.change(round_id, lambda each: each.close(at=order.at), order, changed(RoundView.of))
    )


@router.post("/hardship-rules", status_code=201, response_model=GrantRuleView, responses=CREATE)
async def adopt_hardship_rule(body: AdoptGrantRule, caller: RuleMaker, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    rule = GrantRule.model_validate({"id": new_id(), **body.model_dump()})
    return await answered(
        stores.grant_rules.create(
            lambda: adopt_for_grants(rule, today=campus_day(order.at)),
            order,
            created(GrantRuleView.of, "/v1/hardship-rules"),
        )
    )


@router.get("/hardship-rules", response_model=GrantRulePage, responses=LIST)
async def list_hardship_rules(caller: Everyone, page: Paged, stores: Wired) -> Any:
    return listed(GrantRuleView.of, await stores.grant_rules.page({}, limit=page.limit, cursor=page.cursor))


@router.get("/hardship-figures", response_model=FiguresView, responses=LIST)
async def read_hardship_figures(
    caller: FigureReader,
    stores: Wired,
    year: Annotated[int, Query(ge=1900, le=2100, description="Calendar year, Asia/Shanghai.", examples=[2022])],
) -> Any:
    """Handed in, and paid, in the year. Small numbers are for those who handle the cases and the accounts."""
    found = await stores.grant_applications.figures(year)
    handling = caller.acting_as(Role.UNION_OFFICER, Role.FINANCE_OFFICER, Role.AUDIT_COMMITTEE)
    return FiguresView.of(found if handling.everything else found.for_everyone())
