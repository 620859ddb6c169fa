"""The life of a proposal (提案)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.proposals.errors.proposals import NotDelegates, NotTheProposer, ProposerSecondsOwn, SecondersMissing
from shared.aggregate import Aggregate, Decision, transition
from shared.contracts.proposals.forms import ProposalFiled, ProposalFiledRestricted, ProposalWithdrawn


class State(StrEnum):
    FILED = "filed"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.FILED, Action.WITHDRAW): State.WITHDRAWN,
}


class Category(StrEnum):
    TEACHING = "teaching"
    RESEARCH = "research"
    PERSONNEL = "personnel"
    FINANCE = "finance"
    FACILITIES = "facilities"
    WELFARE = "welfare"
    OTHER = "other"


class SecondingRule(BaseModel):
    """How many seconders a proposal needs, from a day on. Schools differ, so it is data that cites its source."""

    model_config = ConfigDict(frozen=True)

    effective_from: date
    minimum: int
    source: str


class Proposal(Aggregate):
    title: str
    grounds: str
    suggestion: str
    category: Category
    proposer_id: UUID
    unit_id: UUID
    seconder_ids: tuple[UUID, ...]
    state: State
    filed_at: datetime

    @classmethod
    def file(
        cls,
        proposal_id: UUID,
        *,
        title: str,
        grounds: str,
        suggestion: str,
        category: Category,
        proposer_id: UUID,
        unit_id: UUID,
        seconder_ids: Sequence[UUID],
        delegates: frozenset[UUID],
        rule: SecondingRule,
        at: datetime,
    ) -> "Decision[Proposal]":
        """A delegate files a proposal. `delegates` are those of the seconders who are delegates now.

        Raises SecondersMissing, ProposerSecondsOwn, NotDelegates.
        """
        if proposer_id in seconder_ids:
            raise ProposerSecondsOwn
        if len(set(seconder_ids)) < rule.minimum:
            raise SecondersMissing(needed=rule.minimum, got=len(set(seconder_ids)))
        if strangers := [member for member in seconder_ids if member not in delegates]:
            raise NotDelegates(member_ids=strangers)
        proposal = cls(
            id=proposal_id,
            title=title,
            grounds=grounds,
            suggestion=suggestion,
            category=category,
            proposer_id=proposer_id,
            unit_id=unit_id,
            seconder_ids=tuple(seconder_ids),
            state=State.FILED,
            filed_at=at,
        )
        public = ProposalFiled(
            proposal_id=proposal_id,
            unit_id=unit_id,
            proposer_id=proposer_id,
            seconder_ids=proposal.seconder_ids,
        )
        restricted = ProposalFiledRestricted(**public.model_dump(), title=title, category=category.value)
        return Decision(proposal, (public, restricted))

    def withdraw(self, *, by: UUID) -> "Decision[Proposal]":
        """Raises NotTheProposer, WrongState."""
        if by != self.proposer_id:
            raise NotTheProposer
        proposal = self.model_copy(update={"state": transition(TRANSITIONS, self.state, Action.WITHDRAW)})
        event = ProposalWithdrawn(
            proposal_id=self.id,
            unit_id=self.unit_id,
            proposer_id=self.proposer_id,
            seconder_ids=self.seconder_ids,
        )
        return Decision(proposal, (event,))
