"""What a domain module is made of: aggregates, decisions and the gate of a state machine. Pure."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.base import DomainEvent
from shared.errors import WrongState


class Aggregate(BaseModel):
    """A thing that changes as a whole. Frozen: a method returns a `Decision` and leaves it as it was."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID


class DatedRule(Aggregate):
    """In force from `effective_from` until the next one is. `source` is the document that it rests on."""

    effective_from: date
    source: str


A = TypeVar("A", bound=Aggregate)
A_co = TypeVar("A_co", bound=Aggregate, covariant=True)
S = TypeVar("S", bound=StrEnum)
T = TypeVar("T", bound=StrEnum)


class Decision(NamedTuple, Generic[A_co]):
    """The new state and the events that say what happened, in order."""

    state: A_co
    events: tuple[DomainEvent, ...]


def transition(table: Mapping[tuple[S, T], S], state: S, action: T) -> S:
    """The state after the action. Raises WrongState for whatever is not in the table."""
    try:
        return table[state, action]
    except KeyError:
        raise WrongState(state=state.value, action=action.value) from None
