"""Members (会员): who they are, where they work, since when they are in the union."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.members.errors import (
    BeforeTheLastChange,
    MembershipAsItIs,
    NotYetDay,
    StillAMember,
    TransferToTheSame,
)
from shared.aggregate import Aggregate, Decision, transition
from shared.contracts.keys import PersonKeyDestroyed, PersonKeyPublished
from shared.contracts.members import (
    Employment,
    Language,
    MemberAddressChanged,
    MemberDeparted,
    MemberJoined,
    MemberJoinedRestricted,
    MemberReinstated,
    MemberRetired,
    MembershipEnded,
    MembershipResumed,
    MemberTransferred,
)
from shared.contracts.persons import MemberErased
from shared.sealing import Sensitive


class Action(StrEnum):
    TRANSFER = "transfer"
    RETIRE = "retire"
    LEAVE = "leave"
    REINSTATE = "reinstate"


TRANSITIONS = {
    (Employment.IN_POST, Action.TRANSFER): Employment.IN_POST,
    (Employment.IN_POST, Action.RETIRE): Employment.RETIRED,
    (Employment.IN_POST, Action.LEAVE): Employment.LEFT,
    (Employment.RETIRED, Action.LEAVE): Employment.LEFT,
    (Employment.RETIRED, Action.REINSTATE): Employment.IN_POST,
    (Employment.LEFT, Action.REINSTATE): Employment.IN_POST,
}

_TOLD: Mapping[Action, type[MemberRetired | MemberDeparted | MemberReinstated]] = {
    Action.RETIRE: MemberRetired,
    Action.LEAVE: MemberDeparted,
    Action.REINSTATE: MemberReinstated,
}


class Episode(BaseModel):
    """A stretch of time in one unit and one state of employment; open at the end where it still goes on."""

    model_config = ConfigDict(frozen=True)

    unit_id: UUID
    employment: Employment
    from_date: date
    until_date: date | None = None


class Member(Aggregate):
    """`history` has no gaps, oldest first; its last episode is now. Names are known within the service alone."""

    staff_number: str
    name: str
    sex: str
    unit_id: UUID
    employment: Employment
    language: Language
    joined_union_on: date
    left_union_on: date | None = None
    history: tuple[Episode, ...] = ()
    erased_at: datetime | None = None
    birth_date: Annotated[date | None, Sensitive()] = None
    phone: Annotated[str | None, Sensitive(blind=True)] = None
    email: Annotated[str | None, Sensitive(blind=True)] = None

    @classmethod
    def join(
        cls,
        member_id: UUID,
        *,
        staff_number: str,
        name: str,
        sex: str,
        unit_id: UUID,
        language: Language,
        joined_union_on: date,
        key: str,
        birth_date: date | None = None,
        phone: str | None = None,
        email: str | None = None,
    ) -> "Decision[Member]":
        """`key` is the key under which what is sensitive about the member will be sealed, wrapped."""
        member = cls(
            id=member_id,
            staff_number=staff_number,
            name=name,
            sex=sex,
            unit_id=unit_id,
            employment=Employment.IN_POST,
            language=language,
            joined_union_on=joined_union_on,
            history=(Episode(unit_id=unit_id, employment=Employment.IN_POST, from_date=joined_union_on),),
            birth_date=birth_date,
            phone=phone,
            email=email,
        )
        public = MemberJoined(member_id=member_id, unit_id=unit_id, employment=member.employment)
        restricted = MemberJoinedRestricted(
            member_id=member_id,
            unit_id=unit_id,
            employment=member.employment,
            staff_number=staff_number,
            name=name,
            language=language,
            phone=phone,
            email=email,
        )
        return Decision(member, (PersonKeyPublished(member_id=member_id, wrapped=key), public, restricted))

    def change_details(self, **changes: Any) -> "Decision[Member]":
        """What is to change, by field. Others hear of it where they address the member by it."""
        member = self.model_copy(update=changes)
        if member == self:
            return Decision(self, ())
        event = MemberAddressChanged(
            member_id=self.id,
            name=member.name,
            language=member.language,
            phone=member.phone,
            email=member.email,
        )
        return Decision(member, (event,))

    def transfer(self, *, unit_id: UUID, on: date, today: date) -> "Decision[Member]":
        """Raises WrongState, TransferToTheSame, NotYetDay, BeforeTheLastChange."""
        if unit_id == self.unit_id:
            raise TransferToTheSame
        member = self._go_on(Action.TRANSFER, unit_id, on, today)
        event = MemberTransferred(member_id=self.id, unit_id=unit_id, from_unit_id=self.unit_id)
        return Decision(member, (event,))

    def change_employment(
        self, action: Action, *, on: date, today: date, unit_id: UUID | None = None
    ) -> "Decision[Member]":
        """Retire, leave, reinstate. Raises WrongState, NotYetDay, BeforeTheLastChange."""
        member = self._go_on(action, unit_id or self.unit_id, on, today)
        event = _TOLD[action](member_id=self.id, unit_id=member.unit_id, employment=member.employment)
        return Decision(member, (event,))

    def _go_on(self, action: Action, unit_id: UUID, on: date, today: date) -> Self:
        employment = transition(TRANSITIONS, self.employment, action)
        if on > today:
            raise NotYetDay(today=today.isoformat())
        *before, last = self.history
        if on < last.from_date:
            raise BeforeTheLastChange(last=last.from_date.isoformat())
        ended = last.model_copy(update={"until_date": on})
        begun = Episode(unit_id=unit_id, employment=employment, from_date=on)
        return self.model_copy(
            update={"unit_id": unit_id, "employment": employment, "history": (*before, ended, begun)}
        )

    def end_membership(self, *, on: date, today: date) -> "Decision[Member]":
        """Raises MembershipAsItIs, NotYetDay, BeforeTheLastChange."""
        if self.left_union_on is not None:
            raise MembershipAsItIs(since=self.left_union_on.isoformat())
        self._require_day(on, today)
        return Decision(self.model_copy(update={"left_union_on": on}), (MembershipEnded(member_id=self.id),))

    def resume_membership(self, *, on: date, today: date) -> "Decision[Member]":
        """Raises MembershipAsItIs, NotYetDay, BeforeTheLastChange."""
        if self.left_union_on is None:
            raise MembershipAsItIs(since=self.joined_union_on.isoformat())
        self._require_day(on, today)
        member = self.model_copy(update={"left_union_on": None, "joined_union_on": on})
        return Decision(member, (MembershipResumed(member_id=self.id),))

    def _require_day(self, on: date, today: date) -> None:
        if on > today:
            raise NotYetDay(today=today.isoformat())
        since = self.left_union_on or self.joined_union_on
        if on < since:
            raise BeforeTheLastChange(last=since.isoformat())

    def erase(self, *, at: datetime) -> "Decision[Member]":
        """What is left names nobody: an id, a unit, days. Once more is as once. Raises StillAMember."""
        if self.erased_at is not None:
            return Decision(self, ())
        if self.left_union_on is None and self.employment is not Employment.LEFT:
            raise StillAMember
        member = self.model_copy(
            update={
                "staff_number": f"erased-{self.id}",
                "name": "—",
                "erased_at": at,
                "birth_date": None,
                "phone": None,
                "email": None,
            }
        )
        return Decision(member, (MemberErased(member_id=self.id), PersonKeyDestroyed(member_id=self.id)))

    def wrap_key(self, wrapped: str) -> "Decision[Member]":
        """The same key under another master key. One that was destroyed stays so."""
        if self.erased_at is not None:
            return Decision(self, ())
        return Decision(self, (PersonKeyPublished(member_id=self.id, wrapped=wrapped),))
