"""Where the meetings of executive committees are kept."""

from services.proposals.domain.committee_meetings import CommitteeMeeting
from shared.store import Store


class CommitteeMeetingStore(Store[CommitteeMeeting]):
    model = CommitteeMeeting
    collection = "committee_meetings"
    what = "committee meeting"
    unit = "unit_id"

    async def prepare(self) -> None:
        await self.documents.create_index([("term_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
