"""How a sheet of delegates is taken in: each row by itself, dry or for good. Either may be repeated."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from services.proposals.domain.delegate_sheets import (
    MOST_ROWS,
    Found,
    Outcome,
    Plan,
    Reason,
    SheetRow,
    Verdict,
    columns,
    judge,
    read_row,
)
from services.proposals.domain.delegates import Delegate
from services.proposals.domain.terms import Term
from services.proposals.store import ProposalsStores
from services.proposals.store.units import units_by_name, units_of_body
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.command import Answer, Command
from shared.contracts.members import Employment
from shared.contracts.proposals.congresses import Seated
from shared.errors import AlreadyExists, RuleBroken
from shared.ids import new_id
from shared.sheets import Limits, open_sheet
from shared.store import Versioned

_AT_ONCE = 50


async def read_sheet(content: bytes) -> list[SheetRow]:
    """Raises SheetRefused, StaffNumberColumnMissing."""

    def read() -> list[SheetRow]:
        with tempfile.TemporaryDirectory(prefix="delegates-") as folder:
            path = Path(folder) / "sheet"
            path.touch(mode=0o600)
            path.write_bytes(content)
            with open_sheet(path, limits=Limits(rows=MOST_ROWS, file_bytes=len(content))) as sheet:
                at = columns(sheet.header)
                return [read_row(row, at) for row in sheet.rows()]

    return await asyncio.to_thread(read)


async def look_up(stores: ProposalsStores, term: Term, rows: Sequence[SheetRow], *, asking: UUID) -> Found:
    members = await stores.staff_numbers.members(row.staff_number for row in rows if row.staff_number)
    known = await stores.directory.known(member for found in members.values() for member in found)
    seated = await stores.delegates.seated_in(term.id)
    return Found(
        members=members,
        posts={member: (there.unit_id, there.employment) for member, there in known.items()},
        units=await units_by_name(stores.directory),
        of_the_body=await units_of_body(stores.directory, term.unit_id),
        delegations=await stores.delegations.by_name(term.id),
        seated=seated,
        asking=asking,
        left=await stores.delegates.left(term.id) - seated.keys(),
    )


async def take_in(
    stores: ProposalsStores, term: Term, rows: Sequence[SheetRow], command: Command, *, dry_run: bool
) -> list[Verdict]:
    """What each row comes to. Those who are taken are delegates from the first day of the term."""
    found = await look_up(stores, term, rows, asking=command.actor)
    judged = judge(rows, found)
    verdicts: list[Verdict] = []
    for at in range(0, len(judged), _AT_ONCE):
        verdicts += await asyncio.gather(
            *(_carried_out(stores, term, found, one, command, dry_run=dry_run) for one in judged[at : at + _AT_ONCE])
        )
    return verdicts


async def _carried_out(
    stores: ProposalsStores, term: Term, found: Found, judged: Verdict | Plan, command: Command, *, dry_run: bool
) -> Verdict:
    if isinstance(judged, Verdict):
        return judged
    verdict = Verdict(judged.number, judged.outcome, judged.member_id)
    if dry_run:
        return verdict
    # The key is the one of the request: its answer is kept with the record of the import.
    order = Command(command.actor, command.at, command.correlation_id, command.traceparent)
    try:
        if judged.outcome is Outcome.NEW:
            await _seat(stores, term, found, judged, order)
        else:
            await _assign(stores, found, judged, order)
    except AlreadyExists:
        # Somebody else seats them at this moment.
        return verdict._replace(outcome=Outcome.UNCHANGED)
    except RuleBroken as error:
        return verdict._replace(outcome=Outcome.REFUSED, reasons=(Reason("row", error.slug()),))
    return verdict


async def _seat(stores: ProposalsStores, term: Term, found: Found, plan: Plan, order: Command) -> None:
    delegate_id = new_id()

    def decide() -> Decision[Delegate]:
        return Delegate.seat(
            delegate_id,
            term=term,
            member_id=plan.member_id,
            employment=Employment.IN_POST,
            unit_id=plan.unit_id,
            units=found.of_the_body,
            delegation=plan.delegation,
            how=Seated.IMPORTED,
            elected_on=term.begins_on,
            left_on=None,
            by=order.actor,
            today=campus_day(order.at),
        )

    await stores.delegates.create(decide, order, _nobody_asks)


async def _assign(stores: ProposalsStores, found: Found, plan: Plan, order: Command) -> None:
    delegation = plan.delegation
    if delegation is not None:
        delegate_id = found.seated[plan.member_id].id
        await stores.delegates.change(delegate_id, lambda delegate: delegate.assign(delegation), order, _nobody_asks)


def counted(verdicts: Sequence[Verdict]) -> dict[str, int]:
    counts = Counter(verdict.outcome.value for verdict in verdicts)
    return {outcome.value: counts[outcome.value] for outcome in Outcome}


def _nobody_asks(_: Versioned[Delegate]) -> Answer:
    return Answer(204, b"")
