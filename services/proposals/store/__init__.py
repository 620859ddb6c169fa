"""Where proposals and appeals are kept."""

from dataclasses import dataclass

from services.proposals.store.appeals import APPEALS_KEPT, AppealCommitteeStore, AppealRules, AppealStore
from services.proposals.store.proposals import ProposalStore, SecondingRules
from shared.directory import Directory
from shared.retention import RetentionRules
from shared.service import StoresOfMembers
from shared.store import Foundation


@dataclass(frozen=True)
class ProposalsStores(StoresOfMembers):
    proposals: ProposalStore
    rules: SecondingRules
    appeals: AppealStore
    appeal_committees: AppealCommitteeStore
    appeal_rules: AppealRules


def wire(foundation: Foundation) -> ProposalsStores:
    database = foundation.database
    return ProposalsStores(
        foundation,
        Directory(database),
        RetentionRules(database, [APPEALS_KEPT]),
        proposals=ProposalStore(foundation),
        rules=SecondingRules(database),
        appeals=AppealStore(foundation),
        appeal_committees=AppealCommitteeStore(foundation),
        appeal_rules=AppealRules(database),
    )
