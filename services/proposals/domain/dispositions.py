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
    """The committee cannot agree: the presidium of the session decides.

    Raises PresidiumMissing, OwnCase, WrongState.
    """
    proposal.require_no_party(by)
    parties = {*proposal.people, *proposal.co_proposer_ids}
    others = tuple(member for member in presidium_ids if member not in parties)
    if not others:
        raise PresidiumMissing
    changed = proposal.after(Action.REFER, presidium_ids=others, referral_note=note)
    event = events.ProposalReferred(
        proposal_id=proposal.id, unit_id=proposal.unit_id, proposer_id=proposal.proposer_id, presidium_ids=others
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
) -> Decision[Proposal]:
    """Filed, opinion or not filed. `case_id` is the case that it becomes.

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
    )
    if disposition is Disposition.FILED:
        _require_fit_to_file(proposal, rule)
    return Decision(changed, (_disposed(changed, disposition, by_presidium=as_presidium),))


def merge(proposal: Proposal, into: Proposal, *, by: UUID, note: str | None, at: datetime) -> Decision[Proposal]:
    """This form into another one of the same content. By nobody of either.

    Raises OwnCase, MergerIntoItself, OfDifferentBodies, OthersMergedIntoIt, WrongState.
    """
    proposal.require_no_party(by)
    into.require_no_party(by)
    if into.id == proposal.id:
        raise MergerIntoItself
    if into.body_id != proposal.body_id:
        raise OfDifferentBodies
    proposal.require_alone()
    changed = proposal.after(Action.MERGE, merged_into=into.id, disposed_at=at, disposition_note=note)
    return Decision(changed, (_disposed(changed, Disposition.MERGED, by_presidium=False),))


def absorb(proposal: Proposal, other: Proposal) -> Decision[Proposal]:
    """What the other form's merger means here. Raises WrongState."""
    brought = Absorbed(proposal_id=other.id, person_ids=other.people)
    changed = proposal.after(Action.ABSORB, absorbed=(*proposal.absorbed, brought))
    event = events.ProposalsMerged(
        proposal_id=proposal.id,
        unit_id=proposal.unit_id,
        merged_id=other.id,
        proposer_id=proposal.proposer_id,
        co_proposer_ids=changed.co_proposer_ids,
    )
    return Decision(changed, (event,))


def unmerge(proposal: Proposal, *, by: UUID, note: str) -> Decision[Proposal]:
    """It stands by itself again, as it was. Raises OwnCase, WrongState."""
    proposal.require_no_party(by)
    changed = proposal.after(
        Action.UNMERGE, merged_into=None, disposed_at=None, disposition_note=note, not_filed_reason=None
    )
    event = events.DispositionRevoked(**proposal.ids(), disposition=Disposition.MERGED)
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
        co_proposer_ids=changed.co_proposer_ids,
    )
    return Decision(changed, (event,))


def revoke(proposal: Proposal, *, by: UUID, note: str) -> Decision[Proposal]:
    """Take a disposition back, with a reason on record. Raises OwnCase, WrongState."""
    proposal.require_no_party(by)
    was = proposal.state
    changed = proposal.after(
        Action.REVOKE, disposed_at=None, not_filed_reason=None, case_id=None, disposition_note=note
    )
    event = events.DispositionRevoked(**proposal.ids(), disposition=Disposition(was.value))
    return Decision(changed, (event,))


def _require_fit_to_file(proposal: Proposal, rule: ProposalRule) -> None:
    if proposal.late:
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
            "co_proposer_ids": proposal.co_proposer_ids,
            "disposition": disposition,
            "case_id": proposal.case_id,
            "merged_into": proposal.merged_into,
            "by_presidium": by_presidium,
        }
    )
