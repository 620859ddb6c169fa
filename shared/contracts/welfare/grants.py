"""What the welfare service publishes about hardship grants (困难补助).

That somebody has asked for one is itself sensitive: such events are restricted and sealed for the member. Everyone
hears of rounds, of notices and of payments, and of none of them for whom it is.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, MemberId, UnitId

RoundId = Annotated[UUID, Field(description="Round (申报批次).", examples=["01930000-0000-7000-8000-0000000000f1"])]
ApplicationId = Annotated[
    UUID, Field(description="Application (困难补助申请).", examples=["01930000-0000-7000-8000-0000000000f2"])
]
ObjectionId = Annotated[UUID, Field(description="Objection (异议).", examples=["01930000-0000-7000-8000-0000000000f3"])]
FiledBy = Annotated[
    UUID,
    Field(
        description="Who filed it: the member, or an officer of the branch on their behalf.",
        examples=["01930000-0000-7000-8000-0000000000b2"],
    ),
]
Objector = Annotated[UUID, Field(description="Who objects.", examples=["01930000-0000-7000-8000-0000000000b3"])]


class HardshipKind(StrEnum):
    SERIOUS_ILLNESS = "serious_illness"
    HOSPITAL_STAY = "hospital_stay"
    HARDSHIP = "hardship"
    DISASTER = "disaster"


class BranchVerdict(StrEnum):
    SUPPORTED = "supported"
    RETURNED = "returned"
    """To be completed and handed in again."""
    DECLINED = "declined"


class HardshipRoundOpened(DomainEvent, type="union.welfare.hardship-round-opened.v1"):
    """Sent when a round of hardship grants is opened."""

    round_id: RoundId
    unit_id: UnitId
    opens_on: Annotated[date, Field(description="First day, Asia/Shanghai.", examples=["2022-03-01"])]
    closes_on: Annotated[
        date | None, Field(description="Last day; null where it is open all year.", examples=["2022-03-31"])
    ]


class HardshipRoundClosed(DomainEvent, type="union.welfare.hardship-round-closed.v1"):
    """Sent when a round of hardship grants takes no more applications."""

    round_id: RoundId
    unit_id: UnitId


class HardshipRuleAdopted(DomainEvent, type="union.welfare.hardship-rule-adopted.v1"):
    """Sent when a rule of hardship grants is adopted, to be in force from a day on."""

    rule_id: Annotated[UUID, Field(description="The rule.", examples=["01930000-0000-7000-8000-0000000000f4"])]
    effective_from: Annotated[date, Field(description="First day of the rule.", examples=["2022-03-01"])]


class HardshipNoticePublished(DomainEvent, type="union.welfare.hardship-notice-published.v1"):
    """Sent when a grant is published (公示), so that members may object. For whom is not said here."""

    application_id: ApplicationId
    unit_id: UnitId
    until_on: Annotated[date, Field(description="Last day of the notice.", examples=["2022-03-18"])]


class HardshipGrantPaid(DomainEvent, type="union.welfare.hardship-grant-paid.v1"):
    """Sent when a grant is paid. To whom and how much is not said here."""

    application_id: ApplicationId
    unit_id: UnitId


class HardshipApplicationDrafted(
    DomainEvent, type="union.welfare.hardship-application-drafted.restricted.v1", sealed_for="member_id"
):
    """Sent when an application is begun, by the member or on their behalf."""

    application_id: ApplicationId
    member_id: MemberId
    unit_id: UnitId
    filed_by: FiledBy


class HardshipApplicationRevised(
    DomainEvent, type="union.welfare.hardship-application-revised.restricted.v1", sealed_for="member_id"
):
    """Sent when an application that is not handed in yet is changed, or its evidence is."""

    application_id: ApplicationId
    member_id: MemberId
    unit_id: UnitId


class HardshipApplicationSubmitted(
    DomainEvent, type="union.welfare.hardship-application-submitted.restricted.v1", sealed_for="member_id"
):
    """Sent when an application is handed in: the branch reviews it."""

    application_id: ApplicationId
    member_id: MemberId
    unit_id: UnitId
    filed_by: FiledBy


class HardshipApplicationReviewed(
    DomainEvent, type="union.welfare.hardship-application-reviewed.restricted.v1", sealed_for="member_id"
):
    """Sent when the branch has reviewed an application. Why is not said here."""

    application_id: ApplicationId
    member_id: MemberId
    unit_id: UnitId
    filed_by: FiledBy
    verdict: Annotated[BranchVerdict, Field(description="What the branch says.", examples=["supported"])]


class HardshipApplicationGraded(
    DomainEvent, type="union.welfare.hardship-application-graded.restricted.v1", sealed_for="member_id"
):
    """Sent when the union office has graded an application: the committee decides on it."""

    application_id: ApplicationId
    member_id: MemberId
    unit_id: UnitId


class HardshipApplicationDecided(
    DomainEvent, type="union.welfare.hardship-application-decided.restricted.v1", sealed_for="member_id"
):
    """Sent when the committee has decided on an application. Why, and how much, is not said here."""

    application_id: ApplicationId
    member_id: MemberId
    unit_id: UnitId
    granted: Annotated[bool, Field(description="Whether it is granted, subject to the notice.", examples=[True])]


class HardshipGrantApproved(
    DomainEvent, type="union.welfare.hardship-grant-approved.restricted.v1", sealed_for="member_id"
):
    """Sent when the notice of a grant is over and no objection is left: it can be paid."""

    application_id: ApplicationId
    member_id: MemberId
    unit_id: UnitId


class HardshipGrantPaidRestricted(
    DomainEvent, type="union.welfare.hardship-grant-paid.restricted.v1", sealed_for="member_id"
):
    """Sent when a grant is paid, for the member and for the accounts."""

    application_id: ApplicationId
    member_id: MemberId
    unit_id: UnitId
    amount_fen: Annotated[int, Field(description="Amount in fen.", ge=0, examples=[200000])]


class HardshipApplicationEnded(
    DomainEvent, type="union.welfare.hardship-application-ended.restricted.v1", sealed_for="member_id"
):
    """Sent when an application ends before it is paid: withdrawn by the member, or cancelled by the union."""

    application_id: ApplicationId
    member_id: MemberId
    unit_id: UnitId
    outcome: Annotated[Literal["withdrawn", "cancelled"], Field(description="How it ended.", examples=["withdrawn"])]


class HardshipObjectionFiled(
    DomainEvent, type="union.welfare.hardship-objection-filed.restricted.v1", sealed_for="objector_id"
):
    """Sent when somebody objects to a grant while it is on notice. What they say is not said here."""

    objection_id: ObjectionId
    application_id: ApplicationId
    objector_id: Objector
    member_id: MemberId


class HardshipObjectionRuled(
    DomainEvent, type="union.welfare.hardship-objection-ruled.restricted.v1", sealed_for="objector_id"
):
    """Sent when the union office has ruled on an objection."""

    objection_id: ObjectionId
    application_id: ApplicationId
    objector_id: Objector
    upheld: Annotated[bool, Field(description="Whether the grant is off.", examples=[False])]
