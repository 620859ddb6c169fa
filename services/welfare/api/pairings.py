"""Routes of pairings, and of what is written down in them."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field, StringConstraints

from services.welfare.api.aid_callers import OfficerOrThemself, Reader, Wired, require_reach
from services.welfare.domain.pairings import Pairing, PairingLog, State
from services.welfare.store import WelfareStores
from services.welfare.store.pairings import paired_once
from shared.access import Caller
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.command import Command
from shared.contracts.welfare.pairings import Help, PairingEnd
from shared.http.bodies import Body, Day, Line, Paragraphs, View, Whole
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
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
from shared.store import Piece, change_together

router = APIRouter(prefix="/v1", tags=["pairings"])

StudentNumber = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern="^[A-Za-z0-9-]{1,32}$"), Field(examples=["S20220001"])
]


class BeginPairing(Body):
    """The student is no member: their number and name are kept sealed under the mentor's key."""

    mentor_id: UUID
    programme: Annotated[Line, Field(examples=["丁香妈妈"])]
    student_number: StudentNumber
    student_name: Line
    purpose: Paragraphs
    begun_on: Day


class EndPairing(Body):
    on: Annotated[Day, Field(description="First day without it.")]
    because: PairingEnd


class LogHelp(Body):
    kind: Help
    happened_on: Day
    text: Paragraphs
    amount_fen: Annotated[
        Whole | None, Field(ge=1, le=100_000_000, description="What a gift was worth, in fen.", examples=[10000])
    ] = None


class PairingView(View):
    """Who the student is, and what for, is in its details."""

    id: UUID
    mentor_id: UUID
    unit_id: UUID
    programme: str
    state: State
    begun_on: date
    begun_by: UUID
    logs: int
    ended_on: date | None
    because: PairingEnd | None


class PairingDetails(PairingView):
    """All of it is null once the mentor's data were erased."""

    student_number: str | None
    student_name: str | None
    purpose: str | None


class PairingPage(View):
    items: list[PairingView]
    next: NextCursor


class PairingLogView(View):
    id: UUID
    pairing_id: UUID
    mentor_id: UUID
    unit_id: UUID
    kind: Help
    happened_on: date
    logged_by: UUID


class PairingLogDetails(PairingLogView):
    text: str | None
    amount_fen: int | None


class PairingLogPage(View):
    items: list[PairingLogView]
    next: NextCursor


@router.post("/pairings", status_code=201, response_model=PairingView, responses=CREATE)
async def begin_pairing(body: BeginPairing, caller: OfficerOrThemself, command: Posted, stores: Wired) -> Response:
    """By an officer of the mentor's, or by the mentor. A mentor may support several students."""
    order = await command(caller)
    mentor = await stores.directory.member(body.mentor_id, field="mentor_id")
    require_reach(caller, mentor, field="mentor_id")
    pairing_id = new_id()
    return await answered(
        paired_once(
            stores.pairings.create(
                lambda: Pairing.begin(
                    pairing_id,
                    **body.model_dump(),
                    unit_id=mentor.unit_id,
                    employment=mentor.employment,
                    by=caller.id,
                    today=campus_day(order.at),
                ),
                order,
                created(PairingView.of, "/v1/pairings"),
            )
        )
    )


@router.get("/pairings", response_model=PairingPage, responses=LIST)
async def list_pairings(
    caller: Reader,
    page: Paged,
    stores: Wired,
    mentor_id: Annotated[UUID | None, Query()] = None,
    programme: Annotated[Line | None, Query()] = None,
) -> Any:
    given = {"mentor_id": mentor_id, "programme": programme}
    where = {**{name: value for name, value in given.items() if value}, **stores.pairings.within(caller)}
    return listed(PairingView.of, await stores.pairings.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/pairings/{pairing_id}", response_model=PairingView, responses=READ)
async def get_pairing(pairing_id: UUID, caller: Reader, stores: Wired) -> Response:
    return shown(PairingView.of, await stores.pairings.get(pairing_id, stores.pairings.within(caller)))


@router.get("/pairings/{pairing_id}/details", response_model=PairingDetails, responses=READ)
async def read_pairing_details(pairing_id: UUID, caller: Reader, reading: ReadingFor, stores: Wired) -> Response:
    """Who the student is. Who reads it, and for what purpose, is put on record."""
    found = await stores.pairings.open(pairing_id, reading(caller), stores.pairings.within(caller))
    return shown(PairingDetails.of, found)


@router.post("/pairings/{pairing_id}/pauses", response_model=PairingView, responses=CREATE)
async def pause_pairing(pairing_id: UUID, caller: OfficerOrThemself, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    return await _changed(stores, pairing_id, caller, order, lambda pairing: pairing.pause())


@router.post("/pairings/{pairing_id}/resumptions", response_model=PairingView, responses=CREATE)
async def resume_pairing(pairing_id: UUID, caller: OfficerOrThemself, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    return await _changed(stores, pairing_id, caller, order, lambda pairing: pairing.resume())


@router.post("/pairings/{pairing_id}/endings", response_model=PairingView, responses=CREATE)
async def end_pairing(
    pairing_id: UUID, body: EndPairing, caller: OfficerOrThemself, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    today = campus_day(order.at)
    return await _changed(
        stores, pairing_id, caller, order, lambda pairing: pairing.end(on=body.on, because=body.because, today=today)
    )


async def _changed(
    stores: WelfareStores,
    pairing_id: UUID,
    caller: Caller,
    order: Command,
    decide: Callable[[Pairing], Decision[Pairing]],
) -> Response:
    within = stores.pairings.within(caller)
    return await answered(stores.pairings.change(pairing_id, decide, order, changed(PairingView.of), within))


@router.post("/pairings/{pairing_id}/logs", status_code=201, response_model=PairingLogView, responses=CREATE)
async def log_pairing_help(
    pairing_id: UUID, body: LogHelp, caller: OfficerOrThemself, command: Posted, stores: Wired
) -> Response:
    """A talk with the student, or help that was given, while the pairing goes on."""
    order = await command(caller)
    within, log_id = stores.pairings.within(caller), new_id()

    def decide(_: None, pairing: Pairing) -> list[Decision[Any]]:
        logged = pairing.log_help(body.happened_on, today=campus_day(order.at))
        return [PairingLog.write(log_id, pairing=pairing, **body.model_dump(), by=caller.id), logged]

    pieces: list[Piece[Any]] = [Piece(stores.pairing_logs), Piece(stores.pairings, pairing_id, within)]
    return await answered(change_together(pieces, decide, order, created(PairingLogView.of, "/v1/pairing-logs")))


@router.get("/pairing-logs", response_model=PairingLogPage, responses=LIST)
async def list_pairing_logs(
    caller: Reader, page: Paged, stores: Wired, pairing_id: Annotated[UUID | None, Query()] = None
) -> Any:
    where = {**({"pairing_id": pairing_id} if pairing_id else {}), **stores.pairing_logs.within(caller)}
    return listed(PairingLogView.of, await stores.pairing_logs.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/pairing-logs/{log_id}", response_model=PairingLogView, responses=READ)
async def get_pairing_log(log_id: UUID, caller: Reader, stores: Wired) -> Response:
    return shown(PairingLogView.of, await stores.pairing_logs.get(log_id, stores.pairing_logs.within(caller)))


@router.get("/pairing-logs/{log_id}/details", response_model=PairingLogDetails, responses=READ)
async def read_pairing_log_details(log_id: UUID, caller: Reader, reading: ReadingFor, stores: Wired) -> Response:
    """What was written down. Who reads it, and for what purpose, is put on record."""
    found = await stores.pairing_logs.open(log_id, reading(caller), stores.pairing_logs.within(caller))
    return shown(PairingLogDetails.of, found)
