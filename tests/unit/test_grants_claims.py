"""A matter is claimed once: by a member, and by the two of a couple, whatever they do and in whatever order."""

from collections.abc import Collection, Mapping
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from services.welfare.domain.grants_claims import (
    GrantClaim,
    give_back,
    members_claimed,
    require_not_covered,
    take,
)
from services.welfare.domain.grants_figures import LEAST_SHOWN, GrantFigures, Payment, counted
from services.welfare.errors.grants import AskedWithinTheHousehold, CoveredByMutualAid, OnceAYear
from services.welfare.granting import covered
from shared.contracts.welfare.grants import HardshipKind
from shared.ids import new_id
from tests.unit.grants import RULE

ILLNESS = HardshipKind.SERIOUS_ILLNESS
SHE, HE, SINGLE = sorted(new_id() for _ in range(3))
TWICE = RULE.model_copy(update={"once_a_year": False})
EACH = RULE.model_copy(update={"couple_once": False})


def taken(claim: GrantClaim | None, member: UUID, household: tuple[UUID, ...] = (), **change: Any) -> GrantClaim:
    given: dict[str, Any] = {
        "application_id": new_id(),
        "applicant_id": member,
        "household": household,
        "rule": RULE,
        "year": 2022,
        **change,
    }
    return take(claim, claim.id if claim else new_id(), **given).state


def test_an_application_claims_for_the_applicant_and_whom_they_are_married_to() -> None:
    assert members_claimed(SHE, [HE], RULE) == [SHE, HE]
    assert members_claimed(SHE, [HE], EACH) == [SHE]
    assert members_claimed(SHE, [HE], EACH.model_copy(update={"once_a_year": False})) == []


def test_a_member_asks_once_a_year_for_each_kind() -> None:
    with pytest.raises(OnceAYear) as refused:
        taken(taken(None, SHE), SHE)

    assert refused.value.facts() == {"year": 2022}


def test_the_second_of_a_couple_is_told_neither_who_nor_what() -> None:
    with pytest.raises(AskedWithinTheHousehold) as refused:
        taken(taken(None, SHE, (HE,)), HE, (SHE,))

    assert refused.value.facts() == {"year": 2022}


def test_a_school_may_allow_either() -> None:
    assert len(taken(taken(None, SHE, rule=TWICE), SHE, rule=TWICE).application_ids) == 2
    assert len(taken(taken(None, SHE), HE, (SHE,), rule=EACH).application_ids) == 1


def test_what_is_given_back_can_be_claimed_again() -> None:
    claim = taken(None, SHE)

    left = give_back(claim, claim.application_ids[0]).state

    assert left.application_ids == ()
    assert taken(left, SHE).applicant_id == SHE


def test_who_was_married_to_the_applicant_once_stands_in_nobodys_way() -> None:
    claim = taken(None, SHE, (HE,))

    theirs = taken(claim, HE)

    assert theirs.applicant_id == HE
    assert give_back(theirs, claim.application_ids[0]).state == theirs


def test_what_mutual_aid_has_paid_for_is_not_granted_again() -> None:
    with pytest.raises(CoveredByMutualAid):
        require_not_covered(ILLNESS, {"serious_illness"}, RULE, 2022)

    require_not_covered(ILLNESS, {"hospital_stay"}, RULE, 2022)
    require_not_covered(ILLNESS, {"serious_illness"}, RULE.model_copy(update={"aid_excluded": False}), 2022)


class Aid:
    """In place of the store of claims of mutual aid: it has taken on one matter."""

    async def covering(self, member_id: UUID, matter: HardshipKind, year: int) -> bool:
        return (member_id, matter.value, year) == (SHE, "serious_illness", 2022)


@pytest.mark.parametrize(
    ("member", "kind", "year", "expected"),
    [(SHE, ILLNESS, 2022, {"serious_illness"}), (SHE, HardshipKind.DISASTER, 2022, ()), (HE, ILLNESS, 2022, ())],
)
async def test_what_mutual_aid_has_taken_on_is_asked_of_it(
    member: UUID, kind: HardshipKind, year: int, expected: Collection[str]
) -> None:
    stores: Any = SimpleNamespace(aid_claims=Aid())

    assert await covered(stores, member, kind, year) == expected


async def test_where_there_is_no_mutual_aid_nothing_is_covered() -> None:
    stores: Any = SimpleNamespace()

    assert not await covered(stores, SHE, ILLNESS, 2022)


class Household(RuleBasedStateMachine):
    """Two who are married, and one who is not, ask, withdraw and ask again."""

    asked = Bundle("asked")

    def __init__(self) -> None:
        super().__init__()
        self.claims: dict[UUID, GrantClaim] = {}
        self.open: dict[UUID, UUID] = {}
        self.ids = {member: new_id() for member in (SHE, HE, SINGLE)}

    @rule(target=asked, member=st.sampled_from([SHE, HE, SINGLE]))
    def ask(self, member: UUID) -> tuple[UUID, UUID]:
        household = {SHE: (HE,), HE: (SHE,), SINGLE: ()}[member]
        application = new_id()
        try:
            made = [
                taken(self.claims.get(each), member, household, application_id=application)
                if each in self.claims
                else take(
                    None,
                    self.ids[each],
                    application_id=application,
                    applicant_id=member,
                    household=household,
                    rule=RULE,
                    year=2022,
                ).state
                for each in members_claimed(member, household, RULE)
            ]
        except (OnceAYear, AskedWithinTheHousehold):
            assert {member, *household} & set(self.open.values())
            return member, application
        for each, claim in zip(members_claimed(member, household, RULE), made, strict=True):
            self.claims[each] = claim
        self.open[application] = member
        return member, application

    @rule(which=consumes(asked))
    def end(self, which: tuple[UUID, UUID]) -> None:
        _, application = which
        self.open.pop(application, None)
        self.claims = {each: give_back(claim, application).state for each, claim in self.claims.items()}

    @invariant()
    def a_household_has_asked_once_at_the_most(self) -> None:
        assert sum(member in (SHE, HE) for member in self.open.values()) <= 1
        assert sum(member == SINGLE for member in self.open.values()) <= 1


TestHousehold = Household.TestCase


def figures(applications: Mapping[HardshipKind | None, int], paid: Mapping[HardshipKind, int]) -> GrantFigures:
    payments = [Payment(new_id(), kind, 100) for kind, number in paid.items() for _ in range(number)]
    return counted(2022, applications, payments)


def test_a_member_who_is_paid_twice_is_one_recipient() -> None:
    member = new_id()

    found = counted(2022, {ILLNESS: 2}, [Payment(member, ILLNESS, 100), Payment(member, HardshipKind.DISASTER, 50)])

    assert (found.applications, found.recipients, found.total_amount_fen) == (2, 1, 150)


@given(
    st.dictionaries(st.sampled_from(list(HardshipKind)), st.integers(0, 30)),
    st.dictionaries(st.sampled_from(list(HardshipKind)), st.integers(0, 30)),
)
def test_nothing_small_is_shown_to_everyone_nor_can_be_worked_out(
    applications: dict[HardshipKind | None, int], paid: dict[HardshipKind, int]
) -> None:
    whole = figures(applications, paid)

    shown = whole.for_everyone()

    numbers = [shown.applications, shown.recipients]
    numbers += [number for each in shown.by_kind for number in (each.applications, each.recipients)]
    assert all(number is None or number == 0 or number >= LEAST_SHOWN for number in numbers)
    hidden = [each for each in shown.by_kind if each.applications is None]
    assert len(hidden) != 1
