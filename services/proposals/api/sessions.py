"""Routes of sessions, from the day they are convened to the day they close."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.proposals.api.bodies import BodyRuleView
from services.proposals.api.congress_callers import AnyMember, Manager, ManagerOrAttendee, Wired
from services.proposals.domain.calls import Call
from services.proposals.domain.sessions import (
    AgendaItem,
    Deliberation,
    ItemKind,
    Session,
    SessionState,
)
from services.proposals.domain.terms import Term
from services.proposals.errors.congresses import AgendaItemUnknown, ChangedMeanwhile, DelegationOfAnotherTerm
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.contracts.proposals.congresses import BodyKind
from shared.http.bodies import Body, Day, Ids, LongLine, Paragraphs, View, Whole
from shared.http.requests import (
    CHANGE,
    CREATE,
    LIST,
    READ,
    Changed,
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
from shared.store import Piece, change_together

router = APIRouter(prefix="/v1", tags=["congresses"])

Members = Annotated[Ids, Field(max_length=5_000)]
Votes = Annotated[Whole, Field(ge=0, le=100_000)]


class AgendaItemBody(Body):
    id: Annotated[UUID | None, Field(description="Of an item that is there already.")] = None
    title: LongLine
    kind: ItemKind


Agenda = Annotated[list[AgendaItemBody], Field(max_length=100)]


class ConveneSession(Body):
    number: Annotated[Whole, Field(ge=1, le=1000, description="第几次", examples=[3])]
    held_from: Day
    held_until: Day
    agenda: Agenda = []  # noqa: RUF012  pydantic copies it
    presidium_ids: Annotated[Members, Field(description="主席团")] = []  # noqa: RUF012


class ReviseSession(Body):
    """The agenda as a whole, in its order. Possible until the session opens."""

    held_from: Day | None = None
    held_until: Day | None = None
    agenda: Agenda | None = None
    presidium_ids: Members | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if all(value is None for value in (self.held_from, self.held_until, self.agenda, self.presidium_ids)):
            raise PydanticCustomError("nothing_to_change", "must hold something to change")
        return self


class TakeAttendance(Body):
    """As a whole: whoever is in neither list is absent without leave."""

    present_ids: Members
    on_leave_ids: Members = []  # noqa: RUF012


class CancelSession(Body):
    reason: LongLine


class NoteDeliberation(Body):
    """Of one delegation, or of one unit."""

    delegation_id: UUID | None = None
    unit_id: UUID | None = None
    agenda_item_id: UUID | None = None
    text: Paragraphs


class VoteOnResolution(Body):
    agenda_item_id: UUID
    title: LongLine
    votes_for: Votes
    votes_against: Votes
    votes_abstaining: Votes


class AgendaItemView(View):
    id: UUID
    title: str
    kind: ItemKind


class ResolutionView(View):
    agenda_item_id: UUID
    title: str
    votes_for: int
    votes_against: int
    votes_abstaining: int
    due: int
    present: int
    rule: BodyRuleView
    passed: bool
    voted_at: datetime


class SessionView(View):
    """`due` are the delegates on the first day, as they were when the attendance was taken last or it opened."""

    id: UUID
    term_id: UUID
    body_id: UUID
    kind: BodyKind
    unit_id: UUID
    number: int
    held_from: date
    held_until: date
    agenda: tuple[AgendaItemView, ...]
    presidium_ids: tuple[UUID, ...]
    state: SessionState
    due: int
    present: int
    on_leave: int
    resolutions: tuple[ResolutionView, ...]
    cancelled_because: str | None

    @classmethod
    def of(cls, state: Any) -> Self:
        counts = {"present": len(state.present_ids), "on_leave": len(state.on_leave_ids)}
        return cls.model_validate({**state.model_dump(), **counts})


class SessionPage(View):
    items: list[SessionView]
    next: NextCursor


class DeliberationView(View):
    id: UUID
    delegation_id: UUID | None
    unit_id: UUID | None
    agenda_item_id: UUID | None
    text: str
    noted_at: datetime


class MinutesView(View):
    """Who was there, and what was said."""

    id: UUID
    present_ids: tuple[UUID, ...]
    on_leave_ids: tuple[UUID, ...]
    deliberations: tuple[DeliberationView, ...]


def _items(given: list[AgendaItemBody], known: frozenset[UUID] = frozenset()) -> list[AgendaItem]:
    """Raises AgendaItemUnknown, also for an item that is given twice."""
    ids = [item.id for item in given if item.id is not None]
    if len(set(ids)) != len(ids) or not known.issuperset(ids):
        raise AgendaItemUnknown
    return [AgendaItem(id=item.id or new_id(), title=item.title, kind=item.kind) for item in given]


@router.post("/terms/{term_id}/sessions", status_code=201, response_model=SessionView, responses=CREATE)
async def convene_session(
    term_id: UUID, body: ConveneSession, caller: Manager, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    within = stores.terms.within(caller)
    congress = (await stores.bodies.get((await stores.terms.get(term_id, within)).state.body_id)).state
    delegates = frozenset(await stores.delegates.of_term(term_id, body.presidium_ids, body.held_from))
    session_id, agenda = new_id(), _items(body.agenda)

    def decide(_: None, term: Term) -> list[Decision[Any]]:
        convened = Session.convene(
            session_id,
            term=term,
            body=congress,
            number=body.number,
            held_from=body.held_from,
            held_until=body.held_until,
            agenda=agenda,
            presidium_ids=body.presidium_ids,
            delegates=delegates,
        )
        return [convened, term.convene()]

    pieces: list[Piece[Any]] = [Piece(stores.sessions), Piece(stores.terms, term_id, within)]
    return await answered(change_together(pieces, decide, order, created(SessionView.of, "/v1/sessions")))


@router.get("/sessions", response_model=SessionPage, responses=LIST)
async def list_sessions(
    caller: AnyMember,
    page: Paged,
    stores: Wired,
    term_id: Annotated[UUID | None, Query()] = None,
    body_id: Annotated[UUID | None, Query()] = None,
    unit_id: Annotated[UUID | None, Query()] = None,
) -> Any:
    given = {"term_id": term_id, "body_id": body_id, "unit_id": unit_id}
    where = {**{name: value for name, value in given.items() if value}, **stores.sessions.within(caller)}
    return listed(SessionView.of, await stores.sessions.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/sessions/{session_id}", response_model=SessionView, responses=READ)
async def get_session(session_id: UUID, caller: AnyMember, stores: Wired) -> Response:
    return shown(SessionView.of, await stores.sessions.get(session_id, stores.sessions.within(caller)))


@router.get("/sessions/{session_id}/minutes", response_model=MinutesView, responses=READ)
async def read_session_minutes(session_id: UUID, caller: ManagerOrAttendee, stores: Wired) -> Response:
    return shown(MinutesView.of, await stores.sessions.get(session_id, stores.sessions.within(caller)))


@router.patch("/sessions/{session_id}", response_model=SessionView, responses=CHANGE)
async def revise_session(
    session_id: UUID, body: ReviseSession, caller: Manager, command: Changed, stores: Wired
) -> Response:
    order = await command(caller)
    within = stores.sessions.within(caller)
    found = (await stores.sessions.get(session_id, within)).state
    presidium = found.presidium_ids if body.presidium_ids is None else body.presidium_ids
    first = body.held_from or found.held_from
    delegates = frozenset(await stores.delegates.of_term(found.term_id, presidium, first))
    agenda = None if body.agenda is None else _items(body.agenda, frozenset(item.id for item in found.agenda))

    def decide(session: Session, term: Term) -> list[Decision[Any]]:
        revised = session.revise(
            term=term,
            agenda=agenda,
            held_from=body.held_from,
            held_until=body.held_until,
            presidium_ids=body.presidium_ids,
            delegates=delegates,
        )
        return [revised, Decision(term, ())]

    pieces: list[Piece[Any]] = [Piece(stores.sessions, session_id, within), Piece(stores.terms, found.term_id)]
    return await answered(change_together(pieces, decide, order, changed(SessionView.of)))


@router.patch("/sessions/{session_id}/attendances", response_model=SessionView, responses=CHANGE)
async def take_attendance(
    session_id: UUID, body: TakeAttendance, caller: Manager, command: Changed, stores: Wired
) -> Response:
    order = await command(caller)
    within = stores.sessions.within(caller)
    found = (await stores.sessions.get(session_id, within)).state
    named = (*body.present_ids, *body.on_leave_ids)
    delegates = frozenset(await stores.delegates.of_term(found.term_id, named, found.held_from))
    due = await stores.delegates.due(found.term_id, found.held_from)
    return await answered(
        stores.sessions.change(
            session_id,
            lambda session: session.attend(
                present=body.present_ids, on_leave=body.on_leave_ids, delegates=delegates, due=due
            ),
            order,
            changed(SessionView.of),
            within,
        )
    )


@router.post("/sessions/{session_id}/openings", response_model=SessionView, responses=CREATE)
async def open_session(session_id: UUID, caller: Manager, command: Posted, stores: Wired) -> Response:
    """With the quorum of the body's rule on its first day."""
    order = await command(caller)
    within = stores.sessions.within(caller)
    found = (await stores.sessions.get(session_id, within)).state
    rule = (await stores.bodies.get(found.body_id)).state.rule_on(found.held_from)
    delegates = frozenset(await stores.delegates.of_term(found.term_id, found.present_ids, found.held_from))
    due, today = await stores.delegates.due(found.term_id, found.held_from), campus_day(order.at)
    return await answered(
        stores.sessions.change(
            session_id,
            lambda session: session.open(rule=rule, due=due, delegates=delegates, today=today),
            order,
            changed(SessionView.of),
            within,
        )
    )


@router.post("/sessions/{session_id}/deliberations", response_model=SessionView, responses=CREATE)
async def note_deliberation(
    session_id: UUID, body: NoteDeliberation, caller: Manager, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    within = stores.sessions.within(caller)
    found = (await stores.sessions.get(session_id, within)).state
    if body.delegation_id is not None:
        delegation = (await stores.delegations.get(body.delegation_id)).state
        if delegation.term_id != found.term_id:
            raise DelegationOfAnotherTerm
    if body.unit_id is not None:
        await stores.directory.require_units([body.unit_id], field="unit_id")
    note = Deliberation(id=new_id(), **body.model_dump(), noted_at=order.at)
    return await answered(
        stores.sessions.change(
            session_id, lambda session: session.deliberate(note), order, changed(SessionView.of), within
        )
    )


@router.post("/sessions/{session_id}/resolutions", response_model=SessionView, responses=CREATE)
async def vote_on_resolution(
    session_id: UUID, body: VoteOnResolution, caller: Manager, command: Posted, stores: Wired
) -> Response:
    """Whether it passed is worked out by the rule with which the session opened."""
    order = await command(caller)
    within = stores.sessions.within(caller)
    return await answered(
        stores.sessions.change(
            session_id,
            lambda session: session.vote(
                body.agenda_item_id,
                title=body.title,
                votes_for=body.votes_for,
                votes_against=body.votes_against,
                votes_abstaining=body.votes_abstaining,
                at=order.at,
            ),
            order,
            changed(SessionView.of),
            within,
        )
    )


@router.post("/sessions/{session_id}/closures", response_model=SessionView, responses=CREATE)
async def close_session(session_id: UUID, caller: Manager, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    return await answered(
        stores.sessions.change(
            session_id,
            lambda session: session.close(),
            order,
            changed(SessionView.of),
            stores.sessions.within(caller),
        )
    )


@router.post("/sessions/{session_id}/cancellations", response_model=SessionView, responses=CREATE)
async def cancel_session(
    session_id: UUID, body: CancelSession, caller: Manager, command: Posted, stores: Wired
) -> Response:
    """Its call for proposals, if there is one, takes no more forms."""
    order = await command(caller)
    within = stores.sessions.within(caller)
    call_id = (await stores.sessions.get(session_id, within)).state.call_id

    def decide(session: Session, call: Call | None = None) -> list[Decision[Any]]:
        cancelled = session.cancel(reason=body.reason)
        if session.call_id != call_id:
            raise ChangedMeanwhile(what=stores.sessions.what)
        return [cancelled, *([call.cancel()] if call else [])]

    pieces: list[Piece[Any]] = [Piece(stores.sessions, session_id, within)]
    if call_id is not None:
        pieces.append(Piece(stores.calls, call_id))
    return await answered(change_together(pieces, decide, order, changed(SessionView.of)))
