"""The life of an appeal (教职工申诉): a member against a decision. Only the parties and the committee know of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from services.proposals.domain.appeal_committees import AppealCommittee, chaired
from services.proposals.domain.appeal_rules import AppealRule
from services.proposals.errors.appeals import (
    AppealCommitteeMissing,
    AppealMajorityMissing,
    AppealQuorumMissing,
    AppealTooLate,
    DecisionInTheFuture,
    HasAnInterest,
    HearingHeldAlready,
    HearingInThePast,
    HearingNotHeld,
    LastOfTheCommittee,
    MediationFirst,
    NeverToTheAppellantsHarm,
    NotOfTheCommittee,
    NotTheAppellant,
    RespondentOfTheCommittee,
    TheChairActs,
    TheMediatorActs,
    VotesDoNotAddUp,
)
from shared.aggregate import Aggregate, Decision, transition
from shared.contracts.base import DomainEvent
from shared.contracts.proposals.appeals import (
    AppealAccepted,
    AppealDecided,
    AppealHearingScheduled,
    AppealMediationOpened,
    AppealMemberRecused,
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
    WITHDRAW = "withdraw"


OPEN = (State.SUBMITTED, State.ACCEPTED, State.MEDIATION, State.HEARING)

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
    **{(state, Action.RECUSE): state for state in OPEN},
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


class Appeal(Aggregate):
    """`committee_ids` are those who hear it, `recused_ids` those who have stepped aside and see it no more.

    What was written by anybody is sealed under the key of the appellant. `recusal_reasons` go with `recused_ids`.
    """

    appellant_id: UUID
    respondent_unit_id: UUID
    respondent_id: UUID | None = None
    committee_ids: tuple[UUID, ...]
    recused_ids: tuple[UUID, ...] = ()
    chair_id: UUID
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
        )
        return Decision(appeal, (event,))

    def accept(self, *, respondent_id: UUID, by: UUID) -> "Decision[Appeal]":
        """The chair names the member who answers for the unit.

        Raises HasAnInterest, NotOfTheCommittee, TheChairActs, RespondentOfTheCommittee, WrongState.
        """
        self._by_chair(by)
        if respondent_id == self.appellant_id:
            raise HasAnInterest(member_id=respondent_id)
        if respondent_id in self.committee_ids:
            raise RespondentOfTheCommittee(member_id=respondent_id)
        return self._next(Action.ACCEPT, AppealAccepted, respondent_id=respondent_id)

    def refuse(self, *, reason: RefusalReason, text: str, by: UUID, at: datetime) -> "Decision[Appeal]":
        """Raises HasAnInterest, NotOfTheCommittee, TheChairActs, WrongState."""
        self._by_chair(by)
        return self._next(Action.REFUSE, AppealRefused, refusal=reason, refusal_text=text, closed_at=at)

    def open_mediation(self, *, mediator_id: UUID, by: UUID, today: date) -> "Decision[Appeal]":
        """Raises HasAnInterest, NotOfTheCommittee, TheChairActs, WrongState."""
        self._by_chair(by)
        self._of_committee(mediator_id)
        until = self.mediation_until or today + timedelta(days=self.rule.mediation_days)
        appeal = self._moved(Action.OPEN_MEDIATION, mediator_id=mediator_id, mediation_until=until)
        return Decision(appeal, (AppealMediationOpened(**appeal._named(), mediator_id=mediator_id, until=until),))

    def settle(self, *, text: str, by: UUID, at: datetime) -> "Decision[Appeal]":
        """Raises HasAnInterest, NotOfTheCommittee, TheMediatorActs, WrongState."""
        self._by_mediator(by)
        return self._next(Action.SETTLE, AppealSettled, mediation_outcome=text, closed_at=at)

    def fail_mediation(self, *, text: str, by: UUID) -> "Decision[Appeal]":
        """Raises HasAnInterest, NotOfTheCommittee, TheMediatorActs, WrongState."""
        self._by_mediator(by)
        return Decision(self._moved(Action.FAIL_MEDIATION, mediation_outcome=text), ())

    def schedule_hearing(self, *, on: date, by: UUID, today: date) -> "Decision[Appeal]":
        """Another day may be set, also to hear it once more; what was recorded stays.

        Raises HasAnInterest, NotOfTheCommittee, TheChairActs, MediationFirst, HearingInThePast, WrongState.
        """
        self._by_chair(by)
        mediating = self.state is State.MEDIATION and self.mediation_until is not None and today <= self.mediation_until
        if self.state is State.ACCEPTED or mediating:
            raise MediationFirst(until=self.mediation_until.isoformat() if self.mediation_until else "—")
        appeal = self._moved(Action.SCHEDULE_HEARING, hearing_on=on, present_ids=())
        if on < today:
            raise HearingInThePast(today=today.isoformat())
        return Decision(appeal, (AppealHearingScheduled(**appeal._named(), hearing_on=on),))

    def hold_hearing(self, *, present_ids: Sequence[UUID], record: str, by: UUID, today: date) -> "Decision[Appeal]":
        """Raises HasAnInterest, NotOfTheCommittee, TheChairActs, HearingNotHeld (before its day), HearingHeldAlready,
        AppealQuorumMissing, WrongState.
        """
        self._by_chair(by)
        for member in present_ids:
            self._of_committee(member)
        present = tuple(dict.fromkeys(present_ids))
        records = record if self.hearing_record is None else f"{self.hearing_record}\n\n{record}"
        appeal = self._moved(Action.HOLD_HEARING, present_ids=present, hearing_record=records)
        if self.hearing_on is None or today < self.hearing_on:
            raise HearingNotHeld(hearing_on=self.hearing_on.isoformat() if self.hearing_on else "—")
        if self.present_ids:
            raise HearingHeldAlready(hearing_on=self.hearing_on.isoformat())
        appeal._require_quorum()
        return Decision(appeal, ())

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

        Raises HasAnInterest, NotOfTheCommittee, HearingNotHeld, AppealQuorumMissing, VotesDoNotAddUp,
        AppealMajorityMissing, NeverToTheAppellantsHarm, WrongState.
        """
        self._of_committee(by)
        appeal = self._moved(
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
        self._require_quorum()
        present = len(self.present_ids)
        if votes_for + votes_against > present:
            raise VotesDoNotAddUp(votes=votes_for + votes_against, present=present)
        needed = self.rule.majority.at_least(present)
        if votes_for < needed:
            raise AppealMajorityMissing(needed=needed, votes_for=votes_for, present=present)
        if worse_for_appellant:
            raise NeverToTheAppellantsHarm
        return Decision(appeal, (AppealDecided(**appeal._named(), outcome=outcome),))

    def recuse(self, *, member_id: UUID, reason: str, by: UUID) -> "Decision[Appeal]":
        """A member steps aside, or the chair rules that they do. They count no more, and see it no more.

        Raises HasAnInterest, NotOfTheCommittee, TheChairActs, LastOfTheCommittee, WrongState.
        """
        if by != member_id:
            self._by_chair(by)
        self._of_committee(member_id)
        left, chair = chaired(self.committee_ids, self.chair_id, (member_id,))
        appeal = self._moved(
            Action.RECUSE,
            committee_ids=left,
            chair_id=chair,
            recused_ids=(*self.recused_ids, member_id),
            recusal_reasons=(*(self.recusal_reasons or ()), reason),
            mediator_id=None if self.mediator_id == member_id else self.mediator_id,
            present_ids=tuple(member for member in self.present_ids if member != member_id),
        )
        if chair is None:
            raise LastOfTheCommittee
        return Decision(appeal, (AppealMemberRecused(**appeal._named(), recused_id=member_id),))

    def withdraw(self, *, by: UUID, at: datetime) -> "Decision[Appeal]":
        """Raises NotTheAppellant, WrongState."""
        if by != self.appellant_id:
            raise NotTheAppellant
        return self._next(Action.WITHDRAW, AppealWithdrawn, closed_at=at)

    def _next(self, action: Action, event: type[DomainEvent], **update: Any) -> "Decision[Appeal]":
        """With an event that names those whom it concerns, and nothing else."""
        appeal = self._moved(action, **update)
        return Decision(appeal, (event(**appeal._named()),))

    def _moved(self, action: Action, **update: Any) -> "Appeal":
        return self.model_copy(update={**update, "state": transition(TRANSITIONS, self.state, action)})

    def _named(self) -> dict[str, Any]:
        return {
            "appeal_id": self.id,
            "appellant_id": self.appellant_id,
            "respondent_id": self.respondent_id,
            "committee_ids": self.committee_ids,
        }

    def _of_committee(self, member_id: UUID) -> None:
        if member_id in (self.appellant_id, self.respondent_id, *self.recused_ids):
            raise HasAnInterest(member_id=member_id)
        if member_id not in self.committee_ids:
            raise NotOfTheCommittee(member_id=member_id)

    def _by_chair(self, by: UUID) -> None:
        self._of_committee(by)
        if by != self.chair_id:
            raise TheChairActs(chair_id=self.chair_id)

    def _by_mediator(self, by: UUID) -> None:
        self._of_committee(by)
        if by not in (self.mediator_id, self.chair_id):
            raise TheMediatorActs(chair_id=self.chair_id)

    def _require_quorum(self) -> None:
        needed = self.rule.quorum.more_than(len(self.committee_ids))
        if len(self.present_ids) < needed:
            raise AppealQuorumMissing(needed=needed, present=len(self.present_ids), of=len(self.committee_ids))
