from datetime import date

import pytest

from services.members.domain.members import Member
from services.members.domain.roles import RoleAssignment
from services.members.domain.units import Unit
from services.members.errors import ParentMismatch, RoleEndsBeforeItBegins, RoleRevokedAlready
from shared.aggregate import Decision
from shared.contracts.members import (
    Employment,
    MemberAddressChanged,
    MemberJoined,
    MemberJoinedRestricted,
    RoleGranted,
    RoleRevoked,
    UnitEstablished,
    UnitKind,
    UnitRenamed,
)
from shared.errors import OwnCase
from shared.ids import new_id
from shared.roles import Role
from tests.keys import WRAPPED

DAY = date(2022, 3, 1)


def unit(kind: UnitKind, *, below: bool) -> Decision[Unit]:
    return Unit.establish(
        new_id(),
        parent_id=new_id() if below else None,
        kind=kind,
        name="工程系",
        name_en="Engineering",
        branch_union=True,
    )


SOMEBODY = new_id()


def member() -> Decision[Member]:
    return Member.join(
        new_id(),
        staff_number="T0001",
        name="某某",
        sex="female",
        unit_id=new_id(),
        language="zh-CN",
        joined_union_on=DAY,
        key=WRAPPED,
        today=DAY,
    )


def role() -> Decision[RoleAssignment]:
    return RoleAssignment.grant(
        new_id(), member_id=new_id(), role=Role.BRANCH_CHAIR, unit_id=new_id(), from_date=DAY, reason="选举产生"
    )


@pytest.mark.parametrize("kind", list(UnitKind))
@pytest.mark.parametrize("below", [True, False])
def test_the_school_is_the_root_and_nothing_else_is(kind: UnitKind, below: bool) -> None:
    if (kind is UnitKind.SCHOOL) == below:
        with pytest.raises(ParentMismatch):
            unit(kind, below=below)
    else:
        established, (event,) = unit(kind, below=below)
        assert isinstance(event, UnitEstablished)
        assert event.unit_id == established.id
        assert event.parent_id == established.parent_id


def test_a_unit_that_is_renamed_is_the_same_unit() -> None:
    before = unit(UnitKind.FACULTY, below=True).state

    after, (event,) = before.rename(name="机械系", name_en="Mechanics")

    assert (after.id, after.parent_id, after.name) == (before.id, before.parent_id, "机械系")
    assert before.name == "工程系"
    assert event == UnitRenamed(unit_id=before.id, name="机械系", name_en="Mechanics")


def test_who_joins_is_told_in_public_without_a_name() -> None:
    joined, (_, public, restricted) = member()

    assert joined.employment is Employment.IN_POST
    assert isinstance(public, MemberJoined)
    assert isinstance(restricted, MemberJoinedRestricted)
    for word in ("某某", "T0001", "female"):
        assert word not in public.model_dump_json()
    assert (restricted.name, restricted.staff_number) == ("某某", "T0001")


def test_a_new_name_is_told_to_the_restricted_alone() -> None:
    joined = member().state

    changed, events = joined.change_details(today=DAY, name="某君", language="en")

    assert (changed.name, changed.language) == ("某君", "en")
    assert events == (MemberAddressChanged(member_id=joined.id, name="某君", language="en", phone=None, email=None),)
    assert MemberAddressChanged.restricted


def test_a_role_is_held_from_its_day_on_until_it_is_taken_back() -> None:
    granted, (event,) = role()
    assert isinstance(event, RoleGranted)
    assert granted.until_date is None

    taken, (event,) = granted.revoke(until_date=date(2024, 3, 1), reason="届满", by=SOMEBODY)

    assert isinstance(event, RoleRevoked)
    assert taken.until_date == event.until_date == date(2024, 3, 1)
    assert (event.role, event.unit_id, event.member_id) == (granted.role, granted.unit_id, granted.member_id)


def test_a_role_may_end_on_the_day_it_begins_and_not_before() -> None:
    granted = role().state

    assert granted.revoke(until_date=DAY, reason="误", by=SOMEBODY).state.until_date == DAY
    with pytest.raises(RoleEndsBeforeItBegins):
        granted.revoke(until_date=date(2022, 2, 28), reason="误", by=SOMEBODY)


def test_a_role_ends_once() -> None:
    taken = role().state.revoke(until_date=date(2024, 3, 1), reason="届满", by=SOMEBODY).state

    with pytest.raises(RoleRevokedAlready) as refused:
        taken.revoke(until_date=date(2025, 3, 1), reason="再次", by=SOMEBODY)

    assert refused.value.facts() == {"until_date": "2024-03-01"}


def test_nobody_ends_a_role_of_their_own() -> None:
    held = role().state

    with pytest.raises(OwnCase):
        held.revoke(until_date=date(2024, 3, 1), reason="届满", by=held.member_id)
