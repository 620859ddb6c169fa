"""Where welfare is kept."""

from dataclasses import dataclass

from services.welfare.store.visits import VISITS_KEPT, VisitStore
from shared.directory import Directory
from shared.retention import RetentionRules
from shared.service import StoresOfMembers
from shared.store import Foundation


@dataclass(frozen=True)
class WelfareStores(StoresOfMembers):
    visits: VisitStore


def wire(foundation: Foundation) -> WelfareStores:
    database = foundation.database
    return WelfareStores(
        foundation,
        Directory(database),
        RetentionRules(database, [VISITS_KEPT]),
        visits=VisitStore(foundation),
    )
