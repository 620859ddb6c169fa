"""The consumer loop over a real topic: an event that comes before what it builds on."""

from uuid import UUID

from aiokafka import AIOKafkaProducer

from shared import clock
from shared.cloudevents import Envelope, data_of, sequence, timestamp
from shared.contracts.base import DomainEvent, topic_of
from shared.contracts.welfare.visits import Form, Occasion, VisitLoggedRestricted
from shared.ids import new_id
from shared.roles import Role
from tests.campus import Campus, until
from tests.integration.conftest import People


async def publish(
    campus: Campus, event: DomainEvent, key: UUID, *, event_type: str = "", version: int = 1, event_id: str = ""
) -> str:
    """As a service would; the id of the event, a new one unless it is given."""
    event_id = event_id or str(new_id())
    envelope = Envelope(
        id=event_id,
        source="/elsewhere/welfare",
        type=event_type or event.type,
        subject=str(key),
        time=timestamp(clock.now()),
        sequence=sequence(version),
        partitionkey=str(key),
        traceparent="",
        correlationid="",
    )
    producer = AIOKafkaProducer(bootstrap_servers=campus.settings.kafka_bootstrap_servers, acks="all")
    await producer.start()
    try:
        topic = topic_of(event, campus.settings.topic_prefix)
        await producer.send_and_wait(topic, data_of(event), str(key).encode(), headers=envelope.headers())
    finally:
        await producer.stop()
    return event_id


def visit(unit: UUID) -> VisitLoggedRestricted:
    return VisitLoggedRestricted(
        visit_id=new_id(),
        member_id=new_id(),
        unit_id=unit,
        visited_on=clock.campus_day(clock.now()),
        occasion=Occasion.BIRTH,
        form=Form.GOODS,
        amount_fen=10000,
    )


async def test_an_event_that_comes_before_its_unit_waits_for_it_and_others_do_not(
    campus: Campus, people: People
) -> None:
    unit, chair = new_id(), new_id()
    early = visit(unit)
    await publish(campus, early, early.visit_id)

    award = {
        "member_id": people.in_section,
        "title": "学习达人",
        "level": "city",
        "granted_on": "2022-06-01",
        "document": "文号",
    }
    made = await campus.post("events", "/v1/awards", award, campus.officer)

    async def told_of_the_award() -> bool:
        page = await campus.get("notifications", "/v1/inbox", campus.issuer.bearer(people.in_section))
        return made["id"] in [item["subject_id"] for item in page["items"]]

    await until(told_of_the_award, what="the notice of the award")
    assert (await campus.get("notifications", "/v1/inbox", campus.issuer.bearer(chair)))["items"] == []

    directory = campus.database("notifications")
    await directory["directory_roles"].insert_one(
        {
            "_id": new_id(),
            "member_id": chair,
            "role": Role.BRANCH_CHAIR.value,
            "unit_id": unit,
            "from_date": "2020-01-01",
            "sequence": "",
        }
    )
    await directory["directory_units"].insert_one(
        {"_id": unit, "parent_id": None, "branch_union": True, "sequence": ""}
    )

    notice = await campus.inbox(str(chair), topic="visit-logged")
    assert notice["subject_id"] == str(early.visit_id)


async def test_an_event_of_a_type_that_nobody_handles_is_passed_over(campus: Campus, people: People) -> None:
    key = new_id()
    await publish(campus, visit(UUID(people.faculty)), key, event_type="union.welfare.unheard.restricted.v1")
    known = visit(UUID(people.faculty))
    await publish(campus, known, key)

    notice = await campus.inbox(people.chair_id, topic="visit-logged")

    assert notice["subject_id"] == str(known.visit_id)
