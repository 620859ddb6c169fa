"""A congress whose delegates may file: its body, term, session and call, entered as its officers would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from shared import clock
from tests.campus import Client, until

TEXT = {
    "title": "关于增设母婴室的提案",
    "grounds": "教学楼内没有母婴室",
    "suggestion": "每栋教学楼设一间",
    "category": "facilities",
}


@dataclass(frozen=True)
class Congress:
    campus: Client
    unit: str
    body: str
    term: str
    session: str
    call: str

    async def post(self, path: str, body: Any, who: Mapping[str, str], *, status: int = 200) -> dict[str, Any]:
        return await self.campus.post("proposals", path, body, who, status=status)

    def text(self, seconders: Sequence[str] = (), **given: Any) -> dict[str, Any]:
        return {**TEXT, "call_id": self.call, "seconder_ids": list(seconders), **given}

    async def file(self, proposer: str, seconders: Sequence[str] = (), **given: Any) -> dict[str, Any]:
        who = self.campus.issuer.bearer(proposer)
        return await self.post("/v1/proposals", self.text(seconders, **given), who, status=201)

    async def second(self, proposal: str, seconder: str, answer: str = "accepted", revision: int = 1) -> dict[str, Any]:
        body = {"answer": answer, "revision": revision}
        return await self.post(f"/v1/proposals/{proposal}/seconds", body, self.campus.issuer.bearer(seconder))

    async def seconded(self, proposer: str, seconders: Sequence[str], **given: Any) -> str:
        """A form that all its seconders have accepted."""
        made = str((await self.file(proposer, seconders, **given))["id"])
        for seconder in seconders:
            await self.second(made, seconder)
        return made

    async def disposed(self, proposal: str, disposition: str, who: Mapping[str, str], **given: Any) -> dict[str, Any]:
        body = {"disposition": disposition, **given}
        return await self.post(f"/v1/proposals/{proposal}/dispositions", body, who)

    async def many_forms(self) -> None:
        """A rule of today by which a delegate files as many forms as tests do."""
        rule = {
            "effective_from": str(clock.campus_day(clock.now())),
            "source": "示例规则",
            "minimum_seconders": 2,
            "forms_per_delegate": 1000,
            "delegations_need_seconders": False,
        }
        await self.post("/v1/proposal-rules", rule, self.campus.officer, status=201)

    async def seat(self, *members: str) -> None:
        for member in members:
            body = {"member_id": member, "how": "elected", "elected_on": "2020-09-01"}
            await self.post(f"/v1/terms/{self.term}/delegates", body, self.campus.officer, status=201)


async def convene(
    campus: Client, unit: str, delegates: Sequence[str], *, presidium: Sequence[str] = (), kind: str = "staff_congress"
) -> Congress:
    """Of a unit that has none yet, with a call that is open. The delegates have to be known to proposals."""

    async def known() -> Any:
        return await campus.database("proposals")["directory_units"].find_one({"_id": UUID(unit)})

    await until(known, what=f"unit {unit} in proposals")

    async def post(path: str, body: Mapping[str, Any]) -> str:
        return str((await campus.post("proposals", path, body, campus.officer))["id"])

    today = clock.campus_day(clock.now())
    body = await post("/v1/bodies", {"kind": kind, "unit_id": unit, "name": "示例教职工代表大会"})
    term = await post(f"/v1/bodies/{body}/terms", {"number": 13, "begins_on": "2020-09-01"})
    days = {"held_from": str(today + timedelta(days=60)), "held_until": str(today + timedelta(days=61))}
    session = {"number": 3, **days, "presidium_ids": list(presidium)}
    await Congress(campus, unit, body, term, "", "").seat(*delegates)
    held = await post(f"/v1/terms/{term}/sessions", session)
    at = clock.now()
    window = {"opens_at": str(at - timedelta(hours=1)), "closes_at": str(at + timedelta(days=30))}
    return Congress(campus, unit, body, term, held, await post(f"/v1/sessions/{held}/calls", window))
