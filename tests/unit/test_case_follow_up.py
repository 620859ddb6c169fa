"""What follows the handling of cases, and what a unit's case takes from the school."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.proposals.domain.cases import Answer, Authors, Case, State
from services.proposals.domain.handling import receive
from services.proposals.domain.outstanding import OutstandingSelection
from services.proposals.domain.progress_meetings import Note, ProgressMeeting
from services.proposals.domain.proposals import Category
from services.proposals.domain.ratings import settle
from services.proposals.domain.rules import HandlingRule
from services.proposals.domain.terms import Term
from services.proposals.errors.cases import CasesNotOfTheUnit, LeaderMissing, NothingChosen, NotToBeChosen
from services.proposals.errors.congresses import DayNotReached, TermNotRunning
from shared.aggregate import Decision
from shared.contracts.proposals.cases import AnswerType, CaseClosed, CaseKind
from shared.contracts.proposals.follow_up import OutstandingProposalsChosen, ProgressMeetingHeld
from shared.errors import OwnCase
from shared.ids import new_id
from shared.working_days import Days

UNIT, LEAD, AUTHOR, MANAGER = new_id(), new_id(), new_id(), new_id()
TODAY, AT = date(2022, 9, 15), datetime(2022, 9, 15, 1, tzinfo=UTC)
TERM = Term.begin(new_id(), body_id=new_id(), unit_id=UNIT, number=1, begins_on=date(2020, 3, 1)).state
RULE = HandlingRule(
    id=new_id(),
    effective_from=date(2000, 1, 1),
    source="本校规则",
    days=Days.NATURAL,
    assign_within=15,
    answer_within=60,
    co_departments_within=30,
    remind_before=(7,),
    remind_after=(7,),
    escalate_after=15,
    extensions=1,
    extend_by_at_most=60,
    rate_within=15,
    rounds=2,
)


def case(state: State = State.OPEN, kind: CaseKind = CaseKind.FILED) -> Case:
    return Case(
        id=new_id(),
        kind=kind,
        unit_id=UNIT,
        body_id=new_id(),
        term_id=TERM.id,
        session_id=new_id(),
        call_id=new_id(),
        title="关于增设母婴室的提案",
        category=Category.FACILITIES,
        forms=(Authors(proposal_id=new_id(), person_ids=(AUTHOR,)),),
        author_ids=(AUTHOR,),
        state=state,
        opened_at=AT,
        opened_on=TODAY,
    )


def assign(found: Case, leader_id: UUID | None) -> Decision[Case]:
    return found.assign(
        lead_unit_id=LEAD,
        co_unit_ids=(),
        leader_id=leader_id,
        watcher_id=None,
        due_on=None,
        rule=RULE,
        today=TODAY,
        by=MANAGER,
    )


def hold(**change: Any) -> Decision[ProgressMeeting]:
    given: dict[str, Any] = {"term": TERM, "held_on": TODAY, "reporting_unit_ids": [LEAD], "notes": [], "cases": set()}
    return ProgressMeeting.hold(new_id(), **{**given, "today": TODAY, **change})


def choose(**change: Any) -> Decision[OutstandingSelection]:
    given: dict[str, Any] = {"unit_id": UNIT, "year": 2022, "proposal_ids": [], "department_ids": [], "eligible": {}}
    day = {"decided_on": TODAY, "today": TODAY, "document": "决定", "by": MANAGER}
    return OutstandingSelection.choose(new_id(), **{**given, **day, **change})


def test_a_case_is_not_assigned_without_a_leader_in_charge() -> None:
    with pytest.raises(LeaderMissing):
        assign(case(), None)


def test_an_opinion_is_assigned_without_a_leader_in_charge() -> None:
    assert assign(case(kind=CaseKind.OPINION), None).state.state is State.ASSIGNED


def test_the_plan_that_the_school_has_answered_to_a_unit_is_not_tracked_there() -> None:
    planned = Answer(
        type=AnswerType.PLANNED, text="计划", plan_on=date(2022, 12, 31), round=1, written_by=MANAGER, written_at=AT
    )

    told = receive(case(State.FORWARDED), planned, rule=RULE, at=AT, today=TODAY).state
    closed, (event,) = settle(told, at=AT, today=TODAY)

    assert (told.state, closed.state, closed.duties) == (State.SENT, State.CLOSED, ())
    assert isinstance(event, CaseClosed)
    assert event.committed_on is None


def test_a_meeting_says_who_reported_and_which_cases_were_spoken_of() -> None:
    spoken_of = new_id()
    notes = [Note(case_id=spoken_of, note=text) for text in ("设备已到位", "下月完工")]

    meeting, (event,) = hold(notes=notes, cases={spoken_of})

    assert (meeting.unit_id, meeting.notes) == (UNIT, tuple(notes))
    assert event == ProgressMeetingHeld(
        meeting_id=meeting.id, unit_id=UNIT, held_on=TODAY, reporting_unit_ids=(LEAD,), case_ids=(spoken_of,)
    )


def test_a_meeting_is_recorded_when_it_was_held_and_in_its_term() -> None:
    with pytest.raises(DayNotReached):
        hold(held_on=date(2022, 9, 16))
    with pytest.raises(TermNotRunning):
        hold(held_on=date(2020, 2, 29))


def test_a_meeting_is_about_cases_of_the_unit() -> None:
    own, foreign = new_id(), new_id()
    notes = [Note(case_id=found, note="进展") for found in (own, foreign)]

    with pytest.raises(CasesNotOfTheUnit) as refused:
        hold(notes=notes, cases={own})

    assert refused.value.case_ids == [foreign]


def test_what_was_chosen_is_told_without_the_document() -> None:
    chosen = new_id()

    selection, (event,) = choose(proposal_ids=[chosen], department_ids=[LEAD], eligible={chosen: (AUTHOR,)})

    assert event == OutstandingProposalsChosen(
        selection_id=selection.id,
        unit_id=UNIT,
        year=2022,
        proposal_ids=(chosen,),
        author_ids=(AUTHOR,),
        department_ids=(LEAD,),
        decided_on=TODAY,
    )


def test_something_is_chosen_on_a_day_that_has_come() -> None:
    with pytest.raises(NothingChosen):
        choose()
    with pytest.raises(DayNotReached):
        choose(department_ids=[LEAD], decided_on=date(2022, 9, 16))


def test_what_is_neither_a_case_nor_answered_is_not_chosen() -> None:
    fit, unfit = new_id(), new_id()

    with pytest.raises(NotToBeChosen) as refused:
        choose(proposal_ids=[fit, unfit], eligible={fit: (AUTHOR,)})

    assert refused.value.proposal_ids == [unfit]


def test_nobody_chooses_their_own() -> None:
    chosen = new_id()

    with pytest.raises(OwnCase):
        choose(proposal_ids=[chosen], eligible={chosen: (AUTHOR,)}, by=AUTHOR)
