"""Where calls for proposals are kept, and when their forms are to have been reviewed."""

from datetime import datetime
from uuid import UUID

from services.proposals.domain.calls import Call
from services.proposals.domain.proposals import PENDING
from services.proposals.store.proposals import ProposalStore
from shared.command import NOBODY, Answer, Command
from shared.due_work import DueStore
from shared.ids import new_id
from shared.store import Foundation
from shared.tracing import continue_trace


class CallStore(DueStore[Call]):
    model = Call
    collection = "calls"
    what = "call"
    unit = "unit_id"

    def __init__(self, foundation: Foundation, proposals: ProposalStore) -> None:
        super().__init__(foundation)
        self._proposals = proposals

    async def prepare(self) -> None:
        await super().prepare()
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index([("term_id", 1), ("_id", -1)])
        await self.documents.create_index("session_id", unique=True)

    def due_at(self, state: Call) -> datetime | None:
        return state.review_at

    async def do(self, aggregate_id: UUID, at: datetime) -> None:
        """How many forms wait is counted before: it is a reminder, and no rule depends on it."""
        waiting = {"call_id": aggregate_id, "state": {"$in": list(PENDING)}}
        pending = await self._proposals.count(waiting)
        command = Command(NOBODY, at, str(new_id()), continue_trace(""))
        await self.change(
            aggregate_id, lambda call: call.await_review(pending, at=at), command, lambda _: Answer(204, b"")
        )
