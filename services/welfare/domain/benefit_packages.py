"""What there is to choose from in a drive, and what it costs at the most."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.welfare.errors.benefits import OneDefaultPackage
from shared.contracts.welfare.visits import Form


class Package(BaseModel):
    """`stock` is None where there are as many as are asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    name: str
    form: Form
    price_fen: int
    stock: int | None
    default: bool


def require_one_default(packages: Sequence[Package]) -> None:
    """Raises OneDefaultPackage."""
    defaults = sum(package.default for package in packages)
    if defaults != 1:
        raise OneDefaultPackage(given=defaults)


def default_of(packages: Sequence[Package]) -> Package:
    return next(package for package in packages if package.default)


def dearest_of(packages: Sequence[Package]) -> int:
    """The most that one member may have, in fen."""
    return max(package.price_fen for package in packages)


def most_of(packages: Sequence[Package], members: int) -> int:
    """What the dearest choices of so many would cost in fen, as far as there are so many of a package."""
    left, cost = members, 0
    for package in sorted(packages, key=lambda each: each.price_fen, reverse=True):
        taken = left if package.stock is None else min(left, package.stock)
        left, cost = left - taken, cost + taken * package.price_fen
    return cost
