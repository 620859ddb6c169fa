"""Where proposals are kept, the congresses that they are made to, and appeals."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from services.proposals.store.appeals import APPEALS_KEPT, AppealCommitteeStore, AppealRules, AppealStore
from services.proposals.store.bodies import BodyStore
from services.proposals.store.calls import CallStore
from services.proposals.store.cases import CaseStore
from services.proposals.store.committee_meetings import CommitteeMeetingStore
from services.proposals.store.delegates import DelegateImportStore, DelegateStore, DelegationStore
from services.proposals.store.follow_up import OutstandingSelectionStore, ProgressMeetingStore
from services.proposals.store.proposals import ProposalStore
from services.proposals.store.rules import HandlingRules, ProposalRules
from services.proposals.store.sessions import JointMeetingStore, SessionStore
from services.proposals.store.statistics import Statistics
from services.proposals.store.terms import TermStore
from shared import clock
from shared.directory import Directory
from shared.people import People
from shared.retention import RetentionRules
from shared.roles import Grant, Role
from shared.service import StoresOfMembers
from shared.staff_numbers import StaffNumbers
from shared.store import Foundation


@dataclass(frozen=True)
class ProposalsStores(StoresOfMembers):
    calls: CallStore
    proposals: ProposalStore
    cases: CaseStore
    progress_meetings: ProgressMeetingStore
    outstanding_selections: OutstandingSelectionStore
    proposal_rules: ProposalRules
    handling_rules: HandlingRules
    bodies: BodyStore
    terms: TermStore
    delegations: DelegationStore
    delegates: DelegateStore
    delegate_imports: DelegateImportStore
    staff_numbers: StaffNumbers
    sessions: SessionStore
    joint_meetings: JointMeetingStore
    committee_meetings: CommitteeMeetingStore
    people: People
    statistics: Statistics
    appeals: AppealStore
    appeal_committees: AppealCommitteeStore
    appeal_rules: AppealRules

    async def grants_of(self, member_id: UUID) -> frozenset[Grant]:
        """Beside what the roster gives: who sits in a term that runs today is a delegate."""
        today = clock.campus_day(clock.now())
        given, terms = await asyncio.gather(
            self.directory.grants_of(member_id, today), self.delegates.terms_of(member_id, today)
        )
        if terms and await self.terms.running(terms, today):
            return given | {Grant(Role.DELEGATE)}
        return given


def wire(foundation: Foundation) -> ProposalsStores:
    database, proposals = foundation.database, ProposalStore(foundation)
    return ProposalsStores(
        foundation,
        Directory(database),
        RetentionRules(database, [APPEALS_KEPT]),
        calls=CallStore(foundation, proposals),
        proposals=proposals,
        cases=CaseStore(foundation),
        progress_meetings=ProgressMeetingStore(foundation),
        outstanding_selections=OutstandingSelectionStore(foundation),
        proposal_rules=ProposalRules(foundation),
        handling_rules=HandlingRules(foundation),
        bodies=BodyStore(foundation),
        terms=TermStore(foundation),
        delegations=DelegationStore(foundation),
        delegates=DelegateStore(foundation),
        delegate_imports=DelegateImportStore(foundation),
        staff_numbers=StaffNumbers(database, foundation.keyring.masters),
        sessions=SessionStore(foundation),
        joint_meetings=JointMeetingStore(foundation),
        committee_meetings=CommitteeMeetingStore(foundation),
        people=People(database),
        statistics=Statistics(foundation.client, database),
        appeals=AppealStore(foundation),
        appeal_committees=AppealCommitteeStore(foundation),
        appeal_rules=AppealRules(foundation),
    )
