"""Vouchers for birthdays (生日券), all year round.

Nobody here knows when anybody was born: the members of a month come as a list from who keeps the roster, and what is
kept is that a voucher was issued.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict

from services.welfare.errors.benefits import NotOfTheMonth, VouchersStillOpen, VouchersUsedUp
from shared.aggregate import Aggregate, Decision, transition
from shared.clock import begin_of, campus_day
from shared.contracts.welfare import vouchers as events
from shared.errors import NothingDue, OwnCase


class DriveState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class DriveAction(StrEnum):
    ISSUE = "issue"
    SETTLE_VOUCHER = "settle_voucher"
    CLOSE = "close"


DRIVE_TRANSITIONS: Mapping[tuple[DriveState, DriveAction], DriveState] = {
    (DriveState.OPEN, DriveAction.ISSUE): DriveState.OPEN,
    (DriveState.OPEN, DriveAction.SETTLE_VOUCHER): DriveState.OPEN,
    (DriveState.OPEN, DriveAction.CLOSE): DriveState.CLOSED,
}


class VoucherDrive(Aggregate):
    """At most `most` vouchers of `value_fen` in a year, each good for `valid_days` after the day of its issue.

    `used` and `expired` are counted here, so that it closes only when none is open.
    """

    unit_id: UUID | None
    title: str
    year: int
    value_fen: int
    valid_days: int
    most: int
    state: DriveState
    opened_by: UUID
    opened_at: datetime
    spending_id: UUID | None = None
    policy_id: UUID | None = None
    headroom_fen: int | None = None
    issued: int = 0
    used: int = 0
    expired: int = 0
    amount_fen: int | None = None
    closed_by: UUID | None = None
    closed_at: datetime | None = None

    @classmethod
    def begin(
        cls,
        drive_id: UUID,
        *,
        unit_id: UUID | None,
        title: str,
        year: int,
        value_fen: int,
        valid_days: int,
        most: int,
        spending_id: UUID | None,
        policy_id: UUID | None,
        headroom_fen: int | None,
        by: UUID,
        at: datetime,
    ) -> "Decision[VoucherDrive]":
        drive = cls(
            id=drive_id,
            unit_id=unit_id,
            title=title,
            year=year,
            value_fen=value_fen,
            valid_days=valid_days,
            most=most,
            state=DriveState.OPEN,
            opened_by=by,
            opened_at=at,
            spending_id=spending_id,
            policy_id=policy_id,
            headroom_fen=headroom_fen,
        )
        return Decision(drive, (events.VoucherDriveOpened(drive_id=drive_id, unit_id=unit_id),))

    def require_month(self, month: int, today: date) -> None:
        """Raises NotOfTheMonth."""
        if (self.year, month) > (today.year, today.month):
            raise NotOfTheMonth(today=today.isoformat(), year=self.year)

    def issue(self) -> "Decision[VoucherDrive]":
        """One more. Raises VouchersUsedUp, WrongState."""
        drive = self._after(DriveAction.ISSUE, issued=self.issued + 1)
        if self.issued >= self.most:
            raise VouchersUsedUp(most=self.most)
        return Decision(drive, ())

    def count(self, state: "VoucherState") -> "Decision[VoucherDrive]":
        """One was used or has expired. Raises WrongState."""
        used, expired = (state is each for each in (VoucherState.USED, VoucherState.EXPIRED))
        return Decision(
            self._after(DriveAction.SETTLE_VOUCHER, used=self.used + used, expired=self.expired + expired), ()
        )

    @property
    def spent_fen(self) -> int:
        return self.used * self.value_fen

    def close(self, *, by: UUID, at: datetime) -> "Decision[VoucherDrive]":
        """Raises VouchersStillOpen, WrongState."""
        drive = self._after(DriveAction.CLOSE, amount_fen=self.spent_fen, closed_by=by, closed_at=at)
        if left := self.issued - self.used - self.expired:
            raise VouchersStillOpen(open=left)
        return Decision(drive, (events.VoucherDriveClosed(drive_id=self.id, unit_id=self.unit_id),))

    def _after(self, action: DriveAction, **change: object) -> "VoucherDrive":
        return self.model_copy(update={**change, "state": transition(DRIVE_TRANSITIONS, self.state, action)})


class VoucherState(StrEnum):
    ISSUED = "issued"
    USED = "used"
    EXPIRED = "expired"


class VoucherAction(StrEnum):
    USE = "use"
    EXPIRE = "expire"


VOUCHER_TRANSITIONS: Mapping[tuple[VoucherState, VoucherAction], VoucherState] = {
    (VoucherState.ISSUED, VoucherAction.USE): VoucherState.USED,
    (VoucherState.ISSUED, VoucherAction.EXPIRE): VoucherState.EXPIRED,
}


class Voucher(Aggregate):
    """One in a drive for each member, taken on its last day still. `allowance_id` where the policy caps a year."""

    drive_id: UUID
    member_id: UUID
    unit_id: UUID
    value_fen: int
    expires_on: date
    state: VoucherState
    issued_by: UUID
    issued_at: datetime
    allowance_id: UUID | None = None
    used_by: UUID | None = None
    used_at: datetime | None = None

    @classmethod
    def issue(
        cls,
        drive: VoucherDrive,
        member_id: UUID,
        *,
        unit_id: UUID,
        by: UUID,
        at: datetime,
        allowance_id: UUID | None = None,
    ) -> "Decision[Voucher]":
        """Raises OwnCase."""
        if member_id == by:
            raise OwnCase(field="member_id")
        voucher = cls(
            id=voucher_id(drive.id, member_id),
            drive_id=drive.id,
            member_id=member_id,
            unit_id=unit_id,
            value_fen=drive.value_fen,
            expires_on=campus_day(at) + timedelta(days=drive.valid_days),
            state=VoucherState.ISSUED,
            issued_by=by,
            issued_at=at,
            allowance_id=allowance_id,
        )
        public = events.VoucherIssued(voucher_id=voucher.id, drive_id=drive.id)
        restricted = events.VoucherIssuedRestricted(
            **public.model_dump(), member_id=member_id, expires_on=voucher.expires_on
        )
        return Decision(voucher, (public, restricted))

    def use(self, *, by: UUID, at: datetime) -> "Decision[Voucher]":
        """Recorded where it is taken. Raises OwnCase, WrongState."""
        if self.member_id == by:
            raise OwnCase(field="member_id")
        state = transition(VOUCHER_TRANSITIONS, self.state, VoucherAction.USE)
        used = self.model_copy(update={"state": state, "used_by": by, "used_at": at})
        return Decision(used, (events.VoucherUsed(voucher_id=self.id, drive_id=self.drive_id),))

    def expires_at(self) -> datetime | None:
        if self.state is not VoucherState.ISSUED:
            return None
        return begin_of(self.expires_on + timedelta(days=1))

    def expire(self, at: datetime) -> "Decision[Voucher]":
        """Raises NothingDue."""
        due = self.expires_at()
        if due is None or at < due:
            raise NothingDue
        expired = self.model_copy(update={"state": transition(VOUCHER_TRANSITIONS, self.state, VoucherAction.EXPIRE)})
        return Decision(expired, (events.VoucherExpired(voucher_id=self.id, drive_id=self.drive_id),))


def voucher_id(drive_id: UUID, member_id: UUID) -> UUID:
    return uuid5(drive_id, f"voucher {member_id}")


class RowOutcome(StrEnum):
    ISSUED = "issued"
    UNCHANGED = "unchanged"
    """The member has theirs."""
    REFUSED = "refused"


class VoucherRow(BaseModel):
    """`rule` is the one that was broken, where the row was refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    member_id: UUID
    outcome: RowOutcome
    rule: str | None = None


class VoucherList(Aggregate):
    """The members of a month, handed in at once, with what became of each row."""

    drive_id: UUID
    unit_id: UUID
    recorded_by: UUID
    recorded_at: datetime
    rows: tuple[VoucherRow, ...]

    @classmethod
    def record(
        cls,
        list_id: UUID,
        *,
        drive_id: UUID,
        unit_id: UUID,
        rows: tuple[VoucherRow, ...],
        by: UUID,
        at: datetime,
    ) -> "Decision[VoucherList]":
        made = cls(id=list_id, drive_id=drive_id, unit_id=unit_id, recorded_by=by, recorded_at=at, rows=rows)
        issued = sum(row.outcome is RowOutcome.ISSUED for row in rows)
        refused = sum(row.outcome is RowOutcome.REFUSED for row in rows)
        event = events.VoucherListRecorded(
            list_id=list_id, drive_id=drive_id, unit_id=unit_id, issued=issued, refused=refused
        )
        return Decision(made, (event,))
