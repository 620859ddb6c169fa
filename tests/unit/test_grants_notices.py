"""Who is told of hardship grants, and who is not to learn of them."""

from collections.abc import Iterable
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from services.notifications.domain import Topic
from services.notifications.handlers import grants
from services.notifications.handlers.notices import Telling
from shared import clock
from shared.cloudevents import Envelope, sequence, timestamp
from shared.contracts.base import DomainEvent
from shared.contracts.welfare.grants import (
    BranchVerdict,
    HardshipApplicationDrafted,
    HardshipApplicationGraded,
    HardshipApplicationReviewed,
    HardshipApplicationSubmitted,
    HardshipGrantApproved,
    HardshipObjectionFiled,
    HardshipRoundOpened,
)
from shared.handlers import Received
from shared.ids import new_id
from shared.roles import Role

BRANCH, MEMBER, CHAIR, OFFICER, OTHER_OFFICER, PAYER, APPLICATION = (new_id() for _ in range(7))
NAMED = {"application_id": APPLICATION, "member_id": MEMBER, "unit_id": BRANCH}


class Directory:
    """A branch with a chair, and a school with two officers and the accounts."""

    async def branch_of(self, unit_id: UUID) -> UUID:
        return BRANCH

    async def everybody(self) -> set[UUID]:
        return {MEMBER, CHAIR, OFFICER}

    async def holders(
        self, unit_ids: Iterable[UUID | None], roles: Iterable[Role], on: date
    ) -> dict[UUID | None, set[UUID]]:
        held = {
            (BRANCH, Role.BRANCH_CHAIR): {CHAIR},
            (None, Role.UNION_OFFICER): {OFFICER, OTHER_OFFICER},
            (None, Role.FINANCE_OFFICER): {PAYER},
        }
        return {unit: {member for role in roles for member in held.get((unit, role), set())} for unit in list(unit_ids)}


STORES: Any = SimpleNamespace(directory=Directory())


def heard(event: DomainEvent) -> Received[Any]:
    event_id = str(new_id())
    envelope = Envelope(
        id=event_id,
        source="/elsewhere/welfare",
        type=event.type,
        subject="",
        time=timestamp(clock.now()),
        sequence=sequence(1),
        partitionkey="",
        traceparent="",
        correlationid="",
    )
    return Received(event, envelope.source, event_id, envelope.headers())


def told(tellings: Iterable[Telling]) -> dict[Topic, set[UUID | None]]:
    return {telling.topic: set(telling.members) for telling in tellings}


async def test_every_member_is_told_that_a_round_is_open() -> None:
    event = HardshipRoundOpened(round_id=new_id(), unit_id=new_id(), opens_on=date(2022, 3, 1), closes_on=None)

    (telling,) = await grants.round_opened(STORES, heard(event))

    assert set(telling.members) == {MEMBER, CHAIR, OFFICER}
    assert telling.facts == {"opens_on": "2022-03-01"}


@pytest.mark.parametrize(("filed_by", "members"), [(MEMBER, set()), (CHAIR, {MEMBER})])
async def test_a_member_is_told_what_somebody_else_files_for_them(filed_by: UUID, members: set[UUID]) -> None:
    event = HardshipApplicationDrafted(**NAMED, filed_by=filed_by)

    assert told(await grants.drafted(STORES, heard(event))) == {Topic.HARDSHIP_FILED_FOR_YOU: members}


@pytest.mark.parametrize(("filed_by", "reviewers"), [(MEMBER, {CHAIR}), (CHAIR, set())])
async def test_the_branch_is_told_what_it_has_to_review(filed_by: UUID, reviewers: set[UUID]) -> None:
    event = HardshipApplicationSubmitted(**NAMED, filed_by=filed_by)

    assert told(await grants.submitted(STORES, heard(event))) == {Topic.HARDSHIP_TO_REVIEW: reviewers}


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (
            BranchVerdict.SUPPORTED,
            {Topic.HARDSHIP_PROGRESS: {MEMBER, CHAIR}, Topic.HARDSHIP_TO_GRADE: {OFFICER, OTHER_OFFICER}},
        ),
        (BranchVerdict.RETURNED, {Topic.HARDSHIP_RETURNED: {MEMBER, CHAIR}}),
        (BranchVerdict.DECLINED, {Topic.HARDSHIP_PROGRESS: {MEMBER, CHAIR}}),
    ],
)
async def test_who_filed_it_hears_what_the_branch_says_and_the_office_of_what_it_has_to_grade(
    verdict: BranchVerdict, expected: dict[Topic, set[UUID]]
) -> None:
    event = HardshipApplicationReviewed(**NAMED, filed_by=CHAIR, verdict=verdict)

    assert told(await grants.reviewed(STORES, heard(event))) == expected


async def test_an_officer_who_applies_is_not_asked_to_decide() -> None:
    event = HardshipApplicationGraded(**{**NAMED, "member_id": OFFICER})

    assert told(await grants.graded(STORES, heard(event))) == {Topic.HARDSHIP_TO_DECIDE: {OTHER_OFFICER}}


async def test_the_accounts_are_told_what_they_have_to_pay() -> None:
    event = HardshipGrantApproved(**NAMED)

    assert told(await grants.approved(STORES, heard(event))) == {
        Topic.HARDSHIP_PROGRESS: {MEMBER},
        Topic.HARDSHIP_TO_PAY: {PAYER},
    }


@pytest.mark.parametrize("applicant", [MEMBER, OFFICER])
async def test_neither_the_applicant_nor_the_objector_is_asked_to_rule(applicant: UUID) -> None:
    event = HardshipObjectionFiled(
        objection_id=new_id(), application_id=APPLICATION, objector_id=OTHER_OFFICER, member_id=applicant
    )

    assert told(await grants.objected(STORES, heard(event))) == {Topic.HARDSHIP_TO_RULE_ON: {OFFICER} - {applicant}}
