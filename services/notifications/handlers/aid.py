"""Who is told of mutual aid, service cards and pairings. What a claim is about, and whose it is, is in no notice."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.notifications.domain import Topic
from services.notifications.handlers.audiences import in_charge
from services.notifications.handlers.notices import Telling, Tells, day_of, tell
from services.notifications.store import NotificationsStores
from shared.contracts.base import DomainEvent
from shared.contracts.welfare.aid import (
    AidClaimAccepted,
    AidClaimPaid,
    AidClaimPaidRestricted,
    AidClaimRecorded,
    AidClaimRecordedRestricted,
    AidClaimRefused,
    AidClaimRevised,
    AidClaimRevisedRestricted,
    AidClaimSubmitted,
    AidClaimWithdrawn,
    AidEnrolled,
    AidEnrolmentEnded,
    AidEnrolmentResumed,
    AidEnrolmentsTakenIn,
    AidPlanEnded,
    AidPlanEstablished,
)
from shared.contracts.welfare.cards import (
    CardBatchClosed,
    CardBatchOpened,
    CardBatchSubmitted,
    ServiceCardApplied,
    ServiceCardCancelled,
    ServiceCardIssued,
    ServiceCardIssuedRestricted,
    ServiceCardLost,
    ServiceCardPickedUp,
    ServiceCardRefused,
    ServiceCardRefusedRestricted,
    ServiceCardReplaced,
    ServiceCardReplacedRestricted,
)
from shared.contracts.welfare.pairings import (
    PairingBegun,
    PairingBegunRestricted,
    PairingEnded,
    PairingEndedRestricted,
    PairingHelpLogged,
    PairingHelpLoggedRestricted,
    PairingPaused,
    PairingResumed,
)
from shared.handlers import Handlers, Received
from shared.roles import Role

Stores = NotificationsStores
OFFICERS = (Role.UNION_OFFICER,)


def to_member(topic: Topic) -> Tells:
    return _to(topic, lambda event: event.member_id)


def to_mentor(topic: Topic) -> Tells:
    return _to(topic, lambda event: event.mentor_id)


def _to(topic: Topic, whom: Callable[[Any], UUID]) -> Tells:
    async def tells(stores: Stores, heard: Received[Any]) -> Sequence[Telling]:
        return [Telling(topic, [whom(heard.event)])]

    return tells


async def claim_recorded(stores: Stores, heard: Received[AidClaimRecorded]) -> Sequence[Telling]:
    """Raises UnitNotKnownYet."""
    event = heard.event
    officers = await in_charge(stores.directory, event.unit_id, OFFICERS, day_of(heard))
    return [
        Telling(Topic.AID_CLAIM_RECORDED, [event.member_id]),
        Telling(Topic.AID_CLAIM_TO_SUBMIT, officers),
    ]


async def claim_withdrawn(stores: Stores, heard: Received[AidClaimWithdrawn]) -> Sequence[Telling]:
    """Raises UnitNotKnownYet."""
    event = heard.event
    officers = await in_charge(stores.directory, event.unit_id, OFFICERS, day_of(heard))
    return [Telling(Topic.AID_CLAIM_WITHDRAWN, {*officers, event.member_id})]


async def batch_submitted(stores: Stores, heard: Received[CardBatchSubmitted]) -> Sequence[Telling]:
    """Raises UnitNotKnownYet."""
    event = heard.event
    officers = await in_charge(stores.directory, event.unit_id, OFFICERS, day_of(heard))
    return [Telling(Topic.CARD_BATCH_SUBMITTED, officers, {"cards": str(event.cards)})]


async def card_lost(stores: Stores, heard: Received[ServiceCardLost]) -> Sequence[Telling]:
    """Whose it is, as another one has to be asked for. Raises UnitNotKnownYet."""
    event = heard.event
    officers = await in_charge(stores.directory, event.unit_id, OFFICERS, day_of(heard))
    return [
        Telling(Topic.CARD_LOST, [event.member_id]),
        Telling(Topic.CARD_TO_REPLACE, officers, people={"member": event.member_id}),
    ]


HANDLERS: Handlers[NotificationsStores] = {
    AidEnrolled: tell("enrolment_id", to_member(Topic.AID_ENROLLED)),
    AidEnrolmentResumed: tell("enrolment_id", to_member(Topic.AID_ENROLLED)),
    AidEnrolmentEnded: tell("enrolment_id", to_member(Topic.AID_ENROLMENT_ENDED)),
    AidClaimRecorded: tell("claim_id", claim_recorded),
    AidClaimSubmitted: tell("claim_id", to_member(Topic.AID_CLAIM_SUBMITTED)),
    AidClaimAccepted: tell("claim_id", to_member(Topic.AID_CLAIM_ACCEPTED)),
    AidClaimRefused: tell("claim_id", to_member(Topic.AID_CLAIM_REFUSED)),
    AidClaimPaid: tell("claim_id", to_member(Topic.AID_CLAIM_PAID)),
    AidClaimWithdrawn: tell("claim_id", claim_withdrawn),
    CardBatchSubmitted: tell("batch_id", batch_submitted),
    ServiceCardIssued: tell("card_id", to_member(Topic.CARD_ISSUED)),
    ServiceCardRefused: tell("card_id", to_member(Topic.CARD_REFUSED)),
    ServiceCardLost: tell("card_id", card_lost),
    ServiceCardReplaced: tell("card_id", to_member(Topic.CARD_REPLACED)),
    ServiceCardCancelled: tell("card_id", to_member(Topic.CARD_CANCELLED)),
    PairingBegun: tell("pairing_id", to_mentor(Topic.PAIRING_BEGUN)),
    PairingPaused: tell("pairing_id", to_mentor(Topic.PAIRING_PAUSED)),
    PairingResumed: tell("pairing_id", to_mentor(Topic.PAIRING_RESUMED)),
    PairingEnded: tell("pairing_id", to_mentor(Topic.PAIRING_ENDED)),
}

_THIN = "The public event of the same happening tells who is concerned, and nothing of what it was about"

TELLS_NOBODY: Mapping[type[DomainEvent], str] = {
    **dict.fromkeys(
        (
            AidClaimRecordedRestricted,
            AidClaimRevisedRestricted,
            AidClaimPaidRestricted,
            ServiceCardIssuedRestricted,
            ServiceCardRefusedRestricted,
            ServiceCardReplacedRestricted,
            PairingBegunRestricted,
            PairingEndedRestricted,
            PairingHelpLoggedRestricted,
        ),
        _THIN,
    ),
    AidPlanEstablished: "Whoever is enrolled in it is told that they are",
    AidPlanEnded: "What happened until then can still be claimed, and the scheme is there to be read",
    AidEnrolmentsTakenIn: "Each member who was enrolled has an event of their own",
    AidClaimRevised: "It was put right before anybody decided on it; who submits it reads it as it is",
    CardBatchOpened: "Whoever opens a batch fills it; officers are told when it is submitted",
    CardBatchClosed: "Each member of the batch was told of their card",
    ServiceCardApplied: "The member is told when there is a card, or that there will be none",
    ServiceCardPickedUp: "The member has it in their hands",
    PairingHelpLogged: "Whoever wrote it down was there; the mentor reads it where it is kept",
}
