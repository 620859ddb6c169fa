"""The standing committee of the school that hears appeals (申诉委员会)."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from services.proposals.domain.appeal_rules import AppealRule
from services.proposals.errors.appeals import (
    AppealCommitteeEndedAlready,
    AppealCommitteeEndsBeforeItBegins,
    AppealCommitteeInForce,
    AppealCommitteeTooSmall,
    ChairNotAMember,
)
from shared.aggregate import Aggregate, Decision
from shared.contracts.proposals.appeals import AppealCommitteeAppointed, AppealCommitteeEnded
from shared.errors import OwnCase


class AppealCommittee(Aggregate):
    """`until` is the first day without it. The order of the members says who chairs where the chair may not."""

    unit_id: UUID
    member_ids: tuple[UUID, ...]
    chair_id: UUID
    from_day: date
    until: date | None = None
    appointed_by: UUID

    @classmethod
    def appoint(
        cls,
        committee_id: UUID,
        *,
        unit_id: UUID,
        member_ids: Sequence[UUID],
        chair_id: UUID,
        from_day: date,
        before: "AppealCommittee | None",
        rule: AppealRule,
        by: UUID,
    ) -> "Decision[AppealCommittee]":
        """`before` is the committee that was appointed last.

        Raises OwnCase, AppealCommitteeTooSmall, ChairNotAMember, AppealCommitteeInForce.
        """
        if by in member_ids:
            raise OwnCase(field="member_ids")
        if len(set(member_ids)) < rule.least_members:
            raise AppealCommitteeTooSmall(needed=rule.least_members, got=len(set(member_ids)))
        if chair_id not in member_ids:
            raise ChairNotAMember(chair_id=chair_id)
        if before is not None and (before.until is None or from_day < before.until):
            raise AppealCommitteeInForce(until=before.until.isoformat() if before.until else "—")
        committee = cls(
            id=committee_id,
            unit_id=unit_id,
            member_ids=tuple(member_ids),
            chair_id=chair_id,
            from_day=from_day,
            appointed_by=by,
        )
        event = AppealCommitteeAppointed(
            committee_id=committee_id,
            unit_id=unit_id,
            member_ids=committee.member_ids,
            chair_id=chair_id,
            from_day=from_day,
        )
        return Decision(committee, (event,))

    def end(self, *, until: date) -> "Decision[AppealCommittee]":
        """Appeals that it has begun to hear stay with it.

        Raises AppealCommitteeEndedAlready, AppealCommitteeEndsBeforeItBegins.
        """
        if self.until is not None:
            raise AppealCommitteeEndedAlready(until=self.until.isoformat())
        if until < self.from_day:
            raise AppealCommitteeEndsBeforeItBegins(from_day=self.from_day.isoformat())
        event = AppealCommitteeEnded(
            committee_id=self.id, unit_id=self.unit_id, member_ids=self.member_ids, until=until
        )
        return Decision(self.model_copy(update={"until": until}), (event,))

    def of_those(self, here: Collection[UUID]) -> "AppealCommittee | None":
        """Those of its members who are there; None where nobody is."""
        left, chair = self.without(*(member for member in self.member_ids if member not in here))
        return self.model_copy(update={"member_ids": left, "chair_id": chair}) if chair else None

    def without(self, *parties: UUID) -> tuple[tuple[UUID, ...], UUID | None]:
        """Who hears an appeal of these parties, and who chairs: None where nobody is left."""
        return chaired(self.member_ids, self.chair_id, parties)


def chaired(
    member_ids: Sequence[UUID], chair_id: UUID | None, aside: Sequence[UUID] = ()
) -> tuple[tuple[UUID, ...], UUID | None]:
    """Those who are left when some are set aside. Where the chair is among them, the next in order chairs."""
    left = tuple(member for member in member_ids if member not in aside)
    if chair_id in left:
        return left, chair_id
    return left, left[0] if left else None
