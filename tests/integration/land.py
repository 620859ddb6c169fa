"""Two faculties, one with a section, and somebody in each role in each scope: what the matrix of access asks with."""

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import uuid4

import httpx

from deploy.access_table import Row
from shared.roles import Role
from tests.campus import Campus
from tests.congress import Congress, convene

Bearer = dict[str, str]
DAY = "2022-06-01"


@dataclass
class Land:
    """`subject` is a member of `section`, which lies below `above`. `elsewhere` is another faculty."""

    campus: Campus
    school: str
    above: str
    section: str
    elsewhere: str
    subject: str
    caller: str
    delegates: list[str]
    congress: Congress
    """Of the section. The subject and the two others are its delegates; the caller is none."""
    made: dict[str, Any] = field(default_factory=dict)
    """What scenarios share, by their own names."""

    def holder(self, role: Role, scope: str) -> Bearer:
        """A member of the other faculty who holds the role in the scope."""
        unit = {"school": None, "above": self.above, "elsewhere": self.elsewhere}[scope]
        return self.campus.issuer.bearer(self.caller, (role, unit))

    def themself(self, role: Role) -> Bearer:
        return self.campus.issuer.bearer(self.subject, (role, None))

    def is_subject(self, who: Bearer) -> bool:
        payload = who["Authorization"].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        return bool(claims["sub"] == self.subject)

    async def seated(self, who: Bearer) -> Bearer:
        """Somebody with the same roles who is a delegate, where `who` says that the caller is one."""
        payload = json.loads(base64.urlsafe_b64decode(who["Authorization"].split(".")[1] + "=="))
        if payload["sub"] != self.caller or not any(held["role"] == Role.DELEGATE for held in payload["roles"]):
            return who

        async def seat() -> str:
            member = await self.campus.member(self.section)
            await self.campus.heard_of("proposals", member)
            await self.congress.seat(member)
            return member

        roles = [(Role(held["role"]), held["unit_id"]) for held in payload["roles"]]
        return self.campus.issuer.bearer(await self.once("seated caller", seat), *roles)

    async def once(self, name: str, make: Callable[[], Awaitable[str]]) -> str:
        """What several requests share: made when it is first asked for."""
        if name not in self.made:
            self.made[name] = await make()
        found: str = self.made[name]
        return found


async def lay_out(campus: Campus) -> Land:
    school = await campus.school()
    above, elsewhere = await campus.unit(), await campus.unit()
    section = await campus.unit(above, branch=False)
    subject, caller = await campus.member(section), await campus.member(elsewhere)
    delegates = [await campus.member(section) for _ in range(2)]
    for service in ("proposals", "welfare", "events", "notifications"):
        for member in (subject, caller, *delegates):
            await campus.heard_of(service, member)
    members = [subject, *delegates]
    congress = await convene(campus, section, members, presidium=members, kind="union_members_congress")
    await congress.many_forms()
    return Land(campus, school, above, section, elsewhere, subject, caller, delegates, congress)


class Kind(StrEnum):
    READ = "read"
    """Of one thing that belongs to the section and is about the subject."""
    LIST = "list"
    """In which that thing is, or is not."""
    CREATE = "create"
    """Of something about the subject."""
    CHANGE = "change"
    """Of one thing that belongs to the section and is about the subject."""
    OWN_LIST = "own-list"
    CREATE_OWN = "create-own"


Asked = tuple[httpx.Response, bool]
"""The answer, and whether the thing asked for is in it."""


@dataclass(frozen=True)
class Scenario:
    """`ask` makes the request of a route as somebody, about the subject.

    `own_is_theirs` where the subject is a party to the thing.
    """

    kind: Kind
    ask: Callable[[Campus, Land, Row, Bearer], Awaitable[Asked]]
    own_is_theirs: bool = True


Scenarios = dict[tuple[str, str], Scenario]
"""By the service and the name of the route."""


async def send(
    campus: Campus,
    row: Row,
    who: Bearer,
    *,
    body: Any = None,
    ids: dict[str, str] | None = None,
    query: str = "",
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    path = row.path.format(**(ids or {})) + query
    return await campus.http[row.service].request(row.method, path, json=body, headers={**who, **(headers or {})})


def whole(answer: httpx.Response) -> bool:
    return answer.is_success


def listing(identity: str, answer: httpx.Response) -> bool:
    return answer.is_success and identity in [item["id"] for item in answer.json()["items"]]


def unique(prefix: str) -> str:
    return f"{prefix}{uuid4().hex[:10]}"
