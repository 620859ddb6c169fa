"""The one writer of a process: commands that arrive while its transactions are being written share the next one.

There is no timer: a command that comes alone is written at once. Several transactions are on their way at a time, never
two that write the same thing or answer the same key. Each command is decided by itself, so one that breaks a rule fails
alone; when the database refuses the whole (a duplicate, a version that moved), each is tried alone.
"""

import asyncio
import contextvars
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from pymongo import ReplaceOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from shared.command import Answer, Command
from shared.contracts.base import DomainEvent
from shared.contracts.keys import PersonKeyPublished
from shared.errors import AlreadyExists, NothingHere, RuleBroken, Unavailable
from shared.idempotency import COLLECTION as IDEMPOTENCY_KEYS
from shared.idempotency import IdempotencyKeys
from shared.keyring import Keyring, Keys
from shared.mongo import UNREACHABLE, Client, Collection, Document, Session, transaction
from shared.outbox import Outbox
from shared.reads import SharedReads
from shared.sealing import PersonKey

log = structlog.get_logger()

_MOST_AT_ONCE = 100
_TRANSACTIONS = 8


class Unsealed(NamedTuple):
    """What is to be sealed for a person, and where it will be kept."""

    person: UUID
    place: str
    plain: bytes


class Written(NamedTuple):
    """What a decision makes of one document: its new state, and the events on their way out.

    `sensitive` becomes the document's `sealed`; `keys` are the events about keys, with the version that they are of.
    """

    document: Document
    rows: list[Document]
    sensitive: Unsealed | None = None
    keys: Sequence[tuple[DomainEvent, int]] = ()

    def persons(self) -> set[UUID]:
        found = {row["person"] for row in self.rows} - {None}
        return found | {self.sensitive.person} if self.sensitive else found

    def seal(self, keys: Keys) -> None:
        """Raises PersonErased, Unavailable."""
        if self.sensitive:
            person, place, plain = self.sensitive
            self.document["sealed"] = keys.to_seal(person).seal(plain, place)
        for row in self.rows:
            if row["person"] is not None:
                row["value"] = keys.to_seal(row["person"]).seal_data(row["value"])


class Outcome(NamedTuple):
    """What a change comes to: what is written of each part (None where nothing is), and what the caller is told."""

    parts: Sequence[Written | None]
    answer: Answer

    @property
    def written(self) -> list[Written]:
        return [made for made in self.parts if made is not None]


@dataclass(frozen=True, slots=True)
class Part:
    """A document that a change writes. `aggregate` is None for one that is being created.

    `person_of` says under whose key the document's `sealed` can be opened.
    """

    collection: Collection
    aggregate: UUID | None
    what: str
    person_of: Callable[[Document], UUID]
    where: Mapping[str, Any] | None = None


@dataclass(eq=False, slots=True)
class Change:
    """Of one or more documents, all or none. `decide` has theirs, in order; it may run more than once."""

    parts: Sequence[Part]
    command: Command
    decide: Callable[[Sequence[Document | None], Keys], Outcome]
    answer: "asyncio.Future[Answer]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    prepared: Outcome | Exception | None = None
    """What was decided and sealed before the transaction: possible where there is nothing to be loaded."""

    def marks(self) -> set[object]:
        """What no two changes may be about at the same moment."""
        key = self.command.idempotency
        return {*self.aggregates(), *([key.name] if key else [])}

    def aggregates(self) -> set[UUID]:
        return {part.aggregate for part in self.parts if part.aggregate is not None}

    def tell(self, outcome: Answer | Exception) -> None:
        if self.answer.done():
            return
        if isinstance(outcome, Exception):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class _VersionMoved(Exception):
    """Somebody else wrote between the read and the write: read again, decide again."""


class Writer:
    def __init__(
        self,
        client: Client,
        outbox: Outbox,
        idempotency: IdempotencyKeys,
        keyring: Keyring,
        *,
        timeout_seconds: float,
    ) -> None:
        self._client = client
        self._outbox = outbox
        self._idempotency = idempotency
        self._keyring = keyring
        self._timeout_seconds = timeout_seconds
        self._waiting: deque[Change] = deque()
        self._idle: list[Session] = []
        self._keys: SharedReads[UUID, Keys] = SharedReads(self._read_keys)
        self._working: set[asyncio.Task[None]] = set()
        self._busy: set[object] = set()

    async def write(self, change: Change) -> Answer:
        """Returns after the commit. Raises what `decide` raises, NothingHere, AlreadyExists, Unavailable."""
        try:
            async with asyncio.timeout(self._timeout_seconds):
                if not change.aggregates():
                    change.prepared = await self._prepare(change)
                self._waiting.append(change)
                if len(self._working) < _TRANSACTIONS:
                    # Without the context of whoever happens to come first.
                    self._working.add(asyncio.create_task(self._work(), name="writer", context=contextvars.Context()))
                return await change.answer
        except (TimeoutError, *UNREACHABLE) as error:
            raise Unavailable from error

    async def _prepare(self, change: Change) -> Outcome | Exception:
        """Decided and sealed while others are being written. A key that is destroyed at this very moment leaves what
        nobody can read: as good as erased.
        """
        outcome = _decided(change, {}, Keys({}))
        if isinstance(outcome, Outcome):
            new = self._new_keys(outcome)
            persons = {person for written in outcome.written for person in written.persons()} - set(new)
            found = await self._keys.find(persons) if persons else {}
            known = Keys({}).joined(new)
            for each in found.values():
                known = known.joined(each)
            return _sealed(outcome, known)
        return outcome

    async def _work(self) -> None:
        try:
            while batch := self._take():
                marks = {mark for change in batch for mark in change.marks()}
                self._busy |= marks
                try:
                    await self._settle(batch)
                finally:
                    self._busy -= marks
        finally:
            # At once, and not when the task is seen to be done: whoever comes in between would find nobody at work.
            if working := asyncio.current_task():
                self._working.discard(working)

    def _take(self) -> list[Change]:
        """What has come, in order. A second command on one thing, or with one key, waits for the first."""
        batch: list[Change] = []
        later: list[Change] = []
        busy = set(self._busy)
        while self._waiting and len(batch) < _MOST_AT_ONCE:
            change = self._waiting.popleft()
            if change.answer.done():
                continue
            marks = change.marks()
            if marks & busy:
                later.append(change)
            else:
                batch.append(change)
            busy |= marks
        self._waiting.extendleft(reversed(later))
        return batch

    async def _settle(self, batch: Sequence[Change]) -> None:
        """Tell everyone of the batch how it went. Raises nothing."""
        try:
            await self._commit(batch)
        except (*UNREACHABLE, Unavailable, TimeoutError):
            for change in batch:
                change.tell(Unavailable())
        except Exception as error:  # noqa: BLE001  it is the callers' to hear of, not the writer's to die of
            if len(batch) > 1:
                # One of them is at fault, and the others are not to suffer for it.
                for change in batch:
                    if not change.answer.done():
                        await self._settle([change])
            else:
                await self._refuse(batch[0], error)

    async def _refuse(self, change: Change, error: Exception) -> None:
        if isinstance(error, _VersionMoved):
            change.tell(Unavailable())
        elif isinstance(error, (DuplicateKeyError, BulkWriteError)):
            # The same request may have won the race: then its answer is the answer to this one too.
            await self._tell_unless_repeats({change: _taken(error)})
        else:
            change.tell(error)

    async def _tell_unless_repeats(self, outcomes: Mapping[Change, Exception]) -> None:
        """Those whose request was answered before hear that answer, the others their own error. Raises nothing."""
        try:
            async with asyncio.timeout(self._timeout_seconds):
                await self._answer_repeats(list(outcomes))
        except Exception as error:  # noqa: BLE001  as above
            for change in outcomes:
                if change.command.idempotency:
                    change.tell(Unavailable() if isinstance(error, (*UNREACHABLE, TimeoutError)) else error)
        for change, outcome in outcomes.items():
            change.tell(outcome)

    async def _answer_repeats(self, batch: Sequence[Change]) -> None:
        """Tell those whose request was answered before."""
        keyed = {change.command.idempotency: change for change in batch if change.command.idempotency}
        if keyed:
            for key, answer in (await self._idempotency.answers_to(list(keyed))).items():
                keyed[key].tell(answer)

    async def _commit(self, batch: Sequence[Change]) -> None:
        outcomes: dict[Change, Outcome | Exception] = {}

        async def work(session: Session) -> None:
            outcomes.clear()
            documents = await _load(batch, session)
            keys = await self._keys_of(batch, documents, session)
            for change in batch:
                outcomes[change] = change.prepared or _decided(change, documents, keys)
            await self._seal(outcomes, keys, session)
            written = {change: made for change, made in outcomes.items() if isinstance(made, Outcome)}
            if written:
                await self._record(written, session)

        async with asyncio.timeout(self._timeout_seconds):
            await transaction(self._client, work, timeout_seconds=self._timeout_seconds, idle=self._idle)
        self._outbox.bell.set()
        broken: dict[Change, Exception] = {}
        for change, outcome in outcomes.items():
            if isinstance(outcome, RuleBroken):
                broken[change] = outcome
            else:
                change.tell(outcome.answer if isinstance(outcome, Outcome) else outcome)
        if broken:
            await self._tell_unless_repeats(broken)

    async def _read_keys(self, persons: list[UUID]) -> dict[UUID, Keys]:
        found = await self._keyring.find(persons)
        return {person: found.of(person) for person in persons}

    async def _keys_of(self, batch: Sequence[Change], documents: Mapping[UUID, Document], session: Session) -> Keys:
        """Of the persons whose sealed documents are to be decided on."""
        parts = ((part, documents.get(part.aggregate)) for change in batch for part in change.parts if part.aggregate)
        persons = [part.person_of(document) for part, document in parts if document and "sealed" in document]
        return await self._keyring.find(persons, session)

    async def _seal(self, outcomes: dict[Change, Outcome | Exception], keys: Keys, session: Session) -> None:
        """A command that makes a key may use it at once. One whose person has no key fails alone."""
        made = {
            change: outcome
            for change, outcome in outcomes.items()
            if isinstance(outcome, Outcome) and change.prepared is None
        }
        for outcome in made.values():
            keys = keys.joined(self._new_keys(outcome))
        persons = {person for outcome in made.values() for written in outcome.written for person in written.persons()}
        keys = keys.joined(await self._keyring.find(persons - set(keys), session))
        for change, outcome in made.items():
            outcomes[change] = _sealed(outcome, keys)

    def _new_keys(self, outcome: Outcome) -> dict[UUID, PersonKey]:
        return {
            event.member_id: key
            for written in outcome.written
            for event, _ in written.keys
            if isinstance(event, PersonKeyPublished)
            and (key := self._keyring.opened(event.member_id, event.wrapped)) is not None
        }

    async def _record(self, outcomes: Mapping[Change, Outcome], session: Session) -> None:
        created: dict[Collection, list[Document]] = {}
        changed: dict[Collection, list[ReplaceOne[Document]]] = {}
        for change, outcome in outcomes.items():
            for part, made in zip(change.parts, outcome.parts, strict=True):
                if made is None:
                    continue
                if part.aggregate is None:
                    created.setdefault(part.collection, []).append(made.document)
                else:
                    place = {"_id": part.aggregate, "version": made.document["version"] - 1}
                    changed.setdefault(part.collection, []).append(ReplaceOne(place, made.document))
        for collection, documents in created.items():
            await collection.insert_many(documents, session=session)
        for collection, replacements in changed.items():
            result = await collection.bulk_write(replacements, session=session)
            if result.matched_count != len(replacements):
                raise _VersionMoved
        written = [made for outcome in outcomes.values() for made in outcome.written]
        await self._outbox.add([row for made in written for row in made.rows], session)
        await self._keyring.record([event for made in written for event in made.keys], session)
        answers = {
            change.command.idempotency: (outcome.answer, change.command.at, outcome.written[0].document["_id"])
            for change, outcome in outcomes.items()
            if change.command.idempotency
        }
        await self._idempotency.record(answers, session)


def _sealed(outcome: Outcome, keys: Keys) -> Outcome | Exception:
    try:
        for written in outcome.written:
            written.seal(keys)
    except RuleBroken as error:
        return error
    return outcome


def _decided(change: Change, documents: Mapping[UUID, Document], keys: Keys) -> Outcome | Exception:
    found = [documents.get(part.aggregate) if part.aggregate else None for part in change.parts]
    for part, document in zip(change.parts, found, strict=True):
        if document is None and part.aggregate is not None:
            return NothingHere(what=part.what)
    try:
        return change.decide(found, keys)
    except Exception as error:  # noqa: BLE001  a rule broken, or a bug: told to its caller, whatever it is
        return error


async def _load(batch: Sequence[Change], session: Session) -> dict[UUID, Document]:
    wanted: dict[Collection, list[Document]] = {}
    for change in batch:
        for part in change.parts:
            if part.aggregate is not None:
                wanted.setdefault(part.collection, []).append({"_id": part.aggregate, **(part.where or {})})
    found: dict[UUID, Document] = {}
    for collection, places in wanted.items():
        condition = places[0] if len(places) == 1 else {"$or": places}
        for document in await collection.find(condition, session=session).to_list(None):
            found[document["_id"]] = document
    return found


def _taken(error: Exception) -> Exception:
    details: Mapping[str, Any] = getattr(error, "details", None) or {}
    failed = (details.get("writeErrors") or [details])[0]
    if failed.get("code") != 11000:
        return error
    if IDEMPOTENCY_KEYS in str(failed.get("errmsg", "")):
        # The other request with this key has not committed yet.
        return Unavailable()
    fields = [name for name in failed.get("keyPattern", {}) if name != "_id"]
    return AlreadyExists(field=", ".join(fields) or "id")
