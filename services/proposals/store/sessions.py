"""Where sessions and joint meetings are kept."""

from collections.abc import AsyncIterator, Iterable
from datetime import date
from uuid import UUID

from services.proposals.domain.sessions import JointMeeting, Session, SessionState
from shared.mongo import Document
from shared.store import Store

_NOT_OVER = [SessionState.PLANNED.value, SessionState.OPEN.value]


class SessionStore(Store[Session]):
    model = Session
    collection = "sessions"
    what = "session"
    unit = "unit_id"
    parties = ("present_ids", "on_leave_ids", "presidium_ids")

    async def prepare(self) -> None:
        await self.documents.create_index(
            [("term_id", 1), ("number", 1)],
            name="one_of_a_number",
            unique=True,
            partialFilterExpression={"cancelled_because": None},
        )
        await self.documents.create_index([("term_id", 1), ("_id", -1)])
        await self.documents.create_index([("body_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index([("state", 1), ("held_from", 1), ("unit_id", 1)])
        for field in self.parties:
            await self.documents.create_index([(field, 1), ("_id", -1)])

    async def not_over(self, term_id: UUID) -> int:
        return int(await self.documents.count_documents({"term_id": term_id, "state": {"$in": _NOT_OVER}}))

    async def met_since(self, body_id: UUID, day: date, today: date) -> bool:
        """Whether the body has a session that was to begin between the days, and was not cancelled."""
        days = {"$gte": day.isoformat(), "$lte": today.isoformat()}
        where = {"body_id": body_id, "held_from": days, "state": {"$ne": SessionState.CANCELLED.value}}
        return await self.documents.find_one(where, {"_id": 1}) is not None

    async def closed_in(self, year: int) -> dict[UUID, list[UUID]]:
        """The sessions that began in the year and were held to their end, by the unit of their body."""
        days = {"$gte": f"{year:04d}-01-01", "$lte": f"{year:04d}-12-31"}
        where = {"state": SessionState.CLOSED.value, "held_from": days}
        found: dict[UUID, list[UUID]] = {}
        async for row in self.documents.find(where, {"unit_id": 1}).sort("_id", 1):
            found.setdefault(row["unit_id"], []).append(row["_id"])
        return found

    async def holdings(self, person: UUID) -> AsyncIterator[Document]:
        """That they were there. What was said, and who else was, is not about them."""
        named = {"$or": [{field: person} for field in self.parties]}
        async for row in self.documents.find(named).sort("_id", 1):
            where = [field for field in self.parties if person in row[field]]
            yield {"kind": self.what, "named_as": where, "id": str(row["_id"]), "held_from": row["held_from"]}


class JointMeetingStore(Store[JointMeeting]):
    model = JointMeeting
    collection = "joint_meetings"
    what = "joint meeting"
    unit = "unit_id"

    async def prepare(self) -> None:
        await self.documents.create_index("session_ids", name="one_of_a_session", unique=True)

    async def of_sessions(self, session_ids: Iterable[UUID]) -> dict[UUID, UUID]:
        """In which joint meeting each of the sessions met, of those that did."""
        wanted = set(session_ids)
        found = self.documents.find({"session_ids": {"$in": list(wanted)}})
        return {session: row["_id"] async for row in found for session in row["session_ids"] if session in wanted}
