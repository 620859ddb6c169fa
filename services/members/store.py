"""Where the roster is kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.members.domain.consents import Consent, ConsentText
from services.members.domain.couples import Couple
from services.members.domain.members import Member
from services.members.domain.requests import PersonRequest
from services.members.domain.roles import RoleAssignment
from services.members.domain.search import normalised, search_keys
from services.members.domain.units import Unit
from shared import clock
from shared.contracts.members import Employment
from shared.directory import MemberUnknown, in_force, units_below
from shared.mongo import Collection, Database, Document
from shared.person import Holder
from shared.roles import Grant, Role
from shared.sealing import PersonKey
from shared.service import Stores
from shared.store import Foundation, Store

ARCHIVE_DAYS = 7
"""How long what was gathered for an archive is kept."""

CONSENT_TEXTS = (
    ConsentText(
        purpose="photo-publication",
        version=1,
        effective_from=date(2022, 1, 1),
        zh="同意工会在校内宣传中使用本人参加活动的照片。可随时撤回，撤回不影响此前的使用。",
        en="The union may use photographs of me at its activities within the college. I may withdraw this at any time.",
        source="个人信息保护法, articles 13 to 15. The school replaces the text by its own.",
    ),
    ConsentText(
        purpose="matchmaking",
        version=1,
        effective_from=date(2022, 1, 1),
        zh="同意工会为联谊活动向其他报名者出示本人填写的资料。可随时撤回。",
        en="The union may show what I have written about myself to others at its social evenings. I may withdraw this.",
        source="个人信息保护法, articles 13 to 15. The school replaces the text by its own.",
    ),
)


class UnitStore(Store[Unit]):
    model = Unit
    collection = "units"
    what = "unit"
    unit = "_id"

    async def prepare(self) -> None:
        await self.documents.create_index(
            "kind", name="one_school", unique=True, partialFilterExpression={"kind": "school"}
        )
        await self.documents.create_index([("parent_id", 1), ("_id", -1)])
        await self.documents.create_index(
            "moved_as", name="moves_in_turn", unique=True, partialFilterExpression={"moved_as": {"$type": "number"}}
        )

    async def last_move(self) -> int:
        """Read it before the way to the root: whoever moves meanwhile takes the number after it."""
        found = await self.documents.find_one({"moved_as": {"$ne": None}}, sort=[("moved_as", -1)])
        return int(found["moved_as"]) if found else 0

    async def above(self, unit_id: UUID) -> list[UUID]:
        """The way from the unit to the root, without the unit."""
        rows = await self.documents.aggregate(
            [
                {"$match": {"_id": unit_id}},
                {
                    "$graphLookup": {
                        "from": self.collection,
                        "startWith": "$parent_id",
                        "connectFromField": "parent_id",
                        "connectToField": "_id",
                        "as": "above",
                    }
                },
                {"$project": {"above._id": 1}},
            ]
        ).to_list(None)
        return [unit["_id"] for row in rows for unit in row["above"]]

    async def open_below(self, unit_id: UUID) -> int:
        return int(await self.documents.count_documents({"parent_id": unit_id, "closed_on": None}))


class MemberStore(Store[Member]):
    model = Member
    collection = "members"
    what = "member"
    unit = "unit_id"
    parties = ("_id",)
    person = "id"

    async def prepare(self) -> None:
        await self.documents.create_index("staff_number", unique=True)
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index([("derived.search", 1), ("_id", -1)])
        for field in ("phone", "email"):
            await self.documents.create_index(f"blind.{field}", sparse=True)

    def derived(self, state: Member) -> Document:
        if state.erased_at is not None:
            return {}
        return {"search": search_keys(state.name, state.staff_number)}

    def matching(self, text: str) -> Document:
        """The condition that a search begins with the text."""
        return {"derived.search": {"$regex": f"^{re.escape(normalised(text))}"}}

    async def in_post(self, unit_id: UUID) -> int:
        where = {"unit_id": unit_id, "employment": Employment.IN_POST.value}
        return int(await self.documents.count_documents(where))

    async def require(self, member_ids: Sequence[UUID], field: str) -> None:
        """Raises MemberUnknown where one of them does not exist or was erased."""
        where = {"_id": {"$in": list(member_ids)}, "erased_at": None}
        if await self.documents.count_documents(where) != len(set(member_ids)):
            raise MemberUnknown(field=field)


class CoupleStore(Store[Couple]):
    model = Couple
    collection = "couples"
    what = "couple"
    parties = ("member_ids",)

    async def prepare(self) -> None:
        await self.documents.create_index([("member_ids", 1), ("_id", -1)])
        await self.documents.create_index(
            "member_ids", name="one_at_a_time", unique=True, partialFilterExpression={"until": None}
        )


class RoleAssignmentStore(Store[RoleAssignment]):
    model = RoleAssignment
    collection = "role_assignments"
    what = "role assignment"
    unit = "unit_id"
    parties = ("member_id",)

    async def prepare(self) -> None:
        await self.documents.create_index([("member_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index(
            [("member_id", 1), ("role", 1), ("unit_id", 1)],
            name="one_open_in_a_scope",
            unique=True,
            partialFilterExpression={"until_date": None},
        )

    async def grants_of(self, member_id: UUID, on: date) -> frozenset[Grant]:
        """The roles that the member holds on that day, each with its scope."""
        rows = await self.documents.find({"member_id": member_id, **in_force(on)}).to_list(None)
        return frozenset(Grant(Role(row["role"]), row["unit_id"]) for row in rows)


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

    async def keep(self, request_id: UUID, service: str, part: int, content: str, key: PersonKey) -> None:
        place = {"request_id": request_id, "service": service, "part": part}
        sealed = key.seal(content.encode(), _place(request_id, service, part))
        row = {"sealed": sealed, "gathered_at": clock.now()}
        await self._parts.update_one(place, {"$setOnInsert": row}, upsert=True)

    async def count(self, request_id: UUID, service: str) -> int:
        return int(await self._parts.count_documents({"request_id": request_id, "service": service}))

    async def read(self, request_id: UUID, key: PersonKey) -> dict[str, str]:
        """What each service holds, as JSON. Raises NotOpened."""
        found: dict[str, str] = {}
        async for row in self._parts.find({"request_id": request_id}).sort([("service", 1), ("part", 1)]):
            content = key.open(row["sealed"], _place(request_id, row["service"], row["part"])).decode()
            found[row["service"]] = found.get(row["service"], "") + content
        return found


def _place(request_id: UUID, service: str, part: int) -> str:
    return f"person_archives/{request_id}/{service}/{part}"


class ConsentStore(Store[Consent]):
    model = Consent
    collection = "consents"
    what = "consent"
    parties = ("member_id",)

    async def prepare(self) -> None:
        await self.documents.create_index([("member_id", 1), ("_id", -1)])


class ConsentTexts:
    """What is asked for which purpose: data, which the school replaces by its own."""

    def __init__(self, database: Database) -> None:
        self._texts: Collection = database["consent_texts"]

    async def prepare(self) -> None:
        for text in CONSENT_TEXTS:
            row = text.model_dump(mode="json")
            identity = {"purpose": text.purpose, "version": text.version}
            await self._texts.update_one({"_id": identity}, {"$setOnInsert": row}, upsert=True)

    async def on(self, day: date) -> list[ConsentText]:
        """The newest text for each purpose that is in force on the day."""
        rows = await self._texts.find({"effective_from": {"$lte": day.isoformat()}}).sort("version", 1).to_list(None)
        newest = {row["purpose"]: row for row in rows}
        return [
            ConsentText.model_validate({name: row[name] for name in ConsentText.model_fields})
            for row in newest.values()
        ]


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

    def holders(self) -> list[Holder]:
        """The stores that keep something about members."""
        return [self.members, self.couples, self.roles, self.requests, self.consents]

    async def units_below(self, unit_ids: Sequence[UUID]) -> list[UUID]:
        return await units_below(self.units.documents, unit_ids)

    async def grants_of(self, member_id: UUID) -> frozenset[Grant]:
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
    )
