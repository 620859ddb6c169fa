"""Aggregates kept in MongoDB. `change` is the only verb that writes them (`create` is a change of nothing)."""

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar
from uuid import UUID

from pymongo.errors import DuplicateKeyError

from shared.aggregate import A, Aggregate, Decision
from shared.command import Answer, Command
from shared.errors import AlreadyExists, NothingHere, RuleBroken, Unavailable, VersionMismatch
from shared.idempotency import COLLECTION as IDEMPOTENCY_KEYS
from shared.idempotency import IdempotencyKeys
from shared.mongo import UNREACHABLE, Client, Collection, Database, Document, Session, transaction
from shared.outbox import Outbox

V = TypeVar("V", bound=Aggregate)


class Versioned(NamedTuple, Generic[V]):
    state: V
    version: int


class Page(NamedTuple, Generic[V]):
    """`next` is the cursor of the following page, None on the last one."""

    items: list[Versioned[V]]
    next: str | None


class _VersionMoved(Exception):
    """Somebody else wrote between the read and the write: read again, decide again."""


class Foundation(NamedTuple):
    """What the stores of a service stand on."""

    client: Client
    database: Database
    outbox: Outbox
    idempotency: IdempotencyKeys
    timeout_seconds: float


Respond = Callable[[Versioned[V]], Answer]


class Store(Generic[A]):
    """The documents of one kind of aggregate: `_id`, `version` and the fields of the state."""

    model: type[A]
    collection: ClassVar[str]
    what: ClassVar[str]
    """The name of the thing in an error, as in "There is no such proposal"."""

    def __init__(self, foundation: Foundation) -> None:
        self._foundation = foundation
        self.documents: Collection = foundation.database[self.collection]

    async def prepare(self) -> None:
        """Create the indexes."""

    async def get(self, aggregate_id: UUID, where: Mapping[str, Any] | None = None) -> Versioned[A]:
        """Raises NothingHere, also for what `where` (what the caller may see) leaves out."""
        document = await self.documents.find_one({"_id": aggregate_id, **(where or {})})
        if document is None:
            raise NothingHere(what=self.what)
        return self._versioned(document)

    async def page(self, where: Mapping[str, Any], *, limit: int, cursor: str | None) -> Page[A]:
        """Newest first. `where` is by indexed fields, the index ends with `_id`."""
        condition: Document = dict(where)
        if cursor is not None:
            condition["_id"] = {"$lt": read_cursor(cursor)}
        found = await self.documents.find(condition).sort("_id", -1).limit(limit + 1).to_list(limit + 1)
        items = [self._versioned(document) for document in found[:limit]]
        more = len(found) > limit
        return Page(items, write_cursor(items[-1].state.id) if more else None)

    async def create(self, decide: Callable[[], Decision[A]], command: Command, respond: Respond[A]) -> Answer:
        """Write a new aggregate and its events. Raises AlreadyExists where a unique field is taken."""
        decision = decide()
        state = decision.state
        rows = self._foundation.outbox.rows_for(decision.events, state.id, 1, command)
        document = {"_id": state.id, "version": 1, **_fields(state)}
        answer = respond(Versioned(state, 1))

        async def work(session: Session) -> Answer:
            await self.documents.insert_one(document, session=session)
            await self._record(rows, answer, command, session)
            return answer

        return await self._once(command, work)

    async def change(
        self,
        aggregate_id: UUID,
        decide: Callable[[A], Decision[A]],
        command: Command,
        respond: Respond[A],
        where: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Load, decide, write where the version is still the one loaded, with the events, in one transaction.

        `decide` may run more than once. Raises what it raises, NothingHere, and VersionMismatch when the command
        names another version than the current one.
        """

        async def work(session: Session) -> Answer:
            document = await self.documents.find_one({"_id": aggregate_id, **(where or {})}, session=session)
            if document is None:
                raise NothingHere(what=self.what)
            current, version = self._versioned(document)
            if command.if_match is not None and command.if_match != version:
                raise VersionMismatch(given=command.if_match, current=version)
            decision = decide(current)
            written = await self.documents.replace_one(
                {"_id": aggregate_id, "version": version},
                {"version": version + 1, **_fields(decision.state)},
                session=session,
            )
            if written.matched_count != 1:
                raise _VersionMoved
            answer = respond(Versioned(decision.state, version + 1))
            rows = self._foundation.outbox.rows_for(decision.events, aggregate_id, version + 1, command)
            await self._record(rows, answer, command, session)
            return answer

        while True:
            try:
                return await self._once(command, work)
            except _VersionMoved:
                continue

    async def _record(self, rows: list[Document], answer: Answer, command: Command, session: Session) -> None:
        await self._foundation.outbox.add(rows, session)
        if command.idempotency:
            await self._foundation.idempotency.record(command.idempotency, answer, command.at, session)

    async def _once(self, command: Command, work: Callable[[Session], Awaitable[Answer]]) -> Answer:
        key = command.idempotency
        if key and (given := await self._foundation.idempotency.answer_to(key)):
            return given
        try:
            return await self._transaction(work)
        except (DuplicateKeyError, RuleBroken) as error:
            # The same request may have won the race: then its answer is the answer to this one too.
            if key and (given := await self._foundation.idempotency.answer_to(key)):
                return given
            if isinstance(error, DuplicateKeyError):
                raise _taken(error) from None
            raise

    async def _transaction(self, work: Callable[[Session], Awaitable[Answer]]) -> Answer:
        seconds = self._foundation.timeout_seconds
        try:
            async with asyncio.timeout(seconds):
                return await transaction(self._foundation.client, work, timeout_seconds=seconds)
        except TimeoutError as error:
            raise Unavailable from error
        except UNREACHABLE as error:
            raise Unavailable from error

    def _versioned(self, document: Document) -> Versioned[A]:
        version = document.pop("version")
        return Versioned(self.model.model_validate({"id": document.pop("_id"), **document}), version)


def _fields(state: Aggregate) -> Document:
    return state.model_dump(exclude={"id"})


def _taken(error: DuplicateKeyError) -> Exception:
    details = error.details or {}
    if IDEMPOTENCY_KEYS in str(details.get("errmsg", "")):
        # The other request with this key has not committed yet.
        return Unavailable()
    fields = [name for name in details.get("keyPattern", {}) if name != "_id"]
    return AlreadyExists(field=", ".join(fields) or "id")


def write_cursor(last: UUID) -> str:
    return base64.urlsafe_b64encode(last.bytes).rstrip(b"=").decode()


def read_cursor(cursor: str) -> UUID:
    """Raises ValueError for what `write_cursor` has not written."""
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except (binascii.Error, ValueError) as error:
        raise ValueError("not a cursor of this list") from error
