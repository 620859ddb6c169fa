"""A service's own copy of the wrapped keys of persons, kept by the members service's events.

The members service itself keeps it in the transaction of the command that makes or destroys a key.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import structlog
from pymongo import UpdateOne

from shared.cloudevents import sequence
from shared.contracts.base import DomainEvent
from shared.contracts.keys import PersonKeyDestroyed, PersonKeyPublished
from shared.errors import Conflict, Text, Unavailable
from shared.handlers import Batch, Handlers, NotYet, repeatable
from shared.mongo import Collection, Database, Session, newer
from shared.sealing import MasterKeyMissing, MasterKeys, NotOpened, PersonKey

log = structlog.get_logger()

COLLECTION = "person_keys"


@dataclass(eq=False)
class PersonErased(Conflict):
    title = Text(zh="个人信息已删除", en="The person's data were erased")
    detail = Text(
        zh="该会员的个人信息已依法删除，不能再为其登记敏感内容",
        en="The data of this member were erased; nothing sensitive can be recorded about them any more",
    )


class KeyNotArrived(Unavailable, NotYet):
    """The members service has made the key, and this service has not heard of it yet."""


class Keys(Mapping[UUID, PersonKey]):
    """Of some persons. Those who have none are told apart: erased, or not heard of yet."""

    def __init__(
        self, found: Mapping[UUID, PersonKey], erased: Iterable[UUID] = (), unreadable: Iterable[UUID] = ()
    ) -> None:
        self._found = dict(found)
        self._erased = frozenset(erased)
        self._unreadable = frozenset(unreadable)

    def __getitem__(self, person: UUID) -> PersonKey:
        return self._found[person]

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def to_seal(self, person: UUID) -> PersonKey:
        """Raises PersonErased, KeyNotArrived, Unavailable."""
        key = self.to_open(person)
        if key is None:
            raise PersonErased
        return key

    def to_open(self, person: UUID) -> PersonKey | None:
        """None where it was destroyed. Raises KeyNotArrived, and Unavailable where it cannot be unwrapped."""
        if person in self._erased:
            return None
        if person in self._unreadable:
            raise Unavailable
        try:
            return self._found[person]
        except KeyError:
            raise KeyNotArrived from None

    def knows(self, person: UUID) -> bool:
        return person in self._found or person in self._erased or person in self._unreadable

    def of(self, person: UUID) -> "Keys":
        """What is known of this person alone."""
        found = {person: self._found[person]} if person in self._found else {}
        return Keys(found, self._erased & {person}, self._unreadable & {person})

    def joined(self, more: Mapping[UUID, PersonKey]) -> "Keys":
        erased, unreadable = set(self._erased), set(self._unreadable)
        if isinstance(more, Keys):
            erased |= more._erased
            unreadable |= more._unreadable
        return Keys({**self._found, **more}, erased, unreadable)


class Keyring:
    def __init__(self, database: Database, masters: MasterKeys) -> None:
        self.rows: Collection = database[COLLECTION]
        self.masters = masters

    async def prepare(self) -> None:
        """By id only."""

    async def find(self, persons: Iterable[UUID], session: Session | None = None) -> Keys:
        """One that cannot be unwrapped, as the settings lack its master key, is the fault of nobody else."""
        wanted = list(set(persons))
        if not wanted:
            return Keys({})
        rows = await self.rows.find({"_id": {"$in": wanted}}, session=session).to_list(None)
        found = {row["_id"]: row["wrapped"] for row in rows}
        keys: dict[UUID, PersonKey] = {}
        for person, wrapped in found.items():
            if wrapped is not None and (key := self.opened(person, wrapped)) is not None:
                keys[person] = key
        erased = [person for person, wrapped in found.items() if wrapped is None]
        return Keys(keys, erased, found.keys() - keys.keys() - set(erased))

    def opened(self, person: UUID, wrapped: str) -> PersonKey | None:
        """None where it cannot be unwrapped, which the log says."""
        try:
            return PersonKey(person, self.masters.unwrap(wrapped))
        except MasterKeyMissing as error:
            log.critical("master-key.missing", name=error.args[0], person=str(person))
        except NotOpened:
            log.critical("person-key.broken", person=str(person))
        return None

    async def keep(self, batch: Batch[DomainEvent]) -> None:
        await self._write([(heard.event, heard.envelope.sequence) for heard in batch])

    async def record(self, events: Sequence[tuple[DomainEvent, int]], session: Session) -> None:
        """The key events among what a command of this service caused, with the versions of their aggregates."""
        await self._write([(event, sequence(version)) for event, version in events], session)

    async def _write(self, events: Sequence[tuple[DomainEvent, str]], session: Session | None = None) -> None:
        writes: list[UpdateOne] = []
        for event, at in events:
            if isinstance(event, PersonKeyPublished):
                writes.append(newer(event.member_id, at, {"wrapped": event.wrapped}))
            elif isinstance(event, PersonKeyDestroyed):
                writes.append(newer(event.member_id, at, {"wrapped": None}))
        if writes:
            await self.rows.bulk_write(writes, session=session)


class HasKeyring(Protocol):
    @property
    def keyring(self) -> Keyring: ...


async def keep_keys(stores: HasKeyring, batch: Batch[DomainEvent]) -> None:
    await stores.keyring.keep(batch)


KEYRING_HANDLERS: Handlers[HasKeyring] = {
    event: repeatable(keep_keys) for event in (PersonKeyPublished, PersonKeyDestroyed)
}
"""The part of a service's handlers that keeps its keyring."""
