"""Forms and their cases, changed together as the service does it, and what holds whatever happens to them."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from hypothesis.stateful import RuleBasedStateMachine, invariant

from services.proposals.domain import cases, proposals
from services.proposals.domain.cases import Case
from services.proposals.domain.clockwork import await_assignment, fall_due
from services.proposals.domain.duties import DutyKind
from services.proposals.domain.proposals import DISPOSED, Proposal
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.contracts.base import DomainEvent
from shared.contracts.proposals import cases as case_events
from shared.contracts.proposals import forms as form_events
from shared.contracts.proposals.cases import CaseKind
from shared.errors import RuleBroken
from tests.unit.forms_and_cases import HANDLING

BEGIN = datetime(2022, 3, 1, 2, tzinfo=UTC)
TO_ANSWER = frozenset({cases.State.OPEN, cases.State.ASSIGNED, cases.State.ANSWERED})
OVER = frozenset({cases.State.CLOSED, cases.State.CANCELLED})


class Told:
    """What somebody knows who hears the events and nothing else."""

    def __init__(self) -> None:
        self.dispositions: Counter[str] = Counter()
        self.kind: dict[UUID, CaseKind] = {}
        self.authors: dict[UUID, set[UUID]] = {}
        self.handled: set[UUID] = set()

    def hear(self, event: DomainEvent) -> None:
        match event:
            case form_events.ProposalDisposed():
                self.dispositions[event.disposition] += 1
            case form_events.DispositionRevoked():
                self.dispositions[event.disposition] -= 1
            case case_events.CaseOpened():
                self.kind[event.case_id] = event.kind
                self.authors[event.case_id] = set(event.author_ids)
            case case_events.CaseAuthorsChanged():
                self.authors[event.case_id] = set(event.author_ids)
            case case_events.CaseCancelled():
                del self.kind[event.case_id]
            case case_events.CaseAnswerSent():
                self.handled.add(event.case_id)


class World(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = BEGIN
        self.forms: dict[UUID, Proposal] = {}
        self.cases: dict[UUID, Case] = {}
        self.told = Told()
        self.unchecked: list[DomainEvent] = []
        self.seconding: dict[UUID, set[UUID]] = {}
        """Who seconds each form, by the answers that were taken."""

    @property
    def today(self) -> date:
        return campus_day(self.now)

    # How the service changes things: everything that was decided, or nothing where a rule is broken.

    def together(self, decide: Callable[[], Iterable[Decision[Any]]]) -> bool:
        before = (dict(self.forms), dict(self.cases))
        frozen = {each.id: each.model_dump_json() for kept in before for each in kept.values()}
        try:
            decisions = list(decide())
        except RuleBroken as error:
            assert error.told().zh
            assert error.told().en
            decisions = []
        for kept in before:
            for each in kept.values():
                assert each.model_dump_json() == frozen[each.id], "a decision leaves what it was made from as it was"
        for decision in decisions:
            self.keep(decision)
        return bool(decisions)

    def keep(self, decision: Decision[Any]) -> None:
        state = decision.state
        kept: dict[UUID, Any] = self.forms if isinstance(state, Proposal) else self.cases
        kept[state.id] = state
        for event in decision.events:
            self.told.hear(event)
        self.unchecked.extend(decision.events)

    def do_what_is_due(self) -> None:
        """Of every case, late or in time."""
        for case_id in list(self.cases):
            rounds = 0
            while (due_at := self.cases[case_id].due_at) and due_at <= self.now:
                case = self.cases[case_id]
                is_open = case.state is cases.State.OPEN
                self.keep(await_assignment(case, self.now, HANDLING) if is_open else fall_due(case, self.now))
                rounds += 1
                assert rounds < 3, "what was due is due no more"

    def form(self, pick: int, *states: proposals.State) -> Proposal:
        """One in a state in which it could succeed, but for every tenth pick."""
        found = [each for each in self.forms.values() if each.state in states and pick % 10]
        found = found or list(self.forms.values())
        return found[pick % len(found)]

    def case(self, pick: int, *states: cases.State) -> Case:
        found = [each for each in self.cases.values() if each.state in states and pick % 10]
        found = found or list(self.cases.values())
        return found[pick % len(found)]

    # What holds whatever happens.

    def authors(self, form: Proposal) -> set[UUID]:
        return {form.proposer_id, *form.brought_ids} | self.seconding.get(form.id, set())

    def merged_into(self, form: Proposal) -> list[Proposal]:
        return [each for each in self.forms.values() if each.merged_into == form.id]

    def head(self, form: Proposal) -> Proposal:
        """The form that it was merged into, or itself."""
        return self.forms[form.merged_into] if form.merged_into else form

    def waiting(self, *form_ids: UUID) -> list[Case]:
        """The cases of units that wait for one of these forms of the school."""
        of = [case for case in self.cases.values() if case.state is cases.State.FORWARDED]
        return [case for case in of if case.forwarded_as in form_ids]

    def live(self) -> list[Case]:
        return [case for case in self.cases.values() if case.state is not cases.State.CANCELLED]

    @invariant()
    def a_form_has_at_most_one_disposition(self) -> None:
        for form in self.forms.values():
            filed = form.state in {proposals.State.FILED, proposals.State.OPINION}
            assert (form.case_id is not None) == filed
            assert (form.merged_into is not None) == (form.state is proposals.State.MERGED)
            assert (form.not_filed_reason is not None) == (form.state is proposals.State.NOT_FILED)
            assert (form.disposed_at is not None) == (form.state in DISPOSED)

    @invariant()
    def a_form_that_is_filed_has_the_one_live_case_that_holds_it(self) -> None:
        holding = Counter(form_id for case in self.live() for form_id in case.proposal_ids)
        for form in self.forms.values():
            head = self.head(form)
            assert holding[form.id] == (head.case_id is not None)
            if form.case_id:
                case = self.cases[form.case_id]
                assert case.state is not cases.State.CANCELLED
                assert case.kind.value == form.state.value
                assert set(case.proposal_ids) == {form.id, *(each.id for each in self.merged_into(form))}

    @invariant()
    def no_author_is_lost_and_none_stays_too_long(self) -> None:
        for form in self.forms.values():
            assert set(form.people) == self.authors(form)
            brought = {person for each in self.merged_into(form) for person in self.authors(each)}
            assert set(form.people) | set(form.co_proposer_ids) == self.authors(form) | brought
            assert not set(form.people) & set(form.co_proposer_ids)
            assert {each.proposal_id for each in form.absorbed} == {each.id for each in self.merged_into(form)}
            if form.case_id:
                case = self.cases[form.case_id]
                assert set(case.author_ids) == set(form.people) | set(form.co_proposer_ids)
                assert len(set(case.author_ids)) == len(case.author_ids)

    @invariant()
    def a_unit_waits_only_for_what_can_still_answer_it(self) -> None:
        for case in self.cases.values():
            if case.state is cases.State.FORWARDED and case.forwarded_as:
                head = self.head(self.forms[case.forwarded_as])
                assert head.state in {*proposals.PENDING, proposals.State.FILED, proposals.State.OPINION}
                if head.case_id:
                    assert self.cases[head.case_id].state in TO_ANSWER

    @invariant()
    def nobody_signs_or_watches_what_is_theirs(self) -> None:
        for case in self.live():
            if case.lead_unit_id is not None:
                assert not {case.leader_id, case.watcher_id} & set(case.author_ids)
            if case.state is cases.State.ANSWERED:
                assert case.leader_id is not None

    @invariant()
    def what_is_handled_has_a_department_and_what_waits_for_somebody_a_duty(self) -> None:
        for case in self.cases.values():
            match case.state:
                case cases.State.ASSIGNED | cases.State.COMMITTED:
                    assert case.lead_unit_id is not None
                    assert case.due_on is not None
                case cases.State.OPEN | cases.State.FORWARDED | cases.State.CANCELLED:
                    assert case.lead_unit_id is None
            if case.state in {cases.State.SENT, cases.State.COMMITTED}:
                assert len(case.duties) == 1
            if case.state in OVER | {cases.State.FORWARDED}:
                assert case.duties == ()
            kinds = {duty.kind for duty in case.duties}
            if case.state is cases.State.ANSWERED:
                assert kinds == {DutyKind.ESCALATE}
            if case.state is cases.State.OPEN:
                assert kinds <= {DutyKind.AWAIT_ASSIGNMENT}

    @invariant()
    def duties_are_in_order_and_to_come(self) -> None:
        for case in self.cases.values():
            moments = [duty.at for duty in case.duties]
            assert moments == sorted(moments)
            assert all(moment > self.now for moment in moments)

    @invariant()
    def who_heard_the_events_alone_counts_the_same(self) -> None:
        states = Counter(form.state.value for form in self.forms.values() if form.state in DISPOSED)
        assert +self.told.dispositions == states
        assert self.told.kind == {case.id: case.kind for case in self.live()}
        assert self.told.handled == {case.id for case in self.cases.values() if case.answered_at is not None}
        for case in self.cases.values():
            assert self.told.authors[case.id] == set(case.author_ids)

    @invariant()
    def what_was_told_reads_back(self) -> None:
        for event in self.unchecked:
            assert type(event).parse(event.model_dump_json().encode()) == event
        self.unchecked.clear()

    @invariant()
    def what_is_kept_reads_back(self) -> None:
        for kept in (self.forms.values(), self.cases.values()):
            for each in list(kept)[-1:]:
                assert type(each).model_validate(each.model_dump()) == each
