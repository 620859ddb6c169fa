"""What a caller holds, and where."""

from uuid import UUID

import pytest
from pydantic import ValidationError

from shared.auth import Grant, Principal
from shared.ids import new_id
from shared.roles import Role

FACULTY, OFFICE = sorted([new_id(), new_id()])


def caller(*grants: tuple[Role, UUID | None]) -> Principal:
    return Principal(new_id(), frozenset(Grant(role=role, unit_id=unit) for role, unit in grants))


def test_a_role_is_held_in_whatever_unit() -> None:
    chair = caller((Role.BRANCH_CHAIR, FACULTY))

    assert chair.holds(Role.BRANCH_CHAIR)
    assert chair.holds(Role.BRANCH_OFFICER, Role.BRANCH_CHAIR)
    assert not chair.holds(Role.BRANCH_OFFICER, Role.ADMINISTRATOR)


def test_no_role_is_held_by_asking_for_none() -> None:
    assert not caller((Role.ADMINISTRATOR, None)).holds()


def test_one_role_does_not_contain_another() -> None:
    administrator = caller((Role.ADMINISTRATOR, None))

    assert [role for role in Role if administrator.holds(role)] == [Role.ADMINISTRATOR]


def test_a_role_in_one_unit_is_not_one_in_the_whole_school() -> None:
    assert not caller((Role.UNION_OFFICER, FACULTY)).everywhere(Role.UNION_OFFICER)
    assert caller((Role.UNION_OFFICER, None)).everywhere(Role.UNION_OFFICER)


def test_a_role_for_the_whole_school_does_not_lend_its_reach_to_another() -> None:
    both = caller((Role.MEMBER, None), (Role.UNION_OFFICER, FACULTY))

    assert not both.everywhere(Role.UNION_OFFICER)


def test_the_units_are_those_of_the_roles_that_are_asked_for_each_once() -> None:
    officer = caller(
        (Role.BRANCH_CHAIR, OFFICE),
        (Role.BRANCH_OFFICER, OFFICE),
        (Role.BRANCH_OFFICER, FACULTY),
        (Role.DELEGATE, new_id()),
        (Role.BRANCH_CHAIR, None),
    )

    assert officer.units(Role.BRANCH_CHAIR, Role.BRANCH_OFFICER) == [FACULTY, OFFICE]


@pytest.mark.parametrize(
    "given", [{}, {"role": "king"}, {"role": "MEMBER"}, {"role": "member", "unit_id": "x"}], ids=str
)
def test_a_grant_names_a_role_that_there_is_and_a_unit_by_its_id(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Grant.model_validate(given)


def test_the_names_of_the_roles_are_words_for_a_token() -> None:
    assert all(role.value.replace("_", "").isalpha() and role.value.islower() for role in Role)
    assert len({role.value for role in Role}) == len(Role)
