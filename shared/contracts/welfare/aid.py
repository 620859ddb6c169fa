"""What the welfare service publishes about mutual aid (互助保障)."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, MemberId, UnitId

PlanId = Annotated[
    UUID,
    Field(
        description="Scheme of the city federation (互助保障计划).", examples=["01930000-0000-7000-8000-0000000000e2"]
    ),
]
EnrolmentId = Annotated[UUID, Field(description="Enrolment (参保).", examples=["01930000-0000-7000-8000-0000000000e3"])]
ClaimId = Annotated[UUID, Field(description="Claim (互助保障申请).", examples=["01930000-0000-7000-8000-0000000000e4"])]


class AidMatter(StrEnum):
    SERIOUS_ILLNESS = "serious_illness"
    HOSPITAL_STAY = "hospital_stay"
    ACCIDENT = "accident"
    DEATH = "death"


Matter = Annotated[AidMatter, Field(description="What it was about.", examples=["hospital_stay"])]
HappenedOn = Annotated[date, Field(description="When it happened, Asia/Shanghai.", examples=["2022-05-20"])]
AskedFen = Annotated[int, Field(description="Amount asked for in fen.", ge=0, examples=[200000])]


class AidPlanEstablished(DomainEvent, type="union.welfare.aid-plan-established.v1"):
    """Sent when a scheme of mutual aid is entered."""

    plan_id: PlanId
    matters: Annotated[
        tuple[AidMatter, ...], Field(description="What it covers.", examples=[["hospital_stay", "accident"]])
    ]
    covers_from: Annotated[date, Field(description="First day that it covers.", examples=["2022-01-01"])]
    covers_until: Annotated[date, Field(description="Last day that it covers.", examples=["2022-12-31"])]


class AidPlanEnded(DomainEvent, type="union.welfare.aid-plan-ended.v1"):
    """Sent when a scheme of mutual aid ends before its time."""

    plan_id: PlanId
    covers_until: Annotated[date, Field(description="Last day that it covers.", examples=["2022-06-30"])]


class AidEnrolled(DomainEvent, type="union.welfare.aid-enrolled.v1"):
    """Sent when a member is enrolled in a scheme of mutual aid."""

    enrolment_id: EnrolmentId
    plan_id: PlanId
    member_id: MemberId
    unit_id: UnitId


class AidEnrolmentEnded(DomainEvent, type="union.welfare.aid-enrolment-ended.v1"):
    """Sent when a member is enrolled in a scheme of mutual aid no more."""

    enrolment_id: EnrolmentId
    plan_id: PlanId
    member_id: MemberId
    unit_id: UnitId
    ended_on: Annotated[date, Field(description="First day without cover.", examples=["2022-09-01"])]


class AidEnrolmentResumed(DomainEvent, type="union.welfare.aid-enrolment-resumed.v1"):
    """Sent when the enrolment of a member that had ended goes on as if it had not."""

    enrolment_id: EnrolmentId
    plan_id: PlanId
    member_id: MemberId
    unit_id: UnitId


class AidEnrolmentsTakenIn(DomainEvent, type="union.welfare.aid-enrolments-taken-in.v1"):
    """Sent when a list of members to be enrolled was taken in. Each who is new has an event of their own."""

    batch_id: Annotated[UUID, Field(description="The list.", examples=["01930000-0000-7000-8000-0000000000e5"])]
    plan_id: PlanId
    new: Annotated[int, Field(description="Rows by which somebody was enrolled.", ge=0, examples=[120])]
    unchanged: Annotated[int, Field(description="Rows of those who were enrolled before.", ge=0, examples=[3])]
    refused: Annotated[int, Field(description="Rows that could not be taken.", ge=0, examples=[1])]


class AidClaimRecorded(DomainEvent, type="union.welfare.aid-claim-recorded.v1"):
    """Sent when a claim of a member is recorded and waits to be submitted to the city federation."""

    claim_id: ClaimId
    member_id: MemberId
    unit_id: UnitId


class AidClaimRecordedRestricted(
    DomainEvent, type="union.welfare.aid-claim-recorded.restricted.v1", sealed_for="member_id"
):
    """Sent when a claim of a member is recorded, with what it is about."""

    claim_id: ClaimId
    member_id: MemberId
    unit_id: UnitId
    matter: Matter
    happened_on: HappenedOn
    asked_fen: AskedFen


class AidClaimRevised(DomainEvent, type="union.welfare.aid-claim-revised.v1"):
    """Sent when a claim that was not submitted yet is put right."""

    claim_id: ClaimId
    member_id: MemberId
    unit_id: UnitId


class AidClaimRevisedRestricted(
    DomainEvent, type="union.welfare.aid-claim-revised.restricted.v1", sealed_for="member_id"
):
    """Sent when a claim that was not submitted yet is put right, with what it is about now."""

    claim_id: ClaimId
    member_id: MemberId
    unit_id: UnitId
    matter: Matter
    happened_on: HappenedOn
    asked_fen: AskedFen


class AidClaimSubmitted(DomainEvent, type="union.welfare.aid-claim-submitted.v1"):
    """Sent when a claim is submitted to the city federation."""

    claim_id: ClaimId
    member_id: MemberId
    unit_id: UnitId


class AidClaimAccepted(DomainEvent, type="union.welfare.aid-claim-accepted.v1"):
    """Sent when the city federation accepts a claim."""

    claim_id: ClaimId
    member_id: MemberId
    unit_id: UnitId


class AidClaimRefused(DomainEvent, type="union.welfare.aid-claim-refused.v1"):
    """Sent when the city federation refuses a claim. The reason is in the claim."""

    claim_id: ClaimId
    member_id: MemberId
    unit_id: UnitId


class AidClaimPaid(DomainEvent, type="union.welfare.aid-claim-paid.v1"):
    """Sent when the city federation has paid a claim."""

    claim_id: ClaimId
    member_id: MemberId
    unit_id: UnitId


class AidClaimPaidRestricted(DomainEvent, type="union.welfare.aid-claim-paid.restricted.v1", sealed_for="member_id"):
    """Sent when the city federation has paid a claim, with what it paid."""

    claim_id: ClaimId
    member_id: MemberId
    unit_id: UnitId
    paid_fen: Annotated[int, Field(description="Amount paid in fen.", ge=0, examples=[150000])]
    paid_on: Annotated[date, Field(description="When it was paid, Asia/Shanghai.", examples=["2022-07-01"])]


class AidClaimWithdrawn(DomainEvent, type="union.welfare.aid-claim-withdrawn.v1"):
    """Sent when a claim is withdrawn before the city federation has decided."""

    claim_id: ClaimId
    member_id: MemberId
    unit_id: UnitId
