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
from shared.roles import Permit, Role
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
    enrolled: dict[tuple[Role, str], str]
    """Members who hold their role by the roster."""
    made: dict[str, Any] = field(default_factory=dict)
    """What scenarios share, by their own names."""

    def unit(self, scope: str) -> str | None:
        return {"school": None, "above": self.above, "elsewhere": self.elsewhere}[scope]

    def holders(self, role: Role, scope: str, permit: Permit | None) -> "dict[Held, Bearer]":
        """Members of the other faculty, or accounts, that hold the role in the scope."""
        held = (role, self.unit(scope))
        bearer = self.campus.issuer.bearer
        if role is Role.SERVICE_ACCOUNT:
            account = uuid4()
            others = [each for each in Permit if each is not permit]
            found = {Held.BY_ANOTHER_PERMIT: bearer(account, held, permits=others)}
            if permit is not None:
                found[Held.BY_THE_TOKEN] = bearer(account, held, permits=[permit])
        else:
            found = {Held.BY_THE_TOKEN: bearer(self.caller, held)}
        if (role, scope) in self.enrolled:
            found[Held.BY_THE_ROSTER] = bearer(self.enrolled[role, scope])
        return found

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


class Held(StrEnum):
    """By what a role is held."""

    BY_THE_TOKEN = "by the token"
    BY_THE_ROSTER = "by the roster"
    BY_ANOTHER_PERMIT = "by every permit but the one that it takes"


async def _enrol(campus: Campus, home: str, units: dict[str, str | None]) -> dict[tuple[Role, str], str]:
    """Members of the other faculty who hold each role by the roster, and accounts with every permit."""
    found: dict[tuple[Role, str], str] = {}
    roles: list[Role] = [role for role in Role if role not in (Role.MEMBER, Role.DELEGATE)]
    for role in roles:
        for scope, unit in units.items():
            account = role is Role.SERVICE_ACCOUNT
            found[role, scope] = str(uuid4()) if account else await campus.member(home)
            await campus.role(found[role, scope], role, unit, **({"permits": list(Permit)} if account else {}))
    for service in ("proposals", "welfare", "events", "notifications", "reports"):
        for (held, _), member in found.items():
            if held is not Role.SERVICE_ACCOUNT:
                await campus.heard_of(service, member)
            await campus.heard_of(service, member, held)
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
    enrolled = await _enrol(campus, elsewhere, {"school": None, "above": above, "elsewhere": elsewhere})
    return Land(campus, school, above, section, elsewhere, subject, caller, delegates, congress, enrolled)


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
