"""Policies (支出标准): what may be spent on what, by which document, and who signs. Data, each in force from a day."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.welfare.errors.policies import CapExceeded, FormNotAllowed, PolicyInThePast, SignersOutOfOrder
from shared.aggregate import DatedRule, Decision
from shared.contracts.welfare.funds import Category
from shared.contracts.welfare.policies import FundRuleAdopted, PolicyAdopted, SpendingKind
from shared.contracts.welfare.visits import Form
from shared.roles import Role


class Signer(BaseModel):
    """Whose signature a spending of more than `above_fen` takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role
    above_fen: int


class SpendingPolicy(DatedRule):
    """Of the whole school where `unit_id` is None; of a unit and what lies below it otherwise, before the school's.

    `occasion` narrows the kind (a visit's occasion, a drive's festival); empty for all of it. A cap that is None does
    not limit. `cap_per_year_fen` is of one member.
    """

    kind: SpendingKind
    occasion: str
    unit_id: UUID | None
    category: Category
    forms: tuple[Form, ...]
    cap_per_occasion_fen: int | None
    cap_per_year_fen: int | None
    signers: tuple[Signer, ...]

    def allow(self, form: Form) -> None:
        """Raises FormNotAllowed."""
        if form not in self.forms:
            raise FormNotAllowed(allowed=tuple(each.value for each in self.forms))

    def headroom(self, amount_fen: int, used_fen: int = 0) -> int | None:
        """What is left below the caps after this amount, in fen; None where nothing limits. Raises CapExceeded.

        `used_fen` is what the member had before in the year.
        """
        left = []
        for cap, used in ((self.cap_per_occasion_fen, 0), (self.cap_per_year_fen, used_fen)):
            if cap is not None:
                if used + amount_fen > cap:
                    raise CapExceeded(asked_fen=amount_fen, cap_fen=cap, used_fen=used)
                left.append(cap - used - amount_fen)
        return min(left, default=None)

    def signers_of(self, amount_fen: int) -> tuple[Role, ...]:
        """Whose signatures this amount takes, in order."""
        return tuple(signer.role for signer in self.signers if amount_fen > signer.above_fen)


class FundRule(DatedRule):
    """Above `decision_above_fen` a spending takes a decision of the union committee (集体研究决定)."""

    decision_above_fen: int


def prevailing(
    policies: Iterable[SpendingPolicy], line: Sequence[UUID | None], occasion: str, day: date
) -> SpendingPolicy | None:
    """The one that a spending is judged by: of the nearest unit in the line, for the occasion before all, the latest.

    `line` goes from the unit upwards and ends with None, the school.
    """
    found = [
        policy
        for policy in policies
        if policy.unit_id in line and policy.occasion in (occasion, "") and policy.effective_from <= day
    ]
    return min(
        found,
        key=lambda policy: (line.index(policy.unit_id), policy.occasion == "", -policy.effective_from.toordinal()),
        default=None,
    )


def adopt_policy(policy: SpendingPolicy, *, today: date) -> "Decision[SpendingPolicy]":
    """Raises PolicyInThePast, SignersOutOfOrder."""
    if policy.effective_from < today:
        raise PolicyInThePast(today=today.isoformat())
    amounts = [signer.above_fen for signer in policy.signers]
    if sorted(set(amounts)) != amounts or len({signer.role for signer in policy.signers}) != len(amounts):
        raise SignersOutOfOrder
    return Decision(
        policy,
        (
            PolicyAdopted(
                policy_id=policy.id,
                kind=policy.kind,
                unit_id=policy.unit_id,
                effective_from=policy.effective_from,
            ),
        ),
    )


def adopt_fund_rule(rule: FundRule, *, today: date) -> "Decision[FundRule]":
    """Raises PolicyInThePast."""
    if rule.effective_from < today:
        raise PolicyInThePast(today=today.isoformat())
    return Decision(rule, (FundRuleAdopted(rule_id=rule.id, effective_from=rule.effective_from),))
