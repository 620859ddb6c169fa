"""Policies: which one judges, what it allows, and which can be adopted."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.welfare.domain.policies import (
    FundRule,
    Signer,
    SpendingPolicy,
    adopt_fund_rule,
    adopt_policy,
    prevailing,
)
from services.welfare.errors.policies import CapExceeded, FormNotAllowed, PolicyInThePast, SignersOutOfOrder
from shared.contracts.welfare.policies import FundRuleAdopted, PolicyAdopted
from shared.contracts.welfare.visits import Form
from shared.ids import new_id
from shared.roles import Role
from tests.unit.money import BRANCH, SECTION, TODAY, policy

SCHOOLS = policy()
SCHOOLS_MARRIAGE = policy(occasion="marriage")
BRANCHES = policy(unit_id=BRANCH)
LINE = [SECTION, BRANCH, None]


def judged_by(*policies: SpendingPolicy, occasion: str = "marriage", day: date = TODAY) -> SpendingPolicy | None:
    return prevailing(policies, LINE, occasion, day)


def test_the_nearest_unit_comes_before_the_school() -> None:
    sections = policy(unit_id=SECTION)

    assert judged_by(SCHOOLS, BRANCHES) == BRANCHES
    assert judged_by(BRANCHES, sections, SCHOOLS) == sections
    assert judged_by(SCHOOLS_MARRIAGE, BRANCHES) == BRANCHES


def test_the_policy_of_another_unit_is_not_asked() -> None:
    assert judged_by(policy(unit_id=new_id())) is None
    assert judged_by(policy(unit_id=new_id()), SCHOOLS) == SCHOOLS


def test_the_policy_for_an_occasion_comes_before_the_one_for_all() -> None:
    assert judged_by(SCHOOLS, SCHOOLS_MARRIAGE) == SCHOOLS_MARRIAGE
    assert judged_by(SCHOOLS, SCHOOLS_MARRIAGE, occasion="birth") == SCHOOLS
    assert judged_by(SCHOOLS_MARRIAGE, occasion="birth") is None


def test_the_policy_of_the_day_judges() -> None:
    newer = policy(effective_from=TODAY)

    assert judged_by(SCHOOLS, newer) == newer
    assert judged_by(SCHOOLS, newer, day=TODAY - timedelta(days=1)) == SCHOOLS
    assert judged_by(SCHOOLS, newer, day=date(2021, 12, 31)) is None


def test_the_headroom_is_what_the_nearer_cap_leaves() -> None:
    both = policy(cap_per_occasion_fen=50_000, cap_per_year_fen=60_000)

    assert both.headroom(30_000) == 20_000
    assert both.headroom(30_000, used_fen=20_000) == 10_000
    assert policy(cap_per_occasion_fen=None).headroom(99_999_999) is None


@pytest.mark.parametrize(
    ("amount", "used", "facts"),
    [
        (50_001, 0, {"asked_fen": 50_001, "cap_fen": 50_000, "used_fen": 0}),
        (30_000, 30_001, {"asked_fen": 30_000, "cap_fen": 60_000, "used_fen": 30_001}),
    ],
)
def test_an_amount_above_a_cap_is_refused(amount: int, used: int, facts: dict[str, int]) -> None:
    both = policy(cap_per_occasion_fen=50_000, cap_per_year_fen=60_000)
    assert both.headroom(50_000) == 0

    with pytest.raises(CapExceeded) as refused:
        both.headroom(amount, used)

    assert refused.value.facts() == facts


def test_no_cash_where_the_policy_says_goods() -> None:
    with pytest.raises(FormNotAllowed) as refused:
        SCHOOLS.allow(Form.MONEY)

    assert refused.value.facts() == {"allowed": ["goods"]}
    SCHOOLS.allow(Form.GOODS)


def signers(*steps: tuple[Role, int]) -> tuple[Signer, ...]:
    return tuple(Signer(role=role, above_fen=above) for role, above in steps)


def test_the_amount_says_who_signs() -> None:
    two = policy(signers=signers((Role.BRANCH_CHAIR, 0), (Role.UNION_OFFICER, 50_000)))

    assert two.signers_of(50_000) == (Role.BRANCH_CHAIR,)
    assert two.signers_of(50_001) == (Role.BRANCH_CHAIR, Role.UNION_OFFICER)
    assert SCHOOLS.signers_of(50_001) == ()


@pytest.mark.parametrize(
    "steps",
    [
        ((Role.UNION_OFFICER, 50_000), (Role.BRANCH_CHAIR, 0)),
        ((Role.BRANCH_CHAIR, 0), (Role.UNION_OFFICER, 0)),
        ((Role.BRANCH_CHAIR, 0), (Role.BRANCH_CHAIR, 50_000)),
    ],
)
def test_signers_are_listed_by_rising_amounts_and_each_once(steps: tuple[tuple[Role, int], ...]) -> None:
    with pytest.raises(SignersOutOfOrder):
        adopt_policy(policy(effective_from=TODAY, signers=signers(*steps)), today=TODAY)


def test_a_policy_without_a_source_is_refused_and_the_field_is_named() -> None:
    fields: dict[str, Any] = SCHOOLS.model_dump(exclude={"source"})

    with pytest.raises(ValidationError) as refused:
        SpendingPolicy.model_validate(fields)

    assert [error["loc"] for error in refused.value.errors()] == [("source",)]


def test_neither_a_policy_nor_a_rule_reaches_back() -> None:
    yesterday = TODAY - timedelta(days=1)
    rule = FundRule(id=new_id(), effective_from=yesterday, source="文号", decision_above_fen=1)
    for adopt in (
        lambda: adopt_policy(policy(effective_from=yesterday), today=TODAY),
        lambda: adopt_fund_rule(rule, today=TODAY),
    ):
        with pytest.raises(PolicyInThePast):
            adopt()


def test_what_is_adopted_is_told_without_amounts() -> None:
    _, (of_policy,) = adopt_policy(policy(effective_from=TODAY, unit_id=BRANCH), today=TODAY)
    rule = FundRule(id=new_id(), effective_from=TODAY, source="文号", decision_above_fen=1)
    _, (of_rule,) = adopt_fund_rule(rule, today=TODAY)

    assert isinstance(of_policy, PolicyAdopted)
    assert set(of_policy.model_dump()) == {"policy_id", "kind", "unit_id", "effective_from"}
    assert isinstance(of_rule, FundRuleAdopted)
    assert set(of_rule.model_dump()) == {"rule_id", "effective_from"}
