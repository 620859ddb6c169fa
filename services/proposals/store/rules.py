"""Where the rules of democratic management are kept, and those that a school begins with."""

from datetime import date
from typing import ClassVar

from services.proposals.domain.rules import HandlingRule, ProposalRule
from shared.rules import RuleStore
from shared.working_days import Days

_COMMON_PRACTICE = (
    "Common practice of staff congresses under 学校教职工代表大会规定 (教育部令第32号), which leaves it to the school: "
    "replace it by the school's own rules."
)


class ProposalRules(RuleStore[ProposalRule]):
    model = ProposalRule
    collection = "proposal_rules"
    what = "proposal rule"
    starting: ClassVar[dict[str, object]] = {
        "effective_from": date(2000, 1, 1),
        "source": _COMMON_PRACTICE,
        "minimum_seconders": 2,
        "forms_per_delegate": 10,
        "delegations_need_seconders": False,
        "review_within": 15,
    }


class HandlingRules(RuleStore[HandlingRule]):
    model = HandlingRule
    collection = "handling_rules"
    what = "handling rule"
    starting: ClassVar[dict[str, object]] = {
        "effective_from": date(2000, 1, 1),
        "source": _COMMON_PRACTICE,
        "days": Days.NATURAL,
        "assign_within": 15,
        "answer_within": 60,
        "co_departments_within": 30,
        "remind_before": (15, 7, 1),
        "remind_after": (1, 7, 14),
        "escalate_after": 15,
        "extensions": 1,
        "extend_by_at_most": 60,
        "rate_within": 15,
        "rounds": 2,
    }
