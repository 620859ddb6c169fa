"""Who may: a rule of access says for each role how far it reaches, and becomes part of the query.

    RULE = Access({Role.UNION_OFFICER: Reach.SCOPE, Role.MEMBER: Reach.OWN})

What lies outside a caller's reach is not there for them: they are told that it does not exist.

Where roles reach a thing by different fields, each is asked for by itself, or the units of the one would be looked for
in the field of the other:

    any_of(
        caller.acting_as(Role.PROPOSAL_COMMITTEE).where(unit="unit_id", parties=()),
        caller.acting_as(Role.DEPARTMENT_HANDLER).where(unit="lead_unit_id", parties=()),
    )
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
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


Where = Mapping[str, Any]
NOTHING: Where = {"_id": {"$in": []}}
"""The condition that finds nothing; an empty one finds everything."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How far one role of a caller reaches."""

    everything: bool = False
    units: frozenset[UUID] = frozenset()
    own: bool = False


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and how far the rule of the route lets them reach, by all of their roles together."""

    id: UUID
    roles: frozenset[Role]
    """Those of the rule that the caller holds."""
    everything: bool
    units: frozenset[UUID]
    own: bool
    expires_at: float = inf
    """Until when the token speaks for them, in seconds since 1970: what goes on for longer ends then."""
    extents: Mapping[Role, Extent] = field(default_factory=dict, compare=False)

    def acting_as(self, *roles: Role) -> "Caller":
        """The same caller with the reach that these of their roles give, and no other."""
        extents = {role: extent for role, extent in self.extents.items() if role in roles}
        return self.of(self.id, extents, self.expires_at)

    def units_of(self, role: Role) -> frozenset[UUID]:
        """Empty where the role reaches everything, or is not held."""
        return self.extents.get(role, Extent()).units

    @classmethod
    def of(cls, caller_id: UUID, extents: Mapping[Role, Extent], expires_at: float = inf) -> "Caller":
        everything = any(extent.everything for extent in extents.values())
        units = () if everything else (extent.units for extent in extents.values())
        return cls(
            id=caller_id,
            roles=frozenset(extents),
            everything=everything,
            units=frozenset[UUID]().union(*units),
            own=any(extent.own for extent in extents.values()),
            expires_at=expires_at,
            extents=extents,
        )

    def where(self, *, unit: str, parties: Sequence[str]) -> Where:
        """The condition that a query ends with: `unit` and `parties` name fields of the document."""
        if self.everything:
            return {}
        reachable: list[dict[str, Any]] = [{party: self.id} for party in parties] if self.own else []
        if self.units and unit:
            reachable.append({unit: {"$in": sorted(self.units)}})
        return {"$or": reachable} if reachable else NOTHING

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
        roots: dict[Role, set[UUID]] = {}
        everything: set[Role] = set()
        for grant in principal.grants:
            reach = self.rules.get(grant.role)
            if reach is None or (reach is Reach.SCHOOL and grant.unit_id is not None):
                continue
            if grant.role is Role.SERVICE_ACCOUNT and self.permit not in grant.permits:
                continue
            of_role = roots.setdefault(grant.role, set())
            if reach is Reach.SCOPE and grant.unit_id is not None:
                of_role.add(grant.unit_id)
            elif reach is not Reach.OWN:
                everything.add(grant.role)
        if not roots:
            raise RoleMissing(needed=sorted(self.rules))
        extents = {
            role: Extent(
                everything=role in everything,
                units=frozenset(await units_below(sorted(of_role)) if of_role and role not in everything else ()),
                own=self.rules[role] is Reach.OWN,
            )
            for role, of_role in roots.items()
        }
        return Caller.of(principal.id, extents, principal.expires_at)


def any_of(*conditions: Where) -> Where:
    """The condition that finds what any of them finds."""
    if any(not condition for condition in conditions):
        return {}
    found = [condition for condition in conditions if condition != NOTHING]
    if len(found) == 1:
        return found[0]
    return {"$or": found} if found else NOTHING
