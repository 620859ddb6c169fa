from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from services.proposals.domain.cases import TRANSITIONS, Action, Authors, Case, Rating, State
from services.proposals.domain.clockwork import await_assignment, fall_due
from services.proposals.domain.duties import Duty, DutyKind
from services.proposals.domain.handling import (
    escalate,
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
from services.proposals.domain.ratings import fulfil, lapse, settle
from services.proposals.domain.rules import adopt_handling
from services.proposals.errors.cases import (
    DueDateNotLater,
    LeaderMissing,
    LeadIsCoDepartment,
    NotOfAUnit,
    OpinionsOutlastAnswers,
)
from shared.aggregate import Decision
from shared.contracts.proposals.cases import (
    AnswerType,
    CaseAssigned,
    CaseAuthorsChanged,
    CaseCameBack,
    CaseCancelled,
    CaseForwarded,
    CaseKind,
    CaseOpened,
    CaseOpenedRestricted,
    RatingValue,
)
from shared.errors import NothingDue, OwnCase, WrongState
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
    case_in,
    collected,
    heard,
    merged,
    open_case,
    other,
    rated,
    rated_by_all,
    sent,
)


def joined(case: Case, *people: UUID) -> Decision[Case]:
    return case.join(Authors(proposal_id=new_id(), person_ids=people))


def test_a_case_is_told_in_public_without_its_title() -> None:
    form = collected()

    case, (public, restricted) = open_case(form)

    assert isinstance(public, CaseOpened)
    assert isinstance(restricted, CaseOpenedRestricted)
    assert form.title not in public.model_dump_json()
    assert restricted.title == form.title
    assert (public.kind, public.proposal_ids) == (CaseKind.FILED, (form.id,))
    assert case.author_ids == public.author_ids == (PROPOSER, FIRST, SECOND)


def test_a_case_of_merged_forms_has_every_author_once() -> None:
    form = other(FIRST)
    into = merged(form, collected())[1]

    case = open_case(into).state

    assert case.proposal_ids == (into.id, form.id)
    assert case.author_ids == (PROPOSER, FIRST, SECOND, form.proposer_id)


@pytest.mark.parametrize("state", [State.OPEN, State.ASSIGNED])
def test_a_form_merged_into_one_that_has_a_case_brings_its_authors_and_takes_them_away(state: State) -> None:
    case, form = case_in(state), other(FIRST)

    whole, (came,) = case.join(Authors(proposal_id=form.id, person_ids=form.people))
    again, (left,) = whole.part(form.id)

    assert isinstance(came, CaseAuthorsChanged)
    assert isinstance(left, CaseAuthorsChanged)
    assert whole.author_ids == came.author_ids == (PROPOSER, FIRST, SECOND, form.proposer_id)
    assert whole.proposal_ids == came.proposal_ids == (*case.proposal_ids, form.id)
    assert again == case
    assert left.author_ids == case.author_ids


def test_an_author_whom_two_forms_brought_stays_until_both_have_left() -> None:
    both = new_id()
    case = joined(joined(open_case().state, both).state, both).state

    once = case.part(case.proposal_ids[1]).state
    gone = once.part(case.proposal_ids[2]).state

    assert both in once.author_ids
    assert both not in gone.author_ids


@pytest.mark.parametrize("author", [LEADER, WATCHER])
def test_a_form_whose_author_leads_or_watches_the_case_does_not_join_it(author: UUID) -> None:
    with pytest.raises(OwnCase):
        joined(assigned(), author)
    assert author in joined(open_case().state, author).state.author_ids


def test_a_case_is_assigned_by_the_rule_of_the_day_which_stays_with_it() -> None:
    case, (event,) = assign(open_case().state)

    assert isinstance(event, CaseAssigned)
    assert (case.rule, case.round, case.due_on, case.assigned_on) == (HANDLING, 1, DUE, TODAY)
    assert case.co_until == TODAY + timedelta(days=30)
    assert (event.lead_unit_id, event.co_unit_ids, event.due_on) == (LEAD, (CO, OTHER_CO), DUE)
    assert (event.leader_id, event.watcher_id, event.author_ids) == (LEADER, WATCHER, case.author_ids)


def test_a_due_date_that_is_given_goes_before_the_rules() -> None:
    due = TODAY + timedelta(days=10)

    assert assigned(due_on=due).due_on == due


def test_the_co_departments_leave_the_lead_department_the_last_day_for_itself() -> None:
    due = TODAY + timedelta(days=10)

    assert assigned(due_on=due).co_until == TODAY + timedelta(days=9)


def test_no_rule_gives_co_departments_longer_than_the_answer_has() -> None:
    rule = HANDLING.model_copy(update={"co_departments_within": 61})

    with pytest.raises(OpinionsOutlastAnswers) as refused:
        adopt_handling(rule, today=HANDLING.effective_from)

    assert refused.value.facts() == {"answer_within": 60}


def test_without_co_departments_there_is_nobody_to_wait_for() -> None:
    assert assigned(co_unit_ids=[]).co_until is None


@pytest.mark.parametrize("late", [0, 1])
def test_a_case_is_due_after_today(late: int) -> None:
    with pytest.raises(DueDateNotLater) as refused:
        assigned(due_on=TODAY - timedelta(days=late))

    assert refused.value.facts() == {"after": TODAY.isoformat()}


def test_the_lead_department_is_no_co_department() -> None:
    with pytest.raises(LeadIsCoDepartment):
        assigned(co_unit_ids=[CO, LEAD])


def test_a_case_needs_a_leader_to_sign_its_answer_and_an_opinion_does_not() -> None:
    with pytest.raises(LeaderMissing):
        assigned(leader_id=None)

    assert assigned(CaseKind.OPINION, leader_id=None).leader_id is None


@pytest.mark.parametrize("given", ["by", "leader_id", "watcher_id"])
@pytest.mark.parametrize("author", [PROPOSER, FIRST])
def test_no_author_assigns_leads_or_watches_their_own_case(given: str, author: UUID) -> None:
    who: dict[str, Any] = {given: author}

    with pytest.raises(OwnCase):
        assigned(**who)


def test_a_units_case_is_forwarded_and_comes_back() -> None:
    form = new_id()
    case = open_case().state

    forwarded, (gone,) = case.forward(form, school=False, by=COMMITTEE)
    back, (returned,) = forwarded.come_back()

    assert isinstance(gone, CaseForwarded)
    assert isinstance(returned, CaseCameBack)
    assert forwarded.forwarded_as == gone.forwarded_as == form
    assert gone.author_ids == returned.author_ids == case.author_ids
    assert back == case


def test_the_schools_own_case_is_not_forwarded() -> None:
    with pytest.raises(NotOfAUnit):
        open_case().state.forward(new_id(), school=True, by=COMMITTEE)


def test_no_author_forwards_their_own_case() -> None:
    with pytest.raises(OwnCase):
        open_case().state.forward(new_id(), school=False, by=FIRST)


def test_a_case_that_nobody_handles_is_cancelled() -> None:
    case, (event,) = open_case().state.cancel()

    assert case.state is State.CANCELLED
    assert isinstance(event, CaseCancelled)
    assert event.author_ids == case.author_ids


def test_what_was_answered_once_is_not_cancelled() -> None:
    again = rated_by_all(sent(), RatingValue.DISSATISFIED).state
    back = return_for_assignment(again, reason="不属本部门", at=AT).state
    assert back.state is State.OPEN

    with pytest.raises(WrongState) as refused:
        back.cancel()

    assert refused.value.facts() == {"state": "open", "action": "cancel"}


def dissatisfied(case: Case) -> Case:
    rating = Rating(member_id=PROPOSER, value=RatingValue.DISSATISFIED, comment=None, round=case.round)
    return case.model_copy(update={"ratings": (rating,), "lead_unit_id": LEAD, "rule": HANDLING})


def planned(case: Case) -> Case:
    """Its answer names a plan, whatever its state."""
    return case.model_copy(update={"answers": sent(AnswerType.PLANNED).answers, "lead_unit_id": LEAD})


def opinion(case: Case) -> Case:
    return case.model_copy(update={"kind": CaseKind.OPINION})


def waiting(case: Case) -> Case:
    """It was to be assigned by now."""
    return case.model_copy(update={"duties": (Duty(kind=DutyKind.AWAIT_ASSIGNMENT, at=AT),)})


def settled(case: Case) -> Decision[Case]:
    return Decision(*settle(case, at=AT, today=TODAY))


ANSWER = sent().answers[-1]

ACTS: dict[Action, Callable[[Case], Decision[Case]]] = {
    Action.JOIN: lambda case: joined(case, new_id()),
    Action.AWAIT: lambda case: await_assignment(waiting(case), AT, HANDLING),
    Action.ASSIGN: assign,
    Action.HAND_OVER: lambda case: hand_over(
        case, leader_id=new_id(), watcher_id=None, reason="调离", by=COMMITTEE, at=AT
    ),
    Action.RETURN: lambda case: return_for_assignment(case, reason="不属本部门", at=AT),
    Action.RECALL: lambda case: recall(case, reason="交办有误", by=COMMITTEE, at=AT),
    Action.EXTEND: lambda case: extend(case, due_on=DUE + timedelta(days=9), reason="复杂", at=AT, today=TODAY),
    Action.INVOLVE: lambda case: involve(case, [CO], by=COMMITTEE, today=TODAY),
    Action.OPINE: lambda case: give_opinion(case, CO, text="同意", by=new_id(), at=AT),
    Action.REMIND: lambda case: remind(case, today=TODAY),
    Action.ESCALATE: lambda case: escalate(case, today=TODAY),
    Action.ANSWER: lambda case: answered(_heard(case)),
    Action.REPLY: lambda case: answered(opinion(_heard(case))),
    Action.REPLY_WITH_PLAN: lambda case: answered(opinion(_heard(case)), AnswerType.PLANNED),
    Action.SIGN: lambda case: sign(case, by=LEADER, at=AT, today=TODAY),
    Action.SEND_BACK: lambda case: send_back(case, by=LEADER, reason="不具体", today=TODAY),
    Action.RATE: lambda case: rated(case, PROPOSER),
    Action.CLOSE: settled,
    Action.COMMIT: lambda case: settled(planned(case)),
    Action.HANDLE_AGAIN: lambda case: settled(dissatisfied(case)),
    Action.FULFIL: lambda case: fulfil(case, text="已建成", at=AT),
    Action.LAPSE: lambda case: Decision(*lapse(case.model_copy(update={"rule": HANDLING}), today=TODAY)),
    Action.FORWARD: lambda case: case.forward(new_id(), school=False, by=COMMITTEE),
    Action.RECEIVE: lambda case: receive(case, ANSWER, rule=HANDLING, at=AT, today=TODAY),
    Action.RECEIVE_REPLY: lambda case: receive(opinion(case), ANSWER, rule=HANDLING, at=AT, today=TODAY),
    Action.COME_BACK: lambda case: case.come_back(),
    Action.CANCEL: lambda case: case.cancel(),
}


def _heard(case: Case) -> Case:
    return heard(case) if case.state is State.ASSIGNED else case


def unsettled(case: Case) -> Case:
    """An answer that was done, so that what follows is the end and not a plan."""
    return case.model_copy(update={"answers": sent().answers})


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_every_state_and_action_is_in_the_table_or_is_refused(state: State, action: Action) -> None:
    case = case_in(state)
    if action is Action.CLOSE:
        case = unsettled(case)
    before = case.model_copy(deep=True)

    if (state, action) in TRANSITIONS:
        changed = ACTS[action](case)
        assert changed.state.state is TRANSITIONS[state, action]
        assert changed.events
    else:
        with pytest.raises(WrongState) as refused:
            ACTS[action](case)
        assert refused.value.facts() == {"state": state.value, "action": action.value}
    assert case == before


@pytest.mark.parametrize("state", [state for state in State if (state, Action.JOIN) not in TRANSITIONS])
def test_no_form_leaves_a_case_that_is_decided(state: State) -> None:
    case = case_in(state)

    with pytest.raises(WrongState):
        case.part(case.proposal_ids[0])


@pytest.mark.parametrize("state", [State.OPEN, State.CLOSED, State.FORWARDED, State.CANCELLED])
def test_nothing_falls_due_where_nothing_is_waited_for(state: State) -> None:
    case = case_in(state)

    assert case.duties == ()
    with pytest.raises(NothingDue):
        fall_due(case, AT + timedelta(days=3650))


def test_what_is_over_has_no_way_back_for_anybody() -> None:
    ends = {state for state in State if not any(before is state for before, _ in TRANSITIONS)}

    assert ends == {State.CLOSED, State.CANCELLED}
