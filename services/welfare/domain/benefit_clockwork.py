"""What happens to a drive by the clock alone, and when."""

from datetime import datetime
from enum import StrEnum

from services.welfare.domain.benefits import BenefitDrive, State
from shared.clock import begin_of


class Duty(StrEnum):
    FREEZE = "freeze"
    """The next members are entered in the roster."""
    ADDRESS = "address"
    """The next members hear what is being told."""
    REMIND = "remind"
    CLOSE = "close"
    """The next of those who have not chosen are given the default package."""
    HAND_OUT = "hand_out"


def next_of(drive: BenefitDrive) -> tuple[Duty, datetime] | None:
    """What falls due next, and when; None for nothing."""
    if drive.state in (State.PLANNED, State.FREEZING):
        return Duty.FREEZE, begin_of(drive.snapshot_on)
    if drive.telling is not None:
        return Duty.ADDRESS, drive.telling.since
    if drive.state is State.ANNOUNCED and drive.remind_at is not None:
        return Duty.REMIND, drive.remind_at
    if drive.state in (State.ANNOUNCED, State.CLOSING):
        return Duty.CLOSE, drive.choose_by
    if drive.state is State.CHOOSING_CLOSED:
        return Duty.HAND_OUT, begin_of(drive.pick_up_from)
    return None


def due_now(drive: BenefitDrive, at: datetime) -> Duty | None:
    """A reminder that comes when the time is over is none."""
    found = next_of(drive)
    if found is None or at < found[1]:
        return None
    if found[0] is Duty.REMIND and at >= drive.choose_by:
        return Duty.CLOSE
    return found[0]
