"""Where proposals are kept."""

from dataclasses import dataclass

from services.proposals.store.proposals import ProposalStore, SecondingRules
from shared.directory import Directory
from shared.retention import RetentionRules
from shared.service import StoresOfMembers
from shared.store import Foundation


@dataclass(frozen=True)
class ProposalsStores(StoresOfMembers):
    proposals: ProposalStore
    rules: SecondingRules


def wire(foundation: Foundation) -> ProposalsStores:
    database = foundation.database
    return ProposalsStores(
        foundation, Directory(database), RetentionRules(database), ProposalStore(foundation), SecondingRules(database)
    )
