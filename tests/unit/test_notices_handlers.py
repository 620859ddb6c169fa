"""Which events make notices, that none is forgotten, and that nobody is told twice of one."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from services.notifications.domain import Notice, Topic
from services.notifications.handlers import HANDLERS, TELLS_NOBODY
from services.notifications.handlers.notices import Telling, tell
from services.notifications.handlers.proposals import DISPOSED
from shared import clock
from shared.cloudevents import Envelope, sequence, timestamp
from shared.contracts.base import DomainEvent
from shared.contracts.generate import all_events
from shared.contracts.proposals.appeals import AppealMemberRecused
from shared.contracts.proposals.cases import CommitmentMet
from shared.contracts.proposals.forms import Disposition
from shared.handlers import Received
from shared.ids import new_id


def test_every_event_that_is_published_tells_somebody_or_says_why_not() -> None:
    assert {event.__name__ for event in all_events()} == {event.__name__ for event in (*HANDLERS, *TELLS_NOBODY)}


def test_what_tells_nobody_has_no_handler_and_a_reason() -> None:
    assert not set(HANDLERS) & set(TELLS_NOBODY)
    assert all(TELLS_NOBODY.values())


def test_every_disposition_has_a_text_of_its_own() -> None:
    assert set(DISPOSED) == set(Disposition)
    assert len(set(DISPOSED.values())) == len(Disposition)


class Written:
    """In place of the store: what was added."""

    def __init__(self) -> None:
        self.found: list[Notice] = []

    async def add(self, notices: Sequence[Notice]) -> None:
        self.found.extend(notices)


def heard(event: DomainEvent | None = None) -> Received[Any]:
    event, event_id = event or CommitmentMet.example(), str(new_id())
    envelope = Envelope(
        id=event_id,
        source="/elsewhere/proposals",
        type=event.type,
        subject="",
        time=timestamp(clock.now()),
        sequence=sequence(1),
        partitionkey="",
        traceparent="",
        correlationid="",
    )
    return Received(event, envelope.source, event_id, envelope.headers())


async def test_whoever_is_in_several_groups_is_told_what_the_first_is_told_and_nobody_is_nobody() -> None:
    leader, author, both = new_id(), new_id(), new_id()

    async def tells(stores: Any, heard: Received[Any]) -> Sequence[Telling]:
        nobody: list[UUID | None] = [None]
        return [
            Telling(Topic.CASE_IN_CHARGE, [leader, both, both, *nobody]),
            Telling(Topic.CASE_ASSIGNED, [author, both]),
        ]

    written = Written()
    await tell("case_id", tells).handle(SimpleNamespace(notices=written), [heard(), heard()])

    assert len({notice.id for notice in written.found}) == len(written.found) == 6
    assert {(notice.member_id, notice.topic) for notice in written.found} == {
        (leader, Topic.CASE_IN_CHARGE),
        (both, Topic.CASE_IN_CHARGE),
        (author, Topic.CASE_ASSIGNED),
    }


async def test_the_school_is_told_that_an_appeal_is_short_of_members_but_for_those_whom_it_concerns() -> None:
    appellant, respondent, chair, recused, officer = (new_id() for _ in range(5))

    async def holders(*_: Any) -> dict[UUID | None, set[UUID]]:
        return {None: {appellant, respondent, chair, recused, officer}}

    event = AppealMemberRecused(
        appeal_id=new_id(),
        appellant_id=appellant,
        respondent_id=respondent,
        committee_ids=(chair,),
        recused_id=recused,
        new_chair_id=chair,
        stand_ins_needed=2,
    )
    for needed, told in ((2, {officer}), (0, set())):
        written = Written()
        stores = SimpleNamespace(notices=written, directory=SimpleNamespace(holders=holders))
        again = event.model_copy(update={"stand_ins_needed": needed})
        await HANDLERS[AppealMemberRecused].handle(stores, [heard(again)])

        assert {(notice.member_id, notice.topic) for notice in written.found} == {
            (recused, Topic.APPEAL_RECUSED),
            (chair, Topic.APPEAL_TO_CHAIR),
            *((member, Topic.APPEAL_SHORT_OF_MEMBERS) for member in told),
        }
