"""Who is told of forms (提案表): their proposers, who seconds them, the presidium."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from services.notifications.domain import Topic
from services.notifications.handlers.notices import Telling, add
from services.notifications.store import NotificationsStores
from shared.contracts.proposals.forms import (
    Disposition,
    DispositionRevoked,
    ProposalDisposed,
    ProposalFiledRestricted,
    ProposalReferred,
    ProposalRevised,
    ProposalRevisedRestricted,
    ProposalsMerged,
    ProposalsUnmerged,
    ProposalWithdrawn,
    ReferralTakenBack,
    SecondAnswered,
    SecondersInvited,
)
from shared.handlers import Batch, Received

Stores = NotificationsStores

DISPOSED: Mapping[Disposition, Topic] = {
    Disposition.FILED: Topic.PROPOSAL_FILED,
    Disposition.OPINION: Topic.PROPOSAL_TAKEN_AS_OPINION,
    Disposition.NOT_FILED: Topic.PROPOSAL_NOT_FILED,
    Disposition.MERGED: Topic.PROPOSAL_MERGED,
}


async def keep_filed(stores: Stores, batch: Batch[ProposalFiledRestricted]) -> None:
    """The title, and the seconders are asked."""
    await keep_revised(stores, batch)
    await add(stores, "proposal_id", batch, filed)


async def keep_revised(stores: Stores, batch: Batch[ProposalFiledRestricted | ProposalRevisedRestricted]) -> None:
    await stores.subjects.keep((heard.event.proposal_id, heard.envelope.sequence, heard.event.title) for heard in batch)


async def filed(stores: Stores, heard: Received[ProposalFiledRestricted]) -> Sequence[Telling]:
    event = heard.event
    return [Telling(Topic.SECONDING_REQUESTED, event.seconder_ids, people={"proposer": event.proposer_id})]


async def seconders_invited(stores: Stores, heard: Received[SecondersInvited]) -> Sequence[Telling]:
    event = heard.event
    return [Telling(Topic.SECONDING_REQUESTED, event.invited_ids, people={"proposer": event.proposer_id})]


async def revised(stores: Stores, heard: Received[ProposalRevised]) -> Sequence[Telling]:
    event = heard.event
    return [Telling(Topic.SECONDING_RENEWED, event.seconder_ids, people={"proposer": event.proposer_id})]


async def second_answered(stores: Stores, heard: Received[SecondAnswered]) -> Sequence[Telling]:
    event = heard.event
    facts = {"second": event.answer.value, "accepted": str(event.accepted)}
    return [Telling(Topic.SECOND_ANSWERED, [event.proposer_id], facts, {"seconder": event.seconder_id})]


async def withdrawn(stores: Stores, heard: Received[ProposalWithdrawn]) -> Sequence[Telling]:
    event = heard.event
    return [Telling(Topic.PROPOSAL_WITHDRAWN, event.seconder_ids, people={"proposer": event.proposer_id})]


async def referred(stores: Stores, heard: Received[ProposalReferred]) -> Sequence[Telling]:
    event = heard.event
    return [
        Telling(Topic.PROPOSAL_REFERRED, _people(event)),
        Telling(Topic.PROPOSAL_TO_DECIDE, event.presidium_ids),
    ]


async def referral_taken_back(stores: Stores, heard: Received[ReferralTakenBack]) -> Sequence[Telling]:
    event = heard.event
    return [
        Telling(Topic.REFERRAL_TAKEN_BACK, _people(event)),
        Telling(Topic.NOT_TO_DECIDE, event.presidium_ids),
    ]


async def disposed(stores: Stores, heard: Received[ProposalDisposed]) -> Sequence[Telling]:
    event = heard.event
    subjects = {"other": event.merged_into} if event.merged_into else {}
    return [Telling(DISPOSED[event.disposition], _people(event), subjects=subjects)]


async def merged(stores: Stores, heard: Received[ProposalsMerged]) -> Sequence[Telling]:
    """The proposer of the other form is one of the co-proposers."""
    event = heard.event
    return [Telling(Topic.PROPOSALS_MERGED, _people(event), subjects={"other": event.merged_id})]


async def unmerged(stores: Stores, heard: Received[ProposalsUnmerged]) -> Sequence[Telling]:
    """Who leaves with the other form is told of its revoked disposition."""
    event = heard.event
    return [Telling(Topic.PROPOSALS_UNMERGED, _people(event), subjects={"other": event.unmerged_id})]


async def revoked(stores: Stores, heard: Received[DispositionRevoked]) -> Sequence[Telling]:
    """The presidium too where it had decided, as it is to decide again."""
    event = heard.event
    facts = {"disposition": event.disposition.value}
    return [
        Telling(Topic.DISPOSITION_REVOKED, _people(event), facts),
        Telling(Topic.PROPOSAL_TO_DECIDE, event.presidium_ids),
    ]


class _OfAForm(Protocol):
    @property
    def proposer_id(self) -> UUID: ...
    @property
    def seconder_ids(self) -> tuple[UUID, ...]: ...
    @property
    def co_proposer_ids(self) -> tuple[UUID, ...]: ...


def _people(event: _OfAForm) -> tuple[UUID, ...]:
    return (event.proposer_id, *event.seconder_ids, *event.co_proposer_ids)
