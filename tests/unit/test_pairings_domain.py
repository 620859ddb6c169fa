"""Pairings: every step in every state, and what is written down."""

from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import pytest

from services.welfare.domain.pairings import TRANSITIONS, Action, Pairing, PairingLog, State
from services.welfare.errors.days import DayBeforeTheFirst, DayStillToCome
from services.welfare.errors.member_lists import MemberHasLeft
from services.welfare.errors.pairings import AmountWithoutGift
from shared.aggregate import Decision
from shared.contracts.members import Employment
from shared.contracts.welfare.pairings import (
    Help,
    PairingBegun,
    PairingBegunRestricted,
    PairingEnd,
    PairingEnded,
    PairingEndedRestricted,
    PairingHelpLogged,
    PairingHelpLoggedRestricted,
)
from shared.errors import WrongState
from shared.ids import new_id
from shared.sealing import sensitive_fields

BEGUN, TODAY = date(2022, 3, 1), date(2022, 6, 1)
MENTOR = new_id()


def begin(**given: Any) -> Decision[Pairing]:
    fields: dict[str, Any] = {
        "mentor_id": MENTOR,
        "unit_id": new_id(),
        "employment": Employment.IN_POST,
        "programme": "丁香妈妈",
        "student_number": "S20220001",
        "student_name": "示例学生",
        "purpose": "学业帮扶",
        "begun_on": BEGUN,
        "by": new_id(),
        "today": TODAY,
        **given,
    }
    return Pairing.begin(new_id(), **fields)


def end(pairing: Pairing, on: date = TODAY) -> Decision[Pairing]:
    return pairing.end(on=on, because=PairingEnd.GRADUATED, today=TODAY)


def write(**given: Any) -> Decision[PairingLog]:
    fields: dict[str, Any] = {
        "pairing": ACTIVE,
        "kind": Help.TALK,
        "happened_on": TODAY,
        "text": "谈学习计划",
        "amount_fen": None,
        "by": MENTOR,
        **given,
    }
    return PairingLog.write(new_id(), **fields)


ACTIVE = begin().state
IN: dict[State, Pairing] = {
    State.ACTIVE: ACTIVE,
    State.PAUSED: ACTIVE.pause().state,
    State.ENDED: end(ACTIVE).state,
}
DO: dict[Action, Callable[[Pairing], Decision[Pairing]]] = {
    Action.PAUSE: lambda pairing: pairing.pause(),
    Action.RESUME: lambda pairing: pairing.resume(),
    Action.END: end,
    Action.LOG_HELP: lambda pairing: pairing.log_help(TODAY, today=TODAY),
}


def test_every_state_and_every_action_is_tried() -> None:
    assert set(IN) == set(State)
    assert set(DO) == set(Action)
    assert all(pairing.state is state for state, pairing in IN.items())


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_a_pairing_goes_where_the_table_says_or_stays(state: State, action: Action) -> None:
    expected = TRANSITIONS.get((state, action))

    if expected is None:
        with pytest.raises(WrongState):
            DO[action](IN[state])
    else:
        assert DO[action](IN[state]).state.state is expected


def test_who_the_student_is_is_sealed_for_the_mentor_and_in_no_event() -> None:
    pairing, events = begin()

    assert set(sensitive_fields(Pairing)) == {"student_number", "student_name", "purpose"}
    public, restricted = events
    assert isinstance(public, PairingBegun)
    assert set(public.model_dump()) == {"pairing_id", "mentor_id", "unit_id"}
    assert isinstance(restricted, PairingBegunRestricted)
    assert restricted.person == MENTOR
    for event in events:
        assert not {str(pairing.student_number), str(pairing.student_name)} & set(map(str, event.model_dump().values()))


def test_why_a_pairing_ended_is_in_the_restricted_event_alone() -> None:
    ended, (public, restricted) = end(ACTIVE)

    assert (ended.ended_on, ended.because) == (TODAY, PairingEnd.GRADUATED)
    assert isinstance(public, PairingEnded)
    assert "graduated" not in public.model_dump_json()
    assert isinstance(restricted, PairingEndedRestricted)
    assert restricted.because is PairingEnd.GRADUATED


def test_what_is_written_down_is_counted_and_its_text_is_in_no_event() -> None:
    log, events = write(kind=Help.GIFT, text="一箱牛奶", amount_fen=6000)

    assert ACTIVE.log_help(TODAY, today=TODAY).state.logs == 1
    assert set(sensitive_fields(PairingLog)) == {"text", "amount_fen"}
    public, restricted = events
    assert isinstance(public, PairingHelpLogged)
    assert set(public.model_dump()) == {"log_id", "pairing_id", "mentor_id", "unit_id"}
    assert isinstance(restricted, PairingHelpLoggedRestricted)
    assert (restricted.kind, restricted.amount_fen, log.mentor_id) == (Help.GIFT, 6000, MENTOR)
    assert all("牛奶" not in event.model_dump_json() for event in events)


@pytest.mark.parametrize("kind", [kind for kind in Help if kind is not Help.GIFT])
def test_only_a_gift_has_a_value(kind: Help) -> None:
    with pytest.raises(AmountWithoutGift) as refused:
        write(kind=kind, amount_fen=1)

    assert refused.value.facts() == {"given": kind.value}


@pytest.mark.parametrize("do", [end, lambda pairing, on: pairing.log_help(on, today=TODAY)], ids=["end", "log"])
def test_days_are_within_the_pairing_and_not_in_the_future(do: Callable[..., Decision[Pairing]]) -> None:
    assert do(ACTIVE, BEGUN)
    with pytest.raises(DayBeforeTheFirst):
        do(ACTIVE, date(2022, 2, 28))
    with pytest.raises(DayStillToCome):
        do(ACTIVE, date(2022, 6, 2))


def test_a_pairing_begins_by_today_with_a_mentor_who_is_there() -> None:
    with pytest.raises(DayStillToCome):
        begin(begun_on=date(2022, 6, 2))
    with pytest.raises(MemberHasLeft):
        begin(employment=Employment.LEFT)
