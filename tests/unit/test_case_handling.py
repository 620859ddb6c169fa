from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.proposals.domain.cases import Case, State
from services.proposals.domain.clockwork import fall_due
from services.proposals.domain.duties import DutyKind
from services.proposals.domain.handling import (
    extend,
    give_opinion,
    hand_over,
    involve,
    recall,
    receive,
    remind,
    return_for_assignment,
    send_back,
    sign,
)
from services.proposals.errors.cases import (
    DueDateNotLater,
    ExtensionTooLong,
    LeadIsCoDepartment,
    NoMoreExtensions,
    NotACoDepartment,
    NothingHandedOver,
    NotTheLeaderInCharge,
    OpinionGiven,
    OpinionsMissing,
    PlanMissing,
    ReturnedAlready,
    SameCoDepartments,
    WroteTheAnswer,
)
from shared.aggregate import Decision
from shared.contracts.proposals.cases import (
    AnswerType,
    CaseAnswerDeclined,
    CaseAnswered,
    CaseAnswerSent,
    CaseClosed,
    CaseCoDepartmentsChanged,
    CaseExtended,
    CaseHandedOver,
    CaseKind,
    CaseOpinionGiven,
    CaseRecalled,
    CaseReminded,
    CaseReturned,
    RatingValue,
)
from shared.errors import OwnCase
from shared.ids import new_id
from tests.unit.forms_and_cases import (
    AT,
    CO,
    COMMITTEE,
    DUE,
    FIRST,
    HANDLING,
    LEAD,
    LEADER,
    OTHER_CO,
    PROPOSER,
    SECOND,
    TODAY,
    WATCHER,
    answered,
    assign,
    assigned,
    heard,
    midnight,
    morning,
    open_case,
    rated_by_all,
    sent,
    signed,
)


def days(number: int, since: date = TODAY) -> date:
    return since + timedelta(days=number)


def returned(case: Case) -> Decision[Case]:
    return return_for_assignment(case, reason="不属本部门", at=AT)


def extended(case: Case, due_on: date, today: date = TODAY) -> Decision[Case]:
    return extend(case, due_on=due_on, reason="情况复杂", at=morning(today), today=today)


def opinion(case: Case, unit: UUID) -> Decision[Case]:
    return give_opinion(case, unit, text="同意", by=new_id(), at=AT)


def kinds(case: Case) -> set[DutyKind]:
    return {duty.kind for duty in case.duties}


def test_a_department_returns_a_case_and_nobody_has_it_then() -> None:
    case, (event,) = returned(assigned())

    assert isinstance(event, CaseReturned)
    assert (event.lead_unit_id, event.watcher_id) == (LEAD, WATCHER)
    assert "本部门" not in event.model_dump_json()
    assert (case.state, case.round, case.duties) == (State.OPEN, 0, ())
    assert (case.lead_unit_id, case.co_departments, case.co_unit_ids, case.co_until) == (None, (), (), None)
    assert (case.due_on, case.assigned_on, case.leader_id) == (None, None, None)
    assert [each.unit_id for each in case.returns] == [LEAD]


def test_the_department_that_returned_a_case_does_not_return_it_twice_but_another_may() -> None:
    back = returned(assigned()).state

    with pytest.raises(ReturnedAlready):
        returned(assign(back).state)

    elsewhere = assign(back, lead_unit_id=new_id()).state
    assert elsewhere.round == 1
    assert returned(elsewhere).state.state is State.OPEN


def test_the_committee_recalls_a_case_and_the_department_may_still_return_it_later() -> None:
    case, (event,) = recall(assigned(), reason="交办有误", by=COMMITTEE, at=AT)

    assert isinstance(event, CaseRecalled)
    assert (event.lead_unit_id, event.co_unit_ids, event.leader_id) == (LEAD, (CO, OTHER_CO), LEADER)
    assert "有误" not in event.model_dump_json()
    assert (case.state, case.round, case.lead_unit_id, case.leader_id) == (State.OPEN, 0, None, None)
    assert [(each.unit_id, each.reason) for each in case.recalls] == [(LEAD, "交办有误")]
    assert returned(assign(case).state).state.state is State.OPEN


def test_no_author_recalls_their_own_case() -> None:
    with pytest.raises(OwnCase):
        recall(assigned(), reason="x", by=PROPOSER, at=AT)


def test_the_opinions_of_an_assignment_stay_when_the_case_is_returned_and_when_it_is_handled_again() -> None:
    back = returned(opinion(assigned(), CO).state).state
    again = rated_by_all(
        signed(answered(heard(assign(back, lead_unit_id=new_id()).state)).state), RatingValue.DISSATISFIED
    ).state

    assert [(each.unit_id, each.round, each.opinion) for each in again.opinions] == [
        (CO, 1, "同意"),
        (CO, 1, "同意"),
        (OTHER_CO, 1, "同意"),
    ]
    assert [each.awaited for each in again.co_departments] == [True, True]


def handed(case: Case, leader_id: UUID | None = None, watcher_id: UUID | None = None, **given: Any) -> Decision[Case]:
    fields: dict[str, Any] = {"reason": "已调离", "by": COMMITTEE, "at": AT, **given}
    return hand_over(case, leader_id=leader_id, watcher_id=watcher_id, **fields)


def test_a_case_whose_leader_has_gone_is_handed_over_and_the_new_leader_signs() -> None:
    leader = new_id()

    case, (event,) = handed(answered(heard(assigned())).state, leader)

    assert isinstance(event, CaseHandedOver)
    assert (event.leader_id, event.former_leader_id) == (leader, LEADER)
    assert (event.watcher_id, event.former_watcher_id) == (WATCHER, WATCHER)
    assert "调离" not in event.model_dump_json()
    assert [(each.leader_id, each.reason) for each in case.hand_overs] == [(LEADER, "已调离")]
    with pytest.raises(NotTheLeaderInCharge):
        signed(case)
    assert sign(case, by=leader, at=AT, today=TODAY).state.state is State.SENT


def test_who_watches_over_a_case_is_handed_over_alone() -> None:
    watcher = new_id()

    case = handed(assigned(), None, watcher).state

    assert (case.leader_id, case.watcher_id) == (LEADER, watcher)


@pytest.mark.parametrize("given", [{"leader_id": FIRST}, {"watcher_id": PROPOSER}, {"leader_id": None, "by": SECOND}])
def test_no_author_hands_a_case_over_or_takes_it_over(given: dict[str, Any]) -> None:
    with pytest.raises(OwnCase):
        handed(assigned(), **given)


@pytest.mark.parametrize("given", [{}, {"leader_id": LEADER}, {"watcher_id": WATCHER}])
def test_a_hand_over_names_somebody_else(given: dict[str, UUID]) -> None:
    with pytest.raises(NothingHandedOver):
        handed(assigned(), **given)


def test_an_extension_moves_what_falls_due() -> None:
    case, (event,) = extended(assigned(), days(30, DUE))

    assert isinstance(event, CaseExtended)
    assert case.due_on == event.due_on == days(30, DUE)
    assert (event.leader_id, event.watcher_id) == (LEADER, WATCHER)
    assert case.duties == assigned(due_on=days(30, DUE)).duties
    assert "复杂" not in event.model_dump_json()


def test_there_are_as_many_extensions_as_the_rule_has() -> None:
    case = extended(assigned(), days(1, DUE)).state

    with pytest.raises(NoMoreExtensions) as refused:
        extended(case, days(2, DUE))

    assert refused.value.facts() == {"most": 1}


def test_each_round_has_extensions_of_its_own() -> None:
    first = extended(assigned(), days(1, DUE)).state
    again = rated_by_all(signed(answered(heard(first)).state), RatingValue.DISSATISFIED).state
    assert again.due_on is not None

    case = extended(again, days(1, again.due_on)).state

    assert [each.round for each in case.extensions] == [1, 2]
    with pytest.raises(NoMoreExtensions):
        extended(case, days(2, again.due_on))


def test_an_extension_is_no_longer_than_the_rule_has_it() -> None:
    assert extended(assigned(), days(60, DUE)).state.due_on == days(60, DUE)
    with pytest.raises(ExtensionTooLong) as refused:
        extended(assigned(), days(61, DUE))

    assert refused.value.facts() == {"latest": days(60, DUE).isoformat()}


def test_a_rule_adopted_since_does_not_reach_a_case_that_is_handled() -> None:
    case = assigned(rule=HANDLING.model_copy(update={"extensions": 0}))

    with pytest.raises(NoMoreExtensions):
        extended(case, days(1, DUE))


@pytest.mark.parametrize(
    ("due_on", "today", "after"),
    [(DUE, TODAY, DUE), (days(-1, DUE), TODAY, DUE), (days(5, DUE), days(5, DUE), days(5, DUE))],
    ids=["the same", "earlier", "not after today"],
)
def test_an_extension_is_later_than_the_due_date_and_today(due_on: date, today: date, after: date) -> None:
    with pytest.raises(DueDateNotLater) as refused:
        extended(assigned(), due_on, today)

    assert refused.value.facts() == {"after": after.isoformat()}


def test_each_co_department_gives_its_opinion_once() -> None:
    case, (event,) = opinion(assigned(), CO)

    assert isinstance(event, CaseOpinionGiven)
    assert (event.lead_unit_id, event.co_unit_id, event.in_time) == (LEAD, CO, True)
    assert "同意" not in event.model_dump_json()
    assert DutyKind.END_CO_DEPARTMENTS in kinds(case)
    with pytest.raises(OpinionGiven):
        opinion(case, CO)
    assert DutyKind.END_CO_DEPARTMENTS not in kinds(opinion(case, OTHER_CO).state)


def test_the_other_duties_stay_when_all_opinions_are_there() -> None:
    assert kinds(heard(assigned())) == {DutyKind.REMIND, DutyKind.ESCALATE}


def test_co_departments_come_and_go_and_what_they_have_said_stays() -> None:
    new = new_id()
    case = opinion(assigned(), CO).state

    changed, (event,) = involve(case, [OTHER_CO, new], by=COMMITTEE, today=days(10))

    assert isinstance(event, CaseCoDepartmentsChanged)
    assert (event.co_unit_ids, event.added_unit_ids, event.removed_unit_ids) == ((OTHER_CO, new), (new,), (CO,))
    assert [(each.unit_id, each.opinion) for each in changed.opinions] == [(CO, "同意")]
    assert [each.awaited for each in changed.co_departments] == [True, True]
    assert changed.co_until == days(40)
    with pytest.raises(NotACoDepartment):
        opinion(changed, CO)


def test_co_departments_are_others_than_before_and_not_the_lead_department() -> None:
    with pytest.raises(SameCoDepartments):
        involve(assigned(), [OTHER_CO, CO], by=COMMITTEE, today=TODAY)
    with pytest.raises(LeadIsCoDepartment):
        involve(assigned(), [CO, LEAD], by=COMMITTEE, today=TODAY)
    with pytest.raises(OwnCase):
        involve(assigned(), [], by=FIRST, today=TODAY)


def test_who_comes_when_the_answer_is_overdue_still_has_the_day() -> None:
    late = involve(assigned(), [CO, OTHER_CO, new_id()], by=COMMITTEE, today=days(3, DUE)).state

    assert late.co_until == days(3, DUE)
    assert all(duty.at > morning(days(3, DUE)) for duty in late.duties)


@pytest.mark.parametrize("unit", [LEAD, new_id()])
def test_only_a_co_department_gives_an_opinion(unit: UUID) -> None:
    with pytest.raises(NotACoDepartment):
        opinion(assigned(), unit)


def test_the_opinions_come_first() -> None:
    with pytest.raises(OpinionsMissing) as refused:
        answered(opinion(assigned(), CO).state)

    assert refused.value.facts() == {"unit_ids": [str(OTHER_CO)], "until": "2022-03-31"}


def test_unless_their_time_ran_out_and_then_they_are_taken_still() -> None:
    case = fall_due(assigned(), midnight(days(31))).state

    late, (event,) = opinion(case, CO)

    assert answered(case, on=days(31)).state.state is State.ANSWERED
    assert isinstance(event, CaseOpinionGiven)
    assert not event.in_time
    assert late.co_departments[0].opinion == "同意"


def test_an_answer_is_signed_before_it_is_sent() -> None:
    case, (event,) = answered(heard(assigned()))

    assert isinstance(event, CaseAnswered)
    assert (event.leader_id, event.answer, event.round) == (LEADER, AnswerType.DONE, 1)
    assert "办理" not in event.model_dump_json()
    assert (case.state, kinds(case), case.answered_at) == (State.ANSWERED, {DutyKind.ESCALATE}, None)

    gone, (told,) = sign(case, by=LEADER, at=morning(days(3)), today=days(3))

    assert isinstance(told, CaseAnswerSent)
    assert (told.days, told.overdue, told.author_ids) == (3, False, case.author_ids)
    assert (gone.state, gone.answered_at, gone.answered_on) == (State.SENT, morning(days(3)), days(3))
    assert (gone.answers[-1].signed_by, gone.answers[-1].sent_at) == (LEADER, morning(days(3)))
    assert kinds(gone) == {DutyKind.END_RATING}


@pytest.mark.parametrize(("on", "late"), [(DUE, False), (days(1, DUE), True)])
def test_an_answer_is_taken_after_the_due_date_and_then_is_late(on: date, late: bool) -> None:
    written = answered(heard(assigned()), on=on).state

    case, (event,) = sign(written, by=LEADER, at=morning(on), today=on)

    assert isinstance(event, CaseAnswerSent)
    assert event.overdue is case.answered_late is late


def test_what_was_written_in_time_is_not_late_for_want_of_a_signature() -> None:
    written = answered(heard(assigned()), on=DUE).state

    case, (event,) = sign(written, by=LEADER, at=morning(days(20, DUE)), today=days(20, DUE))

    assert isinstance(event, CaseAnswerSent)
    assert event.overdue is case.answered_late is False
    assert case.answered_on == days(20, DUE)


def test_the_days_of_an_answer_are_counted_from_the_first_assignment() -> None:
    elsewhere = assign(returned(assigned()).state, lead_unit_id=new_id(), today=days(30)).state
    written = answered(heard(elsewhere), on=days(40)).state

    case, (event,) = sign(written, by=LEADER, at=morning(days(41)), today=days(41))

    assert isinstance(event, CaseAnswerSent)
    assert event.days == 41
    assert (case.first_assigned_on, case.assigned_on) == (TODAY, days(30))


def test_what_was_late_first_stays_so_and_a_second_round_does_not_make_it_late() -> None:
    late = signed(answered(heard(assigned()), on=days(1, DUE)).state, on=days(1, DUE))
    again = rated_by_all(late, RatingValue.DISSATISFIED, on=days(2, DUE)).state

    case = signed(answered(heard(again), on=days(3, DUE)).state, on=days(3, DUE))

    assert (case.round, case.answered_late, case.answered_on) == (2, True, days(1, DUE))


@pytest.mark.parametrize(
    ("kind", "plan_on"),
    [
        (AnswerType.PLANNED, None),
        (AnswerType.PLANNED, TODAY),
        (AnswerType.PLANNED, days(-1)),
        (AnswerType.DONE, days(9)),
        (AnswerType.NOT_POSSIBLE, days(9)),
    ],
)
def test_a_plan_has_a_date_to_come_and_what_is_no_plan_has_none(kind: AnswerType, plan_on: date | None) -> None:
    with pytest.raises(PlanMissing):
        answered(heard(assigned()), kind, plan_on=plan_on)


def test_no_author_answers_their_own_case() -> None:
    with pytest.raises(OwnCase):
        answered(heard(assigned()), by=FIRST)


def test_only_the_leader_in_charge_signs_or_sends_back() -> None:
    case = answered(heard(assigned())).state

    for by in (COMMITTEE, WATCHER, new_id()):
        with pytest.raises(NotTheLeaderInCharge):
            sign(case, by=by, at=AT, today=TODAY)
        with pytest.raises(NotTheLeaderInCharge):
            send_back(case, by=by, reason="x", today=TODAY)
    with pytest.raises(OwnCase):
        sign(case, by=PROPOSER, at=AT, today=TODAY)
    with pytest.raises(OwnCase):
        send_back(case, by=PROPOSER, reason="x", today=TODAY)


def test_nobody_signs_an_answer_that_they_wrote() -> None:
    case = answered(heard(assigned()), by=LEADER).state

    with pytest.raises(WroteTheAnswer):
        sign(case, by=LEADER, at=AT, today=TODAY)
    assert send_back(case, by=LEADER, reason="x", today=TODAY).state.state is State.ASSIGNED


def test_an_answer_sent_back_is_kept_with_the_reason_and_another_one_is_written() -> None:
    back, (event,) = send_back(answered(heard(assigned())).state, by=LEADER, reason="不具体", today=days(2))

    assert isinstance(event, CaseAnswerDeclined)
    assert "具体" not in event.model_dump_json()
    assert (back.state, back.answers[-1].declined_because) == (State.ASSIGNED, "不具体")
    assert kinds(back) == {DutyKind.REMIND, DutyKind.ESCALATE}

    case = signed(answered(back, AnswerType.NOT_POSSIBLE, on=days(3)).state)

    assert [each.declined_because for each in case.answers] == ["不具体", None]
    assert [each.sent_at is None for each in case.answers] == [True, False]


def test_what_is_sent_back_long_after_it_was_due_is_not_told_of_at_once_and_not_forgotten() -> None:
    today = days(40, DUE)
    back = send_back(answered(heard(assigned()), on=DUE).state, by=LEADER, reason="不具体", today=today).state

    assert [(duty.kind, duty.at) for duty in back.duties] == [(DutyKind.ESCALATE, morning(days(15, today)))]


def test_a_member_of_the_committee_reminds_whenever_they_see_fit() -> None:
    case, (event,) = remind(assigned(), today=days(-3, DUE))

    assert isinstance(event, CaseReminded)
    assert (event.due_on, event.days_overdue) == (DUE, -3)
    assert case == assigned().model_copy(update={"id": case.id, "forms": case.forms, "author_ids": case.author_ids})


def test_the_answer_of_an_opinion_goes_out_at_once() -> None:
    case, (told, end) = answered(heard(assigned(CaseKind.OPINION, leader_id=None)), on=days(2))

    assert isinstance(told, CaseAnswerSent)
    assert isinstance(end, CaseClosed)
    assert (told.kind, told.days, told.overdue) == (CaseKind.OPINION, 2, False)
    assert (end.dissatisfied, end.committed_on) == (False, None)
    assert (case.state, case.closed_at, case.duties) == (State.CLOSED, morning(days(2)), ())
    assert case.answers[-1].signed_by is None


def test_the_plan_of_an_opinion_is_tracked_too() -> None:
    case, (_, end) = answered(heard(assigned(CaseKind.OPINION)), AnswerType.PLANNED)

    assert isinstance(end, CaseClosed)
    assert end.committed_on == days(90)
    assert (case.state, kinds(case)) == (State.COMMITTED, {DutyKind.LAPSE})


def test_the_schools_answer_goes_to_the_authors_of_the_units_case_who_rate_it() -> None:
    answer = sent(on=days(20)).answers[-1]
    case = open_case().state.forward(new_id(), school=False, by=COMMITTEE).state

    received, (event,) = receive(case, answer, rule=HANDLING, at=morning(days(20)), today=days(20))

    assert isinstance(event, CaseAnswerSent)
    assert (event.lead_unit_id, event.days, event.overdue) == (None, 20, False)
    assert event.author_ids == case.author_ids
    assert (received.state, received.round, received.answers[-1].signed_by) == (State.SENT, 1, LEADER)
    assert kinds(received) == {DutyKind.END_RATING}


def test_the_schools_answer_closes_an_opinion_of_the_unit_which_is_not_rated() -> None:
    case = open_case(kind=CaseKind.OPINION).state.forward(new_id(), school=False, by=COMMITTEE).state

    closed, (told, end) = receive(
        case, sent(AnswerType.PLANNED).answers[-1], rule=HANDLING, at=morning(days(20)), today=days(20)
    )

    assert isinstance(told, CaseAnswerSent)
    assert isinstance(end, CaseClosed)
    assert (told.kind, end.committed_on) == (CaseKind.OPINION, None)
    assert (closed.state, closed.closed_at, closed.duties) == (State.CLOSED, morning(days(20)), ())


def test_the_days_of_what_a_department_returned_and_a_unit_forwarded_are_counted_from_its_beginning() -> None:
    back = returned(assign(open_case().state, today=days(10)).state).state
    case = back.forward(new_id(), school=False, by=COMMITTEE).state

    _, (event,) = receive(case, sent().answers[-1], rule=HANDLING, at=morning(days(20)), today=days(20))

    assert isinstance(event, CaseAnswerSent)
    assert event.days == 20
