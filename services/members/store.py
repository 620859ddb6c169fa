"""Where the roster is kept."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.members.domain.consents import Consent, ConsentText
from services.members.domain.couples import Couple
from services.members.domain.members import Member
from services.members.domain.requests import PersonRequest
from services.members.domain.roles import RoleAssignment
from services.members.domain.roster import Outcome, RosterImport, Verdict, folded
from services.members.domain.search import normalised, search_keys
from services.members.domain.units import Unit
from services.members.errors import SheetGone
from shared import clock
from shared.contracts.members import Employment
from shared.directory import MemberUnknown, in_force, units_below
from shared.lease import Lease
from shared.mongo import Collection, Database, Document
from shared.person import Holder
from shared.roles import Grant, Role
from shared.sealing import PersonKey
from shared.service import Stores
from shared.store import Foundation, Store, Versioned

SHEET_DAYS = 7
_CHUNK_BYTES = 1_000_000
_BATCH = 500
_LEASE_SECONDS = 10
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

    async def all(self) -> AsyncIterator[Versioned[Unit]]:
        async for row in self.documents.find({}):
            yield self._versioned(row)

    async def by_name(self) -> dict[str, list[UUID]]:
        """The open units by their names, in both languages, as a sheet would write them."""
        found: dict[str, list[UUID]] = {}
        async for row in self.documents.find({"closed_on": None}, {"name": 1, "name_en": 1}):
            for name in {folded(row["name"]), folded(row["name_en"])}:
                found.setdefault(name, []).append(row["_id"])
        return found

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

    async def opened(self, staff_numbers: Sequence[str]) -> dict[str, Versioned[Member]]:
        """By staff number, with what is sealed: for whoever puts it on record."""
        rows = await self.documents.find({"staff_number": {"$in": list(staff_numbers)}}).to_list(None)
        keys = await self._foundation.keyring.find(row["_id"] for row in rows)
        return {row["staff_number"]: self._versioned(row, keys) for row in rows}

    async def all_opened(self) -> AsyncIterator[Member]:
        """Every member who was not erased, with what is sealed: for whoever puts it on record."""
        batch: list[Document] = []
        async for row in self.documents.find({"erased_at": None}).sort("_id", 1):
            batch.append(row)
            if len(batch) == _BATCH:
                for member in await self._all(batch):
                    yield member
                batch = []
        for member in await self._all(batch):
            yield member

    async def _all(self, rows: Sequence[Document]) -> list[Member]:
        keys = await self._foundation.keyring.find(row["_id"] for row in rows)
        return [self._versioned(row, keys).state for row in rows]

    async def numbers_in_post(self) -> set[str]:
        where = {"employment": Employment.IN_POST.value, "erased_at": None}
        return {row["staff_number"] async for row in self.documents.find(where, {"staff_number": 1})}

    async def has_left(self, member_id: UUID) -> bool:
        return await self.documents.find_one({"_id": member_id, "employment": Employment.LEFT.value}) is not None

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


class RosterImportStore(Store[RosterImport]):
    model = RosterImport
    collection = "roster_imports"
    what = "roster import"
    mentions = ("uploaded_by",)


class RosterFiles:
    """The sheets that were handed in, sealed, for some days; and what was found in them, row by row."""

    def __init__(self, foundation: Foundation) -> None:
        self._database = foundation.database
        self._chunks: Collection = foundation.database["roster_files"]
        self._verdicts: Collection = foundation.database["roster_verdicts"]
        self._progress: Collection = foundation.database["roster_progress"]
        self._masters = foundation.keyring.masters

    async def prepare(self) -> None:
        seconds = int(timedelta(days=SHEET_DAYS).total_seconds())
        for rows in (self._chunks, self._verdicts, self._progress):
            await rows.create_index("at", expireAfterSeconds=seconds)
        await self._verdicts.create_index([("import_id", 1), ("run", 1), ("outcome", 1), ("number", 1)])

    async def keep(self, import_id: UUID, wrapped: str, content: bytes) -> None:
        key = PersonKey(import_id, self._masters.unwrap(wrapped))
        chunks = [content[at : at + _CHUNK_BYTES] for at in range(0, len(content), _CHUNK_BYTES)]
        for number, chunk in enumerate(chunks):
            sealed = key.seal(chunk, f"roster_files/{import_id}/{number}")
            place = {"import_id": import_id, "number": number, "of": len(chunks)}
            await self._chunks.insert_one(
                {"_id": f"{import_id}/{number}", **place, "sealed": sealed, "at": clock.now()}
            )

    async def read(self, import_id: UUID, wrapped: str) -> bytes:
        """Raises SheetGone."""
        key = PersonKey(import_id, self._masters.unwrap(wrapped))
        chunks = await self._chunks.find({"import_id": import_id}).sort("number", 1).to_list(None)
        if not chunks or len(chunks) != chunks[0]["of"]:
            raise SheetGone(days=SHEET_DAYS)
        return b"".join(key.open(row["sealed"], f"roster_files/{import_id}/{row['number']}") for row in chunks)

    def lease(self, import_id: UUID) -> Lease:
        """Held by whoever works on the import, so that a second one does not, and one that died does not block it."""
        return Lease(self._database, f"roster-import-{import_id}", _LEASE_SECONDS)

    async def note(self, import_id: UUID, phase: str, done: int, total: int | None) -> None:
        progress = {"phase": phase, "done": done, "total": total, "at": clock.now()}
        await self._progress.update_one({"_id": import_id}, {"$set": progress}, upsert=True)

    async def progress(self, import_id: UUID) -> Document | None:
        return await self._progress.find_one({"_id": import_id})

    async def record(self, import_id: UUID, run: UUID, verdicts: Sequence[Verdict]) -> None:
        at = clock.now()
        rows = [
            {**verdict._asdict(), "reasons": [reason._asdict() for reason in verdict.reasons], "at": at}
            for verdict in verdicts
        ]
        if rows:
            await self._verdicts.insert_many([{**row, "import_id": import_id, "run": run} for row in rows])

    async def only(self, import_id: UUID, run: UUID) -> None:
        """Forget what earlier runs found."""
        await self._verdicts.delete_many({"import_id": import_id, "run": {"$ne": run}})

    async def verdicts(
        self, import_id: UUID, *, outcome: Outcome | None = None, after: int = -1, limit: int = 0
    ) -> list[Document]:
        """In the order of the rows. `limit` 0 is all."""
        where: Document = {"import_id": import_id, "number": {"$gt": after}}
        if outcome is not None:
            where["outcome"] = outcome.value
        return await self._verdicts.find(where).sort("number", 1).limit(limit).to_list(None)


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
    imports: RosterImportStore
    sheets: RosterFiles

    def holders(self) -> list[Holder]:
        """The stores that keep something about members."""
        return [self.members, self.couples, self.roles, self.requests, self.consents]

    async def units_below(self, unit_ids: Sequence[UUID]) -> list[UUID]:
        return await units_below(self.units.documents, unit_ids)

    async def grants_of(self, member_id: UUID) -> frozenset[Grant]:
        if await self.members.has_left(member_id):
            return frozenset()
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
        RosterImportStore(foundation),
        RosterFiles(foundation),
    )
