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
from services.welfare.store.cards import CardBatchStore, ServiceCardStore
from services.welfare.store.funds import (
    AllowanceStore,
    EnvelopeStore,
    FundDecisionStore,
    JournalStore,
    SpendingStore,
)
from services.welfare.store.pairings import PAIRING_LOGS_KEPT, PAIRINGS_KEPT, PairingLogStore, PairingStore
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
    return WelfareStores(
        foundation,
        directory,
        RetentionRules(database, [VISITS_KEPT, AID_CLAIMS_KEPT, PAIRINGS_KEPT, PAIRING_LOGS_KEPT]),
        policies=PolicyStore(foundation, directory),
        fund_rules=FundRules(foundation),
        envelopes=EnvelopeStore(foundation, directory),
        fund_decisions=FundDecisionStore(foundation),
        spendings=SpendingStore(foundation),
        allowances=AllowanceStore(foundation),
        journal=JournalStore(foundation),
        visits=VisitStore(foundation),
        batch_visits=BatchVisitStore(foundation),
        batch_visit_lists=BatchVisitListStore(foundation),
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
