from datetime import UTC, date, datetime
from itertools import product
from uuid import UUID

import pytest

from services.proposals.domain.proposals import TRANSITIONS, Action, Category, Proposal, SecondingRule, State
from services.proposals.errors.proposals import NotDelegates, NotTheProposer, ProposerSecondsOwn, SecondersMissing
from shared.aggregate import Decision, transition
from shared.contracts.proposals.forms import ProposalFiled, ProposalFiledRestricted, ProposalWithdrawn
from shared.errors import WrongState
from shared.ids import new_id

AT = datetime(2022, 3, 1, 8, tzinfo=UTC)
RULE = SecondingRule(effective_from=date(2000, 1, 1), minimum=2, source="test")
PROPOSER, UNIT = new_id(), new_id()
SECONDERS = [new_id(), new_id()]


def file(seconders: list[UUID], delegates: list[UUID] | None = None) -> Decision[Proposal]:
    return Proposal.file(
        new_id(),
        title="关于改善午休条件的提案",
        grounds="教师午间没有休息的地方",
        suggestion="开放一间休息室",
        category=Category.WELFARE,
        proposer_id=PROPOSER,
        unit_id=UNIT,
        seconder_ids=seconders,
        delegates=frozenset(seconders if delegates is None else delegates),
        rule=RULE,
        at=AT,
    )


def test_a_filed_proposal_is_told_in_public_without_its_title_and_to_the_restricted_with_it() -> None:
    proposal, (public, restricted) = file(SECONDERS)

    assert proposal.state is State.FILED
    assert isinstance(public, ProposalFiled)
    assert isinstance(restricted, ProposalFiledRestricted)
    assert proposal.title not in public.model_dump_json()
    assert restricted.title == proposal.title
    assert public.seconder_ids == tuple(SECONDERS)


@pytest.mark.parametrize("number", [0, 1])
def test_too_few_seconders_are_refused_with_how_many_are_needed(number: int) -> None:
    with pytest.raises(SecondersMissing) as refused:
        file(SECONDERS[:number])

    assert refused.value.facts() == {"needed": 2, "got": number}


def test_one_seconder_named_twice_counts_once() -> None:
    with pytest.raises(SecondersMissing):
        file([SECONDERS[0], SECONDERS[0]])


def test_nobody_seconds_their_own_proposal() -> None:
    with pytest.raises(ProposerSecondsOwn):
        file([*SECONDERS, PROPOSER])


def test_only_delegates_second() -> None:
    with pytest.raises(NotDelegates) as refused:
        file(SECONDERS, delegates=SECONDERS[:1])

    assert refused.value.facts() == {"member_ids": [str(SECONDERS[1])]}


def test_the_proposer_withdraws_and_the_proposal_is_left_as_it_was_before() -> None:
    filed = file(SECONDERS).state

    withdrawn, (event,) = filed.withdraw(by=PROPOSER)

    assert (filed.state, withdrawn.state) == (State.FILED, State.WITHDRAWN)
    assert isinstance(event, ProposalWithdrawn)


def test_a_seconder_cannot_withdraw() -> None:
    with pytest.raises(NotTheProposer):
        file(SECONDERS).state.withdraw(by=SECONDERS[0])


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_every_state_and_action_is_in_the_table_or_is_refused(state: State, action: Action) -> None:
    if (state, action) in TRANSITIONS:
        assert transition(TRANSITIONS, state, action) is TRANSITIONS[state, action]
    else:
        with pytest.raises(WrongState) as refused:
            transition(TRANSITIONS, state, action)
        assert refused.value.facts() == {"state": state.value, "action": action.value}
