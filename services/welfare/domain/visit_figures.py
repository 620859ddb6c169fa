"""Figures of visits by occasion, and what is hidden of them: a small number tells of somebody."""

from collections.abc import Sequence
from typing import NamedTuple

from shared.contracts.welfare.visits import Occasion

SENSITIVE = frozenset({Occasion.HOSPITALISED, Occasion.BEREAVEMENT, Occasion.DEATH, None})
"""None is what nobody can read any more."""
LEAST_SHOWN = 5


class OccasionFigures(NamedTuple):
    """None where it is hidden. `occasion` is None for those whose subject was erased."""

    occasion: Occasion | None
    logged: int | None
    paid: int | None
    amount_fen: int | None


class VisitFigures(NamedTuple):
    """`total` is of what is shown, or what is hidden could be reckoned from it."""

    occasions: Sequence[OccasionFigures]
    total: OccasionFigures


def figures(counted: Sequence[OccasionFigures], *, everything: bool) -> VisitFigures:
    """With all that there is for those who may see `everything`."""
    shown = [each if everything else _hidden(each) for each in counted]
    total = OccasionFigures(
        None,
        sum(each.logged or 0 for each in shown),
        sum(each.paid or 0 for each in shown),
        sum(each.amount_fen or 0 for each in shown),
    )
    return VisitFigures(shown, total)


def _hidden(found: OccasionFigures) -> OccasionFigures:
    """All of it, also where nothing happened: that is as good as a small number to whoever knows of one."""
    if found.occasion not in SENSITIVE or ((found.logged or 0) >= LEAST_SHOWN and (found.paid or 0) >= LEAST_SHOWN):
        return found
    return OccasionFigures(found.occasion, None, None, None)
