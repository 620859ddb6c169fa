"""People whom the tests of the APIs share. Each test that counts brings its own."""

from dataclasses import dataclass

import pytest

from shared.roles import Role
from tests.campus import Campus
from tests.congress import Congress, convene

Bearer = dict[str, str]


@dataclass(frozen=True)
class People:
    """Two faculties with a branch union each; the first has a section below it."""

    faculty: str
    section: str
    other_faculty: str
    delegates: list[str]
    chair: Bearer
    chair_id: str
    other_chair: Bearer
    in_section: str
    in_other: str
    congress: Congress
    """Of the first faculty, with its delegates."""


@pytest.fixture(scope="session")
async def people(campus: Campus) -> People:
    faculty, other = await campus.unit(), await campus.unit()
    section = await campus.unit(faculty, branch=False)
    delegates = [await campus.member(faculty) for _ in range(4)]
    chair, other_chair = await campus.member(faculty), await campus.member(other)
    in_section, in_other = await campus.member(section), await campus.member(other)
    bearers = [
        await campus.role(chair, Role.BRANCH_CHAIR, faculty),
        await campus.role(other_chair, Role.BRANCH_CHAIR, other),
    ]
    for service in ("proposals", "welfare", "events", "notifications"):
        for member in (*delegates, chair, other_chair, in_section, in_other):
            await campus.heard_of(service, member)
        for member in (chair, other_chair):
            await campus.heard_of(service, member, Role.BRANCH_CHAIR)
    congress = await convene(campus, faculty, delegates, presidium=[delegates[3]])
    return People(faculty, section, other, delegates, bearers[0], chair, bearers[1], in_section, in_other, congress)
