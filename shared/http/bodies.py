"""What bodies and views have in common."""

import re
import unicodedata
from datetime import date
from typing import Annotated, Any, Self, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

T = TypeVar("T")


_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"}
_NEVER = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of what follows, as of the sentence in which a name is quoted."""


def _of_one_line(text: str) -> str:
    if any(character in _TURNS or unicodedata.category(character) in _NEVER for character in text):
        raise PydanticCustomError("characters", "must not hold line breaks or control characters")
    return _visible(text)


def _of_paragraphs(text: str) -> str:
    for character in text:
        if character in _TURNS or (unicodedata.category(character) in _NEVER and character not in "\n\r\t"):
            raise PydanticCustomError("control_characters", "must not hold control characters")
    return _visible(text)


def _visible(text: str) -> str:
    if all(unicodedata.category(character) in _INVISIBLE for character in text):
        raise PydanticCustomError("nothing_to_see", "must hold something that can be seen")
    return text


def _written_as_a_day(value: Any) -> Any:
    """A number is no day, though it could be taken for one."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    raise PydanticCustomError("date_type", "must be a date (YYYY-MM-DD)")


def _unlike(values: list[UUID]) -> list[UUID]:
    if len(set(values)) != len(values):
        raise PydanticCustomError("duplicates", "must not hold the same twice")
    return values


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), AfterValidator(_of_one_line)
]
LongLine = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_of_one_line)
]
Paragraphs = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000), AfterValidator(_of_paragraphs)
]
Day = Annotated[date, BeforeValidator(_written_as_a_day), Field(ge=date(1900, 1, 1), le=date(2100, 12, 31))]
"""YYYY-MM-DD, in Asia/Shanghai."""
Whole = Annotated[int, Field(strict=True)]
"""Neither true nor "6" nor 6.0."""
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
