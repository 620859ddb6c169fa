"""Service cards on the running system: applied for in a batch, answered by the issuer, picked up, lost, replaced."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.campus import Campus, until
from tests.integration.conftest import People
from tests.integration.scenarios.service_cards import card_number
from tests.integration.test_mutual_aid_api import staff_number, xlsx

DAY = "2022-06-01"


class Cards:
    """Members of their own for a test, of the section of the first faculty."""

    def __init__(self, campus: Campus, people: People) -> None:
        self.campus, self.people = campus, people
        self.members: list[str] = []

    async def open(self, members: int) -> "Cards":
        self.members = [await self.campus.member(self.people.section) for _ in range(members)]
        for member in self.members:
            for service in ("welfare", "notifications"):
                await self.campus.heard_of(service, member)
        return self

    async def post(self, path: str, body: Any = None, *, who: Any = None, status: int = 200) -> dict[str, Any]:
        return await self.campus.post("welfare", path, body, who or self.campus.officer, status=status)

    async def batch(self, unit: str | None = None, who: Any = None) -> str:
        made = await self.post("/v1/card-batches", {"unit_id": unit}, who=who, status=201)
        return f"/v1/card-batches/{made['id']}"

    async def applied(self) -> str:
        """A batch of all the members, submitted."""
        batch = await self.batch()
        done = await self.post(f"{batch}/applications", {"member_ids": self.members})
        assert done["counts"]["new"] == len(self.members)
        await self.post(f"{batch}/submissions")
        return batch

    async def issued(self) -> str:
        """The path of the card of the first member."""
        batch = await self.applied()
        await self.answer(batch, [{"member_id": member, "card_number": card_number()} for member in self.members])
        return f"/v1/service-cards/{(await self.cards(self.members[0]))[0]['id']}"

    async def answer(self, batch: str, answers: list[dict[str, Any]]) -> dict[str, Any]:
        return await self.post(f"{batch}/answers", {"on": DAY, "answers": answers})

    async def cards(self, member: str) -> list[dict[str, Any]]:
        found = await self.campus.get("welfare", f"/v1/service-cards?member_id={member}", self.campus.officer)
        items: list[dict[str, Any]] = found["items"]
        return items

    async def at(self, path: str) -> dict[str, Any]:
        return await self.campus.get("welfare", path, self.campus.officer)


@pytest.fixture
async def cards(campus: Campus, people: People) -> Cards:
    return await Cards(campus, people).open(2)


def rules(report: dict[str, Any]) -> list[str]:
    return [row["reasons"][0]["rule"] if row["reasons"] else row["outcome"] for row in report["rows"]]


async def test_a_card_goes_from_its_batch_into_the_hand_of_the_member(campus: Campus, cards: Cards) -> None:
    first, second = cards.members
    batch, number = await cards.applied(), card_number()

    report = await cards.answer(
        batch, [{"member_id": first, "card_number": number}, {"member_id": second, "refusal": "data_mismatch"}]
    )
    closed = await cards.post(f"{batch}/closures")

    assert report["counts"] == {"new": 2, "unchanged": 0, "refused": 0}
    assert (closed["state"], closed["pending"], closed["issued"], closed["refused"]) == ("closed", 0, 1, 1)
    ((card,), (refused,)) = [await cards.cards(member) for member in cards.members]
    assert (card["state"], card["last_digits"], card["issued_on"]) == ("issued", number[-4:], DAY)
    assert (refused["state"], refused["refusal"]) == ("refused", "data_mismatch")
    assert number not in str(card)
    path = f"/v1/service-cards/{card['id']}"
    details = await campus.get("welfare", f"{path}/details", campus.issuer.bearer(first))
    assert details["card_number"] == number
    await campus.inbox(first, topic="card-issued")
    await campus.inbox(second, topic="card-refused")
    assert (await cards.post(f"{path}/pick-ups", {"on": DAY}, who=cards.people.chair))["state"] == "picked_up"


async def test_a_list_with_rows_that_cannot_be_taken_takes_the_others(
    campus: Campus, people: People, cards: Cards
) -> None:
    first, second = cards.members
    await cards.issued()
    gone = await campus.member(people.section)
    third = await campus.member(people.section)
    for member in (gone, third):
        await campus.heard_of("welfare", member)
    leaving = {"on": DAY, "reason": "离职"}
    await campus.post("members", f"/v1/members/{gone}/departures", leaving, campus.administrator, status=200)

    async def left() -> bool:
        row = await campus.database("welfare")["directory_members"].find_one({"_id": UUID(gone)})
        return bool(row and row["employment"] == "left")

    await until(left, what="the departure")
    batch = await cards.batch(people.faculty, people.chair)
    sent = {"member_ids": [third, first, str(uuid4()), people.in_other, people.chair_id, gone]}

    report = await cards.post(f"{batch}/applications", sent, who=people.chair)
    again = await cards.post(f"{batch}/applications", sent, who=people.chair)

    wrong = ["service-card-held", "member_unknown", "member_unknown", "own-case", "member-has-left"]
    assert rules(report) == ["new", *wrong]
    assert rules(again) == ["unchanged", *wrong]
    assert (await cards.at(batch))["pending"] == 1
    assert len(await cards.cards(third)) == len(await cards.cards(second)) == 1


async def test_two_requests_at_the_same_moment_make_one_card(campus: Campus, cards: Cards) -> None:
    batches = [await cards.batch() for _ in range(2)]
    body = {"member_ids": cards.members}

    async def ask(batch: str) -> httpx.Response:
        return await campus.http["welfare"].post(f"{batch}/applications", json=body, headers=campus.officer)

    answers = await asyncio.gather(*(ask(batch) for batch in batches for _ in range(3)))

    assert [answer.status_code for answer in answers] == [200] * 6
    assert sum(answer.json()["counts"]["new"] for answer in answers) == 2
    for member in cards.members:
        assert len(await cards.cards(member)) == 1
    assert sum([(await cards.at(batch))["pending"] for batch in batches]) == 2


async def test_sheets_of_members_and_of_numbers_are_tried_and_taken_in(campus: Campus, cards: Cards) -> None:
    numbers = [await staff_number(campus, member) for member in cards.members]
    batch, taken = await cards.batch(), card_number()
    people = xlsx(["工号"], [[number] for number in (*numbers, "X-0")])
    given = xlsx(["工号", "卡号"], [[numbers[0], taken], [numbers[1], "12"], ["X-0", card_number()]])

    async def upload(path: str, content: bytes) -> dict[str, Any]:
        answer = await campus.http["welfare"].post(f"{batch}/{path}", content=content, headers=campus.officer)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    dry = await upload("application-imports", people)
    assert (await cards.at(batch))["pending"] == 0
    done = await upload("application-imports?dry_run=false", people)
    await cards.post(f"{batch}/submissions")
    tried = await upload(f"answer-imports?on={DAY}", given)
    issued = await upload(f"answer-imports?on={DAY}&dry_run=false", given)
    again = await upload(f"answer-imports?on={DAY}&dry_run=false", given)

    assert rules(dry) == rules(done) == ["new", "new", "member_unknown"]
    assert rules(tried) == rules(issued) == ["new", "string_pattern_mismatch", "member_unknown"]
    assert rules(again) == ["unchanged", "string_pattern_mismatch", "member_unknown"]
    assert taken not in str(issued)
    found = await cards.at(batch)
    assert (found["pending"], found["issued"]) == (1, 1)
    early = await campus.http["welfare"].post(f"{batch}/closures", headers=campus.officer)
    assert (early.status_code, early.json()["pending"]) == (409, 1)


async def test_a_number_belongs_to_one_card(cards: Cards) -> None:
    batch, number = await cards.applied(), card_number()

    report = await cards.answer(batch, [{"member_id": member, "card_number": number} for member in cards.members])
    once_more = await cards.answer(batch, [{"member_id": cards.members[0], "card_number": card_number()}])

    assert rules(report) == ["new", "card-number-taken"]
    assert rules(once_more) == ["wrong-state"]
    assert number not in str(report)


async def test_a_lost_card_is_replaced_by_one_of_another_number(campus: Campus, cards: Cards) -> None:
    card = await cards.issued()
    themself, other = [campus.issuer.bearer(member) for member in cards.members]
    await cards.post(f"{card}/losses", {"on": DAY}, who=other, status=404)
    lost = await cards.post(f"{card}/losses", {"on": DAY}, who=themself)
    same = await campus.get("welfare", f"{card}/details", themself)

    refused = await cards.post(f"{card}/replacements", {"on": DAY, "card_number": same["card_number"]}, status=409)
    replaced = await cards.post(f"{card}/replacements", {"on": DAY, "card_number": card_number()})

    assert refused["type"].endswith("card-number-unchanged")
    assert (lost["state"], replaced["state"], replaced["replacements"]) == ("lost", "replaced", 1)
    assert replaced["last_digits"] != lost["last_digits"]
    await campus.inbox(cards.members[0], topic="card-replaced")
    assert (await cards.post(f"{card}/pick-ups", {"on": DAY}))["state"] == "picked_up"


async def test_after_a_card_was_cancelled_another_one_may_be_applied_for(cards: Cards) -> None:
    batch = await cards.applied()
    first, second = [(await cards.cards(member))[0]["id"] for member in cards.members]
    body = {"because": "entered_by_mistake"}

    await cards.post(f"/v1/service-cards/{first}/cancellations", body)
    await cards.answer(batch, [{"member_id": cards.members[1], "card_number": card_number()}])
    await cards.post(f"/v1/service-cards/{second}/cancellations", body)
    closed = await cards.post(f"{batch}/closures")
    again = await cards.post(f"{await cards.batch()}/applications", {"member_ids": cards.members})

    assert (closed["pending"], closed["issued"]) == (0, 1)
    assert again["counts"]["new"] == 2


async def test_a_batch_takes_nobody_once_it_is_submitted_and_no_answers_before(campus: Campus, cards: Cards) -> None:
    empty, batch = await cards.batch(), await cards.applied()
    answer = {"on": DAY, "answers": [{"member_id": cards.members[0], "card_number": card_number()}]}

    late = await cards.post(f"{batch}/applications", {"member_ids": cards.members}, status=409)
    early = await cards.post(f"{empty}/answers", answer, status=409)
    nothing = await cards.post(f"{empty}/submissions", status=409)

    assert (late["state"], late["action"], early["action"]) == ("submitted", "add", "take_answers")
    assert nothing["type"].endswith("card-batch-empty")
    both = {"member_id": cards.members[0], "card_number": card_number(), "refusal": "other"}
    refused = await cards.post(f"{batch}/answers", {"on": DAY, "answers": [both]}, status=422)
    assert [error["rule"] for error in refused["errors"]] == ["one_of_two"]


async def test_the_same_request_again_is_answered_as_before(campus: Campus, cards: Cards) -> None:
    batch, keyed = await cards.batch(), {**campus.officer, "Idempotency-Key": uuid4().hex}

    first = await cards.post(f"{batch}/applications", {"member_ids": cards.members}, who=keyed)
    again = await cards.post(f"{batch}/applications", {"member_ids": cards.members}, who=keyed)

    assert first == again
    assert first["counts"]["new"] == 2


async def test_a_thousand_rows_are_taken_in_within_a_request_and_no_more(campus: Campus, cards: Cards) -> None:
    batch = await cards.batch()
    known = [str(uuid4()) for _ in range(999)]
    rows = campus.database("welfare")["directory_members"]
    unit = UUID(cards.people.section)
    await rows.insert_many([{"_id": UUID(member), "unit_id": unit, "employment": "in_post"} for member in known])

    report = await cards.post(f"{batch}/applications", {"member_ids": [*known, str(uuid4())]})
    again = await cards.post(f"{batch}/applications", {"member_ids": known})
    many = await cards.post(
        f"{batch}/applications", {"member_ids": [*known, *(str(uuid4()) for _ in "xy")]}, status=422
    )

    assert report["counts"] == {"new": 999, "unchanged": 0, "refused": 1}
    assert again["counts"] == {"new": 0, "unchanged": 999, "refused": 0}
    assert (await cards.at(batch))["pending"] == 999
    assert [error["rule"] for error in many["errors"]] == ["too_long"]
    await rows.delete_many({"_id": {"$in": [UUID(member) for member in known]}})


async def test_the_figures_count_what_was_applied_for_and_issued(campus: Campus) -> None:
    path = "/v1/service-card-figures"
    before = await campus.get("welfare", f"{path}?year=2013", campus.officer)
    unit = await campus.unit()
    member = await campus.member(unit)
    await campus.heard_of("welfare", member)
    batch = (await campus.post("welfare", "/v1/card-batches", {}, campus.officer))["id"]
    steps: list[tuple[str, Any]] = [
        ("applications", {"member_ids": [member]}),
        ("submissions", None),
        ("answers", {"on": "2013-02-01", "answers": [{"member_id": member, "card_number": card_number()}]}),
    ]
    for step, body in steps:
        await campus.post("welfare", f"/v1/card-batches/{batch}/{step}", body, campus.officer, status=200)

    after = await campus.get("welfare", f"{path}?year=2013", campus.officer)

    assert (before["issued"], after["issued"], after["applied"]) == (0, 1, 0)
