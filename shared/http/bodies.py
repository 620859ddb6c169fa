"""What bodies and views have in common."""

from typing import Annotated, Any, Self, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

T = TypeVar("T")


def _printable(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("null_character", "must not hold a null character")
    return text


def _unlike(values: list[UUID]) -> list[UUID]:
    if len(set(values)) != len(values):
        raise PydanticCustomError("duplicates", "must not hold the same twice")
    return values


_Printable = AfterValidator(_printable)
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), _Printable]
LongLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), _Printable]
Paragraphs = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000), _Printable]
Ids = Annotated[list[UUID], AfterValidator(_unlike)]
"""Each only once."""


class Body(BaseModel):
    """What a caller sends: nothing that is not asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class View(BaseModel):
    """What a caller is shown of an aggregate: the fields that it declares, by the same names."""

    model_config = ConfigDict(from_attributes=True, frozen=True)

    @classmethod
    def of(cls, state: Any) -> Self:
        return cls.model_validate(state)
