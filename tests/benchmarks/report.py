"""A ratio, and how it is printed."""

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Spread:
    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{_short(self.median)} ({_short(self.least)}–{_short(self.most)})"


def medians(values: list[float]) -> Spread:
    return Spread(median(values), min(values), max(values))


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


@dataclass(frozen=True)
class Ratio:
    """`ours` over `peer`, both measured in this run. `ours_at_most` bounds the figure itself, in its unit."""

    what: str
    peer_name: str
    ours: Spread
    peer: Spread
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    ours_at_most: float | None = None

    @property
    def value(self) -> float:
        return self.ours.median / self.peer.median

    @property
    def holds(self) -> bool:
        return (
            (self.at_least is None or self.value >= self.at_least)
            and (self.at_most is None or self.value <= self.at_most)
            and (self.ours_at_most is None or self.ours.median <= self.ours_at_most)
        )

    def __str__(self) -> str:
        bound = ""
        if self.at_least is not None:
            bound = f"; at least {self.at_least:g}: {'holds' if self.holds else 'MISSED'}"
        elif self.at_most is not None:
            bound = f"; at most {self.at_most:g}: {'holds' if self.holds else 'MISSED'}"
        elif self.ours_at_most is not None:
            bound = f"; at most {self.ours_at_most:g} {self.unit}: {'holds' if self.holds else 'MISSED'}"
        return (
            f"{self.what:<40} {self.value:6.2f} x   ours {self.ours} {self.unit}, "
            f"{self.peer_name} {self.peer} {self.unit}{bound}"
        )
