"""A fact counted by the reports: one event that happened in a year."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.clock import CAMPUS
from shared.contracts.base import DomainEvent
from shared.contracts.events import AwardGranted
from shared.contracts.members import (
    MemberDeparted,
    MemberJoined,
    MemberReinstated,
    MemberRetired,
    MembershipEnded,
    MembershipResumed,
    MemberTransferred,
    RoleGranted,
    RoleRevoked,
    UnitBranchUnionChanged,
    UnitClosed,
    UnitEstablished,
    UnitMoved,
    UnitRenamed,
)
from shared.contracts.persons import MemberErased
from shared.contracts.proposals.calls import CallAnnounced, CallCancelled, CallExtended, FormsAwaitReview
from shared.contracts.proposals.cases import (
    CaseAnswerDeclined,
    CaseAnswered,
    CaseAnswerSent,
    CaseAssigned,
    CaseAuthorsChanged,
    CaseAwaitsAssignment,
    CaseCameBack,
    CaseCancelled,
    CaseClosed,
    CaseCoDepartmentsChanged,
    CaseEscalated,
    CaseExtended,
    CaseForwarded,
    CaseHandedOver,
    CaseHandledAgain,
    CaseOpened,
    CaseOpinionGiven,
    CaseRated,
    CaseRecalled,
    CaseReminded,
    CaseReopened,
    CaseReturned,
    CommitmentMet,
)
from shared.contracts.proposals.congresses import (
    AttendanceTaken,
    BodyEstablished,
    BodyRuleAdopted,
    CommitteeMeetingHeld,
    DelegateAssigned,
    DelegateLeft,
    DelegateSeated,
    DelegatesImported,
    DelegationFormed,
    DelegationRevised,
    DeliberationNoted,
    JointMeetingHeld,
    ResolutionVoted,
    SessionCancelled,
    SessionClosed,
    SessionConvened,
    SessionOpened,
    SessionRevised,
    TermBegun,
    TermEnded,
)
from shared.contracts.proposals.follow_up import OutstandingProposalsChosen, ProgressMeetingHeld
from shared.contracts.proposals.forms import (
    DispositionRevoked,
    ProposalDisposed,
    ProposalFiled,
    ProposalReferred,
    ProposalRevised,
    ProposalsMerged,
    ProposalsUnmerged,
    ProposalWithdrawn,
    ReferralTakenBack,
    SecondAnswered,
    SecondersInvited,
)
from shared.contracts.proposals.rules import RuleAdopted
from shared.contracts.welfare.batch_visits import (
    BatchVisitApproved,
    BatchVisitCancelled,
    BatchVisitPaid,
    BatchVisitProposed,
    BatchVisitRefunded,
    BatchVisitRefused,
    BatchVisitSigned,
)
from shared.contracts.welfare.benefits import (
    BenefitChoosingClosed,
    BenefitChosen,
    BenefitDriveAnnounced,
    BenefitDriveCancelled,
    BenefitDrivePlanned,
    BenefitDriveReconciled,
    BenefitDriveRevised,
    BenefitHandingOutBegun,
    BenefitPickedUp,
    BenefitPickUpExtended,
    BenefitReturned,
    BenefitRosterFrozen,
    PickUpListRecorded,
)
from shared.contracts.welfare.funds import (
    EnvelopeChanged,
    EnvelopeClosed,
    EnvelopeOpened,
    FundDecisionRecorded,
    FundsPaid,
    FundsRefunded,
    FundsReleased,
    FundsReserved,
)
from shared.contracts.welfare.policies import FundRuleAdopted, PolicyAdopted
from shared.contracts.welfare.visits import (
    VisitApproved,
    VisitCancelled,
    VisitLogged,
    VisitPaid,
    VisitReceipted,
    VisitRefunded,
    VisitRefused,
    VisitSigned,
)
from shared.contracts.welfare.vouchers import (
    VoucherDriveClosed,
    VoucherDriveOpened,
    VoucherExpired,
    VoucherIssued,
    VoucherListRecorded,
    VoucherUsed,
)

COUNTED: tuple[type[DomainEvent], ...] = (
    AttendanceTaken,
    AwardGranted,
    BatchVisitApproved,
    BatchVisitCancelled,
    BatchVisitPaid,
    BatchVisitProposed,
    BatchVisitRefunded,
    BatchVisitRefused,
    BatchVisitSigned,
    BenefitChoosingClosed,
    BenefitChosen,
    BenefitDriveAnnounced,
    BenefitDriveCancelled,
    BenefitDrivePlanned,
    BenefitDriveReconciled,
    BenefitDriveRevised,
    BenefitHandingOutBegun,
    BenefitPickUpExtended,
    BenefitPickedUp,
    BenefitReturned,
    BenefitRosterFrozen,
    BodyEstablished,
    BodyRuleAdopted,
    CallAnnounced,
    CallCancelled,
    CallExtended,
    CaseAnswerDeclined,
    CaseAnswerSent,
    CaseAnswered,
    CaseAssigned,
    CaseAuthorsChanged,
    CaseAwaitsAssignment,
    CaseCameBack,
    CaseCancelled,
    CaseClosed,
    CaseCoDepartmentsChanged,
    CaseEscalated,
    CaseExtended,
    CaseForwarded,
    CaseHandedOver,
    CaseHandledAgain,
    CaseOpened,
    CaseOpinionGiven,
    CaseRated,
    CaseRecalled,
    CaseReminded,
    CaseReopened,
    CaseReturned,
    CommitmentMet,
    CommitteeMeetingHeld,
    DelegateAssigned,
    DelegateLeft,
    DelegateSeated,
    DelegatesImported,
    DelegationFormed,
    DelegationRevised,
    DeliberationNoted,
    DispositionRevoked,
    FormsAwaitReview,
    JointMeetingHeld,
    MemberDeparted,
    MemberErased,
    MemberJoined,
    MemberReinstated,
    MemberRetired,
    MemberTransferred,
    MembershipEnded,
    MembershipResumed,
    PickUpListRecorded,
    ProposalDisposed,
    OutstandingProposalsChosen,
    ProgressMeetingHeld,
    ProposalFiled,
    ProposalReferred,
    ProposalRevised,
    ProposalWithdrawn,
    ProposalsMerged,
    ProposalsUnmerged,
    ReferralTakenBack,
    ResolutionVoted,
    RoleGranted,
    RoleRevoked,
    RuleAdopted,
    SecondAnswered,
    SecondersInvited,
    SessionCancelled,
    SessionClosed,
    SessionConvened,
    SessionOpened,
    SessionRevised,
    TermBegun,
    TermEnded,
    UnitBranchUnionChanged,
    UnitClosed,
    UnitEstablished,
    UnitMoved,
    UnitRenamed,
    VisitApproved,
    VisitCancelled,
    VisitLogged,
    VisitPaid,
    VisitReceipted,
    VisitRefunded,
    VisitRefused,
    VisitSigned,
    VoucherDriveClosed,
    VoucherDriveOpened,
    VoucherExpired,
    VoucherIssued,
    VoucherListRecorded,
    VoucherUsed,
    EnvelopeChanged,
    EnvelopeClosed,
    EnvelopeOpened,
    FundDecisionRecorded,
    FundsPaid,
    FundsRefunded,
    FundsReleased,
    FundsReserved,
    FundRuleAdopted,
    PolicyAdopted,
)
"""What is counted: the public events. Their restricted twins tell of the same happenings."""


class Fact(BaseModel):
    """`id` names the event for good, so that one heard twice is counted once."""

    model_config = ConfigDict(frozen=True)

    id: str
    type: str
    year: int
    unit_id: UUID | None
    at: datetime


def fact_id(source: str, event_id: str) -> str:
    return f"{source}|{event_id}"


def campus_year(at: datetime) -> int:
    """The calendar year in Asia/Shanghai."""
    return at.astimezone(CAMPUS).year
