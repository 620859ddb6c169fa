"""Who is told of congresses and of calls for proposals: the delegates of the term, and the committee that reviews."""

from collections.abc import Sequence

from services.notifications.domain import Topic
from services.notifications.handlers.audiences import committee
from services.notifications.handlers.notices import Telling, add, day_of
from services.notifications.store import NotificationsStores
from shared.contracts.proposals.calls import CallAnnounced, CallExtended, FormsAwaitReview
from shared.contracts.proposals.congresses import DelegateLeft, DelegateSeated, SessionCancelled, SessionConvened
from shared.contracts.proposals.follow_up import OutstandingProposalsChosen
from shared.handlers import Batch, NotYet, Received

Stores = NotificationsStores


class CallNotKnownYet(NotYet):
    """The event that announces the call has not been heard yet."""


async def keep_seated(stores: Stores, batch: Batch[DelegateSeated]) -> None:
    await stores.delegates.keep(
        (
            heard.event.delegate_id,
            heard.envelope.sequence,
            {
                "term_id": heard.event.term_id,
                "member_id": heard.event.member_id,
                "from_date": heard.event.elected_on.isoformat(),
                "until_date": None,
            },
        )
        for heard in batch
    )


async def keep_left(stores: Stores, batch: Batch[DelegateLeft]) -> None:
    await stores.delegates.keep(
        (heard.event.delegate_id, heard.envelope.sequence, {"until_date": heard.event.ended_on.isoformat()})
        for heard in batch
    )


async def keep_announced(stores: Stores, batch: Batch[CallAnnounced]) -> None:
    """Whose delegates the call is for, and they are told."""
    await stores.delegates.keep_calls(
        (heard.event.call_id, heard.envelope.sequence, heard.event.term_id) for heard in batch
    )
    await add(stores, "call_id", batch, announced)


async def announced(stores: Stores, heard: Received[CallAnnounced]) -> Sequence[Telling]:
    event = heard.event
    facts = {"opens_at": event.opens_at.isoformat(), "closes_at": event.closes_at.isoformat()}
    return [Telling(Topic.CALL_ANNOUNCED, await stores.delegates.of_term(event.term_id, day_of(heard)), facts)]


async def extended(stores: Stores, heard: Received[CallExtended]) -> Sequence[Telling]:
    """Raises CallNotKnownYet."""
    event = heard.event
    term = await stores.delegates.term_of_call(event.call_id)
    if term is None:
        raise CallNotKnownYet
    facts = {"closes_at": event.closes_at.isoformat(), "late_until": event.late_until.isoformat()}
    return [Telling(Topic.CALL_EXTENDED, await stores.delegates.of_term(term, day_of(heard)), facts)]


async def forms_await_review(stores: Stores, heard: Received[FormsAwaitReview]) -> Sequence[Telling]:
    """Raises UnitNotKnownYet."""
    event = heard.event
    members = await committee(stores.directory, event.unit_id, day_of(heard))
    return [Telling(Topic.FORMS_AWAIT_REVIEW, members, {"forms": str(event.forms)})]


async def outstanding(stores: Stores, heard: Received[OutstandingProposalsChosen]) -> Sequence[Telling]:
    event = heard.event
    return [Telling(Topic.PROPOSAL_OUTSTANDING, event.author_ids, {"year": str(event.year)})]


async def convened(stores: Stores, heard: Received[SessionConvened]) -> Sequence[Telling]:
    event = heard.event
    facts = {
        "body": event.kind.value,
        "number": str(event.number),
        "held_from": event.held_from.isoformat(),
        "held_until": event.held_until.isoformat(),
    }
    return [Telling(Topic.SESSION_CONVENED, await stores.delegates.of_term(event.term_id, day_of(heard)), facts)]


async def cancelled(stores: Stores, heard: Received[SessionCancelled]) -> Sequence[Telling]:
    event = heard.event
    facts = {"body": event.kind.value, "number": str(event.number)}
    return [Telling(Topic.SESSION_CANCELLED, await stores.delegates.of_term(event.term_id, day_of(heard)), facts)]
