"""Members (会员): who they are, where they work, since when they are in the union."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.members.errors import (
    BeforeTheLastChange,
    ErasedAlready,
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
    reason: str | None = None
    """Why it began."""


class MembershipChange(BaseModel):
    """The end of a membership of the union, or its resumption."""

    model_config = ConfigDict(frozen=True)

    ended: bool
    on: date
    reason: str | None = None


class Member(Aggregate):
    """`history` has no gaps, oldest first; its last episode is now. Names are known within the service alone.

    `membership` is how the membership of the union ended and was resumed, oldest first.
    """

    staff_number: str
    name: str
    sex: str
    unit_id: UUID
    employment: Employment
    language: Language
    joined_union_on: date
    left_union_on: date | None = None
    history: tuple[Episode, ...] = ()
    membership: tuple[MembershipChange, ...] = ()
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
        today: date,
        birth_date: date | None = None,
        phone: str | None = None,
        email: str | None = None,
    ) -> "Decision[Member]":
        """`key` is the key under which what is sensitive about the member will be sealed, wrapped.

        Raises NotYetDay.
        """
        _require_come(today, joined_union_on, birth_date)
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

    def change_details(self, *, today: date, **changes: Any) -> "Decision[Member]":
        """What is to change, by field. Others hear of it where they address the member by it.

        Raises ErasedAlready, NotYetDay.
        """
        self._require_known()
        _require_come(today, changes.get("birth_date"), changes.get("joined_union_on"))
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

    def transfer(self, *, unit_id: UUID, on: date, today: date, reason: str | None = None) -> "Decision[Member]":
        """Raises ErasedAlready, WrongState, TransferToTheSame, NotYetDay, BeforeTheLastChange."""
        if unit_id == self.unit_id:
            raise TransferToTheSame
        member = self._go_on(Action.TRANSFER, unit_id, on, today, reason)
        event = MemberTransferred(member_id=self.id, unit_id=unit_id, from_unit_id=self.unit_id)
        return Decision(member, (event,))

    def change_employment(
        self, action: Action, *, on: date, today: date, unit_id: UUID | None = None, reason: str | None = None
    ) -> "Decision[Member]":
        """Retire, leave, reinstate. Raises ErasedAlready, WrongState, NotYetDay, BeforeTheLastChange."""
        member = self._go_on(action, unit_id or self.unit_id, on, today, reason)
        event = _TOLD[action](member_id=self.id, unit_id=member.unit_id, employment=member.employment)
        return Decision(member, (event,))

    def _go_on(self, action: Action, unit_id: UUID, on: date, today: date, reason: str | None) -> Self:
        self._require_known()
        employment = transition(TRANSITIONS, self.employment, action)
        if on > today:
            raise NotYetDay(today=today.isoformat())
        *before, last = self.history
        if on < last.from_date:
            raise BeforeTheLastChange(last=last.from_date.isoformat())
        ended = last.model_copy(update={"until_date": on})
        begun = Episode(unit_id=unit_id, employment=employment, from_date=on, reason=reason)
        return self.model_copy(
            update={"unit_id": unit_id, "employment": employment, "history": (*before, ended, begun)}
        )

    def end_membership(self, *, on: date, today: date, reason: str | None = None) -> "Decision[Member]":
        """Raises ErasedAlready, MembershipAsItIs, NotYetDay, BeforeTheLastChange."""
        if self.left_union_on is not None:
            raise MembershipAsItIs(since=self.left_union_on.isoformat())
        self._require_day(on, today)
        ended = (*self.membership, MembershipChange(ended=True, on=on, reason=reason))
        member = self.model_copy(update={"left_union_on": on, "membership": ended})
        return Decision(member, (MembershipEnded(member_id=self.id),))

    def resume_membership(self, *, on: date, today: date, reason: str | None = None) -> "Decision[Member]":
        """Raises ErasedAlready, MembershipAsItIs, NotYetDay, BeforeTheLastChange."""
        if self.left_union_on is None:
            raise MembershipAsItIs(since=self.joined_union_on.isoformat())
        self._require_day(on, today)
        resumed = (*self.membership, MembershipChange(ended=False, on=on, reason=reason))
        member = self.model_copy(update={"left_union_on": None, "joined_union_on": on, "membership": resumed})
        return Decision(member, (MembershipResumed(member_id=self.id),))

    def _require_known(self) -> None:
        """Whoever was erased comes back as somebody new."""
        if self.erased_at is not None:
            raise ErasedAlready

    def _require_day(self, on: date, today: date) -> None:
        self._require_known()
        if on > today:
            raise NotYetDay(today=today.isoformat())
        since = self.left_union_on or self.joined_union_on
        if on < since:
            raise BeforeTheLastChange(last=since.isoformat())

    def erase(self, *, at: datetime) -> "Decision[Member]":
        """What is left names nobody and tells no reason: an id, units, days. Once more is as once.

        Raises StillAMember.
        """
        if self.erased_at is not None:
            return Decision(self, ())
        if self.left_union_on is None and self.employment is not Employment.LEFT:
            raise StillAMember
        member = self.model_copy(
            update={
                "staff_number": f"erased-{self.id}",
                "name": "—",
                "erased_at": at,
                "history": tuple(each.model_copy(update={"reason": None}) for each in self.history),
                "membership": tuple(each.model_copy(update={"reason": None}) for each in self.membership),
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


def _require_come(today: date, *days: date | None) -> None:
    """Raises NotYetDay."""
    if any(day is not None and day > today for day in days):
        raise NotYetDay(today=today.isoformat())
