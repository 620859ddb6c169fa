"""What changes together with an application for a hardship grant: its claims, objections, the money."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from services.welfare.domain import grants_decisions
from services.welfare.domain.grants import GrantApplication
from services.welfare.domain.grants_claims import GrantClaim, give_back, members_claimed, require_not_covered, take
from services.welfare.domain.grants_objections import GrantObjection
from services.welfare.errors.grants import GrantChangedMeanwhile
from services.welfare.paying import Moves, Wanted, commit, release, reserve
from services.welfare.store import WelfareStores
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.command import Answer, Command
from shared.contracts.welfare.grants import HardshipKind
from shared.contracts.welfare.policies import SpendingKind
from shared.errors import AlreadyExists
from shared.ids import new_id
from shared.store import Piece, Respond, change_together

Where = Mapping[str, Any]
Decide = Callable[[GrantApplication, Collection[UUID]], Decision[GrantApplication]]
"""Given the application and whom the applicant is married to."""

_ATTEMPTS = 3


class AidClaims(Protocol):
    """Where claims of mutual aid (互助保障) are kept."""

    async def covering(self, member_id: UUID, matter: Any, year: int) -> bool:
        """Whether mutual aid has taken on the matter of the member in that year; both name it by the same word."""


async def covered(stores: WelfareStores, member_id: UUID, kind: HardshipKind, year: int) -> Collection[str]:
    """Beside that an applicant declares what mutual aid has paid."""
    claims: AidClaims | None = getattr(stores, "aid_claims", None)
    return {kind.value} if claims is not None and await claims.covering(member_id, kind, year) else ()


async def submit(
    stores: WelfareStores, application_id: UUID, order: Command, respond: Respond[Any], where: Where
) -> Answer:
    """Two that claim the same at the same moment meet in the claim: one of them decides again, and is turned down.

    Raises what `GrantApplication.submit`, `take` and `require_not_covered` do, GrantChangedMeanwhile, NothingHere.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return await _submit(stores, application_id, order, respond, where)
        except AlreadyExists:
            if attempt == _ATTEMPTS:
                raise GrantChangedMeanwhile from None
    raise AssertionError("it returns or raises")


async def _submit(
    stores: WelfareStores, application_id: UUID, order: Command, respond: Respond[Any], where: Where
) -> Answer:
    seen = (await stores.grant_applications.get(application_id, where)).state
    kind = await stores.grant_applications.kind_of(application_id)
    today = campus_day(order.at)
    rule = await stores.grant_rules.on(today)
    into = (await stores.grant_rounds.get(seen.round_id)).state
    household = await stores.couples.household(seen.member_id)
    require_not_covered(kind, await covered(stores, seen.member_id, kind, today.year), rule, today.year)
    claims = stores.grant_claims
    ids = [claims.id_of(member, kind, today.year) for member in members_claimed(seen.member_id, household, rule)]
    there = await claims.there_are(ids)

    def decide(application: GrantApplication, *found: GrantClaim | None) -> list[Decision[Any]]:
        if application.kind is not kind:
            raise GrantChangedMeanwhile
        submitted = application.submit(into, rule=rule, claim_ids=ids, today=today)
        taken = [
            take(
                claim,
                claim_id,
                application_id=application.id,
                applicant_id=application.member_id,
                household=household,
                rule=rule,
                year=today.year,
            )
            for claim_id, claim in zip(ids, found, strict=True)
        ]
        return [submitted, *taken]

    pieces: list[Piece[Any]] = [
        Piece(stores.grant_applications, application_id, where),
        *(Piece(claims, each if each in there else None) for each in ids),
    ]
    return await change_together(pieces, decide, order, respond)


async def go_on(
    stores: WelfareStores, application_id: UUID, decide: Decide, order: Command, respond: Respond[Any], where: Where
) -> Answer:
    """A step after which it still claims what it has claimed. Raises what `decide` does, NothingHere."""
    seen = (await stores.grant_applications.get(application_id, where)).state
    household = await stores.couples.household(seen.member_id)
    return await stores.grant_applications.change(
        application_id, lambda application: decide(application, household), order, respond, where
    )


async def give_up(
    stores: WelfareStores, application_id: UUID, decide: Decide, order: Command, respond: Respond[Any], where: Where
) -> Answer:
    """A step after which nothing comes of it, for now or for good: what it has claimed is given back, and the money.

    Raises what `decide` and `release` do, GrantChangedMeanwhile, NothingHere.
    """
    seen = (await stores.grant_applications.get(application_id, where)).state
    household = await stores.couples.household(seen.member_id)
    held = await _held(stores, seen, order)

    def decide_all(application: GrantApplication, *states: Any) -> list[Decision[Any] | None]:
        decided = decide(application, household)
        return [decided, *held.given_back(application, states)]

    pieces: list[Piece[Any]] = [Piece(stores.grant_applications, application_id, where), *held.pieces]
    return await change_together(pieces, decide_all, order, respond)


class Granted(NamedTuple):
    """What the committee has granted. `fund_decision_id` is needed above the limit of the accounts."""

    amount_fen: int
    met_on: date
    document: str
    fund_decision_id: UUID | None


async def grant(
    stores: WelfareStores, application_id: UUID, granted: Granted, order: Command, respond: Respond[Any], where: Where
) -> Answer:
    """It is the school that pays: the accounts of a branch do not show what its members were given.

    Raises what `grants_decisions.grant` and `reserve` do, PolicyMissing, NothingHere.
    """
    seen = (await stores.grant_applications.get(application_id, where)).state
    household, today = await stores.couples.household(seen.member_id), campus_day(order.at)
    policy = await stores.policies.judging(SpendingKind.HARDSHIP_GRANT, "", seen.unit_id, today)
    wanted = Wanted(
        SpendingKind.HARDSHIP_GRANT,
        application_id,
        None,
        granted.amount_fen,
        policy=policy,
        member_id=seen.member_id,
        decision_id=granted.fund_decision_id,
    )
    money = await reserve(stores, wanted, order)

    def decide(application: GrantApplication, *moved: Any) -> list[Decision[Any] | None]:
        decided = grants_decisions.grant(
            application,
            amount_fen=granted.amount_fen,
            met_on=granted.met_on,
            document=granted.document,
            spending_id=money.spending_id,
            policy_id=policy.id,
            by=order.actor,
            household=household,
            today=today,
        )
        return [decided, *money.decide(*moved)]

    pieces: list[Piece[Any]] = [Piece(stores.grant_applications, application_id, where), *money.pieces]
    return await change_together(pieces, decide, order, respond)


async def pay(
    stores: WelfareStores, application_id: UUID, order: Command, respond: Respond[Any], where: Where
) -> Answer:
    """Raises what `grants_decisions.pay` and `commit` do, NothingHere."""
    seen = (await stores.grant_applications.get(application_id, where)).state
    household = await stores.couples.household(seen.member_id)
    if seen.spending_id is None:
        # There is no money for it: it is in a state in which nothing is paid.
        grants_decisions.pay(seen, by=order.actor, household=household, at=order.at)
        raise GrantChangedMeanwhile
    money = await commit(stores, seen.spending_id, order)

    def decide(application: GrantApplication, *moved: Any) -> list[Decision[Any] | None]:
        paid = grants_decisions.pay(application, by=order.actor, household=household, at=order.at)
        return [paid, *money.decide(*moved)]

    pieces: list[Piece[Any]] = [Piece(stores.grant_applications, application_id, where), *money.pieces]
    return await change_together(pieces, decide, order, respond)


async def object_to(
    stores: WelfareStores, application_id: UUID, text: str, order: Command, respond: Respond[Any]
) -> Answer:
    """Raises what `GrantObjection.file` and `object_to` do, NothingHere."""
    objection_id, today = new_id(), campus_day(order.at)

    def decide(_: None, application: GrantApplication) -> list[Decision[Any]]:
        filed = GrantObjection.file(objection_id, application, text=text, by=order.actor, at=order.at)
        return [filed, grants_decisions.object_to(application, objection_id, today=today)]

    pieces: list[Piece[Any]] = [Piece(stores.grant_objections), Piece(stores.grant_applications, application_id)]
    return await change_together(pieces, decide, order, respond)


async def rule_on(
    stores: WelfareStores,
    objection_id: UUID,
    *,
    upheld: bool,
    text: str,
    order: Command,
    respond: Respond[Any],
    where: Where,
) -> Answer:
    """Upheld, the grant is off, and what it has claimed and reserved is given back.

    Raises what `GrantObjection.rule` and `rule_on` do, GrantChangedMeanwhile, NothingHere.
    """
    objection = (await stores.grant_objections.get(objection_id, where)).state
    seen = (await stores.grant_applications.get(objection.application_id)).state
    household = await stores.couples.household(order.actor)
    held = await _held(stores, seen, order) if upheld else _Held(seen, (), None)

    def decide(objection: GrantObjection, application: GrantApplication, *states: Any) -> list[Decision[Any] | None]:
        ruled = objection.rule(upheld=upheld, text=text, by=order.actor, household=household, at=order.at)
        decided = grants_decisions.rule_on(application, objection.id, upheld=upheld, text=text, at=order.at)
        return [ruled, decided, *(held.given_back(application, states) if upheld else ())]

    pieces: list[Piece[Any]] = [
        Piece(stores.grant_objections, objection_id, where),
        Piece(stores.grant_applications, seen.id),
        *held.pieces,
    ]
    return await change_together(pieces, decide, order, respond)


class _Held(NamedTuple):
    """What an application holds: its claims, and the money if there is some."""

    seen: GrantApplication
    claims: Sequence[Piece[Any]]
    money: Moves | None

    @property
    def pieces(self) -> list[Piece[Any]]:
        return [*self.claims, *(self.money.pieces if self.money else ())]

    def given_back(self, application: GrantApplication, states: Sequence[Any]) -> list[Decision[Any] | None]:
        """What it holds was read before: if that has moved on, so has what was decided from it.

        Raises GrantChangedMeanwhile.
        """
        if (application.claim_ids, application.spending_id) != (self.seen.claim_ids, self.seen.spending_id):
            raise GrantChangedMeanwhile
        claims, moved = states[: len(self.claims)], states[len(self.claims) :]
        return [
            *(give_back(claim, application.id) for claim in claims),
            *(self.money.decide(*moved) if self.money else ()),
        ]


async def _held(stores: WelfareStores, application: GrantApplication, order: Command) -> _Held:
    claims = [Piece(stores.grant_claims, each) for each in application.claim_ids]
    money = await release(stores, application.spending_id, order) if application.spending_id else None
    return _Held(application, claims, money)
