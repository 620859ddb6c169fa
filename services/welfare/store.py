"""Where visits are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.welfare.domain import Visit
from shared.auth import Principal
from shared.directory import Directory
from shared.roles import Role
from shared.service import Stores
from shared.store import Foundation, Store

SEES_ALL = (Role.UNION_OFFICER, Role.FINANCE_OFFICER, Role.AUDIT_COMMITTEE)
BRANCH = (Role.BRANCH_CHAIR, Role.BRANCH_OFFICER)


class VisitStore(Store[Visit]):
    model = Visit
    collection = "visits"
    what = "visit"

    async def prepare(self) -> None:
        await self.documents.create_index([("member_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])


@dataclass(frozen=True)
class WelfareStores(Stores):
    visits: VisitStore
    directory: Directory

    async def visible_to(self, caller: Principal) -> Mapping[str, Any]:
        """The union's officers see every visit, a branch those of its units, a member their own."""
        if caller.everywhere(*SEES_ALL):
            return {}
        units = await self.directory.units_below(caller.units(*SEES_ALL, *BRANCH))
        return {"$or": [{"member_id": caller.id}, {"unit_id": {"$in": units}}]}


def wire(foundation: Foundation) -> WelfareStores:
    return WelfareStores(VisitStore(foundation), Directory(foundation.database))
