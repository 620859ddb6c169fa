"""The year 2022 in figures, and a calendar by which it is lived through again."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared import clock
from shared.clock import CAMPUS

THE_YEAR: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "year-2022.yaml").read_text("utf-8"))


class Calendar:
    """What day it is. Each look is a little later than the one before, as with any clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now = datetime(2022, 1, 4, 9, tzinfo=CAMPUS)
        monkeypatch.setattr(clock, "now", self.look)

    def look(self) -> datetime:
        self._now += timedelta(milliseconds=1)
        return self._now.astimezone(UTC)

    def turn(self, day: str) -> None:
        self._now = datetime.combine(date.fromisoformat(day), datetime.min.time(), CAMPUS) + timedelta(hours=9)
