"""Mutual aid, service cards and pairings of a year in figures."""

from collections.abc import Mapping
from typing import NamedTuple

from services.welfare.domain.aid_claims import State as ClaimState

FEW = 5
"""Fewer than so many could be told who they are, where it is about what befell them."""


class AidFigures(NamedTuple):
    """`claims` are of what happened in the year, `paid_claims` and `paid_fen` of what was paid in it.

    None is what may not be told: there are some, and they are few.
    """

    enrolled: int
    claims: Mapping[ClaimState, int | None]
    paid_claims: int | None
    paid_fen: int | None


class CardFigures(NamedTuple):
    """`issued` are cards whose first number came in the year; `refused` of those applied for in it."""

    applied: int
    issued: int
    refused: int


class PairingFigures(NamedTuple):
    """Of pairings that went on in the year, on whatever day of it, and what was written down in it."""

    programmes: int
    mentors: int
    students: int
    logs: int


def told(count: int, *, all_of_it: bool) -> int | None:
    return count if all_of_it or count == 0 or count >= FEW else None
