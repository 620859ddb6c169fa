"""A year of hardship grants in figures. Small numbers point at somebody, so that not everyone is shown them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.welfare.grants import HardshipKind

LEAST_SHOWN = 5


class Payment(NamedTuple):
    """The kind and the amount are None where the member's data were erased."""

    member_id: UUID
    kind: HardshipKind | None
    amount_fen: int | None


class KindFigures(BaseModel):
    """Null is hidden."""

    model_config = ConfigDict(frozen=True)

    kind: HardshipKind
    applications: int | None
    recipients: int | None
    amount_fen: int | None

    @property
    def small(self) -> bool:
        return any(0 < (number or 0) < LEAST_SHOWN for number in (self.applications, self.recipients))

    def hidden(self) -> "KindFigures":
        return self.model_copy(update={"applications": None, "recipients": None, "amount_fen": None})


class GrantFigures(BaseModel):
    """`recipients` are distinct members who were paid."""

    model_config = ConfigDict(frozen=True)

    year: int
    applications: int | None
    recipients: int | None
    total_amount_fen: int | None
    by_kind: tuple[KindFigures, ...]

    def for_everyone(self) -> "GrantFigures":
        """Without small numbers. One kind alone that is hidden could be worked out from the others and the whole, so
        that the next smallest is hidden with it.
        """
        shown = {each.kind: each for each in self.by_kind}
        hidden = [each.kind for each in self.by_kind if each.small]
        if len(hidden) == 1:
            others = sorted((each for each in self.by_kind if each.kind != hidden[0]), key=_size)
            filled = [each for each in others if _size(each)]
            hidden += [each.kind for each in (filled or others)[:1]]
        by_kind = tuple(each.hidden() if each.kind in hidden else each for each in shown.values())
        change: dict[str, object] = {"by_kind": by_kind}
        if 0 < (self.applications or 0) < LEAST_SHOWN:
            change["applications"] = None
        if 0 < (self.recipients or 0) < LEAST_SHOWN:
            change |= {"recipients": None, "total_amount_fen": None}
        return self.model_copy(update=change)


def counted(year: int, applications: Mapping[HardshipKind | None, int], paid: Sequence[Payment]) -> GrantFigures:
    """`applications` are how many were handed in, by kind; None is whose kind is not known any more."""
    return GrantFigures(
        year=year,
        applications=sum(applications.values()),
        recipients=len({each.member_id for each in paid}),
        total_amount_fen=sum(each.amount_fen or 0 for each in paid),
        by_kind=tuple(
            KindFigures(
                kind=kind,
                applications=applications.get(kind, 0),
                recipients=len({each.member_id for each in paid if each.kind is kind}),
                amount_fen=sum(each.amount_fen or 0 for each in paid if each.kind is kind),
            )
            for kind in HardshipKind
        ),
    )


def _size(figures: KindFigures) -> int:
    return (figures.applications or 0) + (figures.recipients or 0)
