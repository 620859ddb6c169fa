"""One suite for every store: what is written is whole, in order, once, and nobody's change is lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pymongo
import pytest

from deploy.local.infrastructure import Infrastructure
from services.events.domain import Award
from services.members.domain.members import Member
from services.members.domain.roles import RoleAssignment
from services.members.domain.units import Unit
from services.proposals.domain import cases as proposals
from services.proposals.domain.proposals import Category, Proposal
from services.proposals.domain.rules import HandlingRule
from services.proposals.store.rules import HandlingRules
from services.welfare.domain.visits import Visit
from shared.aggregate import Aggregate, Decision
from shared.command import Answer, Command, IdempotencyKey
from shared.contracts.events import Level
from shared.contracts.members import UnitKind
from shared.contracts.proposals.cases import CaseKind
from shared.contracts.welfare.visits import Form, Occasion
from shared.errors import AlreadyExists, Conflict, IdempotencyKeyReused, NothingHere, VersionMismatch
from shared.ids import new_id
from shared.purposes import Purpose, Reading
from shared.roles import Role
from shared.store import Piece, Store, Versioned, change_together
from tests.campus import Campus, Issuer
from tests.keys import WRAPPED
from tests.visits import policy

AT = datetime(2022, 6, 1, 8, tzinfo=UTC)
DAY = date(2022, 6, 1)
PERSON = uuid4()
"""The members service has told of their key."""


@dataclass(frozen=True)
class Case:
    """A store, how one of its aggregates begins, and a field that a change may set."""

    service: str
    store: str
    begin: Callable[[UUID], Decision[Any]]
    field: str

    def __str__(self) -> str:
        return f"{self.service}.{self.store}"


def _unit(unit_id: UUID) -> Decision[Unit]:
    return Unit.establish(
        unit_id, parent_id=uuid4(), kind=UnitKind.OFFICE, name="0", name_en="Office", branch_union=False
    )


def _member(member_id: UUID) -> Decision[Member]:
    return Member.join(
        member_id,
        staff_number=member_id.hex,
        name="0",
        sex="female",
        unit_id=uuid4(),
        language="en",
        joined_union_on=DAY,
        key=WRAPPED,
        today=DAY,
    )


def _role(assignment_id: UUID) -> Decision[RoleAssignment]:
    return RoleAssignment.grant(
        assignment_id, member_id=uuid4(), role=Role.JUDGE, unit_id=None, from_date=DAY, reason="0"
    )


def _proposal(proposal_id: UUID) -> Decision[Proposal]:
    seconders = [uuid4(), uuid4()]
    return Proposal.file(
        proposal_id,
        call_id=uuid4(),
        session_id=uuid4(),
        term_id=uuid4(),
        body_id=uuid4(),
        unit_id=uuid4(),
        title="0",
        grounds="案由",
        suggestion="建议",
        category=Category.OTHER,
        proposer_id=uuid4(),
        proposer_unit_id=uuid4(),
        delegation_id=None,
        seconder_ids=seconders,
        delegates=frozenset(seconders),
        ordinal=1,
        late=False,
        at=AT,
    )


def _case(case_id: UUID) -> Decision[proposals.Case]:
    form = _proposal(uuid4()).state
    opened = proposals.Case.open(case_id, form, kind=CaseKind.FILED, absorbed=[], at=AT, on=DAY).state
    return opened.assign(
        lead_unit_id=uuid4(),
        co_unit_ids=[uuid4()],
        leader_id=uuid4(),
        watcher_id=None,
        due_on=None,
        rule=HandlingRule.model_validate({"id": uuid4(), **HandlingRules.starting}),
        today=DAY,
        by=uuid4(),
    )


def _visit(visit_id: UUID) -> Decision[Visit]:
    return Visit.log(
        visit_id,
        member_id=PERSON,
        unit_id=uuid4(),
        occasion=Occasion.BIRTH,
        visited_on=DAY,
        visitor_ids=[uuid4()],
        form=Form.MONEY,
        amount_fen=0,
        policy=policy(),
        logged_by=uuid4(),
        at=AT,
        today=DAY,
    )


def _award(award_id: UUID) -> Decision[Award]:
    return Award.grant(
        award_id,
        member_id=uuid4(),
        unit_id=uuid4(),
        title="0",
        level=Level.CITY,
        granted_on=DAY,
        document="文号",
        granted_by=uuid4(),
        at=AT,
        today=DAY,
    )


CASES = [
    Case("members", "units", _unit, "name"),
    Case("members", "members", _member, "name"),
    Case("members", "roles", _role, "reason"),
    Case("proposals", "proposals", _proposal, "title"),
    Case("proposals", "cases", _case, "title"),
    Case("welfare", "visits", _visit, "amount_fen"),
    Case("events", "awards", _award, "title"),
]


@pytest.fixture(params=CASES, ids=str)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture(scope="module")
async def resting(infrastructure: Infrastructure, issuer: Issuer) -> AsyncIterator[Campus]:
    """Nothing is carried: the events of things made up here would tell of units that nobody knows."""
    async with Campus(infrastructure, issuer, carries=False) as opened:
        yield opened


@pytest.fixture
async def store(case: Case, resting: Campus) -> Store[Any]:
    found: Store[Any] = getattr(resting.running[case.service].stores, case.store)
    keyring = found._foundation.keyring
    await keyring.rows.update_one(
        {"_id": PERSON}, {"$setOnInsert": {"wrapped": keyring.masters.new_key(), "sequence": "1"}}, upsert=True
    )
    return found


def command(**given: Any) -> Command:
    return replace(Command(actor=uuid4(), at=AT, correlation_id="c", traceparent=""), **given)


def keyed(key: str, fingerprint: str = "f", actor: str = "a") -> Command:
    return command(idempotency=IdempotencyKey(actor, key, fingerprint))


def tell(found: Versioned[Any]) -> Answer:
    return Answer(200, f"{found.state.id} {found.version}".encode())


async def begin(case: Case, store: Store[Any], given: Command | None = None) -> UUID:
    aggregate_id = new_id()
    await store.create(lambda: case.begin(aggregate_id), given or command(), tell)
    return aggregate_id


async def opened(store: Store[Any], aggregate_id: UUID) -> Versioned[Any]:
    if not store.person:
        return await store.get(aggregate_id)
    return await store.open(aggregate_id, Reading(uuid4(), Purpose.AUDIT, ""))


def setting(case: Case, value: int) -> Callable[[Aggregate], Decision[Any]]:
    """A decision that sets the case's field to a number, and has an event."""

    def decide(state: Aggregate) -> Decision[Any]:
        kind = type(getattr(state, case.field))
        return Decision(state.model_copy(update={case.field: kind(value)}), case.begin(state.id).events[:1])

    return decide


def adding(case: Case) -> Callable[[Aggregate], Decision[Any]]:
    return lambda state: setting(case, int(getattr(state, case.field)) + 1)(state)


async def rows(store: Store[Any], aggregate_id: UUID) -> list[dict[str, Any]]:
    outbox = store._foundation.outbox.rows
    return await outbox.find({"aggregate": aggregate_id}).sort([("version", 1), ("position", 1)]).to_list(None)


async def test_what_was_created_reads_back_the_same_at_version_1(case: Case, store: Store[Any]) -> None:
    aggregate_id = new_id()
    decision = case.begin(aggregate_id)

    await store.create(lambda: decision, command(), tell)

    assert await opened(store, aggregate_id) == Versioned(decision.state, 1)


async def test_the_events_are_in_the_outbox_in_their_order(case: Case, store: Store[Any]) -> None:
    aggregate_id = await begin(case, store)
    await store.change(aggregate_id, setting(case, 7), command(), tell)

    found = await rows(store, aggregate_id)

    created = len(case.begin(aggregate_id).events)
    assert [(row["version"], row["position"]) for row in found] == [(1, p) for p in range(created)] + [(2, 0)]


async def test_a_change_that_breaks_a_rule_leaves_everything_as_it_was(case: Case, store: Store[Any]) -> None:
    aggregate_id = await begin(case, store)
    before = await opened(store, aggregate_id)
    written = await rows(store, aggregate_id)

    class Refused(Conflict):
        pass

    def refuse(state: Aggregate) -> Decision[Any]:
        raise Refused

    with pytest.raises(Refused):
        await store.change(aggregate_id, refuse, keyed("refused"), tell)

    assert await opened(store, aggregate_id) == before
    assert len(await rows(store, aggregate_id)) == len(written)


async def test_rollback_a_failing_outbox_takes_the_document_with_it(
    case: Case, store: Store[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    aggregate_id = new_id()

    async def fail(*given: Any) -> None:
        raise RuntimeError("the outbox is broken")

    with monkeypatch.context() as patch:
        patch.setattr(store._foundation.outbox, "add", fail)
        with pytest.raises(RuntimeError):
            await store.create(lambda: case.begin(aggregate_id), keyed(aggregate_id.hex), tell)

    with pytest.raises(NothingHere):
        await store.get(aggregate_id)
    await store.create(lambda: case.begin(aggregate_id), keyed(aggregate_id.hex), tell)
    assert (await store.get(aggregate_id)).version == 1


async def test_parallel_changes_of_one_thing_are_all_in_it(case: Case, store: Store[Any]) -> None:
    aggregate_id = await begin(case, store)

    await asyncio.gather(*(store.change(aggregate_id, adding(case), command(), tell) for _ in range(20)))

    found = await opened(store, aggregate_id)
    assert int(getattr(found.state, case.field)) == 20
    assert found.version == 21
    assert [row["version"] for row in await rows(store, aggregate_id) if row["version"] > 1] == list(range(2, 22))


async def test_parallel_changes_from_two_processes_are_all_in_it(case: Case, store: Store[Any]) -> None:
    aggregate_id = await begin(case, store)
    other = type(store)(store._foundation._replace(writer=_another_writer(store)))

    await asyncio.gather(
        *(each.change(aggregate_id, adding(case), command(), tell) for each in (store, other) for _ in range(10))
    )

    assert (await store.get(aggregate_id)).version == 21


def _another_writer(store: Store[Any]) -> Any:
    from shared.writer import Writer

    mine = store._foundation.writer
    return Writer(mine._client, mine._outbox, mine._idempotency, mine._keyring, timeout_seconds=10)


async def test_of_many_commands_together_only_those_fail_that_break_a_rule(case: Case, store: Store[Any]) -> None:
    ids = [new_id() for _ in range(30)]

    def one(number: int) -> Decision[Any]:
        if number % 3 == 0:
            raise AlreadyExists(field="test")
        return case.begin(ids[number])

    outcomes = await asyncio.gather(
        *(store.create(lambda number=number: one(number), command(), tell) for number in range(30)),  # type: ignore[misc]
        return_exceptions=True,
    )

    assert [isinstance(outcome, AlreadyExists) for outcome in outcomes] == [number % 3 == 0 for number in range(30)]
    for number in range(30):
        if number % 3:
            assert (await store.get(ids[number])).version == 1


async def test_of_many_commands_together_only_the_duplicate_fails(case: Case, store: Store[Any]) -> None:
    taken = await begin(case, store)
    ids = [new_id() for _ in range(9)]

    outcomes = await asyncio.gather(
        *(
            store.create(lambda given=given: case.begin(given), command(), tell)  # type: ignore[misc]
            for given in [*ids[:5], taken, *ids[5:]]
        ),
        return_exceptions=True,
    )

    assert [isinstance(outcome, AlreadyExists) for outcome in outcomes] == [False] * 5 + [True] + [False] * 4
    for aggregate_id in ids:
        assert (await store.get(aggregate_id)).version == 1


async def test_a_command_that_names_an_old_version_is_refused(case: Case, store: Store[Any]) -> None:
    aggregate_id = await begin(case, store)
    await store.change(aggregate_id, setting(case, 1), command(if_match=1), tell)

    with pytest.raises(VersionMismatch) as refused:
        await store.change(aggregate_id, setting(case, 2), command(if_match=1), tell)

    assert refused.value.facts() == {"given": 1, "current": 2}


async def test_of_two_commands_that_name_one_version_one_wins(case: Case, store: Store[Any]) -> None:
    aggregate_id = await begin(case, store)

    outcomes = await asyncio.gather(
        *(store.change(aggregate_id, setting(case, value), command(if_match=1), tell) for value in range(8)),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, Answer) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, VersionMismatch) for outcome in outcomes) == 7


async def test_a_repeat_with_the_same_key_takes_effect_once_and_is_answered_the_same(
    case: Case, store: Store[Any]
) -> None:
    aggregate_id = await begin(case, store)
    key = uuid4().hex

    first = await store.change(aggregate_id, adding(case), keyed(key), tell)
    again = await store.change(aggregate_id, adding(case), keyed(key), tell)

    assert first == again
    assert (await store.get(aggregate_id)).version == 2


async def test_the_same_request_many_times_at_once_takes_effect_once(case: Case, store: Store[Any]) -> None:
    key = uuid4().hex

    def create() -> Any:
        aggregate_id = new_id()
        return store.create(lambda: case.begin(aggregate_id), keyed(key), tell)

    answers = await asyncio.gather(*(create() for _ in range(10)))

    assert len(set(answers)) == 1
    created = UUID(answers[0].body.split()[0].decode())
    assert (await store.get(created)).version == 1


async def test_a_key_that_stood_for_another_request_is_refused(case: Case, store: Store[Any]) -> None:
    aggregate_id = await begin(case, store)
    key = uuid4().hex
    await store.change(aggregate_id, adding(case), keyed(key, "one body"), tell)

    with pytest.raises(IdempotencyKeyReused):
        await store.change(aggregate_id, adding(case), keyed(key, "another body"), tell)

    assert (await store.get(aggregate_id)).version == 2


async def test_one_key_of_two_callers_is_two_keys(case: Case, store: Store[Any]) -> None:
    aggregate_id = await begin(case, store)
    key = uuid4().hex

    for actor in ("one", "other"):
        await store.change(aggregate_id, adding(case), keyed(key, actor=actor), tell)

    assert (await store.get(aggregate_id)).version == 3


async def test_what_a_caller_may_not_see_is_not_there_to_change(case: Case, store: Store[Any]) -> None:
    aggregate_id = await begin(case, store)

    with pytest.raises(NothingHere):
        await store.change(aggregate_id, setting(case, 1), command(), tell, {"_hidden": True})
    with pytest.raises(NothingHere):
        await store.get(aggregate_id, {"_hidden": True})


async def test_nothing_is_there_to_change_for_an_unknown_id(case: Case, store: Store[Any]) -> None:
    with pytest.raises(NothingHere):
        await store.change(new_id(), setting(case, 1), command(), tell)


async def test_pages_hold_everything_once_newest_first(case: Case, store: Store[Any]) -> None:
    ids = [await begin(case, store) for _ in range(7)]
    where = {"_id": {"$in": ids}}
    seen: list[UUID] = []

    # The condition on the id stands beside the cursor's, so both have to hold.
    page = await store.page({"$and": [where]}, limit=3, cursor=None)
    while True:
        seen += [item.state.id for item in page.items]
        if page.next is None:
            break
        page = await store.page({"$and": [where]}, limit=3, cursor=page.next)

    assert seen == sorted(ids, reverse=True)


# Several that change together. They are of two kinds, as a form and its case are.

FORM, ITS_CASE = CASES[3], CASES[4]


class Refused(Conflict):
    pass


@pytest.fixture
def forms(resting: Campus) -> Store[Any]:
    found: Store[Any] = resting.running["proposals"].stores.proposals
    return found


@pytest.fixture
def its_cases(resting: Campus) -> Store[Any]:
    found: Store[Any] = resting.running["proposals"].stores.cases
    return found


def both(form: Aggregate, case: Aggregate) -> list[Decision[Any]]:
    return [adding(FORM)(form), adding(ITS_CASE)(case)]


async def titles(*places: tuple[Store[Any], UUID]) -> list[tuple[int, int]]:
    """The number that each holds, and its version."""
    found = [await store.get(aggregate_id) for store, aggregate_id in places]
    return [(int(each.state.title), each.version) for each in found]


async def test_two_change_together_with_the_events_of_both(forms: Store[Any], its_cases: Store[Any]) -> None:
    form, case = await begin(FORM, forms), await begin(ITS_CASE, its_cases)

    answer = await change_together([Piece(forms, form), Piece(its_cases, case)], both, command(), tell)

    assert await titles((forms, form), (its_cases, case)) == [(1, 2), (1, 2)]
    for store, aggregate_id in ((forms, form), (its_cases, case)):
        assert [row["position"] for row in await rows(store, aggregate_id) if row["version"] == 2] == [0]
    assert answer.body == f"{form} 2".encode(), "the answer is of the first"


async def test_where_the_second_breaks_a_rule_neither_changes(forms: Store[Any], its_cases: Store[Any]) -> None:
    form, case = await begin(FORM, forms), await begin(ITS_CASE, its_cases)
    written = [len(await rows(forms, form)), len(await rows(its_cases, case))]

    def decide(one: Aggregate, other: Aggregate) -> list[Decision[Any]]:
        changed = adding(FORM)(one)
        assert changed.state != one
        raise Refused

    with pytest.raises(Refused):
        await change_together([Piece(forms, form), Piece(its_cases, case)], decide, keyed(uuid4().hex), tell)

    assert await titles((forms, form), (its_cases, case)) == [(0, 1), (0, 1)]
    assert [len(await rows(forms, form)), len(await rows(its_cases, case))] == written


async def test_where_the_second_is_not_there_or_hidden_the_first_stays(
    forms: Store[Any], its_cases: Store[Any]
) -> None:
    form, case = await begin(FORM, forms), await begin(ITS_CASE, its_cases)

    for other in (Piece(its_cases, new_id()), Piece(its_cases, case, {"_hidden": True})):
        with pytest.raises(NothingHere) as refused:
            await change_together([Piece(forms, form), other], both, command(), tell)
        assert refused.value.facts() == {"what": "case"}

    assert await titles((forms, form), (its_cases, case)) == [(0, 1), (0, 1)]


async def test_one_is_changed_and_one_created_in_one_transaction(forms: Store[Any], its_cases: Store[Any]) -> None:
    form, case = await begin(FORM, forms), new_id()

    def decide(state: Aggregate, nothing: None) -> list[Decision[Any]]:
        assert nothing is None
        return [adding(FORM)(state), ITS_CASE.begin(case)]

    await change_together([Piece(forms, form), Piece(its_cases)], decide, command(), tell)

    assert await titles((forms, form), (its_cases, case)) == [(1, 2), (0, 1)]
    assert {row["version"] for row in await rows(its_cases, case)} == {1}


async def test_where_the_one_to_be_created_is_there_already_the_other_stays(
    forms: Store[Any], its_cases: Store[Any]
) -> None:
    form, taken = await begin(FORM, forms), await begin(ITS_CASE, its_cases)

    with pytest.raises(AlreadyExists):
        await change_together(
            [Piece(forms, form), Piece(its_cases)],
            lambda state, _: [adding(FORM)(state), ITS_CASE.begin(taken)],
            command(),
            tell,
        )

    assert await titles((forms, form), (its_cases, taken)) == [(0, 1), (0, 1)]


async def test_nothing_is_created_where_nothing_is_decided(forms: Store[Any], its_cases: Store[Any]) -> None:
    form = await begin(FORM, forms)

    await change_together(
        [Piece(forms, form), Piece(its_cases)], lambda state, _: [adding(FORM)(state), None], command(), tell
    )

    assert await titles((forms, form)) == [(1, 2)]


async def test_what_was_loaded_is_decided_on(forms: Store[Any], its_cases: Store[Any]) -> None:
    form, case = await begin(FORM, forms), await begin(ITS_CASE, its_cases)

    with pytest.raises(TypeError):
        await change_together(
            [Piece(forms, form), Piece(its_cases, case)], lambda one, _: [adding(FORM)(one), None], command(), tell
        )

    assert await titles((forms, form), (its_cases, case)) == [(0, 1), (0, 1)]


async def test_a_piece_that_moved_meanwhile_is_decided_on_again(
    forms: Store[Any], its_cases: Store[Any], infrastructure: Infrastructure
) -> None:
    form, case = await begin(FORM, forms), await begin(ITS_CASE, its_cases)
    seen: list[str] = []
    url = infrastructure.environment()["MONGO_URL"]
    elsewhere: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(url, uuidRepresentation="standard")
    with elsewhere:
        documents = elsewhere[its_cases.documents.database.name][its_cases.documents.name]

        def decide(one: Aggregate, other: Any) -> list[Decision[Any]]:
            seen.append(other.title)
            if len(seen) == 1:
                # Another process commits between the read and the write.
                documents.update_one({"_id": case}, {"$set": {"title": "40"}, "$inc": {"version": 1}})
            return both(one, other)

        await change_together([Piece(forms, form), Piece(its_cases, case)], decide, command(), tell)

    assert seen == ["0", "40"]
    assert await titles((forms, form), (its_cases, case)) == [(1, 2), (41, 3)]


async def test_the_version_that_is_named_is_of_the_first(forms: Store[Any], its_cases: Store[Any]) -> None:
    form, case = await begin(FORM, forms), await begin(ITS_CASE, its_cases)
    await its_cases.change(case, adding(ITS_CASE), command(), tell)
    pieces = [Piece(forms, form), Piece(its_cases, case)]

    await change_together(pieces, both, command(if_match=1), tell)
    with pytest.raises(VersionMismatch) as refused:
        await change_together(pieces, both, command(if_match=3), tell)

    assert refused.value.facts() == {"given": 3, "current": 2}
    assert await titles((forms, form), (its_cases, case)) == [(1, 2), (2, 3)]


async def test_many_at_once_on_the_same_two_in_either_order_lose_nothing(
    forms: Store[Any], its_cases: Store[Any]
) -> None:
    form, case = await begin(FORM, forms), await begin(ITS_CASE, its_cases)
    writer = _another_writer(forms)
    others = [type(store)(store._foundation._replace(writer=writer)) for store in (forms, its_cases)]

    def one(number: int) -> Any:
        of_forms, of_cases = others if number % 2 else (forms, its_cases)
        pieces: list[Piece[Any]] = [Piece(of_forms, form), Piece(of_cases, case)]
        if number % 4 < 2:
            return change_together(pieces, both, command(), tell)
        pieces.reverse()
        return change_together(pieces, lambda it, other: both(other, it)[::-1], command(), tell)

    async with asyncio.timeout(30):
        await asyncio.gather(*(one(number) for number in range(24)))

    assert await titles((forms, form), (its_cases, case)) == [(24, 25), (24, 25)]
    for store, aggregate_id in ((forms, form), (its_cases, case)):
        told = [row["version"] for row in await rows(store, aggregate_id) if row["version"] > 1]
        assert told == list(range(2, 26))


async def test_a_repeat_of_what_changed_two_takes_effect_once(forms: Store[Any], its_cases: Store[Any]) -> None:
    form, case, key = await begin(FORM, forms), await begin(ITS_CASE, its_cases), uuid4().hex

    def once() -> Any:
        return change_together([Piece(forms, form), Piece(its_cases, case)], both, keyed(key), tell)

    answers = [await once(), *await asyncio.gather(*(once() for _ in range(5)))]

    assert len(set(answers)) == 1
    assert await titles((forms, form), (its_cases, case)) == [(1, 2), (1, 2)]
