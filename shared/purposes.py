"""Why somebody opens what is sealed: said beforehand, and put on record.

个人信息保护法, article 6: a clear and reasonable purpose.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from shared.errors import Malformed, Text


class Purpose(StrEnum):
    OWN = "own"
    """The person themself."""
    HANDLING = "handling"
    """Deciding or carrying out the case."""
    PAYMENT = "payment"
    AUDIT = "audit"
    STATISTICS = "statistics"
    PERSON_REQUEST = "person-request"
    """Export, correction or erasure that the person has asked for."""


class Reading(NamedTuple):
    """Who opens it. `purpose` may be left out by the person themself."""

    actor: UUID
    purpose: Purpose | None
    correlation_id: str

    def of(self, person: UUID) -> Purpose:
        """What for, where it is about that person. Raises PurposeMissing."""
        purpose = Purpose.OWN if person == self.actor else self.purpose
        if purpose is None or (purpose is Purpose.OWN and person != self.actor):
            raise PurposeMissing(field="purpose", one_of=[each for each in Purpose if each is not Purpose.OWN])
        return purpose


@dataclass(eq=False)
class PurposeMissing(Malformed):
    title = Text(zh="缺少查阅目的", en="The purpose is missing")
    detail = Text(
        zh="查阅他人的敏感信息须在参数 {field} 中说明目的，可选：{one_of}",
        en="Reading what is sensitive about somebody else takes the parameter {field}, one of: {one_of}",
    )

    field: str
    one_of: list[str]
