"""Where schemes of mutual aid, enrolments and claims are kept."""

from collections.abc import Awaitable, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from services.welfare.domain.aid import AidEnrolment, AidEnrolmentBatch, AidPlan
from services.welfare.domain.aid_claims import COVERING, STANDING, AidClaim, State
from services.welfare.errors.aid import AidClaimedAlready, AidNotEnrolled
from shared.audit import PERSONS_OF_AN_ENTRY, Entry
from shared.command import Answer
from shared.contracts.welfare.aid import AidMatter
from shared.errors import AlreadyExists
from shared.mongo import Document
from shared.purposes import Purpose, Reading
from shared.retention import RetentionRule
from shared.store import Store

AID_CLAIMS_KEPT = RetentionRule(
    kind="aid claim",
    years=30,
    effective_from=date(2016, 1, 1),
    source=(
        "会计档案管理办法 (财政部 国家档案局令第79号): vouchers are kept for 30 years, and with them what they rest "
        "on. A school may differ."
    ),
)


class AidPlanStore(Store[AidPlan]):
    model = AidPlan
    collection = "aid_plans"
    what = "aid plan"


class AidEnrolmentStore(Store[AidEnrolment]):
    model = AidEnrolment
    collection = "aid_enrolments"
    what = "aid enrolment"
    unit = "unit_id"
    parties = ("member_id",)
    mentions = ("enrolled_by",)

    async def prepare(self) -> None:
        await self.documents.create_index(
            [("plan_id", 1), ("member_id", 1)], name="one_of_a_member_in_a_plan", unique=True
        )
        await self.documents.create_index([("plan_id", 1), ("_id", -1)])
        await self.documents.create_index([("member_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index("enrolled_by")
        await self.documents.create_index([("covers_from", 1), ("covers_until", 1)])

    async def of(self, plan_id: UUID, member_id: UUID) -> AidEnrolment:
        """Raises AidNotEnrolled."""
        row = await self.documents.find_one({"plan_id": plan_id, "member_id": member_id})
        if row is None:
            raise AidNotEnrolled(field="member_id")
        return self._versioned(row).state

    async def in_plan(self, plan_id: UUID, member_ids: Iterable[UUID]) -> dict[UUID, AidEnrolment]:
        """Of those of the members who are enrolled, or were."""
        found = self.documents.find({"plan_id": plan_id, "member_id": {"$in": list(member_ids)}})
        return {row["member_id"]: self._versioned(row).state async for row in found}


class AidEnrolmentBatchStore(Store[AidEnrolmentBatch]):
    model = AidEnrolmentBatch
    collection = "aid_enrolment_batches"
    what = "list of enrolments"
    unit = "unit_id"
    mentions = ("taken_in_by",)

    async def prepare(self) -> None:
        await self.documents.create_index("taken_in_by")


class AidClaimStore(Store[AidClaim]):
    model = AidClaim
    collection = "aid_claims"
    what = "aid claim"
    unit = "unit_id"
    parties = ("member_id",)
    mentions = ("recorded_by",)
    person = "member_id"
    dated = "recorded_on"

    async def prepare(self) -> None:
        await self.documents.create_index(
            [("plan_id", 1), ("member_id", 1), ("blind.matter", 1), ("blind.happened_on", 1)],
            name="one_for_a_matter_and_day",
            unique=True,
            partialFilterExpression={"derived.standing": True, "blind.matter": {"$exists": True}},
        )
        await self.documents.create_index([("member_id", 1), ("year", 1), ("blind.matter", 1), ("state", 1)])
        await self.documents.create_index([("member_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index([("state", 1), ("_id", -1)])
        await self.documents.create_index("recorded_by")
        await self.documents.create_index("year")
        await self.documents.create_index("paid_on")

    def derived(self, state: AidClaim) -> Document:
        return {"standing": True} if state.state in STANDING else {}

    async def covering(self, member_id: UUID, matter: AidMatter | str, year: int) -> bool:
        """Whether a claim of the member for the matter, as it happened in that year, was accepted or paid."""
        where = {
            "member_id": member_id,
            "year": year,
            "blind.matter": self.blind("matter", str(matter)),
            "state": {"$in": [state.value for state in COVERING]},
        }
        return await self.documents.find_one(where, {"_id": 1}) is not None

    async def paid_in(self, year: int, where: Mapping[str, Any], reading: Reading) -> int:
        """What was paid in a year, in fen. Whose key was destroyed is not in it any more.

        The amounts are opened for this: that they were, is put on record for each of the members.
        """
        paid = {"state": State.PAID.value, **days_of("paid_on", year), **where}
        rows = await self.documents.find(paid).sort("_id", 1).to_list(None)
        keys = await self._foundation.keyring.find({row["member_id"] for row in rows})
        members = sorted({row["member_id"] for row in rows})
        for at in range(0, len(members), PERSONS_OF_AN_ENTRY):
            await self._foundation.audit.append(
                Entry(
                    action="aid_claims.added-up",
                    actor=reading.actor,
                    persons=tuple(members[at : at + PERSONS_OF_AN_ENTRY]),
                    subject_kind=self.what,
                    subject_id=uuid5(NAMESPACE_URL, f"mutual aid paid in {year}"),
                    fields=("paid_fen",),
                    purpose=Purpose.STATISTICS,
                    correlation_id=reading.correlation_id,
                )
            )
        return sum(self._versioned(row, keys).state.paid_fen or 0 for row in rows)


async def claimed_once(answer: Awaitable[Answer]) -> Answer:
    """Raises AidClaimedAlready where the index of claims finds another one."""
    try:
        return await answer
    except AlreadyExists as error:
        if "happened_on" in error.field:
            raise AidClaimedAlready from error
        raise


def days_of(field: str, year: int) -> Document:
    return {field: {"$gte": f"{year:04d}-01-01", "$lte": f"{year:04d}-12-31"}}
