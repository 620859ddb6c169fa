"""Routes of how cases are handled: returned, extended, co-departments heard, answered, signed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import Field

from services.proposals.api.callers import Wired
from services.proposals.api.case_callers import (
    CaseReader,
    CommitteeOrDepartment,
    Department,
    LeaderInCharge,
    is_author,
    led_by,
    of_the_unit_or_led_by,
)
from services.proposals.api.case_views import AnswersView, CaseView, by_no_author, change_case
from services.proposals.domain.cases import Case
from services.proposals.domain.handling import answer, extend, give_opinion, return_for_assignment, send_back, sign
from services.proposals.forwarding import send_answer
from shared.access import Caller, Where
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.contracts.proposals.cases import AnswerType
from shared.http.bodies import Body, Day, LongLine, Paragraphs
from shared.http.requests import CREATE, READ, Posted, answered, changed, shown

router = APIRouter(prefix="/v1", tags=["cases"])


class ReturnCase(Body):
    reason: LongLine


class ExtendCase(Body):
    due_on: Annotated[Day, Field(description="The new last day of the answer.")]
    reason: LongLine


class GiveOpinion(Body):
    unit_id: Annotated[UUID, Field(description="The co-department whose opinion it is.")]
    text: Paragraphs


class AnswerCase(Body):
    type: Annotated[AnswerType, Field(description="A: done. B: planned, with a date. C: not possible, and why.")]
    text: Paragraphs
    plan_on: Annotated[Day | None, Field(description="For B alone: when it will be done.")] = None


class SendBackAnswer(Body):
    reason: Paragraphs


@router.get("/cases/{case_id}/answers", response_model=AnswersView, responses=READ)
async def read_answers(case_id: UUID, caller: CaseReader, stores: Wired) -> Response:
    """To authors those that were sent; to those who handle it the drafts too, and what co-departments think."""
    found = await stores.cases.get(case_id, stores.cases.within(caller))
    return shown(AnswersView.for_authors if is_author(caller, found.state) else AnswersView.in_full, found)


@router.post("/cases/{case_id}/returns", response_model=CaseView, responses=CREATE)
async def return_case(case_id: UUID, body: ReturnCase, caller: Department, command: Posted, stores: Wired) -> Response:
    """By the lead department, for assignment elsewhere: each department once."""
    order = await command(caller)
    decide = by_no_author(order, lambda case: return_for_assignment(case, reason=body.reason, at=order.at))
    return await change_case(stores, case_id, decide, order, led_by(caller))


@router.post("/cases/{case_id}/extensions", response_model=CaseView, responses=CREATE)
async def extend_case(
    case_id: UUID, body: ExtendCase, caller: CommitteeOrDepartment, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    today = campus_day(order.at)
    decide = by_no_author(order, lambda case: extend(case, **body.model_dump(), at=order.at, today=today))
    return await change_case(stores, case_id, decide, order, of_the_unit_or_led_by(caller))


@router.post("/cases/{case_id}/opinions", response_model=CaseView, responses=CREATE)
async def give_opinion_on_case(
    case_id: UUID, body: GiveOpinion, caller: Department, command: Posted, stores: Wired
) -> Response:
    """Of a co-department; also after its time, as long as the case is not answered."""
    order = await command(caller)
    where = caller.where(unit="co_unit_ids", parties=())
    await stores.cases.get(case_id, where)
    caller.require(body.unit_id, field="unit_id")
    decide = by_no_author(
        order, lambda case: give_opinion(case, body.unit_id, text=body.text, by=caller.id, at=order.at)
    )
    return await change_case(stores, case_id, decide, order, where)


@router.post("/cases/{case_id}/answers", response_model=CaseView, responses=CREATE)
async def answer_case(case_id: UUID, body: AnswerCase, caller: Department, command: Posted, stores: Wired) -> Response:
    """By the lead department. That of an opinion goes out at once, that of a case when its leader has signed it."""
    order = await command(caller)
    today = campus_day(order.at)

    def decide(case: Case) -> Decision[Case]:
        written = body.model_dump(exclude={"type"})
        return answer(case, body.type, **written, by=caller.id, at=order.at, today=today)

    return await answered(send_answer(stores, case_id, decide, order, changed(CaseView.of), led_by(caller)))


@router.post("/cases/{case_id}/signatures", response_model=CaseView, responses=CREATE)
async def sign_answer(case_id: UUID, caller: LeaderInCharge, command: Posted, stores: Wired) -> Response:
    """The answer goes to the authors, who may rate it; and to the units that had forwarded the case."""
    order = await command(caller)
    today = campus_day(order.at)
    return await answered(
        send_answer(
            stores,
            case_id,
            lambda case: sign(case, by=caller.id, at=order.at, today=today),
            order,
            changed(CaseView.of),
            _in_charge(caller),
        )
    )


@router.post("/cases/{case_id}/send-backs", response_model=CaseView, responses=CREATE)
async def send_back_answer(
    case_id: UUID, body: SendBackAnswer, caller: LeaderInCharge, command: Posted, stores: Wired
) -> Response:
    """The leader does not sign: the lead department writes another answer."""
    order = await command(caller)
    today = campus_day(order.at)
    return await change_case(
        stores,
        case_id,
        lambda case: send_back(case, by=caller.id, reason=body.reason, today=today),
        order,
        _in_charge(caller),
    )


def _in_charge(caller: Caller) -> Where:
    return caller.where(unit="", parties=("leader_id",))
