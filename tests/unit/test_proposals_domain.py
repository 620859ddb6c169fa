from collections.abc import Callable
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from services.proposals.domain import dispositions
from services.proposals.domain.proposals import TRANSITIONS, Action, Category, Proposal, State
from services.proposals.errors.proposals import (
    ForwardedByAUnit,
    NotDelegates,
    NotInvited,
    NotTheProposer,
    OthersMergedIntoIt,
    ProposerSecondsOwn,
    SecondAnswered,
    TextMovedOn,
)
from shared.aggregate import Decision
from shared.contracts.proposals.forms import (
    Disposition,
    ProposalFiled,
    ProposalFiledRestricted,
    ProposalRevised,
    ProposalRevisedRestricted,
    ProposalWithdrawn,
    SecondAnswer,
    SecondersInvited,
)
from shared.contracts.proposals.forms import (
    SecondAnswered as SecondAnsweredEvent,
)
from shared.errors import WrongState
from shared.ids import new_id
from tests.unit.forms_and_cases import (
    AT,
    COMMITTEE,
    FIRST,
    PENDING,
    PRESIDIUM,
    PROPOSER,
    SECOND,
    collected,
    dispose,
    file,
    form_in,
    merged,
    other,
)

DRAFT: dict[str, Any] = {"title": "新案名", "grounds": "新案由", "suggestion": "新建议", "category": Category.OTHER}


def answering(form: Proposal, by: UUID, answer: SecondAnswer, revision: int | None = None) -> Decision[Proposal]:
    return form.second(by=by, answer=answer, revision=form.revision if revision is None else revision)


def answers(form: Proposal) -> dict[UUID, SecondAnswer]:
    return {second.member_id: second.answer for second in form.seconds}


def test_a_filed_form_is_told_in_public_without_its_text_and_to_the_restricted_with_its_title() -> None:
    form, (public, restricted) = file(late=True)

    assert form.state is State.COLLECTED
    assert isinstance(public, ProposalFiled)
    assert isinstance(restricted, ProposalFiledRestricted)
    assert restricted.title == form.title
    assert (public.late, public.seconder_ids) == (True, (FIRST, SECOND, PENDING))
    for text in (form.title, form.grounds, form.suggestion):
        assert text not in public.model_dump_json()
    for text in (form.grounds, form.suggestion):
        assert text not in restricted.model_dump_json()


def test_who_was_invited_does_not_second_yet() -> None:
    form = file().state

    assert set(answers(form).values()) == {SecondAnswer.INVITED}
    assert (form.accepted, form.people) == ((), (PROPOSER,))


def test_nobody_seconds_their_own_form() -> None:
    with pytest.raises(ProposerSecondsOwn):
        file([FIRST, PROPOSER])
    with pytest.raises(ProposerSecondsOwn):
        collected().invite(by=PROPOSER, seconder_ids=[PROPOSER], delegates=frozenset({PROPOSER}))


def test_only_delegates_second() -> None:
    stranger = new_id()

    with pytest.raises(NotDelegates) as refused:
        file([FIRST, stranger], delegates=[FIRST])
    with pytest.raises(NotDelegates):
        collected().invite(by=PROPOSER, seconder_ids=[stranger], delegates=frozenset())

    assert refused.value.facts() == {"member_ids": [str(stranger)]}


def test_one_seconder_named_twice_is_asked_once_and_counts_once() -> None:
    more = new_id()
    form = file([FIRST, FIRST]).state.invite(by=PROPOSER, seconder_ids=[more, more], delegates=frozenset({more})).state

    assert [second.member_id for second in form.seconds] == [FIRST, more]
    assert form.seconder_ids == (FIRST, more)


def test_a_seconder_accepts_the_draft_that_they_read() -> None:
    form, (event,) = answering(file().state, FIRST, SecondAnswer.ACCEPTED)

    assert (form.accepted, form.people) == ((FIRST,), (PROPOSER, FIRST))
    assert isinstance(event, SecondAnsweredEvent)
    assert (event.seconder_id, event.answer, event.accepted) == (FIRST, SecondAnswer.ACCEPTED, 1)


def test_a_seconder_declines_and_the_form_is_none_of_theirs() -> None:
    form, (event,) = answering(file().state, FIRST, SecondAnswer.DECLINED)

    assert isinstance(event, SecondAnsweredEvent)
    assert (event.answer, event.accepted) == (SecondAnswer.DECLINED, 0)
    assert FIRST not in form.seconder_ids
    assert answers(form)[FIRST] is SecondAnswer.DECLINED


def test_a_seconder_who_withdraws_counts_no_more() -> None:
    form, (event,) = answering(collected(), FIRST, SecondAnswer.WITHDRAWN)

    assert isinstance(event, SecondAnsweredEvent)
    assert (event.answer, event.accepted) == (SecondAnswer.WITHDRAWN, 1)
    assert form.people == (PROPOSER, SECOND)
    assert FIRST not in form.seconder_ids


@pytest.mark.parametrize("left", [SecondAnswer.DECLINED, SecondAnswer.WITHDRAWN])
def test_who_declined_or_withdrew_may_be_asked_again_and_then_accept(left: SecondAnswer) -> None:
    gone = answering(collected() if left is SecondAnswer.WITHDRAWN else file().state, FIRST, left).state

    again, (event,) = gone.invite(by=PROPOSER, seconder_ids=[FIRST], delegates=frozenset({FIRST}))

    assert isinstance(event, SecondersInvited)
    assert event.invited_ids == (FIRST,)
    assert answers(again)[FIRST] is SecondAnswer.INVITED
    assert FIRST in answering(again, FIRST, SecondAnswer.ACCEPTED).state.accepted


def test_who_is_asked_already_is_not_asked_again_and_keeps_the_answer() -> None:
    more = new_id()
    form, (event,) = collected().invite(by=PROPOSER, seconder_ids=[FIRST, more], delegates=frozenset({FIRST, more}))

    assert isinstance(event, SecondersInvited)
    assert event.invited_ids == (more,)
    assert form.accepted == (FIRST, SECOND)


def test_a_text_changed_after_seconding_is_asked_again() -> None:
    form, (public, restricted) = collected().revise(by=PROPOSER, **DRAFT)

    assert isinstance(public, ProposalRevised)
    assert isinstance(restricted, ProposalRevisedRestricted)
    assert (form.revision, public.revision, restricted.title) == (2, 2, "新案名")
    assert "新" not in public.model_dump_json()
    assert form.accepted == ()
    assert form.seconder_ids == (FIRST, SECOND, PENDING)
    assert set(answers(form).values()) == {SecondAnswer.INVITED}
    assert answering(form, FIRST, SecondAnswer.ACCEPTED).state.accepted == (FIRST,)


def test_a_new_draft_does_not_ask_those_again_who_have_left() -> None:
    declined = answering(answering(collected(), PENDING, SecondAnswer.DECLINED).state, FIRST, SecondAnswer.WITHDRAWN)

    form = declined.state.revise(by=PROPOSER, **DRAFT).state

    assert answers(form) == {
        FIRST: SecondAnswer.WITHDRAWN,
        SECOND: SecondAnswer.INVITED,
        PENDING: SecondAnswer.DECLINED,
    }


def test_an_answer_to_a_draft_that_has_moved_on_is_refused() -> None:
    form = collected().revise(by=PROPOSER, **DRAFT).state

    with pytest.raises(TextMovedOn) as refused:
        answering(form, FIRST, SecondAnswer.ACCEPTED, revision=1)

    assert refused.value.facts() == {"given": 1, "current": 2}


def test_who_was_not_invited_does_not_answer() -> None:
    with pytest.raises(NotInvited):
        answering(collected(), new_id(), SecondAnswer.ACCEPTED)
    with pytest.raises(NotInvited):
        answering(collected(), PROPOSER, SecondAnswer.ACCEPTED)


@pytest.mark.parametrize(
    ("before", "answer"),
    [
        (SecondAnswer.ACCEPTED, SecondAnswer.ACCEPTED),
        (SecondAnswer.ACCEPTED, SecondAnswer.DECLINED),
        (SecondAnswer.ACCEPTED, SecondAnswer.INVITED),
        (SecondAnswer.INVITED, SecondAnswer.WITHDRAWN),
        (SecondAnswer.INVITED, SecondAnswer.INVITED),
        (SecondAnswer.DECLINED, SecondAnswer.ACCEPTED),
        (SecondAnswer.DECLINED, SecondAnswer.WITHDRAWN),
        (SecondAnswer.WITHDRAWN, SecondAnswer.ACCEPTED),
        (SecondAnswer.WITHDRAWN, SecondAnswer.WITHDRAWN),
    ],
)
def test_an_answer_that_does_not_follow_from_the_one_before_is_refused(
    before: SecondAnswer, answer: SecondAnswer
) -> None:
    form = file().state
    if before is SecondAnswer.WITHDRAWN:
        form = answering(form, FIRST, SecondAnswer.ACCEPTED).state
    if before is not SecondAnswer.INVITED:
        form = answering(form, FIRST, before).state

    with pytest.raises(SecondAnswered) as refused:
        answering(form, FIRST, answer)

    assert refused.value.facts() == {"answer": before.value}


def test_the_proposer_withdraws_and_the_form_is_left_as_it_was_before() -> None:
    form = collected()

    withdrawn, (event,) = form.withdraw(by=PROPOSER)

    assert (form.state, withdrawn.state) == (State.COLLECTED, State.WITHDRAWN)
    assert isinstance(event, ProposalWithdrawn)
    assert event.seconder_ids == form.seconder_ids


def test_what_a_unit_forwarded_is_not_revised_seconded_or_withdrawn_by_one_member() -> None:
    form = file([], forwarded_from=new_id(), brought_ids=[SECOND]).state

    with pytest.raises(ForwardedByAUnit):
        form.revise(by=PROPOSER, **DRAFT)
    with pytest.raises(ForwardedByAUnit):
        form.invite(by=PROPOSER, seconder_ids=[FIRST], delegates=frozenset({FIRST}))
    with pytest.raises(ForwardedByAUnit):
        form.withdraw(by=PROPOSER)


@pytest.mark.parametrize("by", [FIRST, COMMITTEE, new_id()])
def test_only_the_proposer_revises_invites_and_withdraws(by: UUID) -> None:
    form = collected()

    with pytest.raises(NotTheProposer):
        form.revise(by=by, **DRAFT)
    with pytest.raises(NotTheProposer):
        form.invite(by=by, seconder_ids=[], delegates=frozenset())
    with pytest.raises(NotTheProposer):
        form.withdraw(by=by)


def test_a_form_into_which_others_were_merged_is_not_withdrawn() -> None:
    gone, into = merged(other(), collected())

    with pytest.raises(OthersMergedIntoIt) as refused:
        into.withdraw(by=PROPOSER)

    assert refused.value.facts() == {"proposal_ids": [str(gone.id)]}


def test_an_author_of_both_forms_who_no_longer_seconds_this_one_stays_by_the_other() -> None:
    into = merged(other(FIRST), collected())[1]
    assert FIRST not in into.co_proposer_ids

    withdrawn = answering(into, FIRST, SecondAnswer.WITHDRAWN).state
    revised = into.revise(by=PROPOSER, **DRAFT).state

    for form in (withdrawn, revised):
        assert FIRST in form.co_proposer_ids
    assert FIRST not in answering(revised, FIRST, SecondAnswer.ACCEPTED).state.co_proposer_ids


ACTS: dict[Action, Callable[[Proposal], Decision[Proposal]]] = {
    Action.REVISE: lambda form: form.revise(by=PROPOSER, **DRAFT),
    Action.INVITE: lambda form: form.invite(by=PROPOSER, seconder_ids=[COMMITTEE], delegates=frozenset({COMMITTEE})),
    Action.SECOND: lambda form: answering(form, PENDING, SecondAnswer.ACCEPTED),
    Action.WITHDRAW: lambda form: form.withdraw(by=PROPOSER),
    Action.REFER: lambda form: dispositions.refer(form, by=COMMITTEE, presidium_ids=[PRESIDIUM], note="意见不一"),
    Action.TAKE_BACK: lambda form: dispositions.take_back(form, by=COMMITTEE, note="未开会"),
    Action.FILE: lambda form: disposed(form, Disposition.FILED),
    Action.TAKE_AS_OPINION: lambda form: disposed(form, Disposition.OPINION),
    Action.TURN_DOWN: lambda form: disposed(form, Disposition.NOT_FILED),
    Action.MERGE: lambda form: dispositions.merge(form, other(), by=COMMITTEE, note=None, at=AT),
    Action.ABSORB: lambda form: dispositions.absorb(form, other()),
    Action.RELEASE: lambda form: dispositions.release(form, _released(form)),
    Action.UNMERGE: lambda form: dispositions.unmerge(form, by=COMMITTEE, note="有误"),
    Action.REVOKE: lambda form: dispositions.revoke(form, by=COMMITTEE, note="有误"),
    Action.REFER_AGAIN: lambda form: dispositions.revoke(
        form.model_copy(update={"by_presidium": True}), by=COMMITTEE, note="有误"
    ),
}


def disposed(form: Proposal, disposition: Disposition) -> Decision[Proposal]:
    if form.state is State.REFERRED:
        return dispose(form, disposition, by=PRESIDIUM, as_presidium=True)
    return dispose(form, disposition)


def _released(form: Proposal) -> UUID:
    return form.absorbed[0].proposal_id if form.absorbed else new_id()


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_every_state_and_action_is_in_the_table_or_is_refused(state: State, action: Action) -> None:
    form = form_in(state)
    if action is Action.RELEASE and (state, action) in TRANSITIONS:
        form = form_in(state, merged(other(), collected())[1])
    before = form.model_copy(deep=True)

    if (state, action) in TRANSITIONS:
        changed = ACTS[action](form)
        assert changed.state.state is TRANSITIONS[state, action]
        assert changed.events
    else:
        with pytest.raises(WrongState) as refused:
            ACTS[action](form)
        assert refused.value.facts() == {"state": state.value, "action": action.value}
    assert form == before


@pytest.mark.parametrize("state", State)
def test_no_state_is_left_but_by_the_table(state: State) -> None:
    """What has ended stays so: there is no action out of it for anybody."""
    ends = {state for state in State if not any(before is state for before, _ in TRANSITIONS)}

    assert ends == {State.WITHDRAWN}
    assert form_in(state).state is state
