"""Where welfare is kept."""

from dataclasses import dataclass

from services.welfare.store.batch_visits import BatchVisitListStore, BatchVisitStore
from services.welfare.store.benefit_entitlements import EntitlementStore, PickUpListStore, StockStore
from services.welfare.store.benefit_vouchers import VoucherDriveStore, VoucherListStore, VoucherStore
from services.welfare.store.benefits import BenefitDriveStore, HolidayYearStore
from services.welfare.store.funds import (
    AllowanceStore,
    EnvelopeStore,
    FundDecisionStore,
    JournalStore,
    SpendingStore,
)
from services.welfare.store.policies import FundRules, PolicyStore
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
    envelopes: EnvelopeStore
    fund_decisions: FundDecisionStore
    spendings: SpendingStore
    allowances: AllowanceStore
    journal: JournalStore
    visits: VisitStore
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


def wire(foundation: Foundation) -> WelfareStores:
    database = foundation.database
    directory = Directory(database)
    entitlements, stocks = EntitlementStore(foundation), StockStore(foundation)
    voucher_drives, allowances = VoucherDriveStore(foundation), AllowanceStore(foundation)
    return WelfareStores(
        foundation,
        directory,
        RetentionRules(database, [VISITS_KEPT]),
        policies=PolicyStore(foundation, directory),
        fund_rules=FundRules(foundation),
        envelopes=EnvelopeStore(foundation, directory),
        fund_decisions=FundDecisionStore(foundation),
        spendings=SpendingStore(foundation),
        allowances=allowances,
        journal=JournalStore(foundation),
        visits=VisitStore(foundation),
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
    )
