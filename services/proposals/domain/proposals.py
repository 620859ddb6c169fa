"""The life of a form (提案表): filed by a delegate, seconded, and given exactly one disposition."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.proposals.errors.proposals import (
    ForwardedByAUnit,
    NotDelegates,
    NotInvited,
    NotTheProposer,
    OthersMergedIntoIt,
    ProposerSecondsOwn,
    SecondAnswered,
    TextMovedOn,
)
from shared.aggregate import Aggregate, Decision, transition
from shared.contracts.proposals import forms as events
from shared.contracts.proposals.forms import NotFiledReason, SecondAnswer
from shared.errors import OwnCase


class State(StrEnum):
    """The last four are the dispositions."""

    COLLECTED = "collected"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    FILED = "filed"
    OPINION = "opinion"
    NOT_FILED = "not_filed"
    MERGED = "merged"


PENDING = (State.COLLECTED, State.REFERRED)
"""That wait for a disposition."""
DISPOSED = frozenset({State.FILED, State.OPINION, State.NOT_FILED, State.MERGED})


class Action(StrEnum):
    REVISE = "revise"
    INVITE = "invite"
    SECOND = "second"
    WITHDRAW = "withdraw"
    REFER = "refer"
    TAKE_BACK = "take_back"
    FILE = "file"
    TAKE_AS_OPINION = "take_as_opinion"
    TURN_DOWN = "turn_down"
    MERGE = "merge"
    ABSORB = "absorb"
    RELEASE = "release"
    UNMERGE = "unmerge"
    REVOKE = "revoke"
    REFER_AGAIN = "refer_again"


TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.COLLECTED, Action.REVISE): State.COLLECTED,
    (State.COLLECTED, Action.INVITE): State.COLLECTED,
    (State.COLLECTED, Action.SECOND): State.COLLECTED,
    (State.COLLECTED, Action.WITHDRAW): State.WITHDRAWN,
    (State.COLLECTED, Action.REFER): State.REFERRED,
    (State.COLLECTED, Action.FILE): State.FILED,
    (State.COLLECTED, Action.TAKE_AS_OPINION): State.OPINION,
    (State.COLLECTED, Action.TURN_DOWN): State.NOT_FILED,
    (State.COLLECTED, Action.MERGE): State.MERGED,
    (State.COLLECTED, Action.ABSORB): State.COLLECTED,
    (State.COLLECTED, Action.RELEASE): State.COLLECTED,
    (State.REFERRED, Action.REFER): State.REFERRED,
    (State.REFERRED, Action.TAKE_BACK): State.COLLECTED,
    (State.REFERRED, Action.FILE): State.FILED,
    (State.REFERRED, Action.TAKE_AS_OPINION): State.OPINION,
    (State.REFERRED, Action.TURN_DOWN): State.NOT_FILED,
    (State.REFERRED, Action.RELEASE): State.REFERRED,
    (State.FILED, Action.ABSORB): State.FILED,
    (State.FILED, Action.RELEASE): State.FILED,
    (State.FILED, Action.REVOKE): State.COLLECTED,
    (State.FILED, Action.REFER_AGAIN): State.REFERRED,
    (State.OPINION, Action.ABSORB): State.OPINION,
    (State.OPINION, Action.RELEASE): State.OPINION,
    (State.OPINION, Action.REVOKE): State.COLLECTED,
    (State.OPINION, Action.REFER_AGAIN): State.REFERRED,
    (State.NOT_FILED, Action.RELEASE): State.NOT_FILED,
    (State.NOT_FILED, Action.REVOKE): State.COLLECTED,
    (State.NOT_FILED, Action.REFER_AGAIN): State.REFERRED,
    (State.MERGED, Action.UNMERGE): State.COLLECTED,
}


class Category(StrEnum):
    TEACHING = "teaching"
    RESEARCH = "research"
    PERSONNEL = "personnel"
    FINANCE = "finance"
    FACILITIES = "facilities"
    WELFARE = "welfare"
    OTHER = "other"


class Second(BaseModel):
    """A delegate who was asked to second, and their answer to the draft of that number."""

    model_config = ConfigDict(frozen=True)

    member_id: UUID
    answer: SecondAnswer
    revision: int


class Absorbed(BaseModel):
    """A form that was merged into this one, and whom it brought along."""

    model_config = ConfigDict(frozen=True)

    proposal_id: UUID
    person_ids: tuple[UUID, ...]
    late: bool = False


class Proposal(Aggregate):
    """`unit_id` is the unit of the body, whose committee reviews the form; the proposer may be of a unit below it."""

    call_id: UUID
    session_id: UUID
    term_id: UUID
    body_id: UUID
    unit_id: UUID
    proposer_id: UUID
    proposer_unit_id: UUID
    delegation_id: UUID | None = None
    ordinal: int | None
    """Which of the proposer's forms in the call it is. None does not count: taken back, or forwarded by a unit."""
    title: str
    grounds: str
    suggestion: str
    category: Category
    revision: int = 1
    seconds: tuple[Second, ...] = ()
    seconder_ids: tuple[UUID, ...] = ()
    late: bool = False
    state: State
    filed_at: datetime
    disposed_at: datetime | None = None
    not_filed_reason: NotFiledReason | None = None
    disposition_note: str | None = None
    rule_id: UUID | None = None
    """By which rule of forms its disposition was judged."""
    by_presidium: bool = False
    """Whether the presidium gave it its disposition, which the committee then cannot replace by one of its own."""
    case_id: UUID | None = None
    merged_into: UUID | None = None
    absorbed: tuple[Absorbed, ...] = ()
    co_proposer_ids: tuple[UUID, ...] = ()
    presidium_ids: tuple[UUID, ...] = ()
    referral_note: str | None = None
    forwarded_from: UUID | None = None
    """The case of a unit that was forwarded to the school by this form."""
    brought_ids: tuple[UUID, ...] = ()
    """The other authors of that case: it is their form as much as the proposer's."""

    @property
    def accepted(self) -> tuple[UUID, ...]:
        """Who seconds the text as it is."""
        return tuple(
            second.member_id
            for second in self.seconds
            if second.answer is SecondAnswer.ACCEPTED and second.revision == self.revision
        )

    @property
    def people(self) -> tuple[UUID, ...]:
        """Whose form it is: the proposer, those who second it, and those for whom a unit forwarded it."""
        return (self.proposer_id, *self.accepted, *self.brought_ids)

    @property
    def everybody(self) -> tuple[UUID, ...]:
        """Whoever takes part in it: also those who were asked to second, and those of the forms merged into it."""
        found = (self.proposer_id, *self.seconder_ids, *self.brought_ids, *self.co_proposer_ids)
        return tuple(dict.fromkeys(found))

    @classmethod
    def file(
        cls,
        proposal_id: UUID,
        *,
        call_id: UUID,
        session_id: UUID,
        term_id: UUID,
        body_id: UUID,
        unit_id: UUID,
        title: str,
        grounds: str,
        suggestion: str,
        category: Category,
        proposer_id: UUID,
        proposer_unit_id: UUID,
        delegation_id: UUID | None,
        seconder_ids: Sequence[UUID],
        delegates: frozenset[UUID],
        ordinal: int | None,
        late: bool,
        at: datetime,
        forwarded_from: UUID | None = None,
        brought_ids: Sequence[UUID] = (),
    ) -> "Decision[Proposal]":
        """A delegate files a form and invites seconders. `delegates` are those of them who are delegates of the term.

        Raises ProposerSecondsOwn, NotDelegates.
        """
        _require_delegates(proposer_id, seconder_ids, delegates)
        asked = list(dict.fromkeys(seconder_ids))
        proposal = cls(
            id=proposal_id,
            call_id=call_id,
            session_id=session_id,
            term_id=term_id,
            body_id=body_id,
            unit_id=unit_id,
            title=title,
            grounds=grounds,
            suggestion=suggestion,
            category=category,
            proposer_id=proposer_id,
            proposer_unit_id=proposer_unit_id,
            delegation_id=delegation_id,
            ordinal=ordinal,
            seconds=_invited(asked, 1),
            seconder_ids=tuple(asked),
            late=late,
            state=State.COLLECTED,
            filed_at=at,
            forwarded_from=forwarded_from,
            brought_ids=tuple(brought_ids),
        )
        public = events.ProposalFiled(**proposal.ids(), call_id=call_id, late=late)
        restricted = events.ProposalFiledRestricted(**proposal.ids(), title=title, category=category.value)
        return Decision(proposal, (public, restricted))

    def revise(
        self, *, by: UUID, title: str, grounds: str, suggestion: str, category: Category
    ) -> "Decision[Proposal]":
        """Who had accepted is asked again, as it is another text.

        Raises NotTheProposer, ForwardedByAUnit, WrongState.
        """
        self._require_proposer(by)
        revision = self.revision + 1
        proposal = self.after(
            Action.REVISE,
            title=title,
            grounds=grounds,
            suggestion=suggestion,
            category=category,
            revision=revision,
            seconds=tuple(
                Second(member_id=second.member_id, answer=SecondAnswer.INVITED, revision=revision)
                if second.member_id in self.seconder_ids
                else second
                for second in self.seconds
            ),
        )
        public = events.ProposalRevised(**proposal.ids(), revision=revision)
        restricted = events.ProposalRevisedRestricted(proposal_id=self.id, title=title, category=category.value)
        return Decision(proposal, (public, restricted))

    def invite(self, *, by: UUID, seconder_ids: Sequence[UUID], delegates: frozenset[UUID]) -> "Decision[Proposal]":
        """Also who declined before.

        Raises NotTheProposer, ForwardedByAUnit, ProposerSecondsOwn, NotDelegates, WrongState.
        """
        self._require_proposer(by)
        _require_delegates(self.proposer_id, seconder_ids, delegates)
        new = [member for member in dict.fromkeys(seconder_ids) if member not in self.seconder_ids]
        kept = tuple(second for second in self.seconds if second.member_id not in new)
        proposal = self.after(
            Action.INVITE,
            seconds=(*kept, *_invited(new, self.revision)),
            seconder_ids=(*self.seconder_ids, *new),
        )
        event = events.SecondersInvited(
            proposal_id=self.id, unit_id=self.unit_id, proposer_id=self.proposer_id, invited_ids=tuple(new)
        )
        return Decision(proposal, (event,))

    def second(self, *, by: UUID, answer: SecondAnswer, revision: int) -> "Decision[Proposal]":
        """Accept or decline the draft that was read, or withdraw from what was accepted.

        Raises NotInvited, TextMovedOn, SecondAnswered, WrongState.
        """
        current = next((second for second in self.seconds if second.member_id == by), None)
        if current is None:
            raise NotInvited
        wanted = SecondAnswer.ACCEPTED if answer is SecondAnswer.WITHDRAWN else SecondAnswer.INVITED
        if answer is SecondAnswer.INVITED or current.answer is not wanted:
            raise SecondAnswered(answer=current.answer.value)
        if revision != self.revision:
            raise TextMovedOn(given=revision, current=self.revision)
        stays = answer is SecondAnswer.ACCEPTED
        proposal = self.after(
            Action.SECOND,
            seconds=tuple(
                Second(member_id=by, answer=answer, revision=revision) if second is current else second
                for second in self.seconds
            ),
            seconder_ids=tuple(member for member in self.seconder_ids if stays or member != by),
        )
        event = events.SecondAnswered(
            proposal_id=self.id,
            unit_id=self.unit_id,
            proposer_id=self.proposer_id,
            seconder_id=by,
            answer=answer,
            accepted=len(proposal.accepted),
        )
        return Decision(proposal, (event,))

    def withdraw(self, *, by: UUID) -> "Decision[Proposal]":
        """Raises NotTheProposer, ForwardedByAUnit, OthersMergedIntoIt, WrongState."""
        self._require_proposer(by)
        self.require_alone()
        proposal = self.after(Action.WITHDRAW, ordinal=None)
        return Decision(proposal, (events.ProposalWithdrawn(**self.ids()),))

    def after(self, action: Action, **changes: object) -> "Proposal":
        """The one gate of its states. Raises WrongState.

        Whom the merged forms brought stays a co-proposer for as long as they are no author of this form themself.
        """
        changed = self.model_copy(update={**changes, "state": transition(TRANSITIONS, self.state, action)})
        brought = dict.fromkeys(person for each in changed.absorbed for person in each.person_ids)
        mine = set(changed.people)
        return changed.model_copy(update={"co_proposer_ids": tuple(person for person in brought if person not in mine)})

    def _require_proposer(self, by: UUID) -> None:
        if by != self.proposer_id:
            raise NotTheProposer
        if self.forwarded_from is not None:
            # It is what the committee of a unit has forwarded, and no longer one member's to change or take back.
            raise ForwardedByAUnit

    def require_no_party(self, by: UUID) -> None:
        """Raises OwnCase."""
        if by in self.people or by in self.co_proposer_ids:
            raise OwnCase(field="proposal_id")

    def require_alone(self) -> None:
        """Raises OthersMergedIntoIt."""
        if self.absorbed:
            raise OthersMergedIntoIt(proposal_ids=[each.proposal_id for each in self.absorbed])

    def ids(self) -> dict[str, Any]:
        """What every event of it says."""
        return {
            "proposal_id": self.id,
            "unit_id": self.unit_id,
            "proposer_id": self.proposer_id,
            "seconder_ids": self.seconder_ids,
        }


def _invited(member_ids: Sequence[UUID], revision: int) -> tuple[Second, ...]:
    return tuple(Second(member_id=member, answer=SecondAnswer.INVITED, revision=revision) for member in member_ids)


def _require_delegates(proposer_id: UUID, seconder_ids: Sequence[UUID], delegates: frozenset[UUID]) -> None:
    if proposer_id in seconder_ids:
        raise ProposerSecondsOwn
    if strangers := [member for member in seconder_ids if member not in delegates]:
        raise NotDelegates(member_ids=strangers)
