"""The life of an appeal (教职工申诉): a member against a decision. Only the parties and the committee know of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import product
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.proposals.domain.appeal_committees import AppealCommittee
from services.proposals.domain.appeal_rules import AppealRule
from services.proposals.errors.appeals import (
    AppealCommitteeMissing,
    AppealMajorityMissing,
    AppealQuorumMissing,
    AppealTooLate,
    ChallengePending,
    DecisionInTheFuture,
    HasAnInterest,
    HearingHeldAlready,
    HearingInThePast,
    HearingNotHeld,
    MediationFirst,
    NeverToTheAppellantsHarm,
    NotOfTheCommittee,
    NotTheAppellant,
    RespondentOfAnotherUnit,
    RespondentOfTheCommittee,
    TheChairActs,
    TheMediatorActs,
)
from services.proposals.errors.congresses import VotesDoNotAddUp
from shared.aggregate import Aggregate, Decision, transition
from shared.contracts.base import DomainEvent
from shared.contracts.proposals.appeals import (
    AppealAccepted,
    AppealDecided,
    AppealHearingHeld,
    AppealHearingScheduled,
    AppealMediationFailed,
    AppealMediationOpened,
    AppealRefused,
    AppealSettled,
    AppealSubmitted,
    AppealWithdrawn,
    Outcome,
)
from shared.sealing import Sensitive


class State(StrEnum):
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    MEDIATION = "mediation"
    SETTLED = "settled"
    HEARING = "hearing"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    ACCEPT = "accept"
    REFUSE = "refuse"
    OPEN_MEDIATION = "open_mediation"
    SETTLE = "settle"
    FAIL_MEDIATION = "fail_mediation"
    SCHEDULE_HEARING = "schedule_hearing"
    HOLD_HEARING = "hold_hearing"
    DECIDE = "decide"
    RECUSE = "recuse"
    LEAVE = "leave"
    STAND_IN = "stand_in"
    CHALLENGE = "challenge"
    RULE_ON_CHALLENGE = "rule_on_challenge"
    WITHDRAW = "withdraw"


OPEN = (State.SUBMITTED, State.ACCEPTED, State.MEDIATION, State.HEARING)
WHO_HEARS_IT = (Action.RECUSE, Action.STAND_IN, Action.CHALLENGE, Action.RULE_ON_CHALLENGE)

TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.SUBMITTED, Action.ACCEPT): State.ACCEPTED,
    (State.SUBMITTED, Action.REFUSE): State.REFUSED,
    (State.ACCEPTED, Action.OPEN_MEDIATION): State.MEDIATION,
    # Another mediator, where the first one has stepped aside. The time runs on.
    (State.MEDIATION, Action.OPEN_MEDIATION): State.MEDIATION,
    (State.MEDIATION, Action.SETTLE): State.SETTLED,
    (State.MEDIATION, Action.FAIL_MEDIATION): State.HEARING,
    # Its time is out.
    (State.MEDIATION, Action.SCHEDULE_HEARING): State.HEARING,
    (State.HEARING, Action.SCHEDULE_HEARING): State.HEARING,
    (State.HEARING, Action.HOLD_HEARING): State.HEARING,
    (State.HEARING, Action.DECIDE): State.DECIDED,
    **{(state, action): state for state, action in product(OPEN, WHO_HEARS_IT)},
    # Who has left reads it no more, also where it is closed.
    **{(state, Action.LEAVE): state for state in State},
    **{(state, Action.WITHDRAW): State.WITHDRAWN for state in OPEN},
}


class RefusalReason(StrEnum):
    NO_DECISION = "no_decision"
    """Nothing was decided about the appellant."""
    OUTSIDE_AUTHORITY = "outside_authority"
    DECIDED_BEFORE = "decided_before"
    PENDING_ELSEWHERE = "pending_elsewhere"
    """Before a court, an arbitration or another authority."""
    OTHER = "other"


class Challenge(BaseModel):
    """The appellant asks that a member steps aside (申请回避). `upheld` is None until it was ruled on."""

    model_config = ConfigDict(frozen=True)

    member_id: UUID
    ruled_by: UUID | None = None
    upheld: bool | None = None


class Appeal(Aggregate):
    """`committee_ids` are those who hear it, in the order in which they chair it where the chair may not.

    `recused_ids` have stepped aside, `departed_ids` have left the college: neither see it any more. `stand_in_ids` were
    named later. The chair is None where nobody is left, until others stand in.

    What was written by anybody is sealed under the key of the appellant: `recusal_reasons` go with `recused_ids`,
    `challenge_reasons` with `challenges`, and `challenge_rulings` are in the order in which it was ruled.
    """

    appellant_id: UUID
    respondent_unit_id: UUID
    respondent_id: UUID | None = None
    committee_ids: tuple[UUID, ...]
    recused_ids: tuple[UUID, ...] = ()
    departed_ids: tuple[UUID, ...] = ()
    stand_in_ids: tuple[UUID, ...] = ()
    challenges: tuple[Challenge, ...] = ()
    chair_id: UUID | None
    rule: AppealRule
    state: State
    decided_on: date
    submitted_on: date
    submitted_at: datetime
    refusal: RefusalReason | None = None
    mediator_id: UUID | None = None
    mediation_until: date | None = None
    hearing_on: date | None = None
    present_ids: tuple[UUID, ...] = ()
    votes_for: int | None = None
    votes_against: int | None = None
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    grounds: Annotated[str | None, Sensitive()] = None
    claim: Annotated[str | None, Sensitive()] = None
    evidence: Annotated[tuple[str, ...] | None, Sensitive()] = None
    refusal_text: Annotated[str | None, Sensitive()] = None
    mediation_outcome: Annotated[str | None, Sensitive()] = None
    recusal_reasons: Annotated[tuple[str, ...] | None, Sensitive()] = None
    stand_in_reasons: Annotated[tuple[str, ...] | None, Sensitive()] = None
    challenge_reasons: Annotated[tuple[str, ...] | None, Sensitive()] = None
    challenge_rulings: Annotated[tuple[str, ...] | None, Sensitive()] = None
    hearing_record: Annotated[str | None, Sensitive()] = None
    decision_text: Annotated[str | None, Sensitive()] = None

    @classmethod
    def submit(
        cls,
        appeal_id: UUID,
        *,
        appellant_id: UUID,
        respondent_unit_id: UUID,
        decided_on: date,
        grounds: str,
        claim: str,
        evidence: Sequence[str],
        committee: AppealCommittee | None,
        rule: AppealRule,
        at: datetime,
        today: date,
    ) -> "Decision[Appeal]":
        """Raises DecisionInTheFuture, AppealTooLate, AppealCommitteeMissing."""
        if decided_on > today:
            raise DecisionInTheFuture(today=today.isoformat())
        last_day = decided_on + timedelta(days=rule.deadline_days)
        if today > last_day:
            raise AppealTooLate(deadline_days=rule.deadline_days, last_day=last_day.isoformat())
        members, chair = committee.without(appellant_id) if committee is not None else ((), None)
        if chair is None:
            raise AppealCommitteeMissing
        appeal = cls(
            id=appeal_id,
            appellant_id=appellant_id,
            respondent_unit_id=respondent_unit_id,
            committee_ids=members,
            chair_id=chair,
            rule=rule,
            state=State.SUBMITTED,
            decided_on=decided_on,
            submitted_on=today,
            submitted_at=at,
            grounds=grounds,
            claim=claim,
            evidence=tuple(evidence),
        )
        event = AppealSubmitted(
            appeal_id=appeal_id,
            appellant_id=appellant_id,
            respondent_unit_id=respondent_unit_id,
            committee_ids=members,
            submitted_on=today,
            stand_ins_needed=appeal.stand_ins_needed,
        )
        return Decision(appeal, (event,))

    def accept(self, *, respondent_id: UUID, of_unit: UUID, units: Collection[UUID], by: UUID) -> "Decision[Appeal]":
        """The chair names the member who answers for the unit. `units` are that unit and what lies below it.

        Raises HasAnInterest, NotOfTheCommittee, TheChairActs, RespondentOfTheCommittee, RespondentOfAnotherUnit,
        WrongState.
        """
        self.require_chair(by)
        if respondent_id == self.appellant_id:
            raise HasAnInterest(member_id=respondent_id)
        if respondent_id in self.committee_ids:
            raise RespondentOfTheCommittee(member_id=respondent_id)
        if of_unit not in units:
            raise RespondentOfAnotherUnit(member_id=respondent_id)
        return self._next(Action.ACCEPT, AppealAccepted, respondent_id=respondent_id)

    def refuse(self, *, reason: RefusalReason, text: str, by: UUID, at: datetime) -> "Decision[Appeal]":
        """Raises HasAnInterest, NotOfTheCommittee, TheChairActs, WrongState."""
        self.require_chair(by)
        return self._next(Action.REFUSE, AppealRefused, refusal=reason, refusal_text=text, closed_at=at)

    def open_mediation(self, *, mediator_id: UUID, by: UUID, today: date) -> "Decision[Appeal]":
        """Raises HasAnInterest, NotOfTheCommittee, TheChairActs, WrongState."""
        self.require_chair(by)
        self.require_of_committee(mediator_id)
        until = self.mediation_until or today + timedelta(days=self.rule.mediation_days)
        appeal = self.after(Action.OPEN_MEDIATION, mediator_id=mediator_id, mediation_until=until)
        return Decision(appeal, (AppealMediationOpened(**appeal.named(), mediator_id=mediator_id, until=until),))

    def settle(self, *, text: str, by: UUID, at: datetime) -> "Decision[Appeal]":
        """Raises HasAnInterest, NotOfTheCommittee, TheMediatorActs, WrongState."""
        self._by_mediator(by)
        return self._next(Action.SETTLE, AppealSettled, mediation_outcome=text, closed_at=at)

    def fail_mediation(self, *, text: str, by: UUID) -> "Decision[Appeal]":
        """Raises HasAnInterest, NotOfTheCommittee, TheMediatorActs, WrongState."""
        self._by_mediator(by)
        return self._next(Action.FAIL_MEDIATION, AppealMediationFailed, mediation_outcome=text)

    def schedule_hearing(self, *, on: date, by: UUID, today: date) -> "Decision[Appeal]":
        """Another day may be set, also to hear it once more; what was recorded stays.

        Raises HasAnInterest, NotOfTheCommittee, TheChairActs, MediationFirst, HearingInThePast, WrongState.
        """
        self.require_chair(by)
        mediating = self.state is State.MEDIATION and self.mediation_until is not None and today <= self.mediation_until
        if self.state is State.ACCEPTED or mediating:
            raise MediationFirst(until=self.mediation_until.isoformat() if self.mediation_until else "—")
        appeal = self.after(Action.SCHEDULE_HEARING, hearing_on=on, present_ids=())
        if on < today:
            raise HearingInThePast(today=today.isoformat())
        return Decision(appeal, (AppealHearingScheduled(**appeal.named(), hearing_on=on),))

    def hold_hearing(self, *, present_ids: Sequence[UUID], record: str, by: UUID, today: date) -> "Decision[Appeal]":
        """Raises HasAnInterest, NotOfTheCommittee, TheChairActs, HearingNotHeld (before its day), HearingHeldAlready,
        ChallengePending, AppealQuorumMissing, WrongState.
        """
        self.require_chair(by)
        for member in present_ids:
            self.require_of_committee(member)
        present = tuple(dict.fromkeys(present_ids))
        records = record if self.hearing_record is None else f"{self.hearing_record}\n\n{record}"
        appeal = self.after(Action.HOLD_HEARING, present_ids=present, hearing_record=records)
        if self.hearing_on is None or today < self.hearing_on:
            raise HearingNotHeld(hearing_on=self.hearing_on.isoformat() if self.hearing_on else "—")
        if self.present_ids:
            raise HearingHeldAlready(hearing_on=self.hearing_on.isoformat())
        self._require_no_challenge()
        appeal._require_quorum()
        return Decision(appeal, (AppealHearingHeld(**appeal.named(), hearing_on=self.hearing_on),))

    def decide(
        self,
        *,
        outcome: Outcome,
        text: str,
        votes_for: int,
        votes_against: int,
        worse_for_appellant: bool,
        by: UUID,
        at: datetime,
    ) -> "Decision[Appeal]":
        """Recorded by one of those who were at the hearing. Who abstained is in neither number.

        Raises HasAnInterest, NotOfTheCommittee, HearingNotHeld, ChallengePending, AppealQuorumMissing,
        VotesDoNotAddUp, AppealMajorityMissing, NeverToTheAppellantsHarm, WrongState.
        """
        self.require_of_committee(by)
        appeal = self.after(
            Action.DECIDE,
            outcome=outcome,
            decision_text=text,
            votes_for=votes_for,
            votes_against=votes_against,
            closed_at=at,
        )
        if not self.present_ids:
            raise HearingNotHeld(hearing_on=self.hearing_on.isoformat() if self.hearing_on else "—")
        if by not in self.present_ids:
            raise NotOfTheCommittee(member_id=by)
        self._require_no_challenge()
        self._require_quorum()
        present = len(self.present_ids)
        if votes_for + votes_against > present:
            raise VotesDoNotAddUp(votes=votes_for + votes_against, present=present)
        needed = self.rule.majority.at_least(present)
        if votes_for < needed:
            raise AppealMajorityMissing(needed=needed, votes_for=votes_for, present=present)
        if worse_for_appellant:
            raise NeverToTheAppellantsHarm
        return Decision(appeal, (AppealDecided(**appeal.named(), outcome=outcome),))

    def withdraw(self, *, by: UUID, at: datetime) -> "Decision[Appeal]":
        """Raises NotTheAppellant, WrongState."""
        if by != self.appellant_id:
            raise NotTheAppellant
        return self._next(Action.WITHDRAW, AppealWithdrawn, closed_at=at)

    def _next(self, action: Action, event: type[DomainEvent], **update: Any) -> "Decision[Appeal]":
        """With an event that names those whom it concerns, and nothing else."""
        appeal = self.after(action, **update)
        return Decision(appeal, (event(**appeal.named()),))

    def after(self, action: Action, **update: Any) -> "Appeal":
        return self.model_copy(update={**update, "state": transition(TRANSITIONS, self.state, action)})

    def named(self) -> dict[str, Any]:
        return {
            "appeal_id": self.id,
            "appellant_id": self.appellant_id,
            "respondent_id": self.respondent_id,
            "committee_ids": self.committee_ids,
        }

    @property
    def stand_ins_needed(self) -> int:
        """How many are missing to the least that the rule asks for."""
        return max(0, self.rule.least_members - len(self.committee_ids))

    def interested(self) -> set[UUID | None]:
        """The parties, and who has stepped aside."""
        return {self.appellant_id, self.respondent_id, *self.recused_ids}

    def challenged(self) -> list[UUID]:
        """Of those who hear it, on whom it has to be ruled yet."""
        return [
            each.member_id for each in self.challenges if each.upheld is None and each.member_id in self.committee_ids
        ]

    def require_of_committee(self, member_id: UUID) -> None:
        if member_id in self.interested():
            raise HasAnInterest(member_id=member_id)
        if member_id not in self.committee_ids:
            raise NotOfTheCommittee(member_id=member_id)

    def require_chair(self, by: UUID) -> None:
        self.require_of_committee(by)
        if by != self.chair_id:
            raise TheChairActs(chair_id=self.chair_id)

    def _by_mediator(self, by: UUID) -> None:
        self.require_of_committee(by)
        if by not in (self.mediator_id, self.chair_id):
            raise TheMediatorActs(chair_id=self.chair_id)

    def _require_no_challenge(self) -> None:
        if pending := self.challenged():
            raise ChallengePending(member_ids=pending)

    def _require_quorum(self) -> None:
        """Of as many as the rule asks for, also where fewer are left: a few do not decide for all."""
        of = max(len(self.committee_ids), self.rule.least_members)
        needed = self.rule.quorum.more_than(of)
        if len(self.present_ids) < needed:
            raise AppealQuorumMissing(needed=needed, present=len(self.present_ids), of=of)
