"""What congresses ask of the directory's units."""

from collections.abc import Iterable
from uuid import UUID

from services.proposals.domain.delegate_sheets import folded
from shared.directory import OPEN_UNIT, Directory


async def units_of_body(directory: Directory, unit_id: UUID) -> frozenset[UUID]:
    """The unit of a body and what lies below it."""
    return frozenset(await directory.units_below([unit_id]))


async def units_by_name(directory: Directory) -> dict[str, list[UUID]]:
    """The open units by their names, in both languages, as a sheet would write them."""
    found: dict[str, list[UUID]] = {}
    async for row in directory.units.find(OPEN_UNIT, {"name": 1, "name_en": 1}):
        for name in {folded(row["name"]), folded(row["name_en"])}:
            found.setdefault(name, []).append(row["_id"])
    return found


async def names_of_units(directory: Directory, unit_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Whether open or closed."""
    named = {"_id": {"$in": list(set(unit_ids))}, "name": {"$exists": True}}
    return {row["_id"]: row["name"] async for row in directory.units.find(named, {"name": 1})}


async def units_below_the_school(directory: Directory) -> set[UUID]:
    """Whether open or closed."""
    return {row["_id"] async for row in directory.units.find({"parent_id": {"$ne": None}}, {"_id": 1})}


async def units_with_branch_union(directory: Directory, year: int) -> set[UUID]:
    """Below the school, and not closed before the year. Of the branch unions it is known how it is now."""
    there = {"$or": [{"closed_on": None}, {"closed_on": {"$gt": f"{year:04d}-01-01"}}]}
    rows = directory.units.find({"branch_union": True, "parent_id": {"$ne": None}, **there}, {"_id": 1})
    return {row["_id"] async for row in rows}


async def is_the_school(directory: Directory, unit_id: UUID) -> bool:
    """The unit that lies below no other."""
    return await directory.units.find_one({"_id": unit_id, "parent_id": None, "name": {"$exists": True}}) is not None
