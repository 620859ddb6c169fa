"""What this service does when the others answer the requests of persons."""

from datetime import date

from services.members.domain.requests import PersonRequest
from services.members.store import MembersStores
from shared import clock
from shared.aggregate import Decision
from shared.command import Answer, Command
from shared.contracts.persons import ANSWERED, GATHERED, DataGathered, ErasureAnswered
from shared.handlers import Batch, Handlers, Received, repeatable
from shared.store import Versioned


async def collect(stores: MembersStores, batch: Batch[DataGathered]) -> None:
    """Keep the part; when all parts of a service are there, it has answered."""
    for heard in batch:
        event = heard.event
        key = (await stores.keyring.find([event.member_id])).to_open(event.member_id)
        if key is None:
            continue
        await stores.archives.keep(event.request_id, event.service, event.part, event.parts, event.content, key)
        if await stores.archives.count(event.request_id, event.service) == event.parts:
            await _hear(stores, heard)


async def hear_of_erasure(stores: MembersStores, batch: Batch[ErasureAnswered]) -> None:
    for heard in batch:
        await _hear(stores, heard, heard.event.held_until, heard.event.source)


async def _hear(
    stores: MembersStores,
    heard: Received[DataGathered | ErasureAnswered],
    held_until: date | None = None,
    source: str | None = None,
) -> None:
    event, envelope = heard.event, heard.envelope
    command = Command(event.member_id, clock.now(), envelope.correlationid, envelope.traceparent)

    def decide(request: PersonRequest) -> Decision[PersonRequest]:
        return request.hear(event.service, at=command.at, held_until=held_until, source=source)

    await stores.requests.change(event.request_id, decide, command, _nobody_asks)


def _nobody_asks(_: Versioned[PersonRequest]) -> Answer:
    return Answer(204, b"")


HANDLERS: Handlers[MembersStores] = {
    **{event: repeatable(collect) for event in GATHERED.values()},
    **{event: repeatable(hear_of_erasure) for event in ANSWERED.values()},
}
