"""Consents: given for a purpose, to a text of a version, and taken back at any time.

个人信息保护法, articles 13 to 15.
"""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.members.errors import ConsentWithdrawnAlready
from shared.aggregate import Aggregate, Decision
from shared.contracts.members import ConsentGiven, ConsentWithdrawn


class ConsentText(BaseModel):
    """What is asked for one purpose, from a day on."""

    model_config = ConfigDict(frozen=True)

    purpose: str
    version: int
    effective_from: date
    zh: str
    en: str
    source: str


class Consent(Aggregate):
    member_id: UUID
    purpose: str
    text_version: int
    given_at: datetime
    withdrawn_at: datetime | None = None

    @classmethod
    def give(
        cls, consent_id: UUID, *, member_id: UUID, purpose: str, text_version: int, at: datetime
    ) -> "Decision[Consent]":
        consent = cls(id=consent_id, member_id=member_id, purpose=purpose, text_version=text_version, given_at=at)
        return Decision(consent, (ConsentGiven(consent_id=consent_id, member_id=member_id, purpose=purpose),))

    def withdraw(self, *, at: datetime) -> "Decision[Consent]":
        """Raises ConsentWithdrawnAlready."""
        if self.withdrawn_at is not None:
            raise ConsentWithdrawnAlready(withdrawn_at=self.withdrawn_at.isoformat())
        event = ConsentWithdrawn(consent_id=self.id, member_id=self.member_id, purpose=self.purpose)
        return Decision(self.model_copy(update={"withdrawn_at": at}), (event,))
