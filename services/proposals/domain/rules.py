"""The rules of democratic management that differ between schools, each in force from a day and citing its source."""

from datetime import date
from typing import Literal

from services.proposals.errors.proposals import RuleInThePast
from shared.aggregate import DatedRule, Decision
from shared.contracts.proposals.rules import RuleAdopted
from shared.working_days import Days


class ProposalRule(DatedRule):
    """Of forms: how many must second one, how many one delegate, or one delegation, may file in a call.

    In `review_within` days after a call the committee has given each form its disposition, or is reminded.
    """

    minimum_seconders: int
    forms_per_delegate: int
    delegations_need_seconders: bool
    review_within: int


class HandlingRule(DatedRule):
    """Of cases, in days of the kind that `days` says; ratings and opinions of co-departments in the same."""

    days: Days
    answer_within: int
    co_departments_within: int
    remind_before: tuple[int, ...]
    remind_after: tuple[int, ...]
    escalate_after: int
    extensions: int
    rate_within: int
    rounds: int
    """How often a case is handled at the most: 2 is one more round after a dissatisfied rating."""


def adopt(rule: ProposalRule, *, today: date) -> "Decision[ProposalRule]":
    """Raises RuleInThePast."""
    return Decision(rule, (adopted(rule, "proposal", today),))


def adopt_handling(rule: HandlingRule, *, today: date) -> "Decision[HandlingRule]":
    """Raises RuleInThePast."""
    return Decision(rule, (adopted(rule, "handling", today),))


def adopted(rule: DatedRule, kind: Literal["proposal", "handling", "appeal"], today: date) -> RuleAdopted:
    """Raises RuleInThePast."""
    if rule.effective_from < today:
        raise RuleInThePast(today=today.isoformat())
    return RuleAdopted(rule_id=rule.id, kind=kind, effective_from=rule.effective_from)
