"""Aggregates kept in MongoDB. `change` is the only verb that writes them (`create` is a change of nothing).

Fields marked Sensitive are sealed under the key of the person whom they are about. `get` and `page` leave them None;
`open` is the only way to read them, and records who did and why.
"""

import base64
import binascii
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar
from uuid import UUID

from shared.access import Caller
from shared.aggregate import A, Aggregate, Decision
from shared.audit import AuditLog, Entry
from shared.command import Answer, Command
from shared.contracts.base import Channel
from shared.errors import NothingHere, SealBroken, VersionMismatch
from shared.idempotency import IdempotencyKeys
from shared.keyring import Keyring, Keys
from shared.mongo import Client, Collection, Database, Document
from shared.outbox import Outbox
from shared.purposes import Reading
from shared.sealing import NotOpened, sensitive_fields
from shared.writer import Change, Outcome, Part, Unsealed, Writer, Written

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

    service: str
    client: Client
    database: Database
    outbox: Outbox
    idempotency: IdempotencyKeys
    keyring: Keyring
    audit: AuditLog
    writer: Writer


Respond = Callable[[Versioned[V]], Answer]


class Store(Generic[A]):
    """The documents of one kind of aggregate: `_id`, `version` and the fields of the state."""

    model: type[A]
    collection: ClassVar[str]
    what: ClassVar[str]
    """The name of the thing in an error, as in "There is no such proposal"."""
    unit: ClassVar[str] = ""
    """The field of the unit that it belongs to, for the reach of callers."""
    parties: ClassVar[tuple[str, ...]] = ()
    """The fields of the members whose own it is."""
    mentions: ClassVar[tuple[str, ...]] = ()
    """Other fields in which a member may be named: who visited, who wrote it down."""
    person: ClassVar[str] = ""
    """The field of the member whom the sensitive fields are about; `id` where the thing is the member."""
    dated: ClassVar[str] = ""
    """The field of the day from which a rule of retention counts."""

    def __init__(self, foundation: Foundation) -> None:
        self._foundation = foundation
        self._sensitive = sensitive_fields(self.model)
        self.documents: Collection = foundation.database[self.collection]

    async def prepare(self) -> None:
        """Create the indexes."""

    def derived(self, state: A) -> Document:
        """What is kept beside the state for queries alone (as `derived.<name>`), made anew with each change."""
        return {}

    def within(self, caller: Caller) -> Mapping[str, Any]:
        """The condition that keeps a query to what the caller may reach."""
        return caller.where(unit=self.unit, parties=self.parties)

    async def get(self, aggregate_id: UUID, where: Mapping[str, Any] | None = None) -> Versioned[A]:
        """Raises NothingHere, also for what `where` (what the caller may see) leaves out."""
        document = await self.documents.find_one({"_id": aggregate_id, **(where or {})})
        if document is None:
            raise NothingHere(what=self.what)
        return self._versioned(document)

    async def open(self, aggregate_id: UUID, reading: Reading, where: Mapping[str, Any] | None = None) -> Versioned[A]:
        """With its sensitive fields, after it was recorded who reads them and what for.

        They are None where the person's key was destroyed. Raises NothingHere, PurposeMissing, SealBroken, Unavailable.
        """
        document = await self.documents.find_one({"_id": aggregate_id, **(where or {})})
        if document is None:
            raise NothingHere(what=self.what)
        person = self._person_in(document)
        purpose = reading.of(person)
        found = self._versioned(document, await self._foundation.keyring.find([person]))
        await self._foundation.audit.append(
            Entry(
                action=f"{self.collection}.opened",
                actor=reading.actor,
                persons=(person,),
                subject_kind=self.what,
                subject_id=aggregate_id,
                fields=tuple(self._sensitive),
                purpose=purpose,
                correlation_id=reading.correlation_id,
            )
        )
        return found

    @property
    def kind(self) -> str:
        """By which rules of retention name it."""
        return self.what

    async def holdings(self, person: UUID) -> AsyncIterator[Document]:
        """Everything in which the member is named, as JSON; opened where it is about them."""
        fields = [*self.parties, *self.mentions]
        if not fields:
            return
        keys = await self._foundation.keyring.find([person])
        named = {"$or": [{field: person} for field in fields]}
        async for document in self.documents.find(named).sort("_id", 1):
            own = bool(self.person) and self._person_in(document) == person
            state = self._versioned(document, keys if own else None).state
            where = [field for field in fields if _names(document.get(field), person)]
            held = state.model_dump(mode="json", exclude_none=not own)
            # What the thing is comes first; where it is of a kind itself, that is said too.
            of_kind = {"of_kind": held["kind"]} if "kind" in held else {}
            yield {**held, **of_kind, "kind": self.what, "named_as": where}

    async def newest(self, person: UUID) -> date | None:
        if not (self.dated and self.parties):
            return None
        named = {"$or": [{field: person} for field in self.parties]}
        found = await self.documents.find_one(named, {self.dated: 1}, sort=[(self.dated, -1)])
        return date.fromisoformat(found[self.dated]) if found else None

    async def erase(self, person: UUID) -> int:
        """The records stay, and name the member by an id that leads nowhere; what was sealed can be read no more."""
        if not self._sensitive:
            return 0
        place = "_id" if self.person == "id" else self.person
        return await self._forget({place: person})

    async def expire(self, before: date) -> int:
        if not (self.dated and self._sensitive):
            return 0
        return await self._forget({self.dated: {"$lt": before.isoformat()}})

    async def _forget(self, where: Mapping[str, Any]) -> int:
        holding = {"$or": [{"sealed": {"$exists": True}}, {"blind": {"$exists": True}}]}
        found = [row["_id"] async for row in self.documents.find({"$and": [where, holding]}, {"_id": 1})]
        # What its events said goes first: a run that is cut off between comes back for what is still here.
        await self._foundation.outbox.forget(found)
        written = await self.documents.update_many(
            {"_id": {"$in": found}}, {"$unset": {"sealed": 1, "blind": 1}, "$inc": {"version": 1}}
        )
        return written.modified_count

    async def page(self, where: Mapping[str, Any], *, limit: int, cursor: str | None) -> Page[A]:
        """Newest first. `where` is by indexed fields, the index ends with `_id`."""
        condition: Mapping[str, Any] = where
        if cursor is not None:
            condition = {"$and": [where, {"_id": {"$lt": read_cursor(cursor)}}]}
        found = await self.documents.find(condition).sort("_id", -1).limit(limit + 1).to_list(limit + 1)
        items = [self._versioned(document) for document in found[:limit]]
        more = len(found) > limit
        return Page(items, write_cursor(items[-1].state.id) if more else None)

    async def by_ids(self, ids: Iterable[UUID]) -> dict[UUID, A]:
        """What there is of them."""
        found = self.documents.find({"_id": {"$in": list(set(ids))}})
        return {row["_id"]: self._versioned(row).state async for row in found}

    async def create(self, decide: Callable[[], Decision[A]], command: Command, respond: Respond[A]) -> Answer:
        """Write a new aggregate and its events. Raises AlreadyExists where a unique field is taken."""
        return await change_together([Piece(self)], lambda _: [decide()], command, respond)

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
        return await change_together([Piece(self, aggregate_id, where)], lambda it: [decide(it)], command, respond)

    def _part(self, aggregate_id: UUID | None, where: Mapping[str, Any] | None) -> Part:
        return Part(self.documents, aggregate_id, self.what, self._person_in, where)

    def _written(self, decision: Decision[A], version: int, command: Command) -> Written:
        state = decision.state
        return Written(
            document={"_id": state.id, "version": version, **self._fields(state)},
            rows=self._foundation.outbox.rows_for(decision.events, state.id, version, command),
            sensitive=self._unsealed(state),
            keys=[(event, version) for event in decision.events if event.channel is Channel.KEYS],
        )

    def _fields(self, state: A) -> Document:
        fields = state.model_dump(exclude={"id", *self._sensitive})
        derived = self.derived(state)
        blind = {
            name: self.blind(name, str(value))
            for name, mark in self._sensitive.items()
            if mark.blind and (value := getattr(state, name)) is not None
        }
        return {**fields, **({"derived": derived} if derived else {}), **({"blind": blind} if blind else {})}

    def blind(self, field: str, value: str) -> bytes:
        """What `blind.<field>` of a document holds where the field has this value."""
        return self._foundation.keyring.masters.blind(f"{self.collection}.{field}", value)

    def _unsealed(self, state: A) -> Unsealed | None:
        if all(getattr(state, name) is None for name in self._sensitive):
            return None
        plain = state.model_dump_json(include=set(self._sensitive)).encode()
        return Unsealed(getattr(state, self.person), self._place(state.id), plain)

    def _closed(self, state: A) -> A:
        return state.model_copy(update=dict.fromkeys(self._sensitive)) if self._sensitive else state

    def _place(self, aggregate_id: UUID) -> str:
        return f"{self.collection}/{aggregate_id}"

    def _person_in(self, document: Document) -> UUID:
        found: UUID = document["_id" if self.person == "id" else self.person]
        return found

    def _versioned(self, document: Document, keys: Keys | None = None) -> Versioned[A]:
        """Without keys the sensitive fields are None. Raises SealBroken, Unavailable."""
        fields = {name: value for name, value in document.items() if name not in _BESIDE_THE_STATE}
        sealed = document.get("sealed")
        if sealed is not None and keys is not None:
            key = keys.to_open(self._person_in(document))
            if key is not None:
                try:
                    fields |= json.loads(key.open(sealed, self._place(document["_id"])))
                except NotOpened as error:
                    raise SealBroken(what=self.what) from error
        return Versioned(self.model.model_validate({"id": document["_id"], **fields}), document["version"])


@dataclass(frozen=True, slots=True)
class Piece(Generic[A]):
    """One of several aggregates that change together. Without an id it is one that may be created."""

    store: Store[A]
    aggregate_id: UUID | None = None
    where: Mapping[str, Any] | None = None


async def change_together(
    pieces: Sequence[Piece[Any]],
    decide: Callable[..., Sequence[Decision[Any] | None]],
    command: Command,
    respond: Respond[Any],
) -> Answer:
    """All of them or none, in one transaction, each where its version is still the one loaded.

    `decide` is given the states in the order of the pieces (None for one that is to be created) and returns a decision
    for each, None where nothing is created. Every piece that was loaded gets a decision, so that what was decided from
    it holds at the commit. The first piece is the one that the command's version and the answer are of. Raises as
    `Store.change` does.
    """

    def decided(documents: Sequence[Document | None], keys: Keys) -> Outcome:
        loaded = [
            piece.store._versioned(document, keys) if document is not None else None
            for piece, document in zip(pieces, documents, strict=True)
        ]
        first = loaded[0]
        if command.if_match is not None and first is not None and command.if_match != first.version:
            raise VersionMismatch(given=command.if_match, current=first.version)
        decisions = decide(*(found.state if found else None for found in loaded))
        made = [
            piece.store._written(decision, (found.version if found else 0) + 1, command) if decision else None
            for piece, found, decision in zip(pieces, loaded, decisions, strict=True)
        ]
        if any(found and not written for found, written in zip(loaded, made, strict=True)) or made[0] is None:
            raise TypeError("what was loaded is decided on, and so is the first piece")
        # An answer is kept with its Idempotency-Key: nothing sensitive may be in it.
        shown = Versioned(pieces[0].store._closed(decisions[0].state), made[0].document["version"])  # type: ignore[union-attr]
        return Outcome(made, respond(shown))

    parts = [piece.store._part(piece.aggregate_id, piece.where) for piece in pieces]
    return await pieces[0].store._foundation.writer.write(Change(parts, command, decided))


_BESIDE_THE_STATE = {"_id", "version", "derived", "blind", "sealed"}


def _names(value: Any, person: UUID) -> bool:
    return value == person or (isinstance(value, list) and person in value)


_CURSOR = re.compile(r"[A-Za-z0-9_-]{22}")


def write_cursor(last: UUID) -> str:
    return base64.urlsafe_b64encode(last.bytes).rstrip(b"=").decode()


def read_cursor(cursor: str) -> UUID:
    """Raises ValueError for what `write_cursor` has not written."""
    if not _CURSOR.fullmatch(cursor):
        raise ValueError("not a cursor of this list")
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except (binascii.Error, ValueError) as error:
        raise ValueError("not a cursor of this list") from error
