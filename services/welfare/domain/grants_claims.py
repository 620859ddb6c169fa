"""A matter is claimed once: what an application takes when it is handed in, and gives back when nothing comes of it.

A claim stands for a member, a kind and a year; an application takes that of the applicant and that of their spouse. Its
id is a mark of these, so that it says of nobody what they asked for, and two that are handed in at the same moment meet
in it.
"""

from collections.abc import Collection
from uuid import UUID

from services.welfare.domain.grants_rules import GrantRule
from services.welfare.errors.grants import AskedWithinTheHousehold, CoveredByMutualAid, OnceAYear
from shared.aggregate import Aggregate, Decision
from shared.contracts.welfare.grants import HardshipKind


class GrantClaim(Aggregate):
    """`applicant_id` is whose applications hold it: the member of the claim, or who was married to them."""

    applicant_id: UUID
    application_ids: tuple[UUID, ...]


def members_claimed(applicant_id: UUID, household: Collection[UUID], rule: GrantRule) -> list[UUID]:
    """For whom an application takes the claim. `household` are those whom the applicant is married to."""
    if rule.couple_once:
        return [applicant_id, *sorted(household)]
    return [applicant_id] if rule.once_a_year else []


def take(
    claim: GrantClaim | None,
    claim_id: UUID,
    *,
    application_id: UUID,
    applicant_id: UUID,
    household: Collection[UUID],
    rule: GrantRule,
    year: int,
) -> Decision[GrantClaim]:
    """What somebody holds who was married to the applicant once, and is no more, stands in nobody's way.

    Raises OnceAYear, AskedWithinTheHousehold.
    """
    held: tuple[UUID, ...] = ()
    if claim is not None and (others := tuple(each for each in claim.application_ids if each != application_id)):
        if claim.applicant_id == applicant_id:
            if rule.once_a_year:
                raise OnceAYear(year=year)
            held = others
        elif claim.applicant_id in household and rule.couple_once:
            raise AskedWithinTheHousehold(year=year)
    taken = GrantClaim(id=claim_id, applicant_id=applicant_id, application_ids=(*held, application_id))
    return Decision(taken, ())


def give_back(claim: GrantClaim, application_id: UUID) -> Decision[GrantClaim]:
    """It may have been taken over meanwhile."""
    left = tuple(each for each in claim.application_ids if each != application_id)
    return Decision(claim.model_copy(update={"application_ids": left}), ())


def require_not_covered(kind: HardshipKind, covered: Collection[str], rule: GrantRule, year: int) -> None:
    """`covered` are the matters of the applicant in that year which mutual aid has paid for, by kind.

    Raises CoveredByMutualAid.
    """
    if rule.aid_excluded and kind.value in covered:
        raise CoveredByMutualAid(year=year)
