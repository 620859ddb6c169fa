"""What the welfare service publishes about pairings (结对帮扶): a member supports a student."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, UnitId

PairingId = Annotated[UUID, Field(description="Pairing (结对).", examples=["01930000-0000-7000-8000-0000000000e8"])]
LogId = Annotated[
    UUID, Field(description="Talk or help (帮扶记录).", examples=["01930000-0000-7000-8000-0000000000e9"])
]
MentorId = Annotated[
    UUID, Field(description="The member who supports the student.", examples=["01930000-0000-7000-8000-0000000000b1"])
]


class PairingEnd(StrEnum):
    """Why a pairing ends."""

    GOAL_REACHED = "goal_reached"
    GRADUATED = "graduated"
    STUDENT_LEFT = "student_left"
    MENTOR_LEFT = "mentor_left"
    AT_STUDENTS_WISH = "at_students_wish"
    AT_MENTORS_WISH = "at_mentors_wish"
    OTHER = "other"


class Help(StrEnum):
    TALK = "talk"
    VISIT = "visit"
    GIFT = "gift"
    STUDY_HELP = "study_help"
    OTHER = "other"


class PairingBegun(DomainEvent, type="union.welfare.pairing-begun.v1"):
    """Sent when a member begins to support a student."""

    pairing_id: PairingId
    mentor_id: MentorId
    unit_id: UnitId


class PairingBegunRestricted(DomainEvent, type="union.welfare.pairing-begun.restricted.v1", sealed_for="mentor_id"):
    """Sent when a member begins to support a student, with the programme of which it is."""

    pairing_id: PairingId
    mentor_id: MentorId
    unit_id: UnitId
    programme: Annotated[str, Field(description="Programme.", examples=["丁香妈妈"])]
    begun_on: Annotated[date, Field(description="First day, Asia/Shanghai.", examples=["2022-03-01"])]


class PairingPaused(DomainEvent, type="union.welfare.pairing-paused.v1"):
    """Sent when a pairing rests for a while."""

    pairing_id: PairingId
    mentor_id: MentorId
    unit_id: UnitId


class PairingResumed(DomainEvent, type="union.welfare.pairing-resumed.v1"):
    """Sent when a pairing that rested goes on."""

    pairing_id: PairingId
    mentor_id: MentorId
    unit_id: UnitId


class PairingEnded(DomainEvent, type="union.welfare.pairing-ended.v1"):
    """Sent when a pairing ends."""

    pairing_id: PairingId
    mentor_id: MentorId
    unit_id: UnitId


class PairingEndedRestricted(DomainEvent, type="union.welfare.pairing-ended.restricted.v1", sealed_for="mentor_id"):
    """Sent when a pairing ends, with the reason."""

    pairing_id: PairingId
    mentor_id: MentorId
    unit_id: UnitId
    ended_on: Annotated[date, Field(description="First day without it, Asia/Shanghai.", examples=["2022-12-31"])]
    because: Annotated[PairingEnd, Field(description="Why.", examples=["graduated"])]


class PairingHelpLogged(DomainEvent, type="union.welfare.pairing-help-logged.v1"):
    """Sent when a talk with a student, or a help given, is written down."""

    log_id: LogId
    pairing_id: PairingId
    mentor_id: MentorId
    unit_id: UnitId


class PairingHelpLoggedRestricted(
    DomainEvent, type="union.welfare.pairing-help-logged.restricted.v1", sealed_for="mentor_id"
):
    """Sent when a talk with a student, or a help given, is written down, with its kind and what a gift was worth."""

    log_id: LogId
    pairing_id: PairingId
    mentor_id: MentorId
    unit_id: UnitId
    happened_on: Annotated[date, Field(description="When it was, Asia/Shanghai.", examples=["2022-04-01"])]
    kind: Annotated[Help, Field(description="What it was.", examples=["talk"])]
    amount_fen: Annotated[
        int | None, Field(description="Value of a gift in fen; null for anything else.", examples=[10000])
    ]
