"""Where awards are kept."""

from dataclasses import dataclass

from services.events.domain import Award
from shared.directory import Directory
from shared.service import Stores
from shared.store import Foundation, Store


class AwardStore(Store[Award]):
    model = Award
    collection = "awards"
    what = "award"

    async def prepare(self) -> None:
        await self.documents.create_index([("member_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])


@dataclass(frozen=True)
class EventsStores(Stores):
    awards: AwardStore
    directory: Directory


def wire(foundation: Foundation) -> EventsStores:
    return EventsStores(AwardStore(foundation), Directory(foundation.database))
