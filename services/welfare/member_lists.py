"""How a list of members is taken in: each row by itself, a hundred at a time. It may be repeated."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from services.welfare.domain.member_lists import MOST_ROWS, Entry, Known, Plan, columns, read_row
from services.welfare.errors.member_lists import NoSuchUnit
from services.welfare.store import WelfareStores
from shared.access import Caller
from shared.command import Answer, Command
from shared.errors import RuleBroken, Unavailable
from shared.sheets import Limits, open_sheet
from shared.store import Versioned

_AT_ONCE = 100


async def read_sheet(content: bytes, wanted: Sequence[str]) -> list[Entry]:
    """Of its columns those that are wanted. Raises SheetRefused, SheetWithoutColumn."""

    def read() -> list[Entry]:
        with tempfile.TemporaryDirectory(prefix="members-") as folder:
            path = Path(folder) / "sheet"
            path.touch(mode=0o600)
            path.write_bytes(content)
            with open_sheet(path, limits=Limits(rows=MOST_ROWS, file_bytes=len(content))) as sheet:
                at = columns(sheet.header, wanted)
                return [read_row(row, at) for row in sheet.rows()]

    return await asyncio.to_thread(read)


async def require_unit(stores: WelfareStores, caller: Caller, unit_id: UUID | None) -> None:
    """For which a list is; None is the whole school. Raises OutsideYourUnits, NoSuchUnit."""
    caller.require(unit_id, field="unit_id")
    if unit_id is not None and not await stores.directory.has_unit(unit_id):
        raise NoSuchUnit(field="unit_id")


async def look_up(stores: WelfareStores, entries: Sequence[Entry], unit_id: UUID | None, *, asking: UUID) -> Known:
    members = await stores.staff_numbers.members(entry.staff_number for entry in entries if entry.staff_number)
    named = {member for found in members.values() for member in found}
    named |= {entry.member_id for entry in entries if entry.member_id}
    known = await stores.directory.known(named)
    return Known(
        members=members,
        posts={member: (there.unit_id, there.employment) for member, there in known.items()},
        units=frozenset(await stores.directory.units_below([unit_id])) if unit_id else None,
        asking=asking,
    )


async def by_hundreds(
    plans: Sequence[Plan], write: Callable[[Sequence[Plan]], Awaitable[Any]]
) -> Mapping[int, RuleBroken]:
    """Which rows could not be written, by their numbers, and why. `write` writes all that it is given, or none.

    Where one of a hundred breaks a rule, each of them is tried by itself. Raises Unavailable: what was written until
    then stays, and a repeat finds it there.
    """
    broken: dict[int, RuleBroken] = {}
    for at in range(0, len(plans), _AT_ONCE):
        together = plans[at : at + _AT_ONCE]
        try:
            await write(together)
        except Unavailable:
            raise
        except RuleBroken as error:
            if len(together) == 1:
                broken[together[0].number] = error
            else:
                broken.update(await _one_by_one(together, write))
    return broken


async def _one_by_one(
    plans: Sequence[Plan], write: Callable[[Sequence[Plan]], Awaitable[Any]]
) -> Mapping[int, RuleBroken]:
    broken: dict[int, RuleBroken] = {}
    for plan in plans:
        try:
            await write([plan])
        except Unavailable:
            raise
        except RuleBroken as error:
            broken[plan.number] = error
    return broken


def of_a_row(order: Command) -> Command:
    """The key is the one of the request: its answer is kept with the record of the list."""
    return Command(order.actor, order.at, order.correlation_id, order.traceparent)


def nobody_asks(_: Versioned[Any]) -> Answer:
    return Answer(204, b"")
