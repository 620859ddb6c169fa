"""What a service knows of members and roles, in whatever order it hears of them."""

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from shared.command import NOBODY, Command
from shared.contracts.base import DomainEvent
from shared.contracts.members import (
    Employment,
    MemberDeparted,
    MemberJoined,
    MemberReinstated,
    MembershipEnded,
    MembershipResumed,
    RoleGranted,
)
from shared.contracts.persons import MemberErased
from shared.directory import Directory
from shared.handlers import Received
from shared.roles import Grant, Role
from shared.tracing import continue_trace
from tests.campus import Campus

DAY = date(2022, 6, 1)
UNIT = uuid4()


class Story:
    """Events about one member and one role of theirs; each aggregate's own are numbered."""

    def __init__(self, campus: Campus) -> None:
        self._outbox = campus.running["members"].foundation.outbox
        self.directory: Directory = campus.running["events"].stores.directory
        self.member, self.assignment = uuid4(), uuid4()
        self.role = self._heard(
            self.assignment,
            1,
            RoleGranted(
                assignment_id=self.assignment,
                member_id=self.member,
                role=Role.BRANCH_CHAIR,
                unit_id=UNIT,
                from_date=date(2022, 1, 1),
            ),
        )

    def life(self, *events: type[DomainEvent]) -> list[Received[DomainEvent]]:
        states = {MemberJoined: "in_post", MemberDeparted: "left", MemberReinstated: "in_post"}
        told = []
        for number, event in enumerate(events, 1):
            more = {"unit_id": UNIT, "employment": Employment(states[event])} if event in states else {}
            data = {"member_id": self.member, **more}
            told.append(self._heard(self.member, number, event.model_validate(data)))
        return told

    def _heard(self, aggregate: UUID, version: int, event: DomainEvent) -> Received[DomainEvent]:
        command = Command(NOBODY, datetime(2022, 6, 1, tzinfo=UTC), "x", continue_trace(""))
        (row,) = self._outbox.rows_for([event], aggregate, version, command)
        headers = [(name, value) for name, value in row["headers"]]
        return Received(event, "/union/members", str(row["_id"]), headers)

    async def hear(self, heard: Sequence[Received[DomainEvent]]) -> None:
        for each in heard:
            await self.directory.keep([each])

    async def holds(self) -> set[bool]:
        """As each question about roles answers it."""
        grants = await self.directory.grants_of(self.member, DAY)
        holders = await self.directory.holders([UNIT], [Role.BRANCH_CHAIR], DAY)
        among = await self.directory.among([self.member], Role.BRANCH_CHAIR, DAY)
        return {
            Grant(Role.BRANCH_CHAIR, UNIT) in grants,
            self.member in holders.get(UNIT, set()),
            self.member in among,
        }


Life = tuple[type[DomainEvent], ...]
LIVES: dict[Life, bool] = {
    (MemberJoined,): True,
    (MemberJoined, MemberDeparted): False,
    (MemberJoined, MembershipEnded): False,
    (MemberJoined, MemberDeparted, MemberErased): False,
    (MemberJoined, MembershipEnded, MemberErased): False,
    (MemberJoined, MemberDeparted, MemberReinstated): True,
    (MemberJoined, MembershipEnded, MembershipResumed): True,
    (MemberJoined, MemberDeparted, MembershipEnded, MemberReinstated): False,
}
BEGINNINGS = [(life, place) for life in LIVES for place in range(len(life) + 1)]


@pytest.mark.parametrize(
    ("life", "place"), BEGINNINGS, ids=[f"{'-'.join(e.__name__ for e in life)} {place}" for life, place in BEGINNINGS]
)
async def test_whoever_is_gone_holds_nothing_wherever_the_role_is_heard_of_between(
    campus: Campus, life: Life, place: int
) -> None:
    story = Story(campus)
    told = story.life(*life)

    await story.hear([*told[:place], story.role, *told[place:]])

    assert await story.holds() == {LIVES[life]}


async def test_events_that_come_in_reverse_order_leave_nothing_to_who_has_left(campus: Campus) -> None:
    for order in itertools.permutations(range(3)):
        story = Story(campus)
        told = [*story.life(MemberJoined, MemberDeparted), story.role]
        await story.hear([told[at] for at in order])

        assert await story.holds() == {False}, order


async def test_an_erased_member_is_known_to_nobody_also_in_the_reports(campus: Campus) -> None:
    story = Story(campus)
    directory: Directory = campus.running["reports"].stores.directory
    for heard in story.life(MemberJoined, MemberDeparted, MemberErased):
        await directory.keep([heard])

    assert await directory.known([story.member]) == {}
