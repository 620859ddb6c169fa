"""What is published of appeals (教职工申诉): ids and days, sealed for the appellant, and nothing for everyone."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent


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
Mediator = Annotated[UUID, Field(description="Mediator.", examples=["01930000-0000-7000-8000-0000000000b2"])]


class AppealSubmitted(DomainEvent, type="union.proposals.appeal-submitted.restricted.v1", sealed_for="appellant_id"):
    """Sent when a member appeals against a decision."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_unit_id: RespondentUnit
    committee_ids: Committee
    submitted_on: Annotated[date, Field(description="Day of the appeal, Asia/Shanghai.", examples=["2022-03-01"])]


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


class AppealHearingScheduled(
    DomainEvent, type="union.proposals.appeal-hearing-scheduled.restricted.v1", sealed_for="appellant_id"
):
    """Sent when a day is set on which the committee hears an appeal, or another day."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_id: Respondent
    committee_ids: Committee
    hearing_on: Annotated[date, Field(description="Day of the hearing.", examples=["2022-04-01"])]


class AppealMemberRecused(
    DomainEvent, type="union.proposals.appeal-member-recused.restricted.v1", sealed_for="appellant_id"
):
    """Sent when somebody of the committee steps aside (回避), by themself or by the chair's ruling."""

    appeal_id: AppealId
    appellant_id: Appellant
    respondent_id: Respondent
    committee_ids: Committee
    recused_id: Annotated[
        UUID, Field(description="Who has stepped aside.", examples=["01930000-0000-7000-8000-0000000000b5"])
    ]


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
