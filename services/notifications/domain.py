"""A notice in a member's inbox."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Topic(StrEnum):
    """What a notice is about; each has a template in every language."""

    SECONDING_REQUESTED = "seconding-requested"
    PROPOSAL_WITHDRAWN = "proposal-withdrawn"
    VISIT_LOGGED = "visit-logged"
    AWARD_GRANTED = "award-granted"
    APPEAL_SUBMITTED = "appeal-submitted"
    APPEAL_ACCEPTED = "appeal-accepted"
    APPEAL_REFUSED = "appeal-refused"
    APPEAL_MEDIATION = "appeal-mediation"
    APPEAL_SETTLED = "appeal-settled"
    APPEAL_HEARING = "appeal-hearing"
    APPEAL_RECUSED = "appeal-recused"
    APPEAL_DECIDED = "appeal-decided"
    APPEAL_WITHDRAWN = "appeal-withdrawn"


class Notice(BaseModel):
    """Its text is made when it is read, in the reader's language and with the names of that day.

    `id` is derived from the event and the member, so that an event heard twice makes one notice.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    member_id: UUID
    topic: Topic
    subject_id: UUID
    facts: Mapping[str, str]
    people: Mapping[str, UUID]
    event_id: str
    correlation_id: str
    at: datetime
    read_at: datetime | None = None


def notice_id(event_id: str, member_id: UUID) -> str:
    """Sorts by time, as event ids do."""
    return f"{event_id}|{member_id}"
