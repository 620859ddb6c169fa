"""How long, how many: the rules of appeals. Schools differ, so they are data that cite their source."""

from datetime import date

from pydantic import BaseModel, ConfigDict


class Share(BaseModel):
    """A share of a whole, as two integers: 2 of 3."""

    model_config = ConfigDict(frozen=True)

    parts: int
    of: int

    def at_least(self, whole: int) -> int:
        """The smallest number that is this share of the whole, or more."""
        return -(-whole * self.parts // self.of)

    def more_than(self, whole: int) -> int:
        """The smallest number that is more than this share of the whole."""
        return whole * self.parts // self.of + 1


class AppealRule(BaseModel):
    """In force from a day on. An appeal keeps the rule of the day on which it was submitted."""

    model_config = ConfigDict(frozen=True)

    effective_from: date
    deadline_days: int
    """From the day of the decision."""
    mediation_days: int
    least_members: int
    """Of the standing committee."""
    quorum: Share
    """More than this share of the committee, without who has stepped aside, hears an appeal."""
    majority: Share
    """At least this share of those present decides it."""
    source: str
