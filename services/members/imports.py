"""How an import of the roster runs: dry, or for good. Either may be repeated, also after it was cut off."""

import asyncio
import contextlib
import itertools
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Generator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import structlog

from services.members.domain.members import Member
from services.members.domain.roster import (
    REPEATS,
    Outcome,
    Reason,
    RosterImport,
    RosterRow,
    State,
    Verdict,
    compare,
    read_row,
    refusal,
    staff_number_in,
    take,
)
from services.members.errors import ImportRunning
from services.members.store import MembersStores
from shared.aggregate import Decision
from shared.audit import PERSONS_OF_AN_ENTRY, Entry
from shared.clock import campus_day
from shared.command import Answer, Command
from shared.contracts.members import Employment
from shared.errors import RuleBroken, Unavailable
from shared.ids import new_id
from shared.lease import Lease
from shared.purposes import Purpose
from shared.sheets import Cell, Row, open_sheet, write_sheet
from shared.store import Versioned

log = structlog.get_logger()

_BATCH = 500
_AT_ONCE = 50
_PAUSES = (0.2, 1, 5)
"""Seconds between the tries of a row while a server is away."""


class Numbered(NamedTuple):
    number: int
    read: RosterRow | tuple[Reason, ...]
    staff_number: str | None


class Numbers(NamedTuple):
    """Of the whole sheet, read before any row is judged."""

    rows: int
    last: int
    """The highest number of a row."""
    first: dict[str, int]
    """In which row a staff number is met first."""
    again: dict[str, int]
    """In which row it is met for the second time."""

    def other(self, row: "Numbered") -> int | None:
        """Another row with the same staff number: neither of them says which is the right one."""
        if row.staff_number not in self.again:
            return None
        first = self.first[row.staff_number]
        return self.again[row.staff_number] if first == row.number else first


class Begun(NamedTuple):
    """A run that nobody else can begin meanwhile."""

    found: RosterImport
    content: bytes
    lease: Lease


class Imports:
    """The runs of this process. Each holds a lease, so that two processes do not work on one import."""

    def __init__(self, stores: MembersStores) -> None:
        self._stores = stores
        self._running: set[asyncio.Task[None]] = set()

    async def begin(self, found: RosterImport) -> Begun:
        """Take the lease and the sheet: `go` on, or `leave` it. Raises ImportRunning, SheetGone."""
        lease = self._stores.sheets.lease(found.id)
        if not await lease.acquire():
            raise ImportRunning
        try:
            return Begun(found, await self._stores.sheets.read(found.id, found.key), lease)
        except BaseException:
            await lease.release()
            raise

    async def leave(self, begun: Begun) -> None:
        await begun.lease.release()

    async def go(self, begun: Begun, found: RosterImport, command: Command, *, apply: bool) -> None:
        """Returns when it has begun; `found` is the import as it was accepted."""
        phase = "applying" if apply else "checking"
        try:
            await self._stores.sheets.note(found.id, phase, 0, found.rows)
        except BaseException:
            await begun.lease.release()
            raise
        run = _Run(self._stores, found, command, apply=apply)
        task = asyncio.create_task(self._carry_out(run, begun.content, begun.lease), name=f"roster-import-{found.id}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _carry_out(self, run: "_Run", content: bytes, lease: Lease) -> None:
        renewing = asyncio.create_task(_renew(lease))
        try:
            await run.go(content)
        except RuleBroken as error:
            await self._stores.sheets.note(run.found.id, f"failed: {error.slug()}", run.done, run.found.rows)
        except Exception as error:
            log.error("roster-import.failed", import_id=str(run.found.id), exc_info=error)
            with contextlib.suppress(Exception):
                await self._stores.sheets.note(run.found.id, "failed", run.done, run.found.rows)
        finally:
            renewing.cancel()
            await lease.release()


async def _renew(lease: Lease) -> None:
    while True:
        await asyncio.sleep(3)
        await lease.acquire()


class _Run:
    def __init__(self, stores: MembersStores, found: RosterImport, command: Command, *, apply: bool) -> None:
        self._stores = stores
        self.found = found
        self._command = command
        self._apply = apply
        self._today = campus_day(command.at)
        self._id = new_id()
        self._numbers = Numbers(0, 0, {}, {})
        self._closed: frozenset[UUID] = frozenset()
        self.done = 0

    async def go(self, content: bytes) -> None:
        counts: Counter[Outcome] = Counter()
        missing = await self._stores.members.numbers_in_post()
        units = await self._stores.units.named()
        self._closed = units.closed
        async with _sheet_in_a_file(content) as path:
            self._numbers = await asyncio.to_thread(numbers_in, path, self.found.mapping)
            missing -= self._numbers.first.keys()
            async for rows in _batches(path, self.found.mapping, units.ids, self._today):
                verdicts = await self._judge(rows)
                counts.update(verdict.outcome for verdict in verdicts)
                await self._note(verdicts)
        behind = self._numbers.last
        gone = [Verdict(behind + n, staff, Outcome.MISSING) for n, staff in enumerate(sorted(missing), 1)]
        for at in range(0, len(gone), _BATCH):
            await self._stores.sheets.record(self.found.id, self._id, gone[at : at + _BATCH])
        counts[Outcome.MISSING] = len(gone)
        await self._stores.sheets.only(self.found.id, self._id)
        state = State.APPLIED if self._apply else State.CHECKED
        await self._stores.imports.change(
            self.found.id,
            lambda found: found.finish(state, counts, mapping=self.found.mapping),
            self._order(),
            _nobody_asks,
        )
        await self._stores.sheets.note(self.found.id, "done", self.done, self.done)

    async def _note(self, verdicts: Sequence[Verdict]) -> None:
        self.done += len(verdicts)
        await self._stores.sheets.record(self.found.id, self._id, verdicts)
        phase = "applying" if self._apply else "checking"
        await self._stores.sheets.note(self.found.id, phase, self.done, self._numbers.rows)

    async def _judge(self, rows: Sequence[Numbered]) -> list[Verdict]:
        known = await self._opened([row.staff_number for row in rows if row.staff_number])
        verdicts: list[Verdict] = []
        doing: list[tuple[Verdict, RosterRow, Member | None]] = []
        for row in rows:
            found = known.get(row.staff_number) if row.staff_number else None
            member = found.state if found else None
            verdict = self._verdict(row, member)
            if self._apply and isinstance(row.read, RosterRow) and verdict.outcome in (Outcome.NEW, Outcome.CHANGED):
                doing.append((verdict, row.read, member))
            else:
                verdicts.append(verdict)
        for at in range(0, len(doing), _AT_ONCE):
            verdicts += await _all(self._carry_out(*one) for one in doing[at : at + _AT_ONCE])
        return verdicts

    async def _opened(self, staff_numbers: Sequence[str]) -> Mapping[str, Versioned[Member]]:
        """The members, with what is sealed, after it was put on record whose that is."""

        async def record(persons: Sequence[UUID]) -> None:
            await self._stores.foundation.audit.append_all(
                Entry(
                    "roster.compared",
                    self._command.actor,
                    tuple(persons[at : at + PERSONS_OF_AN_ENTRY]),
                    self._stores.imports.what,
                    self.found.id,
                    tuple(self.found.mapping),
                    Purpose.HANDLING,
                    self._command.correlation_id,
                )
                for at in range(0, len(persons), PERSONS_OF_AN_ENTRY)
            )

        return await self._stores.members.opened(staff_numbers, record)

    def _verdict(self, row: Numbered, member: Member | None) -> Verdict:
        reasons: tuple[Reason, ...] = () if isinstance(row.read, RosterRow) else row.read
        if (other := self._numbers.other(row)) is not None:
            reasons = (*reasons, Reason("staff_number", f"{REPEATS}{other}"))
        if (
            isinstance(row.read, RosterRow)
            and row.read.unit_id in self._closed
            and (member is None or member.unit_id != row.read.unit_id or row.read.employment is Employment.IN_POST)
        ):
            reasons = (*reasons, Reason("unit", "unit-closed-already"))
        if isinstance(row.read, RosterRow) and member is not None and not reasons:
            reasons = refusal(row.read, member, today=self._today)
        if reasons or not isinstance(row.read, RosterRow):
            return Verdict(row.number, row.staff_number, Outcome.REFUSED, (), reasons)
        fields = compare(row.read, member)
        outcome = Outcome.NEW if member is None else Outcome.CHANGED if fields else Outcome.UNCHANGED
        return Verdict(row.number, row.staff_number, outcome, fields)

    async def _carry_out(self, verdict: Verdict, row: RosterRow, member: Member | None) -> Verdict:
        """Raises Unavailable: an outage is nothing that a row is refused for."""
        for pause in (*_PAUSES, None):
            try:
                if member is None:
                    await self._enter(row)
                else:
                    await self._change(member.id, row)
            except Unavailable:
                if pause is None:
                    raise
                await asyncio.sleep(pause)
                # Whether it was written is unknown.
                found = (await self._opened([row.staff_number])).get(row.staff_number)
                member = found.state if found else None
                if member is not None and not compare(row, member):
                    return verdict
            except RuleBroken as error:
                return verdict._replace(outcome=Outcome.REFUSED, reasons=(Reason("row", error.slug()),))
            else:
                return verdict
        raise AssertionError("the last pause is None")

    async def _enter(self, row: RosterRow) -> None:
        member_id, key = new_id(), self._stores.keyring.masters.new_key()
        given = row.model_dump(exclude={"employment"})

        def decide() -> Decision[Member]:
            joined, events = Member.join(member_id, **given, language="zh-CN", key=key, today=self._today)
            after, more = take(joined, row, today=self._today)
            return Decision(after, (*events, *more))

        await self._stores.members.create(decide, self._order(), _nobody_asks)

    async def _change(self, member_id: UUID, row: RosterRow) -> None:
        def decide(member: Member) -> Decision[Member]:
            return take(member, row, today=self._today)

        await self._stores.members.change(member_id, decide, self._order(), _nobody_asks)

    def _order(self) -> Command:
        given = self._command
        return Command(given.actor, given.at, given.correlation_id, given.traceparent)


async def _all(attempts: Iterable[Coroutine[Any, Any, Verdict]]) -> list[Verdict]:
    """Each is carried through before the first error is raised."""
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return [outcome for outcome in outcomes if isinstance(outcome, Verdict)]


def _nobody_asks(_: Versioned[Member] | Versioned[RosterImport]) -> Answer:
    return Answer(204, b"")


@asynccontextmanager
async def _sheet_in_a_file(content: bytes) -> AsyncIterator[Path]:
    """The content in a file of ours alone, for as long as it is read."""
    with tempfile.TemporaryDirectory(prefix="roster-") as folder:
        path = Path(folder) / "sheet"
        path.touch(mode=0o600)
        await asyncio.to_thread(path.write_bytes, content)
        yield path


def numbers_in(path: Path, mapping: Mapping[str, str]) -> Numbers:
    rows = last = 0
    first: dict[str, int] = {}
    again: dict[str, int] = {}
    with open_sheet(path) as sheet:
        column = sheet.header.index(mapping["staff_number"])
        for row in sheet.rows():
            rows, last = rows + 1, max(last, row.number)
            number = staff_number_in(row.cells[column])
            if number is not None and first.setdefault(number, row.number) != row.number:
                again.setdefault(number, row.number)
    return Numbers(rows, last, first, again)


async def _batches(
    path: Path, mapping: Mapping[str, str], units: Mapping[str, Sequence[UUID]], today: date
) -> AsyncIterator[list[Numbered]]:
    """Reading blocks, so each batch is read in a thread."""

    def rows() -> Generator[Numbered, None, None]:
        with open_sheet(path) as sheet:
            at = {field: sheet.header.index(column) for field, column in mapping.items()}
            for row in sheet.rows():
                yield _numbered(row, at, units, today)

    def some(source: Generator[Numbered, None, None]) -> list[Numbered]:
        return list(itertools.islice(source, _BATCH))

    with contextlib.closing(rows()) as source:
        while batch := await asyncio.to_thread(some, source):
            yield batch


def _numbered(row: Row, at: Mapping[str, int], units: Mapping[str, Sequence[UUID]], today: date) -> Numbered:
    cells: dict[str, Cell] = {field: row.cells[column] for field, column in at.items()}
    return Numbered(row.number, read_row(cells, units, today=today), staff_number_in(cells["staff_number"]))


class Uploaded(NamedTuple):
    columns: tuple[str, ...]
    rows: int | None
    other_sheets: int


async def look_at(content: bytes) -> Uploaded:
    """Raises SheetRefused."""

    def look(path: Path) -> Uploaded:
        with open_sheet(path) as sheet:
            # All of it is read, so that what cannot be taken is refused now and not in the middle of a run.
            return Uploaded(sheet.header, sum(1 for _ in sheet.rows()), sheet.other_sheets)

    async with _sheet_in_a_file(content) as path:
        return await asyncio.to_thread(look, path)


async def with_reasons(content: bytes, verdicts: Mapping[int, tuple[str, str]]) -> bytes:
    """The sheet as .xlsx, with what each row comes to and why beside it."""

    def write(path: Path, target: Path) -> None:
        with open_sheet(path) as sheet:
            header = [*sheet.header, "结果 Outcome", "原因 Reasons"]
            write_sheet(target, header, ([*row.cells, *verdicts.get(row.number, ("", ""))] for row in sheet.rows()))

    async with _sheet_in_a_file(content) as path:
        target = path.with_name("report.xlsx")
        await asyncio.to_thread(write, path, target)
        return await asyncio.to_thread(target.read_bytes)
