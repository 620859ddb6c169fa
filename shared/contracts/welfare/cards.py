"""What the welfare service publishes about service cards (工会服务卡)."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, MemberId, UnitId

BatchId = Annotated[
    UUID, Field(description="Batch of applications (批次).", examples=["01930000-0000-7000-8000-0000000000e6"])
]
CardId = Annotated[
    UUID, Field(description="Service card (工会服务卡).", examples=["01930000-0000-7000-8000-0000000000e7"])
]
BatchUnit = Annotated[
    UUID | None,
    Field(
        description="The unit whose members it is for; null for the whole school.",
        examples=["01930000-0000-7000-8000-0000000000a1"],
    ),
]
LastDigits = Annotated[
    str, Field(description="The last four digits of the number of the card.", pattern="^[0-9]{4}$", examples=["4321"])
]


class CardRefusal(StrEnum):
    """Why the issuer gives no card."""

    DATA_MISMATCH = "data_mismatch"
    CARD_ALREADY_HELD = "card_already_held"
    NOT_ENTITLED = "not_entitled"
    OTHER = "other"


class CardBatchOpened(DomainEvent, type="union.welfare.card-batch-opened.v1"):
    """Sent when a batch of applications for service cards is opened."""

    batch_id: BatchId
    unit_id: BatchUnit


class CardBatchSubmitted(DomainEvent, type="union.welfare.card-batch-submitted.v1"):
    """Sent when a batch of applications for service cards is submitted to the issuer."""

    batch_id: BatchId
    unit_id: BatchUnit
    cards: Annotated[int, Field(description="How many cards are applied for.", ge=1, examples=[71])]


class CardBatchClosed(DomainEvent, type="union.welfare.card-batch-closed.v1"):
    """Sent when the issuer has answered each application of a batch."""

    batch_id: BatchId
    unit_id: BatchUnit


class ServiceCardApplied(DomainEvent, type="union.welfare.service-card-applied.v1"):
    """Sent when a service card is applied for."""

    card_id: CardId
    batch_id: BatchId
    member_id: MemberId
    unit_id: UnitId


class ServiceCardIssued(DomainEvent, type="union.welfare.service-card-issued.v1"):
    """Sent when a service card is issued."""

    card_id: CardId
    member_id: MemberId
    unit_id: UnitId


class ServiceCardIssuedRestricted(
    DomainEvent, type="union.welfare.service-card-issued.restricted.v1", sealed_for="member_id"
):
    """Sent when a service card is issued, with the end of its number."""

    card_id: CardId
    member_id: MemberId
    unit_id: UnitId
    last_digits: LastDigits


class ServiceCardRefused(DomainEvent, type="union.welfare.service-card-refused.v1"):
    """Sent when the issuer refuses a service card."""

    card_id: CardId
    member_id: MemberId
    unit_id: UnitId


class ServiceCardRefusedRestricted(
    DomainEvent, type="union.welfare.service-card-refused.restricted.v1", sealed_for="member_id"
):
    """Sent when the issuer refuses a service card, with its reason."""

    card_id: CardId
    member_id: MemberId
    unit_id: UnitId
    refusal: Annotated[CardRefusal, Field(description="Why.", examples=["data_mismatch"])]


class ServiceCardPickedUp(DomainEvent, type="union.welfare.service-card-picked-up.v1"):
    """Sent when a member has got their service card."""

    card_id: CardId
    member_id: MemberId
    unit_id: UnitId


class ServiceCardLost(DomainEvent, type="union.welfare.service-card-lost.v1"):
    """Sent when a service card is reported lost."""

    card_id: CardId
    member_id: MemberId
    unit_id: UnitId


class ServiceCardReplaced(DomainEvent, type="union.welfare.service-card-replaced.v1"):
    """Sent when another card is issued in place of one that was lost."""

    card_id: CardId
    member_id: MemberId
    unit_id: UnitId


class ServiceCardReplacedRestricted(
    DomainEvent, type="union.welfare.service-card-replaced.restricted.v1", sealed_for="member_id"
):
    """Sent when another card is issued in place of one that was lost, with the end of its number."""

    card_id: CardId
    member_id: MemberId
    unit_id: UnitId
    last_digits: LastDigits


class ServiceCardCancelled(DomainEvent, type="union.welfare.service-card-cancelled.v1"):
    """Sent when a service card, or the application for it, is cancelled."""

    card_id: CardId
    member_id: MemberId
    unit_id: UnitId
