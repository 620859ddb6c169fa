from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.proposals.domain import dispositions
from services.proposals.domain.proposals import Proposal, State
from services.proposals.errors.proposals import (
    LateOnlyOpinion,
    MergerIntoItself,
    NotMergedIntoThat,
    NotOfThePresidium,
    OfDifferentBodies,
    OthersMergedIntoIt,
    PresidiumMissing,
    SecondersMissing,
)
from shared.aggregate import Decision
from shared.contracts.proposals.forms import (
    Disposition,
    DispositionRevoked,
    NotFiledReason,
    ProposalDisposed,
    ProposalReferred,
    ProposalsMerged,
    ProposalsUnmerged,
    ReferralTakenBack,
    SecondAnswer,
)
from shared.errors import OwnCase, WrongState
from shared.ids import new_id
from tests.unit.forms_and_cases import (
    AT,
    COMMITTEE,
    FIRST,
    PENDING,
    PRESIDIUM,
    PROPOSER,
    RULE,
    SECOND,
    collected,
    dispose,
    file,
    form_in,
    merged,
    other,
    seconded,
)

ALONE = [Disposition.FILED, Disposition.OPINION, Disposition.NOT_FILED]


def merge(form: Proposal, into: Proposal, by: UUID = COMMITTEE) -> Decision[Proposal]:
    return dispositions.merge(form, into, by=by, note="内容相同", at=AT)


def unmerge(form: Proposal, by: UUID = COMMITTEE) -> Decision[Proposal]:
    return dispositions.unmerge(form, by=by, note="内容不同")


def refer(form: Proposal, *presidium: UUID, by: UUID = COMMITTEE) -> Decision[Proposal]:
    return dispositions.refer(form, by=by, presidium_ids=presidium, note="委员会意见不一")


@pytest.mark.parametrize("disposition", ALONE)
def test_a_disposition_is_told_without_its_reasons_and_taken_back_whole(disposition: Disposition) -> None:
    before = collected()

    form, (event,) = dispose(before, disposition, note="理由如下")

    assert isinstance(event, ProposalDisposed)
    assert (event.disposition, event.case_id, event.by_presidium) == (disposition, form.case_id, False)
    assert "理由" not in event.model_dump_json()
    assert (form.disposed_at, form.disposition_note) == (AT, "理由如下")

    back, (revoked,) = dispositions.revoke(form, by=COMMITTEE, note="依据有误")

    assert isinstance(revoked, DispositionRevoked)
    assert revoked.disposition is disposition
    assert "依据" not in revoked.model_dump_json()
    assert back == before.model_copy(update={"disposition_note": "依据有误"})


def test_what_is_not_filed_says_why() -> None:
    form = dispose(collected(), Disposition.NOT_FILED, reason=NotFiledReason.PERSONAL_MATTER).state

    assert (form.state, form.not_filed_reason, form.case_id) == (State.NOT_FILED, NotFiledReason.PERSONAL_MATTER, None)


@pytest.mark.parametrize("number", [0, 1])
def test_too_few_who_accepted_make_no_case_but_may_make_an_opinion(number: int) -> None:
    form = seconded(file().state, *[FIRST, SECOND][:number])

    with pytest.raises(SecondersMissing) as refused:
        dispose(form, Disposition.FILED)

    assert refused.value.facts() == {"needed": 2, "got": number}
    assert dispose(form, Disposition.OPINION).state.state is State.OPINION


def test_a_seconder_who_has_withdrawn_does_not_help_to_file() -> None:
    form = collected().second(by=FIRST, answer=SecondAnswer.WITHDRAWN, revision=1).state

    with pytest.raises(SecondersMissing):
        dispose(form, Disposition.FILED)


def test_who_accepted_an_older_draft_does_not_help_to_file() -> None:
    draft: dict[str, Any] = {"title": "新", "grounds": "新", "suggestion": "新", "category": collected().category}

    with pytest.raises(SecondersMissing):
        dispose(collected().revise(by=PROPOSER, **draft).state, Disposition.FILED)


def test_a_delegation_needs_no_seconders_unless_the_rule_says_so() -> None:
    form = file([], delegation_id=new_id()).state
    strict = RULE.model_copy(update={"delegations_need_seconders": True})

    assert dispose(form, Disposition.FILED).state.state is State.FILED
    with pytest.raises(SecondersMissing):
        dispose(form, Disposition.FILED, rule=strict)


def test_what_a_unit_forwarded_needs_no_seconders() -> None:
    strict = RULE.model_copy(update={"delegations_need_seconders": True})

    form = file([], forwarded_from=new_id()).state

    assert dispose(form, Disposition.FILED, rule=strict).state.state is State.FILED


def test_what_came_late_becomes_an_opinion_only() -> None:
    form = collected(late=True)

    with pytest.raises(LateOnlyOpinion):
        dispose(form, Disposition.FILED)

    assert dispose(form, Disposition.OPINION).state.state is State.OPINION
    assert dispose(form, Disposition.NOT_FILED).state.state is State.NOT_FILED


@pytest.mark.parametrize("disposition", ALONE)
def test_what_was_referred_is_the_presidiums_to_decide(disposition: Disposition) -> None:
    referred, (event,) = refer(collected(), PRESIDIUM)

    assert isinstance(event, ProposalReferred)
    assert event.presidium_ids == referred.presidium_ids == (PRESIDIUM,)
    assert event.seconder_ids == referred.seconder_ids
    with pytest.raises(NotOfThePresidium):
        dispose(referred, disposition)
    with pytest.raises(NotOfThePresidium):
        dispose(referred, disposition, as_presidium=True)
    decided, (told,) = dispose(referred, disposition, by=PRESIDIUM, as_presidium=True)
    assert decided.state.value == disposition.value
    assert isinstance(told, ProposalDisposed)
    assert told.by_presidium


@pytest.mark.parametrize("disposition", ALONE)
def test_what_the_presidium_decided_goes_back_to_it_when_it_is_taken_back(disposition: Disposition) -> None:
    referred = refer(collected(), PRESIDIUM).state
    decided = dispose(referred, disposition, by=PRESIDIUM, as_presidium=True).state

    back, (event,) = dispositions.revoke(decided, by=COMMITTEE, note="依据有误")

    assert decided.by_presidium
    assert back == referred.model_copy(update={"disposition_note": "依据有误"})
    assert isinstance(event, DispositionRevoked)
    assert event.presidium_ids == (PRESIDIUM,)
    with pytest.raises(NotOfThePresidium):
        dispose(back, disposition)


def test_what_the_committee_decided_is_its_own_to_decide_again() -> None:
    taken_back = dispositions.take_back(refer(collected(), PRESIDIUM).state, by=COMMITTEE, note="主席团未开会").state
    decided = dispose(taken_back, Disposition.OPINION).state

    back, (event,) = dispositions.revoke(decided, by=COMMITTEE, note="有误")

    assert isinstance(event, DispositionRevoked)
    assert (back.state, event.presidium_ids) == (State.COLLECTED, ())


def test_what_was_referred_is_referred_again_to_the_presidium_of_today() -> None:
    others = new_id(), new_id()

    referred = refer(refer(collected(), PRESIDIUM).state, *others).state

    assert (referred.state, referred.presidium_ids) == (State.REFERRED, others)


def test_what_was_referred_is_taken_back_with_a_reason_that_is_not_told() -> None:
    form = merged(other(), collected())[1]

    back, (event,) = dispositions.take_back(refer(form, PRESIDIUM).state, by=COMMITTEE, note="主席团未开会")

    assert isinstance(event, ReferralTakenBack)
    assert (event.presidium_ids, event.co_proposer_ids) == ((PRESIDIUM,), form.co_proposer_ids)
    assert "主席团" not in event.model_dump_json()
    assert (back.state, back.presidium_ids, back.referral_note) == (State.COLLECTED, (), "主席团未开会")
    assert dispose(back, Disposition.FILED).state.state is State.FILED


@pytest.mark.parametrize("disposition", ALONE)
def test_a_form_keeps_the_rule_that_it_was_judged_by(disposition: Disposition) -> None:
    form = dispose(collected(), disposition).state

    assert form.rule_id == RULE.id
    assert dispositions.revoke(form, by=COMMITTEE, note="有误").state.rule_id is None


def test_a_form_that_an_extension_has_come_to_cover_is_late_no_more() -> None:
    form, moment = collected(late=True), timedelta(milliseconds=1)

    covered = dispose(form, Disposition.FILED, closes_at=AT + moment).state

    assert (covered.state, covered.late) == (State.FILED, False)
    with pytest.raises(LateOnlyOpinion):
        dispose(form, Disposition.FILED, closes_at=AT)


def test_what_came_late_is_not_merged_into_a_case_but_into_an_opinion() -> None:
    late = other(late=True)
    filed, opinion = [dispose(collected(), each).state for each in (Disposition.FILED, Disposition.OPINION)]

    with pytest.raises(LateOnlyOpinion):
        merge(late, filed)

    assert merge(late, opinion).state.state is State.MERGED
    covered = dispositions.merge(
        late, filed, by=COMMITTEE, note=None, at=AT, closes_at=AT + timedelta(milliseconds=1)
    ).state
    assert (covered.state, covered.late) == (State.MERGED, False)


def test_a_form_into_which_a_late_one_was_merged_becomes_no_case() -> None:
    gone, form = merged(other(late=True), collected())

    with pytest.raises(LateOnlyOpinion):
        dispose(form, Disposition.FILED)

    assert dispose(form, Disposition.OPINION).state.state is State.OPINION
    assert dispose(dispositions.release(form, gone.id).state, Disposition.FILED).state.state is State.FILED


def test_all_for_whom_a_unit_forwarded_a_form_are_its_people_and_do_not_decide_on_it() -> None:
    brought = (FIRST, SECOND)
    form = file([], forwarded_from=new_id(), brought_ids=brought).state

    assert form.people == (PROPOSER, *brought)
    for author in form.people:
        with pytest.raises(OwnCase):
            refer(form, PRESIDIUM, by=author)
        with pytest.raises(OwnCase):
            dispose(form, Disposition.NOT_FILED, by=author)
        with pytest.raises(OwnCase):
            merge(other(), form, by=author)
    assert refer(form, FIRST, PRESIDIUM).state.presidium_ids == (PRESIDIUM,)
    (event,) = dispose(form, Disposition.NOT_FILED).events
    assert isinstance(event, ProposalDisposed)
    assert event.co_proposer_ids == brought


@pytest.mark.parametrize("disposition", ALONE)
def test_the_presidium_decides_nothing_that_was_not_referred(disposition: Disposition) -> None:
    with pytest.raises(NotOfThePresidium):
        dispose(collected(), disposition, by=PRESIDIUM, as_presidium=True)
    with pytest.raises(WrongState):
        dispose(form_in(State.WITHDRAWN), disposition, by=PRESIDIUM, as_presidium=True)


def test_the_presidium_is_bound_by_the_same_rules() -> None:
    late = refer(collected(late=True), PRESIDIUM).state

    with pytest.raises(LateOnlyOpinion):
        dispose(late, Disposition.FILED, by=PRESIDIUM, as_presidium=True)


def test_those_of_the_presidium_whose_form_it_is_do_not_decide() -> None:
    form = merged(other(), collected())[1]
    brought = form.co_proposer_ids[0]

    referred = refer(form, PROPOSER, FIRST, brought, PRESIDIUM).state

    assert referred.presidium_ids == (PRESIDIUM,)


def test_without_a_presidium_that_could_decide_nothing_is_referred() -> None:
    form = merged(other(), collected())[1]

    for presidium in ([], [PROPOSER], [FIRST, SECOND], [form.co_proposer_ids[0]]):
        with pytest.raises(PresidiumMissing):
            refer(form, *presidium)


@pytest.mark.parametrize("who", ["proposer", "seconder", "co-proposer"])
def test_nobody_decides_on_their_own_form(who: str) -> None:
    gone, form = merged(other(), collected())
    by = {"proposer": PROPOSER, "seconder": FIRST, "co-proposer": gone.proposer_id}[who]
    single = other(by)

    with pytest.raises(OwnCase):
        refer(form, PRESIDIUM, by=by)
    for disposition in ALONE:
        with pytest.raises(OwnCase):
            dispose(form, disposition, by=by)
    with pytest.raises(OwnCase):
        dispositions.take_back(refer(form, PRESIDIUM).state, by=by, note="x")
    with pytest.raises(OwnCase):
        dispositions.revoke(dispose(form, Disposition.FILED).state, by=by, note="x")
    with pytest.raises(OwnCase):
        merge(single, other(), by=by)
    with pytest.raises(OwnCase):
        merge(other(), form, by=by)
    with pytest.raises(OwnCase):
        unmerge(merged(single, other())[0], by=by)


def test_who_was_asked_to_second_and_has_not_may_decide() -> None:
    assert dispose(collected(), Disposition.FILED, by=PENDING).state.state is State.FILED


def test_merged_is_no_disposition_without_the_form_that_it_was_merged_into() -> None:
    with pytest.raises(ValueError, match="merge"):
        dispose(collected(), Disposition.MERGED)


def test_a_merger_is_told_of_both_forms_and_keeps_every_author() -> None:
    form, into = other(new_id(), FIRST), collected()

    gone, (disposed,) = merge(form, into)
    whole, (event,) = dispositions.absorb(into, form)

    assert (gone.state, gone.merged_into, gone.disposed_at) == (State.MERGED, into.id, AT)
    assert isinstance(disposed, ProposalDisposed)
    assert (disposed.disposition, disposed.merged_into, disposed.case_id) == (Disposition.MERGED, into.id, None)
    assert isinstance(event, ProposalsMerged)
    assert event.merged_id == form.id
    assert whole.people == into.people
    assert set(whole.people) | set(whole.co_proposer_ids) == set(into.people) | set(form.people)
    assert FIRST not in whole.co_proposer_ids
    assert event.co_proposer_ids == whole.co_proposer_ids


def test_an_author_whom_two_merged_forms_brought_stays_until_both_have_left() -> None:
    both = new_id()
    one, two = other(both), other(both)
    gone, into = merged(one, collected())
    away, into = merged(two, into)

    without_one = dispositions.release(into, gone.id).state
    without_both = dispositions.release(without_one, away.id).state

    assert into.co_proposer_ids == (one.proposer_id, both, two.proposer_id)
    assert set(without_one.co_proposer_ids) == {two.proposer_id, both}
    assert without_both.co_proposer_ids == ()


def test_a_merger_undone_leaves_both_as_they_were() -> None:
    form, into = other(new_id(), FIRST), collected()
    gone, whole = merged(form, into)

    back, (revoked,) = unmerge(gone)
    alone, (event,) = dispositions.release(whole, gone.id)

    assert back == form.model_copy(update={"disposition_note": "内容不同"})
    assert alone == into
    assert isinstance(revoked, DispositionRevoked)
    assert revoked.disposition is Disposition.MERGED
    assert isinstance(event, ProposalsUnmerged)
    assert (event.unmerged_id, event.co_proposer_ids) == (form.id, ())


def test_what_was_merged_stays_with_a_form_whose_disposition_is_revoked() -> None:
    filed = dispose(merged(other(), collected())[1], Disposition.FILED).state

    back = dispositions.revoke(filed, by=COMMITTEE, note="x").state

    assert (back.absorbed, back.co_proposer_ids) == (filed.absorbed, filed.co_proposer_ids)


def test_a_form_is_not_merged_into_itself_nor_across_bodies() -> None:
    form = collected()

    with pytest.raises(MergerIntoItself):
        merge(form, form)
    with pytest.raises(OfDifferentBodies):
        merge(form, other(body_id=new_id()))


def test_a_form_into_which_others_were_merged_is_not_merged_away() -> None:
    gone, into = merged(other(), collected())

    with pytest.raises(OthersMergedIntoIt) as refused:
        merge(into, other())

    assert refused.value.facts() == {"proposal_ids": [str(gone.id)]}


@pytest.mark.parametrize("state", [State.REFERRED, State.WITHDRAWN, State.NOT_FILED, State.MERGED])
def test_nothing_is_merged_into_what_is_decided_elsewhere_or_over(state: State) -> None:
    with pytest.raises(WrongState):
        dispositions.absorb(form_in(state), other())


def test_what_was_not_merged_into_a_form_does_not_leave_it() -> None:
    with pytest.raises(NotMergedIntoThat):
        dispositions.release(merged(other(), collected())[1], new_id())
