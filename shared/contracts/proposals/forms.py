"""What is published of forms (提案表): what a delegate hands in, and what the committee makes of it."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, UnitId

ProposalId = Annotated[UUID, Field(description="Proposal (提案).", examples=["01930000-0000-7000-8000-0000000000d1"])]
Proposer = Annotated[UUID, Field(description="Proposer (提案人).", examples=["01930000-0000-7000-8000-0000000000b1"])]
Seconders = Annotated[
    tuple[UUID, ...],
    Field(
        description="Seconders (附议人): invited, or have accepted.",
        examples=[["01930000-0000-7000-8000-0000000000b2", "01930000-0000-7000-8000-0000000000b3"]],
    ),
]
CoProposers = Annotated[
    tuple[UUID, ...],
    Field(
        description="Whose it is too: the authors of what was merged into it, and of a unit's case that was forwarded.",
        examples=[["01930000-0000-7000-8000-0000000000b4"]],
    ),
]
Presidium = Annotated[
    tuple[UUID, ...],
    Field(description="The presidium (主席团).", examples=[["01930000-0000-7000-8000-0000000000b5"]]),
]
CaseId = Annotated[
    UUID, Field(description="Case (立案) or opinion.", examples=["01930000-0000-7000-8000-0000000000d2"])
]
Title = Annotated[str, Field(description="Title (案名).", examples=["关于改善教师午休条件的提案"])]
CategoryOf = Annotated[str, Field(description="Category.", examples=["welfare"])]


class SecondAnswer(StrEnum):
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Disposition(StrEnum):
    """What becomes of a form: exactly one of these."""

    FILED = "filed"
    OPINION = "opinion"
    NOT_FILED = "not_filed"
    MERGED = "merged"


class NotFiledReason(StrEnum):
    """暂不予立案的理由."""

    OUTSIDE_AUTHORITY = "outside_authority"
    PERSONAL_MATTER = "personal_matter"
    ALREADY_SOLVED = "already_solved"
    NOT_FOR_THIS_CHANNEL = "not_for_this_channel"
    NOT_ONE_MATTER = "not_one_matter"
    TOO_FEW_SECONDERS = "too_few_seconders"


class ProposalFiled(DomainEvent, type="union.proposals.proposal-filed.v1"):
    """Sent when a delegate files a proposal. Its disposition (立案, ...) follows later, in an event of its own."""

    proposal_id: ProposalId
    unit_id: UnitId
    proposer_id: Proposer
    seconder_ids: Seconders
    call_id: Annotated[
        UUID | None, Field(description="Call (征集).", examples=["01930000-0000-7000-8000-0000000000f2"])
    ] = None
    late: Annotated[bool, Field(description="Whether it came after the call had closed.", examples=[False])] = False


class ProposalFiledRestricted(DomainEvent, type="union.proposals.proposal-filed.restricted.v1"):
    """Sent when a delegate files a proposal, with what the seconders need to know of it."""

    proposal_id: ProposalId
    unit_id: UnitId
    proposer_id: Proposer
    seconder_ids: Seconders
    title: Title
    category: CategoryOf


class ProposalRevised(DomainEvent, type="union.proposals.proposal-revised.v1"):
    """Sent when the text of a proposal changes: those who seconded it are asked again."""

    proposal_id: ProposalId
    unit_id: UnitId
    proposer_id: Proposer
    seconder_ids: Seconders
    revision: Annotated[int, Field(description="Number of the draft.", examples=[2])]


class ProposalRevisedRestricted(DomainEvent, type="union.proposals.proposal-revised.restricted.v1"):
    """Sent when the text of a proposal changes, with its title."""

    proposal_id: ProposalId
    title: Title
    category: CategoryOf


class SecondersInvited(DomainEvent, type="union.proposals.seconders-invited.v1"):
    """Sent when more delegates are invited to second a proposal."""

    proposal_id: ProposalId
    unit_id: UnitId
    proposer_id: Proposer
    invited_ids: Seconders


class SecondAnswered(DomainEvent, type="union.proposals.second-answered.v1"):
    """Sent when a seconder accepts, declines, or takes an acceptance back."""

    proposal_id: ProposalId
    unit_id: UnitId
    proposer_id: Proposer
    seconder_id: Annotated[UUID, Field(description="Who answers.", examples=["01930000-0000-7000-8000-0000000000b2"])]
    answer: Annotated[SecondAnswer, Field(description="The answer.", examples=["accepted"])]
    accepted: Annotated[int, Field(description="How many have accepted now.", examples=[2])]


class ProposalWithdrawn(DomainEvent, type="union.proposals.proposal-withdrawn.v1"):
    """Sent when the proposer takes a proposal back before it is reviewed."""

    proposal_id: ProposalId
    unit_id: UnitId
    proposer_id: Proposer
    seconder_ids: Seconders


class ProposalReferred(DomainEvent, type="union.proposals.proposal-referred.v1"):
    """Sent when the committee cannot agree on a disposition and refers the form to the presidium (主席团)."""

    proposal_id: ProposalId
    unit_id: UnitId
    proposer_id: Proposer
    seconder_ids: Seconders
    co_proposer_ids: CoProposers
    presidium_ids: Presidium


class ReferralTakenBack(DomainEvent, type="union.proposals.referral-taken-back.v1"):
    """Sent when the committee takes a form back from the presidium, and is to give it a disposition itself."""

    proposal_id: ProposalId
    unit_id: UnitId
    proposer_id: Proposer
    seconder_ids: Seconders
    co_proposer_ids: CoProposers
    presidium_ids: Presidium


class ProposalDisposed(DomainEvent, type="union.proposals.proposal-disposed.v1"):
    """Sent when a form gets its disposition: filed (立案), opinion (意见建议), not filed or merged (并案)."""

    proposal_id: ProposalId
    unit_id: UnitId
    proposer_id: Proposer
    seconder_ids: Seconders
    co_proposer_ids: CoProposers
    disposition: Annotated[Disposition, Field(description="The disposition.", examples=["filed"])]
    case_id: Annotated[
        UUID | None,
        Field(description="The case that it became.", examples=["01930000-0000-7000-8000-0000000000d2"]),
    ] = None
    merged_into: Annotated[
        UUID | None,
        Field(description="The form that it was merged into.", examples=["01930000-0000-7000-8000-0000000000d3"]),
    ] = None
    by_presidium: Annotated[bool, Field(description="Whether the presidium decided.", examples=[False])] = False


class ProposalsMerged(DomainEvent, type="union.proposals.proposals-merged.v1"):
    """Sent when another form is merged into this one: its proposer and seconders become co-proposers here."""

    proposal_id: ProposalId
    unit_id: UnitId
    merged_id: Annotated[
        UUID, Field(description="The form that was merged.", examples=["01930000-0000-7000-8000-0000000000d3"])
    ]
    proposer_id: Proposer
    seconder_ids: Seconders
    co_proposer_ids: CoProposers


class ProposalsUnmerged(DomainEvent, type="union.proposals.proposals-unmerged.v1"):
    """Sent when a merger is undone: the other form stands by itself again, and is to get another disposition."""

    proposal_id: ProposalId
    unit_id: UnitId
    unmerged_id: Annotated[
        UUID, Field(description="The form that stands again.", examples=["01930000-0000-7000-8000-0000000000d3"])
    ]
    proposer_id: Proposer
    seconder_ids: Seconders
    co_proposer_ids: CoProposers


class DispositionRevoked(DomainEvent, type="union.proposals.disposition-revoked.v1"):
    """Sent when a disposition is taken back, with a reason on record: the form is to get another one."""

    proposal_id: ProposalId
    unit_id: UnitId
    proposer_id: Proposer
    seconder_ids: Seconders
    co_proposer_ids: CoProposers
    disposition: Annotated[Disposition, Field(description="What was taken back.", examples=["not_filed"])]
    presidium_ids: Annotated[
        tuple[UUID, ...],
        Field(
            description="The presidium, where it had decided and is to decide again.",
            examples=[["01930000-0000-7000-8000-0000000000b5"]],
        ),
    ] = ()
