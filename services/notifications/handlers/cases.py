"""Who is told of cases (立案) and opinions: departments, the leader in charge, the watcher, the committee, authors."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from services.notifications.domain import Topic
from services.notifications.handlers.audiences import committee, department
from services.notifications.handlers.notices import Telling, Tells, day_of
from services.notifications.store import NotificationsStores
from shared.contracts.proposals.cases import (
    CaseAnswerDeclined,
    CaseAnswered,
    CaseAnswerSent,
    CaseAssigned,
    CaseAwaitsAssignment,
    CaseCameBack,
    CaseClosed,
    CaseCoDepartmentsChanged,
    CaseEscalated,
    CaseExtended,
    CaseHandedOver,
    CaseHandledAgain,
    CaseKind,
    CaseOpenedRestricted,
    CaseOpinionGiven,
    CaseRecalled,
    CaseReminded,
    CaseReopened,
    CaseReturned,
)
from shared.handlers import Batch, Received

Stores = NotificationsStores


class Handled(Protocol):
    """What an event of a case that is assigned says of it."""

    @property
    def lead_unit_id(self) -> UUID: ...
    @property
    def co_unit_ids(self) -> tuple[UUID, ...]: ...


class Watched(Protocol):
    """What an event says of who sees to it that a case is answered."""

    @property
    def unit_id(self) -> UUID: ...
    @property
    def leader_id(self) -> UUID | None: ...
    @property
    def watcher_id(self) -> UUID | None: ...


async def keep_title(stores: Stores, batch: Batch[CaseOpenedRestricted]) -> None:
    await stores.subjects.keep((heard.event.case_id, heard.envelope.sequence, heard.event.title) for heard in batch)


def to_authors(topic: Topic) -> Tells:
    """For an event that concerns the authors only, and says no more than that it happened."""

    async def tells(stores: Stores, heard: Received[Any]) -> Sequence[Telling]:
        return [Telling(topic, heard.event.author_ids)]

    return tells


async def awaits_assignment(stores: Stores, heard: Received[CaseAwaitsAssignment]) -> Sequence[Telling]:
    return [Telling(Topic.CASE_TO_ASSIGN, await committee(stores.directory, heard.event.unit_id, day_of(heard)))]


async def came_back(stores: Stores, heard: Received[CaseCameBack]) -> Sequence[Telling]:
    """The committee of the unit too, which has to assign it now."""
    event = heard.event
    members = await committee(stores.directory, event.unit_id, day_of(heard))
    return [Telling(Topic.CASE_CAME_BACK, event.author_ids), Telling(Topic.CASE_TO_ASSIGN, members)]


async def handed_over(stores: Stores, heard: Received[CaseHandedOver]) -> Sequence[Telling]:
    """Who has it now, who had it until then, and the department that has to do with them."""
    event = heard.event
    leader = event.leader_id if event.leader_id != event.former_leader_id else None
    watcher = event.watcher_id if event.watcher_id != event.former_watcher_id else None
    lead = [event.lead_unit_id] if event.lead_unit_id else []
    members = await department(stores.directory, lead, day_of(heard))
    others = (event.leader_id, event.watcher_id, event.former_leader_id, event.former_watcher_id)
    return [Telling(Topic.CASE_TAKEN_OVER, [leader, watcher]), Telling(Topic.CASE_HANDED_OVER, {*members, *others})]


async def assigned(stores: Stores, heard: Received[CaseAssigned]) -> Sequence[Telling]:
    event, on = heard.event, day_of(heard)
    facts = {"due_on": event.due_on.isoformat()}
    return [
        Telling(Topic.CASE_TO_LEAD, await department(stores.directory, [event.lead_unit_id], on), facts),
        Telling(Topic.CASE_TO_SUPPORT, await department(stores.directory, event.co_unit_ids, on), facts),
        Telling(Topic.CASE_IN_CHARGE, [event.leader_id], facts),
        Telling(Topic.CASE_TO_WATCH, [event.watcher_id], facts),
        Telling(Topic.CASE_ASSIGNED, event.author_ids, facts),
    ]


async def returned(stores: Stores, heard: Received[CaseReturned]) -> Sequence[Telling]:
    """The whole committee of the unit beside the watcher, as any of them may assign it elsewhere."""
    event = heard.event
    members = await committee(stores.directory, event.unit_id, day_of(heard))
    return [Telling(Topic.CASE_RETURNED, {event.watcher_id, *members})]


async def recalled(stores: Stores, heard: Received[CaseRecalled]) -> Sequence[Telling]:
    """Who had it until then; the committee has it again and has done that itself."""
    event = heard.event
    return [Telling(Topic.CASE_RECALLED, {*await _departments(stores, heard), event.leader_id, event.watcher_id})]


async def extended(stores: Stores, heard: Received[CaseExtended]) -> Sequence[Telling]:
    """Whoever sees to it that it is answered in time too: a department may extend its own."""
    event = heard.event
    members = {*await _departments(stores, heard), *await _in_charge(stores, heard)}
    return [Telling(Topic.CASE_EXTENDED, {*members, *event.author_ids}, {"due_on": event.due_on.isoformat()})]


async def reminded(stores: Stores, heard: Received[CaseReminded]) -> Sequence[Telling]:
    event, members = heard.event, await _departments(stores, heard)
    facts = {"due_on": event.due_on.isoformat()}
    if event.days_overdue > 0:
        return [Telling(Topic.CASE_OVERDUE, members, {**facts, "days": str(event.days_overdue)})]
    return [Telling(Topic.CASE_DUE_SOON, members, facts)]


async def escalated(stores: Stores, heard: Received[CaseEscalated]) -> Sequence[Telling]:
    event = heard.event
    facts = {"due_on": event.due_on.isoformat(), "days": str(event.days_overdue)}
    topic = Topic.CASE_UNSIGNED if event.awaits_signature else Topic.CASE_ESCALATED
    return [Telling(topic, await _in_charge(stores, heard), facts)]


async def co_departments_changed(stores: Stores, heard: Received[CaseCoDepartmentsChanged]) -> Sequence[Telling]:
    event, on = heard.event, day_of(heard)
    facts = {"due_on": event.due_on.isoformat()}
    others = await department(stores.directory, [event.lead_unit_id, *event.removed_unit_ids], on)
    return [
        Telling(Topic.CASE_TO_SUPPORT, await department(stores.directory, event.added_unit_ids, on), facts),
        Telling(Topic.CASE_CO_DEPARTMENTS, others),
    ]


async def opinion_given(stores: Stores, heard: Received[CaseOpinionGiven]) -> Sequence[Telling]:
    """The event of an opinion that comes after its time is the same as that of the time that runs out."""
    event = heard.event
    topic = Topic.CASE_OPINION_GIVEN if event.given else Topic.CASE_OPINION_LATE
    return [Telling(topic, await department(stores.directory, [event.lead_unit_id], day_of(heard)))]


async def answered(stores: Stores, heard: Received[CaseAnswered]) -> Sequence[Telling]:
    return [Telling(Topic.CASE_TO_SIGN, [heard.event.leader_id], {"answer": heard.event.answer.value})]


async def answer_declined(stores: Stores, heard: Received[CaseAnswerDeclined]) -> Sequence[Telling]:
    """Not the leader who declined it, should they be a handler of the department too."""
    event = heard.event
    members = await department(stores.directory, [event.lead_unit_id], day_of(heard))
    return [Telling(Topic.CASE_ANSWER_DECLINED, members - {event.leader_id})]


async def answer_sent(stores: Stores, heard: Received[CaseAnswerSent]) -> Sequence[Telling]:
    """An opinion is not rated."""
    event = heard.event
    topic = Topic.CASE_TO_RATE if event.kind is CaseKind.FILED else Topic.OPINION_ANSWERED
    return [Telling(topic, event.author_ids, {"answer": event.answer.value})]


async def handled_again(stores: Stores, heard: Received[CaseHandledAgain]) -> Sequence[Telling]:
    event = heard.event
    facts = {"due_on": event.due_on.isoformat(), "round": str(event.round)}
    others = (event.leader_id, event.watcher_id, *event.author_ids)
    return [
        Telling(Topic.CASE_TO_HANDLE_AGAIN, await _departments(stores, heard), facts),
        Telling(Topic.CASE_HANDLED_AGAIN, others, facts),
    ]


async def reopened(stores: Stores, heard: Received[CaseReopened]) -> Sequence[Telling]:
    event = heard.event
    facts = {"due_on": event.due_on.isoformat()}
    others = (event.leader_id, event.watcher_id, *event.author_ids)
    return [
        Telling(Topic.CASE_PLAN_LAPSED, await _departments(stores, heard), facts),
        Telling(Topic.CASE_REOPENED, others, facts),
    ]


async def closed(stores: Stores, heard: Received[CaseClosed]) -> Sequence[Telling]:
    """Whoever is in charge too where somebody is dissatisfied to the end."""
    event = heard.event
    authors = Telling(Topic.CASE_CLOSED, event.author_ids)
    if event.committed_on is not None:
        facts = {"committed_on": event.committed_on.isoformat()}
        authors = Telling(Topic.CASE_CLOSED_WITH_PLAN, event.author_ids, facts)
    return [
        authors,
        Telling(Topic.CASE_CLOSED_DISSATISFIED, await _in_charge(stores, heard) if event.dissatisfied else ()),
    ]


async def _in_charge(stores: Stores, heard: Received[Any]) -> set[UUID]:
    """The leader and the watcher; the committee of the unit where there is neither, so that somebody hears of it."""
    event: Watched = heard.event
    found = {member for member in (event.leader_id, event.watcher_id) if member is not None}
    return found or await committee(stores.directory, event.unit_id, day_of(heard))


async def _departments(stores: Stores, heard: Received[Any]) -> set[UUID]:
    event: Handled = heard.event
    return await department(stores.directory, [event.lead_unit_id, *event.co_unit_ids], day_of(heard))
