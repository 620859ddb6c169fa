"""The holidays of a year, whose benefits count together for each member."""

from uuid import UUID

from services.welfare.errors.benefits import DriveChangedMeanwhile
from shared.aggregate import Aggregate, Decision


class HolidayYear(Aggregate):
    """Which drives were announced in it: two that are announced at the same moment both have to know of the other."""

    year: int
    drive_ids: tuple[UUID, ...] = ()

    def join(self, drive_id: UUID, *, seen: tuple[UUID, ...]) -> "Decision[HolidayYear]":
        """`seen` are those that were counted for the cap. Raises DriveChangedMeanwhile."""
        if self.drive_ids != seen:
            raise DriveChangedMeanwhile
        return Decision(self.model_copy(update={"drive_ids": (*self.drive_ids, drive_id)}), ())

    def part(self, drive_id: UUID) -> "Decision[HolidayYear]":
        left = tuple(each for each in self.drive_ids if each != drive_id)
        return Decision(self.model_copy(update={"drive_ids": left}), ())
