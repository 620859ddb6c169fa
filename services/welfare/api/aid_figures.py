"""Routes of the figures of mutual aid, service cards and pairings. Of the units that the caller looks after."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from services.welfare.api.aid_callers import FigureReader, Wired, Year, told_all
from services.welfare.domain.aid_claims import State
from shared.http.bodies import View
from shared.http.requests import LIST, ReadingFor

router = APIRouter(prefix="/v1", tags=["welfare figures"])

Few = "Null where there are some, fewer than five, and the caller may not be told."


class MutualAidFigures(View):
    """Who was covered on any day of the year, what happened in it and was claimed, and what was paid in it."""

    enrolled: int
    claims: dict[State, Annotated[int | None, Field(description=Few)]]
    paid_claims: Annotated[int | None, Field(description=Few)]
    paid_fen: Annotated[int | None, Field(description=f"Of those whose data were not erased. {Few}")]


class ServiceCardFigures(View):
    applied: int
    issued: int
    refused: int


class PairingFiguresView(View):
    """Of pairings that went on in the year, on whatever day of it, and of what was written down in it."""

    programmes: int
    mentors: int
    students: int
    logs: int


@router.get("/mutual-aid-figures", response_model=MutualAidFigures, responses=LIST)
async def read_mutual_aid_figures(caller: FigureReader, year: Year, reading: ReadingFor, stores: Wired) -> Any:
    """Amounts are opened to be added up: that is put on record."""
    within = stores.aid_claims.within(caller)
    found = await stores.aid_statistics.mutual_aid(year, within, reading(caller), all_of_it=told_all(caller))
    return MutualAidFigures.of(found)


@router.get("/service-card-figures", response_model=ServiceCardFigures, responses=LIST)
async def read_service_card_figures(caller: FigureReader, year: Year, stores: Wired) -> Any:
    within = stores.service_cards.within(caller)
    return ServiceCardFigures.of(await stores.aid_statistics.service_cards(year, within))


@router.get("/pairing-figures", response_model=PairingFiguresView, responses=LIST)
async def read_pairing_figures(caller: FigureReader, year: Year, stores: Wired) -> Any:
    within = stores.pairings.within(caller)
    return PairingFiguresView.of(await stores.aid_statistics.pairings(year, within))
