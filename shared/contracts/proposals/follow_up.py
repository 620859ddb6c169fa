"""What is published of what follows the handling of cases: progress meetings, and what was chosen as outstanding."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, UnitId

Departments = Annotated[
    tuple[UUID, ...], Field(description="Departments.", examples=[["01930000-0000-7000-8000-0000000000a2"]])
]


class ProgressMeetingHeld(DomainEvent, type="union.proposals.progress-meeting-held.v1"):
    """Sent when it is recorded that departments reported on their cases to the committee (提案落实推进会)."""

    meeting_id: Annotated[
        UUID, Field(description="Progress meeting.", examples=["01930000-0000-7000-8000-0000000000e1"])
    ]
    unit_id: UnitId
    held_on: Annotated[date, Field(description="Day of the meeting, Asia/Shanghai.", examples=["2022-09-15"])]
    reporting_unit_ids: Departments
    case_ids: Annotated[
        tuple[UUID, ...],
        Field(description="Cases that were spoken of.", examples=[["01930000-0000-7000-8000-0000000000d2"]]),
    ]


class OutstandingProposalsChosen(DomainEvent, type="union.proposals.outstanding-proposals-chosen.v1"):
    """Sent when the outstanding proposals and departments of a year are chosen (优秀提案, 先进承办单位)."""

    selection_id: Annotated[UUID, Field(description="Selection.", examples=["01930000-0000-7000-8000-0000000000e2"])]
    unit_id: UnitId
    year: Annotated[int, Field(description="The year that it is of.", examples=[2022])]
    proposal_ids: Annotated[
        tuple[UUID, ...],
        Field(description="Outstanding proposals.", examples=[["01930000-0000-7000-8000-0000000000d1"]]),
    ]
    author_ids: Annotated[
        tuple[UUID, ...],
        Field(
            description="Whose the proposals are.",
            examples=[["01930000-0000-7000-8000-0000000000b1", "01930000-0000-7000-8000-0000000000b2"]],
        ),
    ]
    department_ids: Departments
    decided_on: Annotated[date, Field(description="Day of the decision, Asia/Shanghai.", examples=["2022-12-20"])]
