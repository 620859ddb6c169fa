"""Events that only a test knows."""

from typing import Any, Protocol
from uuid import UUID

import pytest
from pydantic import Field, create_model

from shared.contracts import base
from shared.contracts.base import DomainEvent

GAME = "union.games.game-held.v1"
EXAMPLES: dict[Any, Any] = {UUID: "01930000-0000-7000-8000-000000000001", bool: True, int: 3, str: "x"}


def field(annotation: Any, *, example: Any = None, **options: Any) -> tuple[Any, Any]:
    """A described field; `default=...` makes it optional."""
    shown = EXAMPLES[annotation] if example is None else example
    return annotation, Field(description="A field.", examples=[shown], **options)


class Declare(Protocol):
    def __call__(self, event_type: str = GAME, /, **fields: Any) -> type[DomainEvent]: ...


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Declare:
    """Declares an event, also of a type that is declared already: as the author of the next release would."""

    def declare(event_type: str = GAME, /, **fields: Any) -> type[DomainEvent]:
        monkeypatch.setattr(base, "_registry", {})
        model: type[DomainEvent] = create_model(
            "GameHeld",
            __base__=DomainEvent,
            __doc__="Sent when a game is held.",
            __cls_kwargs__={"type": event_type},
            **fields,
        )
        return model

    return declare
