"""What is published of the rules of democratic management."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent


class RuleAdopted(DomainEvent, type="union.proposals.rule-adopted.v1"):
    """Sent when a rule of democratic management is adopted, to be in force from a day on."""

    rule_id: Annotated[UUID, Field(description="The rule.", examples=["01930000-0000-7000-8000-0000000000f1"])]
    kind: Annotated[
        Literal["proposal", "handling", "appeal"], Field(description="What it is a rule of.", examples=["handling"])
    ]
    effective_from: Annotated[date, Field(description="First day of the rule.", examples=["2022-03-01"])]
