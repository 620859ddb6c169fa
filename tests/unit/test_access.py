"""How far a caller reaches, by the rule of a route and the roles that they hold."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from shared.access import NOTHING, Access, Caller, OutsideYourUnits, Reach, any_of
from shared.auth import Principal
from shared.errors import RoleMissing
from shared.ids import new_id
from shared.roles import Grant, Permit, Role

FACULTY, SECTION, OFFICE = (new_id() for _ in range(3))
ME = new_id()
BELOW = {FACULTY: [FACULTY, SECTION], OFFICE: [OFFICE]}
RULE = Access(
    {
        Role.UNION_OFFICER: Reach.SCOPE,
        Role.AUDIT_COMMITTEE: Reach.SCHOOL,
        Role.JUDGE: Reach.EVERYTHING,
        Role.MEMBER: Reach.OWN,
    }
)


async def units_below(units: Sequence[UUID]) -> list[UUID]:
    return [below for unit in units for below in BELOW[unit]]


async def reach(*grants: tuple[Role, UUID | None], rule: Access = RULE) -> Caller:
    return await rule.grant(Principal(ME, frozenset(Grant(*grant) for grant in grants)), units_below)


async def test_a_role_in_a_unit_reaches_what_lies_below_it_and_nothing_else() -> None:
    officer = await reach((Role.UNION_OFFICER, FACULTY))

    assert [officer.covers(unit) for unit in (FACULTY, SECTION, OFFICE, None)] == [True, True, False, False]


async def test_scopes_add_up() -> None:
    officer = await reach((Role.UNION_OFFICER, FACULTY), (Role.UNION_OFFICER, OFFICE))

    assert officer.units == {FACULTY, SECTION, OFFICE}


async def test_a_role_for_the_school_reaches_everything() -> None:
    officer = await reach((Role.UNION_OFFICER, None))

    assert officer.covers(OFFICE)
    assert officer.covers(None)


async def test_where_it_takes_the_school_a_unit_is_not_enough() -> None:
    with pytest.raises(RoleMissing):
        await reach((Role.AUDIT_COMMITTEE, FACULTY))
    assert (await reach((Role.AUDIT_COMMITTEE, None))).everything


async def test_a_role_for_the_school_does_not_lend_its_reach_to_another() -> None:
    caller = await reach((Role.MEMBER, None), (Role.DELEGATE, None), (Role.UNION_OFFICER, FACULTY))

    assert not caller.everything
    assert caller.own
    assert caller.roles == {Role.MEMBER, Role.UNION_OFFICER}


async def test_who_holds_none_of_the_roles_is_told_which_it_takes() -> None:
    with pytest.raises(RoleMissing) as refused:
        await reach((Role.DELEGATE, None))

    assert refused.value.needed == ["audit_committee", "judge", "member", "union_officer"]


async def test_the_query_ends_with_what_is_within_reach() -> None:
    def where(caller: Caller) -> object:
        return caller.where(unit="unit_id", parties=("proposer_id", "seconder_ids"))

    assert where(await reach((Role.JUDGE, FACULTY))) == {}
    assert where(await reach((Role.MEMBER, None))) == {"$or": [{"proposer_id": ME}, {"seconder_ids": ME}]}
    assert where(await reach((Role.UNION_OFFICER, OFFICE))) == {"$or": [{"unit_id": {"$in": [OFFICE]}}]}


BY_FIELDS = Access({Role.PROPOSAL_COMMITTEE: Reach.SCOPE, Role.DEPARTMENT_HANDLER: Reach.SCOPE, Role.MEMBER: Reach.OWN})


async def test_each_role_reaches_its_own_units_and_not_those_of_another_role() -> None:
    both = await reach((Role.PROPOSAL_COMMITTEE, FACULTY), (Role.DEPARTMENT_HANDLER, OFFICE), rule=BY_FIELDS)

    committee, handler = both.acting_as(Role.PROPOSAL_COMMITTEE), both.acting_as(Role.DEPARTMENT_HANDLER)

    assert both.units == {FACULTY, SECTION, OFFICE}
    assert committee.units == both.units_of(Role.PROPOSAL_COMMITTEE) == {FACULTY, SECTION}
    assert handler.units == both.units_of(Role.DEPARTMENT_HANDLER) == {OFFICE}
    assert both.units_of(Role.MEMBER) == frozenset()
    assert committee.roles == {Role.PROPOSAL_COMMITTEE}
    assert (committee.id, committee.own) == (ME, False)


async def test_a_role_for_the_school_does_not_widen_one_for_a_unit() -> None:
    both = await reach((Role.PROPOSAL_COMMITTEE, None), (Role.DEPARTMENT_HANDLER, OFFICE), rule=BY_FIELDS)

    handler = both.acting_as(Role.DEPARTMENT_HANDLER)

    assert both.everything
    assert not handler.everything
    assert handler.units == {OFFICE}
    assert both.acting_as(Role.PROPOSAL_COMMITTEE).everything


async def test_whoever_acts_in_a_role_that_they_do_not_hold_reaches_nothing() -> None:
    nobody = (await reach((Role.MEMBER, None), rule=BY_FIELDS)).acting_as(Role.DEPARTMENT_HANDLER)

    assert nobody.where(unit="unit_id", parties=("author_ids",)) == NOTHING
    assert not nobody.covers(OFFICE)


def test_any_of_several_conditions_is_one_that_finds_what_one_of_them_finds() -> None:
    one, other = {"unit_id": 1}, {"lead_unit_id": 2}

    assert any_of(one, NOTHING) == one
    assert any_of(one, {}) == {}
    assert any_of(one, other) == {"$or": [one, other]}
    assert any_of(NOTHING, NOTHING) == any_of() == NOTHING


async def test_where_nothing_is_within_reach_the_query_finds_nothing() -> None:
    nobody = await reach((Role.MEMBER, None))

    assert nobody.where(unit="unit_id", parties=()) == {"_id": {"$in": []}}
    officer = await reach((Role.UNION_OFFICER, OFFICE))
    assert officer.where(unit="", parties=("member_id",)) == {"_id": {"$in": []}}


async def test_what_is_written_outside_ones_units_is_refused_by_the_name_of_the_field() -> None:
    officer = await reach((Role.UNION_OFFICER, OFFICE))

    officer.require(OFFICE, field="unit_id")
    with pytest.raises(OutsideYourUnits) as refused:
        officer.require(FACULTY, field="unit_id")
    assert refused.value.facts() == {"field": "unit_id"}


@pytest.mark.parametrize(
    ("rules", "permit"),
    [
        ({Role.SERVICE_ACCOUNT: Reach.SCOPE}, None),
        ({Role.MEMBER: Reach.OWN}, Permit.UNITS_READ),
        ({Role.SERVICE_ACCOUNT: Reach.EVERYTHING}, Permit.UNITS_READ),
        ({Role.SERVICE_ACCOUNT: Reach.OWN}, Permit.UNITS_READ),
    ],
)
def test_a_rule_that_lets_accounts_in_says_by_which_permit_and_how_far(
    rules: dict[Role, Reach], permit: Permit | None
) -> None:
    with pytest.raises(ValueError, match="a service account"):
        Access(rules, permit)


async def test_an_account_reaches_the_units_for_which_it_has_the_permit() -> None:
    rule = Access({Role.SERVICE_ACCOUNT: Reach.SCOPE}, Permit.UNITS_READ)
    grants = {
        Grant(Role.SERVICE_ACCOUNT, FACULTY, frozenset({Permit.UNITS_READ})),
        Grant(Role.SERVICE_ACCOUNT, OFFICE, frozenset({Permit.MEMBERS_READ})),
    }

    account = await rule.grant(Principal(ME, frozenset(grants)), units_below)

    assert account.units == {FACULTY, SECTION}
    with pytest.raises(RoleMissing):
        await rule.grant(Principal(ME, frozenset({Grant(Role.SERVICE_ACCOUNT)})), units_below)
