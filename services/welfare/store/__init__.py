"""Where welfare is kept."""

from dataclasses import dataclass

from services.welfare.store.batch_visits import BatchVisitListStore, BatchVisitStore
from services.welfare.store.expense_claims import ExpenseClaimStore
from services.welfare.store.funding import FundingRequestStore
from services.welfare.store.funds import (
    AllowanceStore,
    BudgetYearStore,
    EnvelopeStore,
    FundDecisionStore,
    JournalStore,
    SpendingStore,
)
from services.welfare.store.policies import FundRules, PolicyStore
from services.welfare.store.statements import Statements
from services.welfare.store.visits import VISITS_KEPT, VisitStore
from shared.directory import Directory
from shared.retention import RetentionRules
from shared.service import StoresOfMembers
from shared.staff_numbers import StaffNumbers
from shared.store import Foundation


@dataclass(frozen=True)
class WelfareStores(StoresOfMembers):
    policies: PolicyStore
    fund_rules: FundRules
    budget_years: BudgetYearStore
    envelopes: EnvelopeStore
    fund_decisions: FundDecisionStore
    spendings: SpendingStore
    allowances: AllowanceStore
    journal: JournalStore
    statements: Statements
    funding_requests: FundingRequestStore
    expense_claims: ExpenseClaimStore
    visits: VisitStore
    batch_visits: BatchVisitStore
    batch_visit_lists: BatchVisitListStore
    staff_numbers: StaffNumbers


def wire(foundation: Foundation) -> WelfareStores:
    database = foundation.database
    directory = Directory(database)
    return WelfareStores(
        foundation,
        directory,
        RetentionRules(database, [VISITS_KEPT]),
        policies=PolicyStore(foundation, directory),
        fund_rules=FundRules(foundation),
        budget_years=BudgetYearStore(foundation),
        envelopes=EnvelopeStore(foundation, directory),
        fund_decisions=FundDecisionStore(foundation),
        spendings=SpendingStore(foundation),
        allowances=AllowanceStore(foundation),
        journal=JournalStore(foundation),
        statements=Statements(foundation.client, database),
        funding_requests=FundingRequestStore(foundation),
        expense_claims=ExpenseClaimStore(foundation),
        visits=VisitStore(foundation),
        batch_visits=BatchVisitStore(foundation),
        batch_visit_lists=BatchVisitListStore(foundation),
        staff_numbers=StaffNumbers(database, foundation.keyring.masters),
    )
