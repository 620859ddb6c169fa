"""What is published of cases (立案) and opinions (意见建议): who handles them, how they are answered and rated."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, UnitId
from shared.contracts.proposals.forms import CaseId, CategoryOf, Title


class CaseKind(StrEnum):
    FILED = "filed"
    OPINION = "opinion"


class AnswerType(StrEnum):
    """A: adopted and done. B: adopted, with a plan and a date. C: cannot be done, and why."""

    DONE = "A"
    PLANNED = "B"
    NOT_POSSIBLE = "C"


class RatingValue(StrEnum):
    SATISFIED = "satisfied"
    BASICALLY_SATISFIED = "basically_satisfied"
    DISSATISFIED = "dissatisfied"


KindOf = Annotated[CaseKind, Field(description="A case (立案) or an opinion (意见建议).", examples=["filed"])]
ProposalIds = Annotated[
    tuple[UUID, ...],
    Field(description="The forms that it is made of.", examples=[["01930000-0000-7000-8000-0000000000d1"]]),
]
Authors = Annotated[
    tuple[UUID, ...],
    Field(
        description="Proposers, seconders and co-proposers: they get every reply and rate it.",
        examples=[["01930000-0000-7000-8000-0000000000b1", "01930000-0000-7000-8000-0000000000b2"]],
    ),
]
LeadUnit = Annotated[
    UUID, Field(description="Lead department (主办).", examples=["01930000-0000-7000-8000-0000000000a2"])
]
CoUnits = Annotated[
    tuple[UUID, ...],
    Field(description="Co-departments (协办).", examples=[["01930000-0000-7000-8000-0000000000a3"]]),
]
Leader = Annotated[
    UUID | None, Field(description="Leader in charge (分管领导).", examples=["01930000-0000-7000-8000-0000000000b6"])
]
Watcher = Annotated[
    UUID | None,
    Field(description="The committee member who watches over it.", examples=["01930000-0000-7000-8000-0000000000b7"]),
]
DueOn = Annotated[date, Field(description="Last day of the answer.", examples=["2022-06-30"])]
Round = Annotated[int, Field(description="Round of handling.", examples=[1])]
DaysOverdue = Annotated[int, Field(description="Days after the due date; negative before it.", examples=[-7])]


class CaseOpened(DomainEvent, type="union.proposals.case-opened.v1"):
    """Sent when a form becomes a case or an opinion."""

    case_id: CaseId
    unit_id: UnitId
    kind: KindOf
    proposal_ids: ProposalIds
    author_ids: Authors


class CaseOpenedRestricted(DomainEvent, type="union.proposals.case-opened.restricted.v1"):
    """Sent when a form becomes a case or an opinion, with its title."""

    case_id: CaseId
    title: Title
    category: CategoryOf


class CaseAuthorsChanged(DomainEvent, type="union.proposals.case-authors-changed.v1"):
    """Sent when another form is merged into that of a case, or leaves it."""

    case_id: CaseId
    unit_id: UnitId
    proposal_ids: ProposalIds
    author_ids: Authors


class CaseCancelled(DomainEvent, type="union.proposals.case-cancelled.v1"):
    """Sent when the disposition that made a case is revoked before anybody handles it."""

    case_id: CaseId
    unit_id: UnitId
    author_ids: Authors


class CaseAwaitsAssignment(DomainEvent, type="union.proposals.case-awaits-assignment.v1"):
    """Sent when nobody has assigned an open case for as long as the rule allows, and again after as long."""

    case_id: CaseId
    unit_id: UnitId
    kind: KindOf
    opened_on: Annotated[date, Field(description="Day on which the form became a case.", examples=["2022-03-25"])]


class CaseAssigned(DomainEvent, type="union.proposals.case-assigned.v1"):
    """Sent when a case is assigned to a lead department and its co-departments."""

    case_id: CaseId
    unit_id: UnitId
    lead_unit_id: LeadUnit
    co_unit_ids: CoUnits
    leader_id: Leader
    watcher_id: Watcher
    due_on: DueOn
    author_ids: Authors


class CaseHandedOver(DomainEvent, type="union.proposals.case-handed-over.v1"):
    """Sent when a case gets another leader in charge, or another member of the committee who watches over it."""

    case_id: CaseId
    unit_id: UnitId
    lead_unit_id: Annotated[
        UUID | None, Field(description="Lead department (主办).", examples=["01930000-0000-7000-8000-0000000000a2"])
    ]
    leader_id: Leader
    watcher_id: Watcher
    former_leader_id: Annotated[
        UUID | None,
        Field(
            description="Who was in charge until then: the same where that has not changed.",
            examples=["01930000-0000-7000-8000-0000000000b8"],
        ),
    ]
    former_watcher_id: Annotated[
        UUID | None,
        Field(
            description="Who watched over it until then: the same where that has not changed.",
            examples=["01930000-0000-7000-8000-0000000000b9"],
        ),
    ]


class CaseReturned(DomainEvent, type="union.proposals.case-returned.v1"):
    """Sent when the lead department returns a case for assignment elsewhere."""

    case_id: CaseId
    unit_id: UnitId
    lead_unit_id: LeadUnit
    watcher_id: Watcher


class CaseRecalled(DomainEvent, type="union.proposals.case-recalled.v1"):
    """Sent when the committee takes a case from its departments, to assign it elsewhere."""

    case_id: CaseId
    unit_id: UnitId
    lead_unit_id: LeadUnit
    co_unit_ids: CoUnits
    leader_id: Leader
    watcher_id: Watcher


class CaseExtended(DomainEvent, type="union.proposals.case-extended.v1"):
    """Sent when a case gets a later due date."""

    case_id: CaseId
    unit_id: UnitId
    lead_unit_id: LeadUnit
    co_unit_ids: CoUnits
    leader_id: Leader
    watcher_id: Watcher
    due_on: DueOn
    author_ids: Authors


class CaseReminded(DomainEvent, type="union.proposals.case-reminded.v1"):
    """Sent when the departments are reminded of a case (催办), before or after its due date."""

    case_id: CaseId
    unit_id: UnitId
    lead_unit_id: LeadUnit
    co_unit_ids: CoUnits
    due_on: DueOn
    days_overdue: DaysOverdue


class CaseEscalated(DomainEvent, type="union.proposals.case-escalated.v1"):
    """Sent when a case is long overdue: its watcher and the leader are told, or the committee if there is neither."""

    case_id: CaseId
    unit_id: UnitId
    lead_unit_id: LeadUnit
    leader_id: Leader
    watcher_id: Watcher
    due_on: DueOn
    days_overdue: DaysOverdue
    awaits_signature: Annotated[
        bool, Field(description="Whether it was answered, and waits for its signature.", examples=[False])
    ]


class CaseCoDepartmentsChanged(DomainEvent, type="union.proposals.case-co-departments-changed.v1"):
    """Sent when co-departments come to a case that is handled, or leave it."""

    case_id: CaseId
    unit_id: UnitId
    lead_unit_id: LeadUnit
    co_unit_ids: CoUnits
    added_unit_ids: Annotated[
        tuple[UUID, ...],
        Field(description="Those that have come.", examples=[["01930000-0000-7000-8000-0000000000a3"]]),
    ]
    removed_unit_ids: Annotated[
        tuple[UUID, ...],
        Field(description="Those that have left.", examples=[["01930000-0000-7000-8000-0000000000a4"]]),
    ]
    due_on: DueOn


class CaseOpinionGiven(DomainEvent, type="union.proposals.case-opinion-given.v1"):
    """Sent when a co-department gives its opinion, or its time for one runs out."""

    case_id: CaseId
    unit_id: UnitId
    lead_unit_id: LeadUnit
    co_unit_id: Annotated[
        UUID, Field(description="The co-department.", examples=["01930000-0000-7000-8000-0000000000a3"])
    ]
    given: Annotated[bool, Field(description="False where there is none, as its time ran out.", examples=[True])]
    in_time: Annotated[bool, Field(description="False where its time ran out before.", examples=[True])]


class CaseAnswered(DomainEvent, type="union.proposals.case-answered.v1"):
    """Sent when the lead department answers a case: the leader in charge is to sign it."""

    case_id: CaseId
    unit_id: UnitId
    lead_unit_id: LeadUnit
    leader_id: Leader
    answer: Annotated[AnswerType, Field(description="Type of the answer.", examples=["A"])]
    round: Round


class CaseAnswerDeclined(DomainEvent, type="union.proposals.case-answer-declined.v1"):
    """Sent when the leader in charge does not sign an answer: the lead department writes another one."""

    case_id: CaseId
    unit_id: UnitId
    lead_unit_id: LeadUnit
    leader_id: Leader


class CaseAnswerSent(DomainEvent, type="union.proposals.case-answer-sent.v1"):
    """Sent when a signed answer goes to the authors of a case, or the answer of an opinion to its authors."""

    case_id: CaseId
    unit_id: UnitId
    kind: KindOf
    lead_unit_id: Annotated[
        UUID | None, Field(description="Lead department.", examples=["01930000-0000-7000-8000-0000000000a2"])
    ]
    answer: Annotated[AnswerType, Field(description="Type of the answer.", examples=["A"])]
    round: Round
    days: Annotated[int, Field(description="Days from the first assignment to the answer.", examples=[41])]
    overdue: Annotated[bool, Field(description="Whether it was written after the due date.", examples=[False])]
    author_ids: Authors


class CaseRated(DomainEvent, type="union.proposals.case-rated.v1"):
    """Sent when an author rates an answer. Who it was is known to the committee only."""

    case_id: CaseId
    unit_id: UnitId
    rating: Annotated[RatingValue, Field(description="The rating.", examples=["satisfied"])]
    round: Round


class CaseHandledAgain(DomainEvent, type="union.proposals.case-handled-again.v1"):
    """Sent when a dissatisfied rating opens one more round of handling."""

    case_id: CaseId
    unit_id: UnitId
    lead_unit_id: LeadUnit
    co_unit_ids: CoUnits
    leader_id: Leader
    watcher_id: Watcher
    due_on: DueOn
    round: Round
    author_ids: Authors


class CaseClosed(DomainEvent, type="union.proposals.case-closed.v1"):
    """Sent when a case is closed; `committed_on` where its plan is still to be carried out."""

    case_id: CaseId
    unit_id: UnitId
    author_ids: Authors
    dissatisfied: Annotated[bool, Field(description="Whether somebody is dissatisfied to the end.", examples=[False])]
    leader_id: Leader
    watcher_id: Watcher
    committed_on: Annotated[
        date | None, Field(description="Date of the plan (B) that is tracked.", examples=["2022-12-31"])
    ] = None


class CommitmentMet(DomainEvent, type="union.proposals.commitment-met.v1"):
    """Sent when the plan of an answer (B) has been carried out."""

    case_id: CaseId
    unit_id: UnitId
    author_ids: Authors


class CaseReopened(DomainEvent, type="union.proposals.case-reopened.v1"):
    """Sent when the date of a plan passes unmet: the case is handled again."""

    case_id: CaseId
    unit_id: UnitId
    lead_unit_id: LeadUnit
    co_unit_ids: CoUnits
    leader_id: Leader
    watcher_id: Watcher
    due_on: DueOn
    author_ids: Authors


class CaseForwarded(DomainEvent, type="union.proposals.case-forwarded.v1"):
    """Sent when the case of a unit is forwarded to the school, as a form in its call."""

    case_id: CaseId
    unit_id: UnitId
    author_ids: Authors
    forwarded_as: Annotated[
        UUID, Field(description="The form at the school.", examples=["01930000-0000-7000-8000-0000000000d3"])
    ]


class CaseCameBack(DomainEvent, type="union.proposals.case-came-back.v1"):
    """Sent when the school does not take a forwarded case up: the unit handles it itself."""

    case_id: CaseId
    unit_id: UnitId
    author_ids: Authors
