"""Bodies: a staff congress (教代会) or union members' congress (工代会), of the school or of a unit (二级)."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.proposals.errors.congresses import NoRuleThen, NoSuchFraction, QuorumMissing, RuleOnThatDay
from services.proposals.errors.proposals import RuleInThePast
from shared.aggregate import Aggregate, Decision
from shared.contracts.proposals.congresses import BodyEstablished, BodyKind, BodyRuleAdopted

Part = Annotated[int, Field(strict=True, ge=1, le=1000)]


class MajorityOf(StrEnum):
    DUE = "due"
    """Of all who are due to attend (应到), present or not."""
    PRESENT = "present"
    """Of those who are present (实到)."""


class BodyRule(BaseModel):
    """By what a body counts, from a day on: at least the quorum of those due, more than the fraction for a majority."""

    model_config = ConfigDict(frozen=True)

    effective_from: date
    quorum_numerator: Part = 2
    quorum_denominator: Part = 3
    majority_of: MajorityOf = MajorityOf.DUE
    majority_numerator: Part = 1
    majority_denominator: Part = 2
    source: str

    def check(self) -> None:
        """Raises NoSuchFraction."""
        if self.quorum_numerator > self.quorum_denominator:
            raise NoSuchFraction(numerator=self.quorum_numerator, denominator=self.quorum_denominator)
        if self.majority_numerator >= self.majority_denominator:
            raise NoSuchFraction(numerator=self.majority_numerator, denominator=self.majority_denominator)

    def needed(self, due: int) -> int:
        """How many have to be present: never nobody."""
        return max(1, -(-due * self.quorum_numerator // self.quorum_denominator))

    def require_quorum(self, *, due: int, present: int) -> None:
        """Raises QuorumMissing."""
        if present < self.needed(due):
            raise QuorumMissing(needed=self.needed(due), got=present)

    def passes(self, votes_for: int, *, due: int, present: int) -> bool:
        of = due if self.majority_of is MajorityOf.DUE else present
        return votes_for * self.majority_denominator > of * self.majority_numerator


STARTING_SOURCES = {
    BodyKind.STAFF_CONGRESS: "学校教职工代表大会规定（教育部令第32号）",
    BodyKind.UNION_MEMBERS_CONGRESS: "基层工会会员代表大会条例（总工发〔2019〕6号）",
}
"""What the starting rule rests on, until a body adopts a rule of its own."""


def starting_rule(kind: BodyKind) -> BodyRule:
    return BodyRule(effective_from=date(2000, 1, 1), source=STARTING_SOURCES[kind])


class Body(Aggregate):
    """One of a kind in a unit."""

    kind: BodyKind
    unit_id: UUID
    name: str
    rules: tuple[BodyRule, ...]

    @classmethod
    def establish(
        cls, body_id: UUID, *, kind: BodyKind, unit_id: UUID, name: str, rule: BodyRule | None = None
    ) -> "Decision[Body]":
        """Without a rule of its own it counts by the starting one. Raises NoSuchFraction."""
        rule = rule or starting_rule(kind)
        rule.check()
        body = cls(id=body_id, kind=kind, unit_id=unit_id, name=name, rules=(rule,))
        return Decision(body, (BodyEstablished(body_id=body_id, kind=kind, unit_id=unit_id),))

    def adopt(self, rule: BodyRule, *, today: date, met_since: bool) -> "Decision[Body]":
        """It may reach back where no session was held since its first day (`met_since`), by another rule.

        Raises NoSuchFraction, RuleInThePast, RuleOnThatDay.
        """
        rule.check()
        if rule.effective_from < today and met_since:
            raise RuleInThePast(today=today.isoformat())
        if any(other.effective_from == rule.effective_from for other in self.rules):
            raise RuleOnThatDay(effective_from=rule.effective_from.isoformat())
        rules = tuple(sorted((*self.rules, rule), key=lambda each: each.effective_from))
        event = BodyRuleAdopted(body_id=self.id, unit_id=self.unit_id, effective_from=rule.effective_from)
        return Decision(self.model_copy(update={"rules": rules}), (event,))

    def rule_on(self, day: date) -> BodyRule:
        """The rule in force on a day. Raises NoRuleThen."""
        in_force = [rule for rule in self.rules if rule.effective_from <= day]
        if not in_force:
            raise NoRuleThen(day=day.isoformat())
        return in_force[-1]
