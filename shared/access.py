"""Who may: a rule of access says for each role how far it reaches, and becomes part of the query.

    RULE = Access({Role.UNION_OFFICER: Reach.SCOPE, Role.MEMBER: Reach.OWN})

What lies outside a caller's reach is not there for them: they are told that it does not exist.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Any
from uuid import UUID

from shared.auth import Principal
from shared.errors import Forbidden, RoleMissing, Text
from shared.roles import Permit, Role


class Reach(StrEnum):
    """How far a role reaches. A role is held for the whole school, or for a unit and what lies below it."""

    EVERYTHING = "everything"
    """Whatever the scope in which the role is held: what belongs to no unit, or is known to all members."""
    SCOPE = "scope"
    """What belongs to the units of the scope."""
    SCHOOL = "school"
    """Everything, and only where the role is held for the whole school."""
    OWN = "own"
    """What the caller is a party to, as the store says."""


@dataclass(eq=False)
class OutsideYourUnits(Forbidden):
    title = Text(zh="不在您负责的单位范围内", en="Outside the units that you look after")
    detail = Text(
        zh="字段 {field} 所指的会员或单位不在您的职责范围内",
        en="What {field} names does not belong to the units that your role covers",
    )

    field: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and how far the rule of the route lets them reach."""

    id: UUID
    roles: frozenset[Role]
    """Those of the rule that the caller holds."""
    everything: bool
    units: frozenset[UUID]
    own: bool
    expires_at: float = inf
    """Until when the token speaks for them, in seconds since 1970: what goes on for longer ends then."""

    def where(self, *, unit: str, parties: Sequence[str]) -> Mapping[str, Any]:
        """The condition that a query ends with: `unit` and `parties` name fields of the document."""
        if self.everything:
            return {}
        reachable: list[dict[str, Any]] = [{party: self.id} for party in parties] if self.own else []
        if self.units and unit:
            reachable.append({unit: {"$in": sorted(self.units)}})
        return {"$or": reachable} if reachable else {"_id": {"$in": []}}

    def covers(self, unit_id: UUID | None) -> bool:
        """None is the whole school."""
        return self.everything or unit_id in self.units

    def require(self, unit_id: UUID | None, *, field: str) -> None:
        """For what is about to be written. Raises OutsideYourUnits, which names the request's field."""
        if not self.covers(unit_id):
            raise OutsideYourUnits(field=field)


@dataclass(frozen=True)
class Access:
    """The rule of access of a route. Where accounts of other systems may call it, `permit` is what that takes."""

    rules: Mapping[Role, Reach]
    permit: Permit | None = None

    def __post_init__(self) -> None:
        if (Role.SERVICE_ACCOUNT in self.rules) != (self.permit is not None):
            raise ValueError("a service account takes a permit, and nobody else does")
        if self.rules.get(Role.SERVICE_ACCOUNT) in (Reach.EVERYTHING, Reach.OWN):
            raise ValueError("a service account reaches the units of its scope, or the school")

    async def grant(
        self, principal: Principal, units_below: Callable[[Sequence[UUID]], Awaitable[Sequence[UUID]]]
    ) -> Caller:
        """Raises RoleMissing."""
        everything = own = False
        roots: set[UUID] = set()
        roles: set[Role] = set()
        for grant in principal.grants:
            reach = self.rules.get(grant.role)
            if reach is None or (reach is Reach.SCHOOL and grant.unit_id is not None):
                continue
            if grant.role is Role.SERVICE_ACCOUNT and self.permit not in grant.permits:
                continue
            roles.add(grant.role)
            if reach is Reach.OWN:
                own = True
            elif reach is Reach.SCOPE and grant.unit_id is not None:
                roots.add(grant.unit_id)
            else:
                everything = True
        if not roles:
            raise RoleMissing(needed=sorted(self.rules))
        units = frozenset() if everything or not roots else frozenset(await units_below(sorted(roots)))
        return Caller(principal.id, frozenset(roles), everything, units, own, principal.expires_at)
