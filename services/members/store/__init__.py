"""Where the roster is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.members.store.consents import ConsentStore, ConsentTexts
from services.members.store.couples import COUPLES_KEPT, CoupleStore
from services.members.store.members import MEMBERS_KEPT, MemberStore
from services.members.store.requests import Archives, PersonRequestStore
from services.members.store.roles import ROLES_KEPT, RoleAssignmentStore
from services.members.store.rosters import RosterFiles, RosterImportStore
from services.members.store.units import UnitStore
from shared import clock
from shared.directory import units_below
from shared.person import Holder
from shared.retention import RetentionRules
from shared.roles import Grant
from shared.service import Stores
from shared.store import Foundation


@dataclass(frozen=True)
class MembersStores(Stores):
    units: UnitStore
    members: MemberStore
    couples: CoupleStore
    roles: RoleAssignmentStore
    requests: PersonRequestStore
    archives: Archives
    consents: ConsentStore
    consent_texts: ConsentTexts
    imports: RosterImportStore
    sheets: RosterFiles
    retention: RetentionRules

    def holders(self) -> list[Holder]:
        """The stores that keep something about members."""
        return [self.members, self.couples, self.roles, self.requests, self.consents, self.imports]

    async def units_below(self, unit_ids: Sequence[UUID]) -> list[UUID]:
        return await units_below(self.units.documents, unit_ids)

    async def grants_of(self, member_id: UUID) -> frozenset[Grant]:
        if await self.members.is_gone(member_id):
            return frozenset()
        return await self.roles.grants_of(member_id, clock.campus_day(clock.now()))


def wire(foundation: Foundation) -> MembersStores:
    database: Any = foundation.database
    return MembersStores(
        foundation,
        UnitStore(foundation),
        MemberStore(foundation),
        CoupleStore(foundation),
        RoleAssignmentStore(foundation),
        PersonRequestStore(foundation),
        Archives(database),
        ConsentStore(foundation),
        ConsentTexts(database),
        RosterImportStore(foundation),
        RosterFiles(foundation),
        RetentionRules(database, (MEMBERS_KEPT, COUPLES_KEPT, ROLES_KEPT)),
    )
