"""What a service does when it hears of something: the types behind its one visible table of handlers.

HANDLERS: Handlers[Stores] = {
    MemberJoined: repeatable(keep_member),
    BudgetAsked: once(reserve_budget),
}
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from shared.cloudevents import Envelope, read_envelope
from shared.contracts.base import DomainEvent
from shared.mongo import Session

W = TypeVar("W")
W_contra = TypeVar("W_contra", contravariant=True)
E = TypeVar("E", bound=DomainEvent, covariant=True)


class NotYet(Exception):
    """Raised by a handler that needs to hear of something else first, from another topic. It is tried again later.

    What lies behind in the same partition waits; other partitions, from which the missing piece comes, go on.
    """


class Received(NamedTuple, Generic[E]):
    """An event as it came. `source` and `id` together name it for good."""

    event: E
    source: str
    id: str
    headers: Sequence[tuple[str, bytes]]

    @property
    def envelope(self) -> Envelope:
        return read_envelope(self.headers)


Batch = Sequence[Received[E]]


@dataclass(frozen=True, slots=True)
class Reaction(Generic[W_contra]):
    handle: Callable[..., Awaitable[None]]
    in_transaction: bool

    @property
    def name(self) -> str:
        return str(getattr(self.handle, "__name__", "handler"))


Handlers = Mapping[type[DomainEvent], Reaction[W]]


def repeatable(handle: Callable[[W, Batch[Any]], Awaitable[None]]) -> Reaction[W]:
    """For a handler that may see an event again: its writes have ids derived from the event, so nothing changes."""
    return Reaction(handle, in_transaction=False)


def once(handle: Callable[[W, Batch[Any], Session], Awaitable[None]]) -> Reaction[W]:
    """For a handler whose writes must not be repeated: they share a transaction with the inbox rows of its events."""
    return Reaction(handle, in_transaction=True)
