"""What is published of congresses: staff congresses (教代会) and union members' congresses (工代会).

Titles, texts and the names of persons are said nowhere.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, MemberId, UnitId


class BodyKind(StrEnum):
    STAFF_CONGRESS = "staff_congress"
    UNION_MEMBERS_CONGRESS = "union_members_congress"


class Seated(StrEnum):
    """How somebody became a delegate."""

    ELECTED = "elected"
    IMPORTED = "imported"
    EX_OFFICIO = "ex_officio"


BodyId = Annotated[UUID, Field(description="Body (教代会, 工代会).", examples=["01930000-0000-7000-8000-000000000101"])]
Kind = Annotated[BodyKind, Field(description="What kind of body it is.", examples=["staff_congress"])]
TermId = Annotated[UUID, Field(description="Term (届).", examples=["01930000-0000-7000-8000-000000000102"])]
DelegationId = Annotated[
    UUID, Field(description="Delegation (代表团).", examples=["01930000-0000-7000-8000-000000000103"])
]
DelegateId = Annotated[UUID, Field(description="Delegate (代表).", examples=["01930000-0000-7000-8000-000000000104"])]
SessionId = Annotated[UUID, Field(description="Session (次).", examples=["01930000-0000-7000-8000-000000000105"])]
BodyUnitId = Annotated[
    UUID, Field(description="Unit whose body it is.", examples=["01930000-0000-7000-8000-0000000000a1"])
]
HeldFrom = Annotated[date, Field(description="First day, Asia/Shanghai.", examples=["2022-03-18"])]
HeldUntil = Annotated[date, Field(description="Last day, Asia/Shanghai.", examples=["2022-03-19"])]
Due = Annotated[int, Field(description="How many were due to attend (应到).", ge=0, examples=[120])]
Present = Annotated[int, Field(description="How many were present (实到).", ge=0, examples=[108])]


class BodyEstablished(DomainEvent, type="union.proposals.body-established.v1"):
    """Sent when a congress of the school or of a unit is established."""

    body_id: BodyId
    kind: Kind
    unit_id: BodyUnitId


class BodyRuleAdopted(DomainEvent, type="union.proposals.body-rule-adopted.v1"):
    """Sent when a body adopts another rule of quorum and majority."""

    body_id: BodyId
    unit_id: BodyUnitId
    effective_from: Annotated[date, Field(description="First day of the rule.", examples=["2022-01-01"])]


class TermBegun(DomainEvent, type="union.proposals.term-begun.v1"):
    """Sent when a term of a body begins."""

    term_id: TermId
    body_id: BodyId
    unit_id: BodyUnitId
    number: Annotated[int, Field(description="Which term it is (第几届).", ge=1, examples=[13])]
    begins_on: Annotated[date, Field(description="First day of the term.", examples=["2020-03-01"])]


class TermEnded(DomainEvent, type="union.proposals.term-ended.v1"):
    """Sent when a term of a body ends."""

    term_id: TermId
    body_id: BodyId
    unit_id: BodyUnitId
    ends_on: Annotated[date, Field(description="First day without the term.", examples=["2025-03-01"])]


class DelegationFormed(DomainEvent, type="union.proposals.delegation-formed.v1"):
    """Sent when a delegation of a term is formed."""

    delegation_id: DelegationId
    term_id: TermId
    unit_id: BodyUnitId


class DelegationRevised(DomainEvent, type="union.proposals.delegation-revised.v1"):
    """Sent when a delegation takes another name or leader, or is made of other units."""

    delegation_id: DelegationId
    term_id: TermId
    unit_id: BodyUnitId
    leader_id: Annotated[
        UUID | None,
        Field(description="Its leader; null where there is none.", examples=["01930000-0000-7000-8000-0000000000b1"]),
    ]


class DelegateSeated(DomainEvent, type="union.proposals.delegate-seated.v1"):
    """Sent when a member becomes a delegate of a term."""

    delegate_id: DelegateId
    term_id: TermId
    unit_id: BodyUnitId
    member_id: MemberId
    electing_unit_id: Annotated[
        UUID, Field(description="Unit that the delegate stands for.", examples=["01930000-0000-7000-8000-0000000000a2"])
    ]
    how: Annotated[Seated, Field(description="How the member became a delegate.", examples=["elected"])]
    elected_on: Annotated[date, Field(description="First day as a delegate.", examples=["2020-03-01"])]


class DelegateAssigned(DomainEvent, type="union.proposals.delegate-assigned.v1"):
    """Sent when a delegate comes to sit in a delegation after the election."""

    delegate_id: DelegateId
    term_id: TermId
    unit_id: BodyUnitId
    member_id: MemberId
    delegation_id: DelegationId


class DelegatesImported(DomainEvent, type="union.proposals.delegates-imported.v1"):
    """Sent when a sheet of delegates was taken in; each delegate has an event of their own."""

    import_id: Annotated[UUID, Field(description="Import.", examples=["01930000-0000-7000-8000-00000000010a"])]
    term_id: TermId
    unit_id: BodyUnitId
    new: Annotated[int, Field(description="Rows of new delegates.", ge=0, examples=[110])]
    changed: Annotated[int, Field(description="Rows that changed a delegate.", ge=0, examples=[8])]
    unchanged: Annotated[int, Field(description="Rows that changed nothing.", ge=0, examples=[2])]
    refused: Annotated[int, Field(description="Rows that were refused.", ge=0, examples=[0])]


class DelegateLeft(DomainEvent, type="union.proposals.delegate-left.v1"):
    """Sent when a member is a delegate of a term no more."""

    delegate_id: DelegateId
    term_id: TermId
    unit_id: BodyUnitId
    member_id: MemberId
    ended_on: Annotated[date, Field(description="First day as a delegate no more.", examples=["2022-09-01"])]


class SessionConvened(DomainEvent, type="union.proposals.session-convened.v1"):
    """Sent when a session of a term is convened."""

    session_id: SessionId
    term_id: TermId
    body_id: BodyId
    kind: Kind
    unit_id: BodyUnitId
    number: Annotated[int, Field(description="Which session of the term it is (第几次).", ge=1, examples=[3])]
    held_from: HeldFrom
    held_until: HeldUntil


class SessionRevised(DomainEvent, type="union.proposals.session-revised.v1"):
    """Sent when the days, the agenda or the presidium of a session change before it opens."""

    session_id: SessionId
    unit_id: BodyUnitId
    held_from: HeldFrom
    held_until: HeldUntil


class AttendanceTaken(DomainEvent, type="union.proposals.attendance-taken.v1"):
    """Sent when it is recorded who attends a session."""

    session_id: SessionId
    unit_id: BodyUnitId
    due: Due
    present: Present
    on_leave: Annotated[int, Field(description="How many have leave of absence.", ge=0, examples=[7])]


class DeliberationNoted(DomainEvent, type="union.proposals.deliberation-noted.v1"):
    """Sent when it is noted what a delegation or a unit had to say in a session. What it was is not said here."""

    session_id: SessionId
    unit_id: BodyUnitId
    deliberation_id: Annotated[
        UUID, Field(description="The record.", examples=["01930000-0000-7000-8000-00000000010b"])
    ]
    delegation_id: Annotated[
        UUID | None,
        Field(description="Delegation that spoke.", examples=["01930000-0000-7000-8000-000000000103"]),
    ]
    speaking_unit_id: Annotated[
        UUID | None, Field(description="Unit that spoke, where it was no delegation.", examples=[None])
    ]


class SessionOpened(DomainEvent, type="union.proposals.session-opened.v1"):
    """Sent when a session opens, as enough delegates are present."""

    session_id: SessionId
    unit_id: BodyUnitId
    due: Due
    present: Present


class SessionClosed(DomainEvent, type="union.proposals.session-closed.v1"):
    """Sent when a session that was held closes."""

    session_id: SessionId
    term_id: TermId
    body_id: BodyId
    kind: Kind
    unit_id: BodyUnitId
    held_from: HeldFrom
    held_until: HeldUntil


class SessionCancelled(DomainEvent, type="union.proposals.session-cancelled.v1"):
    """Sent when a session that was convened is not held."""

    session_id: SessionId
    term_id: TermId
    kind: Kind
    unit_id: BodyUnitId
    number: Annotated[int, Field(description="Which session of the term it was (第几次).", ge=1, examples=[3])]


class ResolutionVoted(DomainEvent, type="union.proposals.resolution-voted.v1"):
    """Sent when a session has voted on a resolution, passed or not."""

    session_id: SessionId
    unit_id: BodyUnitId
    agenda_item_id: Annotated[
        UUID, Field(description="Item of the agenda.", examples=["01930000-0000-7000-8000-000000000106"])
    ]
    passed: Annotated[bool, Field(description="Whether it has the majority of the body's rule.", examples=[True])]
    votes_for: Annotated[int, Field(description="Votes for.", ge=0, examples=[101])]
    votes_against: Annotated[int, Field(description="Votes against.", ge=0, examples=[2])]
    votes_abstaining: Annotated[int, Field(description="Votes abstaining.", ge=0, examples=[5])]
    due: Due
    present: Present


class JointMeetingHeld(DomainEvent, type="union.proposals.joint-meeting-held.v1"):
    """Sent when it is recorded that sessions of different bodies met together."""

    joint_meeting_id: Annotated[
        UUID, Field(description="Joint meeting.", examples=["01930000-0000-7000-8000-000000000107"])
    ]
    unit_id: UnitId
    session_ids: Annotated[
        tuple[UUID, ...],
        Field(
            description="The sessions.",
            examples=[["01930000-0000-7000-8000-000000000105", "01930000-0000-7000-8000-000000000108"]],
        ),
    ]
    held_on: Annotated[date, Field(description="Day, Asia/Shanghai.", examples=["2022-03-18"])]


class CommitteeMeetingHeld(DomainEvent, type="union.proposals.committee-meeting-held.v1"):
    """Sent when a meeting of a body's executive committee (执委会) between sessions is recorded."""

    committee_meeting_id: Annotated[
        UUID, Field(description="Meeting.", examples=["01930000-0000-7000-8000-000000000109"])
    ]
    term_id: TermId
    body_id: BodyId
    kind: Kind
    unit_id: BodyUnitId
    held_on: Annotated[date, Field(description="Day, Asia/Shanghai.", examples=["2022-06-15"])]
    due: Due
    present: Present
