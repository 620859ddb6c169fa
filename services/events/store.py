"""Where awards are kept."""

from dataclasses import dataclass

from services.events.domain import Award
from shared.directory import Directory
from shared.retention import RetentionRules
from shared.service import StoresOfMembers
from shared.store import Foundation, Store


class AwardStore(Store[Award]):
    model = Award
    collection = "awards"
    what = "award"
    unit = "unit_id"
    parties = ("member_id",)
    mentions = ("granted_by",)

    async def prepare(self) -> None:
        await self.documents.create_index([("member_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])


@dataclass(frozen=True)
class EventsStores(StoresOfMembers):
    awards: AwardStore


def wire(foundation: Foundation) -> EventsStores:
    database = foundation.database
    return EventsStores(foundation, Directory(database), RetentionRules(database), AwardStore(foundation))
