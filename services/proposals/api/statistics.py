"""The route of the figures."""

from typing import Any

from fastapi import APIRouter

from services.proposals.api.callers import Wired
from services.proposals.api.figure_readers import Reader, WantedForms
from services.proposals.domain.figures import CaseFigures, FormFigures, Satisfaction
from shared import clock
from shared.http.bodies import View
from shared.http.requests import LIST

router = APIRouter(prefix="/v1", tags=["proposal figures"])


class ProposalStatistics(View):
    """Forms and cases are counted apart. All of it is as it was at one moment."""

    forms: FormFigures
    cases: CaseFigures
    satisfaction: Satisfaction


@router.get("/proposal-statistics", response_model=ProposalStatistics, responses=LIST)
async def read_proposal_statistics(caller: Reader, wanted: WantedForms, stores: Wired) -> Any:
    """Of a call, a term or a year, and of the bodies that the caller looks after. What is overdue is so today."""
    today = clock.campus_day(clock.now())
    return ProposalStatistics.of(await stores.statistics.figures(wanted, caller, today))
