"""The chain of an audit log, and what breaks it. Pure."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

Document = dict[str, Any]

BEGIN = "0" * 64
"""What the first entry has before it."""
ERASED = "details.erased"
"""The action of an entry that accounts for details that are gone."""


class Head(NamedTuple):
    sequence: int
    hash: str


class Fault(StrEnum):
    MISSING = "missing"
    """The entry that should be here is not."""
    HASH = "hash"
    """The entry is not what was written."""
    LINK = "link"
    """It does not follow the entry before it."""
    COMMITMENT = "commitment"
    """Its details are not what was written."""
    DETAILS = "details"
    """Its details are gone, and no entry says that they were erased."""
    HEAD = "head"
    """The end of the chain is not the one that was written, or not the one expected."""


class Broken(NamedTuple):
    sequence: int
    fault: Fault


class Verified(NamedTuple):
    """`erased` entries have no details any more. `broken` is the first entry that is, None where the chain is whole."""

    entries: int
    erased: int
    head: Head
    broken: Broken | None


def canonical(value: Mapping[str, Any]) -> bytes:
    """One text for equal values: sorted keys, no spaces, UTF-8; ids and times as text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_text).encode()


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")


def commitment(salt: bytes, details: Mapping[str, Any]) -> str:
    return hashlib.sha256(salt + canonical(details)).hexdigest()


def entry_hash(entry: Mapping[str, Any]) -> str:
    names = ("at", "action", "details_id", "commitment", "previous")
    return hashlib.sha256(canonical({"sequence": entry["_id"], **{name: entry[name] for name in names}})).hexdigest()


async def verify_chain(
    links: AsyncIterable[tuple[Document, Document | None]], head: Head, expected: Head | None = None
) -> Verified:
    """Entries in the order of their numbers, each with its details where these are still there."""
    previous, entries, erased = Head(0, BEGIN), 0, 0
    held = expected is None or expected == previous
    gone: dict[UUID, int] = {}
    """Details that are not there and, so far, not known to be erased, with their entries."""
    async for entry, details in links:
        number = previous.sequence + 1
        fault = _fault(entry, details, previous)
        if fault is not None:
            return Verified(entries, erased, head, _first(gone, Broken(number, fault)))
        entries += 1
        previous = Head(number, entry["hash"])
        held = held or previous == expected
        if details is None:
            erased += 1
            gone[entry["details_id"]] = number
        elif entry["action"] == ERASED:
            for details_id in details.get("erased", ()):
                gone.pop(details_id, None)
    broken: Broken | None = None
    if previous != head:
        broken = Broken(min(previous.sequence, head.sequence) + 1, Fault.HEAD)
    elif not held and expected is not None:
        broken = Broken(min(expected.sequence, previous.sequence + 1), Fault.HEAD)
    return Verified(entries, erased, head, _first(gone, broken))


def _fault(entry: Document, details: Document | None, previous: Head) -> Fault | None:
    if entry.get("_id") != previous.sequence + 1:
        return Fault.MISSING
    if not all(isinstance(entry.get(name), kind) for name, kind in _KINDS.items()):
        return Fault.HASH
    if entry["previous"] != previous.hash:
        return Fault.LINK
    if entry["hash"] != entry_hash(entry):
        return Fault.HASH
    return None if details is None or _committed(entry, details) else Fault.COMMITMENT


_KINDS: Mapping[str, type] = {
    "at": datetime,
    "action": str,
    "details_id": UUID,
    "commitment": str,
    "previous": str,
    "hash": str,
}


def _first(gone: Mapping[UUID, int], broken: Broken | None) -> Broken | None:
    """Where the chain is broken further on, an erasure behind that may still account for what is gone."""
    if broken is None and gone:
        return Broken(min(gone.values()), Fault.DETAILS)
    return broken


def _committed(entry: Document, details: Document) -> bool:
    shown = {name: value for name, value in details.items() if name not in ("_id", "salt")}
    try:
        return hmac.compare_digest(commitment(details["salt"], shown), entry["commitment"])
    except (LookupError, TypeError, ValueError, AttributeError):
        # Of another form than whatever was written.
        return False
