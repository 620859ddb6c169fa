"""What the reports count, and who there is."""

from datetime import datetime

from services.reports.domain import COUNTED, Fact, campus_year, fact_id
from services.reports.store import ReportsStores
from shared.contracts.base import DomainEvent
from shared.directory import DIRECTORY_HANDLERS
from shared.handlers import Batch, Handlers, repeatable


async def count(stores: ReportsStores, batch: Batch[DomainEvent]) -> None:
    facts = []
    for heard in batch:
        at = datetime.fromisoformat(heard.envelope.time)
        facts.append(
            Fact(
                id=fact_id(heard.source, heard.id),
                type=heard.event.type,
                year=campus_year(at),
                unit_id=getattr(heard.event, "unit_id", None),
                at=at,
            )
        )
    await stores.facts.add(facts)
    await stores.directory.keep([heard for heard in batch if type(heard.event) in DIRECTORY_HANDLERS])


HANDLERS: Handlers[ReportsStores] = {event: repeatable(count) for event in COUNTED}
