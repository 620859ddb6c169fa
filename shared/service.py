"""A service put together: its stores on their foundation, its API, its relay, its consumer."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import JSONResponse, Response

from shared import clock, mongo
from shared.audit import AuditLog
from shared.auth import Verifier
from shared.consumer import Consumer
from shared.contracts.asyncapi import asyncapi_document
from shared.contracts.base import published_by
from shared.deadletters import DeadLetters
from shared.directory import Directory
from shared.due_work import DueStore, DueWork
from shared.handlers import Handlers
from shared.http import entrances, operations, problems
from shared.http.middleware import RequestContext
from shared.http.requests import OPEN_PATHS, AnsweredBefore, answer_again
from shared.idempotency import IdempotencyKeys
from shared.inbox import Inbox
from shared.kafka import Publisher
from shared.keyring import Keyring
from shared.lease import Lease
from shared.outbox import Outbox
from shared.person import Holder
from shared.reads import SharedReads
from shared.relay import Relay
from shared.retention import RetentionRules
from shared.roles import Grant
from shared.settings import Settings
from shared.store import Foundation
from shared.writer import Writer

W = TypeVar("W", bound="Stores")


@dataclass(frozen=True)
class Stores:
    """The stores of a service, as fields. A service extends it."""

    foundation: Foundation

    @property
    def keyring(self) -> Keyring:
        return self.foundation.keyring

    async def prepare(self) -> None:
        """Create the indexes of every store."""
        for each in fields(self):
            store = getattr(self, each.name)
            if store is not self.foundation:
                await store.prepare()

    def due_stores(self) -> list[DueStore[Any]]:
        """The stores of what falls due by itself."""
        found = (getattr(self, each.name) for each in fields(self))
        return [store for store in found if isinstance(store, DueStore)]

    async def units_below(self, unit_ids: Sequence[UUID]) -> list[UUID]:
        """The units and everything that lies below them, for the scopes of callers."""
        raise NotImplementedError(f"{type(self).__name__} knows no units: its routes may reach no scope")

    async def grants_of(self, member_id: UUID) -> frozenset[Grant]:
        """The roles that the roster gives the caller today, beside those that the token brings."""
        return frozenset()


@dataclass(frozen=True)
class StoresOfMembers(Stores):
    """For a service that keeps something about members."""

    directory: Directory
    retention: RetentionRules

    def holders(self) -> list[Holder]:
        """The stores that keep something about members."""
        found = (getattr(self, each.name) for each in fields(self))
        return [store for store in found if hasattr(store, "holdings")]

    async def units_below(self, unit_ids: Sequence[UUID]) -> list[UUID]:
        return await self.directory.units_below(unit_ids)

    async def grants_of(self, member_id: UUID) -> frozenset[Grant]:
        return await self.directory.grants_of(member_id, clock.campus_day(clock.now()))


@dataclass(frozen=True)
class Service(Generic[W]):
    """`handlers` is None for a service that consumes nothing.

    `jobs` are what an operator runs from time to time, by name; each says what it did. `uploads` are the paths that
    take files, as the routes have them, with the most bytes of one.
    """

    name: str
    title: str
    description: str
    wire: Callable[[Foundation], W]
    routers: Sequence[APIRouter]
    handlers: Handlers[W] | None = None
    jobs: Mapping[str, Callable[[W], Awaitable[Any]]] = field(default_factory=dict)
    uploads: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Running(Generic[W]):
    """A service with its connection open and its indexes made."""

    service: Service[W]
    settings: Settings
    foundation: Foundation
    stores: W
    inbox: Inbox
    readiness: operations.Readiness


def lay_foundation(client: mongo.Client, settings: Settings, name: str) -> Foundation:
    database = mongo.database(client, settings, name)
    outbox = Outbox(client, database, service=name, prefix=settings.topic_prefix)
    idempotency = IdempotencyKeys(database, timedelta(days=settings.idempotency_retention_days))
    keyring = Keyring(database, settings.master_keys())
    writer = Writer(client, outbox, idempotency, keyring, timeout_seconds=settings.mongo_command_timeout_seconds)
    audit = AuditLog(client, database, timeout_seconds=settings.mongo_command_timeout_seconds)
    return Foundation(name, client, database, outbox, idempotency, keyring, audit, writer)


@asynccontextmanager
async def running(service: Service[W], settings: Settings) -> AsyncIterator[Running[W]]:
    client = mongo.connect(settings, name=f"union-{service.name}")
    try:
        foundation = lay_foundation(client, settings, service.name)
        database, stores, inbox = foundation.database, service.wire(foundation), Inbox(foundation.database)
        for part in (foundation.outbox, foundation.idempotency, foundation.audit, inbox, stores):
            await part.prepare()
        yield Running(service, settings, foundation, stores, inbox, operations.Readiness(database))
    finally:
        client.close()


def _api(service: Service[Any]) -> FastAPI:
    app = FastAPI(
        title=service.title,
        description=service.description,
        version="1.0.0",
        docs_url="/docs",
        redoc_url=None,
        openapi_url="/openapi.json",
        generate_unique_id_function=lambda route: route.name,
    )
    for router in service.routers:
        app.include_router(router)
    problems.install(app)
    problems.describe(app)
    return app


def openapi_document(service: Service[Any]) -> dict[str, Any]:
    """The same as /openapi.json, without a database."""
    return _api(service).openapi()


def create_app(run: Running[Any]) -> FastAPI:
    """Raises Unguarded where a way in has no rule of access."""
    service, settings = run.service, run.settings
    app = _api(service)
    app.state.stores = run.stores
    app.state.settings = settings
    app.state.verifier = Verifier(settings)
    app.state.answers = SharedReads(run.foundation.idempotency.answers_to)
    app.add_exception_handler(AnsweredBefore, answer_again)
    app.state.leaving = run.readiness.leaving
    app.router.routes.extend(operations.routes(service.name, run.readiness, run.foundation.outbox))

    async def asyncapi(request: Request) -> Response:
        return JSONResponse(asyncapi_document(service.name, settings.topic_prefix))

    if published_by(service.name):
        app.add_route("/asyncapi.json", asyncapi, include_in_schema=False)
    entrances.of_app(app, open_paths=OPEN_PATHS)
    limit = settings.http_body_limit_bytes
    app.add_middleware(RequestContext, service=service.name, body_limit=limit, uploads=service.uploads)
    return app


def make_relay(run: Running[Any]) -> Relay:
    settings, name = run.settings, run.service.name
    return Relay(
        run.foundation.outbox,
        Publisher(settings, client_id=f"union-{name}-relay"),
        Lease(run.foundation.database, "relay", settings.relay_lease_seconds),
        service=name,
        batch=settings.relay_batch,
        poll_seconds=settings.relay_poll_seconds,
    )


def make_due_work(run: Running[Any]) -> DueWork | None:
    """None for a service in which nothing falls due."""
    stores, settings = run.stores.due_stores(), run.settings
    if not stores:
        return None
    lease = Lease(run.foundation.database, "due-work", max(5.0, 3 * settings.due_work_poll_seconds))
    return DueWork(stores, lease, service=run.service.name, poll_seconds=settings.due_work_poll_seconds)


def make_consumer(run: Running[W], handlers: Handlers[W], source: Any, publisher: Publisher) -> Consumer[W]:
    settings, name = run.settings, run.service.name
    return Consumer(
        source,
        handlers,
        run.stores,
        service=name,
        client=run.foundation.client,
        inbox=run.inbox,
        keyring=run.foundation.keyring,
        dead_letters=DeadLetters(publisher, service=name, prefix=settings.topic_prefix),
        batch=settings.consumer_batch,
        stuck_seconds=settings.consumer_stuck_seconds,
        command_timeout_seconds=settings.mongo_command_timeout_seconds,
    )
