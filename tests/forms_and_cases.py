"""Forms and cases put where their lives could have led, for tests that count them or take them away."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.proposals.domain import handling, ratings
from services.proposals.domain.cases import Answer, Authors, Case, Rating
from services.proposals.domain.cases import State as CaseState
from services.proposals.domain.proposals import Category, Proposal, State
from services.proposals.store import ProposalsStores
from shared import clock
from shared.aggregate import Aggregate
from shared.clock import CAMPUS, campus_day
from shared.contracts.proposals.cases import AnswerType, CaseKind, RatingValue
from shared.contracts.proposals.forms import NotFiledReason
from shared.ids import new_id
from shared.roles import Role
from shared.store import Store
from tests.campus import Campus
from tests.congress import Congress, convene

TODAY = campus_day(clock.now())
CATEGORIES, STATES = list(Category), list(State)
LEADS = [uuid4() for _ in range(3)]
HANDLED = [CaseState.ASSIGNED, CaseState.ANSWERED, CaseState.SENT, CaseState.COMMITTED, CaseState.CLOSED]


def stores_of(campus: Campus) -> ProposalsStores:
    stores: ProposalsStores = campus.running["proposals"].stores
    return stores


async def put(store: Store[Any], states: Sequence[Aggregate]) -> None:
    """As if their lives had led there."""
    await store.documents.insert_many([{"_id": each.id, "version": 1, **store._fields(each)} for each in states])


class Place(dict[str, UUID]):
    """A body's call, with ids of its own."""

    def __init__(self, unit_id: UUID | None = None) -> None:
        super().__init__({name: uuid4() for name in ("call_id", "session_id", "term_id", "body_id")})
        self["unit_id"] = unit_id or uuid4()


def a_form(place: Place, chosen: random.Random, units: Sequence[UUID], **given: Any) -> Proposal:
    state = chosen.choice(STATES)
    fields: dict[str, Any] = {
        "id": new_id(),
        **place,
        "proposer_id": uuid4(),
        "proposer_unit_id": chosen.choice(units),
        "title": "关于增设母婴室的提案",
        "grounds": "教学楼内没有母婴室",
        "suggestion": "每栋教学楼设一间",
        "category": chosen.choice(CATEGORIES),
        "ordinal": None,
        "late": chosen.random() < 0.2,
        "state": state,
        "filed_at": a_moment(chosen),
        "forwarded_from": uuid4() if chosen.random() < 0.2 else None,
        "not_filed_reason": chosen.choice(list(NotFiledReason)) if state is State.NOT_FILED else None,
    }
    return Proposal(**{**fields, **given})


def a_moment(chosen: random.Random) -> datetime:
    """Around the turns of 2022, in Shanghai."""
    return datetime(2021, 12, 31, 12, tzinfo=CAMPUS) + timedelta(hours=chosen.choice([0, 11, 12, 36, 8772, 8784]))


def an_answer(number: int, at: datetime, *, sent: bool) -> Answer:
    return Answer(
        type=AnswerType.DONE,
        text="已办理",
        plan_on=None,
        round=number,
        written_by=uuid4(),
        written_at=at,
        sent_at=at if sent else None,
    )


def a_case(place: Place, chosen: random.Random) -> Case:
    at = a_moment(chosen)
    opened = campus_day(at)
    state = chosen.choice(list(CaseState))
    handled = state in HANDLED
    assigned = opened + timedelta(days=chosen.randrange(5)) if handled or chosen.random() < 0.2 else None
    sent = chosen.randrange(3) if state not in (CaseState.OPEN, CaseState.CANCELLED) else chosen.randrange(2)
    answered = opened + timedelta(days=chosen.randrange(90)) if sent else None
    values = list(RatingValue)
    return Case(
        id=new_id(),
        kind=chosen.choice(list(CaseKind)),
        **place,
        title="关于增设母婴室的提案",
        category=chosen.choice(CATEGORIES),
        forms=tuple(Authors(proposal_id=new_id(), person_ids=()) for _ in range(chosen.randrange(1, 4))),
        author_ids=(),
        state=state,
        opened_at=at,
        opened_on=opened,
        lead_unit_id=chosen.choice(LEADS) if handled else None,
        first_assigned_on=opened if assigned else None,
        assigned_on=assigned,
        due_on=TODAY + timedelta(days=chosen.choice([-1, 0, 1])) if handled else None,
        round=sent,
        answers=tuple(an_answer(number, at, sent=number <= sent) for number in range(1, sent + chosen.randrange(1, 3))),
        ratings=tuple(
            Rating(member_id=uuid4(), value=chosen.choice(values), comment=None, round=number)
            for number in range(1, sent + 1)
            for _ in range(chosen.randrange(3))
        ),
        answered_at=at if sent else None,
        answered_on=answered,
        answered_late=bool(sent) and chosen.random() < 0.3,
        forwarded_as=uuid4() if state is CaseState.FORWARDED else None,
        forwarded_from=uuid4() if chosen.random() < 0.2 else None,
    )


async def a_congress(campus: Campus) -> tuple[Congress, list[str]]:
    unit = await campus.unit()
    delegates = [await campus.member(unit, name=f"代表{number}") for number in "甲乙丙丁"]
    for delegate in delegates:
        await campus.heard_of("proposals", delegate)
    congress = await convene(campus, unit, delegates)
    return congress, delegates


def committee_of(congress: Congress) -> dict[str, str]:
    return congress.campus.issuer.bearer(uuid4(), (Role.PROPOSAL_COMMITTEE, congress.unit))


async def handle(campus: Campus, congress: Congress, case_id: UUID) -> None:
    """Assigned, answered, sent and found good by every author."""
    stores = stores_of(campus)
    at, leader = clock.now(), uuid4()
    rule = await stores.handling_rules.on(TODAY)
    found = (await stores.cases.get(case_id)).state
    case, _ = found.assign(
        lead_unit_id=UUID(congress.unit),
        co_unit_ids=[],
        leader_id=leader,
        watcher_id=None,
        due_on=None,
        rule=rule,
        today=TODAY,
        by=uuid4(),
    )
    case, _ = handling.answer(
        case, AnswerType.DONE, text="已办理 <全部>\n谢谢", plan_on=None, by=uuid4(), at=at, today=TODAY
    )
    if case.kind is CaseKind.FILED:
        case, _ = handling.sign(case, by=leader, at=at, today=TODAY)
        for author in case.author_ids:
            case, _ = ratings.rate(case, RatingValue.SATISFIED, by=author, comment=None, at=at, today=TODAY)
    await stores.cases.documents.replace_one({"_id": case.id}, {"version": 9, **stores.cases._fields(case)})
