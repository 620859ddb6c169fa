"""Who has a role for a unit: the committee that answers for it, and who handles what is assigned to it."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from shared.directory import Directory
from shared.roles import Role


async def committee(directory: Directory, unit_id: UUID, on: date) -> set[UUID]:
    """All of the proposal committee whose scope is the unit, one above it or the whole school.

    Raises UnitNotKnownYet.
    """
    line = await directory.line_of(unit_id)
    return _members(await directory.holders([*line, None], [Role.PROPOSAL_COMMITTEE], on))


async def department(directory: Directory, unit_ids: Iterable[UUID], on: date) -> set[UUID]:
    """For each unit the handlers whose scope is the unit or one above it; those of the whole school where there are
    none. A scope of the whole school is None, and also the unit at the top, unless the case is assigned to that one.

    Raises UnitNotKnownYet.
    """
    found: set[UUID] = set()
    for unit_id in unit_ids:
        line = await directory.line_of(unit_id)
        near, top = (line[:-1], line[-1:]) if len(line) > 1 else (line, [])
        handlers = _members(await directory.holders(near, [Role.DEPARTMENT_HANDLER], on))
        found |= handlers or _members(await directory.holders([*top, None], [Role.DEPARTMENT_HANDLER], on))
    return found


async def in_charge(directory: Directory, unit_id: UUID | None, roles: Iterable[Role], on: date) -> set[UUID]:
    """All who hold one of the roles in the unit, one above it or the whole school; None is the whole school.

    Raises UnitNotKnownYet.
    """
    line = await directory.line_of(unit_id) if unit_id else []
    return _members(await directory.holders([*line, None], roles, on))


def _members(holders: dict[UUID | None, set[UUID]]) -> set[UUID]:
    return {member for members in holders.values() for member in members}
