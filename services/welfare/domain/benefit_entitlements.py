"""What one member is entitled to in a drive: chosen, picked up and signed for, or gone back."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict

from services.welfare.domain.benefit_packages import Package
from shared.aggregate import Aggregate, Decision, transition
from shared.contracts.welfare import benefits as events
from shared.errors import OwnCase, WrongState


class State(StrEnum):
    CHOOSING = "choosing"
    DUE = "due"
    PICKED_UP = "picked_up"
    RETURNED = "returned"
    EXCLUDED = "excluded"


class Action(StrEnum):
    EXCLUDE = "exclude"
    INCLUDE = "include"
    CHOOSE = "choose"
    CLOSE_CHOOSING = "close_choosing"
    PICK_UP = "pick_up"
    RETURN = "return"


TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.CHOOSING, Action.EXCLUDE): State.EXCLUDED,
    (State.EXCLUDED, Action.INCLUDE): State.CHOOSING,
    (State.CHOOSING, Action.CHOOSE): State.CHOOSING,
    (State.CHOOSING, Action.CLOSE_CHOOSING): State.DUE,
    (State.DUE, Action.PICK_UP): State.PICKED_UP,
    (State.RETURNED, Action.PICK_UP): State.PICKED_UP,
    (State.DUE, Action.RETURN): State.RETURNED,
    (State.PICKED_UP, Action.RETURN): State.RETURNED,
}


class Entitlement(Aggregate):
    """`unit_id` and `branch_id` are the member's on the day of the snapshot: they collect there.

    `price_fen` is of the package. `by_default` where nothing was chosen.
    """

    drive_id: UUID
    member_id: UUID
    unit_id: UUID
    branch_id: UUID | None
    state: State
    package_id: UUID | None = None
    price_fen: int | None = None
    by_default: bool = False
    chosen_by: UUID | None = None
    chosen_at: datetime | None = None
    picked_up_by: UUID | None = None
    picked_up_at: datetime | None = None
    recorded_by: UUID | None = None
    returned_at: datetime | None = None
    returned_by: UUID | None = None

    @classmethod
    def enter(
        cls, drive_id: UUID, member_id: UUID, *, unit_id: UUID, branch_id: UUID | None
    ) -> "Decision[Entitlement]":
        """In the roster of the drive."""
        entitlement = cls(
            id=entitlement_id(drive_id, member_id),
            drive_id=drive_id,
            member_id=member_id,
            unit_id=unit_id,
            branch_id=branch_id,
            state=State.CHOOSING,
        )
        return Decision(entitlement, ())

    def exclude(self) -> "Decision[Entitlement]":
        """Before the drive is announced. Raises WrongState."""
        return Decision(self.after(Action.EXCLUDE), ())

    def include(self) -> "Decision[Entitlement]":
        """Before the drive is announced. Raises WrongState."""
        return Decision(self.after(Action.INCLUDE), ())

    def choose(self, package: Package, *, by: UUID, at: datetime) -> "Decision[Entitlement]":
        """Raises WrongState."""
        chosen = self.after(
            Action.CHOOSE, package_id=package.id, price_fen=package.price_fen, chosen_by=by, chosen_at=at
        )
        return Decision(chosen, (events.BenefitChosen(**self.ids()),))

    def close_choosing(self, default: Package) -> "Decision[Entitlement]":
        """Raises WrongState."""
        if self.package_id is not None:
            return Decision(self.after(Action.CLOSE_CHOOSING), ())
        given = {"package_id": default.id, "price_fen": default.price_fen, "by_default": True}
        return Decision(self.after(Action.CLOSE_CHOOSING, **given), ())

    def pick_up(self, *, picked_up_by: UUID, by: UUID, at: datetime) -> "Decision[Entitlement]":
        """An officer records who has signed: nobody does that for what they take themself, or is entitled to.

        Raises OwnCase, WrongState.
        """
        for field, member in (("member_id", self.member_id), ("picked_up_by", picked_up_by)):
            if member == by:
                raise OwnCase(field=field)
        collected = self.after(
            Action.PICK_UP,
            picked_up_by=picked_up_by,
            picked_up_at=at,
            recorded_by=by,
            returned_at=None,
            returned_by=None,
        )
        restricted = events.BenefitPickedUpRestricted(
            benefit_id=self.id, drive_id=self.drive_id, member_id=self.member_id, picked_up_by=picked_up_by
        )
        return Decision(collected, (events.BenefitPickedUp(**self.ids()), restricted))

    def give_back(self, *, by: UUID, at: datetime) -> "Decision[Entitlement]":
        """It was brought back, or is not wanted. Raises OwnCase, WrongState."""
        if by == self.member_id:
            raise OwnCase(field="member_id")
        return self._go_back(by=by, at=at)

    def go_back_uncollected(self, *, by: UUID, at: datetime) -> "Decision[Entitlement]":
        """As all that nobody has come for does in the end. Raises WrongState."""
        if self.state is not State.DUE:
            raise WrongState(state=self.state.value, action=Action.RETURN.value)
        return self._go_back(by=by, at=at)

    def _go_back(self, *, by: UUID, at: datetime) -> "Decision[Entitlement]":
        back = self.after(Action.RETURN, returned_at=at, returned_by=by)
        return Decision(back, (events.BenefitReturned(**self.ids()),))

    def ids(self) -> dict[str, Any]:
        return {
            "benefit_id": self.id,
            "drive_id": self.drive_id,
            "member_id": self.member_id,
            "unit_id": self.unit_id,
        }

    def after(self, action: Action, **change: Any) -> "Entitlement":
        """Raises WrongState."""
        return self.model_copy(update={**change, "state": transition(TRANSITIONS, self.state, action)})


def entitlement_id(drive_id: UUID, member_id: UUID) -> UUID:
    """Of one member there is one in a drive, however often the roster is begun."""
    return uuid5(drive_id, f"entitlement {member_id}")


class PickUpList(Aggregate):
    """What a branch has recorded at once, with what became of each row."""

    drive_id: UUID
    unit_id: UUID
    recorded_by: UUID
    recorded_at: datetime
    rows: tuple["PickUpRow", ...]

    @classmethod
    def record(
        cls,
        list_id: UUID,
        *,
        drive_id: UUID,
        unit_id: UUID,
        rows: tuple["PickUpRow", ...],
        by: UUID,
        at: datetime,
    ) -> "Decision[PickUpList]":
        made = cls(id=list_id, drive_id=drive_id, unit_id=unit_id, recorded_by=by, recorded_at=at, rows=rows)
        recorded = sum(row.outcome is RowOutcome.PICKED_UP for row in rows)
        refused = sum(row.outcome is RowOutcome.REFUSED for row in rows)
        event = events.PickUpListRecorded(
            list_id=list_id, drive_id=drive_id, unit_id=unit_id, recorded=recorded, refused=refused
        )
        return Decision(made, (event,))


class RowOutcome(StrEnum):
    PICKED_UP = "picked_up"
    UNCHANGED = "unchanged"
    """It was picked up by the same member before."""
    REFUSED = "refused"


class PickUpRow(BaseModel):
    """`rule` is the one that was broken, where the row was refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    member_id: UUID
    picked_up_by: UUID
    outcome: RowOutcome
    rule: str | None = None
