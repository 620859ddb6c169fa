"""The names of roles, and what a grant is."""

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.roles import Grant, Role
from shared.words import named


@pytest.mark.parametrize(
    "given", [{}, {"role": "king"}, {"role": "MEMBER"}, {"role": "member", "unit_id": "x"}], ids=str
)
def test_a_grant_names_a_role_that_there_is_and_a_unit_by_its_id(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Grant).validate_python(given)


def test_the_names_of_the_roles_are_words_for_a_token() -> None:
    assert all(role.value.replace("_", "").isalpha() and role.value.islower() for role in Role)
    assert len({role.value for role in Role}) == len(Role)


def test_every_role_has_a_chinese_word() -> None:
    assert [role for role in Role if not named(role)] == []
