"""Where the requests of persons and their archives are kept."""

from datetime import timedelta
from uuid import UUID

from services.members.domain.requests import PersonRequest
from services.members.errors import ArchiveGone
from shared import clock
from shared.contracts.persons import HOLDERS
from shared.mongo import Collection, Database
from shared.sealing import PersonKey
from shared.store import Store

ARCHIVE_DAYS = 7
"""How long what was gathered for an archive is kept."""


class PersonRequestStore(Store[PersonRequest]):
    model = PersonRequest
    collection = "person_requests"
    what = "request"
    unit = "unit_id"
    parties = ("member_id",)

    async def prepare(self) -> None:
        await self.documents.create_index([("member_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])


class Archives:
    """What the services have gathered about a person, sealed, for some days."""

    def __init__(self, database: Database) -> None:
        self._parts: Collection = database["person_archives"]

    async def prepare(self) -> None:
        days = timedelta(days=ARCHIVE_DAYS)
        await self._parts.create_index("gathered_at", expireAfterSeconds=int(days.total_seconds()))
        await self._parts.create_index([("request_id", 1), ("service", 1), ("part", 1)], unique=True)

    async def keep(self, request_id: UUID, service: str, part: int, parts: int, content: str, key: PersonKey) -> None:
        place = {"request_id": request_id, "service": service, "part": part}
        sealed = key.seal(content.encode(), _place(request_id, service, part))
        row = {"sealed": sealed, "parts": parts, "gathered_at": clock.now()}
        await self._parts.update_one(place, {"$setOnInsert": row}, upsert=True)

    async def count(self, request_id: UUID, service: str) -> int:
        return int(await self._parts.count_documents({"request_id": request_id, "service": service}))

    async def read(self, request_id: UUID, key: PersonKey) -> dict[str, str]:
        """What each service holds, as JSON. Raises ArchiveGone where a part is missing, NotOpened."""
        found: dict[str, str] = {}
        left: dict[str, int] = {}
        async for row in self._parts.find({"request_id": request_id}).sort([("service", 1), ("part", 1)]):
            content = key.open(row["sealed"], _place(request_id, row["service"], row["part"])).decode()
            found[row["service"]] = found.get(row["service"], "") + content
            left[row["service"]] = left.get(row["service"], row.get("parts", 0)) - 1
        if not found.keys() >= set(HOLDERS) or any(left.values()):
            raise ArchiveGone(days=ARCHIVE_DAYS)
        return found


def _place(request_id: UUID, service: str, part: int) -> str:
    return f"person_archives/{request_id}/{service}/{part}"
