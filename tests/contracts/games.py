"""What the tests of the contracts declare: an event that no service knows."""

from typing import Any, Protocol
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent

GAME = "union.games.game-held.v1"
_EXAMPLES: dict[Any, Any] = {UUID: "01930000-0000-7000-8000-000000000001", bool: True, int: 3, str: "x"}


def field(annotation: Any, *, example: Any = None, **options: Any) -> tuple[Any, Any]:
    """A described field; `default=...` makes it optional."""
    shown = _EXAMPLES[annotation] if example is None else example
    return annotation, Field(description="A field.", examples=[shown], **options)


class Declare(Protocol):
    def __call__(self, event_type: str = GAME, /, **fields: Any) -> type[DomainEvent]: ...
