"""What happens to members, units and couples, each rule by its name."""

import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.members.domain.consents import Consent
from services.members.domain.couples import Couple
from services.members.domain.members import TRANSITIONS, Action, Episode, Member
from services.members.domain.requests import PersonRequest, Right, State
from services.members.domain.roles import RoleAssignment
from services.members.domain.search import search_keys
from services.members.domain.units import Move, Unit
from services.members.errors import (
    AnswersOutdated,
    BeforeTheLastChange,
    ConsentWithdrawnAlready,
    CoupleEndedAlready,
    CoupleOfOne,
    ErasedAlready,
    ErasureHeld,
    MembershipAsItIs,
    NotYetDay,
    PermitsMismatch,
    RoleEndsBeforeItBegins,
    RoleRevokedAlready,
    SchoolStays,
    StillAMember,
    TransferToTheSame,
    UnitBelowItself,
    UnitClosedAlready,
    UnitInUse,
)
from shared.contracts.keys import PersonKeyDestroyed, PersonKeyPublished
from shared.contracts.members import (
    Employment,
    MemberDeparted,
    MemberReinstated,
    MemberRetired,
    MemberTransferred,
    RoleRevoked,
    UnitKind,
)
from shared.contracts.persons import HOLDERS, MemberErased, PersonDataRequested, PersonErasureRequested
from shared.errors import OwnCase, WrongState
from shared.ids import new_id
from shared.roles import Grant, Permit, Role
from tests.keys import WRAPPED

JOINED, DAY, LATER, TODAY = date(2020, 9, 1), date(2022, 6, 1), date(2022, 9, 1), date(2022, 12, 31)
AT = datetime(2022, 12, 31, tzinfo=UTC)
FACULTY, OFFICE = new_id(), new_id()


def member(**change: Any) -> Member:
    joined = Member.join(
        new_id(),
        staff_number="T0001",
        name="示例会员",
        sex="female",
        unit_id=FACULTY,
        language="zh-CN",
        joined_union_on=JOINED,
        key=WRAPPED,
        today=TODAY,
        phone="+8613800000000",
    ).state
    return joined.model_copy(update=change)


def act(one: Member, action: Action, on: date = DAY) -> Member:
    if action is Action.TRANSFER:
        return one.transfer(unit_id=OFFICE, on=on, today=TODAY).state
    return one.change_employment(action, on=on, today=TODAY).state


@pytest.mark.parametrize(("employment", "action"), list(itertools.product(Employment, Action)), ids=str)
def test_what_is_not_in_the_table_does_not_happen(employment: Employment, action: Action) -> None:
    one = member(employment=employment)

    if (employment, action) in TRANSITIONS:
        assert act(one, action).employment is TRANSITIONS[employment, action]
    else:
        with pytest.raises(WrongState):
            act(one, action)


def test_the_history_has_no_gaps() -> None:
    moved = act(member(), Action.TRANSFER)
    retired = act(moved, Action.RETIRE, LATER)

    assert retired.history == (
        Episode(unit_id=FACULTY, employment=Employment.IN_POST, from_date=JOINED, until_date=DAY),
        Episode(unit_id=OFFICE, employment=Employment.IN_POST, from_date=DAY, until_date=LATER),
        Episode(unit_id=OFFICE, employment=Employment.RETIRED, from_date=LATER, until_date=None),
    )


def test_each_change_is_told_in_public_by_ids_alone() -> None:
    one = member()

    (moved,) = one.transfer(unit_id=OFFICE, on=DAY, today=TODAY).events
    assert moved == MemberTransferred(member_id=one.id, unit_id=OFFICE, from_unit_id=FACULTY)
    for action, kind in ((Action.RETIRE, MemberRetired), (Action.LEAVE, MemberDeparted)):
        (event,) = one.change_employment(action, on=DAY, today=TODAY).events
        assert isinstance(event, kind)
    retired = act(one, Action.RETIRE)
    (back,) = retired.change_employment(Action.REINSTATE, on=LATER, today=TODAY, unit_id=OFFICE).events
    assert back == MemberReinstated(member_id=one.id, unit_id=OFFICE, employment=Employment.IN_POST)


def test_nothing_happens_before_what_happened_last_or_after_today() -> None:
    moved = act(member(), Action.TRANSFER, LATER)

    with pytest.raises(BeforeTheLastChange):
        act(moved, Action.RETIRE, DAY)
    with pytest.raises(NotYetDay):
        act(moved, Action.RETIRE, date(2023, 1, 1))
    with pytest.raises(TransferToTheSame):
        moved.transfer(unit_id=OFFICE, on=TODAY, today=TODAY)


def test_the_membership_ends_and_begins_again() -> None:
    one = member()

    ended = one.end_membership(on=DAY, today=TODAY).state
    again = ended.resume_membership(on=LATER, today=TODAY).state

    assert (ended.left_union_on, again.left_union_on, again.joined_union_on) == (DAY, None, LATER)
    with pytest.raises(MembershipAsItIs):
        ended.end_membership(on=LATER, today=TODAY)
    with pytest.raises(MembershipAsItIs):
        one.resume_membership(on=LATER, today=TODAY)
    with pytest.raises(BeforeTheLastChange):
        ended.resume_membership(on=JOINED, today=TODAY)
    with pytest.raises(NotYetDay):
        one.end_membership(on=date(2023, 1, 1), today=TODAY)


def test_a_change_of_nothing_tells_nothing() -> None:
    one = member()

    assert one.change_details(today=TODAY, name=one.name).events == ()


def test_who_is_still_a_member_is_not_erased() -> None:
    with pytest.raises(StillAMember):
        member().erase(at=AT)


@pytest.mark.parametrize("gone", [{"left_union_on": DAY}, {"employment": Employment.LEFT}], ids=str)
def test_what_is_left_of_who_was_erased_names_nobody(gone: dict[str, Any]) -> None:
    one = member(**gone)

    erased, events = one.erase(at=AT)

    assert events == (MemberErased(member_id=one.id), PersonKeyDestroyed(member_id=one.id))
    for word in ("示例会员", "T0001", "13800000000"):
        assert word not in erased.model_dump_json()
    assert (erased.unit_id, erased.history) == (one.unit_id, one.history)
    assert erased.erase(at=AT).events == ()


def test_the_reasons_of_what_happens_are_kept_until_the_erasure() -> None:
    one = member()
    one = one.transfer(unit_id=OFFICE, on=DAY, today=TODAY, reason="工作调动").state
    one = one.change_employment(Action.RETIRE, on=LATER, today=TODAY, reason="到龄").state
    one = one.end_membership(on=DAY, today=TODAY, reason="本人申请").state
    one = one.resume_membership(on=LATER, today=TODAY, reason="重新入会").state
    one = one.end_membership(on=TODAY, today=TODAY, reason="迁居").state

    assert [episode.reason for episode in one.history] == [None, "工作调动", "到龄"]
    assert [(change.ended, change.on, change.reason) for change in one.membership] == [
        (True, DAY, "本人申请"),
        (False, LATER, "重新入会"),
        (True, TODAY, "迁居"),
    ]
    erased = one.erase(at=AT).state
    reasons = [episode.reason for episode in erased.history] + [change.reason for change in erased.membership]
    assert set(reasons) == {None}


@pytest.mark.parametrize(
    "attempt",
    [
        lambda one: one.change_employment(Action.REINSTATE, on=LATER, today=TODAY),
        lambda one: one.transfer(unit_id=OFFICE, on=LATER, today=TODAY),
        lambda one: one.end_membership(on=LATER, today=TODAY),
        lambda one: one.change_details(today=TODAY, phone="+8613900000000"),
    ],
)
def test_to_who_was_erased_nothing_happens_any_more(attempt: Callable[[Member], Any]) -> None:
    erased = member(employment=Employment.LEFT).erase(at=AT).state

    with pytest.raises(ErasedAlready):
        attempt(erased)


@pytest.mark.parametrize("days", [{"joined_union_on": date(2023, 1, 1)}, {"birth_date": date(2023, 1, 1)}], ids=str)
def test_nobody_is_born_or_joins_after_today(days: dict[str, Any]) -> None:
    with pytest.raises(NotYetDay):
        member().change_details(today=TODAY, **days)
    given: dict[str, Any] = {"joined_union_on": JOINED, **days}
    with pytest.raises(NotYetDay):
        Member.join(
            new_id(),
            staff_number="T1",
            name="某",
            sex="male",
            unit_id=FACULTY,
            language="en",
            key=WRAPPED,
            today=TODAY,
            **given,
        )


def role(**change: Any) -> RoleAssignment:
    given: dict[str, Any] = {
        "member_id": new_id(),
        "role": Role.BRANCH_CHAIR,
        "unit_id": FACULTY,
        "from_date": DAY,
        "reason": "选举产生",
        **change,
    }
    return RoleAssignment.grant(new_id(), **given).state


def test_a_role_with_an_end_ends_earlier_and_never_later() -> None:
    held = role(until_date=date(2027, 6, 1))

    ended, (event,) = held.revoke(until_date=LATER, reason="辞职", by=new_id())

    assert (ended.until_date, ended.reason, ended.revoke_reason) == (LATER, "选举产生", "辞职")
    assert isinstance(event, RoleRevoked)
    for day in (LATER, TODAY):
        with pytest.raises(RoleRevokedAlready):
            ended.revoke(until_date=day, reason="x", by=new_id())
    with pytest.raises(RoleEndsBeforeItBegins):
        ended.revoke(until_date=JOINED, reason="x", by=new_id())
    with pytest.raises(RoleEndsBeforeItBegins):
        role(until_date=JOINED)


def test_an_account_has_permits_and_nobody_else() -> None:
    account = role(role=Role.SERVICE_ACCOUNT, permits=[Permit.UNITS_READ])
    assert account.as_grant == Grant(Role.SERVICE_ACCOUNT, FACULTY, frozenset({Permit.UNITS_READ}))
    for change in ({"role": Role.SERVICE_ACCOUNT}, {"permits": [Permit.UNITS_READ]}):
        with pytest.raises(PermitsMismatch):
            role(**change)


def test_a_key_that_was_destroyed_is_not_wrapped_anew() -> None:
    erased = member(left_union_on=DAY).erase(at=AT).state

    after, events = erased.wrap_key(WRAPPED)

    assert (after, events) == (erased, ())


def test_a_key_is_wrapped_anew_without_any_other_change() -> None:
    one = member()

    assert one.wrap_key("second:x") == (one, (PersonKeyPublished(member_id=one.id, wrapped="second:x"),))


def unit(kind: UnitKind = UnitKind.FACULTY, parent: Any = FACULTY) -> Unit:
    return Unit.establish(
        new_id(),
        parent_id=None if kind is UnitKind.SCHOOL else parent,
        kind=kind,
        name="某单位",
        name_en="A unit",
        branch_union=False,
    ).state


def test_a_unit_does_not_come_to_lie_below_itself() -> None:
    one, below = unit(), new_id()

    with pytest.raises(UnitBelowItself):
        one.move(parent_id=one.id, above_parent=[], moved_as=1, on=DAY, reason="机构调整")
    with pytest.raises(UnitBelowItself):
        one.move(parent_id=below, above_parent=[one.id, FACULTY], moved_as=1, on=DAY, reason="机构调整")
    moved = one.move(parent_id=OFFICE, above_parent=[FACULTY], moved_as=1, on=DAY, reason="机构调整").state
    assert moved.parent_id == OFFICE
    assert moved.moves == (Move(parent_id=OFFICE, on=DAY, reason="机构调整"),)
    assert unit().close(on=DAY, reason="撤销", members_in_post=0, open_units_below=0).state.close_reason == "撤销"


def test_the_school_stays() -> None:
    school = unit(UnitKind.SCHOOL)

    with pytest.raises(SchoolStays):
        school.move(parent_id=OFFICE, above_parent=[], moved_as=1, on=DAY, reason="机构调整")
    with pytest.raises(SchoolStays):
        school.close(on=DAY, reason="撤销", members_in_post=0, open_units_below=0)


def test_a_unit_that_is_in_use_is_not_closed() -> None:
    for members, units in ((1, 0), (0, 1)):
        with pytest.raises(UnitInUse):
            unit().close(on=DAY, reason="撤销", members_in_post=members, open_units_below=units)


def test_to_a_unit_that_is_closed_nothing_happens() -> None:
    closed = unit().close(on=DAY, reason="撤销", members_in_post=0, open_units_below=0).state

    for attempt in range(4):
        with pytest.raises(UnitClosedAlready):
            match attempt:
                case 0:
                    closed.close(on=DAY, reason="撤销", members_in_post=0, open_units_below=0)
                case 1:
                    closed.rename(name="a", name_en="a")
                case 2:
                    closed.move(parent_id=OFFICE, above_parent=[], moved_as=1, on=DAY, reason="机构调整")
                case _:
                    closed.change_branch_union(branch_union=True)


def test_a_couple_is_two_until_it_ends_once() -> None:
    one, other = new_id(), new_id()
    couple = Couple.record(new_id(), member_ids=(one, other), since=DAY, today=TODAY, by=new_id()).state

    ended = couple.end(on=LATER, today=TODAY, reason="办理", by=new_id()).state
    assert ended.until == LATER
    with pytest.raises(CoupleOfOne):
        Couple.record(new_id(), member_ids=(one, one), since=DAY, today=TODAY, by=new_id())
    with pytest.raises(CoupleEndedAlready):
        ended.end(on=LATER, today=TODAY, reason="办理", by=new_id())
    with pytest.raises(BeforeTheLastChange):
        couple.end(on=JOINED, today=TODAY, reason="办理", by=new_id())
    with pytest.raises(NotYetDay):
        Couple.record(new_id(), member_ids=(one, other), since=date(2023, 1, 1), today=TODAY, by=new_id())


def request(right: Right) -> PersonRequest:
    return PersonRequest.ask(new_id(), right=right, member_id=new_id(), unit_id=FACULTY, by=new_id(), at=AT).state


def test_a_request_is_asked_of_every_service() -> None:
    for right, kind in ((Right.EXPORT, PersonDataRequested), (Right.ERASURE, PersonErasureRequested)):
        asked, (event,) = PersonRequest.ask(
            new_id(), right=right, member_id=new_id(), unit_id=FACULTY, by=new_id(), at=AT
        )
        assert isinstance(event, kind)
        assert asked.waiting_for == HOLDERS


def test_a_request_is_ready_when_all_have_answered_each_once_or_more() -> None:
    asked = request(Right.EXPORT)

    for service in (*HOLDERS, *HOLDERS):
        assert asked.hear(service, at=AT).events == ()
        asked = asked.hear(service, at=AT).state

    assert (asked.state, asked.waiting_for) == (State.READY, ())


def test_the_longest_hold_counts() -> None:
    asked = request(Right.ERASURE)
    until = {HOLDERS[0]: date(2030, 1, 1), HOLDERS[1]: date(2052, 6, 1), HOLDERS[2]: None}

    for service in HOLDERS:
        asked = asked.hear(service, at=AT, held_until=until.get(service), source=service).state

    assert (asked.state, asked.held_until, asked.source) == (State.HELD, date(2052, 6, 1), HOLDERS[1])
    with pytest.raises(ErasureHeld) as refused:
        asked.confirm(by=new_id(), at=AT)
    assert refused.value.facts() == {"until": "2052-06-01", "source": HOLDERS[1]}


def test_an_erasure_is_confirmed_once_by_somebody_else_when_all_have_answered() -> None:
    asked = request(Right.ERASURE)
    with pytest.raises(WrongState):
        asked.confirm(by=new_id(), at=AT)
    for service in HOLDERS:
        asked = asked.hear(service, at=AT).state

    with pytest.raises(OwnCase):
        asked.confirm(by=asked.member_id, at=AT)
    done = asked.confirm(by=new_id(), at=AT).state
    assert done.state is State.DONE
    with pytest.raises(WrongState):
        done.confirm(by=new_id(), at=AT)


def test_answers_that_are_older_than_a_day_do_not_count() -> None:
    asked = request(Right.ERASURE)
    for service in HOLDERS:
        asked = asked.hear(service, at=AT).state

    with pytest.raises(AnswersOutdated):
        asked.confirm(by=new_id(), at=AT + timedelta(hours=24, seconds=1))
    assert asked.confirm(by=new_id(), at=AT + timedelta(hours=24)).state.state is State.DONE


def test_a_couple_is_recorded_and_ended_by_somebody_else() -> None:
    one, other = new_id(), new_id()
    with pytest.raises(OwnCase):
        Couple.record(new_id(), member_ids=(one, other), since=DAY, today=TODAY, by=other)
    couple = Couple.record(new_id(), member_ids=(one, other), since=DAY, today=TODAY, by=new_id()).state
    with pytest.raises(OwnCase):
        couple.end(on=LATER, today=TODAY, reason="办理", by=one)
    assert couple.end(on=LATER, today=TODAY, reason="办理", by=new_id()).state.end_reason == "办理"


def test_a_consent_is_taken_back_once() -> None:
    given = Consent.give(new_id(), member_id=new_id(), purpose="photo-publication", text_version=1, at=AT).state

    withdrawn = given.withdraw(at=AT).state

    assert withdrawn.withdrawn_at == AT
    with pytest.raises(ConsentWithdrawnAlready):
        withdrawn.withdraw(at=AT)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("王小明", ["王", "小明", "明", "wangxiaoming", "xiaoming", "wxm", "xm", "t0001"]),
        ("单晓曾", ["shanxiaozeng", "sxz", "danxiaoceng"]),
        ("John Smith", ["johnsmith", "smith", "j"]),
        ("ＡＢＣ", ["abc"]),
    ],
)
def test_a_member_is_found_by_name_sound_initials_and_number(name: str, typed: list[str]) -> None:
    keys = search_keys(name, "T0001")

    assert [text for text in typed if not any(key.startswith(text) for key in keys)] == []


def test_the_ways_to_find_a_name_are_bounded() -> None:
    assert len(search_keys("单曾仇解翟查盖区" * 8, "T0001")) < 5000
