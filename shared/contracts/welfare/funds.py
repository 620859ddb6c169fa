"""What the welfare service publishes about funds (经费): envelopes, committee decisions, what is spent from them."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent
from shared.contracts.welfare.policies import SpendingKind

EnvelopeId = Annotated[
    UUID,
    Field(
        description="Envelope: what a category of a year's budget has for the school or a unit.",
        examples=["01930000-0000-7000-8000-000000000211"],
    ),
]
SpendingId = Annotated[UUID, Field(description="Spending.", examples=["01930000-0000-7000-8000-000000000212"])]
FundDecisionId = Annotated[
    UUID,
    Field(
        description="Decision of the union committee (集体研究决定).", examples=["01930000-0000-7000-8000-000000000213"]
    ),
]
Year = Annotated[int, Field(description="Year of the budget.", ge=2000, le=2200, examples=[2022])]
Unit = Annotated[
    UUID | None,
    Field(description="Unit; null for the school's own.", examples=["01930000-0000-7000-8000-0000000000a1"]),
]
Fen = Annotated[int, Field(description="Amount in fen.", ge=0, examples=[60000])]


class Category(StrEnum):
    """Of a trade union's spending, as its accounts have them."""

    ACTIVITIES = "activities"
    RIGHTS = "rights"
    OPERATIONS = "operations"
    CAPITAL = "capital"
    INSTITUTIONS = "institutions"
    OTHER = "other"


AnyCategory = Annotated[Category, Field(description="Category of the budget.", examples=["activities"])]


class EnvelopeOpened(DomainEvent, type="union.welfare.envelope-opened.v1"):
    """Sent when an envelope of a year's budget is opened."""

    envelope_id: EnvelopeId
    year: Year
    category: AnyCategory
    unit_id: Unit


class EnvelopeChanged(DomainEvent, type="union.welfare.envelope-changed.v1"):
    """Sent when what an envelope was granted is raised, or moved from it or to it."""

    envelope_id: EnvelopeId
    unit_id: Unit


class EnvelopeGrantedRestricted(DomainEvent, type="union.welfare.envelope-granted.restricted.v1"):
    """Sent when an envelope is opened or changed, with what it has been granted in all."""

    envelope_id: EnvelopeId
    year: Year
    category: AnyCategory
    unit_id: Unit
    granted_fen: Fen


class EnvelopeClosed(DomainEvent, type="union.welfare.envelope-closed.v1"):
    """Sent when the year of an envelope is closed: nothing is spent from it any more."""

    envelope_id: EnvelopeId
    year: Year
    unit_id: Unit


class BudgetYearClosed(DomainEvent, type="union.welfare.budget-year-closed.v1"):
    """Sent when a year's budget is closed with all its envelopes."""

    year: Year


class FundDecisionRecorded(DomainEvent, type="union.welfare.fund-decision-recorded.v1"):
    """Sent when a decision of the union committee on a large spending is recorded."""

    decision_id: FundDecisionId
    decided_on: Annotated[date, Field(description="Day of the meeting.", examples=["2022-03-01"])]


class FundsReserved(DomainEvent, type="union.welfare.funds-reserved.v1"):
    """Sent when money is reserved for what was approved."""

    spending_id: SpendingId
    unit_id: Unit


class FundsPaid(DomainEvent, type="union.welfare.funds-paid.v1"):
    """Sent when what was reserved is paid."""

    spending_id: SpendingId
    unit_id: Unit


class FundsReleased(DomainEvent, type="union.welfare.funds-released.v1"):
    """Sent when what was reserved is given back, as it will not be paid."""

    spending_id: SpendingId
    unit_id: Unit


class FundsRefunded(DomainEvent, type="union.welfare.funds-refunded.v1"):
    """Sent when some or all of what was paid comes back."""

    spending_id: SpendingId
    unit_id: Unit


class SpendingState(StrEnum):
    RESERVED = "reserved"
    PAID = "paid"
    RELEASED = "released"
    REFUNDED = "refunded"


class SpendingMovedRestricted(DomainEvent, type="union.welfare.spending-moved.restricted.v1"):
    """Sent when money is reserved, paid, given back or refunded: how the spending stands then, for the accounts."""

    spending_id: SpendingId
    kind: Annotated[SpendingKind, Field(description="What the money is spent on.", examples=["visit"])]
    subject_id: Annotated[
        UUID,
        Field(
            description="What it was approved for: a visit, a grant, a drive, an activity ...",
            examples=["01930000-0000-7000-8000-0000000000e1"],
        ),
    ]
    envelope_id: EnvelopeId
    year: Year
    category: AnyCategory
    unit_id: Unit
    state: Annotated[SpendingState, Field(description="State of the spending.", examples=["paid"])]
    reserved_fen: Annotated[int, Field(description="Still reserved, in fen.", ge=0, examples=[0])]
    spent_fen: Annotated[int, Field(description="Paid and not refunded, in fen.", ge=0, examples=[60000])]
    decided: Annotated[
        bool, Field(description="Whether it rests on a decision of the union committee.", examples=[False])
    ]
    large: Annotated[bool, Field(description="Whether it is so large that it needs one.", examples=[False])]
    on: Annotated[date, Field(description="Day of the movement, Asia/Shanghai.", examples=["2022-06-01"])]
