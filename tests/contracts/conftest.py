from typing import Any

import pytest
from pydantic import create_model

from shared.contracts import base
from shared.contracts.base import DomainEvent
from tests.contracts.games import GAME, Declare


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
