"""Mutual aid (互助保障): schemes of the city federation, and who is enrolled in them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.welfare.errors.aid import (
    AidDayNotCovered,
    AidMatterNotCovered,
    AidPeriodReversed,
    AidPlanOnlyShortened,
)
from services.welfare.errors.member_lists import MemberHasLeft
from shared.aggregate import Aggregate, Decision, transition
from shared.contracts.members import Employment
from shared.contracts.welfare.aid import (
    AidEnrolled,
    AidEnrolmentEnded,
    AidEnrolmentResumed,
    AidEnrolmentsTakenIn,
    AidMatter,
    AidPlanEnded,
    AidPlanEstablished,
)
from shared.errors import OwnCase


class AidPlan(Aggregate):
    """Covers from the first to the last day, both included. `premium_fen` is for one member, 0 where it is free."""

    name: str
    matters: tuple[AidMatter, ...]
    premium_fen: int
    covers_from: date
    covers_until: date
    source: str

    @classmethod
    def establish(
        cls,
        plan_id: UUID,
        *,
        name: str,
        matters: Sequence[AidMatter],
        premium_fen: int,
        covers_from: date,
        covers_until: date,
        source: str,
    ) -> "Decision[AidPlan]":
        """Raises AidPeriodReversed."""
        if covers_until < covers_from:
            raise AidPeriodReversed
        plan = cls(
            id=plan_id,
            name=name,
            matters=tuple(matters),
            premium_fen=premium_fen,
            covers_from=covers_from,
            covers_until=covers_until,
            source=source,
        )
        event = AidPlanEstablished(
            plan_id=plan_id, matters=plan.matters, covers_from=covers_from, covers_until=covers_until
        )
        return Decision(plan, (event,))

    def end(self, *, covers_until: date) -> "Decision[AidPlan]":
        """Raises AidPlanOnlyShortened."""
        if not self.covers_from <= covers_until < self.covers_until:
            raise AidPlanOnlyShortened(first=self.covers_from.isoformat(), last=self.covers_until.isoformat())
        event = AidPlanEnded(plan_id=self.id, covers_until=covers_until)
        return Decision(self.model_copy(update={"covers_until": covers_until}), (event,))

    def require_covers(self, matter: AidMatter, day: date) -> None:
        """Raises AidMatterNotCovered, AidDayNotCovered."""
        if matter not in self.matters:
            raise AidMatterNotCovered(covered=[each.value for each in self.matters])
        self.require_day(day, field="happened_on")

    def require_day(self, day: date, *, field: str) -> None:
        """Raises AidDayNotCovered."""
        if not self.covers_from <= day <= self.covers_until:
            raise AidDayNotCovered(field=field, first=self.covers_from.isoformat(), last=self.covers_until.isoformat())


class State(StrEnum):
    ENROLLED = "enrolled"
    ENDED = "ended"


class Action(StrEnum):
    END = "end"
    RESUME = "resume"


TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.ENROLLED, Action.END): State.ENDED,
    (State.ENDED, Action.RESUME): State.ENROLLED,
}


class EnrolmentEnd(StrEnum):
    LEFT_COLLEGE = "left_college"
    LEFT_UNION = "left_union"
    AT_OWN_WISH = "at_own_wish"
    ENTERED_BY_MISTAKE = "entered_by_mistake"


class AidEnrolment(Aggregate):
    """Of one member in one scheme: there is never a second one. `ended_on` is the first day without cover."""

    plan_id: UUID
    member_id: UUID
    unit_id: UUID
    state: State
    covers_from: date
    covers_until: date
    enrolled_by: UUID
    enrolled_at: datetime
    ended_on: date | None = None
    because: EnrolmentEnd | None = None

    @classmethod
    def enrol(
        cls,
        enrolment_id: UUID,
        *,
        plan: AidPlan,
        member_id: UUID,
        unit_id: UUID,
        employment: Employment,
        covers_from: date,
        by: UUID,
        at: datetime,
    ) -> "Decision[AidEnrolment]":
        """Raises OwnCase, MemberHasLeft, AidDayNotCovered."""
        if by == member_id:
            raise OwnCase(field="member_id")
        if employment is Employment.LEFT:
            raise MemberHasLeft(field="member_id")
        plan.require_day(covers_from, field="covers_from")
        enrolment = cls(
            id=enrolment_id,
            plan_id=plan.id,
            member_id=member_id,
            unit_id=unit_id,
            state=State.ENROLLED,
            covers_from=covers_from,
            covers_until=plan.covers_until,
            enrolled_by=by,
            enrolled_at=at,
        )
        event = AidEnrolled(enrolment_id=enrolment_id, plan_id=plan.id, member_id=member_id, unit_id=unit_id)
        return Decision(enrolment, (event,))

    def end(self, *, on: date, because: EnrolmentEnd, by: UUID) -> "Decision[AidEnrolment]":
        """Raises OwnCase, AidDayNotCovered, WrongState."""
        self._not_by_oneself(by)
        state = transition(TRANSITIONS, self.state, Action.END)
        if not self.covers_from <= on <= self.covers_until:
            raise AidDayNotCovered(field="on", first=self.covers_from.isoformat(), last=self.covers_until.isoformat())
        ended = self.model_copy(update={"state": state, "ended_on": on, "because": because})
        event = AidEnrolmentEnded(
            enrolment_id=self.id, plan_id=self.plan_id, member_id=self.member_id, unit_id=self.unit_id, ended_on=on
        )
        return Decision(ended, (event,))

    def resume(self, *, by: UUID) -> "Decision[AidEnrolment]":
        """It ended by mistake. Raises OwnCase, WrongState."""
        self._not_by_oneself(by)
        state = transition(TRANSITIONS, self.state, Action.RESUME)
        resumed = self.model_copy(update={"state": state, "ended_on": None, "because": None})
        event = AidEnrolmentResumed(
            enrolment_id=self.id, plan_id=self.plan_id, member_id=self.member_id, unit_id=self.unit_id
        )
        return Decision(resumed, (event,))

    def require_day(self, day: date) -> None:
        """Raises AidDayNotCovered."""
        last = self.covers_until
        if not self.covers_from <= day <= last or (self.ended_on is not None and day >= self.ended_on):
            raise AidDayNotCovered(field="happened_on", first=self.covers_from.isoformat(), last=last.isoformat())

    def _not_by_oneself(self, by: UUID) -> None:
        if by == self.member_id:
            raise OwnCase(field="enrolment_id")


class AidEnrolmentBatch(Aggregate):
    """A list of members that was taken in; `counts` by outcome. Who was in it is in the enrolments."""

    plan_id: UUID
    unit_id: UUID | None
    counts: dict[str, int]
    taken_in_by: UUID
    taken_in_at: datetime

    @classmethod
    def record(
        cls, batch_id: UUID, *, plan_id: UUID, unit_id: UUID | None, counts: Mapping[str, int], by: UUID, at: datetime
    ) -> "Decision[AidEnrolmentBatch]":
        batch = cls(id=batch_id, plan_id=plan_id, unit_id=unit_id, counts=dict(counts), taken_in_by=by, taken_in_at=at)
        event = AidEnrolmentsTakenIn(
            batch_id=batch_id,
            plan_id=plan_id,
            new=counts["new"],
            unchanged=counts["unchanged"],
            refused=counts["refused"],
        )
        return Decision(batch, (event,))
