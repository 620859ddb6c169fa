"""The life of an application for a hardship grant (困难补助), until the branch has reviewed it.

What the union office, the committee and the accounts do with it is in grants_decisions.py.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.welfare.domain.grants_rounds import GrantRound
from services.welfare.domain.grants_rules import GrantRule
from services.welfare.errors.grants import (
    EvidenceMissing,
    FiledByReviewer,
    OfOwnHousehold,
    PublishedInTheFuture,
    TooMuchEvidence,
)
from shared.aggregate import Aggregate, Decision, transition
from shared.contracts.base import DomainEvent
from shared.contracts.welfare.grants import (
    BranchVerdict,
    HardshipApplicationDrafted,
    HardshipApplicationEnded,
    HardshipApplicationReviewed,
    HardshipApplicationRevised,
    HardshipApplicationSubmitted,
    HardshipKind,
)
from shared.errors import NothingHere, OwnCase
from shared.sealing import Sensitive


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    """The branch reviews it."""
    SUPPORTED = "supported"
    """The union office grades it."""
    GRADED = "graded"
    """The committee decides on it."""
    ON_NOTICE = "on_notice"
    APPROVED = "approved"
    """It is to be paid."""
    PAID = "paid"
    DECLINED = "not_supported"
    """By the branch."""
    REFUSED = "not_granted"
    """By the committee."""
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


class Action(StrEnum):
    REVISE = "revise"
    SUBMIT = "submit"
    SUPPORT = "support"
    RETURN = "send_back"
    DECLINE = "decline"
    GRADE = "grade"
    GRANT = "grant"
    REFUSE = "deny"
    OBJECT = "object"
    DISMISS_OBJECTION = "dismiss_objection"
    UPHOLD_OBJECTION = "uphold_objection"
    END_NOTICE = "end_notice"
    PAY = "pay"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"


UNDER_WAY = (State.SUBMITTED, State.SUPPORTED, State.GRADED, State.ON_NOTICE, State.APPROVED)

TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.DRAFT, Action.REVISE): State.DRAFT,
    (State.DRAFT, Action.SUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Action.SUPPORT): State.SUPPORTED,
    (State.SUBMITTED, Action.RETURN): State.DRAFT,
    (State.SUBMITTED, Action.DECLINE): State.DECLINED,
    (State.SUPPORTED, Action.GRADE): State.GRADED,
    # Until the committee meets the office may think again.
    (State.GRADED, Action.GRADE): State.GRADED,
    (State.GRADED, Action.GRANT): State.ON_NOTICE,
    (State.GRADED, Action.REFUSE): State.REFUSED,
    (State.ON_NOTICE, Action.OBJECT): State.ON_NOTICE,
    (State.ON_NOTICE, Action.DISMISS_OBJECTION): State.ON_NOTICE,
    (State.ON_NOTICE, Action.UPHOLD_OBJECTION): State.CANCELLED,
    (State.ON_NOTICE, Action.END_NOTICE): State.APPROVED,
    (State.APPROVED, Action.PAY): State.PAID,
    (State.ON_NOTICE, Action.CANCEL): State.CANCELLED,
    (State.APPROVED, Action.CANCEL): State.CANCELLED,
    **{(state, Action.WITHDRAW): State.WITHDRAWN for state in (State.DRAFT, *UNDER_WAY)},
}


class ReviewReason(StrEnum):
    """Why the branch returns or declines it."""

    EVIDENCE_INCOMPLETE = "evidence_incomplete"
    FACTS_UNCLEAR = "facts_unclear"
    NOT_OF_THIS_KIND = "not_of_this_kind"
    INCOME_ABOVE_THE_LINE = "income_above_the_line"
    COVERED_ELSEWHERE = "covered_elsewhere"
    OTHER = "other"


class Evidence(BaseModel):
    """A file. Its name is not kept: names tell of illnesses."""

    model_config = ConfigDict(frozen=True)

    file_id: UUID
    media_type: str
    size: int
    added_at: datetime


class GrantApplication(Aggregate):
    """`filed_by` is the member or an officer of the branch who files it for them. `rule` and `submitted_on` are of the
    day on which it was handed in. `claim_ids` are held until nothing comes of it; `spending_id` is the money, which
    keeps what the policy had left.

    Everything about the household and about what is asked for, given or refused is sealed under the member's key.
    """

    round_id: UUID
    member_id: UUID
    unit_id: UUID
    filed_by: UUID
    state: State
    opened_on: date
    submitted_on: date | None = None
    rule: GrantRule | None = None
    evidence: tuple[Evidence, ...] = ()
    claim_ids: tuple[UUID, ...] = ()
    reviewed_by: UUID | None = None
    published_on: date | None = None
    """When the branch published it inside the unit."""
    graded_by: UUID | None = None
    decided_by: UUID | None = None
    committee_met_on: date | None = None
    committee_document: str | None = None
    notice_until: date | None = None
    objection_ids: tuple[UUID, ...] = ()
    """Those on which nobody has ruled yet."""
    spending_id: UUID | None = None
    policy_id: UUID | None = None
    paid_by: UUID | None = None
    paid_on: date | None = None
    closed_at: datetime | None = None
    kind: Annotated[HardshipKind | None, Sensitive(blind=True)] = None
    household_members: Annotated[tuple[str, ...] | None, Sensitive()] = None
    """Who lives of it, and how they are."""
    yearly_income_fen: Annotated[int | None, Sensitive()] = None
    yearly_expenses_fen: Annotated[int | None, Sensitive()] = None
    circumstances: Annotated[str | None, Sensitive()] = None
    asked_fen: Annotated[int | None, Sensitive()] = None
    covered_by_mutual_aid_fen: Annotated[int | None, Sensitive()] = None
    review_reason: Annotated[ReviewReason | None, Sensitive()] = None
    review_text: Annotated[str | None, Sensitive()] = None
    grade: Annotated[str | None, Sensitive()] = None
    proposed_fen: Annotated[int | None, Sensitive()] = None
    approved_fen: Annotated[int | None, Sensitive()] = None
    decision_text: Annotated[str | None, Sensitive()] = None
    """Why it was refused or cancelled."""

    @classmethod
    def draft(
        cls,
        application_id: UUID,
        *,
        round_id: UUID,
        member_id: UUID,
        unit_id: UUID,
        kind: HardshipKind,
        household_members: Sequence[str],
        yearly_income_fen: int,
        yearly_expenses_fen: int,
        circumstances: str,
        asked_fen: int,
        covered_by_mutual_aid_fen: int,
        by: UUID,
        today: date,
    ) -> "Decision[GrantApplication]":
        """`unit_id` is the member's unit at the time."""
        made = cls(
            id=application_id,
            round_id=round_id,
            member_id=member_id,
            unit_id=unit_id,
            filed_by=by,
            state=State.DRAFT,
            opened_on=today,
            kind=kind,
            household_members=tuple(household_members),
            yearly_income_fen=yearly_income_fen,
            yearly_expenses_fen=yearly_expenses_fen,
            circumstances=circumstances,
            asked_fen=asked_fen,
            covered_by_mutual_aid_fen=covered_by_mutual_aid_fen,
        )
        return Decision(made, (HardshipApplicationDrafted(**made.named(), filed_by=by),))

    def revise(self, change: Mapping[str, Any]) -> "Decision[GrantApplication]":
        """`change` are fields of `draft`. Raises WrongState."""
        return self._next(Action.REVISE, HardshipApplicationRevised, **change)

    def attach(self, file: Evidence, rule: GrantRule) -> "Decision[GrantApplication]":
        """Raises TooMuchEvidence, WrongState."""
        attached = self._next(Action.REVISE, HardshipApplicationRevised, evidence=(*self.evidence, file))
        if len(self.evidence) >= rule.evidence_at_most:
            raise TooMuchEvidence(at_most=rule.evidence_at_most)
        return attached

    def detach(self, file_id: UUID) -> "Decision[GrantApplication]":
        """Raises NothingHere, WrongState."""
        self.file(file_id)
        left = tuple(each for each in self.evidence if each.file_id != file_id)
        return self._next(Action.REVISE, HardshipApplicationRevised, evidence=left)

    def file(self, file_id: UUID) -> Evidence:
        """Raises NothingHere."""
        found = next((each for each in self.evidence if each.file_id == file_id), None)
        if found is None:
            raise NothingHere(what="evidence file")
        return found

    def submit(
        self, into: GrantRound, *, rule: GrantRule, claim_ids: Sequence[UUID], today: date
    ) -> "Decision[GrantApplication]":
        """Raises RoundNotOpen, KindNotTaken, EvidenceMissing, WrongState."""
        submitted = self.after(
            Action.SUBMIT,
            submitted_on=today,
            rule=rule,
            claim_ids=tuple(claim_ids),
            review_reason=None,
            review_text=None,
        )
        if self.kind is not None:
            into.require(self.kind, today)
        if len(self.evidence) < rule.evidence_at_least:
            raise EvidenceMissing(needed=rule.evidence_at_least)
        return Decision(submitted, (HardshipApplicationSubmitted(**self.named(), filed_by=self.filed_by),))

    def support(
        self, *, published_on: date, text: str, by: UUID, household: Collection[UUID], today: date
    ) -> "Decision[GrantApplication]":
        """The branch has published it inside the unit. Raises PublishedInTheFuture, OwnCase, OfOwnHousehold,
        FiledByReviewer, WrongState.
        """
        self.require_reviewer(by, household)
        supported = self.after(Action.SUPPORT, published_on=published_on, review_text=text, reviewed_by=by)
        if published_on > today:
            raise PublishedInTheFuture(today=today.isoformat())
        return Decision(supported, (self._reviewed(BranchVerdict.SUPPORTED),))

    def send_back(
        self, *, reason: ReviewReason, text: str, by: UUID, household: Collection[UUID]
    ) -> "Decision[GrantApplication]":
        """To be completed and handed in again. Raises OwnCase, OfOwnHousehold, FiledByReviewer, WrongState."""
        self.require_reviewer(by, household)
        returned = self.after(
            Action.RETURN, submitted_on=None, claim_ids=(), review_reason=reason, review_text=text, reviewed_by=by
        )
        return Decision(returned, (self._reviewed(BranchVerdict.RETURNED),))

    def decline(
        self, *, reason: ReviewReason, text: str, by: UUID, household: Collection[UUID], at: datetime
    ) -> "Decision[GrantApplication]":
        """Raises OwnCase, OfOwnHousehold, FiledByReviewer, WrongState."""
        self.require_reviewer(by, household)
        declined = self.after(
            Action.DECLINE, claim_ids=(), review_reason=reason, review_text=text, reviewed_by=by, closed_at=at
        )
        return Decision(declined, (self._reviewed(BranchVerdict.DECLINED),))

    def withdraw(self, *, at: datetime) -> "Decision[GrantApplication]":
        """Raises WrongState."""
        return self._next(
            Action.WITHDRAW, HardshipApplicationEnded, {"outcome": "withdrawn"}, claim_ids=(), closed_at=at
        )

    def after(self, action: Action, **update: Any) -> "GrantApplication":
        return self.model_copy(update={**update, "state": transition(TRANSITIONS, self.state, action)})

    def named(self) -> dict[str, Any]:
        """What every event says."""
        return {"application_id": self.id, "member_id": self.member_id, "unit_id": self.unit_id}

    def require_not_party(self, by: UUID, household: Collection[UUID]) -> None:
        """Nobody decides for themself or for whom they are married to. Raises OwnCase, OfOwnHousehold."""
        if by == self.member_id:
            raise OwnCase(field="member_id")
        if by in household:
            raise OfOwnHousehold

    def require_reviewer(self, by: UUID, household: Collection[UUID]) -> None:
        """Raises OwnCase, OfOwnHousehold, FiledByReviewer."""
        self.require_not_party(by, household)
        if by == self.filed_by:
            raise FiledByReviewer

    def _reviewed(self, verdict: BranchVerdict) -> DomainEvent:
        return HardshipApplicationReviewed(**self.named(), filed_by=self.filed_by, verdict=verdict)

    def _next(
        self, action: Action, event: type[DomainEvent], facts: Mapping[str, Any] | None = None, **update: Any
    ) -> "Decision[GrantApplication]":
        return Decision(self.after(action, **update), (event(**self.named(), **(facts or {})),))
