"""A drive of benefits (福利品发放): from the plan over the frozen roster and the choices to the reconciliation.

What one member is entitled to is in `benefit_entitlements`, how many of a package there are in `benefit_stocks`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.welfare.domain.benefit_packages import Package, dearest_of, default_of, most_of, require_one_default
from services.welfare.errors.benefits import (
    BudgetTooSmall,
    ChoosingOver,
    DefaultPackageScarce,
    DriveDaysOutOfOrder,
    NobodyEntitled,
    PackageUnknown,
    PickUpClosed,
    PickUpNotLonger,
    RosterListTooLong,
)
from shared.aggregate import Aggregate, Decision, transition
from shared.clock import begin_of, campus_day
from shared.contracts.members import Employment
from shared.contracts.welfare import benefits as events
from shared.contracts.welfare.benefits import BenefitNotice, BenefitOccasion
from shared.errors import WrongState

LONGEST_LIST = 2_000
"""How many members are added to a roster, or left out of it, one by one: they are kept in the drive itself."""

HOLIDAYS = frozenset(
    {
        BenefitOccasion.SPRING_FESTIVAL,
        BenefitOccasion.DRAGON_BOAT,
        BenefitOccasion.MID_AUTUMN,
        BenefitOccasion.NATIONAL_DAY,
    }
)
"""What counts together in a year."""


class State(StrEnum):
    PLANNED = "planned"
    FREEZING = "freezing"
    FROZEN = "frozen"
    ANNOUNCED = "announced"
    CLOSING = "closing"
    CHOOSING_CLOSED = "choosing_closed"
    HANDING_OUT = "handing_out"
    RECONCILED = "reconciled"
    CANCELLED = "cancelled"


class Action(StrEnum):
    REVISE = "revise"
    REVISE_ROSTER = "revise_roster"
    FREEZE = "freeze"
    END_FREEZING = "end_freezing"
    ANNOUNCE = "announce"
    ADDRESS = "address"
    CLOSE_CHOOSING = "close_choosing"
    END_CHOOSING = "end_choosing"
    HAND_OUT = "hand_out"
    EXTEND = "extend"
    RECONCILE = "reconcile"
    CANCEL = "cancel"


TRANSITIONS: Mapping[tuple[State, Action], State] = {
    **{(state, Action.REVISE): state for state in (State.PLANNED, State.FROZEN)},
    **{(state, Action.REVISE_ROSTER): state for state in (State.PLANNED, State.FROZEN)},
    # Members are entered, and given the default package, so many at a time: each time the action is the same.
    (State.PLANNED, Action.FREEZE): State.FREEZING,
    (State.FREEZING, Action.FREEZE): State.FREEZING,
    (State.FREEZING, Action.END_FREEZING): State.FROZEN,
    (State.FROZEN, Action.ANNOUNCE): State.ANNOUNCED,
    **{(state, Action.ADDRESS): state for state in (State.ANNOUNCED, State.HANDING_OUT, State.CANCELLED)},
    (State.ANNOUNCED, Action.CLOSE_CHOOSING): State.CLOSING,
    (State.CLOSING, Action.CLOSE_CHOOSING): State.CLOSING,
    (State.CLOSING, Action.END_CHOOSING): State.CHOOSING_CLOSED,
    (State.CHOOSING_CLOSED, Action.HAND_OUT): State.HANDING_OUT,
    (State.HANDING_OUT, Action.EXTEND): State.HANDING_OUT,
    (State.HANDING_OUT, Action.RECONCILE): State.RECONCILED,
    **{
        (state, Action.CANCEL): State.CANCELLED
        for state in (
            State.PLANNED,
            State.FREEZING,
            State.FROZEN,
            State.ANNOUNCED,
            State.CLOSING,
            State.CHOOSING_CLOSED,
        )
    },
}

LIVE = (State.ANNOUNCED, State.CLOSING, State.CHOOSING_CLOSED, State.HANDING_OUT, State.RECONCILED)
"""Those in which members have, or had, something to collect."""


class Telling(BaseModel):
    """What the members hear, and up to whom they have heard it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: BenefitNotice
    since: datetime
    after: UUID | None = None


class BenefitDrive(Aggregate):
    """For the members of a unit and below it, of the whole school where `unit_id` is None.

    `unit_ids` narrow it further where they are given. `included` are entitled whatever their unit and employment,
    `excluded` are not. `frozen_after` is the member up to whom the roster is entered. `year` is the one in which it is
    handed out. The amounts of money are in fen.
    """

    unit_id: UUID | None
    occasion: BenefitOccasion
    title: str
    year: int
    employment: tuple[Employment, ...]
    unit_ids: tuple[UUID, ...]
    included: tuple[UUID, ...] = ()
    excluded: tuple[UUID, ...] = ()
    packages: tuple[Package, ...]
    snapshot_on: date
    choose_by: datetime
    remind_at: datetime | None
    pick_up_from: date
    pick_up_until: date
    budget_fen: int | None
    state: State
    planned_by: UUID
    frozen_after: UUID | None = None
    entitled: int = 0
    telling: Telling | None = None
    announced_at: datetime | None = None
    announced_by: UUID | None = None
    spending_id: UUID | None = None
    policy_id: UUID | None = None
    headroom_fen: int | None = None
    reserved_fen: int | None = None
    picked_up: int | None = None
    returned: int | None = None
    amount_fen: int | None = None
    reconciled_at: datetime | None = None
    reconciled_by: UUID | None = None
    cancellation_reason: str | None = None

    @classmethod
    def plan(
        cls,
        drive_id: UUID,
        *,
        unit_id: UUID | None,
        occasion: BenefitOccasion,
        title: str,
        employment: Sequence[Employment],
        unit_ids: Sequence[UUID],
        packages: Sequence[Package],
        snapshot_on: date,
        choose_by: datetime,
        remind_days: int | None,
        pick_up_from: date,
        pick_up_until: date,
        budget_fen: int | None,
        by: UUID,
        at: datetime,
    ) -> "Decision[BenefitDrive]":
        """Raises DriveDaysOutOfOrder, OneDefaultPackage."""
        drive = cls(
            id=drive_id,
            unit_id=unit_id,
            occasion=occasion,
            title=title,
            year=pick_up_from.year,
            employment=tuple(employment),
            unit_ids=tuple(unit_ids),
            packages=tuple(packages),
            snapshot_on=snapshot_on,
            choose_by=choose_by,
            remind_at=_reminder(choose_by, remind_days),
            pick_up_from=pick_up_from,
            pick_up_until=pick_up_until,
            budget_fen=budget_fen,
            state=State.PLANNED,
            planned_by=by,
        )
        if snapshot_on < campus_day(at):
            raise DriveDaysOutOfOrder(today=campus_day(at).isoformat())
        drive.require_order(at)
        return Decision(drive, (events.BenefitDrivePlanned(**drive.ids()),))

    def revise(self, changes: Mapping[str, Any], *, at: datetime) -> "Decision[BenefitDrive]":
        """`changes` are of title, packages, the days after the snapshot, `remind_days` and the budget.

        Raises DriveDaysOutOfOrder, OneDefaultPackage, WrongState.
        """
        changes = dict(changes)
        if "choose_by" in changes or "remind_days" in changes:
            before = (self.choose_by - self.remind_at).days if self.remind_at else None
            choose_by = changes.get("choose_by", self.choose_by)
            changes["remind_at"] = _reminder(choose_by, changes.pop("remind_days", before))
        if "pick_up_from" in changes:
            changes["year"] = changes["pick_up_from"].year
        drive = self.after(Action.REVISE, **changes)
        drive.require_order(at)
        return Decision(drive, (events.BenefitDriveRevised(**self.ids()),))

    def require_order(self, at: datetime) -> None:
        """Raises DriveDaysOutOfOrder, OneDefaultPackage."""
        in_order = (
            max(at, begin_of(self.snapshot_on)) < self.choose_by
            and campus_day(self.choose_by) <= self.pick_up_from <= self.pick_up_until
        )
        if not in_order:
            raise DriveDaysOutOfOrder(today=campus_day(at).isoformat())
        require_one_default(self.packages)

    def revise_roster(
        self, *, included: Collection[UUID] = (), excluded: Collection[UUID] = (), more: int = 0
    ) -> "Decision[BenefitDrive]":
        """`more` is by how many the roster grows that is entered already. Raises RosterListTooLong, WrongState."""
        kept_in = [each for each in self.included if each not in excluded]
        kept_out = [each for each in self.excluded if each not in included]
        change = {
            "included": tuple(dict.fromkeys([*kept_in, *included])),
            "excluded": tuple(dict.fromkeys([*kept_out, *excluded])),
            "entitled": self.entitled + more,
        }
        drive = self.after(Action.REVISE_ROSTER, **change)
        if max(len(drive.included), len(drive.excluded)) > LONGEST_LIST:
            raise RosterListTooLong(limit=LONGEST_LIST)
        return Decision(drive, (events.BenefitDriveRevised(**self.ids()),))

    def freeze(self, member_ids: Sequence[UUID]) -> "Decision[BenefitDrive]":
        """These are entered in the roster, in the order of their ids. Raises WrongState."""
        last = member_ids[-1] if member_ids else self.frozen_after
        change = {"entitled": self.entitled + len(member_ids), "frozen_after": last}
        return Decision(self.after(Action.FREEZE, **change), ())

    def end_freezing(self) -> "Decision[BenefitDrive]":
        """There is nobody left to be entered. Raises WrongState."""
        drive = self.after(Action.END_FREEZING)
        return Decision(drive, (events.BenefitRosterFrozen(**self.ids(), members=self.entitled),))

    def announce(
        self,
        *,
        spending_id: UUID | None,
        policy_id: UUID | None,
        headroom_fen: int | None,
        by: UUID,
        at: datetime,
    ) -> "Decision[BenefitDrive]":
        """From now on members choose. Raises DriveDaysOutOfOrder, NobodyEntitled, DefaultPackageScarce, BudgetTooSmall,
        WrongState."""
        drive = self.after(
            Action.ANNOUNCE,
            spending_id=spending_id,
            policy_id=policy_id,
            headroom_fen=headroom_fen,
            reserved_fen=self.asked_fen,
            announced_by=by,
            announced_at=at,
            # A reminder that would come together with the announcement is none.
            remind_at=self.remind_at if self.remind_at and self.remind_at > at else None,
            telling=Telling(about=BenefitNotice.OPENED, since=at),
        )
        self.require_order(at)
        if not self.entitled:
            raise NobodyEntitled
        stock, most = default_of(self.packages).stock, most_of(self.packages, self.entitled)
        if stock is not None and stock < self.entitled:
            raise DefaultPackageScarce(stock=stock, entitled=self.entitled)
        if self.asked_fen < most:
            raise BudgetTooSmall(needed_fen=most, budget_fen=self.asked_fen)
        public = events.BenefitDriveAnnounced(**self.ids(), members=self.entitled, **self._times())
        restricted = events.BenefitDriveAnnouncedRestricted(
            **self.ids(), occasion=self.occasion, members=self.entitled, reserved_fen=self.asked_fen
        )
        return Decision(drive, (public, restricted))

    def remind(self, *, at: datetime) -> "Decision[BenefitDrive]":
        """Who has not chosen is to be reminded. Raises WrongState."""
        telling = Telling(about=BenefitNotice.CHOOSE_SOON, since=at)
        return Decision(self.after(Action.ADDRESS, telling=telling, remind_at=None), ())

    def address(self, member_ids: Sequence[UUID]) -> "Decision[BenefitDrive]":
        """These hear what is being told; with none of them, everybody has heard it. Raises WrongState."""
        telling = self.telling
        if telling is None or not member_ids:
            return Decision(self.after(Action.ADDRESS, telling=None), ())
        told = telling.model_copy(update={"after": member_ids[-1]})
        event = events.BenefitMembersAddressedRestricted(
            drive_id=self.id, about=telling.about, member_ids=tuple(member_ids), **self._times()
        )
        return Decision(self.after(Action.ADDRESS, telling=told), (event,))

    def close_choosing(self) -> "Decision[BenefitDrive]":
        """The time is over: whoever has chosen nothing is given the default package. Raises WrongState."""
        return Decision(self.after(Action.CLOSE_CHOOSING, telling=None, remind_at=None), ())

    def end_choosing(self) -> "Decision[BenefitDrive]":
        """Everybody has a package. Raises WrongState."""
        return Decision(self.after(Action.END_CHOOSING), (events.BenefitChoosingClosed(**self.ids()),))

    def hand_out(self, *, at: datetime) -> "Decision[BenefitDrive]":
        """Raises WrongState."""
        drive = self.after(Action.HAND_OUT, telling=Telling(about=BenefitNotice.COLLECT, since=at))
        event = events.BenefitHandingOutBegun(
            **self.ids(), pick_up_from=self.pick_up_from, pick_up_until=self.pick_up_until
        )
        return Decision(drive, (event,))

    def extend(self, pick_up_until: date, *, today: date) -> "Decision[BenefitDrive]":
        """Raises PickUpNotLonger, WrongState."""
        drive = self.after(Action.EXTEND, pick_up_until=pick_up_until)
        if pick_up_until <= self.pick_up_until or pick_up_until < today:
            raise PickUpNotLonger(pick_up_until=self.pick_up_until.isoformat())
        return Decision(drive, (events.BenefitPickUpExtended(**self.ids(), pick_up_until=pick_up_until),))

    def reconcile(
        self, *, picked_up: int, returned: int, amount_fen: int, by: UUID, at: datetime
    ) -> "Decision[BenefitDrive]":
        """What was picked up and what went back are all that there was. Raises WrongState."""
        drive = self.after(
            Action.RECONCILE,
            picked_up=picked_up,
            returned=returned,
            amount_fen=amount_fen,
            telling=None,
            reconciled_by=by,
            reconciled_at=at,
        )
        public = events.BenefitDriveReconciled(
            **self.ids(), members=self.entitled, picked_up=picked_up, returned=returned
        )
        restricted = events.BenefitDriveReconciledRestricted(
            **self.ids(), occasion=self.occasion, amount_fen=amount_fen
        )
        return Decision(drive, (public, restricted))

    def cancel(self, reason: str, *, at: datetime) -> "Decision[BenefitDrive]":
        """Who was told that it opens is told that it does not. Raises WrongState."""
        told = Telling(about=BenefitNotice.CANCELLED, since=at) if self.announced_at else None
        drive = self.after(Action.CANCEL, cancellation_reason=reason, telling=told)
        return Decision(drive, (events.BenefitDriveCancelled(**self.ids()),))

    def require_choosing(self, at: datetime) -> None:
        """Raises ChoosingOver, WrongState."""
        if self.state in LIVE and at >= self.choose_by:
            raise ChoosingOver(choose_by=self.choose_by.isoformat())
        if self.state is not State.ANNOUNCED:
            raise WrongState(state=self.state.value, action="choose")

    def require_pick_up(self, today: date) -> None:
        """Raises PickUpClosed, WrongState."""
        if self.state is not State.HANDING_OUT:
            raise WrongState(state=self.state.value, action="pick_up")
        if not self.pick_up_from <= today <= self.pick_up_until:
            raise PickUpClosed(pick_up_from=self.pick_up_from.isoformat(), pick_up_until=self.pick_up_until.isoformat())

    def package(self, package_id: UUID) -> Package:
        """Raises PackageUnknown."""
        for package in self.packages:
            if package.id == package_id:
                return package
        raise PackageUnknown(field="package_id")

    @property
    def holiday(self) -> bool:
        return self.occasion in HOLIDAYS

    @property
    def asked_fen(self) -> int:
        """What is to be reserved: the budget, or else the dearest package for everybody."""
        return self.budget_fen if self.budget_fen is not None else self.entitled * dearest_of(self.packages)

    def ids(self) -> dict[str, Any]:
        return {"drive_id": self.id, "unit_id": self.unit_id}

    def _times(self) -> dict[str, Any]:
        return self.model_dump(include={"choose_by", "pick_up_from", "pick_up_until"})

    def after(self, action: Action, **change: Any) -> "BenefitDrive":
        """Raises WrongState."""
        return self.model_copy(update={**change, "state": transition(TRANSITIONS, self.state, action)})


def _reminder(choose_by: datetime, days: int | None) -> datetime | None:
    return choose_by - timedelta(days=days) if days else None
