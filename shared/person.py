"""The rights of the person, in every service that holds something about members.

A store that holds something is a `Holder`. What the members service asks is answered by events; what it erases, every
holder erases.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog

from shared import clock
from shared.audit import Entry
from shared.command import Command
from shared.contracts.base import DomainEvent
from shared.contracts.persons import ANSWERED, GATHERED, MemberErased, PersonDataRequested, PersonErasureRequested
from shared.directory import DIRECTORY_HANDLERS, Directory
from shared.handlers import Batch, Handlers, Received, once, repeatable
from shared.keyring import KEYRING_HANDLERS, Keyring
from shared.mongo import Document, Session
from shared.retention import RetentionRule, RetentionRules
from shared.store import Foundation

log = structlog.get_logger()

_PART_CHARACTERS = 30_000
_RECORDS_AT_ONCE = 200


class Holder(Protocol):
    """What keeps something about members."""

    @property
    def kind(self) -> str: ...

    def holdings(self, person: UUID) -> AsyncIterator[Document]:
        """Everything held about the person, as JSON, opened where it is sealed for them."""

    async def newest(self, person: UUID) -> date | None:
        """The day from which the newest record that a rule of retention may hold is counted."""

    async def erase(self, person: UUID) -> int:
        """Erase what the destroyed key has not erased already; how many records. May be repeated."""

    async def expire(self, before: date) -> int:
        """Erase the contents of what happened before the day; how many records. May be repeated."""


class HasHolders(Protocol):
    @property
    def foundation(self) -> Foundation: ...
    @property
    def keyring(self) -> Keyring: ...
    @property
    def directory(self) -> Directory: ...
    @property
    def retention(self) -> RetentionRules: ...
    def holders(self) -> Sequence[Holder]: ...


async def everything_held(foundation: Foundation, holders: Sequence[Holder], person: UUID) -> AsyncIterator[Document]:
    """Everything that the service holds about the person, and who did what about them."""
    for holder in holders:
        async for item in holder.holdings(person):
            yield item
    before: UUID | None = None
    while True:
        rows, before = await foundation.audit.concerning(person, limit=_RECORDS_AT_ONCE, before=before)
        for row in rows:
            yield {
                "kind": "access record",
                "at": row["at"].isoformat(),
                "action": row["action"],
                "actor": str(row["actor"]) if row["actor"] else None,
                "subject": {"kind": row["subject"]["kind"], "id": str(row["subject"]["id"])},
                "fields": row["fields"],
                "purpose": row["purpose"],
            }
        if before is None:
            return


async def gather(stores: HasHolders, batch: Batch[PersonDataRequested], session: Session) -> None:
    """Answer with everything that is held about the member, in parts that fit into a message."""
    for heard in batch:
        person = heard.event.member_id
        if (await stores.keyring.find([person])).to_open(person) is None:
            continue
        found = [item async for item in everything_held(stores.foundation, stores.holders(), person)]
        text = json.dumps(found, ensure_ascii=False)
        parts = [text[at : at + _PART_CHARACTERS] for at in range(0, len(text), _PART_CHARACTERS)]
        answer = GATHERED[stores.foundation.service]
        events = [
            answer(request_id=heard.event.request_id, member_id=person, part=number, parts=len(parts), content=content)
            for number, content in enumerate(parts, 1)
        ]
        await _publish(stores, heard, events, session)
        entry = Entry("person.gathered", None, (person,), "request", heard.event.request_id, purpose="person-request")
        await stores.foundation.audit.append_in([entry], session)


async def answer_erasure(stores: HasHolders, batch: Batch[PersonErasureRequested], session: Session) -> None:
    """Answer until when the rules of retention make this service keep something about the member."""
    today = clock.campus_day(clock.now())
    for heard in batch:
        held: tuple[date, RetentionRule] | None = None
        for holder in stores.holders():
            newest = await holder.newest(heard.event.member_id)
            rule = await stores.retention.on(holder.kind, today)
            if newest is not None and rule is not None:
                until = rule.until(newest)
                if until > today and (held is None or until > held[0]):
                    held = until, rule
        event = ANSWERED[stores.foundation.service](
            request_id=heard.event.request_id,
            member_id=heard.event.member_id,
            held_until=held[0] if held else None,
            source=held[1].source if held else None,
        )
        await _publish(stores, heard, [event], session)


async def erase(stores: HasHolders, batch: Batch[MemberErased]) -> None:
    for heard in batch:
        person = heard.event.member_id
        erased = {holder.kind: await holder.erase(person) for holder in stores.holders()}
        await stores.foundation.audit.erase(person)
        log.info("person.erased", person=str(person), records=erased)


async def _publish(stores: HasHolders, heard: Received[Any], events: Sequence[DomainEvent], session: Session) -> None:
    """The answer to a request: events of its own, in the transaction that marks the request as heard."""
    foundation, envelope = stores.foundation, heard.envelope
    command = Command(heard.event.member_id, clock.now(), envelope.correlationid, envelope.traceparent)
    rows = foundation.outbox.rows_for(events, heard.event.request_id, 1, command)
    keys = await foundation.keyring.find([heard.event.member_id])
    for row in rows:
        if row["person"] is not None:
            row["value"] = keys.to_seal(row["person"]).seal_data(row["value"])
    await foundation.outbox.add(rows, session)


PERSON_HANDLERS: Handlers[HasHolders] = {
    PersonDataRequested: once(gather),
    PersonErasureRequested: once(answer_erasure),
    MemberErased: repeatable(erase),
}

STANDING_HANDLERS: Handlers[HasHolders] = {**DIRECTORY_HANDLERS, **KEYRING_HANDLERS, **PERSON_HANDLERS}
"""The part of the handlers of every service that keeps something about members."""


async def count_keys(stores: HasHolders) -> dict[str, Any]:
    """How many keys of persons are under which master key. One with none left can leave the settings."""
    under: Counter[str] = Counter()
    async for row in stores.keyring.rows.find({"wrapped": {"$ne": None}}, {"wrapped": 1}):
        under[row["wrapped"].partition(":")[0]] += 1
    return {"current": stores.keyring.masters.current, "keys": dict(under)}


class KeepsByRules(Protocol):
    @property
    def foundation(self) -> Foundation: ...
    @property
    def retention(self) -> RetentionRules: ...
    def holders(self) -> Sequence[Holder]: ...


async def apply_retention(stores: KeepsByRules) -> list[dict[str, Any]]:
    """Erase the contents of what need not be kept any more. What was done, by kind and rule."""
    today = clock.campus_day(clock.now())
    report: list[dict[str, Any]] = []
    for holder in stores.holders():
        rule = await stores.retention.on(holder.kind, today)
        if rule is None:
            report.append({"kind": holder.kind, "rule": None, "expired": 0})
            continue
        before = rule.before(today)
        expired = await holder.expire(before)
        if expired:
            subject = ("retention rule", uuid5(NAMESPACE_URL, f"{holder.kind} {rule.effective_from}"))
            await stores.foundation.audit.append(Entry("retention.applied", None, (), *subject, (holder.kind,)))
        report.append(
            {
                "kind": holder.kind,
                "rule": rule.model_dump(mode="json"),
                "before": before.isoformat(),
                "expired": expired,
            }
        )
    return report


STANDING_JOBS: Mapping[str, Callable[[Any], Awaitable[Any]]] = {"retention": apply_retention, "count-keys": count_keys}
"""The jobs of every service that keeps something about members."""
