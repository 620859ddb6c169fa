"""Delegates (代表) of a term, and the delegations (代表团) that they sit in."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.proposals.domain.terms import Term
from services.proposals.errors.congresses import (
    DayNotReached,
    DaysReversed,
    DelegateLeftAlready,
    DelegateNotInPost,
    DelegationOfAnotherTerm,
    LeaderNotOfTheDelegation,
    OutsideTheBody,
)
from shared.aggregate import Aggregate, Decision
from shared.contracts.members import Employment
from shared.contracts.proposals.congresses import (
    DelegateAssigned,
    DelegateLeft,
    DelegateSeated,
    DelegatesImported,
    DelegationFormed,
    DelegationRevised,
    Seated,
)
from shared.errors import OwnCase


class Delegation(Aggregate):
    """`unit_ids` are those whose delegates sit in it; `unit_id` is the one of the body."""

    term_id: UUID
    unit_id: UUID
    name: str
    unit_ids: tuple[UUID, ...]
    leader_id: UUID | None = None

    @classmethod
    def form(
        cls, delegation_id: UUID, *, term: Term, name: str, unit_ids: Sequence[UUID], units: frozenset[UUID]
    ) -> "Decision[Delegation]":
        """`units` are all of the body. Raises OutsideTheBody."""
        _require_units(unit_ids, units)
        formed = cls(
            id=delegation_id, term_id=term.id, unit_id=term.unit_id, name=name, unit_ids=tuple(unit_ids), leader_id=None
        )
        return Decision(formed, (DelegationFormed(delegation_id=delegation_id, term_id=term.id, unit_id=term.unit_id),))

    def revise(
        self,
        *,
        name: str | None,
        unit_ids: Sequence[UUID] | None,
        units: frozenset[UUID],
        leader_id: UUID | None,
        delegate: "Delegate | None",
        by: UUID,
    ) -> "Decision[Delegation]":
        """What is None stays. `delegate` is who is to lead it, where they are a delegate of the term today.

        Raises OutsideTheBody, OwnCase, LeaderNotOfTheDelegation.
        """
        if leader_id == by:
            raise OwnCase(field="leader_id")
        if leader_id is not None and (delegate is None or delegate.delegation_id != self.id):
            raise LeaderNotOfTheDelegation
        _require_units(unit_ids or (), units)
        given = {
            "name": name,
            "unit_ids": None if unit_ids is None else tuple(unit_ids),
            "leader_id": leader_id,
        }
        revised = self.model_copy(update={field: value for field, value in given.items() if value is not None})
        event = DelegationRevised(
            delegation_id=self.id, term_id=self.term_id, unit_id=self.unit_id, leader_id=revised.leader_id
        )
        return Decision(revised, (event,))


class Delegate(Aggregate):
    """A member is one delegate of a term at a time. `ended_on` is the first day as a delegate no more."""

    term_id: UUID
    body_unit_id: UUID
    member_id: UUID
    unit_id: UUID
    delegation_id: UUID | None
    how: Seated
    elected_on: date
    ended_on: date | None = None
    ended_because: str | None = None

    @classmethod
    def seat(
        cls,
        delegate_id: UUID,
        *,
        term: Term,
        member_id: UUID,
        employment: Employment,
        unit_id: UUID,
        units: frozenset[UUID],
        delegation: Delegation | None,
        how: Seated,
        elected_on: date,
        left_on: date | None,
        by: UUID,
        today: date,
    ) -> "Decision[Delegate]":
        """`units` are all of the body; `left_on` is when the member left the term before, if ever.

        A seat is a role: nobody gives it to themself.

        Raises OwnCase, DayNotReached, TermNotRunning, DelegateNotInPost, DaysReversed, OutsideTheBody,
        DelegationOfAnotherTerm.
        """
        if member_id == by:
            raise OwnCase(field="member_id")
        if elected_on > today:
            raise DayNotReached(day=elected_on.isoformat(), today=today.isoformat())
        term.require_running(elected_on)
        if employment is not Employment.IN_POST:
            raise DelegateNotInPost
        if left_on is not None and elected_on < left_on:
            raise DaysReversed(first=left_on.isoformat())
        if unit_id not in units:
            raise OutsideTheBody(field="unit_id")
        if delegation is not None and delegation.term_id != term.id:
            raise DelegationOfAnotherTerm
        delegate = cls(
            id=delegate_id,
            term_id=term.id,
            body_unit_id=term.unit_id,
            member_id=member_id,
            unit_id=unit_id,
            delegation_id=delegation.id if delegation else None,
            how=how,
            elected_on=elected_on,
        )
        event = DelegateSeated(
            delegate_id=delegate_id,
            term_id=term.id,
            unit_id=term.unit_id,
            member_id=member_id,
            electing_unit_id=unit_id,
            how=how,
            elected_on=elected_on,
        )
        return Decision(delegate, (event,))

    def assign(self, delegation: Delegation) -> "Decision[Delegate]":
        """Raises DelegateLeftAlready, DelegationOfAnotherTerm."""
        self._require_seated()
        if delegation.term_id != self.term_id:
            raise DelegationOfAnotherTerm
        event = DelegateAssigned(
            delegate_id=self.id,
            term_id=self.term_id,
            unit_id=self.body_unit_id,
            member_id=self.member_id,
            delegation_id=delegation.id,
        )
        return Decision(self.model_copy(update={"delegation_id": delegation.id}), (event,))

    def end(self, *, on: date, reason: str, by: UUID, today: date) -> "Decision[Delegate]":
        """Raises OwnCase, DelegateLeftAlready, DaysReversed, DayNotReached."""
        if by == self.member_id:
            raise OwnCase(field="delegate_id")
        self._require_seated()
        if on < self.elected_on:
            raise DaysReversed(first=self.elected_on.isoformat())
        if on > today:
            raise DayNotReached(day=on.isoformat(), today=today.isoformat())
        event = DelegateLeft(
            delegate_id=self.id,
            term_id=self.term_id,
            unit_id=self.body_unit_id,
            member_id=self.member_id,
            ended_on=on,
        )
        return Decision(self.model_copy(update={"ended_on": on, "ended_because": reason}), (event,))

    def in_force(self, day: date) -> bool:
        return self.elected_on <= day and (self.ended_on is None or day < self.ended_on)

    def _require_seated(self) -> None:
        if self.ended_on is not None:
            raise DelegateLeftAlready(ended_on=self.ended_on.isoformat())


def _require_units(unit_ids: Sequence[UUID], units: frozenset[UUID]) -> None:
    if not units.issuperset(unit_ids):
        raise OutsideTheBody(field="unit_ids")


class DelegateImport(Aggregate):
    """A sheet of delegates that was taken in; `counts` by outcome. What was in it is not kept."""

    term_id: UUID
    unit_id: UUID
    sha256: str
    counts: dict[str, int]
    imported_by: UUID
    imported_at: datetime

    @classmethod
    def record(
        cls, import_id: UUID, *, term: Term, sha256: str, counts: dict[str, int], by: UUID, at: datetime
    ) -> "Decision[DelegateImport]":
        made = cls(
            id=import_id,
            term_id=term.id,
            unit_id=term.unit_id,
            sha256=sha256,
            counts=counts,
            imported_by=by,
            imported_at=at,
        )
        event = DelegatesImported(import_id=import_id, term_id=term.id, unit_id=term.unit_id, **counts)
        return Decision(made, (event,))
