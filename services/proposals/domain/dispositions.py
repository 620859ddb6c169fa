"""What becomes of a form: filed (立案), opinion (意见建议), not filed (暂不予立案), merged (并案); and taken back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.proposals.domain.proposals import TRANSITIONS, Absorbed, Action, Proposal, State
from services.proposals.domain.rules import ProposalRule
from services.proposals.errors.proposals import (
    LateOnlyOpinion,
    MergerIntoItself,
    NotMergedIntoThat,
    NotOfThePresidium,
    OfDifferentBodies,
    PresidiumMissing,
    SecondersMissing,
)
from shared.aggregate import Decision, transition
from shared.contracts.proposals import forms as events
from shared.contracts.proposals.forms import Disposition, NotFiledReason

ACTION_OF: Mapping[Disposition, Action] = {
    Disposition.FILED: Action.FILE,
    Disposition.OPINION: Action.TAKE_AS_OPINION,
    Disposition.NOT_FILED: Action.TURN_DOWN,
}
"""Of those that a form gets by itself: a merger is of two."""


def refer(proposal: Proposal, *, by: UUID, presidium_ids: Sequence[UUID], note: str) -> Decision[Proposal]:
    """The committee cannot agree: the presidium of the session decides. Referred again, the presidium of today does.

    Raises PresidiumMissing, OwnCase, WrongState.
    """
    proposal.require_no_party(by)
    parties = {*proposal.people, *proposal.co_proposer_ids}
    others = tuple(member for member in presidium_ids if member not in parties)
    if not others:
        raise PresidiumMissing
    changed = proposal.after(Action.REFER, presidium_ids=others, referral_note=note)
    event = events.ProposalReferred(**proposal.ids(), co_proposer_ids=_co_proposers(proposal), presidium_ids=others)
    return Decision(changed, (event,))


def take_back(proposal: Proposal, *, by: UUID, note: str) -> Decision[Proposal]:
    """What was referred is the committee's again, with a reason on record: the presidium does not come to decide.

    Raises OwnCase, WrongState.
    """
    proposal.require_no_party(by)
    changed = proposal.after(Action.TAKE_BACK, presidium_ids=(), referral_note=note)
    event = events.ReferralTakenBack(
        **proposal.ids(), co_proposer_ids=_co_proposers(proposal), presidium_ids=proposal.presidium_ids
    )
    return Decision(changed, (event,))


def dispose(
    proposal: Proposal,
    disposition: Disposition,
    *,
    by: UUID,
    rule: ProposalRule,
    note: str | None,
    reason: NotFiledReason | None,
    case_id: UUID | None,
    at: datetime,
    as_presidium: bool = False,
    closes_at: datetime | None = None,
) -> Decision[Proposal]:
    """Filed, opinion or not filed. `case_id` is the case that it becomes, `closes_at` the end of its call as it is now.

    The rule stays with the form.

    Raises OwnCase, NotOfThePresidium, LateOnlyOpinion, SecondersMissing, WrongState; ValueError for a merger.
    """
    if disposition is Disposition.MERGED:
        raise ValueError("a form does not merge by itself: merge() says into which")
    proposal.require_no_party(by)
    if as_presidium != (proposal.state is State.REFERRED) or (as_presidium and by not in proposal.presidium_ids):
        # A form that was referred is the presidium's to decide, and no other is.
        transition(TRANSITIONS, proposal.state, ACTION_OF[disposition])
        raise NotOfThePresidium
    changed = proposal.after(
        ACTION_OF[disposition],
        disposed_at=at,
        disposition_note=note,
        not_filed_reason=reason,
        case_id=case_id,
        rule_id=rule.id,
        by_presidium=as_presidium,
        late=is_late(proposal, closes_at),
    )
    if disposition is Disposition.FILED:
        _require_fit_to_file(changed, rule)
    return Decision(changed, (_disposed(changed, disposition, by_presidium=as_presidium),))


def is_late(proposal: Proposal, closes_at: datetime | None) -> bool:
    """What came after the call had closed is late no more where an extension has come to cover it."""
    return proposal.late and (closes_at is None or proposal.filed_at >= closes_at)


def merge(
    proposal: Proposal,
    into: Proposal,
    *,
    by: UUID,
    note: str | None,
    at: datetime,
    closes_at: datetime | None = None,
) -> Decision[Proposal]:
    """This form into another one of the same content. By nobody of either. `closes_at` is the end of its call.

    One with too few seconders may join what others have seconded enough; one that came late joins no case.

    Raises OwnCase, MergerIntoItself, OfDifferentBodies, OthersMergedIntoIt, LateOnlyOpinion, WrongState.
    """
    proposal.require_no_party(by)
    into.require_no_party(by)
    if into.id == proposal.id:
        raise MergerIntoItself
    if into.body_id != proposal.body_id:
        raise OfDifferentBodies
    proposal.require_alone()
    late = is_late(proposal, closes_at)
    changed = proposal.after(Action.MERGE, merged_into=into.id, disposed_at=at, disposition_note=note, late=late)
    if late and into.state is State.FILED:
        raise LateOnlyOpinion
    return Decision(changed, (_disposed(changed, Disposition.MERGED, by_presidium=False),))


def absorb(proposal: Proposal, other: Proposal) -> Decision[Proposal]:
    """What the other form's merger means here. Raises WrongState."""
    brought = Absorbed(proposal_id=other.id, person_ids=other.people, late=other.late)
    changed = proposal.after(Action.ABSORB, absorbed=(*proposal.absorbed, brought))
    event = events.ProposalsMerged(
        proposal_id=proposal.id,
        unit_id=proposal.unit_id,
        merged_id=other.id,
        proposer_id=proposal.proposer_id,
        seconder_ids=proposal.seconder_ids,
        co_proposer_ids=_co_proposers(changed),
    )
    return Decision(changed, (event,))


def unmerge(proposal: Proposal, *, by: UUID, note: str) -> Decision[Proposal]:
    """It stands by itself again, as it was. Raises OwnCase, WrongState.

    Possible until an answer is written or the case forwarded: from then on its authors have been answered together, and
    a form that left would be owed a second answer to what was answered.
    """
    proposal.require_no_party(by)
    changed = proposal.after(
        Action.UNMERGE, merged_into=None, disposed_at=None, disposition_note=note, not_filed_reason=None
    )
    event = events.DispositionRevoked(
        **proposal.ids(), co_proposer_ids=_co_proposers(proposal), disposition=Disposition.MERGED
    )
    return Decision(changed, (event,))


def release(proposal: Proposal, other_id: UUID) -> Decision[Proposal]:
    """What the other form's leaving means here. Raises NotMergedIntoThat, WrongState."""
    left = tuple(absorbed for absorbed in proposal.absorbed if absorbed.proposal_id != other_id)
    changed = proposal.after(Action.RELEASE, absorbed=left)
    if len(left) == len(proposal.absorbed):
        raise NotMergedIntoThat
    event = events.ProposalsUnmerged(
        proposal_id=proposal.id,
        unit_id=proposal.unit_id,
        unmerged_id=other_id,
        proposer_id=proposal.proposer_id,
        seconder_ids=proposal.seconder_ids,
        co_proposer_ids=_co_proposers(changed),
    )
    return Decision(changed, (event,))


def revoke(proposal: Proposal, *, by: UUID, note: str) -> Decision[Proposal]:
    """Take a disposition back, with a reason on record. What the presidium decided is the presidium's to decide again.

    Raises OwnCase, WrongState.
    """
    proposal.require_no_party(by)
    was, again = proposal.state, proposal.by_presidium
    changed = proposal.after(
        Action.REFER_AGAIN if again else Action.REVOKE,
        disposed_at=None,
        not_filed_reason=None,
        case_id=None,
        rule_id=None,
        by_presidium=False,
        disposition_note=note,
    )
    event = events.DispositionRevoked(
        **proposal.ids(),
        co_proposer_ids=_co_proposers(proposal),
        disposition=Disposition(was.value),
        presidium_ids=proposal.presidium_ids if again else (),
    )
    return Decision(changed, (event,))


def _require_fit_to_file(proposal: Proposal, rule: ProposalRule) -> None:
    if proposal.late or any(each.late for each in proposal.absorbed):
        raise LateOnlyOpinion
    excused = proposal.forwarded_from is not None or (
        proposal.delegation_id is not None and not rule.delegations_need_seconders
    )
    if not excused and len(proposal.accepted) < rule.minimum_seconders:
        raise SecondersMissing(needed=rule.minimum_seconders, got=len(proposal.accepted))


def _disposed(proposal: Proposal, disposition: Disposition, *, by_presidium: bool) -> events.ProposalDisposed:
    return events.ProposalDisposed.model_validate(
        {
            **proposal.ids(),
            "co_proposer_ids": _co_proposers(proposal),
            "disposition": disposition,
            "case_id": proposal.case_id,
            "merged_into": proposal.merged_into,
            "by_presidium": by_presidium,
        }
    )


def _co_proposers(proposal: Proposal) -> tuple[UUID, ...]:
    """For an event: whoever else's it is, whether a merger or a unit brought them."""
    return (*proposal.brought_ids, *proposal.co_proposer_ids)
