"""Couples (双职工): two members who are married to each other."""

from datetime import date
from uuid import UUID

from services.members.errors import BeforeTheLastChange, CoupleEndedAlready, CoupleOfOne, NotYetDay
from shared.aggregate import Aggregate, Decision
from shared.contracts.members import CoupleEnded, CoupleRecorded
from shared.errors import OwnCase


class Couple(Aggregate):
    """A member is in one open couple at the most."""

    member_ids: tuple[UUID, UUID]
    since: date
    until: date | None = None
    end_reason: str | None = None

    @classmethod
    def record(
        cls, couple_id: UUID, *, member_ids: tuple[UUID, UUID], since: date, today: date, by: UUID
    ) -> "Decision[Couple]":
        """Raises OwnCase, CoupleOfOne, NotYetDay."""
        if by in member_ids:
            raise OwnCase(field="member_ids")
        if member_ids[0] == member_ids[1]:
            raise CoupleOfOne
        if since > today:
            raise NotYetDay(today=today.isoformat())
        couple = cls(id=couple_id, member_ids=member_ids, since=since)
        return Decision(couple, (CoupleRecorded(couple_id=couple_id, member_ids=member_ids),))

    def end(self, *, on: date, today: date, reason: str, by: UUID) -> "Decision[Couple]":
        """Raises OwnCase, CoupleEndedAlready, NotYetDay, BeforeTheLastChange."""
        if by in self.member_ids:
            raise OwnCase(field="couple_id")
        if self.until is not None:
            raise CoupleEndedAlready(until=self.until.isoformat())
        if on > today:
            raise NotYetDay(today=today.isoformat())
        if on < self.since:
            raise BeforeTheLastChange(last=self.since.isoformat())
        event = CoupleEnded(couple_id=self.id, member_ids=self.member_ids)
        return Decision(self.model_copy(update={"until": on, "end_reason": reason}), (event,))
