"""Claims of mutual aid (互助保障申请): what the city federation pays to a member. No money of the union moves."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from services.welfare.domain.aid import AidEnrolment, AidPlan
from services.welfare.errors.aid import AidClaimErased
from services.welfare.errors.days import DayBeforeTheFirst, DayStillToCome
from shared.aggregate import Aggregate, Decision, transition
from shared.contracts.base import DomainEvent
from shared.contracts.welfare.aid import (
    AidClaimAccepted,
    AidClaimPaid,
    AidClaimPaidRestricted,
    AidClaimRecorded,
    AidClaimRecordedRestricted,
    AidClaimRefused,
    AidClaimRevised,
    AidClaimRevisedRestricted,
    AidClaimSubmitted,
    AidClaimWithdrawn,
    AidMatter,
)
from shared.errors import OwnCase
from shared.sealing import Sensitive


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    REVISE = "revise"
    SUBMIT = "submit"
    ACCEPT = "accept"
    REFUSE = "refuse"
    PAY = "pay"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.DRAFT, Action.REVISE): State.DRAFT,
    (State.DRAFT, Action.SUBMIT): State.SUBMITTED,
    (State.DRAFT, Action.WITHDRAW): State.WITHDRAWN,
    (State.SUBMITTED, Action.ACCEPT): State.ACCEPTED,
    (State.SUBMITTED, Action.REFUSE): State.REFUSED,
    (State.SUBMITTED, Action.WITHDRAW): State.WITHDRAWN,
    (State.ACCEPTED, Action.PAY): State.PAID,
}
STANDING = (State.DRAFT, State.SUBMITTED, State.ACCEPTED, State.PAID)
"""Of these a member has one for a matter and a day."""
COVERING = (State.ACCEPTED, State.PAID)


class AidClaim(Aggregate):
    """`year` is the one in which it happened: the day itself is sealed."""

    member_id: UUID
    unit_id: UUID
    plan_id: UUID
    year: int
    state: State
    recorded_by: UUID
    recorded_on: date
    submitted_on: date | None = None
    decided_on: date | None = None
    paid_on: date | None = None
    matter: Annotated[AidMatter | None, Sensitive(blind=True)] = None
    happened_on: Annotated[date | None, Sensitive(blind=True)] = None
    asked_fen: Annotated[int | None, Sensitive()] = None
    refusal_text: Annotated[str | None, Sensitive()] = None
    paid_fen: Annotated[int | None, Sensitive()] = None

    @classmethod
    def record(
        cls,
        claim_id: UUID,
        *,
        plan: AidPlan,
        enrolment: AidEnrolment,
        unit_id: UUID,
        matter: AidMatter,
        happened_on: date,
        asked_fen: int,
        by: UUID,
        today: date,
    ) -> "Decision[AidClaim]":
        """By an officer, or by the member. Raises DayStillToCome, AidMatterNotCovered, AidDayNotCovered."""
        _require_covered(plan, enrolment, matter, happened_on, today)
        claim = cls(
            id=claim_id,
            member_id=enrolment.member_id,
            unit_id=unit_id,
            plan_id=plan.id,
            year=happened_on.year,
            state=State.DRAFT,
            recorded_by=by,
            recorded_on=today,
            matter=matter,
            happened_on=happened_on,
            asked_fen=asked_fen,
        )
        public = AidClaimRecorded(**claim.named())
        restricted = AidClaimRecordedRestricted(
            **claim.named(), matter=matter, happened_on=happened_on, asked_fen=asked_fen
        )
        return Decision(claim, (public, restricted))

    def revise(
        self,
        *,
        plan: AidPlan,
        enrolment: AidEnrolment,
        matter: AidMatter | None,
        happened_on: date | None,
        asked_fen: int | None,
        today: date,
    ) -> "Decision[AidClaim]":
        """What is None stays. Raises AidClaimErased, what `record` raises, WrongState."""
        state = transition(TRANSITIONS, self.state, Action.REVISE)
        matter, happened_on = matter or self.matter, happened_on or self.happened_on
        asked_fen = self.asked_fen if asked_fen is None else asked_fen
        if matter is None or happened_on is None or asked_fen is None:
            raise AidClaimErased
        _require_covered(plan, enrolment, matter, happened_on, today)
        given = {"matter": matter, "happened_on": happened_on, "asked_fen": asked_fen}
        revised = self.model_copy(update={**given, "year": happened_on.year, "state": state})
        public = AidClaimRevised(**self.named())
        restricted = AidClaimRevisedRestricted(
            **self.named(), matter=matter, happened_on=happened_on, asked_fen=asked_fen
        )
        return Decision(revised, (public, restricted))

    def submit(self, *, by: UUID, today: date) -> "Decision[AidClaim]":
        """To the city federation. Raises OwnCase, WrongState."""
        self._not_by_oneself(by)
        return self._next(Action.SUBMIT, AidClaimSubmitted, submitted_on=today)

    def accept(self, *, by: UUID, today: date) -> "Decision[AidClaim]":
        """Raises OwnCase, WrongState."""
        self._not_by_oneself(by)
        return self._next(Action.ACCEPT, AidClaimAccepted, decided_on=today)

    def refuse(self, *, text: str, by: UUID, today: date) -> "Decision[AidClaim]":
        """Raises OwnCase, WrongState."""
        self._not_by_oneself(by)
        return self._next(Action.REFUSE, AidClaimRefused, decided_on=today, refusal_text=text)

    def pay(self, *, paid_fen: int, on: date, by: UUID, today: date) -> "Decision[AidClaim]":
        """Raises OwnCase, DayStillToCome, DayBeforeTheFirst, WrongState."""
        self._not_by_oneself(by)
        paid = self._after(Action.PAY, paid_fen=paid_fen, paid_on=on)
        if on > today:
            raise DayStillToCome(field="paid_on", today=today.isoformat())
        # By the day itself, errors would tell when it happened to whoever tries one after the other.
        if on.year < self.year:
            raise DayBeforeTheFirst(field="paid_on", first=date(self.year, 1, 1).isoformat())
        restricted = AidClaimPaidRestricted(**self.named(), paid_fen=paid_fen, paid_on=on)
        return Decision(paid, (AidClaimPaid(**self.named()), restricted))

    def withdraw(self) -> "Decision[AidClaim]":
        """By an officer, or by the member. Raises WrongState."""
        return self._next(Action.WITHDRAW, AidClaimWithdrawn)

    def named(self) -> dict[str, UUID]:
        return {"claim_id": self.id, "member_id": self.member_id, "unit_id": self.unit_id}

    def _next(self, action: Action, event: type[DomainEvent], **update: Any) -> "Decision[AidClaim]":
        return Decision(self._after(action, **update), (event(**self.named()),))

    def _after(self, action: Action, **update: Any) -> "AidClaim":
        return self.model_copy(update={**update, "state": transition(TRANSITIONS, self.state, action)})

    def _not_by_oneself(self, by: UUID) -> None:
        if by == self.member_id:
            raise OwnCase(field="claim_id")


def _require_covered(plan: AidPlan, enrolment: AidEnrolment, matter: AidMatter, on: date, today: date) -> None:
    if on > today:
        raise DayStillToCome(field="happened_on", today=today.isoformat())
    plan.require_covers(matter, on)
    enrolment.require_day(on)
