"""How long, how many: the rules of appeals. Schools differ, so they are data that cite their source."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from services.proposals.domain.rules import adopted
from services.proposals.errors.appeals import AppealMajorityImpossible, AppealQuorumImpossible
from shared.aggregate import DatedRule, Decision


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


class AppealRule(DatedRule):
    """In force from a day on. An appeal keeps the rule of the day on which it was submitted."""

    deadline_days: int
    """From the day of the decision."""
    mediation_days: int
    least_members: int
    """Of the standing committee."""
    quorum: Share
    """More than this share of the committee, without who has stepped aside, hears an appeal."""
    majority: Share
    """At least this share of those present decides it."""


def adopt_for_appeals(rule: AppealRule, *, today: date) -> Decision[AppealRule]:
    """Raises AppealQuorumImpossible, AppealMajorityImpossible, RuleInThePast."""
    if not 0 <= rule.quorum.parts < rule.quorum.of:
        raise AppealQuorumImpossible(parts=rule.quorum.parts, of=rule.quorum.of)
    if not 0 < rule.majority.parts <= rule.majority.of:
        raise AppealMajorityImpossible(parts=rule.majority.parts, of=rule.majority.of)
    return Decision(rule, (adopted(rule, "appeal", today),))
