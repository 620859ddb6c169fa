"""A marked value in every sensitive field, and then a look everywhere: nowhere may it be read."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaProducer

from deploy.local.infrastructure import Infrastructure
from deploy.local.settings import SERVICES
from shared.aggregate import Aggregate
from shared.cloudevents import SEALED_CONTENT_TYPE
from shared.contracts.base import dead_letter_topic
from shared.contracts.persons import WelfareDataGathered
from shared.roles import Role
from shared.sealing import PersonKey, sensitive_fields
from shared.store import Store
from tests.campus import Issuer, Processes, service_of, until
from tests.integration.scenarios.appeals import appeal_body, seat, today
from tests.journeys.sweep import everything, everywhere
from tests.rosters import HEADER, College, csv, xlsx
from tests.visits import without_caps

DAY = "2022-06-01"
CANARIES: dict[str, dict[str, Any]] = {
    "members": {"birth_date": "1903-02-17", "phone": "+8613987654321", "email": "canary-7f3a@nest.example"},
    "visits": {"occasion": "on_duty", "amount_fen": 87_654_321, "reasons": ["canary-visit-refusal"]},
    "appeals": {
        "grounds": "canary-grounds",
        "claim": "canary-claim",
        "evidence": ["canary-evidence"],
        "refusal_text": "canary-refusal",
        "mediation_outcome": "canary-mediation",
        "recusal_reasons": ["canary-recusal"],
        "stand_in_reasons": ["canary-stand-in"],
        "challenge_reasons": ["canary-challenge"],
        "challenge_rulings": ["canary-ruling"],
        "hearing_record": "canary-hearing",
        "decision_text": "canary-decision",
    },
}
"""By collection. An amount and a birth date are marked by being unlike any other."""
ELSEWHERE = {"visits": {"policy_id"}}
"""Sealed with the rest, as it tells what the rest is about; the policies themselves are read by everybody."""
CHANGED = {"phone": "+8613976543219", "email": "canary-8e4b@nest.example"}
"""What the member's address is for a while."""
IN_A_SHEET = {"手机": "13965432198", "邮箱": "canary-9d5c@nest.example", "出生日期": "1904年3月18日"}
MARKS = tuple(
    str(mark).encode()
    for marked in (*CANARIES.values(), CHANGED, IN_A_SHEET, {"read": "1904-03-18", "sent": "+8613965432198"})
    for value in marked.values()
    for mark in (value if isinstance(value, list) else [value])
)
REASONS = {"给出金丝雀甲": "role_assignments", "收回金丝雀乙": "role_assignments", "调动金丝雀丙": "members"}
"""Free text that stays in the collection of its thing, and in the answers that were kept for repeats of its command."""
CONSUMERS = ("members", "welfare", "events", "proposals", "notifications", "reports")


def stores() -> list[type[Store[Any]]]:
    for service in SERVICES:
        service_of(service)

    def below(kind: type[Any]) -> list[type[Any]]:
        return [each for child in kind.__subclasses__() for each in (child, *below(child))]

    return [store for store in below(Store) if store.__module__.startswith("services.")]


def model_of(store: type[Store[Any]]) -> type[Aggregate]:
    found: type[Aggregate] = store.model
    return found


def test_every_sensitive_field_has_its_canary() -> None:
    sealed = {store.collection: {*sensitive_fields(model_of(store))} for store in stores()}

    assert {name: fields for name, fields in sealed.items() if fields} == {
        name: {*marked, *ELSEWHERE.get(name, ())} for name, marked in CANARIES.items()
    }


@pytest.fixture(scope="module")
async def system(
    infrastructure: Infrastructure, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Processes, Path]]:
    logs = tmp_path_factory.mktemp("canary")
    async with Processes(infrastructure, issuer, logs) as running:
        for name in SERVICES:
            await running.start(name, "api", LOG_LEVEL="DEBUG")
        await asyncio.gather(*(running.start(name, "consumer", LOG_LEVEL="DEBUG") for name in CONSUMERS))
        yield running, logs


class Sung(NamedTuple):
    """Where the canaries are: of one member. `told` are the answers that nobody may trust."""

    member: str
    visit: str
    refused: str
    decided: str
    told: list[str]


async def sing(campus: Processes) -> Sung:
    """Put the canaries in, by every way that there is."""
    unit = await campus.unit()
    body = {
        "staff_number": f"C{uuid4().hex[:8]}",
        "name": "示例会员",
        "sex": "female",
        "unit_id": unit,
        "joined_union_on": "2020-09-01",
        **CANARIES["members"],
    }
    keyed = {**campus.administrator, "Idempotency-Key": uuid4().hex}
    member = str((await campus.post("members", "/v1/members", body, keyed))["id"])
    for service in ("welfare", "notifications", "events", "proposals"):
        await campus.heard_of(service, member)
    visit = {
        "member_id": member,
        "visited_on": DAY,
        "visitor_ids": [member],
        "form": "goods",
        **{name: CANARIES["visits"][name] for name in ("occasion", "amount_fen")},
    }
    await without_caps(campus)
    await change_and_change_back(campus, member)
    await give_reasons(campus, member, unit)
    await hand_in_a_sheet(campus)
    officer = {**campus.officer, "Idempotency-Key": uuid4().hex}
    logged = str((await campus.post("welfare", "/v1/visits", visit, officer))["id"])
    another = campus.issuer.bearer(uuid4(), (Role.UNION_OFFICER, None))
    refusal, path = {"reason": CANARIES["visits"]["reasons"][0]}, f"/v1/visits/{logged}/refusals"
    await campus.post("welfare", path, refusal, {**another, "Idempotency-Key": uuid4().hex}, status=200)
    refusals = [
        ("welfare", path, refusal, another),
        ("welfare", path, {"reason": [refusal["reason"]]}, another),
        ("members", "/v1/members", body, keyed),
        ("members", "/v1/members", {**body, "unit_id": str(uuid4())}, campus.administrator),
        ("members", "/v1/members", {**body, "phone": body["phone"] + "999999999", "x": body["email"]}, campus.officer),
        ("welfare", "/v1/visits", {**visit, "amount_fen": str(visit["amount_fen"])}, campus.officer),
        ("welfare", "/v1/visits", {**visit, "visited_on": "2099-01-01"}, campus.officer),
        ("welfare", "/v1/visits", visit, campus.issuer.bearer(member)),
    ]
    refused, decided, more = await appeal(campus, unit, member)
    refusals += more
    told = []
    for service, path, sent, who in refusals:
        answer = await campus.http[service].post(path, json=sent, headers=dict(who))
        if answer.is_error:
            told.append(answer.text)
    asked = await campus.post("members", f"/v1/members/{member}/exports", None, campus.issuer.bearer(member))

    async def ready() -> bool:
        found = await campus.get("members", f"/v1/person-requests/{asked['id']}", campus.administrator)
        return bool(found["state"] == "ready")

    await until(ready, what="the archive")
    return Sung(member, logged, refused, decided, told)


async def appeal(campus: Processes, unit: str, appellant: str) -> tuple[str, str, list[tuple[str, str, Any, Any]]]:
    """An appeal that is refused, one that goes all the way, and requests about them that are refused."""
    members = [await campus.member(unit) for _ in range(5)]
    for member in members:
        await campus.heard_of("proposals", member)
    respondent, *committee = members
    await seat(campus, committee)
    marks = CANARIES["appeals"]
    body = appeal_body(unit, **{name: marks[name] for name in ("grounds", "claim", "evidence")})

    def keyed(member: str) -> dict[str, str]:
        return {**campus.issuer.bearer(member), "Idempotency-Key": uuid4().hex}

    made = [str((await campus.post("proposals", "/v1/appeals", body, keyed(appellant)))["id"]) for _ in range(2)]
    refused, heard = (f"/v1/appeals/{each}" for each in made)
    refusal = {"reason": "other", "text": marks["refusal_text"]}
    decision = {
        "outcome": "changed",
        "text": marks["decision_text"],
        "votes_for": 3,
        "votes_against": 0,
        "worse_for_appellant": False,
    }
    hearing = {"present_ids": committee[:3], "record": marks["hearing_record"]}
    chair = committee[0]
    challenge = {"member_id": committee[2], "reason": marks["challenge_reasons"][0]}
    ruling = {"member_id": committee[2], "upheld": False, "reason": marks["challenge_rulings"][0]}
    stand_in = {"member_ids": [], "chair_id": committee[1], "reason": marks["stand_in_reasons"][0]}
    officer = {**campus.officer, "Idempotency-Key": uuid4().hex}
    steps: list[tuple[str, Any]] = [
        (f"{refused}/refusals", refusal),
        (f"{heard}/recusals", {"member_id": committee[3], "reason": marks["recusal_reasons"][0]}),
        (f"{heard}/acceptances", {"respondent_id": respondent}),
        (f"{heard}/mediations", {"mediator_id": chair}),
        (f"{heard}/mediation-failures", {"text": marks["mediation_outcome"]}),
        (f"{heard}/hearing-days", {"on": today()}),
    ]
    for path, sent in steps:
        await campus.post("proposals", path, sent, keyed(chair), status=200)
    await campus.post("proposals", f"{heard}/challenges", challenge, keyed(appellant), status=200)
    for path, sent in ((f"{heard}/challenge-rulings", ruling), (f"{heard}/hearings", hearing)):
        await campus.post("proposals", path, sent, keyed(chair), status=200)
    await campus.post("proposals", f"{heard}/stand-ins", stand_in, officer, status=200)
    await campus.post("proposals", f"{heard}/decisions", decision, keyed(chair), status=200)
    bearer = campus.issuer.bearer
    refusals: list[tuple[str, str, Any, Any]] = [
        ("proposals", "/v1/appeals", {**body, "decided_on": DAY}, bearer(appellant)),
        ("proposals", "/v1/appeals", {**body, "decided_on": marks["claim"], "x": marks["grounds"]}, bearer(appellant)),
        ("proposals", f"{refused}/refusals", refusal, bearer(chair)),
        ("proposals", f"{heard}/hearings", hearing, bearer(chair)),
        ("proposals", f"{heard}/decisions", decision, bearer(respondent)),
        ("proposals", f"{heard}/decisions", {**decision, "votes_for": marks["decision_text"]}, bearer(chair)),
        ("proposals", f"{heard}/decisions", decision, campus.administrator),
        ("proposals", f"{heard}/challenges", challenge, bearer(appellant)),
        ("proposals", f"{heard}/challenge-rulings", ruling, bearer(chair)),
        ("proposals", f"{heard}/stand-ins", stand_in, campus.officer),
    ]
    return made[0], made[1], refusals


async def change_and_change_back(campus: Processes, member: str) -> None:
    back = {name: CANARIES["members"][name] for name in CHANGED}
    for version, change in ((1, CHANGED), (2, back), (9, CHANGED)):
        headers = {**campus.administrator, "If-Match": f'"{version}"'}
        answer = await campus.http["members"].patch(f"/v1/members/{member}", json=change, headers=headers)
        assert answer.status_code == (412 if version == 9 else 200), answer.text


async def give_reasons(campus: Processes, member: str, unit: str) -> None:
    given, taken, moved = REASONS
    role = {"member_id": member, "role": "branch_officer", "unit_id": unit, "from_date": DAY, "reason": given}
    made = (await campus.post("members", "/v1/role-assignments", role, campus.administrator))["id"]
    refused = {**role, "member_id": str(uuid4())}
    await campus.post("members", "/v1/role-assignments", refused, campus.administrator, status=409)
    ending = {"until_date": "2022-07-01", "reason": taken}
    path = f"/v1/role-assignments/{made}/revocations"
    await campus.post("members", path, ending, campus.administrator, status=200)
    transfer = {"unit_id": await campus.unit(), "on": DAY, "reason": moved}
    await campus.post("members", f"/v1/members/{member}/transfers", transfer, campus.administrator, status=200)


async def hand_in_a_sheet(campus: Processes) -> None:
    """Entered from one, compared with it, and refused in another one."""
    college = await College(campus).open()
    header = (*HEADER, "邮箱")

    def row(number: int, **change: Any) -> tuple[Any, ...]:
        cells = {**IN_A_SHEET, **change}
        mail = cells.pop("邮箱")
        return (*college.row(number, **cells), mail)

    sheet = await college.upload(xlsx([row(1), row(2, 性别=IN_A_SHEET["手机"])], header))
    await college.run(sheet["id"])
    await college.run(sheet["id"], "applications")
    await college.run(sheet["id"])
    assert (await college.member(1))["birth_date"] == "1904-03-18"
    await college.upload(csv([row(3), (*row(4)[:-1], '"' + IN_A_SHEET["邮箱"])]), status=422)


async def make_a_handler_fail(campus: Processes, member: str) -> None:
    """What was gathered about the member, for a request that there is not: sealed as it should be, and good to read."""
    row = await campus.database("members")["person_keys"].find_one({"_id": UUID(member)})
    assert row is not None
    key = PersonKey(UUID(member), campus.settings.master_keys().unwrap(row["wrapped"]))
    topic = f"{campus.settings.topic_prefix}.welfare.restricted.v1"
    producer = AIOKafkaProducer(bootstrap_servers=campus.settings.kafka_bootstrap_servers)
    await producer.start()
    try:
        for record in await everything(campus, [topic]):
            headers = dict(record.headers)
            if headers["ce_type"] == WelfareDataGathered.type.encode():
                data = {**json.loads(key.open_data(record.value)), "request_id": str(uuid4())}
                assert CANARIES["visits"]["occasion"] in data["content"]
                headers["ce_id"] = uuid4().hex.encode()
                value = key.seal_data(json.dumps(data).encode())
                await producer.send_and_wait(topic, value, key=record.key, headers=list(headers.items()))
    finally:
        await producer.stop()


async def poison(campus: Processes) -> None:
    """Sealed records that cannot be handled, so that they become dead letters."""
    prefix = campus.settings.topic_prefix
    producer = AIOKafkaProducer(bootstrap_servers=campus.settings.kafka_bootstrap_servers)
    await producer.start()
    try:
        for record in await everything(campus, [f"{prefix}.welfare.restricted.v1"]):
            if ("content-type", SEALED_CONTENT_TYPE.encode()) in record.headers:
                await producer.send_and_wait(record.topic, record.value[:-4] + b"AAAA", headers=list(record.headers))
    finally:
        await producer.stop()


async def test_no_canary_is_heard_outside(system: tuple[Processes, Path]) -> None:
    campus, logs = system
    sung = await sing(campus)
    await make_a_handler_fail(campus, sung.member)
    await poison(campus)
    for service, reason in (("notifications", b"malformed"), ("members", b"handler-failed")):

        async def put_aside(service: str = service, reason: bytes = reason) -> bool:
            letters = await everything(campus, [dead_letter_topic(service, campus.settings.topic_prefix)])
            return any(dict(letter.headers)["dead_letter_reason"] == reason for letter in letters)

        await until(put_aside, seconds=60, what=f"the dead letter of {service}")

    heard = {"answers": "\n".join(sung.told).encode(), **await everywhere(campus, logs)}

    assert len(sung.told) >= 14
    assert sum("dead-letters" in place for place in heard) >= 1
    assert sum(place.endswith(".log") for place in heard) >= 12
    assert [place for place, content in heard.items() if any(mark in content for mark in MARKS)] == []
    for text, collection in REASONS.items():
        marks = (text.encode(), repr(text.encode())[2:-1].encode(), json.dumps(text).strip('"').encode())
        places = {place.split(" ")[0] for place, content in heard.items() if any(mark in content for mark in marks)}
        assert places == {f"members.{collection}"}, text
    await _is_still_there(campus, sung)


async def _is_still_there(campus: Processes, sung: Sung) -> None:
    """Those who may read it do: it was not kept out of everywhere by being lost."""
    themself = campus.issuer.bearer(sung.member)
    known = await campus.get("members", f"/v1/members/{sung.member}/details", themself)
    seen = await campus.get("welfare", f"/v1/visits/{sung.visit}/details", themself)
    refused, decided = [
        await campus.get("proposals", f"/v1/appeals/{each}/details", themself) for each in (sung.refused, sung.decided)
    ]
    appeals = {**decided, "refusal_text": refused["refusal_text"]}

    for marked, shown in ((CANARIES["members"], known), (CANARIES["visits"], seen), (CANARIES["appeals"], appeals)):
        assert {name: shown[name] for name in marked} == marked
