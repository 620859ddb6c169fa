"""The outstanding proposals (优秀提案) and departments (先进承办单位) of a year."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from services.proposals.errors.cases import NothingChosen, NotToBeChosen
from services.proposals.errors.congresses import DayNotReached
from shared.aggregate import Aggregate, Decision
from shared.contracts.proposals.follow_up import OutstandingProposalsChosen
from shared.errors import OwnCase


class OutstandingSelection(Aggregate):
    """One of a unit's body for each year. `document` is what it was decided by."""

    unit_id: UUID
    year: int
    proposal_ids: tuple[UUID, ...]
    department_ids: tuple[UUID, ...]
    decided_on: date
    document: str

    @classmethod
    def choose(
        cls,
        selection_id: UUID,
        *,
        unit_id: UUID,
        year: int,
        proposal_ids: Sequence[UUID],
        department_ids: Sequence[UUID],
        decided_on: date,
        document: str,
        eligible: Mapping[UUID, Collection[UUID]],
        by: UUID,
        today: date,
    ) -> "Decision[OutstandingSelection]":
        """`eligible` are those of the proposals that are cases of the unit, or opinions of it that were answered, with
        their people.

        Raises NothingChosen, DayNotReached, NotToBeChosen, OwnCase.
        """
        if not proposal_ids and not department_ids:
            raise NothingChosen
        if decided_on > today:
            raise DayNotReached(day=decided_on.isoformat(), today=today.isoformat())
        if strange := [proposal for proposal in proposal_ids if proposal not in eligible]:
            raise NotToBeChosen(proposal_ids=strange)
        if any(by in eligible[proposal] for proposal in proposal_ids):
            raise OwnCase(field="proposal_ids")
        selection = cls(
            id=selection_id,
            unit_id=unit_id,
            year=year,
            proposal_ids=tuple(proposal_ids),
            department_ids=tuple(department_ids),
            decided_on=decided_on,
            document=document,
        )
        event = OutstandingProposalsChosen(
            selection_id=selection_id,
            unit_id=unit_id,
            year=year,
            proposal_ids=selection.proposal_ids,
            author_ids=tuple(dict.fromkeys(author for form in proposal_ids for author in eligible[form])),
            department_ids=selection.department_ids,
            decided_on=decided_on,
        )
        return Decision(selection, (event,))
