"""Random lives of several forms and their cases."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from services.proposals.domain import cases, dispositions, handling, proposals, ratings
from services.proposals.domain.cases import Authors, Case
from services.proposals.domain.proposals import Proposal
from services.proposals.domain.rules import HandlingRule
from shared.aggregate import Decision
from shared.contracts.proposals import forms as form_events
from shared.contracts.proposals.cases import AnswerType, CaseKind, RatingValue
from shared.contracts.proposals.forms import Disposition, SecondAnswer
from shared.ids import new_id
from shared.working_days import Days
from tests.unit.forms_and_cases import BODY, HANDLING, file
from tests.unit.forms_and_cases import RULE as FORMS
from tests.unit.world import World

DELEGATES = [new_id() for _ in range(6)]
COMMITTEE = [new_id(), DELEGATES[0]]
PRESIDIUM = [new_id(), DELEGATES[1]]
SCHOOL = new_id()
"""The body to which a unit forwards; the other one is the unit's."""
UNITS = [new_id() for _ in range(3)]
LEADERS = [new_id(), DELEGATES[3]]
"""Some sit on both sides, and have to keep out of what is theirs."""
RULES = [
    HANDLING,
    HANDLING.model_copy(update={"days": Days.WORKING, "answer_within": 10, "co_departments_within": 5, "rounds": 3}),
    HANDLING.model_copy(update={"answer_within": 5, "remind_before": (3, 1), "escalate_after": 2, "extensions": 2}),
]

picks = st.integers(1, 60)
members = st.sampled_from(DELEGATES)
committee = st.sampled_from([*COMMITTEE[:1] * 4, *COMMITTEE])
leaders = st.sampled_from([*LEADERS, *LEADERS, None])
draft: dict[str, Any] = {
    "title": "另一稿",
    "grounds": "案由",
    "suggestion": "建议",
    "category": proposals.Category.OTHER,
}


def forms_in(*states: proposals.State) -> Callable[[Any], Any]:
    """For a rule that has something to do only where there is such a form."""
    return precondition(lambda self: any(form.state in states for form in self.forms.values()))


def cases_in(*states: cases.State) -> Callable[[Any], Any]:
    return precondition(lambda self: any(case.state in states for case in self.cases.values()))


class Lives(World):
    # Forms.

    @initialize(of=st.sampled_from(RULES))
    def a_beginning(self, of: HandlingRule) -> None:
        """Four forms that are seconded; of two there is a case that is handled, of one an opinion."""
        for proposer in DELEGATES[3:6] + DELEGATES[3:4]:
            self.file(proposer, {DELEGATES[0], DELEGATES[1]}, late=False, school=False)
        forms = list(self.forms.values())
        for form in forms:
            for seconder in DELEGATES[:2]:
                self.answer_second(form, seconder, SecondAnswer.ACCEPTED)
        for form, disposition in zip(forms, (Disposition.FILED, Disposition.FILED, Disposition.OPINION), strict=False):
            self.disposes(self.forms[form.id], disposition, COMMITTEE[0], as_presidium=False)
        for co in (0, 1):
            self.assign(10, UNITS, co, LEADERS[0], COMMITTEE[0], of)

    @precondition(lambda self: len(self.forms) < 8)
    @rule(
        proposer=members,
        seconders=st.sets(members, max_size=3),
        late=st.sampled_from([False, False, False, True]),
        school=st.booleans(),
    )
    def file(self, proposer: UUID, seconders: set[UUID], late: bool, school: bool) -> None:
        body = SCHOOL if school else BODY
        given: dict[str, Any] = {"proposer_id": proposer, "late": late, "at": self.now, "body_id": body}
        asked = sorted(seconders, key=DELEGATES.index)
        self.together(lambda: [file(asked, delegates=DELEGATES, **given)])

    @forms_in(proposals.State.COLLECTED)
    @rule(pick=picks)
    def revise(self, pick: int) -> None:
        form = self.form(pick, proposals.State.COLLECTED)
        if self.together(lambda: [form.revise(by=form.proposer_id, **draft)]):
            self.seconding[form.id] = set()

    @forms_in(proposals.State.COLLECTED)
    @rule(pick=picks, members=st.lists(members, max_size=3))
    def invite(self, pick: int, members: list[UUID]) -> None:
        form = self.form(pick, proposals.State.COLLECTED)
        self.together(lambda: [form.invite(by=form.proposer_id, seconder_ids=members, delegates=frozenset(DELEGATES))])

    def answer_second(self, form: Proposal, by: UUID, answer: SecondAnswer) -> None:
        form = self.forms[form.id]
        if self.together(lambda: [form.second(by=by, answer=answer, revision=form.revision)]):
            seconding = self.seconding.setdefault(form.id, set())
            seconding.add(by) if answer is SecondAnswer.ACCEPTED else seconding.discard(by)

    @forms_in(proposals.State.COLLECTED)
    @rule(pick=picks, who=picks, answer=st.sampled_from(SecondAnswer))
    def second(self, pick: int, who: int, answer: SecondAnswer) -> None:
        form = self.form(pick, proposals.State.COLLECTED)
        asked = [each.member_id for each in form.seconds] or DELEGATES
        self.answer_second(form, asked[who % len(asked)], answer)

    @precondition(lambda self: any(form.absorbed for form in self.forms.values()))
    @rule(pick=picks)
    def leave_a_form_that_others_were_merged_into(self, pick: int) -> None:
        found = [form for form in self.forms.values() if form.absorbed]
        form = found[pick % len(found)]
        for each in form.accepted:
            self.answer_second(form, each, SecondAnswer.WITHDRAWN)

    @forms_in(proposals.State.COLLECTED)
    @rule(pick=picks)
    def accept(self, pick: int) -> None:
        form = self.form(pick, proposals.State.COLLECTED)
        for each in form.seconds:
            self.answer_second(form, each.member_id, SecondAnswer.ACCEPTED)

    @forms_in(proposals.State.COLLECTED)
    @rule(pick=picks)
    def withdraw(self, pick: int) -> None:
        form = self.form(pick, proposals.State.COLLECTED)
        self.together(lambda: [form.withdraw(by=form.proposer_id)])

    @forms_in(*proposals.PENDING)
    @rule(pick=picks, by=committee)
    def refer(self, pick: int, by: UUID) -> None:
        form = self.form(pick, *proposals.PENDING)
        self.together(lambda: [dispositions.refer(form, by=by, presidium_ids=PRESIDIUM, note="意见不一")])

    @forms_in(proposals.State.REFERRED)
    @rule(pick=picks, by=committee)
    def take_back(self, pick: int, by: UUID) -> None:
        form = self.form(pick, proposals.State.REFERRED)
        self.together(lambda: [dispositions.take_back(form, by=by, note="主席团未开会")])

    def disposes(self, form: Proposal, disposition: Disposition, by: UUID, as_presidium: bool) -> None:
        reason = form_events.NotFiledReason.NOT_ONE_MATTER if disposition is Disposition.NOT_FILED else None
        opens = disposition is not Disposition.NOT_FILED
        case_id = new_id() if opens else None

        def decide() -> Iterable[Decision[Any]]:
            decided = dispositions.dispose(
                form,
                disposition,
                by=by,
                rule=FORMS,
                note=None,
                reason=reason,
                case_id=case_id,
                at=self.now,
                as_presidium=as_presidium,
            )
            yield decided
            if case_id is not None:
                absorbed = [Authors(proposal_id=each.proposal_id, person_ids=each.person_ids) for each in form.absorbed]
                yield Case.open(
                    case_id,
                    decided.state,
                    kind=CaseKind(disposition.value),
                    absorbed=absorbed,
                    at=self.now,
                    on=self.today,
                )
            else:
                absorbed_ids = [each.proposal_id for each in form.absorbed]
                yield from (case.come_back() for case in self.waiting(form.id, *absorbed_ids))

        self.together(decide)

    alone = st.sampled_from([Disposition.FILED, Disposition.FILED, Disposition.OPINION, Disposition.NOT_FILED])

    @forms_in(proposals.State.COLLECTED)
    @rule(pick=picks, by=committee, disposition=alone)
    def dispose(self, pick: int, by: UUID, disposition: Disposition) -> None:
        self.disposes(self.form(pick, proposals.State.COLLECTED), disposition, by, as_presidium=False)

    @forms_in(proposals.State.REFERRED)
    @rule(pick=picks, by=st.sampled_from([*PRESIDIUM[:1] * 3, *PRESIDIUM]), disposition=alone)
    def dispose_by_presidium(self, pick: int, by: UUID, disposition: Disposition) -> None:
        self.disposes(self.form(pick, proposals.State.REFERRED), disposition, by, as_presidium=True)

    @forms_in(proposals.State.COLLECTED)
    @rule(pick=picks, other=picks, by=committee)
    def merge(self, pick: int, other: int, by: UUID) -> None:
        self.merges(
            self.form(pick, proposals.State.COLLECTED),
            self.form(other, proposals.State.COLLECTED, proposals.State.FILED, proposals.State.OPINION),
            by,
        )

    @cases_in(cases.State.FORWARDED)
    @rule(pick=picks, other=picks)
    def merge_what_was_forwarded(self, pick: int, other: int) -> None:
        form = self.forwarded(pick)
        found = [each for each in self.forms.values() if each.body_id == SCHOOL and each.id != form.id]
        if found:
            self.merges(form, found[other % len(found)], COMMITTEE[0])

    def forwarded(self, pick: int) -> Proposal:
        """The form of the school for which a unit waits."""
        found = [case for case in self.cases.values() if case.state is cases.State.FORWARDED and case.forwarded_as]
        form_id = found[pick % len(found)].forwarded_as
        assert form_id is not None
        return self.forms[form_id]

    @forms_in(proposals.State.FILED, proposals.State.OPINION)
    @rule(pick=picks, other=picks)
    def merge_into_a_case(self, pick: int, other: int) -> None:
        form = self.form(pick, proposals.State.COLLECTED)
        self.merges(form, self.form(other, proposals.State.FILED, proposals.State.OPINION), COMMITTEE[0])

    def merges(self, form: Proposal, into: Proposal, by: UUID) -> None:
        def decide() -> Iterable[Decision[Any]]:
            yield dispositions.merge(form, into, by=by, note=None, at=self.now)
            yield dispositions.absorb(into, form)
            if into.case_id:
                yield self.cases[into.case_id].join(Authors(proposal_id=form.id, person_ids=form.people))

        self.together(decide)

    @forms_in(proposals.State.MERGED)
    @rule(pick=picks, by=committee)
    def unmerge(self, pick: int, by: UUID) -> None:
        form = self.form(pick, proposals.State.MERGED)
        into = self.forms[form.merged_into] if form.merged_into else self.form(pick + 1)

        def decide() -> Iterable[Decision[Any]]:
            yield dispositions.unmerge(form, by=by, note="内容不同")
            yield dispositions.release(into, form.id)
            if into.case_id:
                yield self.cases[into.case_id].part(form.id)

        self.together(decide)

    @forms_in(proposals.State.FILED, proposals.State.OPINION, proposals.State.NOT_FILED)
    @rule(pick=picks, by=committee)
    def revoke(self, pick: int, by: UUID) -> None:
        form = self.form(pick, proposals.State.FILED, proposals.State.OPINION, proposals.State.NOT_FILED)

        def decide() -> Iterable[Decision[Any]]:
            yield dispositions.revoke(form, by=by, note="依据有误")
            if form.case_id:
                yield self.cases[form.case_id].cancel()

        self.together(decide)

    # Cases.

    @cases_in(cases.State.OPEN)
    @rule(
        pick=picks,
        units=st.permutations(UNITS),
        co=st.integers(0, 2),
        leader=leaders,
        by=committee,
        of=st.sampled_from(RULES),
    )
    def assign(self, pick: int, units: list[UUID], co: int, leader: UUID | None, by: UUID, of: HandlingRule) -> None:
        self.assigns(self.case(pick, cases.State.OPEN), units, co, leader, by, of)

    def assigns(self, case: Case, units: list[UUID], co: int, leader: UUID | None, by: UUID, of: HandlingRule) -> None:
        self.together(
            lambda: [
                case.assign(
                    lead_unit_id=units[0],
                    co_unit_ids=units[1 : 1 + co],
                    leader_id=leader,
                    watcher_id=COMMITTEE[0],
                    due_on=None,
                    rule=of,
                    today=self.today,
                    by=by,
                )
            ]
        )

    @cases_in(cases.State.ANSWERED, cases.State.COMMITTED)
    @rule(pick=picks, leader=leaders, watcher=committee)
    def hand_over(self, pick: int, leader: UUID | None, watcher: UUID) -> None:
        case = self.case(pick, cases.State.ANSWERED, cases.State.COMMITTED)
        given: dict[str, Any] = {"leader_id": leader, "watcher_id": watcher, "reason": "调离", "by": COMMITTEE[0]}
        self.together(lambda: [handling.hand_over(case, **given, at=self.now)])

    @cases_in(cases.State.ASSIGNED)
    @rule(pick=picks)
    def return_it(self, pick: int) -> None:
        case = self.case(pick, cases.State.ASSIGNED)
        self.together(lambda: [handling.return_for_assignment(case, reason="不属本部门", at=self.now)])

    @cases_in(cases.State.ASSIGNED)
    @rule(pick=picks, days=st.integers(-5, 40))
    def extend(self, pick: int, days: int) -> None:
        case = self.case(pick, cases.State.ASSIGNED)
        due_on = (case.due_on or self.today) + timedelta(days=days)
        self.together(lambda: [handling.extend(case, due_on=due_on, reason="复杂", at=self.now, today=self.today)])

    @cases_in(cases.State.ASSIGNED)
    @rule(pick=picks, unit=st.sampled_from(UNITS))
    def opine(self, pick: int, unit: UUID) -> None:
        self.gives_opinion(self.case(pick, cases.State.ASSIGNED), unit)

    @cases_in(cases.State.ASSIGNED)
    @rule(pick=picks)
    def remind(self, pick: int) -> None:
        case = self.case(pick, cases.State.ASSIGNED)
        self.together(lambda: [handling.remind(case, today=self.today)])

    @cases_in(cases.State.ASSIGNED)
    @rule(pick=picks, kind=st.sampled_from(AnswerType), days=st.integers(0, 30), heard=st.booleans())
    def answer(self, pick: int, kind: AnswerType, days: int, heard: bool) -> None:
        self.answers(self.case(pick, cases.State.ASSIGNED), kind, days, heard=heard)

    def answers(self, case: Case, kind: AnswerType, days: int, *, heard: bool) -> None:
        if heard:
            case = self.hear_all(case)
        plan_on = self.today + timedelta(days=days) if kind is AnswerType.PLANNED else None
        given: dict[str, Any] = {"text": "答复", "by": UNITS[0], "at": self.now, "today": self.today}
        self.sends(case, lambda: handling.answer(case, kind, plan_on=plan_on, **given))

    def sends(self, case: Case, decide: Callable[[], Decision[Case]]) -> None:
        """With the answer that goes out, if one does, to the units that wait for it."""

        def together() -> Iterable[Decision[Any]]:
            made = decide()
            yield made
            sent, of = made.state.last_answer, made.state.rule
            if sent is not None and sent.sent_at is not None and of is not None:
                for unit in self.waiting(*case.proposal_ids):
                    yield handling.receive(unit, sent, rule=of, at=self.now, today=self.today)

        self.together(together)

    def signs(self, case: Case, by: UUID) -> None:
        self.sends(case, lambda: handling.sign(case, by=by, at=self.now, today=self.today))

    def hear_all(self, case: Case) -> Case:
        for unit in case.co_unit_ids:
            self.gives_opinion(self.cases[case.id], unit)
        return self.cases[case.id]

    def gives_opinion(self, case: Case, unit: UUID) -> None:
        self.together(lambda: [handling.give_opinion(case, unit, text="同意", by=UNITS[0], at=self.now)])

    @cases_in(cases.State.ANSWERED)
    @rule(pick=picks)
    def sign(self, pick: int) -> None:
        case = self.case(pick, cases.State.ANSWERED)
        self.signs(case, case.leader_id or LEADERS[0])

    @cases_in(cases.State.ANSWERED)
    @rule(pick=picks)
    def send_back(self, pick: int) -> None:
        case = self.case(pick, cases.State.ANSWERED)
        leader = case.leader_id or LEADERS[0]
        self.together(lambda: [handling.send_back(case, by=leader, reason="不具体", today=self.today)])

    def rates(self, case: Case, by: UUID, value: RatingValue) -> None:
        case = self.cases[case.id]
        self.together(lambda: [ratings.rate(case, value, by=by, comment=None, at=self.now, today=self.today)])

    @cases_in(cases.State.SENT)
    @rule(pick=picks, by=members, value=st.sampled_from(RatingValue))
    def rate(self, pick: int, by: UUID, value: RatingValue) -> None:
        self.rates(self.case(pick, cases.State.SENT), by, value)

    @cases_in(cases.State.SENT)
    @rule(pick=picks, value=st.sampled_from(RatingValue))
    def rate_all(self, pick: int, value: RatingValue) -> None:
        case = self.case(pick, cases.State.SENT)
        for author in case.author_ids:
            self.rates(case, author, value)

    @cases_in(cases.State.ASSIGNED)
    @rule(pick=picks, kind=st.sampled_from(AnswerType), value=st.sampled_from([None, *RatingValue]))
    def handle(self, pick: int, kind: AnswerType, value: RatingValue | None) -> None:
        """The whole way, as it goes when nobody objects: so that lives reach what comes after it."""
        case = self.case(pick, cases.State.ASSIGNED)
        self.answers(case, kind, 20, heard=True)
        case = self.cases[case.id]
        self.signs(case, LEADERS[0])
        for author in case.author_ids if value else ():
            self.rates(case, author, value or RatingValue.SATISFIED)

    @cases_in(cases.State.COMMITTED)
    @rule(pick=picks)
    def fulfil(self, pick: int) -> None:
        case = self.case(pick, cases.State.COMMITTED)
        self.together(lambda: [ratings.fulfil(case, text="已建成", at=self.now)])

    @cases_in(cases.State.OPEN)
    @precondition(lambda self: len(self.forms) < 12)
    @rule(pick=picks, by=committee)
    def forward(self, pick: int, by: UUID) -> None:
        """A case of the unit, as a form of the school."""
        case = self.case(pick, cases.State.OPEN)
        proposer, *brought = case.author_ids
        given: dict[str, Any] = {"proposer_id": proposer, "brought_ids": brought, "at": self.now, "ordinal": None}
        filed = file([], body_id=SCHOOL, forwarded_from=case.id, **given)
        self.together(lambda: [case.forward(filed.state.id, school=case.body_id == SCHOOL, by=by), filed])

    @cases_in(cases.State.FORWARDED)
    @rule(pick=picks, disposition=alone, kind=st.sampled_from(AnswerType))
    def school_handles(self, pick: int, disposition: Disposition, kind: AnswerType) -> None:
        """What a unit waits for, the whole way."""
        form = self.head(self.forwarded(pick))
        self.disposes(form, disposition, COMMITTEE[0], as_presidium=False)
        case_id = self.forms[form.id].case_id
        if case_id is not None:
            self.assigns(self.cases[case_id], UNITS, 0, LEADERS[0], COMMITTEE[0], RULES[0])
            self.answers(self.cases[case_id], kind, 20, heard=True)
            self.signs(self.cases[case_id], LEADERS[0])

    @rule(hours=st.sampled_from([1, 24, 72, 240, 24 * 20, 24 * 40]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.do_what_is_due()

    @cases_in(cases.State.COMMITTED)
    @rule()
    def plans_pass(self) -> None:
        self.time_passes(24 * 40)


Lives.TestCase.settings = settings(
    max_examples=100, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLives = Lives.TestCase
