"""Rules that a school adopts: the one of the day is in force, and there is one of each day."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from deploy.local.infrastructure import Infrastructure
from services.proposals.domain.rules import ProposalRule
from services.proposals.store.rules import HandlingRules, ProposalRules
from shared import mongo
from shared.aggregate import Decision
from shared.command import Answer, Command
from shared.errors import AlreadyExists
from shared.ids import new_id
from shared.service import lay_foundation
from shared.store import Foundation, Versioned
from tests.campus import Issuer, settings_for

COMMAND = Command(actor=uuid4(), at=datetime(2022, 3, 1, tzinfo=UTC), correlation_id="c", traceparent="")


@pytest.fixture
async def foundation(infrastructure: Infrastructure, issuer: Issuer) -> AsyncIterator[Foundation]:
    """With a database of its own: every test begins as a school does."""
    name = f"rules_{uuid4().hex[:12]}"
    settings = settings_for(infrastructure, issuer, mongo_database=name)
    client = mongo.connect(settings, name="tests")
    yield lay_foundation(client, settings, "proposals")
    await client.drop_database(name)
    client.close()


async def prepared(foundation: Foundation) -> ProposalRules:
    rules = ProposalRules(foundation)
    await rules.prepare()
    return rules


def tell(found: Versioned[ProposalRule]) -> Answer:
    return Answer(201, str(found.state.id).encode())


async def adopt(rules: ProposalRules, day: date, minimum: int) -> ProposalRule:
    rule = ProposalRule(
        id=new_id(),
        effective_from=day,
        source="本校规定",
        minimum_seconders=minimum,
        forms_per_delegate=3,
        delegations_need_seconders=True,
        review_within=15,
    )
    await rules.create(lambda: Decision(rule, ()), COMMAND, tell)
    return rule


async def test_a_school_begins_with_a_rule_that_cites_where_it_is_from(foundation: Foundation) -> None:
    forms, handling = await prepared(foundation), HandlingRules(foundation)
    await handling.prepare()

    rule, other = await forms.on(date(2022, 3, 1)), await handling.on(date(2022, 3, 1))

    assert (rule.minimum_seconders, other.answer_within) == (2, 60)
    assert "第32号" in rule.source
    assert "第32号" in other.source


async def test_before_the_first_rule_there_is_none(foundation: Foundation) -> None:
    rules = await prepared(foundation)

    with pytest.raises(LookupError):
        await rules.on(date(1999, 12, 31))


async def test_a_rule_is_in_force_from_its_day_until_the_next_one_is(foundation: Foundation) -> None:
    rules = await prepared(foundation)
    later = await adopt(rules, date(2023, 1, 1), 7)
    first = await adopt(rules, date(2022, 3, 1), 5)

    assert (await rules.on(date(2022, 2, 28))).minimum_seconders == 2
    assert await rules.on(date(2022, 3, 1)) == first
    assert await rules.on(date(2022, 12, 31)) == first
    assert await rules.on(date(2023, 1, 1)) == later
    assert await rules.on(date(2040, 1, 1)) == later


async def test_two_rules_of_one_day_are_refused(foundation: Foundation) -> None:
    rules = await prepared(foundation)
    first = await adopt(rules, date(2022, 3, 1), 5)

    with pytest.raises(AlreadyExists) as refused:
        await adopt(rules, date(2022, 3, 1), 6)
    with pytest.raises(AlreadyExists):
        await adopt(rules, date(2000, 1, 1), 6)

    assert refused.value.facts() == {"field": "effective_from"}
    assert await rules.on(date(2022, 3, 1)) == first


async def test_of_many_adopted_for_one_day_at_once_one_is_in_force(foundation: Foundation) -> None:
    rules = await prepared(foundation)

    outcomes = await asyncio.gather(
        *(adopt(rules, date(2022, 3, 1), number) for number in range(8)), return_exceptions=True
    )

    (won,) = [outcome for outcome in outcomes if isinstance(outcome, ProposalRule)]
    assert sum(isinstance(outcome, AlreadyExists) for outcome in outcomes) == 7
    assert await rules.on(date(2022, 3, 1)) == won


async def test_starting_again_changes_nothing(foundation: Foundation) -> None:
    rules = await prepared(foundation)
    before = await rules.on(date(2022, 3, 1))

    again = await prepared(foundation)

    assert await again.on(date(2022, 3, 1)) == before
    assert await rules.documents.count_documents({}) == 1


async def test_many_processes_that_start_at_once_find_one_rule(foundation: Foundation) -> None:
    await asyncio.gather(*(prepared(foundation) for _ in range(12)))

    assert await ProposalRules(foundation).documents.count_documents({}) == 1


async def test_processes_that_begin_at_the_same_moment_begin_with_one_rule(foundation: Foundation) -> None:
    stores = [ProposalRules(foundation) for _ in range(8)]

    await asyncio.gather(*(store.prepare() for store in stores))

    assert [item.state for item in (await stores[0].page({}, limit=9, cursor=None)).items] == [ProposalRules.first()]
