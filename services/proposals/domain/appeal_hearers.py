"""Who hears an appeal: members step aside (回避), leave, are challenged (申请回避), and others stand in."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.proposals.domain.appeal_committees import AppealCommittee, chaired
from services.proposals.domain.appeals import OPEN, Action, Appeal, Challenge
from services.proposals.errors.appeals import (
    AnotherRulesOnIt,
    AppealCommitteeTooSmall,
    ChairNotAMember,
    ChallengedAlready,
    HasAnInterest,
    HearingHeldAlready,
    NotChallenged,
    NotOfTheCommitteeInForce,
    NotTheAppellant,
    StandInsFirst,
    StandInsNotNeeded,
)
from shared.aggregate import Decision
from shared.contracts.proposals.appeals import (
    AppealChallenged,
    AppealChallengeRuled,
    AppealMemberLeft,
    AppealMemberRecused,
    AppealStandInsNamed,
)
from shared.errors import OwnCase


def recuse(appeal: Appeal, *, member_id: UUID, reason: str, by: UUID) -> Decision[Appeal]:
    """A member steps aside, or the chair rules that they do. They count no more, and see it no more.

    Whoever has an interest steps aside however few are left: nothing is heard until others stand in. The chair sets
    nobody aside once it was heard, nor so many that too few are left, so as not to decide it alone.

    Raises HasAnInterest, NotOfTheCommittee, TheChairActs, HearingHeldAlready, StandInsFirst, WrongState.
    """
    if by != member_id:
        appeal.require_chair(by)
    appeal.require_of_committee(member_id)
    recused = _aside(appeal, Action.RECUSE, member_id, reason)
    if by != member_id:
        if appeal.present_ids:
            raise HearingHeldAlready(hearing_on=appeal.hearing_on.isoformat() if appeal.hearing_on else "—")
        if recused.stand_ins_needed:
            raise StandInsFirst(needed=appeal.rule.least_members, left=len(recused.committee_ids))
    return Decision(recused, (_recused(appeal, recused, member_id),))


def leave(appeal: Appeal, *, member_id: UUID) -> Decision[Appeal]:
    """A member has left the college. What is closed stays as it was, but for them to see it.

    Raises HasAnInterest, NotOfTheCommittee.
    """
    appeal.require_of_committee(member_id)
    departed = (*appeal.departed_ids, member_id)
    if appeal.state not in OPEN:
        left, _ = chaired(appeal.committee_ids, appeal.chair_id, (member_id,))
        return Decision(appeal.after(Action.LEAVE, committee_ids=left, departed_ids=departed), ())
    after = _without(appeal, Action.LEAVE, member_id, departed_ids=departed)
    return Decision(after, (AppealMemberLeft(**after.named(), **_seats(appeal, after), departed_id=member_id),))


def stand_in(
    appeal: Appeal,
    *,
    member_ids: Sequence[UUID],
    chair_id: UUID | None,
    reason: str,
    committee: AppealCommittee | None,
    by: UUID,
) -> Decision[Appeal]:
    """The school names others of the committee in force where no more than the least are left, and who chairs where the
    one who does cannot. It sets nobody aside, and whoever names them sees nothing by it.

    Raises HasAnInterest, OwnCase, NotOfTheCommitteeInForce, ChairNotAMember, StandInsNotNeeded,
    AppealCommitteeTooSmall, WrongState.
    """
    if by in appeal.interested():
        raise HasAnInterest(member_id=by)
    if by == chair_id:
        raise OwnCase(field="chair_id")
    if by in member_ids:
        raise OwnCase(field="member_ids")
    new = tuple(member for member in member_ids if member not in appeal.committee_ids)
    members, chair = chaired((*appeal.committee_ids, *new), chair_id or appeal.chair_id)
    after = appeal.after(
        Action.STAND_IN,
        committee_ids=members,
        chair_id=chair,
        stand_in_ids=(*appeal.stand_in_ids, *new),
        stand_in_reasons=(*(appeal.stand_in_reasons or ()), reason),
    )
    for member in new:
        # Before what tells more: who is a party is not to be found out by naming people.
        if committee is None or member not in committee.member_ids:
            raise NotOfTheCommitteeInForce(member_id=member)
        if member in appeal.interested():
            raise HasAnInterest(member_id=member)
    if chair_id is not None and chair_id not in members:
        raise ChairNotAMember(chair_id=chair_id)
    least, left = appeal.rule.least_members, len(appeal.committee_ids)
    if (new and left > least) or (not new and left >= least and chair == appeal.chair_id):
        raise StandInsNotNeeded(needed=least, left=left)
    if after.stand_ins_needed:
        raise AppealCommitteeTooSmall(needed=least, got=len(members))
    event = AppealStandInsNamed(**after.named(), new_chair_id=_new_chair(appeal, after), stand_in_ids=new)
    return Decision(after, (event,))


def challenge(appeal: Appeal, *, member_id: UUID, reason: str, by: UUID) -> Decision[Appeal]:
    """Each member once. Raises NotTheAppellant, HasAnInterest, NotOfTheCommittee, ChallengedAlready, WrongState."""
    if by != appeal.appellant_id:
        raise NotTheAppellant
    appeal.require_of_committee(member_id)
    after = appeal.after(
        Action.CHALLENGE,
        challenges=(*appeal.challenges, Challenge(member_id=member_id)),
        challenge_reasons=(*(appeal.challenge_reasons or ()), reason),
    )
    if any(each.member_id == member_id for each in appeal.challenges):
        raise ChallengedAlready(member_id=member_id)
    event = AppealChallenged(**after.named(), challenged_id=member_id, ruler_id=_ruler(appeal, member_id))
    return Decision(after, (event,))


def rule_on_challenge(appeal: Appeal, *, member_id: UUID, upheld: bool, reason: str, by: UUID) -> Decision[Appeal]:
    """By the chair; on the chair by the next in order. However few are left, whoever is to step aside does.

    Raises HasAnInterest, NotOfTheCommittee, NotChallenged, AnotherRulesOnIt, StandInsFirst, WrongState.
    """
    appeal.require_of_committee(by)
    ruled = {
        "challenges": tuple(
            each.model_copy(update={"ruled_by": by, "upheld": upheld}) if each.member_id == member_id else each
            for each in appeal.challenges
        ),
        "challenge_rulings": (*(appeal.challenge_rulings or ()), reason),
    }
    after = (
        _aside(appeal, Action.RULE_ON_CHALLENGE, member_id, reason, **ruled)
        if upheld
        else appeal.after(Action.RULE_ON_CHALLENGE, **ruled)
    )
    if member_id not in appeal.challenged():
        raise NotChallenged(member_id=member_id)
    ruler = _ruler(appeal, member_id)
    if ruler is None:
        raise StandInsFirst(needed=appeal.rule.least_members, left=len(appeal.committee_ids))
    if by != ruler:
        raise AnotherRulesOnIt(member_id=member_id, ruler_id=ruler)
    event = AppealChallengeRuled(**after.named(), challenged_id=member_id, upheld=upheld)
    return Decision(after, (event, _recused(appeal, after, member_id)) if upheld else (event,))


def _ruler(appeal: Appeal, member_id: UUID) -> UUID | None:
    """Who rules on a challenge; None where nobody else is there."""
    return chaired(appeal.committee_ids, appeal.chair_id, (member_id,))[1]


def _aside(appeal: Appeal, action: Action, member_id: UUID, reason: str, **update: Any) -> Appeal:
    return _without(
        appeal,
        action,
        member_id,
        recused_ids=(*appeal.recused_ids, member_id),
        recusal_reasons=(*(appeal.recusal_reasons or ()), reason),
        **update,
    )


def _without(appeal: Appeal, action: Action, member_id: UUID, **update: Any) -> Appeal:
    left, chair = chaired(appeal.committee_ids, appeal.chair_id, (member_id,))
    return appeal.after(
        action,
        committee_ids=left,
        chair_id=chair,
        mediator_id=None if appeal.mediator_id == member_id else appeal.mediator_id,
        present_ids=tuple(member for member in appeal.present_ids if member != member_id),
        **update,
    )


def _recused(before: Appeal, after: Appeal, member_id: UUID) -> AppealMemberRecused:
    return AppealMemberRecused(**after.named(), **_seats(before, after), recused_id=member_id)


def _seats(before: Appeal, after: Appeal) -> dict[str, Any]:
    return {"new_chair_id": _new_chair(before, after), "stand_ins_needed": after.stand_ins_needed}


def _new_chair(before: Appeal, after: Appeal) -> UUID | None:
    return after.chair_id if after.chair_id != before.chair_id else None
