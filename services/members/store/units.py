"""Where units are kept."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from services.members.domain.roster import folded, told_apart
from services.members.domain.units import Unit
from shared.store import Store, Versioned


class Names(NamedTuple):
    """Ids by name. To those that are `closed` nobody is entered or moved; whoever was left in one stays there."""

    ids: Mapping[str, Sequence[UUID]]
    closed: frozenset[UUID]


class UnitStore(Store[Unit]):
    model = Unit
    collection = "units"
    what = "unit"
    unit = "_id"

    async def prepare(self) -> None:
        await self.documents.create_index(
            "kind", name="one_school", unique=True, partialFilterExpression={"kind": "school"}
        )
        await self.documents.create_index([("parent_id", 1), ("_id", -1)])
        await self.documents.create_index(
            "moved_as", name="moves_in_turn", unique=True, partialFilterExpression={"moved_as": {"$type": "number"}}
        )

    async def last_move(self) -> int:
        """Read it before the way to the root: whoever moves meanwhile takes the number after it."""
        found = await self.documents.find_one({"moved_as": {"$ne": None}}, sort=[("moved_as", -1)])
        return int(found["moved_as"]) if found else 0

    async def above(self, unit_id: UUID) -> list[UUID]:
        """The way from the unit to the root, without the unit."""
        rows = await self.documents.aggregate(
            [
                {"$match": {"_id": unit_id}},
                {
                    "$graphLookup": {
                        "from": self.collection,
                        "startWith": "$parent_id",
                        "connectFromField": "parent_id",
                        "connectToField": "_id",
                        "as": "above",
                    }
                },
                {"$project": {"above._id": 1}},
            ]
        ).to_list(None)
        return [unit["_id"] for row in rows for unit in row["above"]]

    async def all(self) -> AsyncIterator[Versioned[Unit]]:
        async for row in self.documents.find({}):
            yield self._versioned(row)

    async def named(self) -> Names:
        """The units by their names, in both languages, as a sheet would write them; by `told_apart` in any case.

        The name of a closed unit is its own where no open one has it.
        """
        found: dict[bool, dict[str, list[UUID]]] = {True: {}, False: {}}
        certain: dict[str, list[UUID]] = {}
        closed: set[UUID] = set()
        async for row in self.documents.find({}, {"name": 1, "name_en": 1, "closed_on": 1}):
            for name in {folded(row["name"]), folded(row["name_en"])}:
                found[row["closed_on"] is None].setdefault(name, []).append(row["_id"])
            certain[folded(told_apart(row["name"], row["_id"]))] = [row["_id"]]
            if row["closed_on"] is not None:
                closed.add(row["_id"])
        return Names({**certain, **found[False], **found[True]}, frozenset(closed))

    async def open_below(self, unit_id: UUID) -> int:
        return int(await self.documents.count_documents({"parent_id": unit_id, "closed_on": None}))
