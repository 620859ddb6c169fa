"""Who is told of what."""

from collections.abc import Mapping

from services.notifications.domain import Topic
from services.notifications.handlers import appeals, benefits, cases, congresses, events, proposals, welfare
from services.notifications.handlers.appeals import of_an_appeal
from services.notifications.handlers.notices import tell
from services.notifications.store import NotificationsStores
from shared.contracts.base import DomainEvent
from shared.contracts.events import AwardGranted, AwardGrantedRestricted
from shared.contracts.members import (
    ConsentGiven,
    ConsentWithdrawn,
    CoupleEnded,
    CoupleRecorded,
)
from shared.contracts.persons import ANSWERED, GATHERED
from shared.contracts.proposals.appeals import (
    AppealAccepted,
    AppealChallenged,
    AppealChallengeRuled,
    AppealCommitteeAppointed,
    AppealCommitteeEnded,
    AppealDecided,
    AppealHearingHeld,
    AppealHearingScheduled,
    AppealMediationFailed,
    AppealMediationOpened,
    AppealMemberLeft,
    AppealMemberRecused,
    AppealRefused,
    AppealSettled,
    AppealStandInsNamed,
    AppealSubmitted,
    AppealWithdrawn,
)
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
    CaseOpenedRestricted,
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
    ProposalFiledRestricted,
    ProposalReferred,
    ProposalRevised,
    ProposalRevisedRestricted,
    ProposalsMerged,
    ProposalsUnmerged,
    ProposalWithdrawn,
    ReferralTakenBack,
    SecondAnswered,
    SecondersInvited,
)
from shared.contracts.proposals.rules import RuleAdopted
from shared.contracts.welfare.benefits import (
    BenefitChoosingClosed,
    BenefitChosen,
    BenefitDriveAnnounced,
    BenefitDriveAnnouncedRestricted,
    BenefitDriveCancelled,
    BenefitDrivePlanned,
    BenefitDriveReconciled,
    BenefitDriveReconciledRestricted,
    BenefitDriveRevised,
    BenefitHandingOutBegun,
    BenefitMembersAddressedRestricted,
    BenefitPickedUp,
    BenefitPickedUpRestricted,
    BenefitPickUpExtended,
    BenefitReturned,
    BenefitRosterFrozen,
    PickUpListRecorded,
)
from shared.contracts.welfare.funds import (
    EnvelopeChanged,
    EnvelopeClosed,
    EnvelopeGrantedRestricted,
    EnvelopeOpened,
    FundDecisionRecorded,
    FundsPaid,
    FundsRefunded,
    FundsReleased,
    FundsReserved,
    SpendingMovedRestricted,
)
from shared.contracts.welfare.policies import FundRuleAdopted, PolicyAdopted
from shared.contracts.welfare.visits import VisitLogged, VisitLoggedRestricted
from shared.contracts.welfare.vouchers import (
    VoucherDriveClosed,
    VoucherDriveOpened,
    VoucherExpired,
    VoucherIssued,
    VoucherIssuedRestricted,
    VoucherListRecorded,
    VoucherUsed,
)
from shared.handlers import Handlers, repeatable
from shared.people import PEOPLE_HANDLERS
from shared.person import STANDING_HANDLERS

HANDLERS: Handlers[NotificationsStores] = {
    **STANDING_HANDLERS,
    **PEOPLE_HANDLERS,
    VisitLoggedRestricted: tell("visit_id", welfare.visit_logged),
    BenefitMembersAddressedRestricted: tell("drive_id", benefits.addressed),
    BenefitRosterFrozen: tell("drive_id", benefits.roster_frozen),
    BenefitChoosingClosed: tell("drive_id", benefits.choosing_closed),
    BenefitHandingOutBegun: tell("drive_id", benefits.handing_out_begun),
    BenefitPickUpExtended: tell("drive_id", benefits.pick_up_extended),
    BenefitPickedUpRestricted: tell("benefit_id", benefits.picked_up),
    BenefitReturned: tell("benefit_id", benefits.returned),
    BenefitDriveReconciled: tell("drive_id", benefits.reconciled),
    VoucherIssuedRestricted: tell("voucher_id", benefits.voucher_issued),
    AwardGrantedRestricted: tell("award_id", events.award_granted),
    ProposalFiledRestricted: repeatable(proposals.keep_filed),
    ProposalRevisedRestricted: repeatable(proposals.keep_revised),
    ProposalRevised: tell("proposal_id", proposals.revised),
    SecondersInvited: tell("proposal_id", proposals.seconders_invited),
    SecondAnswered: tell("proposal_id", proposals.second_answered),
    ProposalWithdrawn: tell("proposal_id", proposals.withdrawn),
    ProposalReferred: tell("proposal_id", proposals.referred),
    ReferralTakenBack: tell("proposal_id", proposals.referral_taken_back),
    ProposalDisposed: tell("proposal_id", proposals.disposed),
    ProposalsMerged: tell("proposal_id", proposals.merged),
    ProposalsUnmerged: tell("proposal_id", proposals.unmerged),
    DispositionRevoked: tell("proposal_id", proposals.revoked),
    CaseOpenedRestricted: repeatable(cases.keep_title),
    CaseAwaitsAssignment: tell("case_id", cases.awaits_assignment),
    CaseAssigned: tell("case_id", cases.assigned),
    CaseHandedOver: tell("case_id", cases.handed_over),
    CaseReturned: tell("case_id", cases.returned),
    CaseRecalled: tell("case_id", cases.recalled),
    CaseExtended: tell("case_id", cases.extended),
    CaseReminded: tell("case_id", cases.reminded),
    CaseEscalated: tell("case_id", cases.escalated),
    CaseCoDepartmentsChanged: tell("case_id", cases.co_departments_changed),
    CaseOpinionGiven: tell("case_id", cases.opinion_given),
    CaseAnswered: tell("case_id", cases.answered),
    CaseAnswerDeclined: tell("case_id", cases.answer_declined),
    CaseAnswerSent: tell("case_id", cases.answer_sent),
    CaseHandledAgain: tell("case_id", cases.handled_again),
    CaseReopened: tell("case_id", cases.reopened),
    CaseClosed: tell("case_id", cases.closed),
    CaseCancelled: tell("case_id", cases.to_authors(Topic.CASE_CANCELLED)),
    CaseForwarded: tell("case_id", cases.to_authors(Topic.CASE_FORWARDED)),
    CaseCameBack: tell("case_id", cases.came_back),
    CommitmentMet: tell("case_id", cases.to_authors(Topic.COMMITMENT_MET)),
    DelegateSeated: repeatable(congresses.keep_seated),
    DelegateLeft: repeatable(congresses.keep_left),
    CallAnnounced: repeatable(congresses.keep_announced),
    CallExtended: tell("call_id", congresses.extended),
    FormsAwaitReview: tell("call_id", congresses.forms_await_review),
    OutstandingProposalsChosen: tell("selection_id", congresses.outstanding),
    SessionConvened: tell("session_id", congresses.convened),
    SessionCancelled: tell("session_id", congresses.cancelled),
    AppealSubmitted: tell("appeal_id", appeals.submitted),
    AppealAccepted: of_an_appeal(Topic.APPEAL_ACCEPTED, appeals.parties),
    AppealRefused: of_an_appeal(Topic.APPEAL_REFUSED, appeals.parties),
    AppealMediationOpened: of_an_appeal(
        Topic.APPEAL_MEDIATION, lambda event: appeals.parties(event) | {event.mediator_id}
    ),
    AppealSettled: of_an_appeal(Topic.APPEAL_SETTLED, appeals.parties),
    AppealMediationFailed: of_an_appeal(
        Topic.APPEAL_MEDIATION_FAILED, lambda event: appeals.parties(event) | appeals.committee(event)
    ),
    AppealHearingScheduled: of_an_appeal(
        Topic.APPEAL_HEARING, lambda event: appeals.parties(event) | appeals.committee(event)
    ),
    AppealHearingHeld: of_an_appeal(
        Topic.APPEAL_HEARD, lambda event: appeals.parties(event) | appeals.committee(event)
    ),
    AppealMemberRecused: tell("appeal_id", appeals.recused),
    AppealMemberLeft: tell("appeal_id", appeals.member_left),
    AppealStandInsNamed: tell("appeal_id", appeals.stand_ins_named),
    AppealChallenged: tell("appeal_id", appeals.challenged),
    AppealChallengeRuled: of_an_appeal(Topic.APPEAL_CHALLENGE_RULED, appeals.parties),
    AppealDecided: of_an_appeal(Topic.APPEAL_DECIDED, appeals.parties),
    AppealWithdrawn: of_an_appeal(
        Topic.APPEAL_WITHDRAWN,
        lambda event: (appeals.parties(event) | appeals.committee(event)) - {event.appellant_id},
    ),
    AppealCommitteeAppointed: tell("committee_id", appeals.to_the_committee(Topic.APPEAL_COMMITTEE_APPOINTED)),
    AppealCommitteeEnded: tell("committee_id", appeals.to_the_committee(Topic.APPEAL_COMMITTEE_ENDED)),
}

_RIGHTS = "An answer between services; the member gets the result from the members service"
_OWN_CHOICE = "The member's own choice, which they see where they make it"
_TWIN = "The restricted event of the same happening tells who is concerned"
_MINUTES = "Minutes of what those concerned were present at"
_BODIES = "How bodies are set up: whoever sets them up knows, and delegates hear when a session is convened"

TELLS_NOBODY: Mapping[type[DomainEvent], str] = {
    **dict.fromkeys(ANSWERED.values(), _RIGHTS),
    **dict.fromkeys(GATHERED.values(), _RIGHTS),
    ConsentGiven: _OWN_CHOICE,
    ConsentWithdrawn: _OWN_CHOICE,
    CoupleRecorded: "Sensitive: who is married to whom is said nowhere but in the roster",
    CoupleEnded: "Sensitive: who is married to whom is said nowhere but in the roster",
    VisitLogged: _TWIN,
    **dict.fromkeys(
        (
            EnvelopeChanged,
            EnvelopeClosed,
            EnvelopeGrantedRestricted,
            EnvelopeOpened,
            FundDecisionRecorded,
            FundsPaid,
            FundsRefunded,
            FundsReleased,
            FundsReserved,
            SpendingMovedRestricted,
        ),
        "A movement of money is for the accounts: the people concerned are told of what it is for",
    ),
    **dict.fromkeys(
        (FundRuleAdopted, PolicyAdopted),
        "A policy is published with the policies, and it concerns everybody and nobody in particular",
    ),
    BenefitPickedUp: _TWIN,
    VoucherIssued: _TWIN,
    BenefitDriveAnnounced: "Each member who is entitled is addressed by an event for many of them",
    BenefitDriveCancelled: "Each member who was told that it opens is addressed by an event for many of them",
    BenefitChosen: _OWN_CHOICE,
    **dict.fromkeys(
        (BenefitDrivePlanned, BenefitDriveRevised, VoucherDriveOpened, VoucherDriveClosed),
        "Whoever runs the drive does it; members hear when there is something for them",
    ),
    **dict.fromkeys(
        (BenefitDriveAnnouncedRestricted, BenefitDriveReconciledRestricted),
        "For the accounts; the people concerned are told by the public event",
    ),
    **dict.fromkeys(
        (PickUpListRecorded, VoucherListRecorded), "Each row has an event of its own, and its officer the answer"
    ),
    **dict.fromkeys((VoucherUsed, VoucherExpired), "The member was there, or was told the last day when it was issued"),
    AwardGranted: _TWIN,
    ProposalFiled: f"{_TWIN}; the committee reviews forms from its list when the call has closed",
    CaseOpened: "Its authors are told of the disposition that made it, and the committee made it itself",
    CaseAuthorsChanged: "The same people are told that forms were merged or stand alone again",
    CaseRated: "The committee reads ratings when all are there; what follows from them is an event of its own",
    RuleAdopted: "A rule is published with the rules, and it concerns everybody and nobody in particular",
    BodyEstablished: _BODIES,
    BodyRuleAdopted: _BODIES,
    TermBegun: _BODIES,
    TermEnded: _BODIES,
    DelegationFormed: _BODIES,
    DelegationRevised: _BODIES,
    DelegateAssigned: _BODIES,
    DelegatesImported: "Each delegate who was seated has an event of their own",
    SessionRevised: "Agendas change until the session opens: delegates read the one that there is",
    AttendanceTaken: _MINUTES,
    DeliberationNoted: _MINUTES,
    ProgressMeetingHeld: _MINUTES,
    CallCancelled: "The delegates are told that the session of the call is cancelled",
    SessionOpened: _MINUTES,
    SessionClosed: _MINUTES,
    ResolutionVoted: _MINUTES,
    JointMeetingHeld: _MINUTES,
    CommitteeMeetingHeld: _MINUTES,
}
"""What is published and makes no notice, and why."""
