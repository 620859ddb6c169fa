"""Awards (荣誉) granted to members."""

from datetime import date, datetime
from uuid import UUID

from services.events.errors import AwardInTheFuture, GrantedToOneself
from shared.aggregate import Aggregate, Decision
from shared.contracts.events import AwardGranted, AwardGrantedRestricted, Level


class Award(Aggregate):
    member_id: UUID
    unit_id: UUID
    title: str
    level: Level
    granted_on: date
    document: str
    granted_by: UUID
    recorded_at: datetime

    @classmethod
    def grant(
        cls,
        award_id: UUID,
        *,
        member_id: UUID,
        unit_id: UUID,
        title: str,
        level: Level,
        granted_on: date,
        document: str,
        granted_by: UUID,
        at: datetime,
        today: date,
    ) -> "Decision[Award]":
        """`document` is what the award rests on. Raises AwardInTheFuture, GrantedToOneself."""
        if granted_by == member_id:
            raise GrantedToOneself
        if granted_on > today:
            raise AwardInTheFuture(today=today.isoformat())
        award = cls(
            id=award_id,
            member_id=member_id,
            unit_id=unit_id,
            title=title,
            level=level,
            granted_on=granted_on,
            document=document,
            granted_by=granted_by,
            recorded_at=at,
        )
        public = AwardGranted(award_id=award_id, member_id=member_id, unit_id=unit_id, level=level)
        restricted = AwardGrantedRestricted(**public.model_dump(), title=title, granted_on=granted_on)
        return Decision(award, (public, restricted))
