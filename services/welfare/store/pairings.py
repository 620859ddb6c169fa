"""Where pairings and what was written down in them are kept."""

from collections.abc import Awaitable
from datetime import date

from services.welfare.domain.pairings import Pairing, PairingLog, State
from services.welfare.errors.pairings import PairedAlready
from shared.command import Answer
from shared.errors import AlreadyExists
from shared.mongo import Document
from shared.retention import RetentionRule
from shared.store import Store

_SOURCE = (
    "个人信息保护法, article 19: no longer than is needed. Ten years are our choice, so that a pairing stays whole "
    "while a student studies; a school may differ."
)
PAIRINGS_KEPT = RetentionRule(kind="pairing", years=10, effective_from=date(2021, 11, 1), source=_SOURCE)
PAIRING_LOGS_KEPT = RetentionRule(kind="pairing log", years=10, effective_from=date(2021, 11, 1), source=_SOURCE)


class PairingStore(Store[Pairing]):
    model = Pairing
    collection = "pairings"
    what = "pairing"
    unit = "unit_id"
    parties = ("mentor_id",)
    mentions = ("begun_by",)
    person = "mentor_id"
    dated = "begun_on"

    async def prepare(self) -> None:
        await self.documents.create_index(
            [("mentor_id", 1), ("blind.student_number", 1)],
            name="one_going_on",
            unique=True,
            partialFilterExpression={"derived.going_on": True, "blind.student_number": {"$exists": True}},
        )
        await self.documents.create_index([("mentor_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index([("programme", 1), ("_id", -1)])
        await self.documents.create_index("begun_by")
        await self.documents.create_index([("begun_on", 1), ("ended_on", 1)])

    def derived(self, state: Pairing) -> Document:
        return {"going_on": True} if state.state is not State.ENDED else {}


class PairingLogStore(Store[PairingLog]):
    model = PairingLog
    collection = "pairing_logs"
    what = "pairing log"
    unit = "unit_id"
    parties = ("mentor_id",)
    mentions = ("logged_by",)
    person = "mentor_id"
    dated = "happened_on"

    async def prepare(self) -> None:
        await self.documents.create_index([("pairing_id", 1), ("_id", -1)])
        await self.documents.create_index([("mentor_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index("logged_by")
        await self.documents.create_index("happened_on")


async def paired_once(answer: Awaitable[Answer]) -> Answer:
    """Raises PairedAlready where the pairing that there is has not ended."""
    try:
        return await answer
    except AlreadyExists as error:
        if "student_number" in error.field:
            raise PairedAlready from error
        raise
