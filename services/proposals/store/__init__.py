"""Where proposals are kept."""

from dataclasses import dataclass

from services.proposals.store.calls import CallStore
from services.proposals.store.cases import CaseStore
from services.proposals.store.proposals import ProposalStore
from services.proposals.store.rules import HandlingRules, ProposalRules
from shared.directory import Directory
from shared.retention import RetentionRules
from shared.service import StoresOfMembers
from shared.store import Foundation


@dataclass(frozen=True)
class ProposalsStores(StoresOfMembers):
    calls: CallStore
    proposals: ProposalStore
    cases: CaseStore
    proposal_rules: ProposalRules
    handling_rules: HandlingRules


def wire(foundation: Foundation) -> ProposalsStores:
    database = foundation.database
    return ProposalsStores(
        foundation,
        Directory(database),
        RetentionRules(database),
        calls=CallStore(foundation),
        proposals=ProposalStore(foundation),
        cases=CaseStore(foundation),
        proposal_rules=ProposalRules(foundation),
        handling_rules=HandlingRules(foundation),
    )
