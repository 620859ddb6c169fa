"""What is published of appeals (教职工申诉): ids and days, sealed for the appellant, and nothing for everyone."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, UnitId


class Outcome(StrEnum):
    UPHELD = "upheld"
    """The decision that was appealed against stands."""
    CHANGED = "changed"
    REVOKED = "revoked"


AppealId = Annotated[UUID, Field(description="Appeal (申诉).", examples=["01930000-0000-7000-8000-0000000000f1"])]
Appellant = Annotated[UUID, Field(description="Appellant (申诉人).", examples=["01930000-0000-7000-8000-0000000000b1"])]
RespondentUnit = Annotated[
    UUID, Field(description="The unit whose decision it is.", examples=["01930000-0000-7000-8000-0000000000a1"])
]
Respondent = Annotated[
    UUID | None,
    Field(
        description="Who answers for the unit; null where nobody does yet.",
        examples=["01930000-0000-7000-8000-0000000000b4"],
    ),
]
Committee = Annotated[
    tuple[UUID, ...],
    Field(
        description="Those of the committee who hear it, without who has stepped aside.",
        examples=[["01930000-0000-7000-8000-0000000000b2", "01930000-0000-7000-8000-0000000000b3"]],
    ),
]
NewChair = Annotated[
    UUID | None,
    Field(
        description="Who chairs it from now on; null where that has not changed, or nobody is left.",
        examples=["01930000-0000-7000-8000-0000000000b2"],
    ),
]
StandInsNeeded = Annotated[
    int, Field(description="How many have to stand in before the committee hears it.", examples=[1])
]
Challenged = Annotated[UUID, Field(description="Who is challenged.", examples=["01930000-0000-7000-8000-0000000000b3"])]
Mediator = Annotated[UUID, Field(description="Mediator.", examples=["01930000-0000-7000-8000-0000000000b2"])]


class AppealSubmitted(DomainEvent, type="union.proposals.appeal-submitted.restricted.v1", sealed_for="appellant_id"):
    """Sent when a member appeals against a decision."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_unit_id: RespondentUnit
    committee_ids: Committee
    submitted_on: Annotated[date, Field(description="Day of the appeal, Asia/Shanghai.", examples=["2022-03-01"])]
    stand_ins_needed: StandInsNeeded


class AppealAccepted(DomainEvent, type="union.proposals.appeal-accepted.restricted.v1", sealed_for="appellant_id"):
    """Sent when the committee takes an appeal on (受理)."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_id: Respondent
    committee_ids: Committee


class AppealRefused(DomainEvent, type="union.proposals.appeal-refused.restricted.v1", sealed_for="appellant_id"):
    """Sent when the committee does not take an appeal on (不予受理). Why is not said here."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_id: Respondent
    committee_ids: Committee


class AppealMediationOpened(
    DomainEvent, type="union.proposals.appeal-mediation-opened.restricted.v1", sealed_for="appellant_id"
):
    """Sent when one of the committee is to mediate (调解)."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_id: Respondent
    committee_ids: Committee
    mediator_id: Mediator
    until: Annotated[date, Field(description="The last day of the mediation.", examples=["2022-03-20"])]


class AppealSettled(DomainEvent, type="union.proposals.appeal-settled.restricted.v1", sealed_for="appellant_id"):
    """Sent when a mediation has settled an appeal."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_id: Respondent
    committee_ids: Committee


class AppealMediationFailed(
    DomainEvent, type="union.proposals.appeal-mediation-failed.restricted.v1", sealed_for="appellant_id"
):
    """Sent when a mediation has come to nothing, so that the committee hears the appeal."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_id: Respondent
    committee_ids: Committee


class AppealHearingScheduled(
    DomainEvent, type="union.proposals.appeal-hearing-scheduled.restricted.v1", sealed_for="appellant_id"
):
    """Sent when a day is set on which the committee hears an appeal, or another day."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_id: Respondent
    committee_ids: Committee
    hearing_on: Annotated[date, Field(description="Day of the hearing.", examples=["2022-04-01"])]


class AppealHearingHeld(
    DomainEvent, type="union.proposals.appeal-hearing-held.restricted.v1", sealed_for="appellant_id"
):
    """Sent when the committee has heard an appeal. What was said is not said here."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_id: Respondent
    committee_ids: Committee
    hearing_on: Annotated[date, Field(description="Day for which the hearing was set.", examples=["2022-04-01"])]


class AppealMemberRecused(
    DomainEvent, type="union.proposals.appeal-member-recused.restricted.v1", sealed_for="appellant_id"
):
    """Sent when somebody of the committee steps aside (回避), by themself or by a ruling."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_id: Respondent
    committee_ids: Committee
    recused_id: Annotated[
        UUID, Field(description="Who has stepped aside.", examples=["01930000-0000-7000-8000-0000000000b5"])
    ]
    new_chair_id: NewChair
    stand_ins_needed: StandInsNeeded


class AppealMemberLeft(DomainEvent, type="union.proposals.appeal-member-left.restricted.v1", sealed_for="appellant_id"):
    """Sent when somebody of the committee has left the college, and hears the appeal no more."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_id: Respondent
    committee_ids: Committee
    departed_id: Annotated[UUID, Field(description="Who has left.", examples=["01930000-0000-7000-8000-0000000000b5"])]
    new_chair_id: NewChair
    stand_ins_needed: StandInsNeeded


class AppealStandInsNamed(
    DomainEvent, type="union.proposals.appeal-stand-ins-named.restricted.v1", sealed_for="appellant_id"
):
    """Sent when the school names others of the committee to stand in, or another one to chair."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_id: Respondent
    committee_ids: Committee
    stand_in_ids: Annotated[
        tuple[UUID, ...],
        Field(description="Who hears it from now on too.", examples=[["01930000-0000-7000-8000-0000000000b3"]]),
    ]
    new_chair_id: NewChair


class AppealChallenged(DomainEvent, type="union.proposals.appeal-challenged.restricted.v1", sealed_for="appellant_id"):
    """Sent when the appellant asks that one of the committee steps aside (申请回避). Why is not said here."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_id: Respondent
    committee_ids: Committee
    challenged_id: Challenged
    ruler_id: Annotated[
        UUID | None,
        Field(
            description="Who rules on it; null where nobody else is left.",
            examples=["01930000-0000-7000-8000-0000000000b2"],
        ),
    ]


class AppealChallengeRuled(
    DomainEvent, type="union.proposals.appeal-challenge-ruled.restricted.v1", sealed_for="appellant_id"
):
    """Sent when it is ruled on a challenge. Where it is upheld, that the member steps aside is an event of its own."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_id: Respondent
    committee_ids: Committee
    challenged_id: Challenged
    upheld: Annotated[bool, Field(description="Whether the member has to step aside.", examples=[True])]


class AppealDecided(DomainEvent, type="union.proposals.appeal-decided.restricted.v1", sealed_for="appellant_id"):
    """Sent when the committee has decided an appeal."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_id: Respondent
    committee_ids: Committee
    outcome: Annotated[Outcome, Field(description="What becomes of the decision.", examples=["changed"])]


class AppealWithdrawn(DomainEvent, type="union.proposals.appeal-withdrawn.restricted.v1", sealed_for="appellant_id"):
    """Sent when the appellant takes an appeal back."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_id: Respondent
    committee_ids: Committee


CommitteeId = Annotated[
    UUID, Field(description="Appeal committee (申诉委员会).", examples=["01930000-0000-7000-8000-0000000000f2"])
]
Members = Annotated[
    tuple[UUID, ...],
    Field(
        description="Its members, in the order in which they stand in for the chair.",
        examples=[["01930000-0000-7000-8000-0000000000b2", "01930000-0000-7000-8000-0000000000b3"]],
    ),
]


class AppealCommitteeAppointed(DomainEvent, type="union.proposals.appeal-committee-appointed.restricted.v1"):
    """Sent when the school appoints the committee that hears appeals."""

    committee_id: CommitteeId
    unit_id: UnitId
    member_ids: Members
    chair_id: Annotated[UUID, Field(description="Its chair.", examples=["01930000-0000-7000-8000-0000000000b2"])]
    from_day: Annotated[date, Field(description="Its first day.", examples=["2022-03-01"])]


class AppealCommitteeEnded(DomainEvent, type="union.proposals.appeal-committee-ended.restricted.v1"):
    """Sent when the end of a committee is set. Appeals that were made to it stay with it."""

    committee_id: CommitteeId
    unit_id: UnitId
    member_ids: Members
    until: Annotated[date, Field(description="First day without it.", examples=["2026-03-01"])]
