"""Aggregates kept in MongoDB. `change` is the only verb that writes them (`create` is a change of nothing)."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar
from uuid import UUID

from shared.aggregate import A, Aggregate, Decision
from shared.command import Answer, Command
from shared.errors import NothingHere, VersionMismatch
from shared.mongo import Client, Collection, Database, Document
from shared.outbox import Outbox
from shared.writer import Change, Writer, Written

V = TypeVar("V", bound=Aggregate)


class Versioned(NamedTuple, Generic[V]):
    state: V
    version: int


class Page(NamedTuple, Generic[V]):
    """`next` is the cursor of the following page, None on the last one."""

    items: list[Versioned[V]]
    next: str | None


class Foundation(NamedTuple):
    """What the stores of a service stand on."""

    client: Client
    database: Database
    outbox: Outbox
    writer: Writer


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

        def decided(_: Document | None) -> Written:
            return self._written(decide(), 1, command, respond)

        return await self._foundation.writer.write(Change(self.documents, None, self.what, command, decided))

    async def change(
        self,
        aggregate_id: UUID,
        decide: Callable[[A], Decision[A]],
        command: Command,
        respond: Respond[A],
        where: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Load, decide, write where the version is still the one loaded, with the events, in one transaction.

        `decide` may run more than once. Raises what it raises, NothingHere (also for what `where` leaves out), and
        VersionMismatch when the command names another version than the current one.
        """

        def decided(document: Document | None) -> Written:
            current, version = self._versioned(document or {})
            if command.if_match is not None and command.if_match != version:
                raise VersionMismatch(given=command.if_match, current=version)
            return self._written(decide(current), version + 1, command, respond)

        return await self._foundation.writer.write(
            Change(self.documents, aggregate_id, self.what, command, decided, where=where)
        )

    def _written(self, decision: Decision[A], version: int, command: Command, respond: Respond[A]) -> Written:
        state = decision.state
        return Written(
            document={"_id": state.id, "version": version, **_fields(state)},
            rows=self._foundation.outbox.rows_for(decision.events, state.id, version, command),
            answer=respond(Versioned(state, version)),
        )

    def _versioned(self, document: Document) -> Versioned[A]:
        version = document.pop("version")
        return Versioned(self.model.model_validate({"id": document.pop("_id"), **document}), version)


def _fields(state: Aggregate) -> Document:
    return state.model_dump(exclude={"id"})


def write_cursor(last: UUID) -> str:
    return base64.urlsafe_b64encode(last.bytes).rstrip(b"=").decode()


def read_cursor(cursor: str) -> UUID:
    """Raises ValueError for what `write_cursor` has not written."""
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except (binascii.Error, ValueError) as error:
        raise ValueError("not a cursor of this list") from error
