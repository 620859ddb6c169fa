"""How much, how often, how long: the rules of hardship grants. Schools differ, so they are data with a source."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from services.welfare.errors.grants import GradesRepeated, GrantRuleInThePast
from shared.aggregate import DatedRule, Decision
from shared.contracts.welfare.grants import HardshipRuleAdopted


class GradeAmount(BaseModel):
    """The most that a grade gives."""

    model_config = ConfigDict(frozen=True)

    grade: str
    amount_fen: int


class GrantRule(DatedRule):
    """In force from a day on. An application keeps the rule of the day on which it was handed in."""

    grades: tuple[GradeAmount, ...]
    notice_days: int
    """Working days of the public notice, after the day of the decision."""
    once_a_year: bool
    """For each kind."""
    couple_once: bool
    """Not both of a married couple for the same matter."""
    aid_excluded: bool
    """Not what mutual aid has covered: such a matter is turned down, and what is declared of it is deducted."""
    evidence_at_least: int
    evidence_at_most: int
    evidence_bytes: int
    """Of one file."""

    def allowed_fen(self, grade: str) -> int | None:
        """None where there is no such grade."""
        return next((each.amount_fen for each in self.grades if each.grade == grade), None)


def adopt_for_grants(rule: GrantRule, *, today: date) -> Decision[GrantRule]:
    """Raises GradesRepeated, GrantRuleInThePast."""
    if len({each.grade for each in rule.grades}) != len(rule.grades):
        raise GradesRepeated
    if rule.effective_from < today:
        raise GrantRuleInThePast(today=today.isoformat())
    return Decision(rule, (HardshipRuleAdopted(rule_id=rule.id, effective_from=rule.effective_from),))
