"""Routes of claims of mutual aid."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.welfare.api.aid_callers import OfficerOrThemself, Reader, UnionOfficer, Wired, require_reach
from services.welfare.domain.aid_claims import AidClaim, State
from services.welfare.store import WelfareStores
from services.welfare.store.aid import claimed_once
from shared.access import Caller
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.command import Command
from shared.contracts.welfare.aid import AidMatter
from shared.http.bodies import Body, Day, Paragraphs, View, Whole
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

router = APIRouter(prefix="/v1", tags=["mutual aid"])

Asked = Annotated[Whole, Field(ge=1, le=1_000_000_000, description="Amount asked for, in fen.")]


class RecordAidClaim(Body):
    member_id: UUID
    plan_id: UUID
    matter: AidMatter
    happened_on: Day
    asked_fen: Asked


class ReviseAidClaim(Body):
    matter: AidMatter | None = None
    happened_on: Day | None = None
    asked_fen: Asked | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.matter is None and self.happened_on is None and self.asked_fen is None:
            raise PydanticCustomError("nothing_to_change", "must hold something to change")
        return self


class RefuseAidClaim(Body):
    text: Annotated[Paragraphs, Field(description="The reason of the city federation.")]


class PayAidClaim(Body):
    paid_fen: Annotated[Whole, Field(ge=1, le=1_000_000_000, description="What the city federation paid, in fen.")]
    paid_on: Day


class AidClaimView(View):
    """That there is a claim, and how far it is. What it is about is in its details."""

    id: UUID
    member_id: UUID
    unit_id: UUID
    plan_id: UUID
    year: int
    state: State
    recorded_by: UUID
    recorded_on: date
    submitted_on: date | None
    decided_on: date | None
    paid_on: date | None


class AidClaimDetails(AidClaimView):
    """All of it is null once the member's data were erased."""

    matter: AidMatter | None
    happened_on: date | None
    asked_fen: int | None
    refusal_text: str | None
    paid_fen: int | None


class AidClaimPage(View):
    items: list[AidClaimView]
    next: NextCursor


@router.post("/aid-claims", status_code=201, response_model=AidClaimView, responses=CREATE)
async def record_aid_claim(body: RecordAidClaim, caller: OfficerOrThemself, command: Posted, stores: Wired) -> Response:
    """By an officer of the member's, or by the member. It waits until an officer of the union submits it."""
    order = await command(caller)
    member = await stores.directory.member(body.member_id, field="member_id")
    require_reach(caller, member, field="member_id")
    plan = (await stores.aid_plans.get(body.plan_id)).state
    enrolment = await stores.aid_enrolments.of(plan.id, member.id)
    claim_id = new_id()
    return await answered(
        claimed_once(
            stores.aid_claims.create(
                lambda: AidClaim.record(
                    claim_id,
                    plan=plan,
                    enrolment=enrolment,
                    unit_id=member.unit_id,
                    matter=body.matter,
                    happened_on=body.happened_on,
                    asked_fen=body.asked_fen,
                    by=caller.id,
                    today=campus_day(order.at),
                ),
                order,
                created(AidClaimView.of, "/v1/aid-claims"),
            )
        )
    )


@router.get("/aid-claims", response_model=AidClaimPage, responses=LIST)
async def list_aid_claims(
    caller: Reader,
    page: Paged,
    stores: Wired,
    member_id: Annotated[UUID | None, Query()] = None,
    state: Annotated[State | None, Query()] = None,
) -> Any:
    given = {"member_id": member_id, "state": state.value if state else None}
    where = {**{name: value for name, value in given.items() if value}, **stores.aid_claims.within(caller)}
    return listed(AidClaimView.of, await stores.aid_claims.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/aid-claims/{claim_id}", response_model=AidClaimView, responses=READ)
async def get_aid_claim(claim_id: UUID, caller: Reader, stores: Wired) -> Response:
    return shown(AidClaimView.of, await stores.aid_claims.get(claim_id, stores.aid_claims.within(caller)))


@router.get("/aid-claims/{claim_id}/details", response_model=AidClaimDetails, responses=READ)
async def read_aid_claim_details(claim_id: UUID, caller: Reader, reading: ReadingFor, stores: Wired) -> Response:
    """What the claim is about. Who reads it, and for what purpose, is put on record."""
    found = await stores.aid_claims.open(claim_id, reading(caller), stores.aid_claims.within(caller))
    return shown(AidClaimDetails.of, found)


@router.patch("/aid-claims/{claim_id}", response_model=AidClaimView, responses=CHANGE)
async def revise_aid_claim(
    claim_id: UUID, body: ReviseAidClaim, caller: OfficerOrThemself, command: Changed, stores: Wired
) -> Response:
    """Before it is submitted."""
    order = await command(caller)
    within = stores.aid_claims.within(caller)
    found = (await stores.aid_claims.get(claim_id, within)).state
    plan = (await stores.aid_plans.get(found.plan_id)).state
    enrolment = await stores.aid_enrolments.of(plan.id, found.member_id)

    def decide(claim: AidClaim) -> Decision[AidClaim]:
        return claim.revise(
            plan=plan,
            enrolment=enrolment,
            matter=body.matter,
            happened_on=body.happened_on,
            asked_fen=body.asked_fen,
            today=campus_day(order.at),
        )

    return await answered(
        claimed_once(stores.aid_claims.change(claim_id, decide, order, changed(AidClaimView.of), within))
    )


@router.post("/aid-claims/{claim_id}/submissions", response_model=AidClaimView, responses=CREATE)
async def submit_aid_claim(claim_id: UUID, caller: UnionOfficer, command: Posted, stores: Wired) -> Response:
    """To the city federation."""
    order = await command(caller)
    today = campus_day(order.at)
    return await _changed(stores, claim_id, caller, order, lambda claim: claim.submit(by=caller.id, today=today))


@router.post("/aid-claims/{claim_id}/acceptances", response_model=AidClaimView, responses=CREATE)
async def accept_aid_claim(claim_id: UUID, caller: UnionOfficer, command: Posted, stores: Wired) -> Response:
    """The city federation has accepted it."""
    order = await command(caller)
    today = campus_day(order.at)
    return await _changed(stores, claim_id, caller, order, lambda claim: claim.accept(by=caller.id, today=today))


@router.post("/aid-claims/{claim_id}/refusals", response_model=AidClaimView, responses=CREATE)
async def refuse_aid_claim(
    claim_id: UUID, body: RefuseAidClaim, caller: UnionOfficer, command: Posted, stores: Wired
) -> Response:
    """The city federation has refused it."""
    order = await command(caller)
    today = campus_day(order.at)
    return await _changed(
        stores, claim_id, caller, order, lambda claim: claim.refuse(text=body.text, by=caller.id, today=today)
    )


@router.post("/aid-claims/{claim_id}/payments", response_model=AidClaimView, responses=CREATE)
async def pay_aid_claim(
    claim_id: UUID, body: PayAidClaim, caller: UnionOfficer, command: Posted, stores: Wired
) -> Response:
    """The city federation has paid it to the member."""
    order = await command(caller)

    def decide(claim: AidClaim) -> Decision[AidClaim]:
        return claim.pay(paid_fen=body.paid_fen, on=body.paid_on, by=caller.id, today=campus_day(order.at))

    return await _changed(stores, claim_id, caller, order, decide)


@router.post("/aid-claims/{claim_id}/withdrawals", response_model=AidClaimView, responses=CREATE)
async def withdraw_aid_claim(claim_id: UUID, caller: OfficerOrThemself, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    return await _changed(stores, claim_id, caller, order, lambda claim: claim.withdraw())


async def _changed(
    stores: WelfareStores,
    claim_id: UUID,
    caller: Caller,
    order: Command,
    decide: Callable[[AidClaim], Decision[AidClaim]],
) -> Response:
    within = stores.aid_claims.within(caller)
    return await answered(stores.aid_claims.change(claim_id, decide, order, changed(AidClaimView.of), within))
