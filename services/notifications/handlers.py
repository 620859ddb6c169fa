"""Who is told of what."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notifications.domain import Notice, Topic, notice_id
from services.notifications.store import NotificationsStores
from shared.clock import campus_day
from shared.contracts.base import DomainEvent
from shared.contracts.events import AwardGrantedRestricted
from shared.contracts.proposals.appeals import (
    AppealAccepted,
    AppealDecided,
    AppealHearingScheduled,
    AppealMediationOpened,
    AppealMemberRecused,
    AppealRefused,
    AppealSettled,
    AppealSubmitted,
    AppealWithdrawn,
)
from shared.contracts.proposals.forms import ProposalFiledRestricted, ProposalWithdrawn
from shared.contracts.welfare import VisitLoggedRestricted
from shared.handlers import Batch, Handlers, Reaction, Received, repeatable
from shared.people import PEOPLE_HANDLERS
from shared.person import STANDING_HANDLERS
from shared.roles import Role

OFFICERS = (Role.BRANCH_CHAIR, Role.BRANCH_OFFICER)


async def ask_seconders(stores: NotificationsStores, batch: Batch[ProposalFiledRestricted]) -> None:
    notices = [
        notice
        for heard in batch
        for notice in _notices(
            heard,
            Topic.SECONDING_REQUESTED,
            heard.event.proposal_id,
            heard.event.seconder_ids,
            facts={"title": heard.event.title},
            people={"proposer": heard.event.proposer_id},
        )
    ]
    await stores.notices.add(notices)


async def release_seconders(stores: NotificationsStores, batch: Batch[ProposalWithdrawn]) -> None:
    notices = [
        notice
        for heard in batch
        for notice in _notices(
            heard,
            Topic.PROPOSAL_WITHDRAWN,
            heard.event.proposal_id,
            heard.event.seconder_ids,
            people={"proposer": heard.event.proposer_id},
        )
    ]
    await stores.notices.add(notices)


async def tell_branch(stores: NotificationsStores, batch: Batch[VisitLoggedRestricted]) -> None:
    """The chair and the officers of the member's branch. What the visit was about stays out of the notice."""
    notices: list[Notice] = []
    branches: dict[UUID, UUID | None] = {}
    for heard in batch:
        unit = heard.event.unit_id
        if unit not in branches:
            branches[unit] = await stores.directory.branch_of(unit)
        branch = branches[unit]
        if branch is None:
            continue
        holders = await stores.directory.holders([branch], OFFICERS, on=campus_day(_time(heard)))
        notices.extend(
            _notices(
                heard,
                Topic.VISIT_LOGGED,
                heard.event.visit_id,
                holders.get(branch, set()),
                facts={"visited_on": heard.event.visited_on.isoformat()},
                people={"member": heard.event.member_id},
            )
        )
    await stores.notices.add(notices)


async def congratulate(stores: NotificationsStores, batch: Batch[AwardGrantedRestricted]) -> None:
    notices = [
        notice
        for heard in batch
        for notice in _notices(
            heard,
            Topic.AWARD_GRANTED,
            heard.event.award_id,
            [heard.event.member_id],
            facts={
                "title": heard.event.title,
                "level": heard.event.level.value,
                "granted_on": heard.event.granted_on.isoformat(),
            },
        )
    ]
    await stores.notices.add(notices)


def _parties(event: Any) -> set[UUID]:
    """The appellant, and who answers if somebody does yet."""
    return {event.appellant_id, event.respondent_id} - {None}


def _committee(event: Any) -> set[UUID]:
    return set(event.committee_ids)


def of_an_appeal(topic: Topic, audience: Callable[[Any], Iterable[UUID]]) -> Reaction[NotificationsStores]:
    """That there is something new, and nothing of what: no facts, no names."""

    async def tell(stores: NotificationsStores, batch: Batch[Any]) -> None:
        await stores.notices.add(
            [
                notice
                for heard in batch
                for notice in _notices(heard, topic, heard.event.appeal_id, sorted(audience(heard.event)))
            ]
        )

    return repeatable(tell)


def _time(heard: Received[DomainEvent]) -> datetime:
    return datetime.fromisoformat(heard.envelope.time)


def _notices(
    heard: Received[DomainEvent],
    topic: Topic,
    subject_id: UUID,
    audience: Iterable[UUID],
    *,
    facts: Mapping[str, str] | None = None,
    people: Mapping[str, UUID] | None = None,
) -> list[Notice]:
    return [
        Notice(
            id=notice_id(heard.id, member),
            member_id=member,
            topic=topic,
            subject_id=subject_id,
            facts=facts or {},
            people=people or {},
            event_id=heard.id,
            correlation_id=heard.envelope.correlationid,
            at=_time(heard),
        )
        for member in audience
    ]


HANDLERS: Handlers[NotificationsStores] = {
    **STANDING_HANDLERS,
    **PEOPLE_HANDLERS,
    ProposalFiledRestricted: repeatable(ask_seconders),
    ProposalWithdrawn: repeatable(release_seconders),
    VisitLoggedRestricted: repeatable(tell_branch),
    AwardGrantedRestricted: repeatable(congratulate),
    AppealSubmitted: of_an_appeal(Topic.APPEAL_SUBMITTED, _committee),
    AppealAccepted: of_an_appeal(Topic.APPEAL_ACCEPTED, _parties),
    AppealRefused: of_an_appeal(Topic.APPEAL_REFUSED, _parties),
    AppealMediationOpened: of_an_appeal(Topic.APPEAL_MEDIATION, lambda event: _parties(event) | {event.mediator_id}),
    AppealSettled: of_an_appeal(Topic.APPEAL_SETTLED, _parties),
    AppealHearingScheduled: of_an_appeal(Topic.APPEAL_HEARING, lambda event: _parties(event) | _committee(event)),
    AppealMemberRecused: of_an_appeal(Topic.APPEAL_RECUSED, lambda event: {event.recused_id}),
    AppealDecided: of_an_appeal(Topic.APPEAL_DECIDED, _parties),
    AppealWithdrawn: of_an_appeal(
        Topic.APPEAL_WITHDRAWN, lambda event: (_parties(event) | _committee(event)) - {event.appellant_id}
    ),
}
