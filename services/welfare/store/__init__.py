"""Where welfare is kept."""

from dataclasses import dataclass

from services.welfare.store.aid import (
    AID_CLAIMS_KEPT,
    AidClaimStore,
    AidEnrolmentBatchStore,
    AidEnrolmentStore,
    AidPlanStore,
)
from services.welfare.store.aid_figures import AidStatistics
from services.welfare.store.batch_visits import BatchVisitListStore, BatchVisitStore
from services.welfare.store.benefit_entitlements import EntitlementStore, PickUpListStore, StockStore
from services.welfare.store.benefit_vouchers import VoucherDriveStore, VoucherListStore, VoucherStore
from services.welfare.store.benefits import BenefitDriveStore, HolidayYearStore
from services.welfare.store.cards import CardBatchStore, ServiceCardStore
from services.welfare.store.couples import Couples
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
from services.welfare.store.grants import (
    EVIDENCE_KEPT,
    GRANTS_KEPT,
    OBJECTIONS_KEPT,
    GrantApplicationStore,
    GrantClaimStore,
    GrantObjectionStore,
    GrantRoundStore,
    GrantRules,
)
from services.welfare.store.pairings import PAIRING_LOGS_KEPT, PAIRINGS_KEPT, PairingLogStore, PairingStore
from services.welfare.store.policies import FundRules, PolicyStore
from services.welfare.store.statements import Statements
from services.welfare.store.visits import VISITS_KEPT, VisitStore
from shared.directory import Directory
from shared.files import SealedFiles
from shared.people import People
from shared.retention import RetentionRules
from shared.service import StoresOfMembers
from shared.staff_numbers import StaffNumbers
from shared.store import Foundation

KEPT = [
    VISITS_KEPT,
    GRANTS_KEPT,
    OBJECTIONS_KEPT,
    EVIDENCE_KEPT,
    AID_CLAIMS_KEPT,
    PAIRINGS_KEPT,
    PAIRING_LOGS_KEPT,
]


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
    grant_rounds: GrantRoundStore
    grant_applications: GrantApplicationStore
    grant_claims: GrantClaimStore
    grant_objections: GrantObjectionStore
    grant_rules: GrantRules
    grant_evidence: SealedFiles
    couples: Couples
    people: People
    batch_visits: BatchVisitStore
    batch_visit_lists: BatchVisitListStore
    benefit_drives: BenefitDriveStore
    benefit_entitlements: EntitlementStore
    benefit_stocks: StockStore
    benefit_holiday_years: HolidayYearStore
    pick_up_lists: PickUpListStore
    voucher_drives: VoucherDriveStore
    vouchers: VoucherStore
    voucher_lists: VoucherListStore
    staff_numbers: StaffNumbers
    aid_plans: AidPlanStore
    aid_enrolments: AidEnrolmentStore
    aid_enrolment_batches: AidEnrolmentBatchStore
    aid_claims: AidClaimStore
    card_batches: CardBatchStore
    service_cards: ServiceCardStore
    pairings: PairingStore
    pairing_logs: PairingLogStore
    aid_statistics: AidStatistics


def wire(foundation: Foundation) -> WelfareStores:
    database = foundation.database
    enrolments, claims, cards = AidEnrolmentStore(foundation), AidClaimStore(foundation), ServiceCardStore(foundation)
    pairings, logs = PairingStore(foundation), PairingLogStore(foundation)
    directory = Directory(database)
    entitlements, stocks = EntitlementStore(foundation), StockStore(foundation)
    voucher_drives, allowances = VoucherDriveStore(foundation), AllowanceStore(foundation)
    return WelfareStores(
        foundation,
        directory,
        RetentionRules(database, KEPT),
        policies=PolicyStore(foundation, directory),
        fund_rules=FundRules(foundation),
        budget_years=BudgetYearStore(foundation),
        envelopes=EnvelopeStore(foundation, directory),
        fund_decisions=FundDecisionStore(foundation),
        spendings=SpendingStore(foundation),
        allowances=allowances,
        journal=JournalStore(foundation),
        statements=Statements(foundation.client, database),
        funding_requests=FundingRequestStore(foundation),
        expense_claims=ExpenseClaimStore(foundation),
        visits=VisitStore(foundation),
        grant_rounds=GrantRoundStore(foundation),
        grant_applications=GrantApplicationStore(foundation),
        grant_claims=GrantClaimStore(foundation),
        grant_objections=GrantObjectionStore(foundation),
        grant_rules=GrantRules(foundation),
        grant_evidence=SealedFiles(foundation, name="grant_evidence", kind="evidence file"),
        couples=Couples(database),
        people=People(database),
        batch_visits=BatchVisitStore(foundation),
        batch_visit_lists=BatchVisitListStore(foundation),
        benefit_drives=BenefitDriveStore(foundation, directory, entitlements, stocks),
        benefit_entitlements=entitlements,
        benefit_stocks=stocks,
        benefit_holiday_years=HolidayYearStore(foundation),
        pick_up_lists=PickUpListStore(foundation),
        voucher_drives=voucher_drives,
        vouchers=VoucherStore(foundation, voucher_drives, allowances),
        voucher_lists=VoucherListStore(foundation),
        staff_numbers=StaffNumbers(database, foundation.keyring.masters),
        aid_plans=AidPlanStore(foundation),
        aid_enrolments=enrolments,
        aid_enrolment_batches=AidEnrolmentBatchStore(foundation),
        aid_claims=claims,
        card_batches=CardBatchStore(foundation),
        service_cards=cards,
        pairings=pairings,
        pairing_logs=logs,
        aid_statistics=AidStatistics(enrolments, claims, cards, pairings, logs),
    )
