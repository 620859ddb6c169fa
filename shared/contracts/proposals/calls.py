"""What is published of calls for proposals (征集)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, UnitId

CallId = Annotated[UUID, Field(description="Call (征集).", examples=["01930000-0000-7000-8000-0000000000f2"])]
ClosesAt = Annotated[datetime, Field(description="When forms become late.", examples=["2022-03-20T16:00:00Z"])]
LateUntil = Annotated[
    datetime, Field(description="Until when late forms are taken as opinions.", examples=["2022-03-31T16:00:00Z"])
]


class CallAnnounced(DomainEvent, type="union.proposals.call-announced.v1"):
    """Sent when a call for proposals is announced to the delegates of a term."""

    call_id: CallId
    session_id: Annotated[
        UUID, Field(description="The session (次) it is for.", examples=["01930000-0000-7000-8000-0000000000f3"])
    ]
    term_id: Annotated[
        UUID, Field(description="Whose delegates file.", examples=["01930000-0000-7000-8000-0000000000f4"])
    ]
    unit_id: UnitId
    opens_at: Annotated[datetime, Field(description="From when forms are taken.", examples=["2022-03-01T00:00:00Z"])]
    closes_at: ClosesAt
    late_until: LateUntil


class CallCancelled(DomainEvent, type="union.proposals.call-cancelled.v1"):
    """Sent when the session of a call is cancelled, and no more forms are taken in it."""

    call_id: CallId
    unit_id: UnitId


class FormsAwaitReview(DomainEvent, type="union.proposals.forms-await-review.v1"):
    """Sent when forms of a call have waited for their disposition for as long as the rule gives the committee."""

    call_id: CallId
    unit_id: UnitId
    forms: Annotated[int, Field(description="How many wait.", examples=[3])]


class CallExtended(DomainEvent, type="union.proposals.call-extended.v1"):
    """Sent when a call for proposals is extended."""

    call_id: CallId
    unit_id: UnitId
    closes_at: ClosesAt
    late_until: LateUntil
