"""What is shown of cases, and how a change of one is answered."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from fastapi.responses import Response

from services.proposals.domain.cases import Case, State
from services.proposals.domain.proposals import Category
from services.proposals.store import ProposalsStores
from shared.access import Where
from shared.aggregate import Decision
from shared.command import Command
from shared.contracts.proposals.cases import AnswerType, CaseKind, RatingValue
from shared.http.bodies import View
from shared.http.requests import NextCursor, answered, changed


class CoDepartmentView(View):
    """What its opinion says, GET .../answers tells those who handle the case."""

    unit_id: UUID
    given_at: datetime | None
    timed_out: bool


class ReturnView(View):
    unit_id: UUID
    reason: str
    at: datetime


class ExtensionView(View):
    due_on: date
    reason: str
    at: datetime


class HandOverView(View):
    """Who led and watched until then."""

    leader_id: UUID | None
    watcher_id: UUID | None
    reason: str
    at: datetime


class CaseView(View):
    """`answered_on` and `answered_late` are those of the first answer that went out. It is late where it was written
    after the due date.
    """

    id: UUID
    kind: CaseKind
    state: State
    unit_id: UUID
    body_id: UUID
    term_id: UUID
    session_id: UUID
    call_id: UUID
    title: str
    category: Category
    proposal_ids: tuple[UUID, ...]
    author_ids: tuple[UUID, ...]
    opened_on: date
    lead_unit_id: UUID | None
    co_departments: tuple[CoDepartmentView, ...]
    co_until: date | None
    leader_id: UUID | None
    watcher_id: UUID | None
    hand_overs: tuple[HandOverView, ...]
    first_assigned_on: date | None
    assigned_on: date | None
    due_on: date | None
    round: int
    returns: tuple[ReturnView, ...]
    recalls: tuple[ReturnView, ...]
    extensions: tuple[ExtensionView, ...]
    answered_on: date | None
    answered_late: bool
    closed_at: datetime | None
    fulfilment: str | None
    forwarded_as: UUID | None
    forwarded_from: UUID | None


class CasePage(View):
    items: list[CaseView]
    next: NextCursor


class AnswerView(View):
    """`sent_at` is null for a draft, `declined_because` says why it was not signed."""

    type: AnswerType
    text: str
    plan_on: date | None
    round: int
    written_at: datetime
    sent_at: datetime | None
    declined_because: str | None


class OpinionView(View):
    unit_id: UUID
    round: int
    opinion: str
    given_at: datetime


class AnswersView(View):
    """`opinions` are those of the co-departments, of earlier rounds first."""

    answers: tuple[AnswerView, ...]
    opinions: tuple[OpinionView, ...]

    @classmethod
    def in_full(cls, case: Case) -> Self:
        return cls(
            answers=tuple(AnswerView.of(answer) for answer in case.answers),
            opinions=tuple(OpinionView.of(each) for each in case.opinions if each.opinion is not None),
        )

    @classmethod
    def for_authors(cls, case: Case) -> Self:
        """What was sent to them."""
        sent = tuple(AnswerView.of(answer) for answer in case.answers if answer.sent_at is not None)
        return cls(answers=sent, opinions=())


class RatingView(View):
    member_id: UUID
    value: RatingValue
    comment: str | None
    round: int


class RatingsView(View):
    ratings: tuple[RatingView, ...]


async def change_case(
    stores: ProposalsStores, case_id: UUID, decide: Callable[[Case], Decision[Case]], order: Command, where: Where
) -> Response:
    return await answered(stores.cases.change(case_id, decide, order, changed(CaseView.of), where))


def by_no_author(order: Command, decide: Callable[[Case], Decision[Case]]) -> Callable[[Case], Decision[Case]]:
    """What nobody does in a case of their own. Raises OwnCase."""

    def decided(case: Case) -> Decision[Any]:
        case.require_no_author(order.actor)
        return decide(case)

    return decided
