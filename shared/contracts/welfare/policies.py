"""What the welfare service publishes about policies: what may be spent, by which document."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent


class SpendingKind(StrEnum):
    """What money is spent on."""

    VISIT = "visit"
    BATCH_VISIT = "batch_visit"
    HARDSHIP_GRANT = "hardship_grant"
    BENEFIT = "benefit"
    MUTUAL_AID = "mutual_aid"
    PAIRING = "pairing"
    ACTIVITY = "activity"
    EXPENSE = "expense"


class PolicyAdopted(DomainEvent, type="union.welfare.policy-adopted.v1"):
    """Sent when a policy on a kind of spending is adopted, to be in force from a day on."""

    policy_id: Annotated[UUID, Field(description="The policy.", examples=["01930000-0000-7000-8000-000000000201"])]
    kind: Annotated[SpendingKind, Field(description="What it is about.", examples=["visit"])]
    unit_id: Annotated[
        UUID | None,
        Field(
            description="The unit whose own it is; null for the whole school.",
            examples=["01930000-0000-7000-8000-0000000000a1"],
        ),
    ]
    effective_from: Annotated[date, Field(description="First day of the policy.", examples=["2022-03-01"])]


class FundRuleAdopted(DomainEvent, type="union.welfare.fund-rule-adopted.v1"):
    """Sent when the rule is adopted above which amount the union committee decides, to be in force from a day on."""

    rule_id: Annotated[UUID, Field(description="The rule.", examples=["01930000-0000-7000-8000-000000000202"])]
    effective_from: Annotated[date, Field(description="First day of the rule.", examples=["2022-03-01"])]
