"""The roles of a union, each held within a scope: the school or one unit and what lies below it."""

from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class Role(StrEnum):
    MEMBER = "member"
    BRANCH_CHAIR = "branch_chair"
    BRANCH_OFFICER = "branch_officer"
    UNION_OFFICER = "union_officer"
    FINANCE_OFFICER = "finance_officer"
    AUDIT_COMMITTEE = "audit_committee"
    PROPOSAL_COMMITTEE = "proposal_committee"
    DEPARTMENT_HANDLER = "department_handler"
    SCHOOL_LEADER = "school_leader"
    JUDGE = "judge"
    DELEGATE = "delegate"
    ADMINISTRATOR = "administrator"
    SERVICE_ACCOUNT = "service_account"


class Permit(StrEnum):
    """What another system's account may do: the words of a token's `scope`. A person needs none."""

    AWARDS_READ = "awards:read"
    MEMBERS_READ = "members:read"
    REPORTS_READ = "reports:read"
    UNITS_READ = "units:read"


class Grant(NamedTuple):
    """A role in a unit and what lies below it; `unit_id` None is the whole school.

    `permits` are of a service account alone: what it may do there.
    """

    role: Role
    unit_id: UUID | None = None
    permits: frozenset[Permit] = frozenset()
