"""The rules of democratic management that differ between schools, each in force from a day and citing its source."""

from datetime import date
from typing import Literal

from services.proposals.errors.cases import OpinionsOutlastAnswers
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
    assign_within: int
    answer_within: int
    co_departments_within: int
    remind_before: tuple[int, ...]
    remind_after: tuple[int, ...]
    escalate_after: int
    extensions: int
    """In each round of handling."""
    extend_by_at_most: int
    rate_within: int
    rounds: int
    """How often a case is handled at the most: 2 is one more round after a dissatisfied rating. A round that a plan
    opens whose date has passed unmet is none of these."""


def adopt(rule: ProposalRule, *, today: date) -> "Decision[ProposalRule]":
    """Raises RuleInThePast."""
    return Decision(rule, (adopted(rule, "proposal", today),))


def adopt_handling(rule: HandlingRule, *, today: date) -> "Decision[HandlingRule]":
    """Raises OpinionsOutlastAnswers, RuleInThePast."""
    if rule.co_departments_within > rule.answer_within:
        raise OpinionsOutlastAnswers(answer_within=rule.answer_within)
    return Decision(rule, (adopted(rule, "handling", today),))


def adopted(rule: DatedRule, kind: Literal["proposal", "handling", "appeal"], today: date) -> RuleAdopted:
    """Raises RuleInThePast."""
    if rule.effective_from < today:
        raise RuleInThePast(today=today.isoformat())
    return RuleAdopted(rule_id=rule.id, kind=kind, effective_from=rule.effective_from)
