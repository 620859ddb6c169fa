"""What is published of forms (提案表): what a delegate hands in, and what the committee makes of it."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, UnitId

ProposalId = Annotated[UUID, Field(description="Proposal (提案).", examples=["01930000-0000-7000-8000-0000000000d1"])]
Proposer = Annotated[UUID, Field(description="Proposer (提案人).", examples=["01930000-0000-7000-8000-0000000000b1"])]
Seconders = Annotated[
    tuple[UUID, ...],
    Field(
        description="Seconders (附议人) named by the proposer.",
        examples=[["01930000-0000-7000-8000-0000000000b2", "01930000-0000-7000-8000-0000000000b3"]],
    ),
]


class ProposalFiled(DomainEvent, type="union.proposals.proposal-filed.v1"):
    """Sent when a delegate files a proposal. Its disposition (立案, ...) follows later, in an event of its own."""

    proposal_id: ProposalId
    unit_id: UnitId
    proposer_id: Proposer
    seconder_ids: Seconders


class ProposalFiledRestricted(DomainEvent, type="union.proposals.proposal-filed.restricted.v1"):
    """Sent when a delegate files a proposal, with what the seconders need to know of it."""

    proposal_id: ProposalId
    unit_id: UnitId
    proposer_id: Proposer
    seconder_ids: Seconders
    title: Annotated[str, Field(description="Title (案名).", examples=["关于改善教师午休条件的提案"])]
    category: Annotated[str, Field(description="Category.", examples=["welfare"])]


class ProposalWithdrawn(DomainEvent, type="union.proposals.proposal-withdrawn.v1"):
    """Sent when the proposer takes a proposal back before it is reviewed."""

    proposal_id: ProposalId
    unit_id: UnitId
    proposer_id: Proposer
    seconder_ids: Seconders
